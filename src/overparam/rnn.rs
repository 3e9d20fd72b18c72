use burn::{
    config::Config,
    module::{Content, DisplaySettings, Module, ModuleDisplay, Param},
    tensor::{Bool, Device, Int, Tensor, module::embedding},
};
use rand::Rng;

use super::{ClassifierNetwork, token_mask::TokenMask};
use crate::{
    SettingError,
    nn::{LeakyReluRescaled, LeakyReluRescaledConfig, RescaledInit},
};

/// Configuration of an [`OverparamRnn`].
///
/// ```
/// use burn::tensor::{Device, Int, Tensor};
/// use fireweed::overparam::OverparamRnnConfig;
///
/// let device = Device::flex();
/// let network = OverparamRnnConfig::new(100, 64, 2).init(&device);
/// let tokens = Tensor::<2, Int>::from_ints([[5, 17, 99, 3], [8, 2, 0, 0]], &device);
/// assert_eq!(network.forward(tokens).dims(), [2, 2]);
/// ```
#[derive(Config, Debug, PartialEq)]
pub struct OverparamRnnConfig {
    /// Number of token ids, including the padding 0.
    pub vocabulary: usize,
    /// Width m: coordinates of embeddings and states.
    pub width: usize,
    /// Number d of coordinates of an output.
    pub classes: usize,
    /// Number K of recurrent layers, at least 1. Default 1.
    #[config(default = "1")]
    pub layers: usize,
    /// Slope α of the activation. Default −1.
    #[config(default = "-1.0")]
    pub alpha: f64,
    /// Seed of the weights that [`init`](Self::init) draws. Default 0.
    #[config(default = "0")]
    pub seed: u64,
}

crate::overparam::seeded_init!(OverparamRnnConfig => OverparamRnn);

impl OverparamRnnConfig {
    /// Creates the network with weights drawn from `rng`: A, then U_1, W_1, …, U_K, W_K, then B;
    /// the draws do not depend on α.
    ///
    /// Consumes `m vocabulary + 2 K m² + m d` standard normals.
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
    ) -> Result<OverparamRnn, SettingError> {
        let activation = LeakyReluRescaledConfig::new()
            .with_alpha(self.alpha)
            .try_init()?;
        let (m, d) = (self.width, self.classes);
        assert!(
            self.vocabulary > 0 && m > 0 && d > 0 && self.layers > 0,
            "an OverparamRnn needs vocabulary, width, classes and layers of at least 1: {self}"
        );
        let embedding = RescaledInit::Input.param(self.vocabulary, m, device, rng);
        let layers = (0..self.layers)
            .map(|_| RecurrentLayer {
                input: RescaledInit::Hidden.param(m, m, device, rng),
                state: RescaledInit::Hidden.param(m, m, device, rng),
            })
            .collect();
        let readout = RescaledInit::Output.param(m, d, device, rng);
        Ok(OverparamRnn {
            embedding: embedding.set_require_grad(false),
            layers,
            readout: readout.set_require_grad(false),
            activation,
        })
    }
}

/// A recurrent network for rows of tokens, after Algorithm 1.
///
/// ```text
/// h¹_t = σ̃_α(W_1 h¹_{t−1} + U_1 a_t / √T)                     a_t: embedding of token t of T
/// hᵏ_t = σ̃_α(W_k hᵏ_{t−1} + U_k hᵏ⁻¹_t / √t)   for k = 2 … K
/// ŷ    = B hᴷ_T,   hᵏ_0 = 0
/// ```
///
/// The id 0 is padding, before, between or after tokens: it does not change any state, is not
/// counted in t or T, and has no gradient. A row without tokens has logits 0. No biases; the W_k
/// and U_k are trained, the embedding A and the readout B frozen.
///
/// Scale: with the variances of Algorithm 1 (A 1/m, U and W 2/m, B 1/d) the squared norm of a state
/// is the sum of the squared norms of its inputs. This holds in expectation in wide networks, for
/// every α. Hence `‖hᵏ_t‖² ≈ t/T` in every layer, and 1 for the last state, **if m is well above
/// T²**. The same W acts at every step, so the deviations of its growth from 1 in one draw
/// compound. The logarithm of the last squared norm of one layer has a spread of about 0.45 T/√m
/// for α = −1 and α = −2 and 0.9 T/√m for α = 0. This was measured for T² < m; the spread is larger
/// beyond. For 50 tokens and width 256 squared norms are between 0.1 and 300, so one slope can
/// outperform another by chance.
///
/// The dissertation trains such networks without giving their equations: the scales 1/√T and 1/√t,
/// the frozen embedding and the readout of the last state are choices of this crate.
///
/// Cost: T sequential products of `[batch, m]` and `[m, m]` in each layer; those of the inputs are
/// one product for all positions.
///
/// Reference: Guo, Li, Lerman, arXiv 2402.11942; Algorithm 1 of the dissertation; Z. Allen-Zhu, Y.
/// Li and Z. Song, "On the convergence rate of training recurrent neural networks", NeurIPS 2019.
#[derive(Module, Debug)]
#[module(custom_display)]
pub struct OverparamRnn {
    /// A, frozen: `[vocabulary, m]`.
    pub embedding: Param<Tensor<2>>,
    /// The recurrent layers, trained.
    pub layers: Vec<RecurrentLayer>,
    /// B, frozen: `[m, d]`.
    pub readout: Param<Tensor<2>>,
    /// σ̃_α.
    pub activation: LeakyReluRescaled,
}

