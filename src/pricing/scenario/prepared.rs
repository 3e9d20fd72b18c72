use std::ops::Range;

use super::{Scenario, ScenarioError};
use crate::pricing::{
    analysis::{Deviation, ImpulseResponse, PricePath, SessionMeasures, Strategies},
    equilibrium::Benchmarks,
    game::{DemandGames, MarketGame, NormalFormGame},
    session::{PathRecorder, SessionPlan, SessionResult},
};

/// A scenario whose benchmarks are solved and whose game is enumerated: sessions can be run and
/// measured.
#[derive(Clone, Debug)]
pub struct PreparedScenario {
    benchmarks: Benchmarks,
    game: MarketGame,
    plan: SessionPlan,
}

impl PreparedScenario {
    pub(super) fn new(scenario: &Scenario) -> Result<Self, ScenarioError> {
        scenario.validate()?;
        Self::with_benchmarks(scenario, scenario.benchmarks()?)
    }

    /// The same for benchmarks that are known, those of the scenario's market and demand.
    ///
    /// # Errors
    /// As [`Scenario::prepare`].
    pub fn with_benchmarks(
        scenario: &Scenario,
        benchmarks: Benchmarks,
    ) -> Result<Self, ScenarioError> {
        scenario.validate()?;
        let policy = scenario.policy.rule();
        let grids = policy.grids(&benchmarks, scenario.grids.of(&benchmarks)?)?;
        let learners = scenario.learner_of_each()?;
        let (game, plan) = match &scenario.demand {
            None if !benchmarks.by_demand().is_empty() => return Err(ScenarioError::Demand),
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
                let [low, high] = <[_; 2]>::try_from(games).map_err(|_| ScenarioError::Demand)?;
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

    /// The benchmarks of the market and its demand, without policy.
    pub fn benchmarks(&self) -> &Benchmarks {
        &self.benchmarks
    }

    /// The game whose outcomes are measured, as means over demand where it varies.
    pub fn game(&self) -> &MarketGame {
        &self.game
    }

    /// The sessions.
    pub fn plan(&self) -> &SessionPlan {
        &self.plan
    }

    /// Runs sessions on the threads of the current rayon pool, and returns them in their order.
    ///
    /// # Errors
    /// [`ScenarioError`] if a learner does not fit the game, memory is short, or the run was stopped.
    pub fn run(
        &self,
        sessions: Range<u64>,
        should_stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<SessionResult>, ScenarioError> {
        Ok(self.plan.run_many(sessions, should_stop)?)
    }

    /// The same sessions, each with its prices and profits while it learns: means over at least so many bins of
    /// periods where the session is long enough, and fewer than twice as many.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    ///
    /// # Panics
    /// If no bins are asked for.
    pub fn run_with_paths(
        &self,
        sessions: Range<u64>,
        bins: usize,
        should_stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<(SessionResult, PricePath)>, ScenarioError> {
        let joints = 0..self.game.joint_actions();
        // Where platforms observe demand, prices do not say what they earn.
        let with_profits = self.plan.observed().is_none();
        let told = joints.map(|joint| {
            let prices = self.game.joint_prices(joint);
            let profits = self.game.profits_of(joint).iter().filter(|_| with_profits);
            prices.as_slice().iter().chain(profits).copied().collect()
        });
        let told: Vec<Vec<f64>> = told.collect();
        let prices = self.game.platforms() * self.game.market().sides();
        let found = self.plan.many(sessions, |session| {
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
        });
        Ok(found?)
    }

    /// The same without a way to stop.
    ///
    /// # Errors
    /// [`ScenarioError`] if a learner does not fit the game, or memory is short.
    pub fn run_all(&self, sessions: Range<u64>) -> Result<Vec<SessionResult>, ScenarioError> {
        self.run(sessions, &|| false)
    }

    /// What a session learned, as strategies.
    ///
    /// # Errors
    /// [`ScenarioError`] for a session of another scenario.
    pub fn strategies(&self, result: &SessionResult) -> Result<Strategies<'_>, ScenarioError> {
        Ok(Strategies::of(&self.plan, result)?)
    }

    /// Measures a session.
    ///
    /// # Errors
    /// [`ScenarioError`] for a session of another scenario.
    pub fn measure(&self, result: &SessionResult) -> Result<SessionMeasures, ScenarioError> {
        Ok(SessionMeasures::new(
            &self.game,
            &self.benchmarks,
            &self.strategies(result)?,
            &self.plan.discount_factors(),
            result,
        )?)
    }

    /// How the strategies of a session respond to a deviation, with so many periods before and from
    /// the deviation on.
    ///
    /// # Errors
    /// [`ScenarioError`] for a session of another scenario, or a deviation that does not exist.
    pub fn respond(
        &self,
        result: &SessionResult,
        deviation: &Deviation,
        periods: (usize, usize),
    ) -> Result<ImpulseResponse, ScenarioError> {
        Ok(ImpulseResponse::new(
            &self.game,
            &self.strategies(result)?,
            &result.cycle,
            &self.plan.discount_factors(),
            deviation,
            periods,
        )?)
    }
}

/// The game with what the policy tells learners.
fn told(
    scenario: &Scenario,
    game: &MarketGame,
    benchmarks: &Benchmarks,
) -> Result<NormalFormGame, ScenarioError> {
    let plain = game.to_normal_form()?;
    let policy = scenario.policy.rule();
    let mut rewards = Vec::with_capacity(game.joint_actions() * game.platforms());
    for joint in 0..game.joint_actions() {
        match policy.learning_rewards(game, benchmarks, joint)? {
            Some(told) if told.len() == game.platforms() => rewards.extend(told),
            Some(told) => {
                let (agents, found) = (game.platforms(), told.len());
                return Err(crate::pricing::game::NormalFormError::Agents { found, agents }.into());
            }
            None => rewards.extend(game.profits_of(joint)),
        }
    }
    match rewards == plain.all_learning_rewards() {
        true => Ok(plain),
        false => Ok(plain.with_learning_rewards(rewards)?),
    }
}
