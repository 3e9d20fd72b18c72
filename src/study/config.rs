use rand::{Rng, SeedableRng, rngs::ChaCha8Rng};
use serde::{Deserialize, Serialize};

use super::StudyError;
use crate::{
    data::{ImageDataset, Provenance},
    device::DeviceSpec,
    nn::LeakyReluRescaledConfig,
    overparam::InputMap,
};

/// The settings of an [`AlphaStudy`](super::AlphaStudy), all resolved; `config.json` of its folder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlphaStudyConfig {
    /// Version of this crate that began the study.
    pub version: String,
    /// The data set.
    pub dataset: ImageDataset,
    /// What was loaded for it.
    pub provenance: Provenance,
    /// The slopes, one network each.
    pub alphas: Vec<f64>,
    /// Training images, a random subset.
    pub samples: usize,
    /// Test images, a random subset.
    pub test_samples: usize,
    /// Trained hidden layers L.
    pub depth: usize,
    /// Width m.
    pub width: usize,
    /// How images enter the network.
    pub input_map: InputMap,
    /// Samples per step.
    pub batch_size: usize,
    /// Passes over the training images.
    pub epochs: usize,
    /// Step size η for the loss summed over a batch.
    pub learning_rate: f64,
    /// Repeats on the same images, with other weights and another order.
    pub repeats: usize,
    /// Stop a training whose test loss has not fallen for this many epochs.
    pub patience: Option<usize>,
    /// Seed of everything random.
    pub seed: u64,
    /// The device.
    pub device: DeviceSpec,
}

/// Seeds of the random subsets, the same in every repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SubsetSeeds {
    pub(super) train: u64,
    pub(super) test: u64,
}

/// Seeds of one repeat, the same for every α.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RepeatSeeds {
    pub(super) weights: u64,
    pub(super) order: u64,
}

impl AlphaStudyConfig {
    /// The step size at which the experiments of chapter 2 are compared here, near the largest
    /// that is stable: `400 / (batch · m)`.
    ///
    /// With much smaller steps the directions that learn slowly dominate, and the order of the
    /// slopes can turn around.
    pub fn default_learning_rate(width: usize, batch_size: usize) -> f64 {
        400.0 / (batch_size as f64 * width as f64)
    }

    /// Checks every setting.
    ///
    /// # Errors
    /// [`StudyError::Setting`] or [`StudyError::Alpha`] for the first that is out of range.
    pub fn validate(&self) -> Result<(), StudyError> {
        if self.alphas.is_empty() {
            return Err(StudyError::Setting {
                name: "alphas",
                value: "none".into(),
                expected: "at least one slope",
            });
        }
        for &alpha in &self.alphas {
            LeakyReluRescaledConfig::new()
                .with_alpha(alpha)
                .try_init()?;
            if self.alphas.iter().filter(|&&other| other == alpha).count() > 1 {
                return Err(StudyError::Setting {
                    name: "alphas",
                    value: alpha.to_string(),
                    expected: "each slope once",
                });
            }
        }
        for (name, value) in [
            ("samples", self.samples),
            ("test samples", self.test_samples),
            ("depth", self.depth),
            ("width", self.width),
            ("batch size", self.batch_size),
            ("epochs", self.epochs),
            ("repeats", self.repeats),
            ("patience", self.patience.unwrap_or(1)),
        ] {
            if value == 0 {
                return Err(StudyError::Setting {
                    name,
                    value: "0".into(),
                    expected: "at least 1",
                });
            }
        }
        if !(self.learning_rate.is_finite() && self.learning_rate > 0.0) {
            return Err(StudyError::Setting {
                name: "learning rate",
                value: self.learning_rate.to_string(),
                expected: "a finite number above 0",
            });
        }
        Ok(())
    }

    /// The seeds of the subsets: two draws of stream 0.
    pub(super) fn subset_seeds(&self) -> SubsetSeeds {
        let mut rng = self.stream(0);
        SubsetSeeds {
            train: rng.next_u64(),
            test: rng.next_u64(),
        }
    }

    /// The seeds of a repeat, counted from 1: two draws of stream `repeat`.
    pub(super) fn repeat_seeds(&self, repeat: usize) -> RepeatSeeds {
        let mut rng = self.stream(repeat);
        RepeatSeeds {
            weights: rng.next_u64(),
            order: rng.next_u64(),
        }
    }

    fn stream(&self, number: usize) -> ChaCha8Rng {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(number as u64);
        rng
    }

    /// One line of the settings that matter for reading results.
    pub fn summary(&self) -> String {
        let Self {
            samples,
            test_samples,
            depth,
            width,
            batch_size,
            learning_rate,
            epochs,
            repeats,
            ..
        } = self;
        let runs = if *repeats == 1 { "run" } else { "runs" };
        format!(
            "{}: {samples} training and {test_samples} test images, L = {depth}, m = {width}, \
             batch {batch_size}, η = {learning_rate}, {epochs} epochs, {repeats} {runs}",
            self.provenance.title
        )
    }
}
