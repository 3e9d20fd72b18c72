/// The generator of the authors' program: two combined multiplicative congruential generators with
/// a shuffle table of 32 entries.
///
/// Its numbers are uniform between 0 and 1 in steps of about 5e-10. It exists to replay sessions;
/// do not use it for new work.
///
/// Reference: L'Ecuyer (1988), Communications of the ACM 31(6); the shuffle is that of Bays and
/// Durham, as in Press et al., Numerical Recipes, section 7.1 (`ran2`).
#[derive(Clone, Debug)]
pub(super) struct LEcuyer {
    first: i64,
    second: i64,
    last: i64,
    shuffled: [i64; ENTRIES],
}

const ENTRIES: usize = 32;
const FIRST: Congruential = Congruential {
    modulus: 2_147_483_563,
    factor: 40_014,
};
const SECOND: Congruential = Congruential {
    modulus: 2_147_483_399,
    factor: 40_692,
};
/// Number of values per entry of the shuffle table.
const PER_ENTRY: i64 = 1 + (FIRST.modulus - 1) / ENTRIES as i64;
/// Largest number returned.
const BELOW_ONE: f64 = 1.0 - 1.2e-7;

struct Congruential {
    modulus: i64,
    factor: i64,
}

impl Congruential {
    fn next(&self, value: i64) -> i64 {
        value * self.factor % self.modulus
    }
}

impl LEcuyer {
    /// Creates a generator from a seed; 0 is the same as 1.
    pub(super) fn new(seed: u32) -> Self {
        let seed = i64::from(seed.max(1));
        let mut generator = Self {
            first: seed,
            second: seed,
            last: 0,
            shuffled: [0; ENTRIES],
        };
        // Eight warm-up numbers, then the entries from the last to the first.
        for round in (0..ENTRIES + 8).rev() {
            generator.first = FIRST.next(generator.first);
            if let Some(entry) = generator.shuffled.get_mut(round) {
                *entry = generator.first;
            }
        }
        generator.last = generator.shuffled[0];
        generator
    }

    /// Returns the next number, above 0 and below 1.
    #[inline]
    pub(super) fn uniform(&mut self) -> f64 {
        self.first = FIRST.next(self.first);
        self.second = SECOND.next(self.second);
        let entry = &mut self.shuffled[(self.last / PER_ENTRY) as usize % ENTRIES];
        let mut combined = *entry - self.second;
        *entry = self.first;
        if combined < 1 {
            combined += FIRST.modulus - 1;
        }
        self.last = combined;
        (combined as f64 * (1.0 / FIRST.modulus as f64)).min(BELOW_ONE)
    }

    /// Returns the next number as one of `count` equally likely choices.
    #[inline]
    pub(super) fn below(&mut self, count: usize) -> usize {
        choice(self.uniform(), count)
    }
}

/// Maps a number between 0 and 1 to one of `count` equally likely choices.
#[inline]
pub(super) fn choice(uniform: f64, count: usize) -> usize {
    (count as f64 * uniform) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_stable_and_uniform() {
        let mut generator = LEcuyer::new(1);
        let first: Vec<f64> = (0..3).map(|_| generator.uniform()).collect();
        assert_eq!(
            first,
            [0.2853808990946861, 0.2533581892659171, 0.09346853100919404]
        );
        let mut counts = [0_u32; 15];
        (0..150_000).for_each(|_| counts[generator.below(15)] += 1);
        for count in counts {
            assert!((f64::from(count) - 10_000.0).abs() < 450.0, "{count}");
        }
    }

    #[test]
    fn seeds_differ_except_zero_and_one() {
        let first = |seed| LEcuyer::new(seed).uniform();
        assert_eq!(first(0), first(1));
        assert_ne!(first(1), first(2));
        assert!((1..1_000).all(|seed| (0.0..1.0).contains(&first(seed))));
    }
}
