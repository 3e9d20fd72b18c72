//! The binary form of CIFAR-10: records of one label and 3,072 bytes of color.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use super::{ImageSet, Splits, colored_garments::synthetic_colored_garments, stand_in};
use crate::data::{
    DataError, DataPlaces, DownloadProgress, Loaded, Provenance, Source,
    places::{Wanted, first_file},
    remote::RemoteFile,
    unpack::{self, malformed},
};

/// CIFAR-10: 50,000 + 10,000 color images of things and animals, 32×32, ten classes (Krizhevsky
/// 2009). If only a part of it is found, the part is used, and its title says so.
///
/// The stand-in is [`synthetic_colored_garments`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cifar10;

const CIFAR10: Wanted = Wanted {
    slug: Cifar10::NAME,
    title: "CIFAR-10",
    mirrors: &["https://www.cs.toronto.edu/~kriz"],
    files: &[RemoteFile::packed(
        ARCHIVE,
        "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
    )],
};
const NAMES: [&str; 10] = [
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
];
const CLASSES: usize = NAMES.len();
const CHANNELS: usize = 3;
const SIDE: usize = 32;
const PIXELS: usize = CHANNELS * SIDE * SIDE;
/// One label, then 1,024 bytes each of red, green and blue.
const RECORD: usize = 1 + PIXELS;
/// Images in each file of the official archive.
const BATCH: usize = 10_000;
const ARCHIVE: &str = "cifar-10-binary.tar.gz";
const FOLDER: &str = "cifar-10-batches-bin";
/// The official files with the SHA-256 of their content; the last is the test set.
const BATCHES: [(&str, &str); 6] = [
    (
        "data_batch_1.bin",
        "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5",
    ),
    (
        "data_batch_2.bin",
        "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed",
    ),
    (
        "data_batch_3.bin",
        "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67",
    ),
    (
        "data_batch_4.bin",
        "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48",
    ),
    (
        "data_batch_5.bin",
        "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add",
    ),
    (
        "test_batch.bin",
        "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b",
    ),
];
/// Files of a subset of the data set, with the SHA-256 of their content: the first 4,000 images of
/// `data_batch_1`, and 100 test images of each class, converted from JPEG.
const PARTS: [(&str, &str); 2] = [
    (
        "train_first4000.bin",
        "0993cf8b8e43bc207603aef9787006995746513f5e3fa5a52e06d1b069926330",
    ),
    (
        "test_1000_from_jpeg.bin",
        "ae55f8b4a36f2d326419148653e2bb66143ce7be89a030b1cfbf84f612bd109b",
    ),
];

impl Cifar10 {
    /// Name of the data set's folder.
    pub const NAME: &'static str = "cifar10";
}

impl Source for Cifar10 {
    type Data = Splits<ImageSet>;

    fn title(&self) -> &'static str {
        CIFAR10.title
    }

    fn load(
        &self,
        places: &DataPlaces,
        progress: &mut dyn FnMut(DownloadProgress<'_>),
    ) -> Result<Loaded<Self::Data>, DataError> {
        let read = |files: Files| decode(&files);
        CIFAR10.load(places, &Files::find, progress, read, || self.stand_in())
    }

    fn stand_in(&self) -> Result<Loaded<Self::Data>, DataError> {
        let draw = |count, rng: &mut _| synthetic_colored_garments(count, rng);
        Ok(stand_in(CIFAR10.title, "synthetic garments in color", draw))
    }
}

/// The files found in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Files {
    /// Training files in order, then the test file, unpacked or gzip.
    Batches(Vec<PathBuf>),
    /// The official archive.
    Archive(PathBuf),
    /// A training file and a test file with fewer images.
    Parts([PathBuf; 2]),
}

impl Files {
    /// Finds the files of CIFAR-10 in a folder or named archive; the complete set takes precedence.
    fn find(place: &Path) -> Option<Self> {
        let find = |dir: &Path, name: &str| {
            let unpacked = dir.join(name);
            let packed = dir.join(format!("{name}.gz"));
            [unpacked, packed].into_iter().find(|path| path.is_file())
        };
        for dir in [place.to_path_buf(), place.join(FOLDER)] {
            let files = BATCHES.iter().map(|(name, _)| find(&dir, name));
            if let Some(files) = files.collect() {
                return Some(Self::Batches(files));
            }
        }
        if let Some(archive) = first_file(place, &[ARCHIVE]) {
            return Some(Self::Archive(archive));
        }
        let [train, test] = PARTS.map(|(name, _)| find(place, name));
        Some(Self::Parts([train?, test?]))
    }
}

