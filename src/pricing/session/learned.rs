use serde::{Deserialize, Serialize};

use super::LimitCycle;
use crate::pricing::{environment::GameStates, game::NormalFormGame, learner::QTable};

/// What learners arrived at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Learned {
    /// The session ended by convergence, not by its cap.
    pub converged: bool,
    /// The periods played, with those of the window.
    pub periods: u64,
    /// The state in which the actions of the last period were chosen; with moves in turn the one after
    /// them.
    pub last_state: usize,
    /// For each agent, the action thought best in each state; with moves in turn, in the states of the
    /// others the one that is held.
    pub greedy: Vec<Vec<u32>>,
    /// For each agent, the values learned, where they were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<QTable>>,
}

/// One session of a repeated game.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionResult {
    /// The session's number in its study.
    pub session: u64,
    /// What was learned.
    pub learned: Learned,
    /// The periods before the window in which nothing changed any more; none without convergence.
    pub time_to_convergence: Option<u64>,
    /// Where the strategies lead from the last state.
    pub cycle: LimitCycle,
    /// The mean payoff of each agent on the cycle.
    pub mean_payoffs: Vec<f64>,
}

impl SessionResult {
    /// Follows what was learned in a game, by [`play`](super::play()) or otherwise, to its limit cycle,
    /// and measures it there; `window` is that of the convergence, in periods.
    ///
    /// # Panics
    /// If strategies and last state are not of this game and these states.
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
