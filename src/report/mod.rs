//! Pictures and tables of results: SVG and PNG, CSV and Markdown.

mod axes;
mod bars;
mod canvas;
mod chart;
mod dot_plot;
mod error;
mod graph_grid;
mod heat_map;
mod histogram;
#[cfg(feature = "train")]
mod html;
mod raster;
mod summary;
mod table;

pub use bars::{BarChart, BarGroup};
#[cfg(all(feature = "train", feature = "molecules"))]
pub(crate) use canvas::write_picture;
pub use chart::{Chart, Figure, Series, Spread};
pub use dot_plot::{DotPlot, DotPlotFigure, DotRow};
pub use error::ReportError;
pub use graph_grid::{GraphDrawing, GraphGrid};
pub use heat_map::{HeatMap, HeatMapFigure};
pub use histogram::{Distribution, Histogram, HistogramFigure};
#[cfg(feature = "train")]
pub use html::markdown_to_html;
pub use raster::svg_to_png;
pub use summary::MeanStd;
pub use table::Table;
