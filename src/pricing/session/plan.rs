use std::sync::Arc;

use rayon::prelude::*;

use super::{
    Convergence, Learned, SessionGenerators, SessionResult, Watch,
    engine::{self, Start},
    play,
    watched_game::WatchedGame,
};
use crate::pricing::{
    PricingError,
    environment::{ActionHistory, GameStates, InitialState, Moves, RepeatedGame},
    game::{DemandGames, NormalFormGame},
    learner::{AnyLearner, Learner, QLearner},
    table_size::{memory_limit, table_bytes},
};

/// The common settings of sessions of learners in one repeated game.
///
/// Sessions differ only in their number, which determines their random numbers; see
/// [`SessionGenerators`].
///
/// ```
/// use fireweed::pricing::{
///     game::NormalFormGame,
///     learner::{Exploration, QLearning},
///     session::{Convergence, SessionPlan},
/// };
///
/// let dilemma = NormalFormGame::new(vec![2, 2], vec![2.0, 2.0, 5.0, 0.0, 0.0, 5.0, 4.0, 4.0])?;
/// let learner = QLearning::new(0.15, 0.95, Exploration::Exponential { beta: 1e-3 })?;
/// let plan = SessionPlan::new(dilemma, vec![learner; 2])?
///     .with_seed(7)
///     .with_convergence(Convergence { window: 5_000, cap: 100_000 });
/// let result = plan.run(0, &|| false)?;
/// assert!(result.learned.converged);
/// assert_eq!(result, plan.run(0, &|| false)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct SessionPlan {
    game: Arc<NormalFormGame>,
    learners: Vec<AnyLearner>,
    history: ActionHistory,
    moves: Moves,
    demand: Option<Arc<DemandGames>>,
    initial: InitialState,
    convergence: Convergence,
    seed: u64,
    keep_values: bool,
}

impl SessionPlan {
    /// Creates sessions of these learners, one per agent, who remember the last joint action; they
    /// start from a random state, with seed 0.
    ///
    /// # Errors
    /// Returns an error if the number of learners is not the number of agents, or if their tables
    /// do not fit into memory.
    pub fn new<L: Into<AnyLearner>>(
        game: impl Into<Arc<NormalFormGame>>,
        learners: impl IntoIterator<Item = L>,
    ) -> Result<Self, PricingError> {
        let game = game.into();
        let learners: Vec<AnyLearner> = learners.into_iter().map(Into::into).collect();
        if learners.len() != game.agents() {
            return Err(PricingError::Agents {
                found: learners.len(),
                what: "learners",
                agents: game.agents(),
            });
        }
        Ok(Self {
            history: ActionHistory::new(&game, 1)?,
            game,
            learners,
            moves: Moves::default(),
            demand: None,
            initial: InitialState::default(),
            convergence: Convergence::default(),
            seed: 0,
            keep_values: false,
        })
    }

    /// Sets the memory, in joint actions; 0 for none.
    ///
    /// # Errors
    /// Returns an error if the tables do not fit into memory.
    pub fn with_memory(mut self, memory: usize) -> Result<Self, PricingError> {
        let signals = self.history.signals();
        self.history = ActionHistory::with_signals(&self.game, memory, signals)?;
        Ok(self)
    }

    pub(super) fn moving(self, moves: Moves) -> Self {
        Self { moves, ..self }
    }

    /// Lets demand vary: the game becomes that of expected payoffs, and learners receive the
    /// rewards of the period. Initial values are based on expected rewards.
    ///
    /// # Errors
    /// Returns an error if platforms move in turn, a learner reads the game, the games do not have
    /// as many agents as there are learners, or the tables do not fit into memory.
    pub fn with_demand(mut self, games: DemandGames) -> Result<Self, PricingError> {
        if self.moves == Moves::InTurn {
            return Err(PricingError::TurnDemand);
        }
        for (agent, learner) in self.learners.iter().enumerate() {
            if learner.reads_game() {
                let kind = learner.kind().to_owned();
                return Err(PricingError::ReadsGame { agent, kind });
            }
        }
        let game = games.expected()?;
        if game.agents() != self.learners.len() {
            let (found, agents) = (self.learners.len(), game.agents());
            return Err(PricingError::Agents {
                found,
                what: "learners",
                agents,
            });
        }
        let (memory, signals) = (self.history.memory(), games.signals());
        self.history = ActionHistory::with_signals(&game, memory, signals)?;
        self.game = game.into();
        self.demand = Some(games.into());
        Ok(self)
    }

    /// Sets the initial state. With moves in turn, it is the joint action that is held before the
    /// first period.
    pub fn with_initial_state(self, initial: InitialState) -> Self {
        Self { initial, ..self }
    }

