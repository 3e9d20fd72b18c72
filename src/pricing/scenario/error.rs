use crate::pricing::{
    analysis::AnalysisError, equilibrium::EquilibriumError, game::GameError, game::NormalFormError,
    learner::LearnerError, market::MarketError, policy::PolicyError, session::SessionError,
};

/// A scenario cannot be read, run or measured.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScenarioError {
    /// The text is not a valid scenario.
    #[error("not a scenario: {reason}")]
    File {
        /// Position and reason, on one line.
        reason: String,
    },
    /// The number of learners is neither one nor the number of platforms.
    #[error("{found} learners for {platforms} platforms: give one for all, or one for each")]
    Learners {
        /// Number of learners.
        found: usize,
        /// Number of platforms.
        platforms: usize,
    },
    /// The number of rules is neither one nor the number of sides.
    #[error("{found} grid rules for {sides} sides: give one for all, or one for each")]
    Rules {
        /// Number of rules.
        found: usize,
        /// Number of sides.
        sides: usize,
    },
    /// The benchmarks were computed for a different demand process.
    #[error("the benchmarks belong to another demand process: use `Scenario::benchmarks`")]
    Demand,
    /// Invalid market.
    #[error(transparent)]
    Market(#[from] MarketError),
    /// A benchmark was not found.
    #[error(transparent)]
    Equilibrium(#[from] EquilibriumError),
    /// Invalid price grids.
    #[error(transparent)]
    Game(#[from] GameError),
    /// Invalid rewards.
    #[error(transparent)]
    Rewards(#[from] NormalFormError),
    /// Invalid policy.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// Invalid learners.
    #[error(transparent)]
    Learner(#[from] LearnerError),
    /// The measures failed.
    #[error(transparent)]
    Analysis(#[from] AnalysisError),
    /// The sessions failed.
    #[error(transparent)]
    Session(#[from] SessionError),
}

impl ScenarioError {
    /// Returns whether the caller stopped the computation.
    pub fn was_stopped(&self) -> bool {
        matches!(self, Self::Session(SessionError::Stopped { .. }))
    }
}
