use serde::{Deserialize, Serialize};

use super::LimitCycle;
use crate::pricing::{environment::GameStates, game::NormalFormGame, learner::QTable};

/// The result of learning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Learned {
    /// Whether the session ended by convergence, not by its cap.
    pub converged: bool,
    /// Number of periods played, including those of the window.
    pub periods: u64,
    /// State in which the actions of the last period were chosen; with moves in turn, the state
    /// after them.
    pub last_state: usize,
    /// For each agent, the greedy action in each state; with moves in turn, the held action in the
    /// states of the others.
    pub greedy: Vec<Vec<u32>>,
    /// For each agent, the learned values, if requested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<QTable>>,
}

/// One session of a repeated game.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionResult {
    /// Number of the session in its study.
    pub session: u64,
    /// Result of learning.
    pub learned: Learned,
    /// Number of periods before the window without changes; `None` without convergence.
    pub time_to_convergence: Option<u64>,
    /// Limit cycle of the strategies from the last state.
    pub cycle: LimitCycle,
    /// Mean payoff of each agent on the cycle.
    pub mean_payoffs: Vec<f64>,
}

impl SessionResult {
    /// Follows the learned strategies, from [`play`](super::play()) or another source, to their
    /// limit cycle, and measures them there. `window` is that of the convergence criterion, in
    /// periods.
    ///
    /// # Panics
    /// Panics if the strategies or the last state do not fit this game and these states.
    pub fn of(
        session: u64,
        learned: Learned,
        game: &NormalFormGame,
        states: impl Into<GameStates>,
        window: u64,
    ) -> Self {
        let cycle = LimitCycle::new(game, states, &learned.greedy, learned.last_state);
        Self {
            session,
            time_to_convergence: learned
                .converged
                .then(|| learned.periods.saturating_sub(window)),
            mean_payoffs: cycle.mean_payoffs(game),
            cycle,
            learned,
        }
    }
}
