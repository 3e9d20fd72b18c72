use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};

use super::*;
use crate::pricing::{
    game::GridRule,
    learner::{Exploration, QLearning},
    market::Market,
    session::Convergence,
};

/// Four points with two grids, two of them with three platforms, and sessions of a few thousand
/// periods.
pub(super) fn config() -> SweepConfig {
    let learner = QLearning::new(0.15, 0.95, Exploration::Exponential { beta: 2e-3 }).unwrap();
    SweepConfig::new(Market::symmetric(2, 1).unwrap(), learner)
        .with_grid(SweepGrid::new("rescaled", GridRule::rescaled(3)))
        .with_grid(SweepGrid::new("base", GridRule::rescaled(3)).around_base())
        .with_axis(Axis::new(Parameter::Heterogeneity, [0.25, 0.3]))
        .with_axis(Axis::new(Parameter::Platforms, [2.0, 3.0]))
        .with_axis(Axis::new(Parameter::Penalty, [0.0, 1.0]))
        .with_sessions(4)
        .with_seed(5)
        .with_convergence(Convergence {
            window: 1_000,
            cap: 20_000,
        })
}

fn sweep() -> Sweep {
    Sweep::new(config()).unwrap()
}

fn run_all(folder: &Path, shards: u32, threads: usize) -> String {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
    pool.build().unwrap().install(|| {
        for index in 0..shards {
            let shard = Shard::new(index, shards).unwrap();
            run(&sweep(), folder, shard, &|_| (), &|| false).unwrap();
        }
    });
    collect(folder).unwrap().digest()
}

/// Runs until `sessions` sessions are done.
fn run_some(folder: &Path, sessions: u64) -> SweepError {
    let done = AtomicU64::new(0);
    let progress = |now: &Progress| done.store(now.done, Ordering::SeqCst);
    let stop = || done.load(Ordering::SeqCst) >= sessions;
    run(&sweep(), folder, Shard::WHOLE, &progress, &stop).unwrap_err()
}

fn part(folder: &Path) -> std::path::PathBuf {
    folder.join("shard-0000-of-0001.part")
}

#[test]
fn results_do_not_depend_on_threads_or_shards() {
    let whole = tempfile::tempdir().unwrap();
    let expected = run_all(whole.path(), 1, 1);
    for (shards, threads) in [(1, 2), (3, 2), (7, 1)] {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(run_all(folder.path(), shards, threads), expected);
    }
    // Finished shards are skipped.
    let again = run(&sweep(), whole.path(), Shard::WHOLE, &|_| (), &|| true).unwrap();
    assert_eq!(again, RunReport { kept: 32, added: 0 });
    // The digest depends on the seed.
    let other = tempfile::tempdir().unwrap();
    let sweep = Sweep::new(config().with_seed(6)).unwrap();
    run(&sweep, other.path(), Shard::WHOLE, &|_| (), &|| false).unwrap();
    let (one, two) = (
        collect(whole.path()).unwrap(),
        collect(other.path()).unwrap(),
    );
    assert_ne!(one.records(), two.records());
}

#[test]
fn an_interrupted_sweep_continues_to_the_same_bytes() {
    let (whole, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    run_all(whole.path(), 1, 2);
    let folder = folder.path();
    let stopped = run_some(folder, 5);
    let SweepError::Stopped { done, total: 32 } = stopped else {
        panic!("{stopped}");
    };
    assert!((5..32).contains(&done));
    assert!(matches!(
        collect(folder),
        Err(SweepError::Missing { missing, of: 1 }) if missing == [0]
    ));

    // A process that was killed while writing its last record.
    let bytes = fs::read(part(folder)).unwrap();
    fs::write(part(folder), &bytes[..bytes.len() - 3]).unwrap();
    let SweepError::Stopped { done: more, .. } = run_some(folder, done + 3) else {
        panic!("it ended");
    };
    assert!(more >= done + 3);
    // A machine that crashed before the last record was on the disk.
    let mut bytes = fs::read(part(folder)).unwrap();
    bytes.extend([0; 700]);
    fs::write(part(folder), bytes).unwrap();
    let report = run(&sweep(), folder, Shard::WHOLE, &|_| (), &|| false).unwrap();
    assert_eq!(
        report,
        RunReport {
            kept: more,
            added: 32 - more
        }
    );
    let file = "shard-0000-of-0001.sessions";
    assert_eq!(
        fs::read(folder.join(file)).unwrap(),
        fs::read(whole.path().join(file)).unwrap()
    );
    assert!(!part(folder).exists());
}

#[test]
fn a_file_truncated_anywhere_is_continued() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    run_some(folder, 2);
    let bytes = fs::read(part(folder)).unwrap();
    for length in (0..bytes.len()).step_by(97) {
        fs::write(part(folder), &bytes[..length]).unwrap();
        // Nothing runs, so only valid records remain.
        assert!(matches!(run_some(folder, 0), SweepError::Stopped { .. }));
        let left = fs::read(part(folder)).unwrap();
        assert!(bytes.starts_with(&left), "{length}");
    }
    let mut broken = bytes.clone();
    let first = broken.len() - 2 * SessionRecord::frame_length(sweep().measures().len());
    broken[first + 9] ^= 1;
    fs::write(part(folder), &broken).unwrap();
    let error = run_some(folder, 0);
    assert!(matches!(error, SweepError::Unreadable { .. }), "{error}");
}

