use std::ops::Range;

use super::Scenario;
use crate::pricing::{
    PricingError,
    analysis::{Deviation, ImpulseResponse, PricePath, SessionMeasures, Strategies},
    equilibrium::Benchmarks,
    game::{DemandGames, MarketGame, NormalFormGame},
    session::{PathRecorder, SessionPlan, SessionResult},
};

/// A scenario with solved benchmarks and an enumerated game, ready to run and measure sessions.
#[derive(Clone, Debug)]
pub struct PreparedScenario {
    benchmarks: Benchmarks,
    game: MarketGame,
    plan: SessionPlan,
}

impl PreparedScenario {
    pub(super) fn new(scenario: &Scenario) -> Result<Self, PricingError> {
        scenario.validate()?;
        Self::with_benchmarks(scenario, scenario.benchmarks()?)
    }

    /// Prepares a scenario with known benchmarks of its market and demand.
    ///
    /// # Errors
    /// Same as [`Scenario::prepare`].
    pub fn with_benchmarks(
        scenario: &Scenario,
        benchmarks: Benchmarks,
    ) -> Result<Self, PricingError> {
        scenario.validate()?;
        let policy = scenario.policy.rule();
        let grids = policy.grids(&benchmarks, scenario.grids.of(&benchmarks)?)?;
        let learners = scenario.learner_of_each()?;
        let (game, plan) = match &scenario.demand {
            None if !benchmarks.by_demand().is_empty() => return Err(PricingError::OtherDemand),
            None => {
                let game = MarketGame::new(&scenario.market, &grids)?;
                let told = told(scenario, &game, &benchmarks)?;
                (game, SessionPlan::new(told, learners)?)
            }
            Some(shocks) => {
                let game = MarketGame::under_shocks(&scenario.market, shocks, &grids)?;
                let games = game.by_demand().iter().zip(benchmarks.by_demand());
                let games = games.map(|(game, benchmarks)| told(scenario, game, benchmarks));
                let games: Vec<NormalFormGame> = games.collect::<Result<_, _>>()?;
                let [low, high] =
                    <[_; 2]>::try_from(games).map_err(|_| PricingError::OtherDemand)?;
                let games = DemandGames::new(*shocks, low, high)?;
                let plan =
                    SessionPlan::new(game.to_normal_form()?, learners)?.with_demand(games)?;
                (game, plan)
            }
        };
        let plan = plan
            .with_memory(policy.memory(scenario.memory))?
            .with_moves(scenario.moves)?
            .with_convergence(scenario.convergence)
            .with_seed(scenario.seed);
        plan.check_learners()?;
        Ok(Self {
            benchmarks,
            game,
            plan,
        })
    }

    /// Returns the benchmarks of the market and its demand, without the policy.
    pub fn benchmarks(&self) -> &Benchmarks {
        &self.benchmarks
    }

    /// Returns the game used to measure outcomes; means over demand if it varies.
    pub fn game(&self) -> &MarketGame {
        &self.game
    }

    /// Returns the plan of the sessions.
    pub fn plan(&self) -> &SessionPlan {
        &self.plan
    }

