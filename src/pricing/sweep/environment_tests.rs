//! Sweeps with moves in turn and varying demand, and points that cannot be run.

use super::{collected::collect, run::run, tests::config, *};
use crate::pricing::{environment::Moves, market::DemandShocks};

/// Moves in turn give other points with other seeds; simultaneous moves are not serialized.
#[test]
fn moves_in_turn_are_a_setting_of_the_sweep() {
    let plain = config().to_toml().unwrap();
    assert!(!plain.contains("moves"), "{plain}");
    let turns = config().with_moves(Moves::InTurn);
    let text = turns.to_toml().unwrap();
    assert_eq!(SweepConfig::from_toml_str(&text).unwrap(), turns);
    let sweep = Sweep::new(turns).unwrap();
    let plain = Sweep::new(config()).unwrap();
    assert_ne!(sweep.points()[0].seed(), plain.points()[0].seed());
    let folder = tempfile::tempdir().unwrap();
    run(&sweep, folder.path(), Shard::WHOLE, &|_| (), &|| false).unwrap();
    let found = collect(folder.path()).unwrap();
    let gains = found.values(0, "profit_gain").unwrap();
    assert!(gains.iter().all(|gain| gain.is_finite()));
}

/// The spread of demand as an axis; without it, points keep their seeds.
#[test]
fn the_spread_of_demand_is_an_axis() {
    assert!(!config().to_toml().unwrap().contains("demand"));
    let shocks = DemandShocks::new(0.1).unwrap();
    let mut varying = config().with_demand(shocks);
    varying.axes = vec![Axis::new(Parameter::DemandSpread, [0.0, 0.1, 0.2])];
    let text = varying.to_toml().unwrap();
    assert_eq!(SweepConfig::from_toml_str(&text).unwrap(), varying);
    let sweep = Sweep::new(varying.clone()).unwrap();
    let spreads: Vec<_> = sweep
        .points()
        .iter()
        .map(|one| one.parameters()[0].1)
        .collect();
    assert_eq!(spreads[..3], [Some(0.0), Some(0.1), Some(0.2)]);
    let folder = tempfile::tempdir().unwrap();
    run(&sweep, folder.path(), Shard::WHOLE, &|_| (), &|| false).unwrap();
    let found = collect(folder.path()).unwrap();
    let profits: Vec<f64> = found
        .benchmarks()
        .unwrap()
        .iter()
        .map(|one| one.competition.outcome.profits[0])
        .collect();
    // Competitive profit is concave in the outside utility here.
    let falls = profits[0] > profits[1] && profits[1] > profits[2];
    assert!(falls, "{profits:?}");
    varying.demand = None;
    let error = Sweep::new(varying).unwrap_err().to_string();
    assert!(
        error.contains("demand_spread cannot be varied here"),
        "{error}"
    );
}

/// An invalid point is reported before anything is written.
#[test]
fn an_invalid_point_leaves_no_folder() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("sweep");
    let refused = |config: SweepConfig| {
        let sweep = Sweep::new(config).unwrap();
        let error = run(&sweep, &folder, Shard::WHOLE, &|_| (), &|| false).unwrap_err();
        assert!(!folder.exists());
        error.to_string()
    };
    let mut dear = config();
    dear.axes = vec![Axis::new(Parameter::Prices, [3.0, 400_000.0])];
    let error = refused(dear);
    assert!(error.starts_with("point 1 (grid rescaled"), "{error}");
    let mut turns = config().with_moves(Moves::InTurn);
    turns.axes = vec![Axis::new(Parameter::Memory, [1.0, 2.0])];
    assert!(refused(turns).contains("give a memory of 1"));
    let mut seen = config();
    seen.axes = vec![Axis::new(Parameter::ExpectedVisits, [20.0, 1e-9])];
    assert!(refused(seen).contains("expected visits"));
}
