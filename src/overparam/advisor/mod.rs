//! Recommends slope α, step and length of a training, with arguments for and against.
//!
//! Pass [`Advisor`] a budget and data, or the few numbers that the theorems need. The [`Advice`]
//! combines the closed form of [`infinite_width`](super::infinite_width), which is computed for the
//! data, with the bounds of [`theory`](super::theory), which hold for all data up to unknown
//! constants.

mod advice;
mod advise;
mod budget;
mod display;
mod distinct;
mod judge;
mod maps;
mod predict;
mod separation;
mod text;

pub use advice::{
    Advice, CalibratedAdvice, DataSummary, HeldOut, Predicted, PredictedCurve, PredictedPoint,
    RunEpochs, SlopeAdvice, TheoremAdvice,
};
pub use advise::Advisor;
pub use budget::{Budget, Calibration, Facts};
pub use distinct::{DistinctRows, Duplicates, Merged};
pub use maps::MapTrial;
pub use predict::RowSplit;
pub use separation::Separation;

#[cfg(test)]
mod tests;
