use serde::Serialize;
use sha2::{Digest, Sha256};

use super::SweepError;
use crate::pricing::{
    environment::Moves,
    game::GridRule,
    learner::AnyLearner,
    market::{DemandShocks, Market},
    scenario::Scenario,
    session::Convergence,
};

/// The content that determines the random numbers of a point. The policy is not included. A
/// comparison with and without a policy therefore uses the same draws, and weight 0 is exactly no
/// penalty.
///
/// The order of the fields determines the seeds and must not change.
#[derive(Serialize)]
struct Content<'a> {
    market: &'a Market,
    learners: &'a [AnyLearner],
    rules: &'a [GridRule],
    grid_market: &'a Option<Market>,
    memory: usize,
    convergence: Convergence,
    #[serde(skip_serializing_if = "Moves::are_simultaneous")]
    moves: Moves,
    #[serde(skip_serializing_if = "Option::is_none")]
    demand: Option<DemandShocks>,
}

/// Returns the seed of the sessions of a point, from the seed of the sweep and the settings of the
/// point.
pub(super) fn point_seed(scenario: &Scenario, seed: u64) -> Result<u64, SweepError> {
    let content = Content {
        market: &scenario.market,
        learners: &scenario.learners,
        rules: &scenario.grids.rules,
        grid_market: &scenario.grids.around,
        memory: scenario.memory,
        convergence: scenario.convergence,
        moves: scenario.moves,
        demand: scenario.demand,
    };
    let text = serde_json::to_vec(&content).map_err(|error| SweepError::Config {
        reason: error.to_string(),
    })?;
    let digest = Sha256::new()
        .chain_update(seed.to_le_bytes())
        .chain_update(text)
        .finalize();
    let first = digest.first_chunk().copied().unwrap_or_default();
    Ok(u64::from_le_bytes(first))
}
