use serde::{Deserialize, Serialize};

use super::beta_for_visits;
use crate::{SettingError, pricing::PricingError};

/// Exploration: the probability of actions other than the greedy one, in period t = 0, 1, ...
///
///
/// In TOML: `exploration = { exponential = { beta = 4e-6 } }`.
///
/// Reference: Calvano, Calzolari, Denicolò and Pastorello (2020), American Economic Review 110(10),
/// section II, for the first two; the authors' program offers the last as an alternative.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Exploration {
    /// Exploration that decays exponentially.
    Exponential {
        /// Rate of decay per period, at least 0.
        beta: f64,
    },
    /// Exponential exploration whose rate is given by the expected number of visits to a value off
    /// the greedy action, by exploration alone.
    Visits {
        /// Expected visits ν, above 0.
        nu: f64,
    },
    /// Exploration with constant probability.
    Constant {
        /// Probability of exploring, in [0, 1].
        epsilon: f64,
    },
    /// Boltzmann exploration: better actions are more likely, the more so the lower the
    /// temperature.
    Boltzmann {
        /// Temperature in period 0, above 0, in units of value.
        temperature: f64,
        /// Rate of decay of the temperature per period, at least 0.
        decay: f64,
    },
}

impl Exploration {
    /// Checks that the parameters are in range.
    ///
    /// # Errors
    /// Returns [`PricingError::Setting`] for the first setting that is out of range.
    pub fn validate(&self) -> Result<(), PricingError> {
        let ensure = |valid: bool, name, value: f64, expected| {
            if valid {
                return Ok(());
            }
            Err(SettingError::new(name, value, expected).into())
        };
        const RATE: &str = "it must be finite and at least 0";
        const POSITIVE: &str = "it must be finite and above 0";
        let rate = |value: f64| value.is_finite() && value >= 0.0;
        let positive = |value: f64| value.is_finite() && value > 0.0;
        match *self {
            Self::Exponential { beta } => ensure(rate(beta), "exploration: beta", beta, RATE),
            Self::Visits { nu } => ensure(positive(nu), "exploration: nu", nu, POSITIVE),
            Self::Constant { epsilon } => {
                let probability = (0.0..=1.0).contains(&epsilon);
                ensure(
                    probability,
                    "exploration: epsilon",
                    epsilon,
                    "it must be from 0 to 1",
                )
            }
            Self::Boltzmann { temperature, decay } => {
                ensure(
                    positive(temperature),
                    "exploration: temperature",
                    temperature,
                    POSITIVE,
                )?;
                ensure(rate(decay), "exploration: decay", decay, RATE)
            }
        }
    }

    /// Replaces `Visits` by the exponential rate with the same number of visits, given the numbers
    /// of actions of the agents and the memory.
    ///
    /// # Errors
    /// Returns an error if a parameter is out of range, or if no rate gives this number of visits.
    pub fn resolve(
        &self,
        actions: &[usize],
        memory: usize,
        agent: usize,
    ) -> Result<Self, PricingError> {
        self.validate()?;
        match *self {
            Self::Visits { nu } => Ok(Self::Exponential {
                beta: beta_for_visits(nu, actions, memory, agent)?,
            }),
            other => Ok(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_out_of_range_are_named() {
        for (exploration, part) in [
            (
                Exploration::Exponential { beta: -1e-6 },
                "beta is -0.000001",
            ),
            (Exploration::Exponential { beta: f64::NAN }, "beta is NaN"),
            (Exploration::Visits { nu: 0.0 }, "nu is 0"),
            (Exploration::Constant { epsilon: 1.5 }, "epsilon is 1.5"),
            (
                Exploration::Boltzmann {
                    temperature: 0.0,
                    decay: 0.1,
                },
                "temperature is 0",
            ),
            (
                Exploration::Boltzmann {
                    temperature: 1.0,
                    decay: f64::INFINITY,
                },
                "decay is inf",
            ),
        ] {
            let message = exploration.validate().unwrap_err().to_string();
            assert!(message.contains(part), "{message}");
        }
    }

    #[test]
    fn the_documented_toml_is_read() {
        #[derive(Deserialize)]
        struct File {
            exploration: Exploration,
        }
        let file: File = toml::from_str("exploration = { exponential = { beta = 4e-6 } }").unwrap();
        assert_eq!(file.exploration, Exploration::Exponential { beta: 4e-6 });
        let wrong = "exploration = { exponential = { beta = 4e-6, gamma = 1 } }";
        assert!(toml::from_str::<File>(wrong).is_err());
    }
}