    /// Runs sessions on the threads of the current rayon pool, and returns them in order.
    ///
    /// # Errors
    /// Returns an error if a learner does not fit the game, if memory does not suffice, or if the
    /// run was stopped.
    pub fn run(
        &self,
        sessions: Range<u64>,
        should_stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<SessionResult>, PricingError> {
        self.plan.run_many(sessions, should_stop)
    }

    /// Runs sessions, and also returns the path of prices and profits of each session during
    /// learning. A path has at least `bins` bins of periods if the session is long enough, and
    /// fewer than twice as many.
    ///
    /// # Errors
    /// Same as [`run`](Self::run).
    ///
    /// # Panics
    /// Panics if the number of bins is 0.
    pub fn run_with_paths(
        &self,
        sessions: Range<u64>,
        bins: usize,
        should_stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<(SessionResult, PricePath)>, PricingError> {
        let joints = 0..self.game.joint_actions();
        // If platforms observe demand, prices do not determine profits.
        let with_profits = self.plan.observed().is_none();
        let told = joints.map(|joint| {
            let prices = self.game.joint_prices(joint);
            let profits = self.game.profits_of(joint).iter().filter(|_| with_profits);
            prices.as_slice().iter().chain(profits).copied().collect()
        });
        let told: Vec<Vec<f64>> = told.collect();
        let prices = self.game.platforms() * self.game.market().sides();
        self.plan.many(sessions, |session| {
            let mut recorder = PathRecorder::new(&told, bins);
            let result = self
                .plan
                .run_watched(session, &mut recorder, &|| should_stop())?;
            let cycle = result.cycle.joint_actions.iter().enumerate();
            let mut after = vec![0.0; told[0].len()];
            for (place, &joint) in cycle {
                let weight = result.cycle.weight(place);
                let both = after.iter_mut().zip(&told[joint]);
                both.for_each(|(mean, one)| *mean += weight * one / result.cycle.len() as f64);
            }
            let path = recorder.finish();
            let path = PricePath {
                path,
                prices,
                after,
            };
            Ok((result, path))
        })
    }

    /// Same as [`run`](Self::run), without a way to stop.
    ///
    /// # Errors
    /// Returns an error if a learner does not fit the game, or if memory does not suffice.
    pub fn run_all(&self, sessions: Range<u64>) -> Result<Vec<SessionResult>, PricingError> {
        self.run(sessions, &|| false)
    }

    /// Returns the learned strategies of a session.
    ///
    /// # Errors
    /// Returns an error if the session belongs to another scenario.
    pub fn strategies(&self, result: &SessionResult) -> Result<Strategies<'_>, PricingError> {
        Strategies::of(&self.plan, result)
    }

    /// Measures a session.
    ///
    /// # Errors
    /// Returns an error if the session belongs to another scenario.
    pub fn measure(&self, result: &SessionResult) -> Result<SessionMeasures, PricingError> {
        SessionMeasures::new(
            &self.game,
            &self.benchmarks,
            &self.strategies(result)?,
            &self.plan.discount_factors(),
            result,
        )
    }

    /// Computes the response of a session's strategies to a deviation. `periods` are the numbers of
    /// periods before it, and from it on.
    ///
    /// # Errors
    /// Returns an error if the session belongs to another scenario, or if the deviation does not
    /// exist.
    pub fn respond(
        &self,
        result: &SessionResult,
        deviation: &Deviation,
        periods: (usize, usize),
    ) -> Result<ImpulseResponse, PricingError> {
        ImpulseResponse::new(
            &self.game,
            &self.strategies(result)?,
            &result.cycle,
            &self.plan.discount_factors(),
            deviation,
            periods,
        )
    }
}

/// Returns the game with the learning rewards of the policy.
fn told(
    scenario: &Scenario,
    game: &MarketGame,
    benchmarks: &Benchmarks,
) -> Result<NormalFormGame, PricingError> {
    let plain = game.to_normal_form()?;
    let policy = scenario.policy.rule();
    let mut rewards = Vec::with_capacity(game.joint_actions() * game.platforms());
    for joint in 0..game.joint_actions() {
        match policy.learning_rewards(game, benchmarks, joint)? {
            Some(told) if told.len() == game.platforms() => rewards.extend(told),
            Some(told) => {
                let (agents, found) = (game.platforms(), told.len());
                return Err(PricingError::Agents {
                    found,
                    what: "rewards",
                    agents,
                });
            }
            None => rewards.extend(game.profits_of(joint)),
        }
    }
    match rewards == plain.all_learning_rewards() {
        true => Ok(plain),
        false => plain.with_learning_rewards(rewards),
    }
}
