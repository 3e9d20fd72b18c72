use burn::{
    module::{Content, DisplaySettings, Module, ModuleDisplay, Param},
    nn::PositionalEncoding,
    tensor::{Int, Tensor, module::embedding},
};

use super::EncoderBlock;
use crate::{
    nn::LeakyReluRescaled,
    overparam::{ClassifierNetwork, token_mask::TokenMask},
};

/// An encoder for rows of tokens, with the rescaled leaky ReLU and scales after Algorithm 1.
///
/// ```text
/// x_t = √(15/16) a_t + √(1/16) p_t       a_t: embedding, p_t: sinusoids of norm 1
/// then `depth` blocks: y = x + s · attention(norm(x)),  x = y + s · W2 σ̃_α(W1 [norm(y), √m]/√2)
/// ŷ   = B · Σ x_t / √T                   over the T tokens of a row
/// ```
///
/// The id 0 is padding, before, between or after tokens: attention ignores it, and it is left out
/// of the sum. Positions are counted in the whole row, so padding before a token shifts it. A row
/// without tokens has logits 0. No biases; attention, W1 and W2 are trained, the embedding A, the
/// gains of the layer norms and the readout B frozen.
///
/// Scale: A has variance 1/m, so the input x has squared norm 1 in expectation. Each of the 2·depth
/// branches adds at most 1/(2 depth) to it, so it stays between 1 and 2 at any depth and for every
/// α. Positions have a small share, since they are the same in all rows. The common part of all
/// rows has the largest eigenvalue of the kernel and bounds the step, so the differences between
/// rows are learned slowly. The sum is divided by √T, not T, to keep the norm of the parts that
/// differ between tokens. B has variance 1/d. [`EncoderBlock`] has the other variances.
///
/// The dissertation trains such networks without giving their equations: the scales and the choice
/// of frozen weights are those of this crate.
///
/// Reference: Guo, Li, Lerman, arXiv 2402.11942; Algorithm 1 of the dissertation; A. Vaswani et
/// al., "Attention is all you need", NeurIPS 2017; for the norm before each branch R. Xiong et al.,
/// "On layer normalization in the transformer architecture", ICML 2020.
#[derive(Module, Debug)]
#[module(custom_display)]
pub struct OverparamTransformer {
    /// A, frozen: `[vocabulary, m]`.
    pub embedding: Param<Tensor<2>>,
    pub(super) positions: PositionalEncoding,
    /// The blocks.
    pub blocks: Vec<EncoderBlock>,
    /// B, frozen: `[m, d]`.
    pub readout: Param<Tensor<2>>,
    /// σ̃_α.
    pub activation: LeakyReluRescaled,
}

/// Share of the positions in the squared norm of an input.
pub(super) const POSITION_SHARE: f64 = 1.0 / 16.0;

impl OverparamTransformer {
    /// Computes ŷ.
    ///
    /// Ids are not checked against the vocabulary.
    ///
    /// # Shapes
    /// - tokens: `[batch, length]`, ids below the vocabulary, 0 for padding
    /// - output: `[batch, classes]`
    ///
    /// # Panics
    /// Panics if the length is 0 or above the configured maximum.
    pub fn forward(&self, tokens: Tensor<2, Int>) -> Tensor<2> {
        let mask = TokenMask::new(tokens.clone(), self.embedding.val().dtype());
        let padding = mask.present.clone().bool_not();
        let states = self.blocks.iter().fold(self.embed(tokens), |x, block| {
            block.forward(x, padding.clone(), &self.activation)
        });
        mask.sum_over_root(states).matmul(self.readout.val())
    }

    /// Computes x before the first block, `√(15/16) a_t + √(1/16) p_t`.
    ///
    /// # Shapes
    /// - tokens: `[batch, length]`, as for [`forward`](Self::forward)
    /// - output: `[batch, length, m]`
    ///
    /// # Panics
    /// Panics if the length is 0 or above the configured maximum.
    pub fn embed(&self, tokens: Tensor<2, Int>) -> Tensor<3> {
        let [_, length] = tokens.dims();
        let longest = self.max_length();
        assert!(
            (1..=longest).contains(&length),
            "the OverparamTransformer expects rows of 1 to {longest} positions, but got \
             length {length}"
        );
        let table = self.embedding.val();
        let [_, width] = table.dims();
        // The squared norm of sinusoids is m/2.
        let scale = (POSITION_SHARE * 2.0 / width as f64).sqrt();
        let sinusoids = self.positions.sinusoids.clone().narrow(1, 0, length);
        let positions = sinusoids.cast(table.dtype()) * scale;
        embedding(table, tokens) * (1.0 - POSITION_SHARE).sqrt() + positions
    }

    /// Returns the maximum length of a row.
    pub fn max_length(&self) -> usize {
        self.positions.max_sequence_size
    }
}

impl ClassifierNetwork for OverparamTransformer {
    type Input = Tensor<2, Int>;

    fn logits(&self, tokens: Tensor<2, Int>) -> Tensor<2> {
        self.forward(tokens)
    }
}

impl ModuleDisplay for OverparamTransformer {
    fn custom_settings(&self) -> Option<DisplaySettings> {
        DisplaySettings::new()
            .with_new_line_after_attribute(false)
            .optional()
    }

    fn custom_content(&self, content: Content) -> Option<Content> {
        let [vocabulary, width] = self.embedding.shape().dims();
        let [_, classes] = self.readout.shape().dims();
        let block = &self.blocks[0];
        let [_, inner] = block.expand.shape().dims();
        content
            .add("vocabulary", &vocabulary)
            .add("width", &width)
            .add("classes", &classes)
            .add("depth", &self.blocks.len())
            .add("heads", &block.attention.n_heads)
            .add("expansion", &(inner / width))
            .add("max_length", &self.max_length())
            .add("alpha", &self.activation.alpha())
            .optional()
    }
}
