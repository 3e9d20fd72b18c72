use burn::{
    module::{Module, RunningState},
    tensor::{Device, Tensor},
};
use serde::{Deserialize, Serialize};

/// Value subtracted from a reward before it weighs the gradient of a log-probability.
///
/// Subtracting a value that does not depend on the sample leaves the expected gradient unchanged. A
/// good baseline lowers the variance of the gradient, especially if rewards are far from 0.
///
/// | baseline | b of sample i in a batch of B | expected gradient |
/// |---|---|---|
/// | `None` | 0 | exact |
/// | `BatchMean` | mean of all r | exact times 1 − 1/B |
/// | `LeaveOneOut` | mean of the other r | exact |
/// | `MovingAverage` | average of the previous batches | exact; the first batch as `BatchMean` |
///
/// In a batch of one, the baseline of `BatchMean` and `LeaveOneOut` is the reward itself, so the
/// gradient is 0.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Baseline {
    /// No baseline.
    None,
    /// The mean reward of the batch.
    ///
    /// A sample is part of its own baseline. This scales the expected gradient by 1 − 1/B and
    /// leaves its direction exact.
    BatchMean,
    /// The mean reward of the other samples of the batch.
    ///
    /// The advantage is that of `BatchMean` times B/(B − 1), and the expected gradient is exact.
    ///
    /// Reference: W. Kool, H. van Hoof, M. Welling, Buy 4 REINFORCE samples, get a baseline for
    /// free!, 2019.
    LeaveOneOut,
    /// An exponential moving average of the mean rewards of the previous batches:
    ///
    /// ```text
    /// m ← momentum · m + (1 − momentum) · mean(r)
    /// ```
    ///
    /// It starts at the mean of the first batch, which is also the baseline of that batch. It is
    /// part of the module's record, so training that resumes from a checkpoint continues with it.
    MovingAverage {
        /// Weight of the past, in [0, 1). With 0, only the previous batch counts.
        momentum: f64,
    },
}

/// The moving average m, and whether it has started: `[m, 0 or 1]`.
///
/// Stored as a tensor, because Burn's records hold only tensors.
#[derive(Module, Debug)]
pub(super) struct MovingAverage {
    state: RunningState<Tensor<1>>,
}

impl MovingAverage {
    pub(super) fn new(device: &Device) -> Self {
        Self {
            state: RunningState::new(Tensor::zeros([2], device)),
        }
    }

    /// Returns the average of the previous batches, `[1]`, or the mean of this batch if there are
    /// none.
    ///
    /// If `update` is set, includes this batch in the average.
    pub(super) fn next(&self, batch_mean: Tensor<1>, momentum: f64, update: bool) -> Tensor<1> {
        let stored = self.state.value_sync();
        let (device, dtype) = (stored.device(), stored.dtype());
        let state = stored.to_device(&batch_mean.device());
        let state = state.cast(batch_mean.dtype());
        let (average, started) = (state.clone().slice(0..1), state.slice(1..2));
        // The flag selects by arithmetic, which avoids a read-back.
        let fresh = started.clone().neg() + 1.0;
        let before = average * started + batch_mean.clone() * fresh;
        if update {
            let after = before.clone() * momentum + batch_mean.clone() * (1.0 - momentum);
            let state = Tensor::cat(vec![after, batch_mean.ones_like()], 0);
            let state = state.detach().to_device(&device).cast(dtype);
            self.state.update(state);
            // Records are made from the value, which does not include pending updates.
            self.state.value_sync();
        }
        before
    }
}