#[test]
fn missing_foreign_and_unreadable_files_are_reported() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    for index in [0, 2] {
        let shard = Shard::new(index, 4).unwrap();
        run(&sweep(), folder, shard, &|_| (), &|| false).unwrap();
    }
    let error = collect(folder).unwrap_err().to_string();
    assert!(error.starts_with("shards [1, 3] of 4"), "{error}");
    // Another sweep, or another number of shards, does not start here.
    let other = Sweep::new(config().with_seed(9)).unwrap();
    let error = run(&other, folder, Shard::new(0, 4).unwrap(), &|_| (), &|| {
        false
    })
    .unwrap_err();
    assert!(matches!(error, SweepError::Occupied { .. }), "{error}");
    let error = run(&sweep(), folder, Shard::WHOLE, &|_| (), &|| false).unwrap_err();
    assert!(error.to_string().contains("number of shards 4"), "{error}");

    let name = |index: u32| folder.join(format!("shard-{index:04}-of-0004.sessions"));
    for index in [1, 3] {
        let shard = Shard::new(index, 4).unwrap();
        run(&sweep(), folder, shard, &|_| (), &|| false).unwrap();
    }
    let good = fs::read(name(1)).unwrap();
    let refused = |bytes: &[u8], part: &str| {
        fs::write(name(1), bytes).unwrap();
        let error = collect(folder).unwrap_err().to_string();
        assert!(
            error.contains("shard-0001-of-0004") && error.contains(part),
            "{error}"
        );
        assert!(!error.contains('\n'));
    };
    refused(&fs::read(name(2)).unwrap(), "it has shard 2, not 1");
    refused(b"no results", "does not begin");
    refused(&good[..good.len() - 1], "middle of a session");
    let length = SessionRecord::frame_length(sweep().measures().len());
    refused(&good[..good.len() - length], "not each of the 8");
    let mut damaged = good.clone();
    damaged[good.len() - 20] ^= 4;
    refused(&damaged, "is damaged");
    let foreign = tempfile::tempdir().unwrap();
    run(
        &other,
        foreign.path(),
        Shard::new(1, 4).unwrap(),
        &|_| (),
        &|| false,
    )
    .unwrap();
    let foreign = fs::read(foreign.path().join("shard-0001-of-0004.sessions")).unwrap();
    refused(&foreign, "it has settings");
    fs::write(name(1), good).unwrap();
    collect(folder).unwrap();
}

#[test]
fn two_processes_cannot_run_the_same_shard() {
    let folder = tempfile::tempdir().unwrap();
    let inner = std::sync::Mutex::new(None);
    let within = |_: &Progress| {
        let mut inner = inner.lock().unwrap();
        if inner.is_none() {
            let second = run(&sweep(), folder.path(), Shard::WHOLE, &|_| (), &|| false);
            *inner = Some(second.unwrap_err());
        }
    };
    run(&sweep(), folder.path(), Shard::WHOLE, &within, &|| false).unwrap();
    let error = inner.into_inner().unwrap().unwrap();
    assert!(matches!(error, SweepError::InUse { .. }), "{error}");
}

