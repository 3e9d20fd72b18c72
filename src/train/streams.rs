//! The streams of a training's seed, none of which meets another: nothing that is drawn for one
//! purpose is drawn again for another.

use rand::{SeedableRng, rngs::ChaCha8Rng};

/// Stream `STEPS + k`: step k.
pub(crate) const STEPS: u64 = 1 << 32;
/// Weights.
pub(crate) const WEIGHTS: u64 = 1 << 60;
/// Graphs that are judged.
pub(crate) const JUDGING: u64 = 1 << 61;
/// Stream `PASSES + k`: the order of pass k through the data.
pub(crate) const PASSES: u64 = 1 << 62;

/// A stream of a seed.
pub(crate) fn stream(seed: u64, number: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(number);
    rng
}
