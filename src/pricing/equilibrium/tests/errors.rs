use crate::pricing::{
    PricingError,
    equilibrium::{competition, monopoly, symmetric_competition},
    market::Market,
};

#[test]
fn the_symmetric_formula_rejects_platforms_that_differ() {
    let market = Market::builder(2, 1).cost([[1.0], [0.5]]).build().unwrap();
    let error = symmetric_competition(&market).unwrap_err();
    assert!(matches!(error, PricingError::NotSymmetric), "{error}");
}

#[test]
fn numbers_that_overflow_are_an_error() {
    let market = Market::builder(2, 1)
        .quality(1e308)
        .cost(-1e308)
        .build()
        .unwrap();
    let error = competition(&market).unwrap_err();
    assert!(
        matches!(error, PricingError::NotConverged { .. }),
        "{error}"
    );
}

#[test]
fn a_missing_platform_has_no_monopoly() {
    let error = monopoly(&Market::symmetric(2, 1).unwrap(), 5).unwrap_err();
    let expected = "there is no platform 5: the market has 2, counted from 0";
    assert_eq!(error.to_string(), expected);
}
