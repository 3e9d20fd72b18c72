use burn::{
    config::Config,
    nn::{BatchNormConfig, Initializer, LayerNormConfig},
    tensor::Device,
};

use serde::{Deserialize, Serialize};

use super::{Critic, body::Body, pullback::Norm, trivial::Trivial};
use crate::{
    generative::GenerativeError,
    nn::{GatedReadoutConfig, MpnnLayerConfig, dense::DenseStyle, dense::linear_initializer},
};

/// How hidden features of a critic are normalized.
#[derive(Config, Debug, Copy, PartialEq, Eq)]
pub enum CriticNorm {
    /// No normalization.
    None,
    /// Batch normalization over nodes, as in the authors' program. The graphs of a batch then
    /// depend on each other, and so does the input gradient of each.
    Batch,
    /// Layer normalization over the features of each node; graphs stay independent of each other.
    Layer,
}

/// A second critic, on sums over nodes and edges and on their numbers, added to the first.
// Not derived from `Config`, which has no `serde(alias)` for the former name of a field.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TrivialFeatures {
    /// Width of its hidden layer. Default: 256.
    pub hidden: usize,
    /// Whether a gradient penalty includes it; in the authors' program it does not. Default:
    /// `true`.
    #[serde(alias = "penalised")]
    pub penalized: bool,
}

impl Config for TrivialFeatures {}

impl Default for TrivialFeatures {
    fn default() -> Self {
        Self {
            hidden: 256,
            penalized: true,
        }
    }
}

impl TrivialFeatures {
    /// Creates the default configuration.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets [`hidden`](Self::hidden).
    pub fn with_hidden(mut self, hidden: usize) -> Self {
        self.hidden = hidden;
        self
    }

    /// Sets [`penalized`](Self::penalized).
    pub fn with_penalized(mut self, penalized: bool) -> Self {
        self.penalized = penalized;
        self
    }
}

/// Configuration of a [`Critic`].
#[derive(Config, Debug)]
pub struct CriticConfig {
    /// Number of features of a node.
    pub node_features: usize,
    /// Number of features of an edge; may be 0.
    pub edge_features: usize,
    /// Widths of the message passing layers. Default: 128, 128.
    #[config(default = "vec![128, 128]")]
    pub widths: Vec<usize>,
    /// Width of the gated readout. Default: 128.
    #[config(default = 128)]
    pub readout: usize,
    /// Widths of the hidden layers after the readout. Default: 256.
    #[config(default = "vec![256]")]
    pub hidden: Vec<usize>,
    /// Normalization of the message passing layers. Default: over the features of each node.
    #[config(default = "CriticNorm::Layer")]
    pub norm: CriticNorm,
    /// Whether the hidden layers after the readout are normalized in the same way. Default:
    /// `false`.
    #[config(default = false)]
    pub hidden_norm: bool,
    /// Share of hidden features that are zeroed in training. Default: 0.
    #[config(default = 0.0)]
    pub dropout: f64,
    /// Whether the hidden layers after the readout have dropout too. Default: `false`.
    #[config(default = false)]
    pub hidden_dropout: bool,
    /// Scale of the scores of each of the two critics, `tanh(score / scale)`, which lie between −1
    /// and 1; `None` for unbounded scores. The authors' QM9 critic has 4. Default: `None`.
    #[config(default = "None")]
    pub squash: Option<f64>,
    /// A second critic on sums over nodes and edges. Default: with hidden width 256.
    #[config(default = "Some(TrivialFeatures::new())")]
    pub trivial: Option<TrivialFeatures>,
    /// Slope of the leaky ReLUs for negative values. Default: 0.05.
    #[config(default = 0.05)]
    pub negative_slope: f64,
    /// Initializer of the weights. Default: that of Burn's linear layers.
    #[config(default = "linear_initializer()")]
    pub initializer: Initializer,
}

impl CriticConfig {
    /// Creates the critic.
    ///
    /// # Errors
    /// Returns [`GenerativeError::Setting`] if a width is 0, the dropout is not in [0, 1), or the
    /// scale of the scores is not above 0.
    pub fn try_init(&self, device: &Device) -> Result<Critic, GenerativeError> {
        let widths = self.widths.iter().chain(&self.hidden);
        let widths = widths.chain([&self.node_features, &self.readout]);
        let trivial = self.trivial.as_ref().map(|trivial| &trivial.hidden);
        if widths.chain(trivial).any(|&width| width == 0) {
            let (a, b) = (&self.widths, &self.hidden);
            let found = format!("{a:?} and {b:?}, read-out {}", self.readout);
            return Err(GenerativeError::setting(
                "critic widths",
                found,
                "every width is at least 1",
            ));
        }
        if !(0.0..1.0).contains(&self.dropout) {
            return Err(GenerativeError::setting(
                "critic dropout",
                self.dropout,
                "a number from 0 to below 1",
            ));
        }
        if let Some(scale) = self.squash.filter(|&scale| scale.is_nan() || scale <= 0.0) {
            return Err(GenerativeError::setting(
                "squash",
                scale,
                "a scale above 0, such as 4",
            ));
        }
        let style = DenseStyle {
            batch_norm: false,
            negative_slope: self.negative_slope,
            initializer: &self.initializer,
            device,
        };
        let mut inputs = self.node_features;
        let mut convolutions = Vec::new();
        for &width in &self.widths {
            let layer = MpnnLayerConfig::new(inputs, self.edge_features, width)
                .with_initializer(self.initializer.clone());
            convolutions.push((layer.init(device), self.norm(width, device)));
            inputs = width;
        }
        let readout = GatedReadoutConfig::new(inputs + self.node_features, self.readout)
            .with_initializer(self.initializer.clone());
        let mut hidden = Vec::new();
        let mut inputs = self.readout;
        for &width in &self.hidden {
            let norm = self.hidden_norm.then(|| self.norm(width, device)).flatten();
            hidden.push((style.linear(inputs, width), norm));
            inputs = width;
        }
        Ok(Critic {
            body: Body {
                convolutions,
                readout: readout.init(device),
                hidden,
                output: style.linear(inputs, 1),
                dropout: self.dropout,
                hidden_dropout: self.hidden_dropout,
                negative_slope: self.negative_slope,
                squash: self.squash,
            },
            trivial: self.trivial.as_ref().map(|trivial| Trivial {
                hidden: style.linear(self.node_features + self.edge_features + 2, trivial.hidden),
                output: style.linear(trivial.hidden, 1),
                negative_slope: self.negative_slope,
                squash: self.squash,
                penalized: trivial.penalized,
            }),
            node_features: self.node_features,
            edge_features: self.edge_features,
        })
    }

    /// Creates the critic.
    ///
    /// # Panics
    /// Panics if the settings are invalid; [`try_init`](Self::try_init) returns the error instead.
    pub fn init(&self, device: &Device) -> Critic {
        match self.try_init(device) {
            Ok(critic) => critic,
            Err(error) => panic!("{error}"),
        }
    }

    fn norm(&self, width: usize, device: &Device) -> Option<Norm> {
        match self.norm {
            CriticNorm::None => None,
            CriticNorm::Batch => Some(Norm::Batch(BatchNormConfig::new(width).init(device))),
            CriticNorm::Layer => Some(Norm::Layer(LayerNormConfig::new(width).init(device))),
        }
    }
}
