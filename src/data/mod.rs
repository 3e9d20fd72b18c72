//! Data sets: find, download, decode.
//!
//! | data | source | loaded as |
//! |---|---|---|
//! | Fashion-MNIST, MNIST, CIFAR-10, CIFAR-100 | [`FashionMnist`], [`Mnist`], [`Cifar10`], [`Cifar100`] | [`ImageSet`] |
//! | images of your own | [`ImageFolder`] (PNG), [`IdxFolder`] | [`ImageSet`] |
//! | California housing | [`CaliforniaHousing`] | [`RegressionSet`] |
//! | a table of your own | [`read_regression_csv`] | [`RegressionSet`] |
//! | the function of the leaky ReLU study | [`SyntheticFunction`] | [`RegressionSet`] |
//! | IMDb reviews | [`Imdb`] | [`Review`], [`TextSet`] |
//! | texts of your own | [`TextFile`] | [`Review`], [`TextSet`] |
//! | QM9, molecules of your own | `MoleculeSource` | molecules |
//! | protein windows | [`ProteinWindows`] | graphs in space |
//! | graphs of your own | [`load_graphs`] | graphs with attributes |
//!
//! All are [`Source`]s or functions that return [`Loaded`] data with their [`Provenance`].
//!
//! If the caller names a folder, only it and its subfolder `<name>` are searched. Otherwise
//! `$FIREWEED_DATA/<name>`, the user's cache folder and the network are tried in this order.
//! Downloads go to the cache, resume after an interruption and are verified by checksum. If the
//! files are not found, every source of published data can use a labeled synthetic stand-in
//! instead; see [`DataPlaces`].

mod download;
mod error;
mod graphs;
mod images;
#[cfg(feature = "molecules")]
mod molecules;
mod npy;
mod places;
mod proteins;
mod remote;
mod row_batch;
mod rows;
mod source;
mod splits;
mod tabular;
#[cfg(test)]
mod testing;
mod text;
mod unpack;

pub use download::DownloadProgress;
pub use error::DataError;
pub use graphs::{
    Disconnected, GraphReadOptions, load_graphs, to_graphml, to_node_link, write_graphs,
};
pub use images::{
    Cifar10, Cifar100, ClassificationBatch, FashionMnist, IdxFolder, ImageBatcher, ImageFolder,
    ImageSet, ImageSource, LabeledBatch, LabeledImage, Mnist, RegressionBatch, TokenBatch,
    image_source, synthetic_colored_garments, synthetic_garments,
};
#[cfg(feature = "molecules")]
pub use molecules::{MoleculeData, MoleculeSource};
pub use places::DataPlaces;
pub use proteins::{ProteinSplit, ProteinWindows, Residues};
pub use row_batch::RowBatch;
pub(crate) use row_batch::row_numbers;
pub use rows::TensorRows;
pub use source::{Loaded, Provenance, Source, Splits};
pub use tabular::{
    CaliforniaHousing, CsvOptions, CsvRegression, CsvTable, HousingFeatures, Missing,
    RegressionSet, Standardizer, SyntheticFunction, TextColumns, read_regression_csv,
};
pub use text::{
    EncodedText, Imdb, LabeledTexts, Review, TextFile, TextSet, TextVocabulary, Truncation,
    synthetic_reviews, tokenize,
};
