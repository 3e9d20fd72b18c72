//! The streams of a training's seed, none of which meets another: nothing that is drawn for one
//! purpose is drawn again for another.

use rand::{SeedableRng, rngs::ChaCha8Rng};

/// Stream `STEPS + k`: step k.
pub(crate) const STEPS: u64 = 1 << 32;
/// Stream `CHAINS + k`: the choices that make the real graphs of step k.
pub(crate) const CHAINS: u64 = 1 << 58;
/// Weights.
pub(crate) const WEIGHTS: u64 = 1 << 60;
/// Graphs that are judged.
pub(crate) const JUDGING: u64 = 1 << 61;
/// Stream `PASSES + k`: the order of pass k through the data.
pub(crate) const PASSES: u64 = 1 << 62;

/// Graphs that are sampled when the training is over.
const FINAL_SAMPLE: u64 = 1 << 63;

/// The generator of the graphs that are sampled when a training is over: a stream of the training's
/// seed that nothing else draws from.
pub fn final_sampling(seed: u64) -> ChaCha8Rng {
    stream(seed, FINAL_SAMPLE)
}

/// A stream of a seed.
pub(crate) fn stream(seed: u64, number: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(number);
    rng
}
