use super::PricingError;
use crate::SettingError;

/// Checks that a number is finite; `place` is evaluated only on failure.
pub(super) fn check_finite(value: f64, place: impl FnOnce() -> String) -> Result<(), PricingError> {
    match value.is_finite() {
        true => Ok(()),
        false => Err(PricingError::Value {
            place: place(),
            value,
            expected: "give a finite number",
        }),
    }
}

/// Checks that a number is a valid discount factor.
pub(super) fn check_delta(delta: f64) -> Result<(), PricingError> {
    const EXPECTED: &str = "a discount factor is at least 0 and below 1";
    match (0.0..1.0).contains(&delta) {
        true => Ok(()),
        false => Err(SettingError::new("delta", delta, EXPECTED).into()),
    }
}
