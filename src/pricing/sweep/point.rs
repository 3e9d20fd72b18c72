use std::fmt;

use super::{Parameter, settings::Settings};

/// One point of a sweep: a market, learners and a grid, for which sessions are run.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepPoint {
    pub(super) index: usize,
    pub(super) parameters: Vec<(Parameter, Option<f64>)>,
    pub(super) settings: Settings,
    pub(super) seed: u64,
}

impl SweepPoint {
    /// Its number, from 0.
    pub fn index(&self) -> usize {
        self.index
    }

    /// The name of its price grid.
    pub fn grid(&self) -> &str {
        &self.settings.grid.name
    }

    /// The parameters that the sweep varies and their values here; none where sides or platforms
    /// differ in it.
    pub fn parameters(&self) -> &[(Parameter, Option<f64>)] {
        &self.parameters
    }

    /// The seed of its sessions; see [`SessionGenerators`](crate::pricing::session::SessionGenerators).
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Its market.
    pub fn market(&self) -> &crate::pricing::market::Market {
        &self.settings.market
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
