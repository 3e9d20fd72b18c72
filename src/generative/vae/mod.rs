//! Variational autoencoders of graphs whose decoder unpools.

mod encoder;
mod model;
mod prior;

pub use encoder::{Encoder, EncoderConfig};
pub use model::{Posterior, Vae, VaeConfig};
pub use prior::{Covariance, LatentPrior};