/// The matrices of one layer of an [`OverparamRnn`].
#[derive(Module, Debug)]
pub struct RecurrentLayer {
    /// U, trained: `[m, m]`.
    pub input: Param<Tensor<2>>,
    /// W, trained: `[m, m]`.
    pub state: Param<Tensor<2>>,
}

impl OverparamRnn {
    /// Computes ŷ.
    ///
    /// Ids are not checked against the vocabulary.
    ///
    /// # Shapes
    /// - tokens: `[batch, length]`, ids below the vocabulary, 0 for padding
    /// - output: `[batch, classes]`
    ///
    /// # Panics
    /// Panics if the length is 0.
    pub fn forward(&self, tokens: Tensor<2, Int>) -> Tensor<2> {
        self.last_state(tokens).matmul(self.readout.val())
    }

    /// Computes the last state of the last layer, hᴷ_T.
    ///
    /// # Shapes
    /// - tokens: `[batch, length]`, as for [`forward`](Self::forward)
    /// - output: `[batch, m]`
    ///
    /// # Panics
    /// Panics if the length is 0.
    pub fn last_state(&self, tokens: Tensor<2, Int>) -> Tensor<2> {
        let [batch, length] = tokens.dims();
        assert!(
            length > 0,
            "an OverparamRnn needs rows of at least one position, but got length 0"
        );
        let table = self.embedding.val();
        let mask = TokenMask::new(tokens.clone(), table.dtype());
        let [_, width] = table.dims();
        let scale = (mask.counts().sqrt().recip()).reshape([batch, 1, 1]);
        let mut inputs = embedding(table, tokens) * scale;
        let deeper = mask.running_counts().sqrt().recip();
        let deeper = deeper.reshape([batch, length, 1]);
        let (last, lower) = match self.layers.split_last() {
            Some(layers) => layers,
            None => unreachable!("an OverparamRnn has at least one layer"),
        };
        for layer in lower {
            let states = self.states(layer, inputs, &mask);
            inputs = Tensor::stack::<3>(states, 1) * deeper.clone();
        }
        match self.states(last, inputs, &mask).pop() {
            Some(state) => state,
            None => unreachable!("{length} positions of width {width} have a last one"),
        }
    }

    /// Returns the states of one layer after each position.
    fn states(
        &self,
        layer: &RecurrentLayer,
        inputs: Tensor<3>,
        mask: &TokenMask,
    ) -> Vec<Tensor<2>> {
        let [batch, length, width] = inputs.dims();
        let driven = inputs
            .reshape([batch * length, width])
            .matmul(layer.input.val())
            .reshape([batch, length, width]);
        let mut state = Tensor::zeros([batch, width], (&driven.device(), driven.dtype()));
        let mut states = Vec::with_capacity(length);
        for (t, driven) in positions(driven).into_iter().enumerate() {
            // The first state is known to be zero.
            let sum = match t {
                0 => driven,
                _ => state.clone().matmul(layer.state.val()) + driven,
            };
            let present: Tensor<2, Bool> = mask.present.clone().narrow(1, t, 1);
            let present = present.expand([batch, width]);
            state = state.mask_where(present, self.activation.forward(sum));
            states.push(state.clone());
        }
        states
    }
}

/// Splits `[batch, length, m]` into the matrices `[batch, m]` of all positions.
///
/// Splits recursively in halves: the backward pass of a slice fills a tensor of the size of its
/// input, so direct slices would cost memory traffic quadratic in the length.
fn positions(x: Tensor<3>) -> Vec<Tensor<2>> {
    let [_, length, _] = x.dims();
    if length == 1 {
        return vec![x.squeeze_dim(1)];
    }
    let half = length / 2;
    let mut all = positions(x.clone().narrow(1, 0, half));
    all.extend(positions(x.narrow(1, half, length - half)));
    all
}

impl ClassifierNetwork for OverparamRnn {
    type Input = Tensor<2, Int>;

    fn logits(&self, tokens: Tensor<2, Int>) -> Tensor<2> {
        self.forward(tokens)
    }
}

impl ModuleDisplay for OverparamRnn {
    fn custom_settings(&self) -> Option<DisplaySettings> {
        DisplaySettings::new()
            .with_new_line_after_attribute(false)
            .optional()
    }

    fn custom_content(&self, content: Content) -> Option<Content> {
        let [vocabulary, width] = self.embedding.shape().dims();
        let [_, classes] = self.readout.shape().dims();
        content
            .add("vocabulary", &vocabulary)
            .add("width", &width)
            .add("layers", &self.layers.len())
            .add("classes", &classes)
            .add("alpha", &self.activation.alpha())
            .optional()
    }
}

#[cfg(test)]
#[cfg(feature = "flex")]
#[path = "rnn_tests.rs"]
mod tests;
