use crate::pricing::PricingError;

/// Checks that a count has the expected value.
pub(super) fn check_count(
    what: &'static str,
    found: usize,
    expected: usize,
) -> Result<(), PricingError> {
    match found == expected {
        true => Ok(()),
        false => Err(miscounted(what, found, expected)),
    }
}

/// Returns the error for a count that does not have the expected value.
pub(super) fn miscounted(what: &'static str, found: usize, expected: usize) -> PricingError {
    PricingError::Count {
        found,
        what: what.to_owned(),
        expected,
        remedy: "analyze results with the game that they belong to",
    }
}

/// Checks that a number of periods is at most `most`.
pub(super) fn check_most(
    what: &'static str,
    found: usize,
    most: usize,
) -> Result<(), PricingError> {
    match found <= most {
        true => Ok(()),
        false => Err(PricingError::TooManyPeriods { what, found, most }),
    }
}

/// Checks that an index is below a count.
pub(super) fn check_below(
    what: &'static str,
    found: usize,
    count: usize,
) -> Result<(), PricingError> {
    match found < count {
        true => Ok(()),
        false => Err(PricingError::NoSuch { what, found, count }),
    }
}
