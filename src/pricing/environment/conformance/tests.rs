use super::{super::Step, *};
use crate::pricing::PricingError;

/// A counter that ends after ten periods, with one fault at a time.
#[derive(Default)]
struct Counter {
    fault: &'static str,
    period: usize,
    resets: usize,
    refusals: usize,
    rewards: Vec<f64>,
}

impl Counter {
    fn with(fault: &'static str) -> Self {
        Self {
            fault,
            ..Self::default()
        }
    }
}

impl Environment for Counter {
    fn agents(&self) -> usize {
        if self.fault == "agents" { 0 } else { 2 }
    }

    fn actions(&self, agent: usize) -> usize {
        if self.fault == "actions" && agent == 1 {
            0
        } else {
            3
        }
    }

    fn states(&self) -> usize {
        match self.fault {
            "states" => 0,
            "sizes" => 100 + self.resets,
            _ => 11,
        }
    }

    fn reset(&mut self, _seed: u64) -> Result<usize, PricingError> {
        self.resets += 1;
        self.refusals = 0;
        self.period = 0;
        Ok(0)
    }

    fn step(&mut self, actions: &[usize]) -> Result<Step<'_>, PricingError> {
        let over = self.period == 10 && self.fault != "end";
        let wrong = actions.iter().any(|&action| action >= 3) && self.fault != "range";
        let count = actions.len() != 2 && self.fault != "count";
        if over || wrong || count {
            self.refusals += 1;
            return Err(PricingError::Ended { periods: 10 });
        }
        if self.fault == "refuses" && self.period == 4 {
            return Err(PricingError::NotReset);
        }
        self.period += 1;
        let noise = match self.fault {
            "seed" => self.resets,
            "trace" => self.refusals,
            _ => 0,
        };
        self.rewards = vec![noise as f64; 2];
        match self.fault {
            "finite" if self.period == 3 => self.rewards[1] = f64::NAN,
            "rewards" => self.rewards.push(0.0),
            _ => {}
        }
        Ok(Step {
            observation: if self.fault == "observation" {
                11
            } else {
                self.period.min(10)
            },
            rewards: &self.rewards,
            terminated: self.period >= 10,
            truncated: false,
        })
    }
}

#[test]
fn each_fault_is_named() {
    check(&mut Counter::with("none"), 1).unwrap();
    for (fault, part) in [
        ("agents", "`agents` is 0"),
        ("actions", "`actions(1)` is 0"),
        ("states", "`states` is 0"),
        ("sizes", "changed while an episode with seed 1"),
        ("range", "accepted action 3 of agent 0, who has 3"),
        ("count", "accepted 1 actions for 2 agents"),
        ("refuses", "period 5 of seed 1 was rejected"),
        ("seed", "gave another result in period 1"),
        ("trace", "period 1 changed after `step` rejected an action"),
        ("end", "after the end of the episode"),
        ("finite", "period 3 of seed 1: the reward of agent 1 is NaN"),
        ("rewards", "3 rewards for 2 agents"),
        ("observation", "observation 11, but `states` is 11"),
    ] {
        let message = check(&mut Counter::with(fault), 1).unwrap_err().to_string();
        assert!(message.contains(part), "{fault}: {message}");
        assert!(!message.contains('\n'));
    }
}

#[test]
fn two_environments_are_compared_period_by_period() {
    let (mut first, mut second) = (Counter::with("none"), Counter::with("none"));
    rollouts_equal(&mut first, &mut second, 3, 50).unwrap();
    let mut other = Counter::with("seed");
    let message = rollouts_equal(&mut first, &mut other, 3, 50).unwrap_err();
    assert!(message.to_string().contains("period 1"));
}
