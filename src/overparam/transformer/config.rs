use burn::{config::Config, nn::PositionalEncodingConfig, tensor::Device};
use rand::Rng;

use super::{OverparamTransformer, block::BlockSizes};
use crate::{
    SettingError,
    nn::{LeakyReluRescaledConfig, RescaledInit},
};

/// Configuration of an [`OverparamTransformer`].
///
/// ```
/// use burn::tensor::{Device, Int, Tensor};
/// use fireweed::overparam::OverparamTransformerConfig;
///
/// let device = Device::flex();
/// let network = OverparamTransformerConfig::new(100, 64, 2).with_depth(3).init(&device);
/// let tokens = Tensor::<2, Int>::from_ints([[5, 17, 99, 3], [8, 2, 0, 0]], &device);
/// assert_eq!(network.forward(tokens).dims(), [2, 2]);
/// ```
#[derive(Config, Debug, PartialEq)]
pub struct OverparamTransformerConfig {
    /// Number of token ids, including the padding 0.
    pub vocabulary: usize,
    /// Width m: coordinates of embeddings and states; even, and a multiple of the heads.
    pub width: usize,
    /// Number d of coordinates of an output.
    pub classes: usize,
    /// Number of blocks, at least 1. Default 2.
    #[config(default = "2")]
    pub depth: usize,
    /// Number of attention heads, at least 1. Default 4.
    #[config(default = "4")]
    pub heads: usize,
    /// Width f of the feed-forward networks, in multiples of m, at least 1. Default 4.
    #[config(default = "4")]
    pub expansion: usize,
    /// Maximum length of a row, between 1 and 10,000. Default 512.
    #[config(default = "512")]
    pub max_length: usize,
    /// Slope α of the activation. Default −1.
    #[config(default = "-1.0")]
    pub alpha: f64,
    /// Seed of the weights that [`init`](Self::init) draws. Default 0.
    #[config(default = "0")]
    pub seed: u64,
}

crate::overparam::seeded_init!(OverparamTransformerConfig => OverparamTransformer);

impl OverparamTransformerConfig {
    /// Creates the network with weights drawn from `rng`: A, then for each block query, key,
    /// value, output, W1 and W2, then B; the draws do not depend on α.
    ///
    /// Consumes `m vocabulary + depth (4 + 2 f) m² + m d` standard normals.
    ///
    /// # Errors
    /// Returns [`SettingError`] if α is not finite or not below 1.
    ///
    /// # Panics
    /// Panics if a size is 0, the width is odd or not a multiple of the heads, or rows are longer
    /// than 10,000.
    pub fn try_init_with(
        &self,
        device: &Device,
        rng: &mut impl Rng,
    ) -> Result<OverparamTransformer, SettingError> {
        let activation = LeakyReluRescaledConfig::new()
            .with_alpha(self.alpha)
            .try_init()?;
        self.assert_sizes();
        let m = self.width;
        let sizes = BlockSizes {
            width: m,
            heads: self.heads,
            expansion: self.expansion,
            depth: self.depth,
        };
        let embedding = RescaledInit::Input.param(self.vocabulary, m, device, rng);
        let blocks = (0..self.depth).map(|_| sizes.block(device, rng)).collect();
        let readout = RescaledInit::Output.param(m, self.classes, device, rng);
        Ok(OverparamTransformer {
            embedding: embedding.set_require_grad(false),
            positions: PositionalEncodingConfig::new(m)
                .with_max_sequence_size(self.max_length)
                .with_max_timescale(TIMESCALE)
                .init(device),
            blocks,
            readout: readout.set_require_grad(false),
            activation,
        })
    }

    fn assert_sizes(&self) {
        let sizes = [
            self.vocabulary,
            self.width,
            self.classes,
            self.depth,
            self.heads,
            self.expansion,
            self.max_length,
        ];
        assert!(
            !sizes.contains(&0),
            "an OverparamTransformer needs vocabulary, width, classes, depth, heads, expansion and \
             max_length of at least 1: {self}"
        );
        let (width, heads) = (self.width, self.heads);
        assert!(
            width.is_multiple_of(2) && width.is_multiple_of(heads),
            "width = {width}: an OverparamTransformer with {heads} heads needs an even multiple of \
             their number"
        );
        assert!(
            self.max_length <= TIMESCALE,
            "max_length = {}: an OverparamTransformer supports at most {TIMESCALE} positions",
            self.max_length
        );
    }
}

/// The slowest sinusoid turns by one radian in about as many positions.
const TIMESCALE: usize = 10_000;
