//! Data sets: find, download, decode.
//!
//! Places are searched in this order: the folder that the caller names, `$FIREWEED_DATA/<name>`,
//! the user's cache folder, the network (downloaded once into the cache, with resume and
//! checksum). Where none has the files, [`load_images`] can go on with a labelled synthetic
//! stand-in.

mod batch;
mod catalog;
mod download;
mod error;
mod garments;
mod idx;
mod image_set;
mod load;
mod locate;
#[cfg(feature = "molecules")]
mod molecules;
mod places;
mod remote;
mod row_batch;
mod rows;
mod tabular;
#[cfg(test)]
mod testing;
mod unpack;

pub use batch::{ClassificationBatch, ImageBatcher, LabeledBatch, RegressionBatch, TokenBatch};
pub use catalog::ImageDataset;
pub use download::{Download, DownloadProgress};
pub use error::DataError;
pub use garments::synthetic_garments;
pub use idx::{IdxImages, IdxLabels, read_idx_images, read_idx_labels};
pub use image_set::{ImageSet, LabeledImage};
pub use load::{ImageRequest, ImageSplits, Provenance, load_images, stand_in};
pub use locate::{Located, NotLocated, Place, cache_dir, locate};
#[cfg(feature = "molecules")]
pub use molecules::{MoleculeData, MoleculeRequest, load_molecules, stand_in_molecules};
pub use places::DataPlaces;
pub use remote::{Checksum, RemoteFile};
pub use row_batch::RowBatch;
pub(crate) use row_batch::row_numbers;
pub use rows::TensorRows;
pub use tabular::{
    CsvError, CsvOptions, CsvRegression, CsvTable, HousingData, HousingFeatures, HousingRequest,
    Missing, RegressionError, RegressionSet, Standardiser, SyntheticFunction, load_housing,
    read_regression_csv, stand_in_housing,
};
