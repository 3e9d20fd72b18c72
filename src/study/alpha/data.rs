use burn::data::dataset::Dataset;

use super::{AlphaStudyConfig, Task};
use crate::{
    data::{
        DataError, DataPlaces, DownloadProgress, HousingData, HousingFeatures, HousingRequest,
        ImageRequest, ImageSplits, ImdbData, Provenance, SyntheticFunction, load_housing,
        load_images, load_imdb, stand_in, stand_in_housing, stand_in_imdb,
    },
    study::StudyError,
};
/// The data of an [`AlphaStudy`](super::AlphaStudy).
#[derive(Clone, Debug)]
pub enum StudyData {
    /// Images with classes.
    Images(ImageSplits),
    /// Film reviews.
    Reviews(ImdbData),
    /// House prices.
    Housing(HousingData),
    /// A function, which every study samples itself.
    Function(SyntheticFunction),
}

impl StudyData {
    /// Loads what a task needs, from the first place that has it.
    ///
    /// # Errors
    /// [`DataError`]: damaged files, or no place has the data set and the stand-in is not allowed.
    pub fn load(
        task: &Task,
        places: &DataPlaces,
        progress: &mut dyn FnMut(DownloadProgress<'_>),
    ) -> Result<Self, DataError> {
        let places = places.clone();
        Ok(match *task {
            Task::Images { dataset, .. } => {
                let DataPlaces {
                    dir,
                    download,
                    fallback,
                } = places;
                let request = ImageRequest {
                    dataset,
                    dir,
                    download,
                    fallback,
                };
                Self::Images(load_images(&request, progress)?)
            }
            Task::Reviews { .. } => Self::Reviews(load_imdb(&places, progress)?),
            Task::Regression { table, .. } => match table.function() {
                Some(function) => Self::Function(function),
                None => {
                    let features = HousingFeatures::default();
                    Self::Housing(load_housing(
                        &HousingRequest { places, features },
                        progress,
                    )?)
                }
            },
        })
    }

    /// The synthetic stand-in for what a task needs.
    pub fn stand_in(task: &Task) -> Self {
        match *task {
            Task::Images { dataset, .. } => Self::Images(stand_in(dataset)),
            Task::Reviews { .. } => Self::Reviews(stand_in_imdb()),
            Task::Regression { table, .. } => match table.function() {
                Some(function) => Self::Function(function),
                None => Self::Housing(stand_in_housing(HousingFeatures::default())),
            },
        }
    }

    /// Where the data come from.
    pub fn provenance(&self) -> Provenance {
        match self {
            Self::Images(images) => images.provenance.clone(),
            Self::Reviews(reviews) => reviews.provenance.clone(),
            Self::Housing(housing) => housing.provenance.clone(),
            Self::Function(function) => function.provenance(),
        }
    }

    /// One line for people where something else than asked for was loaded.
    pub fn notice(&self) -> Option<&str> {
        match self {
            Self::Images(images) => images.notice.as_deref(),
            Self::Reviews(reviews) => reviews.notice.as_deref(),
            Self::Housing(housing) => housing.notice.as_deref(),
            Self::Function(_) => None,
        }
    }

    /// Whether a study can have as many samples as it asks for.
    ///
    /// # Errors
    /// [`StudyError`] where it cannot, and where these are data of another kind than its task's.
    pub fn check(&self, config: &AlphaStudyConfig) -> Result<(), StudyError> {
        let asked = [config.samples, config.test_samples];
        let parts = match (self, &config.task) {
            (Self::Images(images), Task::Images { .. }) => [
                ("training", asked[0], images.train.len()),
                ("test", asked[1], images.test.len()),
            ],
            (Self::Reviews(reviews), Task::Reviews { .. }) => [
                ("training", asked[0], reviews.train.len()),
                ("test", asked[1], reviews.test.len()),
            ],
            (Self::Housing(housing), Task::Regression { .. }) => {
                let rows = housing.set.len();
                let left = rows.saturating_sub(asked[0]);
                [("training", asked[0], rows), ("test", asked[1], left)]
            }
            (Self::Function(_), Task::Regression { .. }) => return Ok(()),
            _ => return Err(Self::wrong_kind(&config.task)),
        };
        for (part, requested, available) in parts {
            if requested > available {
                return Err(StudyError::Data(DataError::TooFew {
                    dataset: format!("the {part} part of {}", self.provenance().title),
                    requested,
                    available,
                }));
            }
        }
        Ok(())
    }

    pub(super) fn wrong_kind(task: &Task) -> StudyError {
        StudyError::Setting {
            name: "data",
            value: "data of another kind".into(),
            expected: match task {
                Task::Images { .. } => "images for this task",
                Task::Reviews { .. } => "reviews for this task",
                Task::Regression { .. } => "a table of numbers for this task",
            },
        }
    }
}
