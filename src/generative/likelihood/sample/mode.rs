use rand::{rngs::ChaCha8Rng, seq::index};

use super::PathChoice;
use crate::{
    generative::likelihood::{law::draw, options::SamplingOptions},
    graph::GraphTopology,
};

/// Source of choices.
pub(super) enum Mode {
    Draw(ChaCha8Rng),
    Replay {
        start: GraphTopology,
        choices: Vec<PathChoice>,
        values: Vec<Vec<f32>>,
        next: usize,
    },
}

impl Mode {
    /// Returns the open variables that the network is evaluated for, and how many of them are
    /// chosen in any case: the first, out of `next`.
    pub(super) fn variables(
        &mut self,
        next: Vec<usize>,
        open: impl FnOnce() -> Vec<usize>,
        options: &SamplingOptions,
    ) -> (Vec<usize>, usize) {
        match self {
            Self::Draw(rng) => {
                let count = options.choices_per_round.clamp(1, next.len());
                let picked = index::sample(rng, next.len(), count);
                let mut variables: Vec<usize> = picked.into_iter().map(|at| next[at]).collect();
                if options.certainty < 1.0 {
                    let open = open().into_iter();
                    let others: Vec<usize> = open.filter(|v| !variables.contains(v)).collect();
                    variables.extend(others);
                }
                (variables, count)
            }
            Self::Replay { choices, next, .. } => (vec![choices[*next].variable], 1),
        }
    }

    /// Moves on to the next choice of a record.
    pub(super) fn made(&mut self) {
        if let Self::Replay { next, .. } = self {
            *next += 1;
        }
    }

    /// Returns a value, and its log-probability.
    pub(super) fn value(&mut self, law: &[f32]) -> (usize, f64) {
        let value = match self {
            Self::Draw(rng) => draw(law, rng),
            Self::Replay { choices, next, .. } => {
                *next += 1;
                choices[*next - 1].value
            }
        };
        (value, f64::from(law[value]))
    }

    /// Same as [`value`](Self::value), for the choice of the next variable.
    pub(super) fn taken(&mut self, law: &[f32]) -> (usize, f64) {
        let variable = match self {
            Self::Draw(rng) => draw(law, rng),
            Self::Replay { choices, next, .. } => {
                *next += 1;
                choices[*next - 1].variable
            }
        };
        (variable, f64::from(law[variable]))
    }
}
