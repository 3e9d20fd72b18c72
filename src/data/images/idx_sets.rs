use std::path::{Path, PathBuf};

use burn::data::dataset::Dataset;
use rand::{SeedableRng, rngs::ChaCha8Rng};
use serde::{Deserialize, Serialize};

use super::{
    DataError, DataPlaces, DownloadProgress, IdxLabels, ImageDataset, ImageSet, cifar10,
    locate::{ImageFiles, complete},
    places::Found,
    read_idx_images, read_idx_labels, synthetic_coloured_garments, synthetic_garments,
};

/// Sizes of the synthetic stand-in: training and test images.
const STAND_IN_SIZES: [usize; 2] = [10_000, 5_000];
/// Seed of the synthetic stand-in: a fixed data set, like a file.
const STAND_IN_SEED: u64 = 0;

/// What to load and where it may come from.
#[derive(Clone, Debug)]
pub struct ImageRequest {
    /// The data set.
    pub dataset: ImageDataset,
    /// A folder to take it from; nothing else is searched then.
    pub dir: Option<PathBuf>,
    /// Whether it may be downloaded where no folder has it.
    pub download: bool,
    /// Whether the synthetic stand-in may replace it where it cannot be had.
    pub fallback: bool,
}

impl ImageRequest {
    /// Every place, and the stand-in at the end.
    pub fn new(dataset: ImageDataset) -> Self {
        Self {
            dataset,
            dir: None,
            download: true,
            fallback: true,
        }
    }

    fn places(&self) -> DataPlaces {
        DataPlaces {
            dir: self.dir.clone(),
            download: self.download,
            fallback: self.fallback,
        }
    }
}

/// Where loaded images come from; goes into every output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// The name for titles, such as `Fashion-MNIST` or `synthetic garments (stand-in …)`.
    pub title: String,
    /// Whether the images are drawn by this crate instead of being the data set.
    pub synthetic: bool,
    /// SHA-256 of the unpacked files: training images and labels, test images and labels. Empty
    /// for the stand-in.
    pub sha256: Vec<String>,
}

/// A loaded data set.
#[derive(Clone, Debug)]
pub struct ImageSplits {
    /// Training images.
    pub train: ImageSet,
    /// Test images.
    pub test: ImageSet,
    /// Where they come from.
    pub provenance: Provenance,
    /// One line for people where something else than asked for was loaded.
    pub notice: Option<String>,
}

/// Loads a data set from the first place that has it; see the [module](crate::data) for the
/// order.
///
/// `progress` is called during a download. Damaged files are an error, never a reason to go on
/// to the next place.
///
/// # Errors
/// [`DataError`]: damaged files; and [`DataError::NotFound`] where no place has the data set and
/// the stand-in is not allowed, or a folder was named.
pub fn load_images(
    request: &ImageRequest,
    progress: &mut dyn FnMut(DownloadProgress<'_>),
) -> Result<ImageSplits, DataError> {
    let dataset = request.dataset;
    let wanted = dataset.wanted();
    let recognise = |dir: &Path| complete(dataset, dir);
    match request.places().find(&wanted, &recognise, progress)? {
        Found::Files(ImageFiles::Idx(files)) => decode(dataset, &files),
        Found::Files(ImageFiles::Cifar10(files)) => cifar10::decode(&files),
        Found::Nowhere { tried } => {
            let mut data = stand_in(dataset);
            data.notice = Some(wanted.notice(&tried, &data.provenance.title));
            Ok(data)
        }
    }
}

fn decode(dataset: ImageDataset, files: &[PathBuf; 4]) -> Result<ImageSplits, DataError> {
    let [train_images, train_labels, test_images, test_labels] = files;
    let split = |image_path: &PathBuf, label_path: &PathBuf| {
        let classes = dataset.classes().len();
        let images = read_idx_images(image_path)?;
        let IdxLabels { labels, sha256 } = read_idx_labels(label_path, classes)?;
        if images.count != labels.len() {
            return Err(DataError::Mismatch {
                images: image_path.clone(),
                image_count: images.count,
                labels: label_path.clone(),
                label_count: labels.len(),
            });
        }
        let size = [images.rows, images.columns];
        let set = ImageSet::new(images.pixels, labels, size, classes);
        Ok((set, [images.sha256, sha256]))
    };
    let (train, train_sha256) = split(train_images, train_labels)?;
    let (test, test_sha256) = split(test_images, test_labels)?;
    let sha256 = [train_sha256, test_sha256].concat();
    let published = dataset.files().iter().map(|file| file.sha256());
    if train.image_size() != test.image_size() {
        let [rows, columns] = test.image_size();
        return Err(DataError::Malformed {
            path: test_images.clone(),
            offset: 8,
            problem: format!(
                "test images are {rows}×{columns}, training images {:?}",
                train.image_size()
            ),
        });
    }
    Ok(ImageSplits {
        train,
        test,
        provenance: Provenance {
            title: if published.eq(&sha256) {
                dataset.title().into()
            } else {
                // MNIST, Fashion-MNIST and home-made sets share names and format.
                format!("images in the format of {}", dataset.title())
            },
            synthetic: false,
            sha256,
        },
        notice: None,
    })
}

/// The synthetic stand-in for a data set, always the same: [`synthetic_garments`], or
/// [`synthetic_coloured_garments`] for CIFAR-10.
pub fn stand_in(dataset: ImageDataset) -> ImageSplits {
    let [train, test] = STAND_IN_SIZES;
    let mut rng = ChaCha8Rng::seed_from_u64(STAND_IN_SEED);
    let (all, name) = match dataset {
        ImageDataset::FashionMnist | ImageDataset::Mnist => (
            synthetic_garments(train + test, &mut rng),
            "synthetic garments",
        ),
        ImageDataset::Cifar10 => (
            synthetic_coloured_garments(train + test, &mut rng),
            "synthetic garments in colour",
        ),
    };
    let title = format!("{name} (stand-in for {})", dataset.title());
    ImageSplits {
        train: all.range(0..train),
        test: all.range(train..all.len()),
        notice: None,
        provenance: Provenance {
            title,
            synthetic: true,
            sha256: Vec::new(),
        },
    }
}
