//! Markets whose solutions are far from the solvers' starts: large surplus, small heterogeneity,
//! attractive and unattractive outside options. None has externalities, so every number has a
//! closed form.

use crate::pricing::{
    equilibrium::{Benchmarks, GrimTrigger, best_reply, competition},
    market::{BySide, Market},
};

/// Checks both benchmarks against the margins of logit demand, and the best replies to them.
fn check(market: &Market) {
    let found = Benchmarks::of(market).unwrap_or_else(|error| panic!("{error}: {market:?}"));
    for equilibrium in [&found.competition, &found.collusion] {
        assert!(
            equilibrium.warnings.is_empty(),
            "{:?} {market:?}",
            equilibrium.warnings
        );
    }
    let (nash, joint) = (&found.competition.outcome, &found.collusion.outcome);
    for platform in 0..market.platforms() {
        for side in 0..market.sides() {
            let theta = market.heterogeneity(side);
            let cost = market.cost(platform, side);
            let others: f64 = nash.outside[side]
                + (0..market.platforms())
                    .filter(|&other| other != platform)
                    .map(|other| nash.participation[(other, side)])
                    .sum::<f64>();
            let close = |price: f64, expected: f64| {
                let scale = price.abs() + cost.abs() + theta;
                assert!(
                    (price - expected).abs() < 1e-7 * scale,
                    "{price} {expected} {market:?}"
                );
            };
            close(nash.prices[(platform, side)], cost + theta / others);
            close(
                joint.prices[(platform, side)],
                cost + theta / joint.outside[side],
            );
        }
        // An ever finer scan of the own price finds nothing better than the best reply.
        let reply = best_reply(market, &joint.prices, platform).unwrap();
        let profit = |own: &[f64]| {
            let mut prices = joint.prices.clone();
            prices.platform_mut(platform).copy_from_slice(own);
            market.outcome(&prices).unwrap().profits[platform]
        };
        assert!((profit(&reply.prices) - reply.profit).abs() <= 1e-9 * reply.profit.abs());
        for side in 0..market.sides() {
            for step in -200_i32..=200 {
                let mut own = reply.prices.clone();
                own[side] += market.heterogeneity(side)
                    * 1.2_f64.powi(step.abs() / 4 - 20)
                    * f64::from(step.signum());
                let there = profit(&own);
                assert!(
                    there <= reply.profit + 1e-9 * reply.profit.abs(),
                    "{market:?}"
                );
            }
        }
    }
    GrimTrigger::of(market, &found).unwrap();
}

#[test]
fn benchmarks_are_found_at_any_surplus() {
    for sides in 1..=3 {
        for platforms in [1, 2, 3] {
            for ratio in [
                0.01, 1.0, 16.0, 64.0, 70.0, 76.0, 128.0, 140.0, 152.0, 400.0, 1000.0,
            ] {
                let market = Market::builder(platforms, sides)
                    .cost(1.0)
                    .quality(1.0 + 0.25 * ratio)
                    .build()
                    .unwrap();
                check(&market);
            }
        }
    }
}

#[test]
fn benchmarks_are_found_at_any_outside_option() {
    for sides in 1..=3 {
        for worth in [-50.0, -37.0, -31.0, -18.0, -15.0, -5.0, 5.0, 20.0, 50.0] {
            let market = Market::builder(2, sides)
                .outside(0.25 * worth)
                .cost(
                    [[1.0, 1.1, 0.9], [1.2, 0.8, 1.0]]
                        .map(|row| row[..sides].to_vec())
                        .to_vec(),
                )
                .build()
                .unwrap();
            check(&market);
        }
    }
}

#[test]
fn benchmarks_are_found_at_small_heterogeneity() {
    for sides in 1..=3 {
        for theta in [1e-6, 1e-4, 1e-3, 2e-3, 3e-3] {
            check(
                &Market::builder(2, sides)
                    .heterogeneity(theta)
                    .build()
                    .unwrap(),
            );
        }
        check(&Market::builder(2, sides).quality(1000.0).build().unwrap());
    }
}

#[test]
fn benchmarks_of_many_platforms_are_found_and_can_be_stopped() {
    // A number of platforms that used to take half a minute.
    let market = Market::builder(32, 2)
        .cross_externality(0.1)
        .build()
        .unwrap();
    let found = Benchmarks::of(&market).unwrap();
    assert!(found.competition.is_sound());
    let prices = BySide::uniform(32, found.competition.outcome.prices.platform(0));
    assert!(found.competition.outcome.prices.distance(&prices) < 1e-12);
    let stopped = Benchmarks::of_unless(&market, &|| true).unwrap_err();
    assert_eq!(
        stopped.to_string(),
        "stopped before the benchmarks were found"
    );
    assert!(competition(&market).is_ok());
}
