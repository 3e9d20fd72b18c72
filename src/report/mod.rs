//! Pictures and tables of results: SVG and PNG, text and Markdown.
//!
//! | item | content |
//! |---|---|
//! | [`Table`] | a table as text or Markdown |
//! | [`MeanStd`] | mean and standard deviation of a sample |
//! | `Figure`, `Chart` | curves with bands or error bars |
//! | `HistogramFigure` | histograms |
//! | `DotPlotFigure`, `HeatMapFigure` | dot plots and heat maps |
//! | `GraphGrid` | drawings of graphs |
//!
//! Pictures need the feature `report`, tables the feature `tables`.
//!
//! ```
//! use fireweed::report::Table;
//!
//! let table = Table {
//!     title: "Losses".into(),
//!     head: vec!["".into(), "α = −1".into(), "α = 0".into()],
//!     rows: vec![vec!["train".into(), "0.1".into(), "0.25".into()]],
//!     notes: vec!["One run.".into()],
//! };
//! assert!(table.to_markdown().contains("| train | 0.1 | 0.25 |"));
//! ```

#[cfg(feature = "report")]
mod axes;
#[cfg(feature = "report")]
mod canvas;
#[cfg(feature = "report")]
mod chart;
#[cfg(feature = "report")]
mod dot_plot;
#[cfg(feature = "report")]
mod error;
#[cfg(feature = "report")]
mod graph_grid;
#[cfg(feature = "report")]
mod heat_map;
#[cfg(feature = "report")]
mod histogram;
#[cfg(feature = "train")]
mod html;
#[cfg(feature = "report")]
mod raster;
mod summary;
mod table;

#[cfg(all(feature = "train", feature = "molecules"))]
pub(crate) use canvas::write_picture;
#[cfg(feature = "report")]
pub use chart::{Chart, Figure, Series, Spread};
#[cfg(feature = "report")]
pub use dot_plot::{DotPlot, DotPlotFigure, DotRow};
#[cfg(feature = "report")]
pub use error::ReportError;
#[cfg(feature = "report")]
pub use graph_grid::{GraphDrawing, GraphGrid};
#[cfg(feature = "report")]
pub use heat_map::{HeatMap, HeatMapFigure};
#[cfg(feature = "report")]
pub use histogram::{Distribution, Histogram, HistogramFigure};
#[cfg(feature = "train")]
pub use html::markdown_to_html;
#[cfg(feature = "report")]
pub use raster::svg_to_png;
pub use summary::MeanStd;
pub use table::Table;
