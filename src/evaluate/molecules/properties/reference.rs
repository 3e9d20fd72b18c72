use rand::{SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};

use super::PropertySample;
use crate::evaluate::EvaluateError;
use crate::molecule::MolecularGraph;

/// Two disjoint parts of the data: one to compare with, and one that is compared in place of a
/// generated sample, for the floor.
///
/// Both are drawn at random. Use one reference to compare several samples with the same data.
#[derive(Clone, Debug, PartialEq)]
pub struct PropertyReference {
    pub(super) reference: PropertySample,
    pub(super) held_out: PropertySample,
}

impl PropertyReference {
    /// Default number of molecules to compare with.
    pub const MOLECULES: usize = 10_000;

    /// Draws at most `molecules` to compare with and at most `held_out` for the floor.
    ///
    /// If the data have fewer than both, the held-out part gets its full size, but at most half.
    ///
    /// Consumes one shuffle of the positions of all data, from a generator with this seed.
    ///
    /// # Errors
    /// Returns an error if fewer than two molecules of the data have properties.
    pub fn draw(
        data: &[MolecularGraph],
        molecules: usize,
        held_out: usize,
        seed: u64,
    ) -> Result<Self, EvaluateError> {
        let held_out = held_out.clamp(1, (data.len() / 2).max(1));
        let molecules = molecules.clamp(1, data.len().saturating_sub(held_out).max(1));
        let mut order: Vec<usize> = (0..data.len()).collect();
        order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
        order.truncate(molecules + held_out);
        let drawn: Vec<&MolecularGraph> = order.into_iter().map(|place| &data[place]).collect();
        let described = PropertySample::of(drawn);
        let found = described.len();
        if found < 2 {
            return Err(EvaluateError::TooFewData { molecules: found });
        }
        // Both parts lose some of the few molecules without properties.
        let split = (found * molecules / (molecules + held_out)).clamp(1, found - 1);
        Ok(Self {
            reference: described.range(0..split),
            held_out: described.range(split..found),
        })
    }

    /// Returns the part to compare with.
    pub fn reference(&self) -> &PropertySample {
        &self.reference
    }

    /// Returns the part for the floor.
    pub fn held_out(&self) -> &PropertySample {
        &self.held_out
    }
}
