use rand::{rngs::ChaCha8Rng, seq::index};

use super::PathChoice;
use crate::{
    generative::likelihood::{law::draw, options::SamplingOptions},
    graph::GraphTopology,
};

/// Where choices come from.
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
    /// The open variables that the network is asked about, and how many of them are chosen in any
    /// case: the first, out of `next`.
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

    /// Goes on to the next choice of a record.
    pub(super) fn made(&mut self) {
        if let Self::Replay { next, .. } = self {
            *next += 1;
        }
    }

    /// A value, and the logarithm of its probability.
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

    /// As [`value`](Self::value), where the choice is which variable to take.
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