#[test]
fn points_are_numbered_and_the_base_is_run_once() {
    let sweep = sweep();
    let (points, curves) = (sweep.points(), sweep.curves());
    assert_eq!((points.len(), curves.len()), (8, 6));
    // Base, heterogeneity, platforms, penalty.
    let steps: Vec<Vec<usize>> = curves[..3]
        .iter()
        .map(|curve| curve.points.iter().map(|(_, point)| *point).collect())
        .collect();
    assert_eq!(steps, [[0, 1], [0, 2], [0, 3]]);
    assert_eq!(points[2].market().platforms(), 3);
    assert_eq!(
        points[2].to_string(),
        "grid rescaled, heterogeneity 0.25, platforms 3, penalty 0"
    );
    // A penalty and no penalty use the same random numbers.
    assert_eq!(points[3].seed(), points[0].seed());
    assert_ne!(points[1].seed(), points[0].seed());
    // Seeds are stable.
    assert_eq!(points[0].seed(), 6_347_485_829_282_547_633);

    let product = Sweep::new(config().with_design(Design::Product)).unwrap();
    assert_eq!(product.points().len(), 16);
    let along: Vec<_> = product.curves()[..4]
        .iter()
        .map(|curve| (curve.parameter, curve.points[0].1, curve.points[1].1))
        .collect();
    let theta = Parameter::Heterogeneity;
    assert_eq!(
        along,
        [(theta, 0, 4), (theta, 1, 5), (theta, 2, 6), (theta, 3, 7)]
    );
    // The same point has the same seed in another sweep.
    assert_eq!(product.points()[4].seed(), points[1].seed());
}

#[test]
fn a_point_is_the_same_in_any_sweep() {
    let alone = config();
    let alone = SweepConfig {
        axes: vec![Axis::new(Parameter::Platforms, [3.0])],
        ..alone
    };
    let (one, all) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let small = Sweep::new(alone).unwrap();
    run(&small, one.path(), Shard::WHOLE, &|_| (), &|| false).unwrap();
    run_all(all.path(), 1, 2);
    let (one, all) = (collect(one.path()).unwrap(), collect(all.path()).unwrap());
    for name in ["profit_gain", "price_platform_2_side_0"] {
        assert_eq!(one.values(0, name), all.values(2, name));
    }
    // Without a third platform, its price is missing.
    assert!(all.values(0, "price_platform_2_side_0").unwrap()[0].is_nan());
    assert_eq!(all.values(8, "profit_gain"), None);
}

#[test]
fn tables_contain_every_session_and_number() {
    let folder = tempfile::tempdir().unwrap();
    run_all(folder.path(), 2, 2);
    let all = collect(folder.path()).unwrap();
    let csv = all.to_csv().unwrap();
    let lines: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(lines.len(), 33);
    assert_eq!(
        lines[0][..6],
        [
            "point",
            "session",
            "grid",
            "heterogeneity",
            "platforms",
            "penalty"
        ]
    );
    assert_eq!(lines[6][..6], ["1", "1", "rescaled", "0.3", "2", "0.0"]);
    let column = lines[0]
        .iter()
        .position(|name| *name == "profit_gain")
        .unwrap();
    let read: f64 = lines[6][column].parse().unwrap();
    assert_eq!(read, all.values(1, "profit_gain").unwrap()[1]);
    assert!(lines[1].last().is_some() && !csv.contains("NaN"));
    // Gains can be computed from the file alone.
    let number = |row: &[&str], name: &str| -> f64 {
        let column = lines[0].iter().position(|one| *one == name).unwrap();
        row[column].parse().unwrap()
    };
    for row in &lines[1..] {
        let (low, high) = (
            number(row, "competitive_profit"),
            number(row, "collusive_profit"),
        );
        let gain = (number(row, "profit") - low) / (high - low);
        assert!((gain - number(row, "profit_gain")).abs() < 1e-12);
        assert!(row.contains(&"sound") && row.contains(&"true"));
    }

    let summaries = all.summaries();
    let names = all.sweep().measures();
    let column = names.iter().position(|name| name == "profit_gain").unwrap();
    let gain = summaries[3].measures[column].unwrap();
    let values = all.values(3, "profit_gain").unwrap();
    let mean = values.iter().sum::<f64>() / 4.0;
    assert!((gain.mean - mean).abs() < 1e-12 && gain.count == 4);
    assert!((gain.half_width() / gain.standard_error - 3.182446).abs() < 1e-6);
    let lines = all.summary_csv().unwrap().lines().count();
    assert_eq!(lines, 1 + 8 * all.sweep().measures().len());
    assert_eq!(all.table(&["profit_gain"]).unwrap().rows.len(), 8);
}

