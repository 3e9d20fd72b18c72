use serde::{Deserialize, Serialize};

use super::Case;
use crate::study::{DrawnProblem, StudyError};

/// How the step size η of a study is chosen; all slopes of one width and depth take the same step.
///
/// Losses are **sums** over the samples of a step.
///
/// With much smaller steps than the largest stable one, the directions that learn slowly dominate, and
/// the order of the slopes can turn around.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "kebab-case")]
pub enum StepRule {
    /// This step.
    Fixed {
        /// η.
        step: f64,
    },
    /// `numerator / (samples per step · m)`.
    PerSampleAndWidth {
        /// What is divided.
        numerator: f64,
    },
    /// A share of the largest stable step of all slopes on these data, in the limit of infinite
    /// width; for gradient descent on squared errors.
    ///
    /// With a re-weighted loss, times its temperature τ: a sample that is fitted has the weight 1/τ.
    /// Samples with an error ℓ weigh exp(ℓ/τ) more, so the share has to be smaller there.
    ShareOfStable {
        /// The share, between 0 and 1.
        share: f64,
    },
}

impl StepRule {
    /// Checks the rule; `can_predict` is whether the largest stable step may be known.
    pub(in crate::study) fn validate(self, can_predict: bool) -> Result<(), StudyError> {
        let positive = |value: f64| value.is_finite() && value > 0.0;
        match self {
            Self::Fixed { step } if !positive(step) => Err(StudyError::setting(
                "learning rate",
                step,
                "a finite number above 0",
            )),
            Self::PerSampleAndWidth { numerator } if !positive(numerator) => Err(
                StudyError::setting("step numerator", numerator, "a finite number above 0"),
            ),
            Self::ShareOfStable { share } if !(share > 0.0 && share < 1.0) => {
                Err(wrong_share(share, "between 0 and 1"))
            }
            Self::ShareOfStable { share } if !can_predict => Err(not_predicted(share)),
            _ => Ok(()),
        }
    }

    /// η for one width and depth.
    ///
    /// # Errors
    /// [`StudyError`] where a share is asked for and there is no closed form.
    pub(super) fn step(
        self,
        case: Case,
        samples_per_step: usize,
        problem: &dyn DrawnProblem,
    ) -> Result<f64, StudyError> {
        match self {
            Self::Fixed { step } => Ok(step),
            Self::PerSampleAndWidth { numerator } => {
                Ok(numerator / (samples_per_step as f64 * case.width as f64))
            }
            Self::ShareOfStable { share } => match problem.largest_stable_step(case)? {
                Some(largest) => Ok(share * largest),
                None => Err(not_predicted(share)),
            },
        }
    }
}

fn not_predicted(share: f64) -> StudyError {
    wrong_share(
        share,
        "for gradient descent on squared errors only: give a learning rate",
    )
}

fn wrong_share(share: f64, expected: &'static str) -> StudyError {
    StudyError::setting("share of the largest stable step", share, expected)
}
