use std::path::{Path, PathBuf};

use super::{ImageDataset, places::search};

/// Where a data set was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The folder that the caller named.
    Given,
    /// `$FIREWEED_DATA/<name>`.
    Environment,
    /// The user's cache folder.
    Cache,
}

/// A folder that holds a data set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// The files: training images and labels, test images and labels.
    pub files: [PathBuf; 4],
    /// Where they are.
    pub place: Place,
}

/// No folder has the data set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{tried}")]
pub struct NotLocated {
    /// Where was searched, in order, for people.
    pub tried: String,
}

/// The folder for downloaded data sets: `fireweed` in the user's cache folder, where there is
/// one.
pub fn cache_dir() -> Option<PathBuf> {
    dirs::cache_dir().map(|dir| dir.join("fireweed"))
}

/// Looks for a data set on this machine.
///
/// `given` is searched itself and in its subfolder of the data set's name; nothing else is
/// searched where it is set. `environment` (the value of `FIREWEED_DATA`) and `cache` are
/// searched in their subfolder. File names may lack `.gz`, or have a dot in place of the last
/// hyphen (`train-images.idx3-ubyte`), as some archives do.
///
/// # Errors
/// [`NotLocated`] where no place has all four files.
pub fn locate(
    dataset: ImageDataset,
    given: Option<&Path>,
    environment: Option<&Path>,
    cache: Option<&Path>,
) -> Result<Located, NotLocated> {
    let recognise = |dir: &Path| complete(dataset, dir);
    let (place, files) = search(dataset.slug(), given, environment, cache, &recognise)?;
    Ok(Located { files, place })
}

pub(super) fn complete(dataset: ImageDataset, dir: &Path) -> Option<[PathBuf; 4]> {
    let [a, b, c, d] = dataset.files().map(|file| find(dir, file.name));
    Some([a?, b?, c?, d?])
}

fn find(dir: &Path, name: &str) -> Option<PathBuf> {
    let unpacked = name.strip_suffix(".gz").unwrap_or(name);
    let dotted = unpacked.replace("-idx", ".idx");
    [name, unpacked, &format!("{dotted}.gz"), &dotted]
        .into_iter()
        .map(|name| dir.join(name))
        .find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn put(dir: &Path, names: [&str; 4]) {
        fs::create_dir_all(dir).unwrap();
        for name in names {
            fs::write(dir.join(name), b"").unwrap();
        }
    }

    const OFFICIAL: [&str; 4] = [
        "train-images-idx3-ubyte.gz",
        "train-labels-idx1-ubyte.gz",
        "t10k-images-idx3-ubyte.gz",
        "t10k-labels-idx1-ubyte.gz",
    ];

    #[test]
    fn places_are_searched_in_order() {
        let root = tempfile::tempdir().unwrap();
        let [given, environment, cache] = ["given", "env", "cache"].map(|n| root.path().join(n));
        let search = |given: Option<&Path>| {
            locate(ImageDataset::Mnist, given, Some(&environment), Some(&cache))
                .map(|located| located.place)
        };

        assert!(search(None).is_err());
        put(&cache.join("mnist"), OFFICIAL);
        assert_eq!(search(None), Ok(Place::Cache));
        put(&environment.join("mnist"), OFFICIAL);
        assert_eq!(search(None), Ok(Place::Environment));
        // A named folder is not silently replaced by another one.
        assert!(search(Some(&given)).is_err());
        put(&given, OFFICIAL);
        assert_eq!(search(Some(&given)), Ok(Place::Given));
    }

    #[test]
    fn unpacked_and_dotted_names_are_found() {
        let root = tempfile::tempdir().unwrap();
        put(
            root.path(),
            [
                "train-images.idx3-ubyte",
                "train-labels-idx1-ubyte",
                "t10k-images.idx3-ubyte.gz",
                "t10k-labels-idx1-ubyte.gz",
            ],
        );
        let found = locate(ImageDataset::FashionMnist, Some(root.path()), None, None).unwrap();
        assert!(found.files.iter().all(|path| path.is_file()));
    }

    #[test]
    fn an_incomplete_folder_does_not_count_and_is_named() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("mnist");
        put(&dir, OFFICIAL);
        fs::remove_file(dir.join(OFFICIAL[3])).unwrap();
        let tried = locate(ImageDataset::Mnist, None, Some(root.path()), None)
            .unwrap_err()
            .tried;
        assert!(tried.contains(&dir.display().to_string()), "{tried}");
    }
}
