use serde::{Deserialize, Serialize};

use super::{PreparedScenario, ScenarioError, ScenarioGrids};
use crate::pricing::{
    environment::Moves,
    equilibrium::Benchmarks,
    learner::AnyLearner,
    market::{DemandShocks, Market},
    policy::AnyPolicy,
    session::{Convergence, SessionError},
};

/// A pricing experiment: a market, its price grids, a policy, and how platforms learn.
///
/// ```
/// use fireweed::pricing::{
///     learner::{Exploration, QLearning},
///     market::Market,
///     scenario::{Scenario, ScenarioGrids},
///     session::Convergence,
/// };
///
/// let learner = QLearning::new(0.15, 0.95, Exploration::Exponential { beta: 1e-3 })?;
/// let scenario = Scenario::new(Market::symmetric(2, 1)?, ScenarioGrids::rescaled(5), learner)
///     .with_convergence(Convergence { window: 5_000, cap: 100_000 });
/// let prepared = scenario.prepare()?;
/// let sessions = prepared.run(0..4, &|| false)?;
/// let measures = prepared.measure(&sessions[0])?;
/// assert!(measures.converged);
/// // The same as a file.
/// assert_eq!(Scenario::from_toml_str(&scenario.to_toml()?)?, scenario);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// In TOML, where all but `market`, `grids` and `learners` may be left out:
///
/// ```toml
/// seed = 1
/// memory = 1
/// moves = "simultaneous"                # or "in_turn"
/// market = { platforms = 2, sides = 2, externality = [[0.0, 0.1], [0.1, 0.0]] }
/// grids = { rules = [{ rule = "rescaled", points = 4 }] }
/// policy = { policy = "penalty", form = "excess_profit", lambda = 0.5 }
/// convergence = { window = 100_000, cap = 1_000_000_000 }
/// demand = { spread = 0.15 }            # leave it out for demand that does not vary
/// learners = [{ alpha = 0.15, delta = 0.95, exploration = { exponential = { beta = 4e-6 } } }]
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// The seed of all sessions, at most 2^63 - 1 in a file.
    #[serde(default)]
    pub seed: u64,
    /// The periods that learners remember, before the policy.
    #[serde(default = "memory")]
    pub memory: usize,
    /// When platforms set their prices: at the same time, or in turn.
    #[serde(default, skip_serializing_if = "Moves::are_simultaneous")]
    pub moves: Moves,
    /// When sessions end.
    #[serde(default)]
    pub convergence: Convergence,
    /// The market; of mean outside utilities where demand varies.
    pub market: Market,
    /// When demand is high and when it is low; `None` if it does not vary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub demand: Option<DemandShocks>,
    /// The price grids, before the policy.
    pub grids: ScenarioGrids,
    /// The policy.
    #[serde(default)]
    pub policy: AnyPolicy,
    /// One learner for all platforms, or one for each.
    pub learners: Vec<AnyLearner>,
}

fn memory() -> usize {
    1
}

impl Scenario {
    /// A scenario without policy, with a memory of one period and the seed 0.
    pub fn new(
        market: Market,
        grids: impl Into<ScenarioGrids>,
        learner: impl Into<AnyLearner>,
    ) -> Self {
        Self {
            seed: 0,
            memory: memory(),
            moves: Moves::default(),
            convergence: Convergence::default(),
            market,
            demand: None,
            grids: grids.into(),
            policy: AnyPolicy::default(),
            learners: vec![learner.into()],
        }
    }

    /// The same with other random numbers.
    #[must_use]
    pub fn with_seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// The same with another memory, in periods.
    #[must_use]
    pub fn with_memory(self, memory: usize) -> Self {
        Self { memory, ..self }
    }

    /// The same with moves at the same time, or in turn.
    #[must_use]
    pub fn with_moves(self, moves: Moves) -> Self {
        Self { moves, ..self }
    }

    /// The same in demand that varies.
    #[must_use]
    pub fn with_demand(self, shocks: DemandShocks) -> Self {
        Self {
            demand: Some(shocks),
            ..self
        }
    }

