use burn::module::Module;
use rand::Rng;

use crate::generative::initialize::{Law, redraw};

/// Standard deviation of the maps from one-hot inputs.
const INPUT_DEVIATION: f64 = 0.3;

/// Draws all weights from a generator: those of input maps from N(0, 0.3²), others and biases
/// uniformly from ±1/√(inputs). The latter is the distribution of Burn's linear layers, whose
/// generator is shared by all threads.
///
/// Consumes one draw for each weight, in the order of the module.
pub(super) fn initialize<M: Module>(module: M, rng: &mut impl Rng) -> M {
    redraw(module, rng, |path, _| {
        match path.iter().any(|name| name.ends_with("_input")) {
            true => Law::Normal(0.0, INPUT_DEVIATION),
            false => Law::Uniform,
        }
    })
}