#[test]
fn invalid_settings_are_reported() {
    let message = |config: SweepConfig| Sweep::new(config).unwrap_err().to_string();
    let axis = |parameter, values: &[f64]| config().with_axis(Axis::new(parameter, values));
    for (config, part) in [
        (config().with_sessions(0), "sessions is 0"),
        (
            axis(Parameter::LearningRate, &[]),
            "axes[3] (learning_rate) is empty",
        ),
        (
            axis(Parameter::LearningRate, &[f64::NAN]),
            "axes[3].values[0] (learning_rate) is NaN",
        ),
        (axis(Parameter::LearningRate, &[2.0]), "alpha is 2"),
        (
            axis(Parameter::Prices, &[2.5]),
            "is 2.5: give a whole number",
        ),
        (axis(Parameter::Penalty, &[2.0]), "a duplicate"),
        (axis(Parameter::CrossExternality, &[0.1]), "one side"),
        (
            axis(Parameter::OutsideUtility, &[0.1, 0.1]),
            "is 0.1: give each value once",
        ),
        (
            SweepConfig {
                grids: vec![],
                ..config()
            },
            "grids is empty",
        ),
        (
            config().with_grid(SweepGrid::new("a,b", GridRule::rescaled(3))),
            "grids[2].name is \"a,b\"",
        ),
    ] {
        let message = message(config);
        assert!(message.contains(part), "{message}");
        assert!(!message.contains('\n'));
    }
    let mut cold = config();
    cold.axes[0] = Axis::new(Parameter::Heterogeneity, [-0.1]);
    assert!(message(cold).contains("heterogeneity[0] is -0.1"));
    let text = config().to_toml().unwrap();
    assert_eq!(SweepConfig::from_toml_str(&text).unwrap(), config());
    let unknown = text.replace("sessions", "session");
    let error = SweepConfig::from_toml_str(&unknown)
        .unwrap_err()
        .to_string();
    assert!(error.contains("unknown field `session`"), "{error}");
}

/// More sessions and more points: existing sessions are reused, with the result of a new run.
#[test]
fn an_extended_sweep_reuses_existing_sessions() {
    let dirs: Vec<_> = (0..3).map(|_| tempfile::tempdir().unwrap()).collect();
    let [small, grown, fresh] = [0, 1, 2].map(|place| dirs[place].path());
    run_all(small, 2, 2);
    let config = config().with_sessions(6);
    let mut config = config.with_axis(Axis::new(Parameter::DiscountFactor, [0.5]));
    // Another market with more platforms adds columns.
    config.axes[1] = Axis::new(Parameter::Platforms, [2.0, 3.0, 4.0]);
    let sweep = Sweep::new(config).unwrap();
    let known = [collect(small).unwrap()];
    for index in 0..3 {
        let shard = Shard::new(index, 3).unwrap();
        let report = sweep
            .run_reusing(&known, grown, shard, &|_| (), &|| false)
            .unwrap();
        assert!(report.kept > 0 && report.added > 0, "{report:?}");
    }
    let again = (0..3).map(|index| {
        let shard = Shard::new(index, 3).unwrap();
        sweep.run(grown, shard, &|_| (), &|| true).unwrap()
    });
    assert!(again.into_iter().all(|report| report.added == 0));
    run(&sweep, fresh, Shard::WHOLE, &|_| (), &|| false).unwrap();
    let (grown, fresh) = (collect(grown).unwrap(), collect(fresh).unwrap());
    assert_eq!(grown.digest(), fresh.digest());
    // All sessions of the eight points already exist.
    let mut other = self::config();
    other.seed = 77;
    let reused = super::run::reused(&Sweep::new(other).unwrap(), &known, &[(0, 0), (1, 1)]);
    assert_eq!(reused, []);
}

