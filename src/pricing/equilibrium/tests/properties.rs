//! Properties of every market, checked by plain search and by independent computations.

use nalgebra::DMatrix;
use proptest::prelude::*;

use crate::pricing::{
    equilibrium::{
        Equilibrium, Warning, asymmetric_competition, best_reply, collusion, competition,
        joint_maximum, symmetric_competition,
    },
    market::{BySide, Market, Values, random_markets as markets},
    numerics::largest_symmetric_eigenvalue,
};

/// Maximizes by steps along the axes: slow, but independent of the solvers.
fn search(start: &[f64], value: impl Fn(&[f64]) -> f64) -> f64 {
    let mut point = start.to_vec();
    let mut best = value(&point);
    let mut step = 0.2;
    while step > 1e-6 {
        let before = best;
        for variable in 0..point.len() {
            for signed in [step, -step] {
                point[variable] += signed;
                let there = value(&point);
                if there > best {
                    best = there;
                } else {
                    point[variable] -= signed;
                }
            }
        }
        if best <= before {
            step *= 0.5;
        }
    }
    best
}

fn profit_of(market: &Market, prices: &BySide, platform: usize, own: &[f64]) -> f64 {
    let mut prices = prices.clone();
    prices.platform_mut(platform).copy_from_slice(own);
    market
        .outcome(&prices)
        .map_or(f64::NEG_INFINITY, |outcome| outcome.profits[platform])
}

fn is_warned_of(found: &Equilibrium, is: impl Fn(&Warning) -> bool) -> bool {
    found.warnings.iter().any(is)
}

