//! The random streams of a training's seed. They do not overlap, so draws for different purposes
//! are independent.

use rand::{SeedableRng, rngs::ChaCha8Rng};

/// Stream `STEPS + k`: step k.
pub(crate) const STEPS: u64 = 1 << 32;
/// Stream `CHAINS + k`: the choices of the real graphs of step k.
pub(crate) const CHAINS: u64 = 1 << 58;
/// Weights.
pub(crate) const WEIGHTS: u64 = 1 << 60;
/// Graphs that are evaluated.
pub(crate) const JUDGING: u64 = 1 << 61;
/// Stream `PASSES + k`: the order of pass k through the data.
pub(crate) const PASSES: u64 = 1 << 62;

/// Graphs that are sampled after the training.
const FINAL_SAMPLE: u64 = 1 << 63;

/// Returns the random generator of the graphs that are sampled after a training: a stream of the
/// training's seed that is used for nothing else.
pub fn final_sampling(seed: u64) -> ChaCha8Rng {
    stream(seed, FINAL_SAMPLE)
}

/// Returns a stream of a seed.
pub(crate) fn stream(seed: u64, number: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(number);
    rng
}
