//! Tables of sessions as files: typed columns, CSV, Parquet, and a schema that describes each
//! column.

mod benchmark_columns;
mod column;
#[cfg(feature = "parquet")]
mod parquet;
mod schema;
mod sessions;

pub use column::{Column, Values};
pub use schema::{FORMAT, Settings, schema_json};
pub use sessions::SessionTable;

pub(in crate::pricing) use benchmark_columns::benchmark_columns;
#[cfg(test)]
pub(in crate::pricing) use benchmark_columns::benchmark_names;
pub(in crate::pricing) use column::{measure_column, write_number};
