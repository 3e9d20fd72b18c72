use burn::{
    optim::{Adam, AdamConfig, AdamState, LearningRate, Optimizer},
    tensor::{Device, Tensor},
};

/// Adam without weight decay, in one memory pass.
///
/// Burn's `Adam` makes about fifteen passes, most into new memory; results and checkpoints agree
/// bit for bit. On devices other than flex, and in the first step, Burn's implementation is used.
///
/// Reference: Kingma, Ba, "Adam: A Method for Stochastic Optimization" (2015), algorithm 1.
#[derive(Clone)]
pub struct PlainAdam {
    beta_1: f32,
    beta_2: f32,
    epsilon: f32,
    passes: Adam,
}

impl PlainAdam {
    /// Creates an optimizer with these decay rates of the two moments and this number added to the
    /// root of the second.
    pub fn new([beta_1, beta_2]: [f32; 2], epsilon: f32) -> Self {
        let config = AdamConfig::new()
            .with_beta_1(beta_1)
            .with_beta_2(beta_2)
            .with_epsilon(epsilon);
        Self {
            beta_1,
            beta_2,
            epsilon,
            passes: config.build(),
        }
    }
}

impl Optimizer for PlainAdam {
    type State<const D: usize> = AdamState<D>;

    #[cfg(feature = "flex")]
    fn step<const D: usize>(
        &self,
        lr: LearningRate,
        tensor: Tensor<D>,
        grad: Tensor<D>,
        state: Option<AdamState<D>>,
    ) -> (Tensor<D>, Option<AdamState<D>>) {
        use crate::kernel::adam::{AdamStep, adam, takes};

        let fits = state.as_ref().is_some_and(|state| {
            let moments = &state.momentum;
            takes(&[&tensor, &grad, &moments.moment_1, &moments.moment_2])
        });
        let mut momentum = match state {
            Some(state) if fits => state.momentum,
            state => return self.passes.step(lr, tensor, grad, state),
        };
        momentum.time += 1;
        let time = momentum.time as i32;
        let root = (1.0 - self.beta_2.powi(time)).sqrt();
        let step = AdamStep {
            beta_1: self.beta_1,
            beta_2: self.beta_2,
            epsilon: self.epsilon * root,
            correction: root / (1.0 - self.beta_1.powi(time)),
            rate: lr as f32,
        };
        let factors = [tensor, grad, momentum.moment_1, momentum.moment_2];
        let [tensor, first, second] = adam(factors, step);
        (momentum.moment_1, momentum.moment_2) = (first, second);
        (tensor, Some(AdamState::new(momentum)))
    }

    #[cfg(not(feature = "flex"))]
    fn step<const D: usize>(
        &self,
        lr: LearningRate,
        tensor: Tensor<D>,
        grad: Tensor<D>,
        state: Option<AdamState<D>>,
    ) -> (Tensor<D>, Option<AdamState<D>>) {
        self.passes.step(lr, tensor, grad, state)
    }

    fn to_device<const D: usize>(state: AdamState<D>, device: &Device) -> AdamState<D> {
        Adam::to_device(state, device)
    }
}

#[cfg(test)]
#[cfg(feature = "flex")]
mod tests {
    use burn::{
        module::{Module, Param},
        optim::{GradientsParams, ModuleOptimizer},
        tensor::TensorData,
    };
    use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

    use super::*;

    #[derive(Module, Debug)]
    struct Weights {
        small: Param<Tensor<2>>,
        large: Param<Tensor<1>>,
    }

    /// Weights after some steps, with gradients of many magnitudes, one of them a view in memory.
    fn train(mut optimizer: ModuleOptimizer) -> Vec<TensorData> {
        let device = Device::flex().autodiff();
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut normal = |count: usize| -> Vec<f32> {
            (0..count)
                .map(|_| rng.random_range(-1.0f32..1.0).powi(9))
                .collect()
        };
        let large = 600_000;
        let mut weights = Weights {
            small: Param::from_tensor(Tensor::from_data(
                TensorData::new(normal(35), [5, 7]),
                &device,
            )),
            large: Param::from_tensor(Tensor::ones([large], &device)),
        };
        let factor = Tensor::<2>::from_data(TensorData::new(normal(35), [7, 5]), &device);
        let factors = Tensor::<1>::from_data(TensorData::new(normal(large), [large]), &device);
        for _ in 0..4 {
            let (small, large) = (weights.small.val(), weights.large.val());
            let loss = (small.transpose().square() * factor.clone()).sum()
                + (large.square() * factors.clone()).sum();
            let grads = GradientsParams::from_grads(loss.backward(), &weights);
            weights = optimizer.step(0.01, weights, grads);
        }
        vec![
            weights.small.val().into_data(),
            weights.large.val().into_data(),
        ]
    }

    #[test]
    fn matches_burns_adam_bit_for_bit() {
        let (betas, epsilon) = ([0.5, 0.999], 1e-8);
        let config = AdamConfig::new()
            .with_beta_1(betas[0])
            .with_beta_2(betas[1])
            .with_epsilon(epsilon);
        let plain = train(ModuleOptimizer::from(PlainAdam::new(betas, epsilon)));
        assert_eq!(plain, train(config.init()));
        assert_ne!(
            plain,
            train(ModuleOptimizer::from(PlainAdam::new([0.9, 0.99], 1e-8)))
        );
    }
}
