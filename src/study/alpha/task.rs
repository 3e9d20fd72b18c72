use serde::{Deserialize, Serialize};

use crate::{
    data::{ImageDataset, SyntheticFunction},
    overparam::InputMap,
};

/// What is learned, by which network.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "task", rename_all = "kebab-case")]
pub enum Task {
    /// Classes of images.
    Images {
        /// The data set.
        dataset: ImageDataset,
        /// The network.
        network: ImageNetwork,
    },
    /// Whether film reviews of IMDb are good.
    Reviews {
        /// The network.
        network: TextNetwork,
        /// Words that are told apart, those of the training texts that are most frequent.
        vocabulary: usize,
        /// Words of a review that are read, from its end.
        length: usize,
    },
    /// Numbers.
    Regression {
        /// The data set.
        table: RegressionTable,
        /// How rows enter the network.
        input_map: InputMap,
        /// What gradient descent makes smaller.
        loss: RegressionLossKind,
    },
}

/// A network for images.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "network")]
pub enum ImageNetwork {
    /// [`OverparamMlp`](crate::overparam::OverparamMlp) on rows of pixels.
    Mlp {
        /// How rows enter the network.
        input_map: InputMap,
    },
    /// [`OverparamCnn`](crate::overparam::OverparamCnn); its depth counts convolutions.
    Cnn,
}

/// A network for texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "network")]
pub enum TextNetwork {
    /// [`OverparamRnn`](crate::overparam::OverparamRnn).
    Rnn,
    /// [`OverparamTransformer`](crate::overparam::OverparamTransformer).
    Transformer {
        /// Attention heads.
        heads: usize,
    },
}

/// A data set of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RegressionTable {
    /// The synthetic function of Guo, Li, Lerman (2024), with normal inputs.
    Synthetic,
    /// The same function on the unit sphere.
    SyntheticOnSphere,
    /// House prices in California; features and prices are standardised.
    CaliforniaHousing,
}

impl RegressionTable {
    /// The function that is sampled, where it is one.
    pub(super) fn function(self) -> Option<SyntheticFunction> {
        let function = |unit_sphere| Some(SyntheticFunction { unit_sphere });
        match self {
            Self::Synthetic => function(false),
            Self::SyntheticOnSphere => function(true),
            Self::CaliforniaHousing => None,
        }
    }
}

/// A loss of regression.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "loss")]
pub enum RegressionLossKind {
    /// The sum of squared errors.
    Squared,
    /// [`ReweightedLoss`](crate::overparam::loss::ReweightedLoss).
    Reweighted {
        /// Its temperature.
        temperature: f64,
    },
}

impl Task {
    /// What losses are, for axes and tables.
    pub fn loss_name(&self) -> &'static str {
        match self {
            Self::Images { .. } | Self::Reviews { .. } => "mean cross-entropy (nats)",
            Self::Regression { .. } => "mean squared error",
        }
    }

    /// Whether classes are learned, so that there is an accuracy.
    pub fn is_classification(&self) -> bool {
        !matches!(self, Self::Regression { .. })
    }

    /// Whether the closed form at infinite width describes the training.
    pub fn is_predictable(&self) -> bool {
        let squared = RegressionLossKind::Squared;
        matches!(self, Self::Regression { loss, .. } if *loss == squared)
    }

    /// What one sample is called.
    pub(super) fn samples_are(&self) -> &'static str {
        match self {
            Self::Images { .. } => "images",
            Self::Reviews { .. } => "reviews",
            Self::Regression { .. } => "rows",
        }
    }
}
