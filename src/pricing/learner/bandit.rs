use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};

use super::{Learner, LearnerRule, Transition};
use crate::{
    SettingError,
    pricing::{
        PricingError, checks::check_delta, environment::ActionHistory, game::NormalFormGame,
    },
};

/// A bandit: a learner that ignores the state and weighs actions by their past rewards.
///
/// In TOML: `{ kind = "bandit", rule = { ucb = { width = 1.0 } }, delta = 0.95 }`. The discount
/// factor is only used to evaluate outcomes. Rewards are scaled to 0 … 1 by the range in the
/// agent's game.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Listed")]
pub struct Bandit {
    /// Rule for choosing actions.
    pub rule: BanditRule,
    /// Discount factor δ for evaluating outcomes, in [0, 1).
    pub delta: f64,
}

/// Rules for choosing actions.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum BanditRule {
    /// Takes the action with the largest upper confidence bound `m_a + width sqrt(2 ln t / n_a)`,
    /// where a has been taken n_a times in t periods with mean reward m_a.
    ///
    /// Reference: Auer, Cesa-Bianchi and Fischer (2002), Machine Learning 47, UCB1 for width 1.
    Ucb {
        /// Width of the bounds, above 0.
        width: f64,
    },
    /// Exponential weights on estimated rewards, mixed with a share gamma of uniform choice: `w_a
    /// *= exp(gamma r / (p_a A))` for the action taken, out of A actions, with probability p_a.
    ///
    /// Reference: Auer, Cesa-Bianchi, Freund and Schapire (2002), SIAM Journal on Computing 32, Exp3.
    Exp3 {
        /// Share of uniform choice, above 0 and at most 1.
        gamma: f64,
    },
}

impl Bandit {
    /// Creates settings.
    ///
    /// # Errors
    /// Returns an error if a number is out of range.
    pub fn new(rule: BanditRule, delta: f64) -> Result<Self, PricingError> {
        let (name, value, valid, expected) = match rule {
            BanditRule::Ucb { width } => (
                "exploration: width",
                width,
                width.is_finite() && width > 0.0,
                "it must be finite and above 0",
            ),
            BanditRule::Exp3 { gamma } => (
                "exploration: gamma",
                gamma,
                gamma > 0.0 && gamma <= 1.0,
                "it must be above 0 and at most 1",
            ),
        };
        if !valid {
            return Err(SettingError::new(name, value, expected).into());
        }
        check_delta(delta)?;
        Ok(Self { rule, delta })
    }
}

impl LearnerRule for Bandit {
    fn kind(&self) -> &'static str {
        "bandit"
    }

    fn discount_factor(&self) -> f64 {
        self.delta
    }

    fn learner(
        &self,
        game: &NormalFormGame,
        _history: &ActionHistory,
        agent: usize,
        _rng: &mut dyn Rng,
    ) -> Result<Box<dyn Learner>, PricingError> {
        let rewards = (0..game.joint_count()).map(|joint| game.learning_rewards(joint)[agent]);
        let (low, high) = rewards.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), r| {
            (low.min(r), high.max(r))
        });
        let actions = game.action_counts()[agent];
        Ok(Box::new(BanditLearner {
            rule: self.rule,
            low,
            width: if high > low { high - low } else { 1.0 },
            counts: vec![0.0; actions],
            means: vec![0.0; actions],
            log_weights: vec![0.0; actions],
            periods: 0.0,
            best: 0,
        }))
    }
}

/// The state of a bandit while it learns.
#[derive(Clone, Debug)]
struct BanditLearner {
    rule: BanditRule,
    low: f64,
    width: f64,
    counts: Vec<f64>,
    means: Vec<f64>,
    /// Logarithms of the weights of Exp3; the largest is 0.
    log_weights: Vec<f64>,
    periods: f64,
    /// Action with the highest mean reward; the first of several.
    best: usize,
}

impl BanditLearner {
    /// Returns the probability of an action under Exp3.
    fn probability(&self, gamma: f64, action: usize) -> f64 {
        let total: f64 = self.log_weights.iter().map(|w| w.exp()).sum();
        let uniform = gamma / self.log_weights.len() as f64;
        (1.0 - gamma) * self.log_weights[action].exp() / total + uniform
    }
}

impl Learner for BanditLearner {
    /// Consumes nothing with confidence bounds, and one 64-bit number with Exp3.
    fn act(&mut self, _state: usize, rng: &mut dyn Rng) -> usize {
        match self.rule {
            BanditRule::Ucb { width } => {
                if let Some(new) = self.counts.iter().position(|&count| count == 0.0) {
                    return new;
                }
                let log = 2.0 * self.periods.ln();
                let bound = |a: usize| self.means[a] + width * (log / self.counts[a]).sqrt();
                (1..self.means.len()).fold(0, |best, a| match bound(a) > bound(best) {
                    true => a,
                    false => best,
                })
            }
            BanditRule::Exp3 { gamma } => {
                let mut left = rng.random::<f64>();
                let last = self.log_weights.len() - 1;
                for action in 0..last {
                    left -= self.probability(gamma, action);
                    if left < 0.0 {
                        return action;
                    }
                }
                last
            }
        }
    }

