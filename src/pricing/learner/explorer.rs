use rand::Rng;

use super::{
    Exploration,
    schedule::{BLOCK, NO_EXPLORATION, Schedule, unit},
};
use crate::pricing::PricingError;

/// The state of exploration: chooses between the greedy action and others, period after period.
#[derive(Clone, Debug)]
pub(crate) enum Explorer {
    /// Exploration whose periods do not depend on the learned values.
    Scheduled(Scheduled),
    /// Exploration that depends on the values.
    Boltzmann {
        temperature: f64,
        decay: f64,
        period: u64,
    },
}

/// A schedule with the current block.
#[derive(Clone, Debug)]
pub(crate) struct Scheduled {
    schedule: Schedule,
    block: Box<[u32; BLOCK]>,
    at: usize,
}

impl Explorer {
    pub(crate) fn new(exploration: Exploration, actions: usize) -> Result<Self, PricingError> {
        exploration.validate()?;
        // Tables with more actions do not fit into memory.
        let actions = u32::try_from(actions).unwrap_or(u32::MAX);
        let scheduled = |epsilon, beta| {
            Self::Scheduled(Scheduled {
                schedule: Schedule::new(epsilon, beta, actions),
                block: Box::new([NO_EXPLORATION; BLOCK]),
                at: BLOCK,
            })
        };
        match exploration {
            Exploration::Exponential { beta } => Ok(scheduled(1.0, beta)),
            Exploration::Constant { epsilon } => Ok(scheduled(epsilon, 0.0)),
            Exploration::Visits { .. } => Err(PricingError::VisitsWithoutGame),
            Exploration::Boltzmann { temperature, decay } => Ok(Self::Boltzmann {
                temperature,
                decay,
                period: 0,
            }),
        }
    }

    /// Returns the schedule, if there is one and no period of it has been played.
    pub(crate) fn into_schedule(self) -> Option<Schedule> {
        match self {
            Self::Scheduled(scheduled) => Some(scheduled.schedule),
            Self::Boltzmann { .. } => None,
        }
    }

    /// Returns the action of the next period, given the values and the greedy action of the state.
    /// The Boltzmann variant takes one 64-bit number; for the others see [`Schedule`].
    pub(crate) fn choose(&mut self, row: &[f64], best: usize, rng: &mut dyn Rng) -> usize {
        match self {
            Self::Scheduled(scheduled) => scheduled.choose(best, rng),
            Self::Boltzmann {
                temperature,
                decay,
                period,
            } => {
                let cooled = *temperature * (-*decay * *period as f64).exp();
                *period += 1;
                boltzmann(
                    row,
                    best,
                    cooled.max(f64::MIN_POSITIVE),
                    unit(rng.next_u64()),
                )
            }
        }
    }
}

impl Scheduled {
    fn choose(&mut self, best: usize, rng: &mut dyn Rng) -> usize {
        if self.at == BLOCK {
            self.schedule.next_block(&mut self.block, rng);
            self.at = 0;
        }
        let action = self.block[self.at];
        self.at += 1;
        if action == NO_EXPLORATION {
            best
        } else {
            action as usize
        }
    }
}

/// Returns the action at a quantile of the distribution proportional to `exp(Q / temperature)`.
fn boltzmann(row: &[f64], best: usize, temperature: f64, quantile: f64) -> usize {
    let weight = |&value: &f64| ((value - row[best]) / temperature).exp();
    let total: f64 = row.iter().map(weight).sum();
    let mut left = quantile * total;
    for (action, value) in row.iter().enumerate() {
        left -= weight(value);
        if left < 0.0 {
            return action;
        }
    }
    // Reached only by rounding.
    best
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};

    use super::*;

    #[test]
    fn boltzmann_frequencies_follow_the_values() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(3);
        let settings = Exploration::Boltzmann {
            temperature: 0.5,
            decay: 0.0,
        };
        let mut explorer = Explorer::new(settings, 3).unwrap();
        let row = [1.0, 0.25, 1.5];
        let mut counts = [0.0; 3];
        const PERIODS: usize = 40_000;
        for _ in 0..PERIODS {
            counts[explorer.choose(&row, 2, &mut rng)] += 1.0;
        }
        let weights = row.map(|value: f64| (value / 0.5).exp());
        let total: f64 = weights.iter().sum();
        for (count, weight) in counts.into_iter().zip(weights) {
            let share = weight / total;
            let spread = (share * (1.0 - share) / PERIODS as f64).sqrt();
            assert!((count / PERIODS as f64 - share).abs() < 4.5 * spread);
        }
    }

    #[test]
    fn at_low_temperature_the_best_action_is_chosen() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(3);
        let settings = Exploration::Boltzmann {
            temperature: 1.0,
            decay: 100.0,
        };
        let mut explorer = Explorer::new(settings, 3).unwrap();
        explorer.choose(&[0.0; 3], 0, &mut rng);
        for _ in 0..100 {
            assert_eq!(explorer.choose(&[1.0, 1.0 + 1e-12, 0.0], 1, &mut rng), 1);
        }
    }

    #[test]
    fn boltzmann_values_are_stable() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(11);
        let settings = Exploration::Boltzmann {
            temperature: 1.0,
            decay: 0.1,
        };
        let mut explorer = Explorer::new(settings, 4).unwrap();
        let chosen: Vec<usize> = (0..12)
            .map(|_| explorer.choose(&[0.0, 0.3, 0.1, 0.2], 1, &mut rng))
            .collect();
        assert_eq!(chosen, [3, 3, 3, 2, 1, 2, 0, 0, 3, 1, 2, 1]);
    }
}