/// Another version of the crate with the same format continues; another format does not.
#[test]
fn compatibility_depends_on_the_format_and_not_on_the_version() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    run_some(folder, 5);
    let manifest = folder.join("manifest.json");
    let text = fs::read_to_string(&manifest).unwrap();
    let older = text.replace(env!("CARGO_PKG_VERSION"), "0.0.7");
    assert_ne!(older, text);
    // Folders from before the format number.
    let older = older.replace("  \"format\": 1,\n", "");
    fs::write(&manifest, &older).unwrap();
    let part_of = |version: &str| {
        let bytes = fs::read(part(folder)).unwrap();
        let from = env!("CARGO_PKG_VERSION").as_bytes();
        let at = bytes
            .windows(from.len())
            .position(|window| window == from)
            .unwrap();
        let mut changed = bytes.clone();
        changed[at..at + from.len()].copy_from_slice(version.as_bytes());
        // The checksum of the header.
        let length = u32::from_le_bytes(changed[8..12].try_into().unwrap()) as usize;
        let sum = super::record::checksum(&changed[..12 + length]);
        changed[12 + length..20 + length].copy_from_slice(&sum);
        fs::write(part(folder), changed).unwrap();
    };
    part_of("0.0.7");
    let report = run(&sweep(), folder, Shard::WHOLE, &|_| (), &|| false).unwrap();
    assert!(report.kept >= 5 && report.added > 0);
    let whole = tempfile::tempdir().unwrap();
    assert_eq!(
        collect(folder).unwrap().digest(),
        run_all(whole.path(), 1, 2)
    );
    fs::write(&manifest, text.replace("\"format\": 1", "\"format\": 2")).unwrap();
    let error = collect(folder).unwrap_err().to_string();
    assert!(error.contains("format 2"), "{error}");
}

#[test]
fn policies_costs_qualities_and_memories_are_axes() {
    use crate::pricing::policy::{BenchmarkCap, HiddenPrices};
    let plain = SweepConfig {
        axes: vec![],
        ..config()
    };
    let caps = plain
        .clone()
        .with_policy(BenchmarkCap { share: 1.0 })
        .with_axis(Axis::new(Parameter::PolicyWeight, [0.5, 1.0]))
        .with_axis(Axis::new(Parameter::Memory, [0.0, 1.0]))
        .with_axis(Axis::new(Parameter::Cost, [0.9, 1.0]))
        .with_axis(Axis::new(Parameter::Quality, [2.0, 2.2]));
    assert_eq!(
        SweepConfig::from_toml_str(&caps.to_toml().unwrap()).unwrap(),
        caps
    );
    let sweep = Sweep::new(caps).unwrap();
    let folder = tempfile::tempdir().unwrap();
    run(&sweep, folder.path(), Shard::WHOLE, &|_| (), &|| false).unwrap();
    let all = collect(folder.path()).unwrap();
    let mean = |point: usize, name: &str| {
        let values = all.values(point, name).unwrap();
        values.iter().sum::<f64>() / values.len() as f64
    };
    let curve = |parameter| {
        let mut curves = sweep.curves().iter();
        curves
            .find(|curve| curve.parameter == parameter)
            .unwrap()
            .points
            .clone()
    };
    let weight = curve(Parameter::PolicyWeight);
    // At half the distance, the highest of three prices is excluded.
    assert!(mean(weight[0].1, "price_side_0") < mean(weight[1].1, "price_side_0") - 0.05);
    let cost = curve(Parameter::Cost);
    assert!(mean(cost[0].1, "price_side_0") < mean(cost[1].1, "price_side_0"));
    let csv = all.to_csv().unwrap();
    assert!(
        csv.lines()
            .next()
            .unwrap()
            .contains("policy_weight,memory,cost,quality")
    );
    let message = |config: SweepConfig| Sweep::new(config).unwrap_err().to_string();
    let axis = |values: [f64; 1]| Axis::new(Parameter::PolicyWeight, values);
    let hidden = plain.clone().with_policy(HiddenPrices::default());
    assert!(message(hidden.with_axis(axis([0.5]))).contains("the policy has no weight"));
    let both = plain.clone().with_axis(axis([0.5]));
    let both = both.with_axis(Axis::new(Parameter::Penalty, [0.5]));
    assert!(message(both).contains("penalty sets the same"));
    // Names in files of learners are names of axes too.
    let text = plain.to_toml().unwrap().replace("axes = []\n", "");
    let axes = "[[axes]]\nparameter = \"alpha\"\nvalues = [0.1]\n";
    let named = SweepConfig::from_toml_str(&(text + axes)).unwrap();
    assert_eq!(named.axes[0].parameter, Parameter::LearningRate);
    let memory = plain.with_axis(Axis::new(Parameter::Memory, [1.5]));
    assert!(message(memory).contains("whole number from 0 to 64"));
}

