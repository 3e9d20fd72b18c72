//! Tables of numbers for regression: a synthetic function, user-supplied CSV files, house values.

mod csv_columns;
mod csv_layout;
mod csv_notation;
mod csv_regression;
mod csv_table;
mod housing;
mod housing_stand_in;
mod regression_set;
mod standardizer;
mod synthetic_function;

pub use csv_regression::{CsvOptions, CsvRegression, Missing, TextColumns, read_regression_csv};
pub use csv_table::CsvTable;
pub use housing::{CaliforniaHousing, HousingFeatures};
pub use regression_set::RegressionSet;
pub use standardizer::Standardizer;
pub use synthetic_function::SyntheticFunction;
