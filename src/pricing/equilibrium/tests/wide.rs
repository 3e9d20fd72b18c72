//! Random markets of every kind: a benchmark is confirmed by numerical best replies, or has a
//! warning or an error.

use std::time::Instant;

use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

use crate::pricing::{
    equilibrium::{Equilibrium, collusion, competition},
    market::{BySide, Market},
};

/// Returns a market with 1 to 4 platforms and 1 to 3 sides, and heterogeneity over four orders of
/// magnitude. In units of heterogeneity, the surplus is 10^-2 to 10^3 and the outside option ±50;
/// externalities range from none to beyond tipping.
fn random(rng: &mut ChaCha8Rng) -> Market {
    let (platforms, sides) = (rng.random_range(1..=4_usize), rng.random_range(1..=3_usize));
    let theta: f64 = 10_f64.powf(rng.random_range(-3.0..1.0));
    let surplus = theta * 10_f64.powf(rng.random_range(-2.0..3.0));
    let symmetric = rng.random_bool(0.5);
    let mut table = |level: f64, spread: f64| {
        let row: Vec<f64> = (0..sides)
            .map(|_| level + rng.random_range(-spread..spread))
            .collect();
        let rows = (0..platforms).map(|_| match symmetric {
            true => row.clone(),
            false => (0..sides)
                .map(|_| level + rng.random_range(-spread..spread))
                .collect(),
        });
        rows.collect::<Vec<Vec<f64>>>()
    };
    let quality = table(1.0 + surplus, 0.3 * surplus.min(3.0 * theta));
    let cost = table(1.0, 0.2 * theta);
    let strength = match rng.random_range(0..3) {
        0 => 0.0,
        1 => 0.3,
        _ => 2.5,
    };
    let mut phi = || -> Vec<f64> {
        let most = strength * theta;
        (0..sides)
            .map(|_| most * rng.random_range(-0.5..1.0))
            .collect()
    };
    let externality: Vec<Vec<f64>> = (0..sides).map(|_| phi()).collect();
    let outside: Vec<f64> = (0..sides)
        .map(|_| match rng.random_bool(0.5) {
            true => theta * rng.random_range(-50.0..50.0),
            false => 0.0,
        })
        .collect();
    Market::builder(platforms, sides)
        .quality(quality)
        .cost(cost)
        .heterogeneity(theta)
        .outside(outside)
        .externality(&externality)
        .build()
        .unwrap()
}

/// Maximizes by steps along the axes, independently of the solvers.
fn search(start: &[f64], first_step: f64, value: &dyn Fn(&[f64]) -> f64) -> f64 {
    let mut point = start.to_vec();
    let mut best = value(&point);
    let mut step = first_step;
    while step > first_step * 1e-6 {
        let before = best;
        for variable in 0..point.len() {
            for signed in [step, -step] {
                let kept = point[variable];
                point[variable] += signed;
                let there = value(&point);
                match there > best {
                    true => best = there,
                    false => point[variable] = kept,
                }
            }
        }
        if best <= before {
            step *= 0.25;
        }
    }
    best
}

/// Returns the largest gain of any platform from another price, relative to profit.
fn gain(market: &Market, found: &Equilibrium) -> f64 {
    let mut most: f64 = 0.0;
    for platform in 0..market.platforms() {
        let profit = found.outcome.profits[platform];
        let value = |own: &[f64]| {
            let mut prices: BySide = found.outcome.prices.clone();
            prices.platform_mut(platform).copy_from_slice(own);
            let outcome = market.outcome(&prices);
            outcome.map_or(f64::NEG_INFINITY, |outcome| outcome.profits[platform])
        };
        let theta = market.heterogeneity(0);
        let own = found.outcome.prices.platform(platform);
        for (shift, step) in [(0.0, 0.1), (-3.0, 2.0), (4.0, 2.0)] {
            let start: Vec<f64> = own.iter().map(|price| price + shift * theta).collect();
            let best = search(&start, step * theta, &value);
            most = most.max((best - profit) / profit.abs().max(1e-9 * theta));
        }
    }
    most
}

#[test]
fn benchmarks_of_random_markets_are_confirmed_or_reported() {
    let mut rng = ChaCha8Rng::seed_from_u64(15);
    let (mut sound, mut warned, mut failed) = (0, 0, 0);
    for number in 0..500 {
        let market = random(&mut rng);
        let begun = Instant::now();
        let found = competition(&market);
        let joint = collusion(&market);
        assert!(begun.elapsed().as_secs() < 10, "{number}: {market:?}");
        if !market.has_externalities() {
            assert!(found.is_ok() && joint.is_ok(), "{number}: {market:?}");
        }
        match found {
            Err(error) => {
                assert!(error.to_string().len() < 400, "{error}");
                failed += 1;
            }
            Ok(found) if !found.is_sound() => warned += 1,
            Ok(found) => {
                sound += 1;
                let gain = gain(&market, &found);
                assert!(gain < 1e-5, "{number}: {gain} {market:?} {found:?}");
            }
        }
        if let Ok(joint) = joint
            && joint.is_sound()
        {
            let most = joint.outcome.joint_profit();
            let value = |prices: &[f64]| {
                let rows: Vec<&[f64]> = prices.chunks(market.sides()).collect();
                let outcome = market.outcome(&BySide::from_rows(&rows).unwrap());
                outcome.map_or(f64::NEG_INFINITY, |outcome| outcome.joint_profit())
            };
            let theta = market.heterogeneity(0);
            let start = joint.outcome.prices.as_slice();
            let better = search(start, 0.5 * theta, &value) - most;
            assert!(
                better <= 1e-5 * most.abs().max(theta),
                "{number}: {better} {market:?}"
            );
        }
    }
    println!("{sound} sound, {warned} with a warning, {failed} with an error");
    assert!(
        sound > 350,
        "{sound} sound, {warned} with a warning, {failed} with an error"
    );
}
