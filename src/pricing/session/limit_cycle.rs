use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::pricing::{environment::GameStates, game::NormalFormGame};

/// The limit cycle of deterministic strategies: the states that they visit forever.
///
/// If agents observe varying demand, transitions are random. The states are then the recurrent
/// ones, in ascending order, each with its long-run share of periods.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LimitCycle {
    /// States in order, starting with the one that is reached first.
    pub states: Vec<usize>,
    /// Joint action chosen in each state.
    pub joint_actions: Vec<usize>,
    /// Number of periods before the first state of the cycle; 0 if transitions are random.
    pub approach: usize,
    /// Share of periods of each state if transitions are random; empty if all shares are equal.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shares: Vec<f64>,
}

impl LimitCycle {
    /// Computes the cycle that strategies, the action of each agent in each state, reach from a
    /// state.
    ///
    /// Complexity: the number of states, in time and memory; if transitions are random, the number
    /// of reached states times a few hundred periods.
    ///
    /// # Panics
    /// Panics if the state does not exist, or if a strategy has another number of states.
    pub fn new(
        game: &NormalFormGame,
        states: impl Into<GameStates>,
        strategies: &[Vec<u32>],
        start: usize,
    ) -> Self {
        let rule = states.into();
        let joint_in = |state: usize| {
            let choices = strategies.iter().zip(game.action_counts());
            choices.fold(0, |joint, (strategy, count)| {
                joint * count + strategy[state] as usize
            })
        };
        if !rule.are_certain() {
            return recurring(&rule, &joint_in, start);
        }
        let mut reached = vec![usize::MAX; rule.states()];
        let (mut states, mut joint_actions) = (Vec::new(), Vec::new());
        let mut state = start;
        while reached[state] == usize::MAX {
            reached[state] = states.len();
            let joint = joint_in(state);
            states.push(state);
            joint_actions.push(joint);
            for (next, _) in rule.successors(state, joint) {
                state = next;
            }
        }
        let approach = reached[state];
        Self {
            states: states.split_off(approach),
            joint_actions: joint_actions.split_off(approach),
            approach,
            shares: Vec::new(),
        }
    }

    /// Returns the frequency of the state at `place` relative to the mean over all; 1 if all are
    /// equal.
    pub(in crate::pricing) fn weight(&self, place: usize) -> f64 {
        match self.shares.get(place) {
            None => 1.0,
            Some(share) => share * self.len() as f64,
        }
    }

    /// Returns the number of periods after which prices repeat: that of the cycle, or 1 if all
    /// prices are constant. If transitions are random, returns the number of recurrent states.
    pub fn repeats_after(&self) -> usize {
        let first = self.joint_actions[0];
        match self.joint_actions.iter().all(|&joint| joint == first) {
            true => 1,
            false => self.len(),
        }
    }

    /// Returns the number of states of the cycle.
    #[expect(clippy::len_without_is_empty, reason = "a cycle is never empty")]
    pub fn len(&self) -> usize {
        self.states.len()
    }

    /// Returns the mean payoff of each agent over the cycle.
    ///
    /// # Panics
    /// Panics if the game does not have the joint actions of the cycle.
    pub fn mean_payoffs(&self, game: &NormalFormGame) -> Vec<f64> {
        self.mean_of(game.agents(), |_, joint| game.payoffs(joint))
    }

    /// Returns the mean over the cycle of a list of numbers for each state and joint action.
    pub(in crate::pricing) fn mean_of<'a>(
        &self,
        count: usize,
        numbers: impl Fn(usize, usize) -> &'a [f64],
    ) -> Vec<f64> {
        let mut sums = vec![0.0; count];
        let places = self.states.iter().zip(&self.joint_actions).enumerate();
        for (place, (&state, &joint)) in places {
            let weight = self.weight(place);
            let both = sums.iter_mut().zip(numbers(state, joint));
            both.for_each(|(sum, number)| *sum += weight * number);
        }
        sums.iter().map(|sum| sum / self.len() as f64).collect()
    }
}

/// Total change of the shares at which they have converged.
const SETTLED: f64 = 1e-13;
/// Largest number of periods until the shares converge.
const MOST_PERIODS: usize = 100_000;
/// Share of periods below which a state is not recurrent.
const NEVER: f64 = 1e-10;

