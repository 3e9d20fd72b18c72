use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};
use serde::{Deserialize, Serialize};

use crate::pricing::PricingError;

/// The initial state of an episode of a repeated game.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InitialState {
    /// Any state, with equal probabilities: random prices before the first period.
    #[default]
    Random,
    /// A fixed state, as numbered by [`ActionHistory`](super::ActionHistory).
    Fixed(usize),
}

impl InitialState {
    /// Returns the initial state of an episode with this seed. A random state takes one number of
    /// the generator with that seed.
    ///
    /// # Errors
    /// Returns [`PricingError::InitialState`] if a fixed state does not exist.
    pub fn state(&self, states: usize, seed: u64) -> Result<usize, PricingError> {
        match *self {
            Self::Random => Ok(ChaCha8Rng::seed_from_u64(seed).random_range(0..states)),
            Self::Fixed(state) if state < states => Ok(state),
            Self::Fixed(state) => Err(PricingError::InitialState { state, states }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_states_are_stable_and_cover_all() {
        let states: Vec<usize> = (0..8)
            .map(|seed| InitialState::Random.state(225, seed).unwrap())
            .collect();
        assert_eq!(states, [147, 123, 43, 24, 222, 46, 69, 31]);
        let drawn = (0..200).map(|seed| InitialState::Random.state(9, seed).unwrap());
        let mut seen = [false; 9];
        drawn.for_each(|state| seen[state] = true);
        assert_eq!(seen, [true; 9]);
    }

    #[test]
    fn a_fixed_state_must_exist() {
        assert_eq!(InitialState::Fixed(8).state(9, 1).unwrap(), 8);
        let error = InitialState::Fixed(9).state(9, 1).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the initial state is 9, but there are only 9, counted from 0"
        );
    }
}
