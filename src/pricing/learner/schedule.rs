use rand::Rng;
use rand_distr::{Distribution, Exp1};

/// Number of periods of one block of a schedule.
pub(crate) const BLOCK: usize = 256;

/// Entry of a block for the greedy action.
pub(crate) const NO_EXPLORATION: u32 = u32::MAX;

/// The periods in which a learner explores, and its actions in them, drawn ahead of time in blocks.
///
/// Period t explores with probability `epsilon_t = epsilon_0 exp(-beta t)`, independently, and then
/// takes each action with equal probability. Most periods draw nothing. Within a block of 256
/// periods that starts at t0, candidates occur with constant probability `p = epsilon_{t0}`, and a
/// candidate in period t is kept with probability `epsilon_t / p`, which is exact thinning. The
/// number of periods before a candidate is `floor(E / -ln(1 - p))` for an exponential E with mean
/// 1, which is also exact. The rest of E at the end of a block is carried into the next.
///
/// It takes one [`Exp1`] of the generator at the start, then for each candidate one 64-bit number
/// and one [`Exp1`]. The number u gives the action, the integer part of `A u / 2^64`, and the
/// decision to keep it, by the fractional part. The probabilities of the actions are equal within
/// `A / 2^64`.
#[derive(Clone, Debug)]
pub(crate) struct Schedule {
    epsilon: f64,
    beta: f64,
    actions: u32,
    period: u64,
    /// Remainder of the exponential waiting time.
    waiting: Option<f64>,
    /// `exp(-beta j)`, for each period j of a block.
    kept: Box<[f64; BLOCK]>,
}

impl Schedule {
    pub(crate) fn new(epsilon: f64, beta: f64, actions: u32) -> Self {
        Self {
            epsilon,
            beta,
            actions,
            period: 0,
            waiting: None,
            kept: Box::new(std::array::from_fn(|period| (-beta * period as f64).exp())),
        }
    }

    /// Fills the next block with the exploring action of each period, or [`NO_EXPLORATION`].
    pub(crate) fn next_block(&mut self, block: &mut [u32; BLOCK], rng: &mut (impl Rng + ?Sized)) {
        block.fill(NO_EXPLORATION);
        let probability = self.epsilon * (-self.beta * self.period as f64).exp();
        self.period += BLOCK as u64;
        if probability <= 0.0 {
            return;
        }
        // Infinite if exploration is certain: then every period is a candidate.
        let rate = -(-probability).ln_1p();
        let mut waiting = match self.waiting.take() {
            Some(waiting) => waiting,
            None => Exp1.sample(rng),
        };
        let mut at = 0;
        while at < BLOCK {
            let left = (BLOCK - at) as f64;
            let gap = waiting / rate;
            if gap >= left {
                waiting = (waiting - left * rate).max(0.0);
                break;
            }
            at += gap as usize;
            let scaled = u128::from(rng.next_u64()) * u128::from(self.actions);
            if unit(scaled as u64) < self.kept[at] {
                block[at] = (scaled >> 64) as u32;
            }
            waiting = Exp1.sample(rng);
            at += 1;
        }
        self.waiting = Some(waiting);
    }
}

/// Returns a number in [0, 1) from the upper 53 bits.
pub(super) fn unit(bits: u64) -> f64 {
    (bits >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};

    use super::*;

    fn drawn(schedule: &mut Schedule, blocks: usize, seed: u64) -> Vec<u32> {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut block = [0; BLOCK];
        let all = (0..blocks).flat_map(|_| {
            schedule.next_block(&mut block, &mut rng);
            block
        });
        all.collect()
    }

    /// Compares the frequency of each period over many schedules with its probability, in standard
    /// errors.
    fn check_frequencies(epsilon: f64, beta: f64, blocks: usize) {
        const SCHEDULES: u64 = 4_000;
        const ACTIONS: usize = 5;
        let periods = blocks * BLOCK;
        let mut explored = vec![0_u32; periods];
        let mut pairs = vec![0_u32; periods];
        let mut chosen = [0_u32; ACTIONS];
        for seed in 0..SCHEDULES {
            let mut schedule = Schedule::new(epsilon, beta, ACTIONS as u32);
            let actions = drawn(&mut schedule, blocks, seed);
            for (t, &action) in actions.iter().enumerate() {
                if action == NO_EXPLORATION {
                    continue;
                }
                explored[t] += 1;
                chosen[action as usize] += 1;
                pairs[t] += u32::from(t > 0 && actions[t - 1] != NO_EXPLORATION);
            }
        }
        let n = SCHEDULES as f64;
        let score = |count: u32, probability: f64| {
            let spread = (n * probability * (1.0 - probability)).sqrt();
            (f64::from(count) - n * probability).abs() / spread.max(1.0)
        };
        let at = |t: usize| epsilon * (-beta * t as f64).exp();
        let mut chi_square = 0.0;
        for t in 0..periods {
            assert!(score(explored[t], at(t)) < 5.5, "{t}: {}", explored[t]);
            chi_square += score(explored[t], at(t)).powi(2) / periods as f64;
            if t > 0 {
                // Periods are independent of each other.
                assert!(
                    score(pairs[t], at(t) * at(t - 1)) < 5.5,
                    "{t}: {}",
                    pairs[t]
                );
            }
        }
        assert!(chi_square < 1.15, "{chi_square}");
        let total: u32 = chosen.iter().sum();
        for count in chosen {
            let expected = f64::from(total) / ACTIONS as f64;
            assert!((f64::from(count) - expected).abs() < 5.0 * expected.sqrt());
        }
    }

    #[test]
    fn every_period_explores_with_its_probability() {
        check_frequencies(1.0, 2e-3, 4);
        check_frequencies(1.0, 0.3, 1);
        check_frequencies(0.25, 0.0, 2);
    }

    #[test]
    fn exploration_with_probability_1_and_0() {
        let always = drawn(&mut Schedule::new(1.0, 0.0, 3), 4, 1);
        assert!(always.iter().all(|&action| action < 3));
        let never = drawn(&mut Schedule::new(0.0, 0.0, 3), 4, 1);
        assert!(never.iter().all(|&action| action == NO_EXPLORATION));
        // Long after exploration has decayed.
        let mut late = Schedule::new(1.0, 10.0, 3);
        let actions = drawn(&mut late, 50, 1);
        assert!(actions[0] < 3);
        assert!(
            actions[BLOCK..]
                .iter()
                .all(|&action| action == NO_EXPLORATION)
        );
    }

    #[test]
    fn values_are_stable() {
        let actions = drawn(&mut Schedule::new(1.0, 0.02, 15), 2, 7);
        let events: Vec<(usize, u32)> = actions
            .into_iter()
            .enumerate()
            .filter(|&(_, action)| action != NO_EXPLORATION)
            .collect();
        assert_eq!(
            events[..6],
            [(0, 2), (1, 6), (4, 1), (5, 11), (6, 7), (7, 2)]
        );
        assert_eq!(events.len(), 52);
    }
}
