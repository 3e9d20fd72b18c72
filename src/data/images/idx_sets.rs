//! Data sets of four IDX files: training images and labels, test images and labels.

use std::path::{Path, PathBuf};

use super::{
    ImageSet, Splits,
    garments::synthetic_garments,
    idx::{IdxLabels, read_idx_images, read_idx_labels},
    stand_in,
};
use crate::data::{
    DataError, DataPlaces, DownloadProgress, Loaded, Provenance, Source, places::Wanted,
    remote::RemoteFile,
};

/// Fashion-MNIST: 60,000 + 10,000 gray images of garments, 28×28, ten classes, MIT license
/// (Xiao, Rasul and Vollgraf 2017, arXiv 1708.07747).
///
/// The stand-in is [`synthetic_garments`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FashionMnist;

/// MNIST: 60,000 + 10,000 gray images of digits, 28×28, ten classes (LeCun, Cortes and Burges).
///
/// The stand-in is [`synthetic_garments`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mnist;

/// Your own images in a folder with four IDX files, plain or gzip-compressed, of any size and
/// number of classes.
///
/// The files are named as those of MNIST: `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`,
/// `t10k-images-idx3-ubyte` and `t10k-labels-idx1-ubyte`, with or without `.gz`. The number of
/// classes is the largest label plus 1. [`load`](Source::load) ignores its `places`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdxFolder {
    /// The folder.
    pub path: PathBuf,
}

/// The names of the four files.
const NAMES: [&str; 4] = [
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
];

const FASHION_MNIST_FILES: [RemoteFile; 4] = files([
    "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
]);

const MNIST_FILES: [RemoteFile; 4] = files([
    "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
]);