    /// Sets the convergence criterion.
    pub fn with_convergence(self, convergence: Convergence) -> Self {
        Self {
            convergence,
            ..self
        }
    }

    /// Sets the seed.
    pub fn with_seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Includes the learned values in each result: eight bytes for each state and action of each
    /// agent.
    pub fn keeping_values(self) -> Self {
        Self {
            keep_values: true,
            ..self
        }
    }

    /// Returns the game; that of expected payoffs if demand varies.
    pub fn game(&self) -> &NormalFormGame {
        &self.game
    }

    /// Returns the histories that agents remember, with their numbering.
    pub fn history(&self) -> ActionHistory {
        self.history
    }

    /// Returns the states of the learned strategies.
    pub fn states(&self) -> GameStates {
        match self.observed() {
            Some(games) => GameStates::observing(self.history, games.shocks()),
            None => GameStates::new(self.history, self.moves, self.game.agents()),
        }
    }

    /// Returns the games of low and of high demand, if demand varies.
    pub fn demand(&self) -> Option<&DemandGames> {
        self.demand.as_deref()
    }

    /// Returns the same games, if agents observe demand.
    pub(in crate::pricing) fn observed(&self) -> Option<&DemandGames> {
        self.demand().filter(|games| games.shocks().observed)
    }

    /// Returns the moves.
    pub fn moves(&self) -> Moves {
        self.moves
    }

    pub(super) fn initial_state(&self) -> InitialState {
        self.initial
    }

    pub(super) fn keeps_values(&self) -> bool {
        self.keep_values
    }

    /// Returns the learners.
    pub fn learners(&self) -> &[AnyLearner] {
        &self.learners
    }

    /// Returns the convergence criterion.
    pub fn convergence(&self) -> Convergence {
        self.convergence
    }

    /// Returns the seed of all sessions.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Returns the discount factor of each learner.
    pub fn discount_factors(&self) -> Vec<f64> {
        let learners = self.learners.iter();
        learners.map(AnyLearner::discount_factor).collect()
    }

    /// Runs one session; `should_stop` is called at least once in 2^20 periods.
    ///
    /// # Errors
    /// Returns an error if a setting is invalid, or the session was stopped.
    pub fn run(
        &self,
        session: u64,
        should_stop: &dyn Fn() -> bool,
    ) -> Result<SessionResult, PricingError> {
        self.run_watched(session, &mut (), should_stop)
    }

    /// Same as [`run`](Self::run), with `watch` called in each period.
    ///
    /// # Errors
    /// Same as [`run`](Self::run).
    pub fn run_watched<W: Watch + ?Sized>(
        &self,
        session: u64,
        watch: &mut W,
        should_stop: &dyn Fn() -> bool,
    ) -> Result<SessionResult, PricingError> {
        self.convergence.validate()?;
        let mut generators = SessionGenerators::new(self.seed, session, self.game.agents());
        let learned = match self.moves {
            Moves::InTurn => self.learn_in_turn(generators, watch, should_stop)?,
            Moves::Simultaneous => match self.begin(&mut generators)? {
                Some(learners) => self.learn(learners, generators, watch, should_stop)?,
                None => {
                    let (game, history) = (&self.game, &self.history);
                    let mut learners =
                        begin_learners(&self.learners, game, history, &mut generators)?;
                    self.play(&mut learners, generators, watch, should_stop)?
                }
            },
        };
        let window = self.convergence.window;
        let mut result = SessionResult::of(session, learned, &self.game, self.states(), window);
        if let Some(games) = self.observed() {
            let paid = |state, joint| games.game(self.history.signal(state)).payoffs(joint);
            result.mean_payoffs = result.cycle.mean_of(self.game.agents(), paid);
        }
        Ok(result)
    }

