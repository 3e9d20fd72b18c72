//! What the theorems of Guo, Li, Lerman (2024) say: how α, the data and the network change the
//! speed of training.
//!
//! The theorems hide unknown constants. Here they are parameters, 1 unless somebody
//! [calibrates](CalibratedRate) them, so results compare settings and are not predictions. For
//! numbers of one data set see [`infinite_width`](super::infinite_width).
//!
//! | question | answer |
//! |---|---|
//! | how large is the jump of the slope? | [`derivative_gap`], [`squared_gap`] |
//! | how fast, how wide, which step, how long? | [`Bound`] |
//! | what of new data? | [`Generalisation`] |
//! | and in my run? | [`Rate::observed`], [`CalibratedRate`] |
//! | better than before? | [`improvement_over_earlier_bounds`] |

mod bound;
mod calibration;
mod earlier;
mod error;
mod gap;
mod generalisation;
mod rate;
mod setting;
mod width;

pub use bound::{Bound, Constants};
pub use calibration::CalibratedRate;
pub use earlier::improvement_over_earlier_bounds;
pub use error::TheoryError;
pub use gap::{derivative_gap, squared_gap};
pub use generalisation::{Generalisation, GeneralisationConstants, GeneralisationTerms};
pub use rate::Rate;
pub use setting::{Optimiser, Setting};

#[cfg(test)]
mod tests;
