use crate::pricing::{
    PricingError,
    market::{BySide, Market, MarketBuilder},
};

fn message(builder: MarketBuilder) -> String {
    builder.build().unwrap_err().to_string()
}

#[test]
fn markets_of_invalid_size_are_rejected() {
    assert_eq!(
        message(Market::builder(0, 1)),
        "a market with 0 platforms: give at least 1"
    );
    assert_eq!(
        message(Market::builder(2, 0)),
        "a market with 0 sides: give at least 1"
    );
    let huge = Market::builder(2, usize::MAX)
        .cross_externality(0.1)
        .build();
    assert!(matches!(
        huge,
        Err(PricingError::MarketTooLarge { limit: 256, .. })
    ));
    assert!(Market::symmetric(16, 16).is_ok());
}

#[test]
fn heterogeneity_must_be_above_0() {
    for value in [0.0, -0.25] {
        let text = message(Market::builder(2, 2).heterogeneity([0.25, value]));
        assert!(text.starts_with(&format!("heterogeneity[1] is {value}: ")));
    }
    assert_eq!(
        message(Market::builder(2, 1).heterogeneity(0.0)),
        "heterogeneity[0] is 0: it is the scale of users' tastes and must be above 0, for example \
         0.25"
    );
    // So small that dividing utilities by it overflows.
    assert!(
        message(Market::builder(2, 1).heterogeneity(1e-310)).contains("heterogeneity[0] is inf")
    );
}

#[test]
fn numbers_that_are_not_finite_are_named() {
    let base = || Market::builder(2, 2);
    let nan = f64::NAN;
    assert_eq!(
        message(base().cost([[1.0, 1.0], [nan, 1.0]])),
        "cost[1][0] is NaN: give a finite number"
    );
    assert_eq!(
        message(base().quality([1.0, f64::INFINITY])),
        "quality[1] is inf: give a finite number"
    );
    assert_eq!(
        message(base().outside(nan)),
        "outside is NaN: give a finite number"
    );
    assert_eq!(
        message(base().heterogeneity(nan)),
        "heterogeneity is NaN: give a finite number"
    );
    assert_eq!(
        message(base().externality(&[[0.0, 0.1], [-f64::INFINITY, 0.0]])),
        "externality[1][0] is -inf: give a finite number"
    );
}

#[test]
fn lists_of_wrong_length_are_named() {
    let base = || Market::builder(2, 2);
    assert_eq!(
        message(base().cost([1.0, 1.0, 1.0])),
        "cost has 3 entries, but needs 2, one for each of the sides"
    );
    assert_eq!(
        message(base().cost([[1.0, 1.0]])),
        "cost has 1 entries, but needs 2, one for each of the platforms"
    );
    assert_eq!(
        message(base().quality(vec![vec![1.0, 1.0], vec![1.0]])),
        "quality[1] has 1 entries, but needs 2, one for each of the sides"
    );
    assert_eq!(
        message(base().externality(&[[0.0, 0.1]])),
        "externality has 1 entries, but needs 2, one for each of the sides"
    );
    assert_eq!(
        message(base().externality(&[[0.0], [0.1]])),
        "externality[0] has 1 entries, but needs 2, one for each of the sides"
    );
    let shared = message(base().outside([[0.0, 0.0], [0.0, 0.0]]));
    assert!(
        shared.contains("outside is a list of 2 lists, but is the same for all platforms"),
        "{shared}"
    );
    assert!(BySide::from_rows::<[f64; 1]>(&[]).is_err());
    assert!(BySide::from_rows(&[[0.0; 0]]).is_err());
}

#[test]
fn overflow_is_an_error_and_not_an_endless_loop() {
    let market = Market::builder(2, 1).quality(1e308).build().unwrap();
    let error = market.outcome(&BySide::uniform(2, &[-1e308])).unwrap_err();
    assert!(matches!(error, PricingError::NotSettled { .. }), "{error}");
}

#[test]
fn a_missing_platform_is_rejected() {
    let market = Market::symmetric(2, 1).unwrap();
    assert_eq!(
        market.only(2).unwrap_err().to_string(),
        "there is no platform 2: the market has 2, counted from 0"
    );
}

#[test]
fn invalid_shares_have_no_slope() {
    let market = Market::symmetric(2, 1).unwrap();
    for shares in [[2.0, 0.1], [0.7, 0.4], [-0.1, 0.5]] {
        let shares = BySide::from_rows(&shares.map(|share| [share])).unwrap();
        let error = market.demand_slope(&shares).unwrap_err().to_string();
        assert!(error.starts_with("invalid shares: "), "{error}");
    }
    let all = BySide::from_rows(&[[0.5], [0.5]]).unwrap();
    assert!(market.demand_slope(&all).is_ok());
}
