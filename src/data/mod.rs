//! Data sets: find, download, decode.
//!
//! | data | loaded by | as |
//! |---|---|---|
//! | Fashion-MNIST, MNIST, CIFAR-10 | [`load_images`] | [`ImageSet`] |
//! | California housing | [`load_housing`] | [`RegressionSet`] |
//! | a table of one's own | [`read_regression_csv`] | [`RegressionSet`] |
//! | the function of the leaky ReLU study | [`SyntheticFunction`] | [`RegressionSet`] |
//! | IMDb reviews | [`load_imdb`] | [`Review`], [`TextSet`] |
//! | QM9 | `load_molecules` | molecules |
//! | protein windows | [`load_proteins`] | graphs in space |
//! | graphs of one's own | [`load_graphs`] | graphs with attributes |
//!
//! Places are searched in this order, see [`DataPlaces`]: the folder that the caller names (itself
//! or its subfolder of the data set's name) and nothing else; or `$FIREWEED_DATA/<name>`, the
//! user's cache folder, the network (downloaded once into the cache, with resume and checksum).
//! Where none has the files, every loader can go on with a labelled synthetic stand-in.

mod batch;
mod catalog;
mod cifar10;
mod coloured_garments;
mod download;
mod error;
mod garments;
mod graphs;
mod idx;
mod image_set;
mod load;
mod locate;
#[cfg(feature = "molecules")]
mod molecules;
mod npy;
mod places;
mod proteins;
mod remote;
mod row_batch;
mod rows;
mod tabular;
#[cfg(test)]
mod testing;
mod text;
mod unpack;

pub use batch::{ClassificationBatch, ImageBatcher, LabeledBatch, RegressionBatch, TokenBatch};
pub use catalog::ImageDataset;
pub use coloured_garments::synthetic_coloured_garments;
pub use download::{Download, DownloadProgress};
pub use error::DataError;
pub use garments::synthetic_garments;
pub use graphs::{
    Disconnected, GraphData, GraphFileError, GraphReadOptions, load_graphs, to_graphml,
    to_node_link, write_graphs,
};
pub use idx::{IdxImages, IdxLabels, read_idx_images, read_idx_labels};
pub use image_set::{ImageSet, LabeledImage};
pub use load::{ImageRequest, ImageSplits, Provenance, load_images, stand_in};
pub use locate::{Located, NotLocated, Place, cache_dir, locate};
#[cfg(feature = "molecules")]
pub use molecules::{MoleculeData, MoleculeRequest, load_molecules, stand_in_molecules};
pub use places::DataPlaces;
pub use proteins::{
    ProteinData, ProteinRequest, ProteinSplit, Residues, load_proteins, stand_in_proteins,
};
pub use remote::{Checksum, RemoteFile};
pub use row_batch::RowBatch;
pub(crate) use row_batch::row_numbers;
pub use rows::TensorRows;
pub use tabular::{
    CsvError, CsvOptions, CsvRegression, CsvTable, HousingData, HousingFeatures, HousingRequest,
    Missing, RegressionError, RegressionSet, Standardiser, SyntheticFunction, TextColumns,
    load_housing, read_regression_csv, stand_in_housing,
};
pub use text::{
    EncodedText, ImdbData, Review, TextSet, TextVocabulary, TextVocabularyError, Truncation,
    load_imdb, stand_in_imdb, synthetic_reviews, tokenize,
};
