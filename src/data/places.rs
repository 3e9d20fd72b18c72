use std::path::{Path, PathBuf};

use super::{DataError, DownloadProgress, Loaded, download::Download, remote::RemoteFile};

/// Where to look for a data set; the same settings apply to every data set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataPlaces {
    /// A folder that has the files itself or in its subfolder with the data set's name. If it is
    /// set, nothing else is searched.
    pub dir: Option<PathBuf>,
    /// Whether to download the data set if no folder has it.
    pub download: bool,
    /// Whether to use a synthetic stand-in if the data set is not available.
    pub fallback: bool,
}

impl Default for DataPlaces {
    /// All locations, and the stand-in as a last resort.
    fn default() -> Self {
        Self {
            dir: None,
            download: true,
            fallback: true,
        }
    }
}

/// Description of a data set to search for.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    /// Name of its folder.
    pub(super) slug: &'static str,
    /// Name for display.
    pub(super) title: &'static str,
    /// URLs of folders that hold `files`.
    pub(super) mirrors: &'static [&'static str],
    /// The files to download.
    pub(super) files: &'static [RemoteFile],
}

impl Wanted {
    /// Returns the one-line notice that a stand-in is used.
    pub(super) fn notice(&self, tried: &str, stand_in: &str) -> String {
        format!(
            "{} was not found ({tried}); using {stand_in} instead",
            self.title
        )
    }

