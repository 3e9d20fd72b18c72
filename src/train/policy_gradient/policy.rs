use burn::tensor::Tensor;
use rand::Rng;

/// A model that draws samples and knows the logarithm of their probability.
pub trait Policy {
    /// What one batch of samples depends on: latent vectors, conditions, or just a number of
    /// samples.
    type Input;
    /// One batch of samples.
    type Sample;

    /// Draws one batch.
    ///
    /// All randomness comes from `rng`: a training then repeats, and resumes, bit for bit on one CPU
    /// device.
    fn sample(&self, input: Self::Input, rng: &mut impl Rng) -> Sampled<Self::Sample>;
}

/// One batch of samples.
#[derive(Clone, Debug)]
pub struct Sampled<S> {
    /// The samples.
    pub samples: S,
    /// The logarithm of the probability of each, `[batch]`, differentiable.
    pub log_prob: Tensor<1>,
}

/// What samples are worth.
///
/// Functions from a batch of samples to one number for each are rewards.
pub trait Reward<S> {
    /// One number for each sample of a batch; the larger the better.
    fn reward(&self, samples: &S) -> Vec<f32>;
}

impl<S, F: Fn(&S) -> Vec<f32>> Reward<S> for F {
    fn reward(&self, samples: &S) -> Vec<f32> {
        self(samples)
    }
}
