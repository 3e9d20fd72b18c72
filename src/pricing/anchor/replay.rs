use std::{ops::RangeInclusive, sync::Arc};

use rayon::prelude::*;

use super::{
    baseline::EPISODE,
    baseline_game,
    lecuyer::{LEcuyer, choice},
};
use crate::pricing::{
    PricingError,
    environment::ActionHistory,
    game::NormalFormGame,
    session::{Convergence, Learned, SessionResult, Stability},
};

/// The authors' learning program, for two firms that remember the last prices.
///
/// Each period draws four numbers, whether they are used or not: for each firm one that decides
/// whether it explores, then for each firm one that selects the price. A firm explores if its
/// number is at most epsilon, which starts at 1 and is multiplied by `exp(-beta)` after each
/// period. The number of the session seeds its generator; a generator with seed 1 gives the first
/// prices of all sessions.
#[derive(Clone, Debug)]
pub struct Replay {
    game: Arc<NormalFormGame>,
    history: ActionHistory,
    alpha: f64,
    beta: f64,
    delta: f64,
    convergence: Convergence,
}

/// The values of one firm, stored as in the program.
struct Firm {
    actions: usize,
    values: Vec<f64>,
    best: Vec<usize>,
    largest: Vec<f64>,
}

impl Replay {
    /// Creates the baseline: alpha 0.15, exploration that decays by exp(-0.1) in 25,000 periods,
    /// delta 0.95, convergence after four times 25,000 stable periods.
    ///
    /// # Errors
    /// Returns an error if the game does not fit into memory.
    pub fn baseline() -> Result<Self, PricingError> {
        let game = baseline_game()?;
        Ok(Self {
            history: ActionHistory::new(&game, 1)?,
            game: Arc::new(game),
            alpha: 0.15,
            beta: 0.1 / EPISODE as f64,
            delta: 0.95,
            convergence: Convergence {
                window: 4 * EPISODE,
                cap: 50_000 * EPISODE,
            },
        })
    }

    /// Returns the game that is played.
    pub fn game(&self) -> &NormalFormGame {
        &self.game
    }

    /// Replays one session, numbered from 1; `should_stop` is called once in 2^20 periods.
    ///
    /// # Errors
    /// Returns [`PricingError::Stopped`] if `should_stop` returned `true`.
    pub fn run(
        &self,
        session: u32,
        should_stop: &dyn Fn() -> bool,
    ) -> Result<SessionResult, PricingError> {
        let learned = self.learn(session, should_stop)?;
        let window = self.convergence.window;
        let result = SessionResult::of(session.into(), learned, &self.game, self.history, window);
        Ok(result)
    }

    /// Replays sessions on the threads of the current rayon pool, and returns them in order.
    ///
    /// # Errors
    /// Same as [`run`](Self::run).
    pub fn run_many(
        &self,
        sessions: RangeInclusive<u32>,
        should_stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<SessionResult>, PricingError> {
        sessions
            .into_par_iter()
            .map(|session| self.run(session, &|| should_stop()))
            .collect()
    }

    /// Returns the prices before the first period: two numbers per session, from one stream for all
    /// sessions.
    fn first_state(&self, session: u32) -> usize {
        let mut stream = LEcuyer::new(1);
        (1..session).for_each(|_| {
            stream.uniform();
            stream.uniform();
        });
        let counts = self.game.action_counts();
        counts
            .iter()
            .fold(0, |state, &count| state * count + stream.below(count))
    }

    fn learn(&self, session: u32, should_stop: &dyn Fn() -> bool) -> Result<Learned, PricingError> {
        let mut stream = LEcuyer::new(session);
        let mut ties = LEcuyer::new(session);
        let counts = [0, 1].map(|firm| self.game.action_counts()[firm]);
        let mut firms = [0, 1].map(|firm| Firm::new(&self.game, firm, self.delta, &mut ties));
        let mut stability = Stability::new(self.convergence);
        let mut state = self.first_state(session);
        let (mut epsilon, decay) = (1.0, (-self.beta).exp());
        let mut periods = 0;
        loop {
            let explores = [(); 2].map(|()| stream.uniform() <= epsilon);
            let tried = [(); 2].map(|()| stream.uniform());
            epsilon *= decay;
            let actions: [usize; 2] = std::array::from_fn(|firm| {
                if explores[firm] {
                    choice(tried[firm], counts[firm])
                } else {
                    firms[firm].best[state]
                }
            });
            let next = actions[0] * counts[1] + actions[1];
            let profits = self.game.payoffs(next);
            periods += 1;
            for (firm, learner) in firms.iter_mut().enumerate() {
                let target = profits[firm] + self.delta * learner.largest[next];
                if learner.update(state, actions[firm], target, self.alpha, &mut ties) {
                    stability.changed(periods);
                }
            }
            if stability.is_over(periods) {
                break;
            }
            if periods % (1 << 20) == 0 && should_stop() {
                return Err(PricingError::Stopped { periods });
            }
            state = next;
        }
        let strategy = |firm: &Firm| firm.best.iter().map(|&action| action as u32).collect();
        Ok(Learned {
            converged: stability.converged(periods),
            periods,
            last_state: state,
            greedy: firms.iter().map(strategy).collect(),
            values: None,
        })
    }
}

impl Firm {
    /// Creates the values against a uniformly random rival.
    fn new(game: &NormalFormGame, firm: usize, delta: f64, ties: &mut LEcuyer) -> Self {
        let actions = game.action_counts()[firm];
        let states = game.joint_count();
        let mut row = vec![0.0; actions];
        for joint in 0..states {
            row[game.action_of(joint, firm)] += game.payoffs(joint)[firm];
        }
        let rivals = (states / actions) as f64 * (1.0 - delta);
        row.iter_mut().for_each(|sum| *sum /= rivals);
        let mut new = Self {
            actions,
            values: row.repeat(states),
            best: vec![0; states],
            largest: vec![0.0; states],
        };
        (0..states).for_each(|state| new.scan(state, ties));
        new
    }

    /// Moves a value toward a target. Returns whether the best action changed.
    fn update(
        &mut self,
        state: usize,
        action: usize,
        target: f64,
        alpha: f64,
        ties: &mut LEcuyer,
    ) -> bool {
        let cell = &mut self.values[state * self.actions + action];
        let value = *cell + alpha * (target - *cell);
        *cell = value;
        let before = self.best[state];
        if value > self.largest[state] {
            self.largest[state] = value;
            self.best[state] = action;
        } else if value < self.largest[state] && action == before {
            self.scan(state, ties);
        }
        self.best[state] != before
    }

    /// Finds the best action in a state; breaks ties at random.
    fn scan(&mut self, state: usize, ties: &mut LEcuyer) {
        let row = &self.values[state * self.actions..][..self.actions];
        let largest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let ties_at = |&&action: &&usize| (row[action] - largest).abs() < f64::EPSILON;
        let all: Vec<usize> = (0..self.actions).collect();
        let tied: Vec<usize> = all.iter().filter(ties_at).copied().collect();
        self.largest[state] = largest;
        self.best[state] = match tied[..] {
            [one] => one,
            _ => tied[ties.below(tied.len())],
        };
    }
}
