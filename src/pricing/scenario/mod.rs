//! A scenario: the one description of a pricing experiment that sessions, comparisons, sweeps and
//! commands share.
//!
//! ```text
//! Scenario (TOML) -> prepare: benchmarks, game, plan -> sessions -> measures, responses
//! ```

mod error;
mod grids;
mod prepared;
mod settings;

#[cfg(test)]
mod demand_tests;
#[cfg(test)]
mod tests;

pub use error::ScenarioError;
pub use grids::ScenarioGrids;
pub use prepared::PreparedScenario;
pub use settings::Scenario;