    /// The same with another end of sessions.
    #[must_use]
    pub fn with_convergence(self, convergence: Convergence) -> Self {
        Self {
            convergence,
            ..self
        }
    }

    /// The same under another policy.
    #[must_use]
    pub fn with_policy(self, policy: impl Into<AnyPolicy>) -> Self {
        Self {
            policy: policy.into(),
            ..self
        }
    }

    /// The same with other learners, one for all platforms, or one for each.
    #[must_use]
    pub fn with_learners(self, learners: Vec<AnyLearner>) -> Self {
        Self { learners, ..self }
    }

    /// A learner for each platform.
    ///
    /// # Errors
    /// [`ScenarioError::Learners`] if there is neither one learner nor one for each platform.
    pub fn learner_of_each(&self) -> Result<Vec<AnyLearner>, ScenarioError> {
        let platforms = self.market.platforms();
        match self.learners.as_slice() {
            [learner] => Ok(vec![learner.clone(); platforms]),
            learners if learners.len() == platforms => Ok(learners.to_vec()),
            learners => Err(ScenarioError::Learners {
                found: learners.len(),
                platforms,
            }),
        }
    }

    /// Checks that the settings are in range, without solving anything.
    ///
    /// # Errors
    /// [`ScenarioError`] for the first that is not.
    pub fn validate(&self) -> Result<(), ScenarioError> {
        self.convergence.validate()?;
        self.learner_of_each()?;
        for learner in &self.learners {
            learner.validate()?;
        }
        self.grids.rules_for(self.market.sides())?;
        if let Some(shocks) = &self.demand {
            shocks.validate()?;
            if self.moves == Moves::InTurn {
                return Err(SessionError::TurnDemand.into());
            }
        }
        Ok(())
    }

    /// The benchmarks of the market, in its demand.
    ///
    /// # Errors
    /// [`ScenarioError`] if one is not found.
    pub fn benchmarks(&self) -> Result<Benchmarks, ScenarioError> {
        self.benchmarks_unless(&|| false)
    }

    fn benchmarks_unless(
        &self,
        should_stop: &dyn Fn() -> bool,
    ) -> Result<Benchmarks, ScenarioError> {
        Ok(match &self.demand {
            None => Benchmarks::of_unless(&self.market, should_stop)?,
            Some(shocks) => Benchmarks::under_shocks(&self.market, shocks, should_stop)?,
        })
    }

    /// Solves the benchmarks and enumerates the game.
    ///
    /// # Errors
    /// [`ScenarioError`] if settings are out of range, a benchmark is not found, or the game does not
    /// fit into memory.
    pub fn prepare(&self) -> Result<PreparedScenario, ScenarioError> {
        PreparedScenario::new(self)
    }

    /// The same, for markets of many platforms: `should_stop` is asked between the parts of the work on
    /// benchmarks.
    ///
    /// # Errors
    /// As [`prepare`](Self::prepare), and [`EquilibriumError::Stopped`](crate::pricing::equilibrium::EquilibriumError::Stopped) if it says so.
    pub fn prepare_unless(
        &self,
        should_stop: &dyn Fn() -> bool,
    ) -> Result<PreparedScenario, ScenarioError> {
        self.validate()?;
        let benchmarks = self.benchmarks_unless(should_stop)?;
        PreparedScenario::with_benchmarks(self, benchmarks)
    }

    /// The scenario of a TOML text.
    ///
    /// # Errors
    /// [`ScenarioError`] that names the line or the field.
    pub fn from_toml_str(text: &str) -> Result<Self, ScenarioError> {
        let scenario: Self = toml::from_str(text).map_err(|error| ScenarioError::File {
            reason: crate::pricing::toml_text::reason(text, &error),
        })?;
        scenario.validate()?;
        Ok(scenario)
    }

    /// The scenario as TOML, with every number written out.
    ///
    /// # Errors
    /// [`ScenarioError::File`] if it cannot be written, such as a seed above 2^63 - 1.
    pub fn to_toml(&self) -> Result<String, ScenarioError> {
        toml::to_string(self).map_err(|error| ScenarioError::File {
            reason: error.to_string().replace('\n', " "),
        })
    }
}
