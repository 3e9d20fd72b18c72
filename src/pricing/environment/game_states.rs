use super::{ActionHistory, Moves};
use crate::pricing::market::DemandShocks;

/// The states that strategies of a repeated game depend on, and their transitions.
///
/// If all agents move at the same time, a state is the remembered history, including the demand of
/// the period if it is observed. With moves in turn, it is the mover and the actions held at that
/// time:
///
/// ```text
/// state = mover J + held joint action        J joint actions
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GameStates {
    history: ActionHistory,
    /// Number of agents who move in turn; 0 if all move at the same time.
    turns: usize,
    /// Demand that agents observe, as a signal of the history.
    demand: Option<DemandShocks>,
}

impl From<ActionHistory> for GameStates {
    fn from(history: ActionHistory) -> Self {
        Self {
            history,
            turns: 0,
            demand: None,
        }
    }
}

impl GameStates {
    /// Creates the states for `agents` agents who remember a history. With moves in turn, the
    /// history must be one joint action.
    pub(in crate::pricing) fn new(history: ActionHistory, moves: Moves, agents: usize) -> Self {
        let turns = match moves {
            Moves::Simultaneous => 0,
            Moves::InTurn => agents,
        };
        Self {
            history,
            turns,
            demand: None,
        }
    }

    /// Creates the states of agents who observe the demand of a period before they act, as the
    /// signal of their history.
    pub(in crate::pricing) fn observing(history: ActionHistory, shocks: DemandShocks) -> Self {
        Self {
            demand: Some(shocks),
            ..history.into()
        }
    }

    /// Returns the number of states.
    pub fn states(&self) -> usize {
        self.history.states() * self.turns.max(1)
    }

    /// Returns whether an agent sets its price in a state.
    pub fn chooses(&self, state: usize, agent: usize) -> bool {
        self.turns == 0 || state / self.history.states() == agent
    }

    /// Returns whether agents move in turn.
    pub fn are_in_turn(&self) -> bool {
        self.turns > 0
    }

    /// Returns the demand of the period, 0 for low and 1 for high; `None` if it is not observed.
    pub fn demand(&self, state: usize) -> Option<usize> {
        self.demand.map(|_| self.history.signal(state))
    }

    /// Returns whether transitions are deterministic. They are not if agents observe the demand of
    /// the next period.
    pub fn are_certain(&self) -> bool {
        self.demand.is_none()
    }

    /// Returns the states after a joint action, with their probabilities.
    #[inline]
    pub fn successors(
        &self,
        state: usize,
        joint: usize,
    ) -> impl Iterator<Item = (usize, f64)> + use<> {
        let (all, count) = match self.demand {
            None => {
                let next = match self.turns {
                    0 => self.history.next(state, joint),
                    turns => {
                        let held = self.history.states();
                        (state / held + 1) % turns * held + joint
                    }
                };
                ([(next, 1.0); 2], 1)
            }
            Some(shocks) => {
                let [low, high] = shocks.next(self.history.signal(state));
                let next = |signal| self.history.next_with(state, joint, signal);
                ([(next(0), low), (next(1), high)], 2)
            }
        };
        all.into_iter().take(count)
    }

    /// Returns the state in which an agent moves and a joint action is held.
    pub(in crate::pricing) fn of_turn(&self, mover: usize, held: usize) -> usize {
        mover * self.history.states() + held
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pricing::game::NormalFormGame;

    #[test]
    fn agents_take_turns_and_hold_their_actions() {
        let game = NormalFormGame::from_fn(vec![2, 3, 2], |_| vec![0.0; 3]).unwrap();
        let history = ActionHistory::new(&game, 1).unwrap();
        let states = GameStates::new(history, Moves::InTurn, 3);
        assert_eq!(states.states(), 3 * 12);
        let state = states.of_turn(2, 7);
        let movers: Vec<bool> = (0..3).map(|agent| states.chooses(state, agent)).collect();
        assert_eq!(movers, [false, false, true]);
        let next: Vec<_> = states.successors(state, 6).collect();
        assert_eq!(next, [(states.of_turn(0, 6), 1.0)]);
        let together = GameStates::new(history, Moves::Simultaneous, 3);
        assert_eq!((together, together.states()), (history.into(), 12));
        let next: Vec<_> = together.successors(7, 6).collect();
        assert!(together.chooses(7, 0) && next == [(6, 1.0)]);
    }

    #[test]
    fn observed_demand_follows_its_chain() {
        let game = NormalFormGame::from_fn(vec![2, 3], |_| vec![0.0; 2]).unwrap();
        let history = ActionHistory::with_signals(&game, 1, 2).unwrap();
        let shocks = DemandShocks {
            high: 0.25,
            persistence: 0.5,
            observed: true,
            ..DemandShocks::new(0.1).unwrap()
        };
        let states = GameStates::observing(history, shocks);
        let state = history.next_with(0, 3, 1);
        assert_eq!((states.states(), states.demand(state)), (12, Some(1)));
        let next: Vec<_> = states.successors(state, 4).collect();
        // High again with probability 0.5 + 0.5 * 0.25.
        assert_eq!(next, [(8, 0.375), (9, 0.625)]);
    }
}
