use super::EnvironmentError;
use crate::pricing::{
    game::NormalFormGame,
    table_size::{memory_limit, table_bytes},
};

/// The states of a repeated game whose players remember the last k joint actions.
///
/// ```text
/// state = j_{t-k} J^{k-1} + ... + j_{t-2} J + j_{t-1}
/// ```
///
/// for J joint actions: the latest is the least significant digit. With k = 1 the state is the last
/// joint action; with k = 0 there is one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActionHistory {
    joints: usize,
    memory: usize,
    states: usize,
}

impl ActionHistory {
    /// The histories of the last `memory` joint actions of a game.
    ///
    /// # Errors
    /// [`EnvironmentError::TooLarge`] where the values that the game's agents would learn, eight
    /// bytes for each state and action of each, are more than the machine's memory.
    pub fn new(game: &NormalFormGame, memory: usize) -> Result<Self, EnvironmentError> {
        let joints = game.joint_count();
        let cells: usize = game.action_counts().iter().sum();
        // A game of one joint action has one state, however long the memory.
        let remembered = if joints == 1 { 0 } else { memory };
        let bytes = table_bytes(std::iter::repeat_n(joints, remembered.min(128)).chain([cells]));
        let limit = memory_limit();
        if bytes > limit {
            return Err(EnvironmentError::TooLarge {
                memory,
                joints,
                bytes,
                limit,
            });
        }
        Ok(Self {
            joints,
            memory,
            states: (0..remembered).fold(1, |states, _| states * joints),
        })
    }

    /// The number of states, `J^k`.
    pub fn states(&self) -> usize {
        self.states
    }

    /// The number of joint actions remembered, k.
    pub fn memory(&self) -> usize {
        self.memory
    }

    /// The state after a joint action.
    #[inline]
    pub fn next(&self, state: usize, joint: usize) -> usize {
        // The table has at least this many cells, so the product does not overflow.
        (state * self.joints + joint) % self.states
    }

    /// The joint actions that a state remembers, oldest first.
    pub fn joint_actions(&self, state: usize) -> Vec<usize> {
        let mut rest = state;
        let mut joints: Vec<usize> = (0..self.memory)
            .map(|_| {
                let joint = rest % self.joints;
                rest /= self.joints;
                joint
            })
            .collect();
        joints.reverse();
        joints
    }

    /// The state that remembers these joint actions, oldest first; older ones than the memory
    /// reaches are forgotten.
    pub fn state_of(&self, joints: &[usize]) -> usize {
        joints
            .iter()
            .fold(0, |state, &joint| self.next(state, joint))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn game(actions: Vec<usize>) -> NormalFormGame {
        let agents = actions.len();
        NormalFormGame::from_fn(actions, |_| vec![0.0; agents]).unwrap()
    }

    #[test]
    fn a_state_is_the_last_joint_actions() {
        let pair = game(vec![2, 3]);
        for memory in 0..4 {
            let history = ActionHistory::new(&pair, memory).unwrap();
            assert_eq!(history.states(), 6_usize.pow(memory as u32));
            let played = [5, 0, 3, 1, 4, 2];
            let state = history.state_of(&played);
            assert_eq!(history.joint_actions(state), played[6 - memory..]);
        }
    }

    #[test]
    fn one_period_is_the_joint_action_itself() {
        let history = ActionHistory::new(&game(vec![3, 3]), 1).unwrap();
        for (state, joint) in [(0, 4), (8, 0), (5, 8)] {
            assert_eq!(history.next(state, joint), joint);
        }
    }

    #[test]
    fn tables_that_do_not_fit_are_refused_with_their_bytes() {
        let pair = game(vec![15, 15]);
        let error = ActionHistory::new(&pair, 9).unwrap_err().to_string();
        let bytes = 225_u128.pow(9) * 30 * 8;
        assert!(error.contains(&format!("{bytes} bytes")), "{error}");
        assert!(ActionHistory::new(&pair, usize::MAX).is_err());
        // One joint action has one history.
        let alone = ActionHistory::new(&game(vec![1, 1]), usize::MAX).unwrap();
        assert_eq!((alone.states(), alone.next(0, 0)), (1, 0));
    }
}
