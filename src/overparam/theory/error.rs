/// Settings that the theorems say nothing about.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TheoryError {
    /// A count that is too small.
    #[error("{what} = {found}: at least {least} is needed")]
    TooFew {
        /// What is counted.
        what: &'static str,
        /// The rejected count.
        found: usize,
        /// The least number that makes sense.
        least: usize,
    },
    /// A slope that is not a number.
    #[error("alpha = {alpha} is not a slope: choose a finite number below 1, for example -1 or 0")]
    Alpha {
        /// The rejected value.
        alpha: f64,
    },
    /// Points that coincide, or a distance that is not a number.
    #[error(
        "separation = {separation}: the smallest distance of two inputs must be positive and \
         finite; drop or merge inputs that coincide"
    )]
    Separation {
        /// The rejected value.
        separation: f64,
    },
    /// A quantity that must be positive.
    #[error("{what} = {value}: choose a positive finite number")]
    NotPositive {
        /// What it is.
        what: &'static str,
        /// The rejected value.
        value: f64,
    },
    /// A batch that is larger than the data.
    #[error("a batch of {batch} from {samples} samples: choose at most as many")]
    Batch {
        /// The rejected batch size.
        batch: usize,
        /// The number of samples.
        samples: usize,
    },
    /// A decrease per step that no loss can have.
    #[error(
        "the bound takes {decrease} of the loss per step, which is not below 1: choose a smaller \
         step, or calibrate the constant"
    )]
    Decrease {
        /// The rejected value of 1 − γ.
        decrease: f64,
    },
    /// Two losses that give no rate.
    #[error(
        "losses {} at step {} and {} at step {} give no rate: two positive finite losses are needed, \
         the later one smaller", losses[0], steps[0], losses[1], steps[1]
    )]
    NoRate {
        /// The steps.
        steps: [u64; 2],
        /// The losses.
        losses: [f64; 2],
    },
    /// A calibration with a linear network.
    #[error(
        "alpha = {alpha} has no jump of the slope, so a run with it calibrates nothing: use -1 or 0"
    )]
    NoGap {
        /// The rejected value.
        alpha: f64,
    },
}

pub(super) fn positive(what: &'static str, value: f64) -> Result<f64, TheoryError> {
    match value.is_finite() && value > 0.0 {
        true => Ok(value),
        false => Err(TheoryError::NotPositive { what, value }),
    }
}
