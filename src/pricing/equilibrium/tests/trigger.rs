use crate::pricing::{
    equilibrium::{Benchmarks, GrimTrigger, best_reply, grim_trigger},
    market::{BySide, Market},
};

#[test]
fn the_threshold_of_the_baseline_matches_a_scan_over_prices() {
    let market = Market::symmetric(2, 1).unwrap();
    let profit = |own: f64| {
        let prices = BySide::from_rows(&[[own], [1.924981]]).unwrap();
        market.outcome(&prices).unwrap().profits[0]
    };
    let scan = (0..=100_000).map(|step| profit(1.0 + 1e-5 * f64::from(step)));
    let deviation = scan.fold(0.0, f64::max);
    let expected = (deviation - 0.337490) / (deviation - 0.222927);
    let trigger = grim_trigger(&market).unwrap();
    assert!((trigger.deviations[0].reply.profit - deviation).abs() < 1e-6);
    assert!((trigger.threshold().unwrap() - expected).abs() < 1e-5);
}

#[test]
fn the_most_tempted_platform_determines_the_threshold() {
    let market = Market::builder(2, 1).cost([[1.0], [0.75]]).build().unwrap();
    let trigger = grim_trigger(&market).unwrap();
    let each: Vec<f64> = trigger
        .deviations
        .iter()
        .map(|d| d.threshold().unwrap())
        .collect();
    assert!(each[0] != each[1]);
    assert_eq!(trigger.threshold().unwrap(), each[0].max(each[1]));
}

#[test]
fn a_monopoly_has_threshold_0() {
    let trigger = grim_trigger(&Market::symmetric(1, 2).unwrap()).unwrap();
    assert_eq!(trigger.threshold(), Some(0.0));
}

#[test]
fn punishment_without_loss_gives_no_threshold() {
    let market = Market::symmetric(2, 1).unwrap();
    let mut benchmarks = Benchmarks::of(&market).unwrap();
    benchmarks.competition.outcome.profits = benchmarks.collusion.outcome.profits.clone();
    let trigger = GrimTrigger::of(&market, &benchmarks).unwrap();
    assert_eq!(trigger.threshold(), None);
}

#[test]
fn a_missing_platform_has_no_best_reply() {
    let market = Market::symmetric(2, 1).unwrap();
    let error = best_reply(&market, &BySide::uniform(2, &[1.5]), 2).unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no platform 2: the market has 2, counted from 0"
    );
    let error = best_reply(&market, &BySide::uniform(3, &[1.5]), 0).unwrap_err();
    assert!(
        error.to_string().starts_with("prices has 3 entries"),
        "{error}"
    );
}
