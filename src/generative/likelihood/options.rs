use serde::{Deserialize, Serialize};

use crate::generative::GenerativeError;

/// How graphs are drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SamplingOptions {
    /// Graphs that are drawn together; bounds memory, and sets how much work a device gets at once.
    pub batch: usize,
    /// Choices that each graph makes between two evaluations of the network. 1 draws from the
    /// model's law; more are faster, and independent of each other within a round.
    pub choices_per_round: usize,
    /// Further choices of the phase are made in the same round where one outcome has at least this
    /// probability. A round with k of them is within `2 k (1 − certainty)` of the model's law in
    /// total variation. 1 makes no further choices.
    pub certainty: f64,
    /// Divides the logarithms of the probabilities of each choice, which are then normalized
    /// again; above 0. 1 draws from the model's law, less favors the frequent. The widths of the
    /// densities of real features are multiplied by it.
    pub temperature: f64,
    /// Whether no node gets more bonds than its kind allows. Needs
    /// [`Capacities`](super::Capacities); without them nothing changes.
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
    /// [`GenerativeError::Setting`] names the first that is out of range.
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
    fn options_out_of_range_are_named() {
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