    fn learn(&mut self, transition: &Transition, _rng: &mut dyn Rng) {
        let (action, reward) = (
            transition.action,
            (transition.reward - self.low) / self.width,
        );
        if let BanditRule::Exp3 { gamma } = self.rule {
            let actions = self.log_weights.len() as f64;
            let probability = self.probability(gamma, action);
            self.log_weights[action] += gamma * reward / (probability * actions);
            let largest = self.log_weights.iter().copied().fold(f64::MIN, f64::max);
            self.log_weights.iter_mut().for_each(|w| *w -= largest);
        }
        self.periods += 1.0;
        self.counts[action] += 1.0;
        self.means[action] += (reward - self.means[action]) / self.counts[action];
        let value = |a: usize| match self.rule {
            BanditRule::Ucb { .. } => self.means[a],
            BanditRule::Exp3 { .. } => self.log_weights[a],
        };
        self.best = (0..self.means.len()).fold(self.best, |best, a| match value(a) > value(best) {
            true => a,
            false => best,
        });
    }

    fn greedy_action(&self, _state: usize) -> usize {
        self.best
    }

    fn check(&self, _states: usize, actions: usize) -> Result<(), PricingError> {
        match actions == self.means.len() {
            true => Ok(()),
            false => Err(PricingError::TableSize {
                found_states: 1,
                found_actions: self.means.len(),
                states: 1,
                actions,
            }),
        }
    }
}

/// The serialized form of the settings.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    rule: BanditRule,
    delta: f64,
}

impl TryFrom<Listed> for Bandit {
    type Error = PricingError;

    fn try_from(listed: Listed) -> Result<Self, PricingError> {
        Self::new(listed.rule, listed.delta)
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};

    use super::*;

    /// Plays actions with noisy rewards of 0.2, 0.9 and 0.5, and counts how often each is taken.
    fn play(rule: BanditRule, periods: usize) -> (Vec<f64>, usize) {
        let means = [0.2, 0.9, 0.5];
        let game = NormalFormGame::from_fn(vec![3, 2], |a| {
            let noise = if a[1] == 0 { -0.1 } else { 0.1 };
            vec![means[a[0]] + noise, 0.0]
        })
        .unwrap();
        let history = ActionHistory::new(&game, 1).unwrap();
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(4);
        let bandit = Bandit::new(rule, 0.9).unwrap();
        let mut learner = bandit.learner(&game, &history, 0, &mut rng).unwrap();
        let mut counts = vec![0.0; 3];
        for _ in 0..periods {
            let action = learner.act(0, &mut rng);
            counts[action] += 1.0;
            let rival = rng.random_range(0..2_usize);
            let transition = Transition {
                state: 0,
                action,
                reward: game.payoffs(2 * action + rival)[0],
                next_state: 0,
                terminated: false,
            };
            learner.learn(&transition, &mut rng);
        }
        (counts, learner.greedy_action(0))
    }

    #[test]
    fn bandits_find_the_action_with_the_highest_reward() {
        for rule in [
            BanditRule::Ucb { width: 1.0 },
            BanditRule::Exp3 { gamma: 0.1 },
        ] {
            let (counts, best) = play(rule, 20_000);
            assert_eq!(best, 1, "{rule:?}");
            assert!(counts[1] > 0.85 * 20_000.0, "{rule:?} {counts:?}");
            assert!(counts.iter().all(|&count| count > 20.0), "{counts:?}");
        }
    }

    /// Exp3 keeps a share gamma of uniform choice: each action has a frequency of at least gamma /
    /// A.
    #[test]
    fn exp3_keeps_exploring() {
        let (counts, _) = play(BanditRule::Exp3 { gamma: 0.3 }, 20_000);
        let expected = 0.1 * 20_000.0;
        assert!(
            (counts[0] - expected).abs() < 5.0 * expected.sqrt() + 100.0,
            "{counts:?}"
        );
    }

    #[test]
    fn settings_out_of_range_are_named() {
        let message = |rule, delta| Bandit::new(rule, delta).unwrap_err().to_string();
        assert!(message(BanditRule::Ucb { width: 0.0 }, 0.5).contains("width is 0"));
        assert!(message(BanditRule::Exp3 { gamma: 2.0 }, 0.5).contains("gamma is 2"));
        assert!(message(BanditRule::Ucb { width: 1.0 }, 1.0).contains("delta is 1"));
    }
}
