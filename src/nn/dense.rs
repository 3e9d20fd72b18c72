use burn::{
    module::{Module, ModuleVisitor, Param},
    nn::{BatchNorm, BatchNormConfig, Initializer, Linear, LinearConfig},
    tensor::{Device, Tensor},
};

use crate::kernel::{self, Slopes};

/// Returns the initializer of Burn's linear layers.
pub(crate) fn linear_initializer() -> Initializer {
    Initializer::KaimingUniform {
        gain: 1.0 / 3f64.sqrt(),
        fan_out_only: false,
    }
}

/// Checks that sizes of a layer are positive.
///
/// # Panics
/// Panics if a size is 0.
pub(crate) fn assert_positive(layer: &str, sizes: &[(&str, usize)]) {
    for (name, size) in sizes {
        assert!(*size > 0, "{name} = 0: a {layer} needs at least 1");
    }
}

/// Checks that features have the width of the layer.
///
/// # Panics
/// Panics if they have another width.
pub(crate) fn check_width(layer: &str, features: &str, expected: usize, found: usize) {
    assert!(
        expected == found,
        "the {layer} was made for {expected} {features} features, and was given {found}"
    );
}

/// How the blocks of a compound layer are built.
#[derive(Clone, Debug)]
pub(crate) struct DenseStyle<'a> {
    pub(crate) batch_norm: bool,
    pub(crate) negative_slope: f64,
    pub(crate) initializer: &'a Initializer,
    pub(crate) device: &'a Device,
}

impl DenseStyle<'_> {
    pub(crate) fn linear(&self, inputs: usize, outputs: usize) -> Linear {
        LinearConfig::new(inputs, outputs)
            .with_initializer(self.initializer.clone())
            .init(self.device)
    }

    pub(crate) fn dense(&self, inputs: usize, outputs: usize) -> Dense {
        Dense {
            linear: self.linear(inputs, outputs),
            norm: self.norm(outputs),
            negative_slope: self.negative_slope,
        }
    }

    pub(crate) fn norm(&self, features: usize) -> Option<BatchNorm> {
        self.batch_norm
            .then(|| BatchNormConfig::new(features).init(self.device))
    }
}

/// Linear map, optional batch normalization, leaky ReLU.
#[derive(Module, Debug)]
pub(crate) struct Dense {
    pub(crate) linear: Linear,
    pub(crate) norm: Option<BatchNorm>,
    pub(crate) negative_slope: f64,
}

impl Dense {
    pub(crate) fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        let x = normalize(apply(&self.linear, x), &self.norm);
        leaky_relu(x, self.negative_slope)
    }
}

/// Returns the linear map. It also accepts an input without rows, which not every backend can
/// multiply.
pub(crate) fn apply(linear: &Linear, x: Tensor<2>) -> Tensor<2> {
    if x.dims()[0] == 0 {
        let [_, outputs] = linear.weight.dims();
        return Tensor::zeros([0, outputs], (&x.device(), x.dtype()));
    }
    linear.forward(x)
}

/// Returns the output with every parameter of the layer in its graph of operations. Parameters that
/// the output does not depend on, such as the weights of messages in a batch without edges, get
/// gradients of 0 instead of none.
pub(crate) fn with_all_parameters<M: Module>(output: Tensor<2>, layer: &M) -> Tensor<2> {
    struct Zeros(Tensor<2>);
    impl ModuleVisitor for Zeros {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let one = param.val().slice([(); D].map(|()| 0..1)).reshape([1, 1]);
            self.0 = self.0.clone() + one.mul_scalar(0.0);
        }
    }
    if output.dims()[0] == 0 {
        return output;
    }
    let mut zeros = Zeros(output);
    layer.visit(&mut zeros);
    zeros.0
}

pub(crate) fn normalize(x: Tensor<2>, norm: &Option<BatchNorm>) -> Tensor<2> {
    match norm {
        // The statistics of an empty batch would be NaN and spoil the running ones.
        Some(norm) if x.dims()[0] > 0 => norm.forward(x),
        _ => x,
    }
}

pub(crate) fn leaky_relu<const D: usize>(x: Tensor<D>, negative_slope: f64) -> Tensor<D> {
    let slopes = Slopes {
        positive: 1.0,
        negative: negative_slope,
    };
    kernel::two_slopes(x, slopes)
}
