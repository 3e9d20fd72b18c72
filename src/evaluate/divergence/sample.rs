use std::fmt;

use crate::evaluate::EvaluateError;

/// One of the two compared samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sample {
    /// The real data.
    Source,
    /// The generated data.
    Generated,
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Source => "source",
            Self::Generated => "generated",
        })
    }
}

/// Checks a sample.
pub(super) fn check(values: &[f64], sample: Sample) -> Result<(), EvaluateError> {
    if values.is_empty() {
        return Err(EvaluateError::EmptySample { sample });
    }
    match values.iter().find(|value| !value.is_finite()) {
        Some(&value) => Err(EvaluateError::NotFinite { sample, value }),
        None => Ok(()),
    }
}
