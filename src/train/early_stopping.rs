use burn::train::{
    EarlyStoppingStrategy, MetricEarlyStoppingStrategy, StoppingCondition,
    metric::{
        Metric,
        store::{Aggregate, Direction, EventStoreClient, Split},
    },
};

/// Stops a training when a metric of the validation phase has not improved for a number of
/// epochs; Burn's strategy, made to survive a resume.
///
/// Burn's [`MetricEarlyStoppingStrategy`] remembers the best epoch in memory only. This one shows
/// it the epochs before the resume first.
#[derive(Clone)]
pub struct Patience {
    inner: MetricEarlyStoppingStrategy,
    primed: bool,
}

impl Patience {
    /// Stops when `metric` has not fallen for `epochs` epochs.
    pub fn new(metric: &impl Metric, epochs: usize) -> Self {
        Self {
            inner: MetricEarlyStoppingStrategy::new(
                metric,
                Aggregate::Mean,
                Direction::Lowest,
                Split::Valid,
                StoppingCondition::NoImprovementSince { n_epochs: epochs },
            ),
            primed: false,
        }
    }
}

impl EarlyStoppingStrategy for Patience {
    fn should_stop(&mut self, epoch: usize, store: &EventStoreClient) -> bool {
        if !self.primed {
            self.primed = true;
            for earlier in 1..epoch {
                self.inner.should_stop(earlier, store);
            }
        }
        self.inner.should_stop(epoch, store)
    }
}
