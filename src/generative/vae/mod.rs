//! Variational autoencoders of graphs with an unpooling decoder: [`Vae`], its [`Encoder`] and the
//! [`LatentPrior`] of codes. [`train::vae`](crate::train::vae) trains them.

mod encoder;
mod model;
mod prior;

pub use encoder::{Encoder, EncoderConfig};
pub use model::{Posterior, Vae, VaeConfig};
pub use prior::{Covariance, LatentPrior};
