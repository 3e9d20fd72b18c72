//! Pictures and tables of results: SVG and PNG, CSV and Markdown.

mod chart;
mod error;
mod raster;
mod summary;
mod table;

pub use chart::{Chart, Figure, Series};
pub use error::ReportError;
pub use raster::svg_to_png;
pub use summary::MeanStd;
pub use table::Table;
