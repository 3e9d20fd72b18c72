use serde::{Deserialize, Serialize};

use super::{DataError, DataPlaces, DownloadProgress};

/// A data set that can be loaded.
///
/// Implement it for a data set of your own to use it wherever this crate takes one, for example in
/// [`ImageProblem`](crate::study::ImageProblem).
///
/// ```
/// use fireweed::data::{
///     DataError, DataPlaces, DownloadProgress, ImageSet, Loaded, Provenance, Source, Splits,
/// };
///
/// /// Images of one pixel, dark or bright.
/// struct Pixels;
///
/// impl Source for Pixels {
///     type Data = Splits<ImageSet>;
///
///     fn title(&self) -> &'static str {
///         "pixels"
///     }
///
///     fn load(
///         &self,
///         _: &DataPlaces,
///         _: &mut dyn FnMut(DownloadProgress<'_>),
///     ) -> Result<Loaded<Self::Data>, DataError> {
///         let pixels = |count| ImageSet::new(vec![0, 255].repeat(count), [0, 1].repeat(count), [1, 1], 2);
///         let data = Splits { train: pixels(100), test: pixels(20) };
///         Ok(Loaded::new(data, Provenance::drawn("pixels")))
///     }
/// }
///
/// let loaded = Pixels.load(&DataPlaces::default(), &mut |_| {})?;
/// assert_eq!(loaded.data.train.classes(), 2);
/// # Ok::<(), DataError>(())
/// ```
pub trait Source {
    /// What is loaded.
    type Data;

    /// The name in titles and messages.
    fn title(&self) -> &'static str;

    /// Loads the data from the first place that has them; see the [module](crate::data) for the
    /// order.
    ///
    /// `progress` is called during a download. Damaged files are an error, never a reason to go on
    /// to the next place.
    ///
    /// # Errors
    /// Returns [`DataError`] if files are damaged, and [`DataError::NotFound`] if no place has the
    /// data and the stand-in is not allowed, or a folder was named.
    fn load(
        &self,
        places: &DataPlaces,
        progress: &mut dyn FnMut(DownloadProgress<'_>),
    ) -> Result<Loaded<Self::Data>, DataError>;

    /// Returns the synthetic stand-in, always the same.
    ///
    /// # Errors
    /// Returns [`DataError::NoStandIn`] if there is none, which is the default.
    fn stand_in(&self) -> Result<Loaded<Self::Data>, DataError> {
        Err(DataError::NoStandIn {
            dataset: self.title(),
        })
    }
}

/// Loaded data and where they come from.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded<T> {
    /// The data.
    pub data: T,
    /// Where they come from.
    pub provenance: Provenance,
    /// One line for the user if something else than asked for was loaded, or something was left
    /// out.
    pub notice: Option<String>,
}

impl<T> Loaded<T> {
    /// Creates loaded data without a notice.
    pub fn new(data: T, provenance: Provenance) -> Self {
        Self {
            data,
            provenance,
            notice: None,
        }
    }

    /// Applies a function to the data.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Loaded<U> {
        Loaded {
            data: change(self.data),
            provenance: self.provenance,
            notice: self.notice,
        }
    }
}

/// Training and test data.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Splits<T> {
    /// The data to train on.
    pub train: T,
    /// The data held out.
    pub test: T,
}

impl<T> Splits<T> {
    /// Applies a function to both parts.
    pub fn map<U>(&self, change: impl Fn(&T) -> U) -> Splits<U> {
        Splits {
            train: change(&self.train),
            test: change(&self.test),
        }
    }
}

/// Where data come from; written into every output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// The name for titles, such as `Fashion-MNIST` or `synthetic garments (stand-in …)`.
    pub title: String,
    /// Whether the data are drawn by a program instead of read from a data set.
    pub synthetic: bool,
    /// SHA-256 of the unpacked files, in hexadecimal; empty for drawn data.
    pub sha256: Vec<String>,
}

impl Provenance {
    /// Creates the provenance of data that are drawn by a program.
    pub fn drawn(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            synthetic: true,
            sha256: Vec::new(),
        }
    }

    /// Creates the provenance of data that were read from files with these digests.
    pub fn files(title: impl Into<String>, sha256: Vec<String>) -> Self {
        Self {
            title: title.into(),
            synthetic: false,
            sha256,
        }
    }
}
