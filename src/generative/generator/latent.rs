use burn::{
    config::Config,
    tensor::{Device, Tensor, TensorData},
};
use rand::{Rng, RngExt};
use rand_distr::{Distribution, StandardNormal};

/// Distribution of the independent entries of latent vectors.
#[derive(Config, Debug, Copy, PartialEq, Eq)]
pub enum LatentDistribution {
    /// Uniform between −1 and 1, as in the adversarial experiments.
    Uniform,
    /// Standard normal.
    Normal,
}

impl LatentDistribution {
    /// Draws latent vectors on the host, so a seed gives the same ones on every device.
    ///
    /// Consumes one `f32` for each entry.
    ///
    /// # Shapes
    /// - output: `[count, width]`
    pub fn sample(
        self,
        count: usize,
        width: usize,
        device: &Device,
        rng: &mut impl Rng,
    ) -> Tensor<2> {
        let values: Vec<f32> = (0..count * width)
            .map(|_| match self {
                Self::Uniform => rng.random_range(-1.0..1.0),
                Self::Normal => StandardNormal.sample(rng),
            })
            .collect();
        Tensor::from_data(TensorData::new(values, [count, width]), device)
    }
}
