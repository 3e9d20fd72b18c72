//! Bounds of Guo, Li, Lerman (2024): how α, the data and the network affect the speed of training.
//!
//! The theorems contain unknown constants. They are parameters here, 1 unless
//! [calibrated](CalibratedRate), so results compare settings and are not predictions. For
//! predictions on one data set see [`infinite_width`](super::infinite_width).
//!
//! | topic | item |
//! |---|---|
//! | jump of the slope | [`derivative_gap`], [`squared_gap`] |
//! | rate, width, step and number of steps | [`Bound`] |
//! | generalization | [`Generalization`] |
//! | rate of a run | [`Rate::observed`], [`CalibratedRate`] |
//! | improvement over earlier bounds | [`improvement_over_earlier_bounds`] |

mod bound;
mod calibration;
mod earlier;
mod gap;
mod generalization;
mod rate;
mod setting;
mod width;

pub use bound::{Bound, Constants};
pub use calibration::CalibratedRate;
pub use earlier::improvement_over_earlier_bounds;
pub use gap::{derivative_gap, squared_gap};
pub use generalization::{Generalization, GeneralizationConstants, GeneralizationTerms};
pub use rate::Rate;
pub use setting::{Optimizer, Setting};

use super::OverparamError;

fn positive(what: &'static str, value: f64) -> Result<f64, OverparamError> {
    match value.is_finite() && value > 0.0 {
        true => Ok(value),
        false => Err(OverparamError::setting(
            what,
            value,
            "a finite number above 0",
        )),
    }
}

#[cfg(test)]
mod tests;