    /// Finds and reads the data set, or returns the stand-in with a notice.
    ///
    /// # Errors
    /// Returns the errors of [`DataPlaces::find`], `read` and `stand_in`.
    pub(super) fn load<F, T>(
        &self,
        places: &DataPlaces,
        recognize: &dyn Fn(&Path) -> Option<F>,
        progress: &mut dyn FnMut(DownloadProgress<'_>),
        read: impl FnOnce(F) -> Result<Loaded<T>, DataError>,
        stand_in: impl FnOnce() -> Result<Loaded<T>, DataError>,
    ) -> Result<Loaded<T>, DataError> {
        match places.find(self, recognize, progress)? {
            Found::Files(files) => read(files),
            Found::Nowhere { tried } => {
                let mut loaded = stand_in()?;
                let notice = self.notice(&tried, &loaded.provenance.title);
                loaded.notice = Some(match loaded.notice {
                    Some(more) => format!("{notice}; {more}"),
                    None => notice,
                });
                Ok(loaded)
            }
        }
    }
}

/// Returns the folder for downloaded data sets: `fireweed` in the user's cache folder, if there is
/// one.
fn cache_dir() -> Option<PathBuf> {
    dirs::cache_dir().map(|dir| dir.join("fireweed"))
}

/// Outcome of a search.
pub(super) enum Found<F> {
    /// The files were found.
    Files(F),
    /// The files were not found, and the stand-in is allowed.
    Nowhere {
        /// The locations that were tried, in order, each with its outcome.
        tried: String,
    },
}

impl DataPlaces {
    /// Searches every allowed location, and finally downloads the files.
    ///
    /// `recognize` returns the data set if a folder (or the file that the caller named) holds it.
    ///
    /// # Errors
    /// Returns [`DataError::NotFound`] if the data set is not found and the stand-in is not allowed
    /// or a folder was named.
    pub(super) fn find<F>(
        &self,
        wanted: &Wanted,
        recognize: &dyn Fn(&Path) -> Option<F>,
        progress: &mut dyn FnMut(DownloadProgress<'_>),
    ) -> Result<Found<F>, DataError> {
        let environment = std::env::var_os("FIREWEED_DATA")
            .filter(|value| !value.is_empty())
            .map(PathBuf::from);
        let cache = cache_dir();
        let mut tried = match search(
            wanted.slug,
            self.dir.as_deref(),
            environment.as_deref(),
            cache.as_deref(),
            recognize,
        ) {
            Ok(files) => return Ok(Found::Files(files)),
            Err(tried) => tried,
        };
        if self.dir.is_none() {
            match &cache {
                _ if self.download && wanted.files.is_empty() => {
                    tried.push_str(", no download address");
                }
                Some(cache) if self.download => {
                    let dir = cache.join(wanted.slug);
                    match fetch_all(wanted, &dir, progress) {
                        Ok(()) => match recognize(&dir) {
                            Some(files) => return Ok(Found::Files(files)),
                            None => tried = format!("{tried}, not in {}", dir.display()),
                        },
                        Err(error) => tried = format!("{tried}, {error}"),
                    }
                }
                Some(_) => tried.push_str(", download not allowed"),
                None => tried.push_str(", no cache folder to download to"),
            }
            if self.fallback {
                return Ok(Found::Nowhere { tried });
            }
        }
        Err(DataError::NotFound {
            dataset: wanted.title,
            tried,
        })
    }
}

fn fetch_all(
    wanted: &Wanted,
    dir: &Path,
    progress: &mut dyn FnMut(DownloadProgress<'_>),
) -> Result<(), DataError> {
    let download = Download {
        mirrors: wanted.mirrors,
        dir,
    };
    for file in wanted.files {
        download.fetch(file, progress)?;
    }
    Ok(())
}

/// Searches the local folders for a data set; returns its files, or the locations that were tried.
///
/// If `given` is set, only it and its subfolder with the data set's name are searched.
/// `environment` (the value of `FIREWEED_DATA`) and `cache` are searched in their subfolder.
fn search<F>(
    slug: &str,
    given: Option<&Path>,
    environment: Option<&Path>,
    cache: Option<&Path>,
    recognize: &dyn Fn(&Path) -> Option<F>,
) -> Result<F, String> {
    let places: Vec<PathBuf> = match given {
        Some(dir) => vec![dir.to_path_buf(), dir.join(slug)],
        None => [environment, cache]
            .into_iter()
            .flatten()
            .map(|dir| dir.join(slug))
            .collect(),
    };
    if let Some(files) = places.iter().find_map(|dir| recognize(dir)) {
        return Ok(files);
    }
    let mut tried: Vec<String> = Vec::new();
    if given.is_none() && environment.is_none() {
        tried.push("FIREWEED_DATA is not set".into());
    }
    tried.extend(places.iter().map(|dir| format!("not in {}", dir.display())));
    Err(tried.join(", "))
}

/// Returns the first of these files in a folder; `place` may also be one of the files.
pub(super) fn first_file(place: &Path, names: &[&str]) -> Option<PathBuf> {
    if place.is_file() {
        let name = place.file_name()?.to_str()?;
        return names.contains(&name).then(|| place.to_path_buf());
    }
    names
        .iter()
        .map(|name| place.join(name))
        .find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    const WANTED: Wanted = Wanted {
        slug: "no-such-data-set",
        title: "No such data set",
        mirrors: &[],
        files: &[],
    };

    fn nothing(_: &Path) -> Option<()> {
        None
    }

    #[test]
    fn places_are_searched_in_order() {
        let root = tempfile::tempdir().unwrap();
        let [given, environment, cache] = ["given", "env", "cache"].map(|n| root.path().join(n));
        let file = |dir: &Path| first_file(dir, &["a.csv"]);
        let find =
            |given: Option<&Path>| search("mine", given, Some(&environment), Some(&cache), &file);
        let put = |dir: PathBuf| {
            std::fs::create_dir_all(&dir).unwrap();
            let path = dir.join("a.csv");
            std::fs::write(&path, b"").unwrap();
            path
        };
        let tried = find(None).unwrap_err();
        assert!(tried.contains(&environment.join("mine").display().to_string()));
        let cached = put(cache.join("mine"));
        assert_eq!(find(None), Ok(cached));
        let own = put(environment.join("mine"));
        assert_eq!(find(None), Ok(own));
        // A named folder is not silently replaced by another location.
        assert!(find(Some(&given)).is_err());
        let named = put(given.clone());
        assert_eq!(find(Some(&given)), Ok(named));
    }

    #[test]
    fn a_named_folder_is_never_replaced_by_the_stand_in() {
        let dir = tempfile::tempdir().unwrap();
        let places = DataPlaces {
            dir: Some(dir.path().to_path_buf()),
            ..DataPlaces::default()
        };
        let error = places.find(&WANTED, &nothing, &mut |_| {}).err().unwrap();
        let message = error.to_string();
        assert!(message.starts_with("No such data set was not found: not in "));
        assert!(message.contains(&dir.path().display().to_string()));
        assert_eq!(message.lines().count(), 1);
    }

    #[test]
    fn the_stand_in_must_be_allowed() {
        let mut places = DataPlaces {
            download: false,
            ..DataPlaces::default()
        };
        let found = places.find(&WANTED, &nothing, &mut |_| {}).unwrap();
        let Found::Nowhere { tried } = found else {
            panic!("found")
        };
        let notice = WANTED.notice(&tried, "drawn data");
        assert!(notice.contains("download not allowed") && notice.contains("using drawn data"));
        places.fallback = false;
        assert!(matches!(
            places.find(&WANTED, &nothing, &mut |_| {}),
            Err(DataError::NotFound { .. })
        ));
    }

    #[test]
    fn a_file_is_accepted_only_with_a_known_name() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.csv");
        std::fs::write(&path, b"").unwrap();
        let names = ["b.csv", "a.csv"];
        assert_eq!(first_file(dir.path(), &names), Some(path.clone()));
        assert_eq!(first_file(&path, &names), Some(path.clone()));
        assert_eq!(first_file(&path, &["b.csv"]), None);
    }
}
