use burn::{
    data::{dataloader::batcher::Batcher, dataset::Dataset},
    tensor::{Device, Tensor},
};
use rand::{Rng, SeedableRng, rngs::ChaCha8Rng, seq::index};

use super::{AlphaStudyConfig, ImageNetwork, StudyData, Task, config::SubsetSeeds};
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
            (StudyData::Images(images), Task::Images { network, .. }) => {
                let train = images.train.random_subset(sizes[0], &mut train_rng)?;
                let test = images.test.random_subset(sizes[1], &mut test_rng)?;
                let [rows, columns] = train.image_size();
                let mut channels = train.channels();
                let classes = train.classes();
                let mut split = Split {
                    train: all_images(&train, device)?,
                    test: all_images(&test, device)?,
                };
                if network == ImageNetwork::Cnn {
                    split = centred(split, channels);
                    channels += 1;
                }
                Ok(Self::Images {
                    shape: [channels, rows, columns],
                    classes,
                    split,
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

/// Subtracts each channel's mean over the training images, as is usual before convolutions, and appends
/// a constant channel: without it a network with α = −1 could not tell an image from its negative.
fn centred(split: Split<ClassificationBatch>, channels: usize) -> Split<ClassificationBatch> {
    let planes = |batch: &ClassificationBatch| {
        let [images, pixels] = batch.features.dims();
        let shape = [images, channels, pixels / channels];
        batch.features.clone().reshape(shape)
    };
    let train = planes(&split.train);
    let means = train.clone().mean_dim(2).mean_dim(0);
    // As large as pixels are on average.
    let constant = (train - means.clone()).square().mean().sqrt();
    split.map(|batch| {
        let planes = planes(batch) - means.clone();
        let [images, _, pixels] = planes.dims();
        let plane = constant
            .clone()
            .reshape([1, 1, 1])
            .expand([images, 1, pixels]);
        let planes = Tensor::cat(vec![planes, plane], 1);
        LabeledBatch {
            features: planes.reshape([images, (channels + 1) * pixels]),
            targets: batch.targets.clone(),
        }
    })
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

#[cfg(test)]
#[cfg(feature = "flex")]
mod tests {
    use burn::tensor::Int;

    use super::*;

    #[test]
    fn images_are_centred_by_the_training_means_and_get_a_constant_channel() {
        let device = Device::flex();
        let batch = |pixels: [[f32; 4]; 2]| ClassificationBatch {
            features: Tensor::from_floats(pixels, &device),
            targets: Tensor::<1, Int>::from_ints([0, 1], &device),
        };
        // Two channels of two pixels; the channels' means are 2 and 5.
        let train = batch([[1.0, 3.0, 5.0, 5.0], [2.0, 2.0, 4.0, 6.0]]);
        let test = batch([[2.0; 4], [0.0; 4]]);
        let split = centred(Split { train, test }, 2);
        let values = |batch: &ClassificationBatch| -> Vec<f32> {
            batch.features.clone().into_data().try_into_vec().unwrap()
        };
        let c = (4.0f32 / 8.0).sqrt();
        let expected = [-1.0, 1.0, 0.0, 0.0, c, c, 0.0, 0.0, -1.0, 1.0, c, c];
        assert_eq!(values(&split.train), expected);
        let expected = [0.0, 0.0, -3.0, -3.0, c, c, -2.0, -2.0, -5.0, -5.0, c, c];
        assert_eq!(values(&split.test), expected);
    }
}
