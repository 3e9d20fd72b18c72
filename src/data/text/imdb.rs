use std::path::{Path, PathBuf};

use super::{
    Review,
    review_files::{Tree, parse_lines},
    synthetic_reviews::synthetic_reviews,
};
use crate::data::{
    DataError, DataPlaces, DownloadProgress, Loaded, Provenance, Source, Splits,
    download::sha256_packed,
    places::{Wanted, first_file},
    remote::RemoteFile,
    unpack,
};
use rand::{SeedableRng, rngs::ChaCha8Rng};

const ARCHIVE: &str = "aclImdb_v1.tar.gz";
const ARCHIVE_SHA256: &str = "c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe";
const IMDB: Wanted = Wanted {
    slug: "imdb",
    title: "IMDb reviews",
    mirrors: &["https://ai.stanford.edu/~amaas/data/sentiment"],
    files: &[RemoteFile::packed(ARCHIVE, ARCHIVE_SHA256)],
};
const FOLDER: &str = "aclImdb";
const TRAIN: [&str; 4] = [
    "train.tsv",
    "train.tsv.gz",
    "train_4000.tsv",
    "train_4000.tsv.gz",
];
const TEST: [&str; 4] = [
    "test.tsv",
    "test.tsv.gz",
    "test_1000.tsv",
    "test_1000.tsv.gz",
];
/// SHA-256 of the unpacked content of `train_4000.tsv` and `test_1000.tsv`.
const PART_SHA256: [&str; 2] = [
    "f4781cbc3a6dabc08af47edff4df2f799733c9182ce618cf6b351cfb7e4f7f05",
    "7bd2b34ede420e2ba33c29a9d04ff14d5e0e86a55b7a64b9b378a076a660a39c",
];
/// Numbers of training and test reviews of the stand-in, and its seed.
const STAND_IN: ([usize; 2], u64) = ([4000, 1000], 0);

/// The Large Movie Review Dataset: 25,000 + 25,000 reviews of IMDb (Maas et al. 2011), or a part of
/// it.
///
/// It is read from the tree `aclImdb/{train,test}/{neg,pos}/*.txt`, from `aclImdb_v1.tar.gz` (which
/// [`DataPlaces::dir`] may name), or from `train.tsv` and `test.tsv` (or `train_4000.tsv` and
/// `test_1000.tsv`), plain or .gz, with label, stars and text separated by tabs. The first form
/// found, in this order, is read. Reviews of a tree are ordered by label, negative first, then by
/// number.
///
/// The stand-in is [`synthetic_reviews`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imdb;

type Reviews = Splits<Vec<Review>>;

/// The form of the files in a folder.
enum Files {
    Tree(PathBuf),
    Archive(PathBuf),
    Lines([PathBuf; 2]),
}

impl Source for Imdb {
    type Data = Reviews;

    fn title(&self) -> &'static str {
        IMDB.title
    }

    fn load(
        &self,
        places: &DataPlaces,
        progress: &mut dyn FnMut(DownloadProgress<'_>),
    ) -> Result<Loaded<Reviews>, DataError> {
        let read = |files: Files| files.decode();
        IMDB.load(places, &Files::find, progress, read, || self.stand_in())
    }

    fn stand_in(&self) -> Result<Loaded<Reviews>, DataError> {
        let ([train, test], seed) = STAND_IN;
        let mut train_reviews =
            synthetic_reviews(train + test, &mut ChaCha8Rng::seed_from_u64(seed));
        let test = train_reviews.split_off(train);
        let splits = Splits {
            train: train_reviews,
            test,
        };
        let title = "synthetic reviews (stand-in for IMDb reviews)";
        Ok(Loaded::new(splits, Provenance::drawn(title)))
    }
}

impl Files {
    fn find(place: &Path) -> Option<Self> {
        let is_tree = |root: &PathBuf| {
            ["train/neg", "train/pos", "test/neg", "test/pos"]
                .iter()
                .all(|folder| root.join(folder).is_dir())
        };
        let roots = [place.to_path_buf(), place.join(FOLDER)];
        if let Some(root) = roots.into_iter().find(is_tree) {
            return Some(Self::Tree(root));
        }
        if let Some(archive) = first_file(place, &[ARCHIVE]) {
            return Some(Self::Archive(archive));
        }
        if place.is_file() {
            return None;
        }
        Some(Self::Lines([
            first_file(place, &TRAIN)?,
            first_file(place, &TEST)?,
        ]))
    }

    fn decode(&self) -> Result<Loaded<Reviews>, DataError> {
        let mut tree = Tree::default();
        match self {
            Self::Tree(root) => {
                tree.add_folder(root)?;
                let [train, test] = tree.finish(root)?;
                let title = counted("IMDb reviews as a folder", &train, &test);
                Ok(data(train, test, title, Vec::new()))
            }
            Self::Archive(archive) => {
                tree.add_archive(archive)?;
                let [train, test] = tree.finish(archive)?;
                let sha256 = sha256_packed(archive)?;
                let title = match sha256 == ARCHIVE_SHA256 {
                    true => IMDB.title.into(),
                    false => counted("reviews in the format of IMDb", &train, &test),
                };
                Ok(data(train, test, title, vec![sha256]))
            }
            Self::Lines([train, test]) => {
                let mut sha256 = Vec::new();
                let mut read = |path: &Path| {
                    let bytes = unpack::read(path)?;
                    sha256.push(unpack::sha256(&bytes));
                    parse_lines(path, &bytes)
                };
                let (train, test) = (read(train)?, read(test)?);
                let title = match sha256 == PART_SHA256 {
                    true => counted(IMDB.title, &train, &test),
                    false => counted("reviews in the format of IMDb", &train, &test),
                };
                Ok(data(train, test, title, sha256))
            }
        }
    }
}

fn counted(name: &str, train: &[Review], test: &[Review]) -> String {
    let (train, test) = (train.len(), test.len());
    match train + test {
        50_000 => name.into(),
        _ => format!("{name} (part: {train} training reviews, {test} test reviews)"),
    }
}

fn data(
    train: Vec<Review>,
    test: Vec<Review>,
    title: String,
    sha256: Vec<String>,
) -> Loaded<Reviews> {
    Loaded::new(Splits { train, test }, Provenance::files(title, sha256))
}

#[cfg(test)]
#[path = "imdb_tests.rs"]
mod tests;
