use crate::pricing::{
    analysis::AnalysisError, equilibrium::EquilibriumError, game::GameError, game::NormalFormError,
    learner::LearnerError, market::MarketError, policy::PolicyError, session::SessionError,
};

/// Why a scenario cannot be read, run or measured.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScenarioError {
    /// A text that is not a scenario.
    #[error("not a scenario: {reason}")]
    File {
        /// Where and why, on one line.
        reason: String,
    },
    /// Not one learner for all platforms, nor one for each.
    #[error("{found} learners for {platforms} platforms: give one for all, or one for each")]
    Learners {
        /// The number of learners.
        found: usize,
        /// The number of platforms.
        platforms: usize,
    },
    /// Not one rule for all sides, nor one for each.
    #[error("{found} grid rules for {sides} sides: give one for all, or one for each")]
    Rules {
        /// The number of rules.
        found: usize,
        /// The number of sides.
        sides: usize,
    },
    /// Benchmarks in demand that varies for a scenario in which it does not, or the other way round.
    #[error("the benchmarks are those of another demand: take `Scenario::benchmarks`")]
    Demand,
    /// The market.
    #[error(transparent)]
    Market(#[from] MarketError),
    /// The benchmarks.
    #[error(transparent)]
    Equilibrium(#[from] EquilibriumError),
    /// The price grids.
    #[error(transparent)]
    Game(#[from] GameError),
    /// The rewards.
    #[error(transparent)]
    Rewards(#[from] NormalFormError),
    /// The policy.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The learners.
    #[error(transparent)]
    Learner(#[from] LearnerError),
    /// The measures.
    #[error(transparent)]
    Analysis(#[from] AnalysisError),
    /// The sessions.
    #[error(transparent)]
    Session(#[from] SessionError),
}

impl ScenarioError {
    /// Whether the caller asked to stop.
    pub fn was_stopped(&self) -> bool {
        matches!(self, Self::Session(SessionError::Stopped { .. }))
    }
}
