use serde::{Deserialize, Serialize};

use crate::pricing::{environment::GameStates, game::NormalFormGame};

/// Where deterministic strategies end: they run through these states for ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitCycle {
    /// The states, in order, beginning with the one that is reached first.
    pub states: Vec<usize>,
    /// The joint action that is chosen in each of them.
    pub joint_actions: Vec<usize>,
    /// The periods before the first state of the cycle.
    pub approach: usize,
}

impl LimitCycle {
    /// The cycle that strategies, the action of each agent in each state, reach from a state.
    ///
    /// Complexity: the number of states, in time and memory.
    ///
    /// # Panics
    /// Where there is no such state, or a strategy has another number of states.
    pub fn new(
        game: &NormalFormGame,
        states: impl Into<GameStates>,
        strategies: &[Vec<u32>],
        start: usize,
    ) -> Self {
        let rule = states.into();
        let mut reached = vec![usize::MAX; rule.states()];
        let (mut states, mut joint_actions) = (Vec::new(), Vec::new());
        let mut state = start;
        while reached[state] == usize::MAX {
            reached[state] = states.len();
            let joint = strategies
                .iter()
                .zip(game.action_counts())
                .fold(0, |joint, (strategy, count)| {
                    joint * count + strategy[state] as usize
                });
            states.push(state);
            joint_actions.push(joint);
            state = rule.next(state, joint);
        }
        let approach = reached[state];
        Self {
            states: states.split_off(approach),
            joint_actions: joint_actions.split_off(approach),
            approach,
        }
    }

    /// The number of periods after which prices repeat: that of the cycle, or 1 where platforms that move
    /// in turn all keep their prices.
    pub fn repeats_after(&self) -> usize {
        let first = self.joint_actions[0];
        match self.joint_actions.iter().all(|&joint| joint == first) {
            true => 1,
            false => self.len(),
        }
    }

    /// The number of periods of the cycle.
    #[expect(clippy::len_without_is_empty, reason = "a cycle is never empty")]
    pub fn len(&self) -> usize {
        self.states.len()
    }

    /// The mean payoff of each agent over the cycle.
    ///
    /// # Panics
    /// Where the game does not have the cycle's joint actions.
    pub fn mean_payoffs(&self, game: &NormalFormGame) -> Vec<f64> {
        let mut sums = vec![0.0; game.agents()];
        for &joint in &self.joint_actions {
            let both = sums.iter_mut().zip(game.payoffs(joint));
            both.for_each(|(sum, payoff)| *sum += payoff);
        }
        sums.iter().map(|sum| sum / self.len() as f64).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pricing::environment::ActionHistory;

    fn duopoly() -> NormalFormGame {
        let payoffs = vec![2.0, 2.0, 5.0, 0.0, 0.0, 5.0, 4.0, 4.0];
        NormalFormGame::new(vec![2, 2], payoffs).unwrap()
    }

    #[test]
    fn tit_for_tat_alternates_after_a_slip() {
        let game = duopoly();
        let history = ActionHistory::new(&game, 1).unwrap();
        // Each does what the other did: states are (own, other) pairs of the last period.
        let tit_for_tat = [vec![0, 1, 0, 1], vec![0, 0, 1, 1]];
        let cycle = LimitCycle::new(&game, &history, &tit_for_tat, 1);
        assert_eq!(cycle.states, [1, 2]);
        assert_eq!(cycle.joint_actions, [2, 1]);
        assert_eq!((cycle.len(), cycle.approach), (2, 0));
        assert_eq!(cycle.mean_payoffs(&game), [2.5, 2.5]);
        let peace = LimitCycle::new(&game, &history, &tit_for_tat, 3);
        assert_eq!(peace.states, [3]);
    }

    #[test]
    fn the_way_to_the_cycle_is_not_part_of_it() {
        let game = duopoly();
        let history = ActionHistory::new(&game, 2).unwrap();
        let always = [vec![1; 16], vec![0; 16]];
        let cycle = LimitCycle::new(&game, &history, &always, 0);
        assert_eq!((cycle.approach, cycle.states), (2, vec![2 * 4 + 2]));
        let none = ActionHistory::new(&game, 0).unwrap();
        let cycle = LimitCycle::new(&game, &none, &[vec![1], vec![1]], 0);
        assert_eq!((cycle.approach, cycle.joint_actions), (0, vec![3]));
    }
}
