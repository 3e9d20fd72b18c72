//! **fireweed** extends the [Burn](https://burn.dev) deep-learning framework.
//!
//! It has three parts:
//!
//! - rescaled leaky ReLU networks, whose activation [`LeakyReluRescaled`](nn::LeakyReluRescaled)
//!   trains fastest as the absolute value, α = −1;
//! - generation of graphs by unpooling, from the layer
//!   [`UnpoolingLayer`](nn::unpooling::UnpoolingLayer) to trained generators of molecules;
//! - a laboratory for algorithms that set prices, without Burn.
//!
//! | module | content | feature |
//! |---|---|---|
//! | [`device`] | a Burn device by name, with typed errors | `nn` |
//! | [`graph`] | batches of graphs, pooling, random graphs, statistics | `nn` |
//! | [`generative`] | models that generate graphs, and their critics | `nn` |
//! | [`nn`] | layers to embed in any Burn module | `nn` |
//! | [`testing`] | gradient and equivariance checks for layers | `nn` |
//! | [`overparam`] | Algorithm 1 networks, their losses and theory, advice on training | `nn` |
//! | `molecule` | molecules as graphs: SMILES, validity, properties, pictures | `molecules` |
//! | [`data`] | data sets: find, download, decode; synthetic data | `train` |
//! | [`train`] | training in Burn's Learner: loaders, metrics, checkpoints, resume | `train` |
//! | [`evaluate`] | evaluation of generated graphs against the data | `train`, `molecules` |
//! | [`study`] | studies: repeated trainings and their comparison | `train` |
//! | [`report`] | pictures as SVG and PNG, tables as text and Markdown | `report`; tables alone: `tables` |
//! | `pricing` | pricing algorithms in two-sided markets, without Burn | `pricing`; without pictures: `pricing-core` |
//!
//! Layers of [`nn`] act on batches of [`graph`]; [`generative`] combines them into models,
//! [`train`] trains these, [`evaluate`] compares their samples with the data, and [`study`] runs
//! whole experiments on the data sets of [`data`].
//!
//! Backends are Cargo features (`flex`, `ndarray`, `wgpu`, `vulkan`, `metal`, `cuda`). Since Burn
//! 0.22 a backend is a value, not a type parameter: every constructor takes a `&Device`, and one
//! binary runs on every backend that is compiled in.

#![cfg_attr(docsrs, feature(doc_cfg))]
// The docs above link to modules that a smaller set of features omits.
#![cfg_attr(not(feature = "train"), allow(rustdoc::broken_intra_doc_links))]

#[cfg(feature = "train")]
pub mod data;
#[cfg(feature = "nn")]
pub mod device;
mod error;
#[cfg(any(feature = "molecules", feature = "train"))]
pub mod evaluate;
#[cfg(feature = "tables")]
mod files;
#[cfg(feature = "nn")]
pub mod generative;
#[cfg(feature = "nn")]
pub mod graph;
#[cfg(feature = "nn")]
mod kernel;
#[cfg(feature = "molecules")]
pub mod molecule;
#[cfg(feature = "nn")]
pub mod nn;
#[cfg(any(feature = "molecules", feature = "nn", feature = "pricing-core"))]
mod one_line;
#[cfg(feature = "nn")]
pub mod overparam;
#[cfg(feature = "pricing-core")]
pub mod pricing;
#[cfg(feature = "tables")]
pub mod report;
#[cfg(feature = "train")]
pub mod study;
#[cfg(feature = "nn")]
pub mod testing;
#[cfg(feature = "train")]
pub mod train;

#[cfg(any(feature = "molecules", feature = "tables"))]
pub use error::FileError;
pub use error::SettingError;

/// The code of the README, compiled and run as tests.
#[cfg(all(doctest, feature = "train", feature = "flex"))]
#[doc = include_str!("../README.md")]
struct Readme;

/// The code of the examples page, compiled and run as tests.
#[cfg(all(doctest, feature = "train", feature = "molecules", feature = "flex"))]
#[doc = include_str!("../examples/README.md")]
struct ExamplesReadme;

/// The code of the pricing page, compiled and run as tests.
#[cfg(all(doctest, feature = "pricing-core"))]
#[doc = include_str!("pricing/README.md")]
struct PricingReadme;
