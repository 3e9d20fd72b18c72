//! Random markets for property tests.

use proptest::{collection::vec, prelude::*};

use crate::pricing::market::{BySide, Market, Values};

/// Markets with up to 4 platforms and 3 sides; `platforms_differ` allows platforms to differ.
pub(in crate::pricing) fn markets(platforms_differ: bool) -> impl Strategy<Value = Market> {
    (1..=4_usize, 1..=3_usize).prop_flat_map(move |(platforms, sides)| {
        let rows = if platforms_differ { platforms } else { 1 };
        let table = |range: std::ops::Range<f64>| vec(vec(range, sides), rows);
        (
            table(1.6..2.4),
            table(0.7..1.3),
            vec(0.2..0.5, sides),
            vec(-0.3..0.3, sides),
            vec(vec(-0.15..0.15, sides), sides),
        )
            .prop_map(
                move |(quality, cost, heterogeneity, outside, externality)| {
                    let spread = |mut rows: Vec<Vec<f64>>| match platforms_differ {
                        true => Values::Platforms(rows),
                        false => Values::Sides(rows.remove(0)),
                    };
                    Market::builder(platforms, sides)
                        .quality(spread(quality))
                        .cost(spread(cost))
                        .heterogeneity(heterogeneity)
                        .outside(outside)
                        .externality(&externality)
                        .build()
                        .unwrap()
                },
            )
    })
}

/// Returns a random market and prices for it.
pub(super) fn markets_and_prices() -> impl Strategy<Value = (Market, BySide)> {
    markets(true).prop_flat_map(|market| {
        let (platforms, sides) = (market.platforms(), market.sides());
        let prices = vec(vec(0.8..2.5, sides), platforms);
        let rows = prices.prop_map(|rows| BySide::from_rows(&rows).unwrap());
        (Just(market), rows)
    })
}
