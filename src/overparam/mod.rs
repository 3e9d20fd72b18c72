//! Overparameterized networks with rescaled leaky ReLUs: models, losses and theory of Guo, Li and
//! Lerman (arXiv 2402.11942).
//!
//! [`OverparamMlp`] is the network of the algorithm; [`OverparamCnn`], [`OverparamRnn`] and
//! [`OverparamTransformer`] use its scaling for images and tokens. All implement
//! [`ClassifierNetwork`], the trait that trainers require.
//!
//! [`advisor`] recommends slope, step and length of training, based on [`theory`], the published
//! bounds, and on [`infinite_width`], training in closed form.
//!
//! The slope −1 has been used elsewhere: Berngardt (arXiv 2304.11758) reports that LeNet-like
//! networks with the absolute value reach a higher accuracy on MNIST than with ReLU, tanh or SELU,
//! with fewer parameters. Their training fluctuates and needed an adapted Adam.

pub mod advisor;
mod classifier_network;
mod cnn;
mod embedded_mlp;
mod error;
pub mod infinite_width;
mod input_map;
pub mod loss;
mod mlp;
mod rnn;
mod seeded_init;
pub mod theory;
mod token_mask;
mod transformer;

use seeded_init::seeded_init;

pub use classifier_network::ClassifierNetwork;
pub use cnn::{OverparamCnn, OverparamCnnConfig};
pub use embedded_mlp::EmbeddedMlp;
pub use error::OverparamError;
pub use input_map::InputMap;
pub use mlp::{OverparamMlp, OverparamMlpConfig};
pub use rnn::{OverparamRnn, OverparamRnnConfig, RecurrentLayer};
pub use transformer::{EncoderBlock, OverparamTransformer, OverparamTransformerConfig};

#[cfg(test)]
#[cfg(feature = "flex")]
mod descent_tests;
#[cfg(test)]
#[cfg(feature = "flex")]
mod network_testing;
