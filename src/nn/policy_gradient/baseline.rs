use burn::{
    module::{Module, RunningState},
    tensor::{Device, Tensor},
};
use serde::{Deserialize, Serialize};

/// What is subtracted from a reward before it weighs the gradient of a log-probability.
///
/// Whatever does not depend on the sample may be subtracted without changing the expected gradient;
/// a good choice lowers its variance, the more so the further the rewards are from 0.
///
/// | baseline | b of sample i in a batch of B | expected gradient |
/// |---|---|---|
/// | `None` | 0 | exact |
/// | `BatchMean` | mean of all r | exact times 1 − 1/B |
/// | `LeaveOneOut` | mean of the other r | exact |
/// | `MovingAverage` | average of the batches before | exact; the first batch as `BatchMean` |
///
/// In a batch of one, `BatchMean` and `LeaveOneOut` have nothing to compare with: b is the reward
/// itself, and the gradient is 0.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Baseline {
    /// Nothing.
    None,
    /// The mean reward of the batch.
    ///
    /// A sample is in its own baseline, which shortens the expected gradient by the factor
    /// 1 − 1/B; its direction is exact.
    BatchMean,
    /// The mean reward of the other samples of the batch.
    ///
    /// The advantage is that of `BatchMean` times B/(B − 1), and the expected gradient is exact.
    ///
    /// Reference: W. Kool, H. van Hoof, M. Welling, Buy 4 REINFORCE samples, get a baseline for
    /// free!, 2019.
    LeaveOneOut,
    /// An exponential moving average of the mean rewards of the batches before this one:
    ///
    /// ```text
    /// m ← momentum · m + (1 − momentum) · mean(r)
    /// ```
    ///
    /// It starts at the mean of the first batch, which is also the baseline of that batch. It is part
    /// of the module's record, so a training that resumes from a checkpoint goes on with it.
    MovingAverage {
        /// The weight of the past, from 0 (the batch before alone) to below 1.
        momentum: f64,
    },
}

/// The moving average m, and whether it has started: `[m, 0 or 1]`.
///
/// A tensor, because Burn's records hold nothing else.
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

    /// The average of the batches before, `[1]`, and the mean of this batch where there are none.
    ///
    /// Takes note of this batch where `update` is set.
    pub(super) fn next(&self, batch_mean: Tensor<1>, momentum: f64, update: bool) -> Tensor<1> {
        let stored = self.state.value_sync();
        let (device, dtype) = (stored.device(), stored.dtype());
        let state = stored.to_device(&batch_mean.device());
        let state = state.cast(batch_mean.dtype());
        let (average, started) = (state.clone().slice(0..1), state.slice(1..2));
        // No read-back: the flag selects by arithmetic.
        let fresh = started.clone().neg() + 1.0;
        let before = average * started + batch_mean.clone() * fresh;
        if update {
            let after = before.clone() * momentum + batch_mean.clone() * (1.0 - momentum);
            let state = Tensor::cat(vec![after, batch_mean.ones_like()], 0);
            let state = state.detach().to_device(&device).cast(dtype);
            self.state.update(state);
            // Records are made from the value, not from updates that are pending.
            self.state.value_sync();
        }
        before
    }
}
