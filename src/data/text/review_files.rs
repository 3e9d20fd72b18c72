//! The two forms of review files: tab-separated lines, and a tree with one file per review.

use std::{fs, path::Path};

use super::Review;
use crate::data::{DataError, unpack};

/// Parses lines of label, stars and text, separated by tabs, in UTF-8.
///
/// # Errors
/// Returns [`DataError::Line`] with the first line that is not a review.
pub(super) fn parse_lines(path: &Path, bytes: &[u8]) -> Result<Vec<Review>, DataError> {
    let wrong = |line: usize, problem: String| DataError::Line {
        path: path.into(),
        line: line as u64,
        problem,
    };
    let mut reviews = Vec::new();
    let mut lines: Vec<&[u8]> = bytes.split(|&byte| byte == b'\n').collect();
    // The empty text after the last line break.
    lines.pop_if(|line| line.is_empty());
    for (number, line) in (1..).zip(lines) {
        let line = std::str::from_utf8(line).map_err(|_| wrong(number, "not UTF-8".into()))?;
        let cells: Vec<&str> = line.trim_end_matches('\r').split('\t').collect();
        let [label, stars, text] = cells[..] else {
            let found = cells.len();
            let problem = format!("{found} cells, but label, stars and text are expected");
            return Err(wrong(number, problem));
        };
        let review = Review::checked(label, stars, text);
        reviews.push(review.map_err(|problem| wrong(number, problem))?);
    }
    match reviews.is_empty() {
        true => Err(wrong(1, "there are no reviews".into())),
        false => Ok(reviews),
    }
}

/// Collects training and test reviews from a tree of files.
#[derive(Default)]
pub(super) struct Tree {
    /// Split (0 training, 1 test), label, number in its folder, review.
    reviews: Vec<(usize, u8, u32, Review)>,
}

const SPLITS: [&str; 2] = ["train", "test"];
const LABELS: [&str; 2] = ["neg", "pos"];

impl Tree {
    /// Adds a file if its path is `…/{train,test}/{neg,pos}/<number>_<stars>.txt`.
    ///
    /// # Errors
    /// Returns [`DataError::Line`] if the file name is invalid or the text is not UTF-8.
    pub(super) fn add(&mut self, path: &Path, bytes: &[u8]) -> Result<(), DataError> {
        let Some((split, label, name)) = place(path) else {
            return Ok(());
        };
        let wrong = |problem: String| DataError::Line {
            path: path.into(),
            line: 1,
            problem,
        };
        let parts = name.split_once('_');
        let numbered = parts.and_then(|(number, stars)| Some((number.parse().ok()?, stars)));
        let (number, stars) =
            numbered.ok_or_else(|| wrong("the file's name is not <number>_<stars>.txt".into()))?;
        let text = std::str::from_utf8(bytes).map_err(|_| wrong("not UTF-8".into()))?;
        let review = Review::checked(["0", "1"][label], stars, text).map_err(wrong)?;
        self.reviews.push((split, review.label, number, review));
        Ok(())
    }

    /// Adds the four folders below `root`.
    ///
    /// # Errors
    /// Returns the errors of [`add`](Self::add), and [`DataError::File`].
    pub(super) fn add_folder(&mut self, root: &Path) -> Result<(), DataError> {
        for split in SPLITS {
            for label in LABELS {
                let folder = root.join(split).join(label);
                for entry in fs::read_dir(&folder).map_err(DataError::io(&folder))? {
                    let path = entry.map_err(DataError::io(&folder))?.path();
                    if place(&path).is_some() {
                        self.add(&path, &fs::read(&path).map_err(DataError::io(&path))?)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Adds an archive, plain or gzip-compressed.
    ///
    /// # Errors
    /// Returns the errors of [`add`](Self::add), and [`DataError::Malformed`] if the archive is
    /// damaged.
    pub(super) fn add_archive(&mut self, archive: &Path) -> Result<(), DataError> {
        let mut result = Ok(());
        unpack::each_member(archive, &mut |name, member| {
            let path = archive.join(name);
            if place(&path).is_some() && result.is_ok() {
                let mut bytes = Vec::new();
                member.read_to_end(&mut bytes)?;
                result = self.add(&path, &bytes);
            }
            Ok(())
        })?;
        result
    }

    /// Returns training and test reviews: negative before positive, each by number.
    ///
    /// # Errors
    /// Returns [`DataError::Malformed`] if a split has no reviews of a label.
    pub(super) fn finish(mut self, root: &Path) -> Result<[Vec<Review>; 2], DataError> {
        for (split, split_name) in SPLITS.iter().enumerate() {
            for (label, label_name) in LABELS.iter().enumerate() {
                let belongs =
                    |own: &(usize, u8, u32, Review)| (own.0, usize::from(own.1)) == (split, label);
                if !self.reviews.iter().any(belongs) {
                    let problem = format!("no reviews in {split_name}/{label_name}");
                    return Err(unpack::malformed(root, 0, problem));
                }
            }
        }
        self.reviews
            .sort_by_key(|(split, label, number, _)| (*split, *label, *number));
        let (train, test): (Vec<_>, Vec<_>) = self
            .reviews
            .into_iter()
            .partition(|(split, ..)| *split == 0);
        Ok([train, test].map(|own| own.into_iter().map(|(.., review)| review).collect()))
    }
}

/// Returns split, label and file stem of a review's file.
fn place(path: &Path) -> Option<(usize, usize, &str)> {
    let name = path.file_name()?.to_str()?.strip_suffix(".txt")?;
    let folder = path.parent()?;
    let label = LABELS.iter().position(|label| folder.ends_with(label))?;
    let above = folder.parent()?;
    let split = SPLITS.iter().position(|split| above.ends_with(split))?;
    Some((split, label, name))
}
