use serde::{Deserialize, Serialize};

use crate::generative::GenerativeError;

/// Options for drawing graphs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SamplingOptions {
    /// Number of graphs drawn together. Bounds memory, and sets the amount of work per evaluation.
    pub batch: usize,
    /// Number of choices per graph between two evaluations of the network. 1 draws from the model's
    /// distribution; more are faster, but independent of each other within a round.
    pub choices_per_round: usize,
    /// Probability above which further choices of the phase are made in the same round. A round
    /// with k of them is within `2 k (1 − certainty)` of the model's distribution in total
    /// variation. With 1 there are no further choices.
    pub certainty: f64,
    /// Divisor of the log-probabilities of each choice, which are then normalized again; above 0. 1
    /// draws from the model's distribution, less favors frequent choices. The widths of the
    /// densities of real features are multiplied by it.
    pub temperature: f64,
    /// Whether no node gets more bonds than its kind allows. Has no effect without
    /// [`Capacities`](super::Capacities).
    pub masked: bool,
}

impl Default for SamplingOptions {
    /// Batches of 128 graphs, 1 choice, certainty 1, temperature 1, no mask.
    fn default() -> Self {
        Self {
            batch: 128,
            choices_per_round: 1,
            certainty: 1.0,
            temperature: 1.0,
            masked: false,
        }
    }
}

impl SamplingOptions {
    /// Checks the settings.
    ///
    /// # Errors
    /// Returns [`GenerativeError::Setting`] with the first setting that is out of range.
    pub fn validate(&self) -> Result<(), GenerativeError> {
        if !(0.0..=1.0).contains(&self.certainty) {
            return Err(GenerativeError::setting(
                "certainty",
                self.certainty,
                "from 0 to 1",
            ));
        }
        if !(self.temperature > 0.0 && self.temperature.is_finite()) {
            return Err(GenerativeError::setting(
                "temperature",
                self.temperature,
                "above 0",
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_out_of_range_are_rejected() {
        let options = |certainty, temperature| SamplingOptions {
            certainty,
            temperature,
            ..SamplingOptions::default()
        };
        assert_eq!(options(0.0, 1e-3).validate(), Ok(()));
        for (certainty, temperature, name) in [
            (1.5, 1.0, "certainty = 1.5"),
            (f64::NAN, 1.0, "certainty = NaN"),
            (1.0, 0.0, "temperature = 0"),
            (1.0, f64::INFINITY, "temperature = inf"),
        ] {
            let error = options(certainty, temperature).validate().unwrap_err();
            assert!(error.to_string().contains(name), "{error}");
        }
    }
}
