use std::{fmt, sync::Arc};

use crate::generative::SampledGraph;

/// What generated graphs are worth, beside the critic's score: for goal-directed generation.
///
/// Functions from graphs to one number for each are rewards.
pub trait GraphReward: Send + Sync {
    /// One number for each graph; the larger the better. A training panics where there are more or
    /// fewer.
    fn reward(&self, graphs: &[SampledGraph]) -> Vec<f32>;
}

impl<F: Fn(&[SampledGraph]) -> Vec<f32> + Send + Sync> GraphReward for F {
    fn reward(&self, graphs: &[SampledGraph]) -> Vec<f32> {
        self(graphs)
    }
}

/// Judges a sample of generated graphs at the end of every epoch.
pub trait GraphJudge: Send + Sync {
    /// How many graphs are wanted.
    fn sample_size(&self) -> usize;

    /// The names of the numbers that [`judge`](Self::judge) gives, and whether more is better.
    fn metrics(&self) -> Vec<(String, bool)>;

    /// One number for each metric. A training panics where there are more or fewer.
    fn judge(&self, graphs: &[SampledGraph]) -> Vec<f64>;
}

/// A [`GraphReward`] that clones of a model share.
#[derive(Clone)]
pub struct SharedReward(pub Arc<dyn GraphReward>);

impl fmt::Debug for SharedReward {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedReward")
    }
}

/// A [`GraphJudge`] that clones of a model share.
#[derive(Clone)]
pub struct SharedJudge(pub Arc<dyn GraphJudge>);

impl SharedJudge {
    /// The numbers of a sample, by name.
    ///
    /// # Panics
    /// Panics if the judge does not give one number for each of its metrics.
    pub(super) fn scalars(&self, graphs: &[SampledGraph]) -> Vec<(String, f64)> {
        let names: Vec<_> = self.0.metrics().into_iter().map(|(name, _)| name).collect();
        let numbers = self.0.judge(graphs);
        assert_eq!(
            numbers.len(),
            names.len(),
            "a judge gives one number for each of its metrics"
        );
        names.into_iter().zip(numbers).collect()
    }
}

impl fmt::Debug for SharedJudge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedJudge")
    }
}
