use crate::pricing::{
    PricingError,
    game::NormalFormGame,
    table_size::{memory_limit, table_bytes},
};

/// The states of a repeated game whose agents observe the last k joint actions.
///
/// ```text
/// state = j_{t-k} J^{k-1} + ... + j_{t-2} J + j_{t-1}
/// ```
///
/// for J joint actions: the latest one is the least significant digit. With k = 1 the state is the
/// last joint action; with k = 0 there is one state. If agents also observe one of several signals,
/// such as the demand of the period, it is appended as the last digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActionHistory {
    joints: usize,
    memory: usize,
    signals: usize,
    states: usize,
}

impl ActionHistory {
    /// Creates the histories of the last `memory` joint actions of a game.
    ///
    /// # Errors
    /// Returns [`PricingError::TooLarge`] if the value tables of all agents, with eight bytes for
    /// each state and action, exceed the memory of the machine.
    pub fn new(game: &NormalFormGame, memory: usize) -> Result<Self, PricingError> {
        Self::with_signals(game, memory, 1)
    }

    /// Creates histories that also contain one of `signals` signals, observed before acting; at
    /// least one.
    ///
    /// # Errors
    /// Same as [`new`](Self::new).
    pub fn with_signals(
        game: &NormalFormGame,
        memory: usize,
        signals: usize,
    ) -> Result<Self, PricingError> {
        let joints = game.joint_count();
        let cells: usize = game.action_counts().iter().sum();
        // A game with one joint action has one state for any memory.
        let remembered = if joints == 1 { 0 } else { memory };
        let factors = std::iter::repeat_n(joints, remembered.min(128));
        let bytes = table_bytes(factors.chain([cells, signals]));
        let limit = memory_limit();
        if bytes > limit {
            return Err(PricingError::TooLarge {
                tables: format!(
                    "a memory of {memory} periods with {joints} joint actions needs tables of"
                ),
                bytes,
                limit,
                remedy: "use fewer actions or a shorter memory",
            });
        }
        Ok(Self {
            joints,
            memory,
            signals,
            states: (0..remembered).fold(signals, |states, _| states * joints),
        })
    }

    /// Returns the number of states: `J^k`, times the number of signals.
    pub fn states(&self) -> usize {
        self.states
    }

    /// Returns the number of joint actions remembered, k.
    pub fn memory(&self) -> usize {
        self.memory
    }

    /// Returns the number of signals; 1 if only joint actions are observed.
    pub fn signals(&self) -> usize {
        self.signals
    }

    /// Returns the signal of a state, counted from 0.
    pub fn signal(&self, state: usize) -> usize {
        state % self.signals
    }

    /// Returns the state after a joint action and the next signal.
    #[inline]
    pub fn next_with(&self, state: usize, joint: usize, signal: usize) -> usize {
        let remembered = self.states / self.signals;
        (state / self.signals * self.joints + joint) % remembered * self.signals + signal
    }

    /// Returns the state after a joint action if there are no signals.
    #[inline]
    pub fn next(&self, state: usize, joint: usize) -> usize {
        debug_assert_eq!(self.signals, 1, "the state depends on the next signal");
        // The table has at least this many cells, so the product does not overflow.
        (state * self.joints + joint) % self.states
    }

    /// Returns the joint actions of a state, oldest first.
    pub fn joint_actions(&self, state: usize) -> Vec<usize> {
        let mut rest = state / self.signals;
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

    /// Returns the state of these joint actions, oldest first, with signal 0. Joint actions beyond
    /// the memory are ignored.
    pub fn state_of(&self, joints: &[usize]) -> usize {
        joints
            .iter()
            .fold(0, |state, &joint| self.next_with(state, joint, 0))
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
    fn a_state_encodes_the_last_joint_actions() {
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
    fn with_one_period_the_state_is_the_joint_action() {
        let history = ActionHistory::new(&game(vec![3, 3]), 1).unwrap();
        for (state, joint) in [(0, 4), (8, 0), (5, 8)] {
            assert_eq!(history.next(state, joint), joint);
        }
    }

    #[test]
    fn a_signal_is_the_last_digit() {
        let pair = game(vec![2, 3]);
        for memory in 0..3 {
            let history = ActionHistory::with_signals(&pair, memory, 2).unwrap();
            let plain = ActionHistory::new(&pair, memory).unwrap();
            assert_eq!(history.states(), 2 * plain.states());
            let (mut state, mut without) = (0, 0);
            for (joint, signal) in [(5, 1), (0, 1), (3, 0), (1, 1)] {
                state = history.next_with(state, joint, signal);
                without = plain.next(without, joint);
                assert_eq!((state / 2, history.signal(state)), (without, signal));
                let remembered = history.joint_actions(state);
                assert_eq!(remembered, plain.joint_actions(without));
            }
        }
    }

    #[test]
    fn tables_that_do_not_fit_are_rejected_with_their_size() {
        let pair = game(vec![15, 15]);
        let error = ActionHistory::new(&pair, 9).unwrap_err().to_string();
        let bytes = 225_u128.pow(9) * 30 * 8;
        assert!(error.contains(&format!("{bytes} bytes")), "{error}");
        assert!(ActionHistory::new(&pair, usize::MAX).is_err());
        // A single joint action has one history.
        let alone = ActionHistory::new(&game(vec![1, 1]), usize::MAX).unwrap();
        assert_eq!((alone.states(), alone.next(0, 0)), (1, 0));
    }
}
