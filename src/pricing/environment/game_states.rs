use super::{ActionHistory, Moves};

/// The states that strategies of a repeated game distinguish, and how they follow each other.
///
/// Where all move at the same time, the state is what is remembered. With moves in turn it is who
/// moves and what is held then:
///
/// ```text
/// state = mover J + held joint action        J joint actions
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GameStates {
    history: ActionHistory,
    /// The number of agents who move in turn; 0 where all move at the same time.
    turns: usize,
}

impl From<ActionHistory> for GameStates {
    fn from(history: ActionHistory) -> Self {
        Self { history, turns: 0 }
    }
}

impl From<&ActionHistory> for GameStates {
    fn from(history: &ActionHistory) -> Self {
        (*history).into()
    }
}

impl GameStates {
    /// The states of so many agents who remember a history, which must be one joint action where they
    /// move in turn.
    pub(in crate::pricing) fn new(history: ActionHistory, moves: Moves, agents: usize) -> Self {
        let turns = match moves {
            Moves::Simultaneous => 0,
            Moves::InTurn => agents,
        };
        Self { history, turns }
    }

    /// The number of states.
    pub fn states(&self) -> usize {
        self.history.states() * self.turns.max(1)
    }

    /// Whether an agent sets its price in a state.
    pub fn chooses(&self, state: usize, agent: usize) -> bool {
        self.turns == 0 || state / self.history.states() == agent
    }

    /// Whether agents move in turn.
    pub fn are_in_turn(&self) -> bool {
        self.turns > 0
    }

    /// The state after a joint action.
    #[inline]
    pub fn next(&self, state: usize, joint: usize) -> usize {
        match self.turns {
            0 => self.history.next(state, joint),
            turns => {
                let held = self.history.states();
                (state / held + 1) % turns * held + joint
            }
        }
    }

    /// The state in which an agent moves and a joint action is held.
    pub(in crate::pricing) fn of_turn(&self, mover: usize, held: usize) -> usize {
        mover * self.history.states() + held
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pricing::game::NormalFormGame;

    #[test]
    fn turns_follow_each_other_with_what_is_held() {
        let game = NormalFormGame::from_fn(vec![2, 3, 2], |_| vec![0.0; 3]).unwrap();
        let history = ActionHistory::new(&game, 1).unwrap();
        let states = GameStates::new(history, Moves::InTurn, 3);
        assert_eq!(states.states(), 3 * 12);
        let state = states.of_turn(2, 7);
        let movers: Vec<bool> = (0..3).map(|agent| states.chooses(state, agent)).collect();
        assert_eq!(movers, [false, false, true]);
        assert_eq!(states.next(state, 6), states.of_turn(0, 6));
        let together = GameStates::new(history, Moves::Simultaneous, 3);
        assert_eq!((together, together.states()), (history.into(), 12));
        assert!(together.chooses(7, 0) && together.next(7, 6) == 6);
    }
}