const fn files(sha256: [&'static str; 4]) -> [RemoteFile; 4] {
    [
        RemoteFile::unpacked(NAMES[0], sha256[0]),
        RemoteFile::unpacked(NAMES[1], sha256[1]),
        RemoteFile::unpacked(NAMES[2], sha256[2]),
        RemoteFile::unpacked(NAMES[3], sha256[3]),
    ]
}

const FASHION_MNIST: Wanted = Wanted {
    slug: FashionMnist::NAME,
    title: "Fashion-MNIST",
    mirrors: &[
        "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
    ],
    files: &FASHION_MNIST_FILES,
};

const MNIST: Wanted = Wanted {
    slug: Mnist::NAME,
    title: "MNIST",
    mirrors: &[
        "https://storage.googleapis.com/cvdf-datasets/mnist",
        "https://ossci-datasets.s3.amazonaws.com/mnist",
    ],
    files: &MNIST_FILES,
};

const GARMENTS: [&str; 10] = [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
];
const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

impl FashionMnist {
    /// Name of the data set's folder.
    pub const NAME: &'static str = "fashion-mnist";
}

impl Mnist {
    /// Name of the data set's folder.
    pub const NAME: &'static str = "mnist";
}

impl Source for FashionMnist {
    type Data = Splits<ImageSet>;

    fn title(&self) -> &'static str {
        FASHION_MNIST.title
    }

    fn load(
        &self,
        places: &DataPlaces,
        progress: &mut dyn FnMut(DownloadProgress<'_>),
    ) -> Result<Loaded<Self::Data>, DataError> {
        load(&FASHION_MNIST, &GARMENTS, places, progress)
    }

    fn stand_in(&self) -> Result<Loaded<Self::Data>, DataError> {
        Ok(garments(&FASHION_MNIST))
    }
}

impl Source for Mnist {
    type Data = Splits<ImageSet>;

    fn title(&self) -> &'static str {
        MNIST.title
    }

    fn load(
        &self,
        places: &DataPlaces,
        progress: &mut dyn FnMut(DownloadProgress<'_>),
    ) -> Result<Loaded<Self::Data>, DataError> {
        load(&MNIST, &DIGITS, places, progress)
    }

    fn stand_in(&self) -> Result<Loaded<Self::Data>, DataError> {
        Ok(garments(&MNIST))
    }
}

impl IdxFolder {
    /// Returns whether a folder has the four files.
    pub fn recognizes(path: &Path) -> bool {
        complete(path).is_some()
    }
}

impl Source for IdxFolder {
    type Data = Splits<ImageSet>;

    fn title(&self) -> &'static str {
        "a folder of IDX files"
    }

    fn load(
        &self,
        _: &DataPlaces,
        _: &mut dyn FnMut(DownloadProgress<'_>),
    ) -> Result<Loaded<Self::Data>, DataError> {
        let files = complete(&self.path).ok_or_else(|| DataError::NotFound {
            dataset: self.title(),
            tried: with_missing(format!("not in {}", self.path.display()), &self.path),
        })?;
        let (splits, sha256) = decode(&files, None)?;
        let name = self.path.file_name().unwrap_or(self.path.as_os_str());
        let title = format!("images in {}", name.to_string_lossy());
        Ok(Loaded::new(splits, Provenance::files(title, sha256)))
    }
}

fn garments(wanted: &Wanted) -> Loaded<Splits<ImageSet>> {
    stand_in(wanted.title, "synthetic garments", |count, rng| {
        synthetic_garments(count, rng)
    })
}

fn load(
    wanted: &Wanted,
    classes: &[&str],
    places: &DataPlaces,
    progress: &mut dyn FnMut(DownloadProgress<'_>),
) -> Result<Loaded<Splits<ImageSet>>, DataError> {
    let read = |files: [PathBuf; 4]| {
        let (splits, sha256) = decode(&files, Some(classes.len()))?;
        let published = wanted.files.iter().map(|file| file.sha256());
        let title = if published.eq(&sha256) {
            wanted.title.into()
        } else {
            // MNIST, Fashion-MNIST and user-supplied sets share names and format.
            format!("images in the format of {}", wanted.title)
        };
        let splits = splits.map(|set| set.clone().with_class_names(classes));
        Ok(Loaded::new(splits, Provenance::files(title, sha256)))
    };
    let loaded = wanted.load(places, &complete, progress, read, || Ok(garments(wanted)));
    loaded.map_err(|error| match (error, &places.dir) {
        (DataError::NotFound { dataset, tried }, Some(dir)) => DataError::NotFound {
            dataset,
            tried: with_missing(tried, dir),
        },
        (error, _) => error,
    })
}

/// Appends the files that a folder lacks, if it has some of the four.
fn with_missing(tried: String, folder: &Path) -> String {
    let missing: Vec<&str> = NAMES
        .into_iter()
        .filter(|name| find(folder, name).is_none())
        .collect();
    match missing.len() {
        0 | 4 => tried,
        _ => format!("{tried}, which lacks {}", missing.join(", ")),
    }
}

/// Returns the four files of a folder; `None` if one is missing.
fn complete(folder: &Path) -> Option<[PathBuf; 4]> {
    let files: Option<Vec<PathBuf>> = NAMES.iter().map(|name| find(folder, name)).collect();
    files?.try_into().ok()
}

fn find(dir: &Path, name: &str) -> Option<PathBuf> {
    let unpacked = name.strip_suffix(".gz").unwrap_or(name);
    let dotted = unpacked.replace("-idx", ".idx");
    [name, unpacked, &format!("{dotted}.gz"), &dotted]
        .into_iter()
        .map(|name| dir.join(name))
        .find(|path| path.is_file())
}

/// Reads the images, and the digests of the files. Without `classes`, the labels determine their
/// number.
fn decode(
    files: &[PathBuf; 4],
    classes: Option<usize>,
) -> Result<(Splits<ImageSet>, Vec<String>), DataError> {
    let [train_images, train_labels, test_images, test_labels] = files;
    let labels = |path: &PathBuf| read_idx_labels(path, classes.unwrap_or(256));
    let (train, test) = (labels(train_labels)?, labels(test_labels)?);
    let largest = train.labels.iter().chain(&test.labels).max();
    let classes = classes.unwrap_or(largest.map_or(0, |&label| usize::from(label) + 1));
    let split = |image_path: &PathBuf, label_path: &PathBuf, labels: IdxLabels| {
        let images = read_idx_images(image_path)?;
        let IdxLabels { labels, sha256 } = labels;
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
    let (train, train_sha256) = split(train_images, train_labels, train)?;
    let (test, test_sha256) = split(test_images, test_labels, test)?;
    if train.image_size() != test.image_size() {
        let [rows, columns] = test.image_size();
        let [train_rows, train_columns] = train.image_size();
        return Err(DataError::Array {
            path: test_images.clone(),
            problem: format!(
                "test images are {rows}×{columns}, training images {train_rows}×{train_columns}"
            ),
            remedy: "give all images the same size",
        });
    }
    let sha256 = [train_sha256, test_sha256].concat();
    Ok((Splits { train, test }, sha256))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use burn::data::dataset::Dataset;

    use super::*;
    use crate::data::testing::{gzip, idx, write};

    #[test]
    fn unpacked_and_dotted_names_are_found() {
        let root = tempfile::tempdir().unwrap();
        let names = [
            "train-images.idx3-ubyte",
            "train-labels-idx1-ubyte",
            "t10k-images.idx3-ubyte.gz",
            "t10k-labels-idx1-ubyte.gz",
        ];
        for name in names {
            write(root.path(), name, b"");
        }
        let found = complete(root.path()).unwrap();
        assert!(found.iter().all(|path| path.is_file()));
        fs::remove_file(root.path().join(names[3])).unwrap();
        assert_eq!(complete(root.path()), None);
    }

    /// Three classes of images of 2 rows and 3 columns.
    #[test]
    fn images_of_any_size_and_number_of_classes_are_read() {
        let root = tempfile::tempdir().unwrap();
        let images = |count: u32| idx(0x0803, &[count, 2, 3], &vec![7; 6 * count as usize]);
        write(root.path(), "train-images-idx3-ubyte", &images(4));
        write(
            root.path(),
            "train-labels-idx1-ubyte",
            &idx(0x0801, &[4], &[0, 2, 1, 2]),
        );
        write(root.path(), "t10k-images-idx3-ubyte.gz", &gzip(&images(2)));
        let labels = |labels: &[u8]| idx(0x0801, &[labels.len() as u32], labels);
        write(root.path(), "t10k-labels-idx1-ubyte", &labels(&[1, 0]));
        let path = root.path().to_path_buf();
        assert!(IdxFolder::recognizes(&path));
        let folder = IdxFolder { path };
        let load = || folder.load(&DataPlaces::default(), &mut |_| {});
        let loaded = load().unwrap();
        let Splits { train, test } = loaded.data;
        assert_eq!((train.len(), test.len()), (4, 2));
        assert_eq!((train.image_size(), train.classes()), ([2, 3], 3));
        assert_eq!(test.classes(), 3);
        assert_eq!(loaded.provenance.sha256.len(), 4);
        // The same files in the folder of a data set with ten classes.
        let places = DataPlaces {
            dir: Some(root.path().into()),
            ..DataPlaces::default()
        };
        let known = Mnist.load(&places, &mut |_| {}).unwrap();
        assert_eq!(known.data.train.image_size(), [2, 3]);
        write(root.path(), "t10k-labels-idx1-ubyte", &labels(&[1]));
        let message = load().unwrap_err().to_string();
        assert!(message.contains("has 2 images but"), "{message}");
    }
}
