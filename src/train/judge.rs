use std::{fmt, sync::Arc};

use crate::generative::SampledGraph;

/// Reward of generated graphs in addition to the critic's score, for goal-directed generation.
///
/// Implemented by functions that return one number per graph.
pub trait GraphReward: Send + Sync {
    /// Returns one number per graph; larger is better. A training panics if the number of values is
    /// wrong.
    fn reward(&self, graphs: &[SampledGraph]) -> Vec<f32>;
}

impl<F: Fn(&[SampledGraph]) -> Vec<f32> + Send + Sync> GraphReward for F {
    fn reward(&self, graphs: &[SampledGraph]) -> Vec<f32> {
        self(graphs)
    }
}

/// Evaluates a sample of generated graphs at the end of every epoch.
pub trait GraphJudge: Send + Sync {
    /// Returns the number of graphs to sample.
    fn sample_size(&self) -> usize;

    /// Returns the names of the metrics of [`judge`](Self::judge), and whether higher is better.
    fn metrics(&self) -> Vec<(String, bool)>;

    /// Returns one number per metric. A training panics if the number of values is wrong.
    fn judge(&self, graphs: &[SampledGraph]) -> Vec<f64>;
}

/// A [`GraphReward`] that is shared by clones of a model.
#[derive(Clone)]
pub struct SharedReward(pub Arc<dyn GraphReward>);

impl fmt::Debug for SharedReward {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedReward")
    }
}

/// A [`GraphJudge`] that is shared by clones of a model.
#[derive(Clone)]
pub struct SharedJudge(pub Arc<dyn GraphJudge>);

impl SharedJudge {
    /// Returns the named numbers of a sample.
    ///
    /// # Panics
    /// Panics if the judge does not return one number per metric.
    pub(super) fn scalars(&self, graphs: &[SampledGraph]) -> Vec<(String, f64)> {
        let names: Vec<_> = self.0.metrics().into_iter().map(|(name, _)| name).collect();
        let numbers = self.0.judge(graphs);
        assert_eq!(
            numbers.len(),
            names.len(),
            "a judge must return one number per metric"
        );
        names.into_iter().zip(numbers).collect()
    }
}

impl fmt::Debug for SharedJudge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedJudge")
    }
}
