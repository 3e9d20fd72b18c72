use std::fmt;

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

/// Error for samples that cannot be compared.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DivergenceError {
    /// A sample is empty.
    #[error("the {sample} sample is empty: at least one value is needed")]
    Empty {
        /// The sample.
        sample: Sample,
    },
    /// A value is not finite.
    #[error(
        "the {sample} sample contains the value {value}: leave out values that are not finite, and report it"
    )]
    NotFinite {
        /// The sample.
        sample: Sample,
        /// The rejected value.
        value: f64,
    },
    /// Too few edges of bins.
    #[error("{edges} edges make no bin: at least 2 are needed, for example 20")]
    TooFewEdges {
        /// The rejected number.
        edges: usize,
    },
}

/// Checks a sample.
pub(super) fn check(values: &[f64], sample: Sample) -> Result<(), DivergenceError> {
    if values.is_empty() {
        return Err(DivergenceError::Empty { sample });
    }
    match values.iter().find(|value| !value.is_finite()) {
        Some(&value) => Err(DivergenceError::NotFinite { sample, value }),
        None => Ok(()),
    }
}
