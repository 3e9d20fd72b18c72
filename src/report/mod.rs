//! Pictures and tables of results: SVG and PNG, CSV and Markdown.

mod axes;
mod bars;
mod canvas;
mod chart;
mod error;
mod histogram;
mod raster;
mod summary;
mod table;

pub use bars::{BarChart, BarGroup};
#[cfg(all(feature = "train", feature = "molecules"))]
pub(crate) use canvas::write_picture;
pub use chart::{Chart, Figure, Series, Spread};
pub use error::ReportError;
pub use histogram::{Distribution, Histogram, HistogramFigure};
pub use raster::svg_to_png;
pub use summary::MeanStd;
pub use table::Table;
