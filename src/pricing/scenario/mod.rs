//! Scenarios: the description of a pricing experiment, shared by sessions, comparisons, sweeps and
//! commands.
//!
//! ```text
//! Scenario (TOML) -> prepare: benchmarks, game, plan -> sessions -> measures, responses
//! ```

mod grids;
mod prepared;
mod settings;

#[cfg(test)]
mod demand_tests;
#[cfg(test)]
mod tests;

pub use grids::ScenarioGrids;
pub use prepared::PreparedScenario;
pub use settings::Scenario;