/// Reads the images.
///
/// # Errors
/// Returns [`DataError::File`] if a file cannot be read, and [`DataError::Malformed`] if it is
/// truncated, differs in size from the official file, has a label above 9, or fails gzip's
/// checksum.
fn decode(files: &Files) -> Result<Loaded<Splits<ImageSet>>, DataError> {
    match files {
        Files::Batches(paths) => {
            let mut batches = Vec::new();
            for path in paths {
                batches.push(Records::parse(path, &unpack::read(path)?, Some(BATCH))?);
            }
            Ok(complete(batches))
        }
        Files::Archive(path) => Ok(complete(archive(path, BATCH)?)),
        Files::Parts(paths) => {
            let [train, test] = paths;
            let train = Records::parse(train, &unpack::read(train)?, None)?;
            let test = Records::parse(test, &unpack::read(test)?, None)?;
            Ok(parts(train, test))
        }
    }
}

/// Returns the six files inside the archive, each of `size` images.
fn archive(path: &Path, size: usize) -> Result<Vec<Records>, DataError> {
    let mut found: BTreeMap<&str, Vec<u8>> = BTreeMap::new();
    unpack::each_member(path, &mut |name, member| {
        let own = BATCHES.iter().find(|(batch, _)| name.ends_with(batch));
        if let Some((batch, _)) = own {
            let mut bytes = Vec::new();
            member.read_to_end(&mut bytes)?;
            found.insert(batch, bytes);
        }
        Ok(())
    })?;
    let mut batches = Vec::new();
    for (name, _) in BATCHES {
        let bytes = found.remove(name);
        let bytes =
            bytes.ok_or_else(|| malformed(path, 0, format!("it does not contain {name}")))?;
        batches.push(Records::parse(&path.join(name), &bytes, Some(size))?);
    }
    Ok(batches)
}

/// Labels and pixels of one file.
#[derive(Debug)]
struct Records {
    labels: Vec<u8>,
    pixels: Vec<u8>,
    sha256: String,
}

impl Records {
    /// Parses a file's content; `size` is the required number of images.
    fn parse(path: &Path, bytes: &[u8], size: Option<usize>) -> Result<Self, DataError> {
        let end = bytes.len() as u64;
        let records = bytes.len().div_ceil(RECORD);
        let expected = size.unwrap_or(records.max(1)) * RECORD;
        if bytes.len() < expected {
            let missing = expected - bytes.len();
            let problem = format!("the file ends {missing} bytes early");
            return Err(malformed(path, end, problem));
        }
        if bytes.len() > expected {
            let problem = format!("the file is longer than {} images", expected / RECORD);
            return Err(malformed(path, expected as u64, problem));
        }
        let mut labels = Vec::with_capacity(records);
        let mut pixels = Vec::with_capacity(records * PIXELS);
        for (number, record) in bytes.chunks_exact(RECORD).enumerate() {
            let label = record[0];
            if usize::from(label) >= CLASSES {
                let problem = format!("label {label}, but only labels below {CLASSES} are valid");
                return Err(malformed(path, (number * RECORD) as u64, problem));
            }
            labels.push(label);
            pixels.extend_from_slice(&record[1..]);
        }
        Ok(Self {
            labels,
            pixels,
            sha256: unpack::sha256(bytes),
        })
    }

    fn images(self) -> ImageSet {
        let size = [CHANNELS, SIDE, SIDE];
        ImageSet::with_channels(self.pixels, self.labels, size, CLASSES).with_class_names(&NAMES)
    }
}

/// Combines all files into the data set: the training files in order, then the test file.
fn complete(mut batches: Vec<Records>) -> Loaded<Splits<ImageSet>> {
    let sha256: Vec<String> = batches.iter().map(|batch| batch.sha256.clone()).collect();
    let published = sha256.iter().eq(BATCHES.iter().map(|(_, sha256)| sha256));
    let test = batches.split_off(batches.len() - 1).into_iter();
    let join = |mut all: Records, next: Records| {
        all.labels.extend(next.labels);
        all.pixels.extend(next.pixels);
        all
    };
    let none = || Records {
        labels: Vec::new(),
        pixels: Vec::new(),
        sha256: String::new(),
    };
    let title = match published {
        true => "CIFAR-10",
        false => "images in the format of CIFAR-10",
    };
    splits(
        batches.into_iter().fold(none(), join),
        test.fold(none(), join),
        title.into(),
        sha256,
    )
}

fn parts(train: Records, test: Records) -> Loaded<Splits<ImageSet>> {
    let sha256 = vec![train.sha256.clone(), test.sha256.clone()];
    let known = sha256.iter().eq(PARTS.iter().map(|(_, sha256)| sha256));
    let counts = [train.labels.len(), test.labels.len()];
    let title = match known {
        true => "CIFAR-10 (part: 4,000 training images, 1,000 test images from JPEG)".into(),
        false => format!(
            "images in the format of CIFAR-10 (part: {} training images, {} test images)",
            counts[0], counts[1]
        ),
    };
    splits(train, test, title, sha256)
}

fn splits(
    train: Records,
    test: Records,
    title: String,
    sha256: Vec<String>,
) -> Loaded<Splits<ImageSet>> {
    let splits = Splits {
        train: train.images(),
        test: test.images(),
    };
    Loaded::new(splits, Provenance::files(title, sha256))
}

#[cfg(test)]
#[path = "cifar10_tests.rs"]
mod tests;