fn assert_nash(market: &Market) -> Result<(), TestCaseError> {
    let nash = competition(market).unwrap();
    prop_assert!(nash.residual < 1e-9);
    let deviates = |warning: &Warning| {
        matches!(
            warning,
            Warning::ProfitableDeviation { .. } | Warning::NotSelected { .. }
        )
    };
    if is_warned_of(&nash, deviates) {
        return Ok(());
    }
    prop_assert!(nash.second_order.holds(), "{nash:?}");
    for platform in 0..market.platforms() {
        let profit = nash.outcome.profits[platform];
        for margin in [-0.3, 0.2, 0.9, 2.5] {
            let start: Vec<f64> = (0..market.sides())
                .map(|side| market.cost(platform, side) + margin * (1.0 + 0.3 * side as f64))
                .collect();
            let most = search(&start, |own| {
                profit_of(market, &nash.outcome.prices, platform, own)
            });
            prop_assert!(most <= profit + 1e-7, "{most} is above {profit}: {nash:?}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn no_platform_gains_by_leaving_competition(market in markets(true)) {
        assert_nash(&market)?;
    }

    #[test]
    fn symmetric_competition_agrees_with_the_general_solver(market in markets(false)) {
        assert_nash(&market)?;
        // The closed form and the general solver must agree.
        let closed = symmetric_competition(&market).unwrap().outcome;
        let general = asymmetric_competition(&market).unwrap().outcome;
        prop_assert!(closed.prices.distance(&general.prices) < 1e-7);
        prop_assert!(closed.participation.distance(&general.participation) < 1e-7);
    }

    #[test]
    fn no_prices_earn_more_than_collusion(market in markets(true)) {
        let joint = joint_maximum(&market).unwrap();
        prop_assert!(joint.residual < 1e-9);
        if is_warned_of(&joint, |warning| matches!(warning, Warning::NotSelected { .. })) {
            return Ok(());
        }
        prop_assert!(joint.second_order.holds());
        let most = joint.outcome.joint_profit();
        for price in [1.2, 1.9, 2.8] {
            let start = vec![price; market.platforms() * market.sides()];
            let found = search(&start, |prices| {
                let rows: Vec<&[f64]> = prices.chunks(market.sides()).collect();
                let outcome = market.outcome(&BySide::from_rows(&rows).unwrap());
                outcome.map_or(f64::NEG_INFINITY, |outcome| outcome.joint_profit())
            });
            prop_assert!(found <= most + 1e-7, "{found} is above {most}");
        }
        // The stated first-order condition, term by term.
        for platform in 0..market.platforms() {
            for side in 0..market.sides() {
                let shares = joint.outcome.participation.platform(platform);
                let given = (0..market.sides()).map(|l| market.externality(l, side) * shares[l]);
                let expected = market.cost(platform, side)
                    + market.heterogeneity(side) / joint.outcome.outside[side]
                    - given.sum::<f64>();
                prop_assert!((joint.outcome.prices[(platform, side)] - expected).abs() < 1e-8);
            }
        }
    }

    #[test]
    fn swapping_sides_swaps_results(market in markets(true)) {
        let swapped = mirrored(&market);
        for solve in [competition, collusion] {
            let (one, other) = (solve(&market).unwrap(), solve(&swapped).unwrap());
            let (one, other) = (one.outcome, other.outcome);
            prop_assert!(mirror(&one.prices).distance(&other.prices) < 1e-7);
            prop_assert!(mirror(&one.participation).distance(&other.participation) < 1e-7);
            for platform in 0..market.platforms() {
                prop_assert!((one.profits[platform] - other.profits[platform]).abs() < 1e-8);
            }
        }
    }

    #[test]
    fn the_best_reply_matches_a_plain_search(market in markets(true), price in 1.1..2.2) {
        let prices = BySide::uniform(market.platforms(), &vec![price; market.sides()]);
        let reply = best_reply(&market, &prices, 0).unwrap();
        prop_assert!((profit_of(&market, &prices, 0, &reply.prices) - reply.profit).abs() < 1e-12);
        for start in [1.0, 1.6, 3.0] {
            let start = vec![start; market.sides()];
            let found = search(&start, |own| profit_of(&market, &prices, 0, own));
            prop_assert!(found <= reply.profit + 1e-8, "{found} is above {}", reply.profit);
        }
    }

    #[test]
    fn the_two_small_conditions_equal_the_second_order_condition(
        market in markets(false), scale in 0.0..6.0,
    ) {
        let sides = market.sides();
        let phi = |k: usize, l: usize| scale * market.externality(k, l);
        let rows: Vec<Vec<f64>> = (0..sides).map(|k| (0..sides).map(|l| phi(k, l)).collect()).collect();
        let strong = Market::builder(market.platforms(), sides).externality(&rows).build().unwrap();
        let Ok(found) = collusion(&strong) else {
            return Ok(());
        };
        let outcome = &found.outcome;
        let negative = |divisor: &dyn Fn(f64, f64) -> f64| {
            let matrix = DMatrix::from_fn(sides, sides, |k, l| {
                let own = 0.25 / divisor(outcome.participation[(0, k)], outcome.outside[k]);
                phi(k, l) + phi(l, k) - if k == l { own } else { 0.0 }
            });
            largest_symmetric_eigenvalue(&matrix).unwrap() < 0.0
        };
        let together = negative(&|n, outside| n * outside * outside);
        let shifting = market.platforms() == 1 || negative(&|n, _| n);
        prop_assert_eq!(found.second_order.holds(), together && shifting);
    }
}

fn mirror(table: &BySide) -> BySide {
    let rows = table.rows().map(|row| row.iter().rev().copied().collect());
    BySide::from_rows(&rows.collect::<Vec<Vec<f64>>>()).unwrap()
}

/// Returns the market with its sides in the opposite order.
fn mirrored(market: &Market) -> Market {
    let (platforms, sides) = (market.platforms(), market.sides());
    let back = |side: usize| sides - 1 - side;
    let table = |value: &dyn Fn(usize, usize) -> f64| {
        let row = |i| (0..sides).map(|k| value(i, back(k))).collect();
        Values::Platforms((0..platforms).map(row).collect())
    };
    let list = |value: &dyn Fn(usize) -> f64| -> Vec<f64> {
        (0..sides).map(|side| value(back(side))).collect()
    };
    let phi: Vec<Vec<f64>> = (0..sides)
        .map(|k| list(&|l| market.externality(back(k), l)))
        .collect();
    Market::builder(platforms, sides)
        .quality(table(&|i, k| market.quality(i, k)))
        .cost(table(&|i, k| market.cost(i, k)))
        .heterogeneity(list(&|side| market.heterogeneity(side)))
        .outside(list(&|side| market.outside(side)))
        .externality(&phi)
        .build()
        .unwrap()
}
