use serde::{Deserialize, Serialize};

use super::{PreparedScenario, ScenarioGrids};
use crate::pricing::{
    PricingError,
    environment::Moves,
    equilibrium::Benchmarks,
    learner::AnyLearner,
    market::{DemandShocks, Market},
    policy::AnyPolicy,
    session::Convergence,
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
/// In TOML, where only `market`, `grids` and `learners` are required:
///
/// ```toml
/// seed = 1
/// memory = 1
/// moves = "simultaneous"                # or "in_turn"
/// market = { platforms = 2, sides = 2, externality = [[0.0, 0.1], [0.1, 0.0]] }
/// grids = { rules = [{ rule = "rescaled", points = 4 }] }
/// policy = { policy = "penalty", form = "excess_profit", lambda = 0.5 }
/// convergence = { window = 100_000, cap = 1_000_000_000 }
/// demand = { spread = 0.15 }            # omit for constant demand
/// learners = [{ alpha = 0.15, delta = 0.95, exploration = { exponential = { beta = 4e-6 } } }]
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Seed of all sessions, at most 2^63 - 1 in a file.
    #[serde(default)]
    pub seed: u64,
    /// Number of periods that learners remember, before the policy.
    #[serde(default = "memory")]
    pub memory: usize,
    /// Moves: platforms set prices at the same time, or in turn.
    #[serde(default, skip_serializing_if = "Moves::are_simultaneous")]
    pub moves: Moves,
    /// Convergence criterion of the sessions.
    #[serde(default)]
    pub convergence: Convergence,
    /// Market; if demand varies, its outside utilities are the means.
    pub market: Market,
    /// Demand shocks; `None` if demand is constant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub demand: Option<DemandShocks>,
    /// Price grids, before the policy.
    pub grids: ScenarioGrids,
    /// Policy.
    #[serde(default)]
    pub policy: AnyPolicy,
    /// One learner for all platforms, or one for each.
    pub learners: Vec<AnyLearner>,
}

fn memory() -> usize {
    1
}

impl Scenario {
    /// Creates a scenario without a policy, with a memory of one period and seed 0.
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

    /// Sets the seed.
    #[must_use]
    pub fn with_seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Sets the memory, in periods.
    #[must_use]
    pub fn with_memory(self, memory: usize) -> Self {
        Self { memory, ..self }
    }

    /// Sets the moves: at the same time, or in turn.
    #[must_use]
    pub fn with_moves(self, moves: Moves) -> Self {
        Self { moves, ..self }
    }

    /// Lets demand vary.
    #[must_use]
    pub fn with_demand(self, shocks: DemandShocks) -> Self {
        Self {
            demand: Some(shocks),
            ..self
        }
    }

    /// Sets the convergence criterion.
    #[must_use]
    pub fn with_convergence(self, convergence: Convergence) -> Self {
        Self {
            convergence,
            ..self
        }
    }

    /// Sets the policy.
    #[must_use]
    pub fn with_policy(self, policy: impl Into<AnyPolicy>) -> Self {
        Self {
            policy: policy.into(),
            ..self
        }
    }

    /// Sets the learners, one for all platforms, or one for each.
    #[must_use]
    pub fn with_learners(self, learners: Vec<AnyLearner>) -> Self {
        Self { learners, ..self }
    }

    /// Returns a learner for each platform.
    ///
    /// # Errors
    /// Returns [`PricingError::OneOrEach`] if there is neither one learner nor one for each
    /// platform.
    pub fn learner_of_each(&self) -> Result<Vec<AnyLearner>, PricingError> {
        let platforms = self.market.platforms();
        match self.learners.as_slice() {
            [learner] => Ok(vec![learner.clone(); platforms]),
            learners if learners.len() == platforms => Ok(learners.to_vec()),
            learners => Err(PricingError::OneOrEach {
                found: learners.len(),
                what: "learners",
                expected: platforms,
                each: "platforms",
            }),
        }
    }

    /// Checks that the settings are in range, without solving anything.
    ///
    /// # Errors
    /// Returns an error for the first setting that is out of range.
    pub fn validate(&self) -> Result<(), PricingError> {
        self.convergence.validate()?;
        self.learner_of_each()?;
        for learner in &self.learners {
            learner.validate()?;
        }
        self.grids.rules_for(self.market.sides())?;
        if let Some(shocks) = &self.demand {
            shocks.validate()?;
            if self.moves == Moves::InTurn {
                return Err(PricingError::TurnDemand);
            }
        }
        Ok(())
    }

    /// Returns the benchmarks of the market, with its demand.
    ///
    /// # Errors
    /// Returns an error if a benchmark is not found.
    pub fn benchmarks(&self) -> Result<Benchmarks, PricingError> {
        self.benchmarks_unless(&|| false)
    }

    fn benchmarks_unless(
        &self,
        should_stop: &dyn Fn() -> bool,
    ) -> Result<Benchmarks, PricingError> {
        Ok(match &self.demand {
            None => Benchmarks::of_unless(&self.market, should_stop)?,
            Some(shocks) => Benchmarks::under_shocks(&self.market, shocks, should_stop)?,
        })
    }

    /// Solves the benchmarks and enumerates the game.
    ///
    /// # Errors
    /// Returns an error if settings are out of range, a benchmark is not found, or the game does
    /// not fit into memory.
    pub fn prepare(&self) -> Result<PreparedScenario, PricingError> {
        PreparedScenario::new(self)
    }

    /// Same as [`prepare`](Self::prepare), with `should_stop` called between the steps of the
    /// benchmarks, for markets of many platforms.
    ///
    /// # Errors
    /// Same as [`prepare`](Self::prepare), and [`PricingError::BenchmarksStopped`] if `should_stop`
    /// returns `true`.
    pub fn prepare_unless(
        &self,
        should_stop: &dyn Fn() -> bool,
    ) -> Result<PreparedScenario, PricingError> {
        self.validate()?;
        let benchmarks = self.benchmarks_unless(should_stop)?;
        PreparedScenario::with_benchmarks(self, benchmarks)
    }

    /// Reads a scenario from TOML text.
    ///
    /// # Errors
    /// Returns an error that names the line or the field.
    pub fn from_toml_str(text: &str) -> Result<Self, PricingError> {
        let scenario: Self = toml::from_str(text).map_err(|error| PricingError::File {
            kind: "scenario",
            reason: crate::pricing::toml_text::reason(text, &error),
        })?;
        scenario.validate()?;
        Ok(scenario)
    }

    /// Returns the scenario as TOML, with every number written out.
    ///
    /// # Errors
    /// Returns [`PricingError::File`] if the scenario cannot be written as TOML, for example a seed
    /// above 2^63 - 1.
    pub fn to_toml(&self) -> Result<String, PricingError> {
        toml::to_string(self).map_err(|error| PricingError::File {
            kind: "scenario",
            reason: error.to_string().replace('\n', " "),
        })
    }
}