#[test]
fn kinds_of_learners_are_an_axis() {
    use crate::pricing::learner::{AnyLearner, Bandit, BanditRule, SarsaLearning};
    let exploration = Exploration::Exponential { beta: 2e-3 };
    let sarsa = SarsaLearning::new(0.15, 0.95, exploration).unwrap();
    let bandit = Bandit::new(BanditRule::Ucb { width: 1.0 }, 0.95).unwrap();
    let base = SweepConfig {
        axes: vec![],
        ..config()
    };
    let all = base
        .clone()
        .with_alternative(vec![sarsa.into()])
        .with_alternative(vec![bandit.into(), base.learners[0].clone()])
        .with_axis(Axis::new(Parameter::Learner, [0.0, 1.0, 2.0]));
    assert_eq!(
        SweepConfig::from_toml_str(&all.to_toml().unwrap()).unwrap(),
        all
    );
    let folder = tempfile::tempdir().unwrap();
    let sweep = Sweep::new(all.clone()).unwrap();
    let kinds: Vec<&str> = sweep.points()[..3]
        .iter()
        .map(|point| AnyLearner::kind(&point.scenario().learners[0]))
        .collect();
    assert_eq!(kinds, ["q_learning", "sarsa", "bandit"]);
    run(&sweep, folder.path(), Shard::WHOLE, &|_| (), &|| false).unwrap();
    let found = collect(folder.path()).unwrap();
    let csv = found.to_csv().unwrap();
    for part in [
        ",learner,learner_kind,",
        ",0,q_learning,",
        ",2,bandit+q_learning,",
    ] {
        assert!(csv.contains(part), "{part}");
    }
    // The base is the same point as in a sweep without alternatives.
    let plain = Sweep::new(base.clone()).unwrap();
    assert_eq!(plain.points()[0].seed(), sweep.points()[0].seed());
    let message = |config: SweepConfig| Sweep::new(config).unwrap_err().to_string();
    let wrong = all.clone().with_alternative(vec![]);
    assert!(message(wrong).contains("alternatives[2] is 0"));
    let far = base.with_axis(Axis::new(Parameter::Learner, [1.0]));
    assert!(message(far).contains("there are 0 alternatives"));
    // Learning rates are set for any learners.
    let rates = all
        .with_design(Design::Product)
        .with_axis(Axis::new(Parameter::LearningRate, [0.2]));
    assert!(message(rates).contains("no alpha"));
}

/// A sweep around a scenario runs that scenario, with a separate seed.
#[test]
fn a_sweep_around_a_scenario_runs_that_scenario() {
    use crate::pricing::{
        policy::BenchmarkCap,
        scenario::{Scenario, ScenarioGrids},
    };
    let scenario = Scenario::new(
        Market::symmetric(2, 1).unwrap(),
        ScenarioGrids::rescaled(3),
        config().learners[0].clone(),
    )
    .with_seed(4)
    .with_memory(0)
    .with_policy(BenchmarkCap { share: 0.5 });
    let around =
        |scenario: &Scenario| SweepConfig::around(scenario).map(|one| one.with_sessions(2));
    let sweep = Sweep::new(around(&scenario).unwrap()).unwrap();
    let point = sweep.points()[0].scenario().clone();
    let learners = scenario.learner_of_each().unwrap();
    assert_eq!(
        Scenario { seed: 4, ..point },
        scenario.clone().with_learners(learners)
    );
    let mut elsewhere = scenario;
    elsewhere.grids.around = Some(Market::symmetric(3, 1).unwrap());
    assert!(
        around(&elsewhere)
            .unwrap_err()
            .to_string()
            .contains("another market")
    );
}
