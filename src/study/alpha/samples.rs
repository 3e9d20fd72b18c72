use burn::{
    data::{dataloader::batcher::Batcher, dataset::Dataset},
    tensor::Device,
};
use rand::{Rng, SeedableRng, rngs::ChaCha8Rng, seq::index};

use super::{AlphaStudyConfig, StudyData, Task, config::SubsetSeeds};
use crate::{
    data::{
        ClassificationBatch, ImageBatcher, ImageSet, LabeledBatch, RegressionBatch, RegressionSet,
        Review, Standardiser, TextSet, TextVocabulary, TokenBatch, Truncation,
    },
    study::StudyError,
};

/// Training and test data.
#[derive(Clone, Debug)]
pub(super) struct Split<T> {
    pub(super) train: T,
    pub(super) test: T,
}

impl<T> Split<T> {
    pub(super) fn map<U>(&self, change: impl Fn(&T) -> U) -> Split<U> {
        Split {
            train: change(&self.train),
            test: change(&self.test),
        }
    }
}

/// The random subsets of a study, on its device.
pub(super) enum Samples {
    Images {
        split: Split<ClassificationBatch>,
        /// Channels, rows and columns.
        shape: [usize; 3],
        classes: usize,
    },
    Texts {
        split: Split<TokenBatch>,
        /// Numbers of tokens, padding and unknown words included.
        vocabulary: usize,
    },
    Rows {
        split: Split<RegressionBatch>,
        host: Split<RegressionSet>,
    },
}

impl Samples {
    pub(super) fn draw(
        config: &AlphaStudyConfig,
        data: &StudyData,
        device: &Device,
    ) -> Result<Self, StudyError> {
        let SubsetSeeds { train, test } = config.subset_seeds();
        let mut train_rng = ChaCha8Rng::seed_from_u64(train);
        let mut test_rng = ChaCha8Rng::seed_from_u64(test);
        let sizes = [config.samples, config.test_samples];
        match (data, config.task) {
            (StudyData::Images(images), Task::Images { .. }) => {
                let train = images.train.random_subset(sizes[0], &mut train_rng)?;
                let test = images.test.random_subset(sizes[1], &mut test_rng)?;
                let [rows, columns] = train.image_size();
                Ok(Self::Images {
                    shape: [train.channels(), rows, columns],
                    classes: train.classes(),
                    split: Split {
                        train: all_images(&train, device)?,
                        test: all_images(&test, device)?,
                    },
                })
            }
            (
                StudyData::Reviews(reviews),
                Task::Reviews {
                    vocabulary, length, ..
                },
            ) => {
                let train = subset(&reviews.train, sizes[0], &mut train_rng);
                let test = subset(&reviews.test, sizes[1], &mut test_rng);
                let texts = train.iter().map(|review| review.text.as_str());
                let words = TextVocabulary::build(texts, 1, vocabulary);
                let tokens = |reviews: &Vec<Review>| {
                    // Verdicts often stand at the end.
                    let set = TextSet::new(reviews, &words, length, Truncation::Last);
                    TokenBatch {
                        features: set.token_tensor(device),
                        targets: set.label_tensor(device),
                    }
                };
                Ok(Self::Texts {
                    split: Split { train, test }.map(tokens),
                    vocabulary: words.size(),
                })
            }
            (StudyData::Function(function), Task::Regression { .. }) => Ok(Self::rows(
                Split {
                    train: function.sample(sizes[0], &mut train_rng),
                    test: function.sample(sizes[1], &mut test_rng),
                },
                device,
            )),
            (StudyData::Housing(housing), Task::Regression { .. }) => {
                let [train, test] = sizes;
                let (train, test) = housing.set.random_split(train, test, &mut train_rng)?;
                let standardiser = Standardiser::fit(&train)?;
                Ok(Self::rows(
                    Split {
                        train: standardiser.apply(&train)?,
                        test: standardiser.apply(&test)?,
                    },
                    device,
                ))
            }
            _ => Err(StudyData::wrong_kind(&config.task)),
        }
    }

    fn rows(host: Split<RegressionSet>, device: &Device) -> Self {
        let split = host.map(|set| LabeledBatch {
            features: set.feature_tensor(device),
            targets: set.target_tensor(device),
        });
        Self::Rows { split, host }
    }
}

/// Random reviews without repetition, in random order; there are as many as asked for, which
/// [`StudyData::check`] has checked.
fn subset(reviews: &[Review], size: usize, rng: &mut impl Rng) -> Vec<Review> {
    let rows = index::sample(rng, reviews.len(), size.min(reviews.len()));
    rows.into_iter().map(|row| reviews[row].clone()).collect()
}

fn all_images(images: &ImageSet, device: &Device) -> Result<ClassificationBatch, StudyError> {
    let items = images
        .get_many((0..images.len()).collect())
        .map_err(|error| StudyError::Setting {
            name: "images",
            value: error.to_string(),
            expected: "images in memory",
        })?;
    Ok(ImageBatcher.batch(items, device))
}
