use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use burn::train::{
    EarlyStoppingStrategy,
    metric::{
        Metric,
        store::{Aggregate, EventStoreClient, Split},
    },
};

use super::{History, history_logger::history_name};

/// Stops a training when a metric of the validation phase has not decreased for a number of epochs.
///
/// Unlike Burn's own strategy it works across resumes: the best epoch is found in the whole
/// history.
#[derive(Clone)]
pub struct Patience {
    metric: String,
    patience: usize,
    /// Number of evaluated epochs.
    seen: usize,
    best: Option<(usize, f64)>,
    /// Shared by clones, since Burn's loop does not report why it ended.
    ended: Arc<AtomicBool>,
}

impl Patience {
    /// Creates a strategy that stops when `metric` has not fallen below its lowest value for
    /// `epochs` epochs.
    pub fn new(metric: &impl Metric, epochs: usize) -> Self {
        Self {
            metric: metric.name().to_string(),
            patience: epochs,
            seen: 0,
            best: None,
            ended: Arc::default(),
        }
    }

    /// Returns whether it has ended the training.
    pub fn has_ended_training(&self) -> bool {
        self.ended.load(Ordering::Relaxed)
    }

    /// Processes the epochs of an earlier part of the training; returns whether they end it.
    pub(super) fn replay(&mut self, history: &History) -> bool {
        let name = history_name(&self.metric, &Split::Valid);
        let mut stop = false;
        for epoch in 1..=history.len() {
            stop = self.observe(epoch, history.value(&name, epoch));
        }
        stop
    }

    fn observe(&mut self, epoch: usize, value: Option<f64>) -> bool {
        self.seen = epoch;
        if let Some(value) = value
            && self.best.is_none_or(|(_, best)| value < best)
        {
            self.best = Some((epoch, value));
        }
        let stop = self
            .best
            .is_some_and(|(best, _)| epoch - best >= self.patience);
        self.ended.store(stop, Ordering::Relaxed);
        stop
    }
}

impl EarlyStoppingStrategy for Patience {
    fn should_stop(&mut self, epoch: usize, store: &EventStoreClient) -> bool {
        let value = store.find_metric(&self.metric, epoch, Aggregate::Mean, &Split::Valid);
        self.observe(epoch, value)
    }
}

#[cfg(test)]
mod tests {
    use burn::train::metric::LossMetric;

    use super::*;

    fn end(losses: &[f64], patience: usize) -> Option<usize> {
        let mut strategy = Patience::new(&LossMetric::new(), patience);
        let mut epochs = losses.iter().zip(1..);
        let end = epochs.find(|&(loss, epoch)| strategy.observe(epoch, Some(*loss)));
        assert_eq!(strategy.has_ended_training(), end.is_some());
        end.map(|(_, epoch)| epoch)
    }

    #[test]
    fn it_waits_for_the_configured_number_of_epochs() {
        let losses = [3.0, 2.0, 2.5, 1.0, 1.0, 1.5, 0.5];
        assert_eq!(end(&losses, 1), Some(3));
        assert_eq!(end(&losses, 2), Some(6), "an equal loss is no improvement");
        assert_eq!(end(&losses, 3), None);
    }
}
