use serde::{Deserialize, Serialize};

/// An experiment of the dissertation on leaky ReLUs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Experiment {
    /// Gradient descent on the synthetic function.
    Synthetic,
    /// Stochastic gradient descent on Fashion-MNIST.
    Fmnist,
    /// Likewise on MNIST.
    Mnist,
    /// The convolutional network on CIFAR-10.
    Cifar10,
    /// Gradient descent on house prices.
    Housing,
    /// The recurrent network on film reviews.
    ImdbRnn,
    /// The transformer encoder on film reviews.
    ImdbTransformer,
    /// The measured rate over α beside the theorem's shape.
    Rates,
    /// How width and depth change the rate.
    WidthDepth,
    /// The re-weighted loss.
    Loss,
    /// Your own data; not an experiment of the dissertation.
    Own,
}

impl Experiment {
    /// All experiments of the dissertation, in the order of a report.
    pub const ALL: [Self; 10] = [
        Self::Synthetic,
        Self::Fmnist,
        Self::Mnist,
        Self::Cifar10,
        Self::Housing,
        Self::ImdbRnn,
        Self::ImdbTransformer,
        Self::Rates,
        Self::WidthDepth,
        Self::Loss,
    ];

    /// The name for commands and folders.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Synthetic => "synthetic",
            Self::Fmnist => "fmnist",
            Self::Mnist => "mnist",
            Self::Cifar10 => "cifar10",
            Self::Housing => "housing",
            Self::ImdbRnn => "imdb-rnn",
            Self::ImdbTransformer => "imdb-transformer",
            Self::Rates => "rates",
            Self::WidthDepth => "width-depth",
            Self::Loss => "loss",
            Self::Own => "own",
        }
    }

    /// The headline in a report.
    pub fn title(self) -> &'static str {
        match self {
            Self::Synthetic => "Synthetic function, fully connected network",
            Self::Fmnist => "Fashion-MNIST, fully connected network",
            Self::Mnist => "MNIST, fully connected network",
            Self::Cifar10 => "CIFAR-10, convolutional network",
            Self::Housing => "California housing, fully connected network",
            Self::ImdbRnn => "IMDb reviews, recurrent network",
            Self::ImdbTransformer => "IMDb reviews, transformer encoder",
            Self::Rates => "Rate of convergence over α",
            Self::WidthDepth => "Width and depth",
            Self::Loss => "Re-weighted loss",
            Self::Own => "Your own data",
        }
    }

    /// What is asked, in a sentence or two.
    pub fn question(self) -> &'static str {
        match self {
            Self::Synthetic => {
                "Gradient descent on the sum of squared errors of a known function of five normal \
                 coordinates, the first published experiment."
            }
            Self::Fmnist => {
                "Stochastic gradient descent on the cross-entropy of a subset of Fashion-MNIST, the \
                 published second experiment."
            }
            Self::Mnist => "The same network on handwritten digits.",
            Self::Cifar10 => {
                "Four convolutions and two linear layers on a subset of CIFAR-10, the third \
                 published experiment. The published cut of VGG19 is not known in detail; this one is ours."
            }
            Self::Housing => {
                "Gradient descent on house prices, features and prices standardized. Both the \
                 published network for these data and its step are unknown; these are ours."
            }
            Self::ImdbRnn => {
                "Whether a film review is good, from its last words, read one by one: few words, since a \
                 recurrent network keeps its signal only as long as the square of their number does not \
                 exceed its width. They say little of the verdict, so look at the training loss. The \
                 published recurrent network is unknown; this one is ours."
            }
            Self::ImdbTransformer => {
                "The same reviews, read at once by a small transformer encoder. The published \
                 transformer is unknown; this one is ours."
            }
            Self::Rates => {
                "The theorem bounds the rate at which the loss falls by 1 − γ = C g(α) with \
                 g(α) = (1 − α)²/(1 + α²), largest at α = −1. Does the measured rate \
                 γ̂ = (L_end/L_tenth)^(1/steps) have this shape?"
            }
            Self::WidthDepth => {
                "In the theorem wider networks allow smaller steps and nothing else, and deeper ones \
                 learn more slowly. How does the measured rate change when the step follows the \
                 largest stable one?"
            }
            Self::Loss => {
                "The sum of exp(squared error/τ) instead of the sum of squared errors, our reading of \
                 the published re-weighted loss. Losses shown are still squared errors."
            }
            Self::Own => "Which slope trains fastest on these data, each at its best step?",
        }
    }
}
