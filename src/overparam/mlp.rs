use burn::{
    config::Config,
    module::{Content, DisplaySettings, Module, ModuleDisplay, Param},
    tensor::{Device, Tensor},
};
use rand::Rng;

use super::{ClassifierNetwork, InputMap};
use crate::{
    SettingError,
    nn::{LeakyReluRescaled, LeakyReluRescaledConfig, RescaledInit},
};

/// Configuration of an [`OverparamMlp`].
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use fireweed::overparam::OverparamMlpConfig;
///
/// let device = Device::flex();
/// let network = OverparamMlpConfig::new(5, 256, 1).with_depth(3).init(&device);
/// assert_eq!(network.forward(Tensor::ones([7, 5], &device)).dims(), [7, 1]);
/// ```
#[derive(Config, Debug, PartialEq)]
pub struct OverparamMlpConfig {
    /// Number p of coordinates of an input, without those that the input map appends.
    pub inputs: usize,
    /// Width m of every hidden layer.
    pub width: usize,
    /// Number d of coordinates of an output.
    pub outputs: usize,
    /// Number L of trained hidden layers, at least 1. Default 2.
    #[config(default = "2")]
    pub depth: usize,
    /// Slope α of the activation. Default −1.
    #[config(default = "-1.0")]
    pub alpha: f64,
    /// Preprocessing of rows. Default [`InputMap::UnitWithConstant`].
    #[config(default = "InputMap::UnitWithConstant")]
    pub input_map: InputMap,
    /// Seed of the weights that [`init`](Self::init) draws. Default 0.
    #[config(default = "0")]
    pub seed: u64,
}

crate::overparam::seeded_init!(OverparamMlpConfig => OverparamMlp);

impl OverparamMlpConfig {
    /// Creates the network with weights drawn from `rng`, by Algorithm 1: A, then W_1 … W_L,
    /// then B; the draws do not depend on α.
    ///
    /// Consumes `m (p + added) + L m² + m d` standard normals.
    ///
    /// # Errors
    /// Returns [`SettingError`] if α is not finite or not below 1.
    ///
    /// # Panics
    /// Panics if a size is 0.
    pub fn try_init_with(
        &self,
        device: &Device,
        rng: &mut impl Rng,
    ) -> Result<OverparamMlp, SettingError> {
        let activation = LeakyReluRescaledConfig::new()
            .with_alpha(self.alpha)
            .try_init()?;
        let inputs = self.inputs + self.input_map.added_coordinates();
        let (m, d) = (self.width, self.outputs);
        assert!(
            inputs > 0 && m > 0 && d > 0 && self.depth > 0,
            "an OverparamMlp needs inputs, width, outputs and depth of at least 1: {self}"
        );
        let embedding = RescaledInit::Input.param(inputs, m, device, rng);
        let hidden = (0..self.depth)
            .map(|_| RescaledInit::Hidden.param(m, m, device, rng))
            .collect();
        let readout = RescaledInit::Output.param(m, d, device, rng);
        Ok(OverparamMlp {
            embedding: embedding.set_require_grad(false),
            hidden,
            readout: readout.set_require_grad(false),
            activation,
            input_map: self.input_map,
        })
    }
}

/// The fully connected network of Guo, Li, Lerman (2024).
///
/// ```text
/// h_0 = A x,   h_l = σ̃_α(W_l h_{l−1}) for l = 1 … L,   ŷ = B h_L
/// ```
///
/// No biases. A and B are frozen and excluded from the backward pass; only the W_l are trained.
/// Initialized by Algorithm 1 ([`RescaledInit`]).
///
/// The network is positively homogeneous, `N(c x) = c N(x)` for `c > 0`, with
/// [`InputMap::Raw`].
///
/// Reference: Guo, Li, Lerman, arXiv 2402.11942; Algorithm 1 of the dissertation.
#[derive(Module, Debug)]
#[module(custom_display)]
pub struct OverparamMlp {
    /// A, frozen: `[p + added, m]`.
    pub embedding: Param<Tensor<2>>,
    /// W_1 … W_L, trained: `[m, m]` each.
    pub hidden: Vec<Param<Tensor<2>>>,
    /// B, frozen: `[m, d]`.
    pub readout: Param<Tensor<2>>,
    /// σ̃_α.
    pub activation: LeakyReluRescaled,
    #[module(skip)]
    input_map: InputMap,
}

impl OverparamMlp {
    /// Computes ŷ.
    ///
    /// # Shapes
    /// - x: `[batch, p]`
    /// - output: `[batch, d]`
    pub fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        self.forward_embedded(self.embed(x))
    }

    /// Computes `h_0 = A x`, including the input map.
    ///
    /// A is frozen, so for a fixed data set this is needed only once, before training.
    ///
    /// # Shapes
    /// - x: `[batch, p]`
    /// - output: `[batch, m]`
    pub fn embed(&self, x: Tensor<2>) -> Tensor<2> {
        self.input_map.apply(x).matmul(self.embedding.val())
    }

    /// Computes ŷ from `h_0`.
    ///
    /// # Shapes
    /// - embedded: `[batch, m]`, from [`embed`](Self::embed)
    /// - output: `[batch, d]`
    pub fn forward_embedded(&self, embedded: Tensor<2>) -> Tensor<2> {
        self.hidden
            .iter()
            .fold(embedded, |h, weights| {
                self.activation.forward(h.matmul(weights.val()))
            })
            .matmul(self.readout.val())
    }

    /// Returns the input map.
    pub fn input_map(&self) -> InputMap {
        self.input_map
    }
}

impl ClassifierNetwork for OverparamMlp {
    type Input = Tensor<2>;

    fn logits(&self, rows: Tensor<2>) -> Tensor<2> {
        self.forward(rows)
    }
}

impl ModuleDisplay for OverparamMlp {
    fn custom_settings(&self) -> Option<DisplaySettings> {
        DisplaySettings::new()
            .with_new_line_after_attribute(false)
            .optional()
    }

    fn custom_content(&self, content: Content) -> Option<Content> {
        let [inputs, width] = self.embedding.shape().dims();
        let [_, outputs] = self.readout.shape().dims();
        content
            .add("inputs", &(inputs - self.input_map.added_coordinates()))
            .add("width", &width)
            .add("depth", &self.hidden.len())
            .add("outputs", &outputs)
            .add("alpha", &self.activation.alpha())
            .add("input_map", &format!("{:?}", self.input_map))
            .optional()
    }
}

#[cfg(test)]
#[cfg(feature = "flex")]
#[path = "mlp_tests.rs"]
mod tests;
