use crate::pricing::PricingError;

/// Checks the length of a list; `place` is evaluated only on failure.
pub(super) fn check_length(
    found: usize,
    expected: usize,
    what: &'static str,
    place: impl FnOnce() -> String,
) -> Result<(), PricingError> {
    match found == expected {
        true => Ok(()),
        false => Err(PricingError::Length {
            place: place(),
            what,
            expected,
            found,
        }),
    }
}
