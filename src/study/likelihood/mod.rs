//! Maximum likelihood training of a distribution over graphs, in a resumable folder.

#[cfg(feature = "molecules")]
mod codec;
#[cfg(feature = "molecules")]
mod molecules;
mod output;
mod placed;
#[cfg(feature = "pretrained")]
mod pretrained;
mod study;
mod timing;
mod weights;

#[cfg(feature = "molecules")]
pub use codec::{MoleculeCodec, UnknownKind};
#[cfg(feature = "molecules")]
pub use molecules::{MoleculeLikelihood, draw_molecules};
pub use placed::PlacedLikelihood;
#[cfg(feature = "pretrained")]
pub use pretrained::pretrained_qm9;
pub use study::{LikelihoodStudy, LikelihoodStudyConfig, LikelihoodTask};
pub use timing::{StepTiming, time_steps};
pub use weights::{MODEL_DESCRIPTION, MODEL_WEIGHTS, ModelDescription, load_model, save_model};
