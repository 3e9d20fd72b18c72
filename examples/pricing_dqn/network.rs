use burn::{
    module::Param,
    nn::Linear,
    prelude::*,
    tensor::{TensorData, activation::relu},
};
use rand::{Rng, RngExt};

/// A network from the remembered prices to the values of all actions of a platform.
#[derive(Module, Debug)]
pub(crate) struct Network {
    hidden: Linear,
    values: Linear,
}

impl Network {
    /// Creates a network with weights from the caller's generator: uniform, with variance 2 /
    /// inputs (He et al. 2015), and zero biases. It takes one number of the generator for each
    /// weight.
    pub(crate) fn new(
        [inputs, hidden, actions]: [usize; 3],
        device: &Device,
        rng: &mut dyn Rng,
    ) -> Self {
        let mut layer = |inputs: usize, outputs: usize| {
            let bound = (6.0 / inputs as f32).sqrt();
            let weights: Vec<f32> = (0..inputs * outputs)
                .map(|_| bound * (2.0 * rng.random::<f32>() - 1.0))
                .collect();
            let weights = TensorData::new(weights, [inputs, outputs]);
            Linear {
                weight: Param::from_tensor(Tensor::from_data(weights, device)),
                bias: Some(Param::from_tensor(Tensor::zeros([outputs], device))),
            }
        };
        Self {
            hidden: layer(inputs, hidden),
            values: layer(hidden, actions),
        }
    }

    /// # Shapes
    /// - input: `[batch, inputs]`
    /// - output: `[batch, actions]`
    pub(crate) fn forward(&self, states: Tensor<2>) -> Tensor<2> {
        self.values.forward(relu(self.hidden.forward(states)))
    }
}
