use burn::{
    module::{Module, Param},
    nn::{
        Initializer, LayerNorm, LayerNormConfig, Linear,
        attention::{MhaInput, MultiHeadAttention, MultiHeadAttentionConfig},
    },
    tensor::{Bool, Device, Tensor},
};
use rand::Rng;

use crate::nn::{LeakyReluRescaled, RescaledInit, normal_tensor};

/// Sizes of an [`EncoderBlock`].
#[derive(Clone, Copy, Debug)]
pub(super) struct BlockSizes {
    pub(super) width: usize,
    pub(super) heads: usize,
    pub(super) expansion: usize,
    pub(super) depth: usize,
}

impl BlockSizes {
    /// Draws query, key, value and output, then W1 and W2.
    pub(super) fn block(self, device: &Device, rng: &mut impl Rng) -> EncoderBlock {
        let (m, inner) = (self.width, self.expansion * self.width);
        let norm = || {
            let mut norm = LayerNormConfig::new(m).with_bias(false).init(device);
            norm.gamma = norm.gamma.set_require_grad(false);
            norm
        };
        let attention = self.attention(device, rng);
        let expand = normal_tensor([m + 1, inner], 2.0 / m as f64, device, rng);
        let contract = normal_tensor([inner, m], 1.0 / inner as f64, device, rng);
        EncoderBlock {
            attention_norm: norm(),
            attention,
            feed_forward_norm: norm(),
            expand: Param::from_tensor(expand),
            contract: Param::from_tensor(contract),
            branch_scale: 1.0 / ((2 * self.depth * m) as f64).sqrt(),
        }
    }

    fn attention(self, device: &Device, rng: &mut impl Rng) -> MultiHeadAttention {
        let m = self.width;
        let mut attention = MultiHeadAttentionConfig::new(m, self.heads)
            .with_dropout(0.0)
            .with_query_bias(false)
            .with_key_bias(false)
            .with_value_bias(false)
            .with_output_bias(false)
            // Replaced below; random weights would use the generator of the device.
            .with_initializer(Initializer::Zeros)
            .init(device);
        let mut draw = |linear: &mut Linear| {
            linear.weight = RescaledInit::Input.param(m, m, device, rng);
        };
        draw(&mut attention.query);
        draw(&mut attention.key);
        draw(&mut attention.value);
        draw(&mut attention.output);
        attention
    }
}

/// One block of an [`OverparamTransformer`](super::OverparamTransformer).
///
/// ```text
/// y = x + s · attention(norm(x)),   z = y + s · W2 σ̃_α(W1 [norm(y), √m]/√2),   s = 1/√(2 depth m)
/// ```
///
/// A layer norm has outputs of norm √m, and so do the feed-forward network with the variances below
/// and, at most, attention: s makes the squared norm of each of the 2·depth branches 1/(2 depth).
///
/// | weights | variance |
/// |---|---|
/// | query, key, value, output | 1/m |
/// | W1, m + 1 → f m | 2/m |
/// | W2, f m → m | 1/(f m) |
///
/// The constant coordinate √m, as large as the norm of the layer norm's output, replaces a bias:
/// without it the feed-forward network would be an even function for α = −1. No other biases; the
/// gains of the layer norms are 1 and frozen.
#[derive(Module, Debug)]
pub struct EncoderBlock {
    /// The layer norm before attention; its gain is frozen.
    pub attention_norm: LayerNorm,
    /// Attention, trained.
    pub attention: MultiHeadAttention,
    /// The layer norm before the feed-forward network; its gain is frozen.
    pub feed_forward_norm: LayerNorm,
    /// W1, trained: `[m + 1, f m]`.
    pub expand: Param<Tensor<2>>,
    /// W2, trained: `[f m, m]`.
    pub contract: Param<Tensor<2>>,
    branch_scale: f64,
}

impl EncoderBlock {
    /// Applies the block.
    ///
    /// # Shapes
    /// - x: `[batch, length, m]`
    /// - padding: `[batch, length]`, true if no position must look
    /// - output: `[batch, length, m]`
    pub fn forward(
        &self,
        x: Tensor<3>,
        padding: Tensor<2, Bool>,
        activation: &LeakyReluRescaled,
    ) -> Tensor<3> {
        let normed = self.attention_norm.forward(x.clone());
        let input = MhaInput::self_attn(normed).mask_pad(padding);
        let x = x + self.attention.forward(input).context * self.branch_scale;
        let fed = self.feed_forward(self.feed_forward_norm.forward(x.clone()), activation);
        x + fed * self.branch_scale
    }

    fn feed_forward(&self, x: Tensor<3>, activation: &LeakyReluRescaled) -> Tensor<3> {
        let [batch, length, m] = x.dims();
        let rows = batch * length;
        let constant = Tensor::full([rows, 1], (m as f64).sqrt(), (&x.device(), x.dtype()));
        let x = Tensor::cat(vec![x.reshape([rows, m]), constant], 1);
        let hidden = (x * std::f64::consts::FRAC_1_SQRT_2).matmul(self.expand.val());
        activation
            .forward(hidden)
            .matmul(self.contract.val())
            .reshape([batch, length, m])
    }
}
