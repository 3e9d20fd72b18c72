/// Settings not covered by the theorems.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TheoryError {
    /// A count is too small.
    #[error("{what} = {found}: at least {least} is needed")]
    TooFew {
        /// Name of the count.
        what: &'static str,
        /// The rejected count.
        found: usize,
        /// The smallest valid value.
        least: usize,
    },
    /// The slope is not a number.
    #[error("alpha = {alpha} is not a slope: choose a finite number below 1, for example -1 or 0")]
    Alpha {
        /// The rejected value.
        alpha: f64,
    },
    /// Points coincide, or the distance is not a number.
    #[error(
        "separation = {separation}: the smallest distance of two inputs must be positive and \
         finite; drop or merge inputs that coincide"
    )]
    Separation {
        /// The rejected value.
        separation: f64,
    },
    /// A quantity is not positive.
    #[error("{what} = {value}: choose a positive finite number")]
    NotPositive {
        /// Name of the quantity.
        what: &'static str,
        /// The rejected value.
        value: f64,
    },
    /// A batch is larger than the data.
    #[error("a batch of {batch} from {samples} samples: choose at most as many")]
    Batch {
        /// The rejected batch size.
        batch: usize,
        /// Number of samples.
        samples: usize,
    },
    /// The decrease per step is not below 1.
    #[error(
        "the bound decreases the loss by the share {decrease} per step, which is not below 1: \
         choose a smaller step, or calibrate the constant"
    )]
    Decrease {
        /// The rejected value of 1 − γ.
        decrease: f64,
    },
    /// Two losses do not determine a rate.
    #[error(
        "losses {} at step {} and {} at step {} give no rate: two positive finite losses are \
         needed, the later one smaller", losses[0], steps[0], losses[1], steps[1]
    )]
    NoRate {
        /// The steps.
        steps: [u64; 2],
        /// The losses.
        losses: [f64; 2],
    },
    /// The run for a calibration has a linear network.
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
