use burn::{
    module::Module,
    nn::{Linear, LinearConfig},
    tensor::{Device, Tensor},
};

use crate::nn::message_passing::gated::silu;

/// Linear map, silu, linear map.
#[derive(Module, Debug)]
pub(super) struct Head {
    hidden: Linear,
    output: Linear,
}

impl Head {
    pub(super) fn new(inputs: usize, hidden: usize, outputs: usize, device: &Device) -> Self {
        Self {
            hidden: LinearConfig::new(inputs, hidden).init(device),
            output: LinearConfig::new(hidden, outputs).init(device),
        }
    }

    pub(super) fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        self.output.forward(silu(self.hidden.forward(x)))
    }
}
