use proptest::prelude::*;

use super::random::markets_and_prices;
use crate::pricing::market::{BySide, Market};

fn close(x: f64, y: f64, tolerance: f64) -> Result<(), TestCaseError> {
    prop_assert!((x - y).abs() <= tolerance, "{x} is not {y}");
    Ok(())
}

#[test]
fn shares_of_the_baseline_match_published_values() {
    // V1: shares at the Nash and the joint price.
    let market = Market::symmetric(2, 1).unwrap();
    for (price, share, profit) in [
        (1.472927, 0.471377, 0.222927),
        (1.924981, 0.364862, 0.337490),
    ] {
        let outcome = market.outcome(&BySide::uniform(2, &[price])).unwrap();
        assert!((outcome.participation[(1, 0)] - share).abs() < 1e-6);
        assert!((outcome.profits[1] - profit).abs() < 1e-6);
        assert!((outcome.outside[0] - (1.0 - 2.0 * share)).abs() < 2e-6);
    }
}

#[test]
fn tables_for_other_markets_are_rejected() {
    let market = Market::symmetric(2, 2).unwrap();
    let message = |prices: BySide| market.outcome(&prices).unwrap_err().to_string();
    assert_eq!(
        message(BySide::uniform(3, &[1.0, 1.0])),
        "prices has 3 entries, but needs 2, one for each of the platforms"
    );
    assert_eq!(
        message(BySide::uniform(2, &[1.0])),
        "prices[0] has 1 entries, but needs 2, one for each of the sides"
    );
    let nan = BySide::from_rows(&[[1.0, 1.0], [1.0, f64::NAN]]).unwrap();
    assert_eq!(message(nan), "prices[1][1] is NaN: give a finite number");
}

#[test]
fn shares_without_finite_prices_are_rejected() {
    let market = Market::symmetric(2, 1).unwrap();
    let message = |shares: [[f64; 1]; 2]| {
        let shares = BySide::from_rows(&shares).unwrap();
        market.inverse_demand(&shares).unwrap_err().to_string()
    };
    assert!(message([[0.5], [0.0]]).starts_with("no finite price gives shares[1][0] = 0:"));
    let full = message([[0.5], [0.5]]);
    assert!(
        full.starts_with("no finite price gives the outside share of side 0 = 0:"),
        "{full}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn inverse_demand_inverts_demand((market, prices) in markets_and_prices()) {
        let settled = market.participation(&prices).unwrap();
        let back = market.inverse_demand(&settled.shares).unwrap();
        prop_assert!(back.distance(&prices) < 1e-8, "{back:?} is not {prices:?}");
        for (side, outside) in settled.outside.iter().enumerate() {
            close(settled.shares.side(side).sum::<f64>() + outside, 1.0, 1e-12)?;
        }
    }

    #[test]
    fn the_slope_is_that_of_demand((market, prices) in markets_and_prices()) {
        let at = market.participation(&prices).unwrap().shares;
        let slope = market.demand_slope(&at).unwrap();
        let step = 1e-5;
        let moved = |platform: usize, side: usize, by: f64| {
            let mut prices = prices.clone();
            prices.platform_mut(platform)[side] += by;
            market.participation(&prices).unwrap().shares
        };
        for (j, l) in cells(&market) {
            let (ahead, behind) = (moved(j, l, step), moved(j, l, -step));
            for (i, k) in cells(&market) {
                let expected = (ahead[(i, k)] - behind[(i, k)]) / (2.0 * step);
                close(slope.get((i, k), (j, l)), expected, 2e-7)?;
            }
        }
    }

    #[test]
    fn surplus_falls_by_participation_as_prices_rise((market, prices) in markets_and_prices()) {
        // Roy's identity, for users who take the participation of others as given.
        let shares = market.participation(&prices).unwrap().shares;
        let surplus = |prices: &BySide| market.consumer_surplus(prices, &shares).unwrap();
        let step = 1e-5;
        for (i, k) in cells(&market) {
            let moved = |by: f64| {
                let mut prices = prices.clone();
                prices.platform_mut(i)[k] += by;
                surplus(&prices)[k]
            };
            close((moved(step) - moved(-step)) / (2.0 * step), -shares[(i, k)], 1e-8)?;
        }
    }

    #[test]
    fn welfare_adds_up((market, prices) in markets_and_prices()) {
        let outcome = market.outcome(&prices).unwrap();
        let profit: f64 = cells(&market)
            .map(|(i, k)| (prices[(i, k)] - market.cost(i, k)) * outcome.participation[(i, k)])
            .sum();
        close(outcome.joint_profit(), profit, 1e-12)?;
        close(outcome.welfare(), profit + outcome.consumer_surplus.iter().sum::<f64>(), 1e-12)?;
        // Consumer surplus from the share and utility of the outside option, as a second formula.
        for side in 0..market.sides() {
            let theta = market.heterogeneity(side);
            let expected = market.outside(side) - theta * outcome.outside[side].ln();
            close(outcome.consumer_surplus[side], expected, 1e-9)?;
        }
    }
}

fn cells(market: &Market) -> impl Iterator<Item = (usize, usize)> + use<> {
    let sides = market.sides();
    (0..market.platforms() * sides).map(move |cell| (cell / sides, cell % sides))
}