    /// Runs sessions on the threads of the current rayon pool, and returns them in order.
    ///
    /// # Errors
    /// Same as [`run`](Self::run), and if the tables of the sessions on all threads do not fit into
    /// memory.
    pub fn run_many(
        &self,
        sessions: std::ops::Range<u64>,
        should_stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<SessionResult>, PricingError> {
        self.many(sessions, |session| self.run(session, &|| should_stop()))
    }

    /// Maps sessions on the threads of the current rayon pool, in order.
    pub(in crate::pricing) fn many<T: Send>(
        &self,
        sessions: std::ops::Range<u64>,
        one: impl Fn(u64) -> Result<T, PricingError> + Send + Sync,
    ) -> Result<Vec<T>, PricingError> {
        let threads = rayon::current_num_threads();
        // For each remembered state: the values, twice when a session starts and ends.
        let values: usize = self.game.action_counts().iter().sum();
        let cells = match self.moves {
            Moves::Simultaneous => 2 * values,
            // Also payoffs and rewards between turns, and for each mover the actions of all, in
            // half a cell each.
            Moves::InTurn => {
                let agents = self.game.agents();
                2 * values + agents.saturating_mul(2 + agents.div_ceil(2))
            }
        };
        let bytes = table_bytes([self.history.states(), cells, threads]);
        let limit = memory_limit();
        if bytes > limit {
            return Err(PricingError::TooLarge {
                tables: format!("sessions on {threads} threads need"),
                bytes,
                limit,
                remedy: "use fewer threads, fewer actions or a shorter memory",
            });
        }
        // One session per task: rayon's larger tasks would leave threads idle at the end.
        let numbers: Vec<u64> = sessions.collect();
        let numbers = numbers.par_iter().with_max_len(1);
        numbers.map(|&session| one(session)).collect()
    }

    /// Creates each learner once, so that settings which do not fit the game are reported before
    /// sessions run.
    pub(in crate::pricing) fn check_learners(&self) -> Result<(), PricingError> {
        let mut generators = SessionGenerators::new(self.seed, 0, self.game.agents());
        for (agent, learner) in self.learners.iter().enumerate() {
            // One after the other: a session holds all of them.
            let rng = &mut generators.agents[agent];
            learner
                .learner(&self.game, &self.history, agent, rng)
                .map_err(PricingError::of_learner(agent))?;
        }
        Ok(())
    }

    /// Returns the initial Q-learners of a session; `None` if a learner is of another kind.
    pub(super) fn begin(
        &self,
        generators: &mut SessionGenerators,
    ) -> Result<Option<Vec<QLearner>>, PricingError> {
        begin_q_learners(&self.learners, &self.game, &self.history, generators)
    }

    /// Learns on the engine if it supports these learners, otherwise period by period.
    fn learn<W: Watch + ?Sized>(
        &self,
        mut learners: Vec<QLearner>,
        mut generators: SessionGenerators,
        watch: &mut W,
        should_stop: &dyn Fn() -> bool,
    ) -> Result<Learned, PricingError> {
        let scheduled = learners.iter().all(QLearner::is_scheduled) && self.demand.is_none();
        if scheduled && engine::supports(learners.len()) {
            let seed = generators.episode_seed();
            let start = Start {
                game: &self.game,
                history: self.history,
                state: self.initial.state(self.history.states(), seed)?,
                convergence: self.convergence,
                keep_values: self.keep_values,
            };
            let parts = learners.into_iter().filter_map(QLearner::into_parts);
            let parts = parts.collect();
            return engine::run(&start, parts, generators.agents, watch, should_stop);
        }
        self.play(&mut learners, generators, watch, should_stop)
    }

    /// Learns period by period.
    fn play<L: Learner, W: Watch + ?Sized>(
        &self,
        learners: &mut [L],
        mut generators: SessionGenerators,
        watch: &mut W,
        should_stop: &dyn Fn() -> bool,
    ) -> Result<Learned, PricingError> {
        let game = RepeatedGame::with_history(&self.game, self.history, self.initial)?;
        let game = match &self.demand {
            None => game,
            Some(games) => game.with_demand(Arc::clone(games))?,
        };
        let mut environment = WatchedGame { game, watch };
        let learned = play(
            &mut environment,
            learners,
            &mut generators,
            self.convergence,
            should_stop,
        )?;
        Ok(Learned {
            values: learned.values.filter(|_| self.keep_values),
            ..learned
        })
    }
}

/// Returns the initial Q-learners of a session; `None` if a learner is of another kind.
pub(super) fn begin_q_learners(
    settings: &[AnyLearner],
    game: &NormalFormGame,
    history: &ActionHistory,
    generators: &mut SessionGenerators,
) -> Result<Option<Vec<QLearner>>, PricingError> {
    let settings = settings.iter().map(AnyLearner::as_q_learning);
    let Some(settings) = settings.collect::<Option<Vec<_>>>() else {
        return Ok(None);
    };
    let pairs = settings.iter().zip(&mut generators.agents).enumerate();
    let learners = pairs.map(|(agent, (learner, rng))| {
        learner
            .learner(game, history, agent, rng)
            .map_err(PricingError::of_learner(agent))
    });
    learners.collect::<Result<_, _>>().map(Some)
}

/// Returns the initial learners of a session, of any kind.
pub(super) fn begin_learners(
    settings: &[AnyLearner],
    game: &NormalFormGame,
    history: &ActionHistory,
    generators: &mut SessionGenerators,
) -> Result<Vec<Box<dyn Learner>>, PricingError> {
    let settings = settings.iter().zip(&mut generators.agents);
    let learners = settings.enumerate().map(|(agent, (learner, rng))| {
        learner
            .learner(game, history, agent, rng)
            .map_err(PricingError::of_learner(agent))
    });
    learners.collect()
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
