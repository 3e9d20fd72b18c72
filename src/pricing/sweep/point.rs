use std::fmt;

use super::Parameter;
use crate::pricing::{market::Market, scenario::Scenario};

/// One point of a sweep: a scenario for which sessions are run.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepPoint {
    pub(super) index: usize,
    pub(super) parameters: Vec<(Parameter, Option<f64>)>,
    pub(super) grid: String,
    pub(super) scenario: Scenario,
}

impl SweepPoint {
    /// Returns the index of the point, from 0.
    pub fn index(&self) -> usize {
        self.index
    }

    /// Returns the name of the price grid.
    pub fn grid(&self) -> &str {
        &self.grid
    }

    /// Returns the varied parameters and their values at this point; `None` if sides or platforms
    /// differ in the parameter.
    pub fn parameters(&self) -> &[(Parameter, Option<f64>)] {
        &self.parameters
    }

    /// Returns the seed of the sessions; see
    /// [`SessionGenerators`](crate::pricing::session::SessionGenerators).
    pub fn seed(&self) -> u64 {
        self.scenario.seed
    }

    /// Returns the market.
    pub fn market(&self) -> &Market {
        &self.scenario.market
    }

    /// Returns the scenario of the sessions.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }
}

impl fmt::Display for SweepPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "grid {}", self.grid())?;
        for (parameter, value) in &self.parameters {
            match value {
                Some(value) => write!(f, ", {parameter} {value}")?,
                None => write!(f, ", {parameter} mixed")?,
            }
        }
        Ok(())
    }
}
