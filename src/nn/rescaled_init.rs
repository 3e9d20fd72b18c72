use burn::{
    module::Param,
    tensor::{Device, Tensor, TensorData},
};
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};

/// One of the three Gaussian initializations of Algorithm 1.
///
/// With [`LeakyReluRescaled`](crate::nn::LeakyReluRescaled) as the activation, they keep the norm
/// of the signal from layer to layer in expectation, for every α.
///
/// | variant | matrix | variance |
/// |---|---|---|
/// | [`Input`](Self::Input) | A, p → m | 1/m |
/// | [`Hidden`](Self::Hidden) | W, m → m | 2/m |
/// | [`Output`](Self::Output) | B, m → d | 1/d |
///
/// Matrices have Burn's orientation, `[inputs, outputs]`, and act on rows: `h = x · W`.
///
/// Values are drawn on the host in row-major order, each as an `f32` multiple of one standard
/// normal. So the same generator gives the same weights on every backend.
///
/// Reference: Guo, Li, Lerman, arXiv 2402.11942; Algorithm 1 of the dissertation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RescaledInit {
    /// The frozen first matrix A: variance 1/outputs.
    Input,
    /// A trained matrix W: variance 2/inputs.
    ///
    /// The algorithm has square matrices only. For other matrices, the number of inputs keeps the
    /// size of the forward signal.
    Hidden,
    /// The frozen last matrix B: variance 1/outputs.
    Output,
}

impl RescaledInit {
    /// Returns the variance of one entry of an `[inputs, outputs]` matrix.
    pub fn variance(self, inputs: usize, outputs: usize) -> f64 {
        match self {
            Self::Input | Self::Output => 1.0 / outputs as f64,
            Self::Hidden => 2.0 / inputs as f64,
        }
    }

    /// Draws a matrix.
    ///
    /// Consumes `inputs · outputs` standard normals of `rng`.
    ///
    /// # Shapes
    /// - output: `[inputs, outputs]`
    pub fn tensor(
        self,
        inputs: usize,
        outputs: usize,
        device: &Device,
        rng: &mut impl Rng,
    ) -> Tensor<2> {
        normal_tensor(
            [inputs, outputs],
            self.variance(inputs, outputs),
            device,
            rng,
        )
    }

    /// Draws a matrix as a trainable parameter; see [`tensor`](Self::tensor).
    pub fn param(
        self,
        inputs: usize,
        outputs: usize,
        device: &Device,
        rng: &mut impl Rng,
    ) -> Param<Tensor<2>> {
        Param::from_tensor(self.tensor(inputs, outputs, device, rng))
    }
}

/// Draws a tensor of centered normals on the host, in row-major order, as `f32` multiples of one
/// standard normal each.
pub(crate) fn normal_tensor<const D: usize>(
    shape: [usize; D],
    variance: f64,
    device: &Device,
    rng: &mut impl Rng,
) -> Tensor<D> {
    let std = variance.sqrt() as f32;
    let values: Vec<f32> = (0..shape.iter().product())
        .map(|_| std * standard_normal(rng))
        .collect();
    Tensor::from_data(TensorData::new(values, shape), device)
}

fn standard_normal(rng: &mut impl Rng) -> f32 {
    StandardNormal.sample(rng)
}

#[cfg(test)]
#[cfg(feature = "flex")]
mod tests {
    use rand::{SeedableRng, rngs::ChaCha8Rng};

    use super::*;

    #[test]
    fn variances_are_those_of_algorithm_1() {
        assert_eq!(RescaledInit::Input.variance(784, 500), 1.0 / 500.0);
        assert_eq!(RescaledInit::Hidden.variance(500, 500), 2.0 / 500.0);
        assert_eq!(RescaledInit::Output.variance(500, 10), 1.0 / 10.0);
    }

    #[test]
    fn sample_moments_match_the_variance() {
        let (inputs, outputs) = (200, 300);
        for init in [
            RescaledInit::Input,
            RescaledInit::Hidden,
            RescaledInit::Output,
        ] {
            let mut rng = ChaCha8Rng::seed_from_u64(1);
            let draws = init
                .tensor(inputs, outputs, &Device::flex(), &mut rng)
                .into_data()
                .try_into_vec::<f32>()
                .unwrap();
            let n = draws.len() as f64;
            let mean = draws.iter().map(|&v| f64::from(v)).sum::<f64>() / n;
            let second = draws.iter().map(|&v| f64::from(v).powi(2)).sum::<f64>() / n;
            let variance = init.variance(inputs, outputs);
            // Five standard errors: √(1/n) for the mean, √(2/n) for the second moment.
            assert!(
                mean.abs() < 5.0 * (variance / n).sqrt(),
                "{init:?}: mean {mean}"
            );
            assert!(
                (second / variance - 1.0).abs() < 5.0 * (2.0 / n).sqrt(),
                "{init:?}: second moment {second}, variance {variance}"
            );
        }
    }

    #[test]
    fn draws_are_stable() {
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        let draws = RescaledInit::Hidden
            .tensor(2, 2, &Device::flex(), &mut rng)
            .into_data()
            .try_into_vec::<f32>()
            .unwrap();
        assert_eq!(draws, STABLE_DRAWS);
    }

    /// Drawn once with rand 0.10.4 and rand_distr 0.6.0; a change here changes every seeded run.
    const STABLE_DRAWS: [f32; 4] = [-0.7753719, -1.3834218, 0.889713, 0.35977906];
}