/// Returns the recurrent states under random transitions, with their shares of periods from a
/// start.
///
/// In each step, the chain moves with probability 1/2 and stays otherwise, which keeps its
/// stationary shares and makes them converge even if the chain is periodic.
fn recurring(rule: &GameStates, joint_in: &dyn Fn(usize) -> usize, start: usize) -> LimitCycle {
    let mut shares = BTreeMap::from([(start, 1.0)]);
    for _ in 0..MOST_PERIODS {
        let mut next: BTreeMap<usize, f64> = shares.iter().map(|(&s, &p)| (s, 0.5 * p)).collect();
        for (&state, &share) in &shares {
            for (to, probability) in rule.successors(state, joint_in(state)) {
                *next.entry(to).or_insert(0.0) += 0.5 * share * probability;
            }
        }
        let change: f64 = next
            .iter()
            .map(|(state, share)| (share - shares.get(state).unwrap_or(&0.0)).abs())
            .sum();
        // Shares that have almost vanished do not return, and would slow down all further steps.
        next.retain(|_, share| *share > f64::MIN_POSITIVE);
        shares = next;
        if change < SETTLED {
            break;
        }
    }
    shares.retain(|_, share| *share > NEVER);
    let total: f64 = shares.values().sum();
    LimitCycle {
        joint_actions: shares.keys().map(|&state| joint_in(state)).collect(),
        approach: 0,
        shares: shares.values().map(|share| share / total).collect(),
        states: shares.into_keys().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pricing::{environment::ActionHistory, market::DemandShocks};

    fn duopoly() -> NormalFormGame {
        let payoffs = vec![2.0, 2.0, 5.0, 0.0, 0.0, 5.0, 4.0, 4.0];
        NormalFormGame::new(vec![2, 2], payoffs).unwrap()
    }

    #[test]
    fn tit_for_tat_after_one_deviation_has_a_cycle_of_length_2() {
        let game = duopoly();
        let history = ActionHistory::new(&game, 1).unwrap();
        // Each platform repeats the rival's last action: states are (own, other) pairs of the last
        // period.
        let tit_for_tat = [vec![0, 1, 0, 1], vec![0, 0, 1, 1]];
        let cycle = LimitCycle::new(&game, history, &tit_for_tat, 1);
        assert_eq!(cycle.states, [1, 2]);
        assert_eq!(cycle.joint_actions, [2, 1]);
        assert_eq!((cycle.len(), cycle.approach), (2, 0));
        assert_eq!(cycle.mean_payoffs(&game), [2.5, 2.5]);
        let peace = LimitCycle::new(&game, history, &tit_for_tat, 3);
        assert_eq!(peace.states, [3]);
    }

    #[test]
    fn periods_before_the_cycle_are_counted_separately() {
        let game = duopoly();
        let history = ActionHistory::new(&game, 2).unwrap();
        let always = [vec![1; 16], vec![0; 16]];
        let cycle = LimitCycle::new(&game, history, &always, 0);
        assert_eq!((cycle.approach, cycle.states), (2, vec![2 * 4 + 2]));
        let none = ActionHistory::new(&game, 0).unwrap();
        let cycle = LimitCycle::new(&game, none, &[vec![1], vec![1]], 0);
        assert_eq!((cycle.approach, cycle.joint_actions), (0, vec![3]));
    }

    /// Two strategies that depend only on demand: states recur with the shares of the chain.
    #[test]
    fn under_random_transitions_states_have_their_shares() {
        let game = duopoly();
        let history = ActionHistory::with_signals(&game, 1, 2).unwrap();
        let shocks = DemandShocks {
            high: 0.3,
            persistence: 0.5,
            observed: true,
            ..DemandShocks::new(0.1).unwrap()
        };
        let states = GameStates::observing(history, shocks);
        // Both play 1 in high demand only: four states recur, by current and previous demand.
        let by_demand: Vec<u32> = (0..8).map(|state| state % 2).collect();
        let strategies = [by_demand.clone(), by_demand];
        let cycle = LimitCycle::new(&game, states, &strategies, 3);
        assert_eq!(cycle.states, [0, 1, 6, 7]);
        assert_eq!(cycle.joint_actions, [0, 3, 0, 3]);
        let [low, high] = [0, 1].map(|now| shocks.next(now));
        let expected = [0.7 * low[0], 0.7 * low[1], 0.3 * high[0], 0.3 * high[1]];
        for (found, expected) in cycle.shares.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-11, "{:?}", cycle.shares);
        }
        let mean = cycle.mean_payoffs(&game);
        assert!((mean[0] - (0.7 * 2.0 + 0.3 * 4.0)).abs() < 1e-10);
    }
}
