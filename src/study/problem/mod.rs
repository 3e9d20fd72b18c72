//! What networks of several slopes learn: data, a network and a loss.

mod classification;
mod closed_form;
mod images;
mod networks;
mod regression;
mod texts;
mod training;

use burn::tensor::Device;
use rand::rngs::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::{AlphaStudyConfig, Case, StudyError};
use crate::{
    data::{DataError, Provenance, Splits},
    train::{History, RunEnd},
};

pub use closed_form::Prediction;
pub(super) use closed_form::late_decrease;
pub use images::ImageProblem;
pub use networks::{
    ClassBatch, CnnFamily, ImageInputs, Inputs, MlpFamily, NetworkFamily, PreparedInputs,
    RnnFamily, TextInputs, TransformerFamily,
};
pub use regression::{FunctionProblem, RegressionLossKind, TableProblem};
pub use texts::TextProblem;
pub(super) use training::Plan;
pub use training::Training;

/// A learning problem on which an [`AlphaStudy`](super::AlphaStudy) compares slopes: data, from
/// which subsets are drawn, and networks with a loss.
///
/// | problem | data | network and loss |
/// |---|---|---|
/// | [`ImageProblem`] | images with classes | a [`NetworkFamily`], cross-entropy |
/// | [`TextProblem`] | texts with classes | a [`NetworkFamily`], cross-entropy |
/// | [`TableProblem`] | rows of numbers | fully connected, a loss of regression |
/// | [`FunctionProblem`] | a function, sampled | the same |
///
/// Networks of your own implement [`NetworkFamily`], data of your own
/// [`Source`](crate::data::Source), and anything else this trait.
pub trait Problem {
    /// Where the data come from.
    fn provenance(&self) -> &Provenance;

    /// One line for the user if something else than asked for was loaded.
    fn notice(&self) -> Option<&str> {
        None
    }

    /// What is learned and how it is displayed.
    fn description(&self) -> ProblemDescription;

    /// Number of training and test samples that can be drawn.
    fn available(&self) -> Splits<usize>;

    /// Checks that a study with these settings can run, before anything is drawn.
    ///
    /// # Errors
    /// Returns [`StudyError`] if there are fewer samples than asked for, or a setting does not fit
    /// the networks.
    fn check(&self, config: &AlphaStudyConfig) -> Result<(), StudyError> {
        enough(self.provenance(), self.available(), config)
    }

    /// Draws the training and test samples of a study onto a device.
    ///
    /// # Errors
    /// Returns [`StudyError`] if the samples cannot be drawn.
    fn draw(
        &self,
        config: &AlphaStudyConfig,
        rngs: &mut SampleRngs,
        device: &Device,
    ) -> Result<Box<dyn DrawnProblem + '_>, StudyError>;

    /// Multiplications and additions of a forward pass of one sample, roughly: the time that is left
    /// of a study is estimated by them.
    fn cost(&self, case: Case) -> f64;
}

/// A problem with the samples of one study, ready to train on.
pub trait DrawnProblem {
    /// Trains one network, from its folder's last checkpoint if there is one.
    ///
    /// `weights` is seeded by the repeat, and the same for every slope.
    ///
    /// # Errors
    /// Returns [`StudyError`] if the network cannot be built or the training fails.
    fn train(
        &self,
        case: Case,
        weights: &mut ChaCha8Rng,
        training: Training<'_>,
    ) -> Result<(History, RunEnd), StudyError>;

    /// The largest stable step of all slopes at the width and depth of a case, from the closed form
    /// at infinite width; `None` without a closed form.
    ///
    /// # Errors
    /// Returns [`StudyError`] if the closed form fails.
    fn largest_stable_step(&self, case: Case) -> Result<Option<f64>, StudyError> {
        let _ = case;
        Ok(None)
    }

    /// The curves of one network in the closed form at infinite width, if there is one.
    ///
    /// # Errors
    /// Returns [`StudyError`] if the closed form fails.
    fn predict(
        &self,
        config: &AlphaStudyConfig,
        case: Case,
        step: f64,
    ) -> Result<Option<Prediction>, StudyError> {
        let _ = (config, case, step);
        Ok(None)
    }
}

/// What a [`Problem`] learns, as a study records and displays it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProblemDescription {
    /// All settings that change results, other than the data and the settings of the study: network,
    /// loss, encoding. A study can only be continued with the same ones.
    pub settings: serde_json::Value,
    /// What samples are called, such as `images`.
    pub samples: String,
    /// What losses are, for axes, such as `mean squared error`.
    pub loss: String,
    /// Whether classes are learned, so that there is an accuracy.
    pub classification: bool,
    /// Whether the largest stable step of gradient descent is known from the closed form.
    pub stable_step: bool,
}

/// Random numbers for the training and test samples of a study, each with a seed of its own.
#[derive(Debug)]
pub struct SampleRngs {
    /// For the training samples.
    pub train: ChaCha8Rng,
    /// For the test samples.
    pub test: ChaCha8Rng,
}

/// Checks that a study does not ask for more samples than there are.
fn enough(
    provenance: &Provenance,
    available: Splits<usize>,
    config: &AlphaStudyConfig,
) -> Result<(), StudyError> {
    let Splits { train, test } = available;
    let parts = [
        ("training", config.samples, train),
        ("test", config.test_samples, test),
    ];
    for (part, requested, available) in parts {
        if requested > available {
            return Err(StudyError::Data(DataError::TooFew {
                dataset: format!("the {part} part of {}", provenance.title),
                requested,
                available,
            }));
        }
    }
    Ok(())
}

/// The settings of a problem as a value.
fn settings(settings: &impl Serialize) -> serde_json::Value {
    // Plain structs and enums have no map keys that are not strings, and nothing else can fail.
    serde_json::to_value(settings).unwrap_or_default()
}
