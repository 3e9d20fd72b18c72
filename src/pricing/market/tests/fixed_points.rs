use proptest::prelude::*;

use super::random::markets_and_prices;
use crate::pricing::market::{BySide, Market};

/// Two identical platforms with one side whose users have a positive externality.
fn tipping(phi: f64) -> Market {
    Market::builder(2, 1).externality(&[[phi]]).build().unwrap()
}

#[test]
fn strong_externalities_tip_the_market() {
    let (market, prices) = (tipping(1.0), BySide::uniform(2, &[1.5]));
    assert!(!market.uniqueness().is_certain());
    let found = market.fixed_points(&prices).unwrap();
    assert!(found.are_several() && found.selects_first && !found.is_complete);
    // The even split, selected because both platforms are identical, is unstable.
    let even = &found.points[0];
    assert_eq!(even.shares[(0, 0)], even.shares[(1, 0)]);
    assert!(!even.is_stable());
    // Real eigenvalue n Phi / theta, the criterion for tipping.
    assert!((even.largest_real_part - even.shares[(0, 0)] / 0.25).abs() < 1e-9);
    let stable: Vec<_> = found
        .points
        .iter()
        .filter(|point| point.is_stable())
        .collect();
    assert_eq!(stable.len(), 2);
    // The other two points are mirror images.
    assert!((stable[0].shares[(0, 0)] - stable[1].shares[(1, 0)]).abs() < 1e-9);
    assert!((stable[0].shares[(0, 0)] - stable[0].shares[(1, 0)]).abs() > 0.5);
}

#[test]
fn weak_externalities_do_not_tip_the_market() {
    let (market, prices) = (tipping(0.4), BySide::uniform(2, &[1.5]));
    assert!(market.uniqueness().is_certain());
    let found = market.fixed_points(&prices).unwrap();
    assert!(found.is_complete && !found.are_several() && found.points[0].is_stable());
    assert!(!market.has_several_fixed_points(&prices).unwrap());
    assert!(tipping(1.0).has_several_fixed_points(&prices).unwrap());
}

#[test]
fn uniqueness_depends_on_the_product_of_cross_externalities() {
    let market = |phi_12: f64, phi_21: f64| {
        let phi = [[0.0, phi_12], [phi_21, 0.0]];
        Market::builder(2, 2)
            .heterogeneity([0.25, 0.5])
            .externality(&phi)
            .build()
            .unwrap()
    };
    // |Phi_12 Phi_21| against 4 theta_1 theta_2 = 0.5, one of them far above the sup norm's bound.
    let below = market(3.0, 0.49 / 3.0).uniqueness();
    assert!(below.is_certain() && below.sup_norm > 1.0);
    assert!(!market(3.0, 0.51 / 3.0).uniqueness().is_certain());
    assert!((below.spectral - (0.49_f64 / 0.5).sqrt()).abs() < 1e-9);
}

#[test]
fn damping_finds_the_fixed_point_under_congestion() {
    let market = tipping(-4.0);
    assert!(!market.uniqueness().is_certain());
    let prices = BySide::from_rows(&[[0.8], [1.0]]).unwrap();
    let settled = market.participation(&prices).unwrap();
    assert!(settled.residual < 1e-11);
    let found = market.fixed_points(&prices).unwrap();
    assert_eq!(found.points.len(), 1);
    // Stable for users who adjust gradually, not if all revise at once.
    assert!(found.points[0].is_stable() && found.points[0].spectral_radius > 1.0);
}

/// Returns the number of roots of a function, counted by sign changes on a fine grid.
fn sign_changes(function: impl Fn(f64) -> f64) -> usize {
    let steps = 20_000;
    let values = (0..=steps).map(|step| function(f64::from(step) / f64::from(steps)));
    let signs: Vec<bool> = values.map(|value| value > 0.0).collect();
    signs.windows(2).filter(|pair| pair[0] != pair[1]).count()
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn all_fixed_points_of_one_platform_are_found(
        price in 0.5..6.0, phi in 0.0..5.0, cross in 0.0..4.0, theta in 0.2..0.4,
    ) {
        // One side, or two sides for which the fixed point is one equation in the first share.
        let one = Market::builder(1, 1).heterogeneity(theta).externality(&[[phi]]);
        let one = one.build().unwrap();
        let choice = |gain: f64| logistic((2.0 + gain - price) / theta);
        let roots = sign_changes(|n| choice(phi * n) - n);
        let found = one.fixed_points(&BySide::uniform(1, &[price])).unwrap();
        prop_assert_eq!(found.points.len(), roots);

        let two = Market::builder(1, 2).heterogeneity(theta);
        let two = two.externality(&[[0.0, phi], [cross, 0.0]]).build().unwrap();
        let roots = sign_changes(|n| choice(phi * choice(cross * n)) - n);
        let found = two.fixed_points(&BySide::uniform(1, &[price, price])).unwrap();
        prop_assert_eq!(found.points.len(), roots);
        if two.uniqueness().is_certain() {
            prop_assert_eq!(roots, 1);
        }
    }

    #[test]
    fn the_selected_point_comes_first((market, prices) in markets_and_prices()) {
        let sides = market.sides();
        let phi: Vec<Vec<f64>> = (0..sides)
            .map(|k| (0..sides).map(|l| 8.0 * market.externality(k, l)).collect())
            .collect();
        let quality = |i| (0..sides).map(|k| market.quality(i, k)).collect();
        let strong = Market::builder(market.platforms(), sides)
            .quality((0..market.platforms()).map(quality).collect::<Vec<Vec<f64>>>())
            .externality(&phi)
            .build()
            .unwrap();
        let Ok(selected) = strong.participation(&prices) else {
            return Ok(());
        };
        let found = strong.fixed_points(&prices).unwrap();
        prop_assert!(found.selects_first);
        prop_assert!(found.points[0].shares.distance(&selected.shares) < 1e-9);
        for point in &found.points {
            let back = strong.inverse_demand(&point.shares).unwrap();
            prop_assert!(back.distance(&prices) < 1e-4, "{back:?} is not {prices:?}");
        }
        prop_assert_eq!(found.are_several(), strong.has_several_fixed_points(&prices).unwrap());
    }
}
