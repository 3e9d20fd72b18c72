use rand::{SeedableRng, rngs::ChaCha8Rng};

use super::*;
use crate::overparam::{
    InputMap, OverparamError,
    infinite_width::{InfiniteWidth, Points, Reach, TangentKernel, test_data::synthetic},
    theory::Optimizer,
};

const BUDGET: Budget = Budget {
    width: 2000,
    depth: 3,
    epochs: 1000,
    optimizer: Optimizer::Gd,
};

type Data = (Vec<Vec<f64>>, Vec<[f64; 1]>);

fn data(n: usize, map: InputMap) -> Data {
    synthetic(n, map, &mut ChaCha8Rng::seed_from_u64(1))
}

fn advisor(map: InputMap) -> Advisor {
    Advisor {
        input_map: map,
        alphas: vec![-2.0, -1.0, 0.0, 0.05],
        ..Advisor::new(BUDGET)
    }
}

fn slope(advice: &Advice, alpha: f64) -> SlopeAdvice {
    let found = advice.slopes.iter().find(|slope| slope.alpha == alpha);
    *found.unwrap()
}

/// With a constant coordinate the published choice is best; on the whole sphere without one it is
/// not.
#[test]
fn the_best_slope_depends_on_the_constant_coordinate() {
    let with = InputMap::UnitWithConstant;
    let (rows, targets) = data(200, with);
    let advice = advisor(with).advise(&rows, &targets).unwrap();
    assert_eq!(advice.alpha, -1.0);
    assert!(!advice.against.iter().any(|text| text.contains("even")));

    let without = InputMap::Unit;
    let (rows, targets) = data(200, without);
    let advice = advisor(without).advise(&rows, &targets).unwrap();
    assert_eq!(advice.alpha, -2.0);
    assert!(
        advice.reasons[1].contains("the theorem alone"),
        "{:?}",
        advice.reasons
    );
    let only = Advisor {
        alphas: vec![-1.0],
        ..advisor(without)
    };
    let advice = only.advise(&rows, &targets).unwrap();
    assert!(
        advice.against[0].contains("change signs"),
        "{:?}",
        advice.against
    );
}

#[test]
fn pixels_need_no_constant() {
    let (rows, targets) = data(60, InputMap::Raw);
    let rows: Vec<Vec<f64>> = rows
        .iter()
        .map(|row| row.iter().map(|x| x.abs()).collect())
        .collect();
    let only = Advisor {
        alphas: vec![-1.0],
        ..advisor(InputMap::Unit)
    };
    let advice = only.advise(&rows, &targets).unwrap();
    assert_eq!(advice.data.one_orthant, Some(true));
    assert!(!advice.against.iter().any(|text| text.contains("even")));
}

/// The advice on a slope agrees with the closed form of the same rows.
#[test]
fn predictions_match_the_closed_form() {
    let map = InputMap::RawWithConstant;
    let (rows, targets) = data(15, map);
    let advice = advisor(map).advise(&rows, &targets).unwrap();
    assert_eq!(advice.data.analyzed, Some([15, 0]), "too few to hold out");
    let points = Points::new(&rows).unwrap().map(map).unwrap();
    for slope in &advice.slopes {
        let kernel = TangentKernel::new(slope.alpha, 3).unwrap();
        let network = InfiniteWidth::new(kernel, points.clone(), &targets).unwrap();
        let predicted = slope.predicted.unwrap();
        let largest = network.largest_stable_step(2000).unwrap();
        let close = |found: f64, expected: f64| (found / expected - 1.0).abs() < 1e-9;
        assert!(close(predicted.largest_stable_step, largest));
        assert!(advice.step <= 0.5 * largest * 1.0001);
        let training = network.train(advice.step, 2000).unwrap();
        assert!(close(predicted.final_loss, training.loss(1000)));
        let reach = training.steps_to(0.01 * training.loss(0)).unwrap();
        assert_eq!(predicted.epochs_to_target, reach);
        let mean = (training.loss(1000) / training.loss(100)).powf(1.0 / 900.0);
        assert!(close(predicted.decrease.unwrap(), 1.0 - mean));
    }
}

/// Fewer rows in the closed form represent all.
#[test]
fn a_part_of_the_rows_gives_about_the_same_advice() {
    let map = InputMap::UnitWithConstant;
    let (rows, targets) = data(400, map);
    let all = advisor(map).advise(&rows, &targets).unwrap();
    let some = Advisor {
        cap: 100,
        ..advisor(map)
    };
    let some = some.advise(&rows, &targets).unwrap();
    assert_eq!(all.data.analyzed, Some([320, 80]));
    assert_eq!(some.data.analyzed, Some([100, 25]));
    assert!(
        (some.step / all.step - 1.0).abs() < 0.1,
        "{} {}",
        some.step,
        all.step
    );
    assert_eq!(some.data.separation, all.data.separation);
    let stands = |advice: &Advice| {
        advice
            .notes
            .iter()
            .any(|note| note.contains("rows represent"))
    };
    assert!(stands(&some) && !stands(&all));
}

#[test]
fn batches_allow_larger_steps_and_need_fewer_epochs() {
    let map = InputMap::UnitWithConstant;
    let (rows, targets) = data(300, map);
    let gd = advisor(map).advise(&rows, &targets).unwrap();
    let with = |batch| {
        let mut advisor = advisor(map);
        advisor.budget.optimizer = Optimizer::Sgd { batch };
        advisor.advise(&rows, &targets).unwrap()
    };
    let (small, whole) = (with(30), with(300));
    let ratio = small.step / gd.step;
    assert!((4.0..10.01).contains(&ratio), "{ratio}");
    assert!((whole.step / gd.step - 1.0).abs() < 1e-9);
    let epochs = |advice: &Advice| match slope(advice, -1.0).predicted.unwrap().epochs_to_target {
        Reach::After { steps } => steps as f64,
        other => panic!("{other:?}"),
    };
    // A step on a batch is equivalent to one on all rows if it is larger by the inverse of the
    // batch's share.
    let expected = epochs(&gd) / 10.0 * (10.0 / ratio);
    assert!((epochs(&small) / expected - 1.0).abs() < 0.1);
    assert!(small.notes.iter().any(|note| note.contains("noise")));
}

#[test]
fn theorems_alone_choose_the_absolute_value() {
    let facts = Facts {
        samples: 1000,
        coordinates: 5,
        outputs: 1,
        separation: 0.05,
    };
    let advice = advisor(InputMap::Unit).advise_without_data(facts).unwrap();
    assert_eq!(advice.alpha, -1.0);
    assert!(!advice.from_data && advice.slopes.iter().all(|slope| slope.predicted.is_none()));
    assert!(advice.against[0].contains("even"), "{:?}", advice.against);
    assert_eq!(slope(&advice, -1.0).theorem.relative_to_relu, 2.0);
    assert!(slope(&advice, -2.0).theorem.required_width > 1e20);
    let epochs = |alpha| slope(&advice, alpha).theorem.epochs_to_target;
    assert!((epochs(0.0) / epochs(-1.0) - 2.0).abs() < 1e-6);
    let text = advice.to_string();
    assert!(
        text.contains("constant of 1") && !text.contains("held-out best"),
        "{text}"
    );
}

#[test]
fn a_measured_run_calibrates_the_theorem() {
    let curve: Vec<(u64, f64)> = (0..=1000)
        .step_by(50)
        .map(|epoch| (epoch, 2.0 * (1.0 - 0.00143_f64).powi(epoch as i32)))
        .collect();
    let run = Calibration::from_curve(0.0, &curve).unwrap();
    assert_eq!((run.first.0, run.last.0), (100, 1000));
    let map = InputMap::UnitWithConstant;
    let (rows, targets) = data(40, map);
    let with = Advisor {
        calibration: Some(run),
        ..advisor(map)
    };
    let advice = with.advise(&rows, &targets).unwrap();
    let epochs = slope(&advice, -1.0).calibrated.unwrap().epochs_to_target;
    assert!((epochs - 1608.0).abs() < 1.0, "{epochs}");
    assert!(advice.to_string().contains("calibrated"));
    assert!(Calibration::from_curve(0.0, &[(0, 1.0)]).is_err());
    assert!(Calibration::from_curve(0.0, &[(0, 1.0), (100, 2.0), (200, 3.0)]).is_err());
    assert!(Calibration::from_curve(0.0, &[(0, 1.0), (100, f64::NAN)]).is_err());
}

#[test]
fn advice_is_repeatable_and_survives_json() {
    let map = InputMap::UnitWithConstant;
    let (rows, targets) = data(50, map);
    let once = advisor(map).advise(&rows, &targets).unwrap();
    assert_eq!(once, advisor(map).advise(&rows, &targets).unwrap());
    let json = serde_json::to_string(&once).unwrap();
    let back: Advice = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (back.alpha, &back.slopes.len()),
        (once.alpha, &once.slopes.len())
    );
    assert_eq!(back.to_string(), once.to_string());
}

#[test]
fn the_text_has_a_table_and_sentences() {
    let map = InputMap::UnitWithConstant;
    let (rows, targets) = data(120, map);
    let advice = advisor(map).advise(&rows, &targets).unwrap();
    let text = advice.to_string();
    println!("{text}");
    for part in [
        "Data: 120 samples",
        "Use alpha = -1.",
        "Use the step",
        "Stop ",
        "held-out best",
    ] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
    let table: Vec<&str> = text
        .lines()
        .skip_while(|line| !line.trim_start().starts_with("alpha "))
        .take(5)
        .collect();
    assert!(
        table.iter().all(|line| line.len() == table[0].len()),
        "{text}"
    );
}

#[test]
fn errors_name_the_problem() {
    let map = InputMap::UnitWithConstant;
    let (rows, targets) = data(10, map);
    let fails = |rows: &[Vec<f64>], targets: &[[f64; 1]]| {
        advisor(map).advise(rows, targets).unwrap_err().to_string()
    };
    assert_eq!(fails(&[], &[]).lines().count(), 1);
    assert!(fails(&[], &[]).contains("there are no rows"));
    assert!(fails(&rows[..1], &targets[..1]).starts_with("1 row of data"));
    assert!(fails(&rows, &targets[..9]).contains("9 rows of targets for 10 inputs"));
    let changed = |change: fn(&mut Vec<Vec<f64>>)| {
        let mut rows = rows.clone();
        change(&mut rows);
        fails(&rows, &targets)
    };
    assert!(changed(|rows| rows[3][1] = f64::NAN).contains("row 3, coordinate 1 is NaN"));
    assert!(changed(|rows| rows[4].truncate(2)).contains("row 4 has 2 coordinates"));
    let mut no_number = targets.clone();
    no_number[5] = [f64::INFINITY];
    assert!(fails(&rows, &no_number).starts_with("the targets: row 5, coordinate 0 is inf"));

    let setting = |change: fn(&mut Advisor)| {
        let mut advisor = advisor(map);
        change(&mut advisor);
        advisor.advise(&rows, &targets).unwrap_err().to_string()
    };
    assert!(setting(|a| a.alphas.clear()).starts_with("no slopes"));
    assert!(
        setting(|a| a.alphas[1] = 1.0)
            .starts_with("alpha = 1 is out of range: a finite number below 1")
    );
    assert!(setting(|a| a.target = 1.0).starts_with("target = 1"));
    assert!(setting(|a| a.cap = 1).starts_with("rows in the closed form = 1"));
    assert!(setting(|a| a.separation_cap = 0).starts_with("rows to compare = 0"));
    assert!(setting(|a| a.budget.width = 1).starts_with("width = 1"));
    assert!(setting(|a| a.budget.epochs = 0).starts_with("epochs = 0"));
    let batch = |batch| {
        let mut advisor = advisor(map);
        advisor.budget.optimizer = Optimizer::Sgd { batch };
        advisor.advise(&rows, &targets).unwrap_err().to_string()
    };
    assert!(
        batch(0).contains("batch") && batch(11).starts_with("a batch of 11"),
        "{}",
        batch(0)
    );
}

/// Two rows, zero targets, a zero row: minimal advice, and no panic.
#[test]
fn tiny_and_empty_targets() {
    for map in [InputMap::Raw, InputMap::Unit, InputMap::UnitWithConstant] {
        for rows in [
            [[1.0, 0.0], [0.0, 5.0]],
            [[0.0, 0.0], [0.0, 1e-300]],
            [[1e100, 0.0], [0.0, 0.0]],
        ] {
            match advisor(map).advise(&rows, &[[0.0], [0.0]]) {
                Ok(advice) => assert!(advice.step > 0.0 && !advice.to_string().contains("NaN")),
                Err(error) => println!("{map:?} {rows:?}: {error}"),
            }
        }
    }
}

/// The curves end at the values of the table, and use the rows of the split.
#[test]
fn curves_are_those_of_the_split() {
    let map = InputMap::UnitWithConstant;
    let (rows, targets) = data(60, map);
    let advisor = advisor(map);
    let advice = advisor.advise(&rows, &targets).unwrap();
    let split = advisor.split(rows.len());
    assert_eq!([split.train.len(), split.held_out.len()], [48, 12]);
    let mut all = [split.train.clone(), split.held_out.clone()].concat();
    all.sort_unstable();
    assert_eq!(all, (0..60).collect::<Vec<_>>());
    let points = Points::new(&rows).unwrap().map(map).unwrap();
    let part = |numbers: &[usize]| {
        let targets: Vec<_> = numbers.iter().map(|&row| targets[row]).collect();
        (points.select(numbers).unwrap(), targets)
    };
    let ((train, train_targets), (test, test_targets)) =
        (part(&split.train), part(&split.held_out));
    assert_eq!(advice.curves.len(), advice.slopes.len());
    for (curve, slope) in advice.curves.iter().zip(&advice.slopes) {
        assert_eq!(curve.alpha, slope.alpha);
        let predicted = slope.predicted.unwrap();
        let (first, last) = (curve.points[0], curve.points[curve.points.len() - 1]);
        assert_eq!((first.epoch, first.loss), (0, predicted.initial_loss));
        assert_eq!((last.epoch, last.loss), (1000, predicted.final_loss));
        assert!(
            curve
                .points
                .windows(2)
                .all(|two| two[0].epoch < two[1].epoch)
        );
        // A step on 60 rows moves as one on 48 that is 60/48 times as large.
        let kernel = TangentKernel::new(curve.alpha, 3).unwrap();
        let network = InfiniteWidth::new(kernel, train.clone(), &train_targets).unwrap();
        let training = network.train(advice.step * 60.0 / 48.0, 2000).unwrap();
        let held_out = training.test_curve(&test, &test_targets).unwrap();
        for point in &curve.points {
            let close = |found: f64, expected: f64| (found / expected - 1.0).abs() < 1e-6;
            assert!(close(point.loss, training.loss(point.epoch)));
            assert!(close(point.held_out.unwrap(), held_out.loss(point.epoch)));
        }
    }
}

/// Drawn once with rand 0.10.4; a change here changes which rows all advice is about.
#[test]
fn a_split_is_stable() {
    let split = advisor(InputMap::Raw).split(20);
    let train = [0, 6, 4, 3, 10, 9, 17, 19, 12, 11, 15, 1, 5, 8, 18, 13];
    assert_eq!(split.train, train);
    assert_eq!(split.held_out, [7, 16, 2, 14]);
}

/// A run can be added to advice that was given without one.
#[test]
fn later_calibration_gives_the_same_advice() {
    let run = Calibration::from_curve(0.0, &[(0, 2.0), (10, 1.0), (100, 0.5)]).unwrap();
    let facts = Facts {
        samples: 100,
        coordinates: 5,
        outputs: 1,
        separation: 0.1,
    };
    let before = Advisor {
        calibration: Some(run),
        ..advisor(InputMap::Raw)
    };
    let expected = before.advise_without_data(facts).unwrap();
    let later = advisor(InputMap::Raw).advise_without_data(facts).unwrap();
    assert_eq!(later.calibrated(run).unwrap(), expected);
}

/// Rows that are one input count once, with the mean of their targets.
#[test]
fn coinciding_rows_are_merged_or_rejected() {
    let map = InputMap::UnitWithConstant;
    let (mut rows, mut targets) = data(40, map);
    let alone = advisor(map).advise(&rows, &targets).unwrap();
    assert_eq!(alone.data.merged, None);
    // Twice as long, so the same input; the targets' mean is the old target.
    rows.insert(5, rows[2].iter().map(|x| 2.0 * x).collect());
    targets.insert(5, [targets[2][0] + 1.0]);
    targets[2][0] -= 1.0;
    let merged = advisor(map).advise(&rows, &targets).unwrap();
    assert_eq!(merged.data.samples, 40);
    let found = merged.data.merged.unwrap();
    assert_eq!((found.rows, found.coinciding, found.by_length), (41, 1, 1));
    assert!((found.difference - 2.0).abs() < 1e-9);
    for (one, other) in alone.slopes.iter().zip(&merged.slopes) {
        let [a, b] = [one, other].map(|slope| slope.predicted.unwrap().final_loss);
        assert!((a / b - 1.0).abs() < 1e-6, "{a} {b}");
    }
    let text = merged.to_string();
    assert!(
        text.contains("1 of 41 rows are the same input") && text.contains("raw-constant keeps"),
        "{text}"
    );
    let refuse = Advisor {
        duplicates: Duplicates::Refuse,
        ..advisor(map)
    };
    let error = refuse.advise(&rows, &targets).unwrap_err().to_string();
    assert!(
        error.starts_with("rows 2 and 5, counted from 0, are the same input"),
        "{error}"
    );
    // With their lengths they are two.
    let raw = Advisor {
        duplicates: Duplicates::Refuse,
        ..advisor(InputMap::RawWithConstant)
    };
    assert_eq!(
        raw.advise(&rows, &targets).unwrap().data.samples,
        rows.len()
    );
}

#[test]
fn identical_rows_are_rejected_with_a_remedy() {
    let rows: Vec<[f64; 1]> = (1..30).map(|i| [f64::from(i) - 9.5]).collect();
    let targets: Vec<[f64; 1]> = rows.iter().map(|x| [x[0] * x[0]]).collect();
    for map in [InputMap::Unit, InputMap::UnitWithConstant] {
        let error = advisor(map).advise(&rows, &targets).unwrap_err();
        assert_eq!(error, OverparamError::OnlySigns);
        assert!(error.to_string().contains("raw-constant"), "{error}");
    }
    let advice = advisor(InputMap::RawWithConstant).advise(&rows, &targets);
    assert_eq!(advice.unwrap().data.samples, 29);
    let same = [[1.0, 2.0], [1.0, 2.0]];
    let error = advisor(InputMap::Raw).advise(&same, &targets[..2]);
    let error = error.unwrap_err().to_string();
    assert!(
        error.starts_with("all 2 rows are the same input"),
        "{error}"
    );
}

/// If all slopes reach the target equally fast, the theorem decides, and the text states it.
#[test]
fn slopes_that_tie_are_named() {
    let map = InputMap::UnitWithConstant;
    let (rows, targets) = ([[1.0, 1.0], [-1.0, -1.0]], [[1.0], [-1.0]]);
    let advice = advisor(map).advise(&rows, &targets).unwrap();
    assert_eq!((advice.alpha, advice.tied.len()), (-1.0, 3));
    let text = advice.to_string();
    assert!(text.contains("All slopes tie on these data"), "{text}");
    let (rows, targets) = data(60, map);
    let advice = advisor(map).advise(&rows, &targets).unwrap();
    assert!(advice.tied.is_empty() && advice.to_string().contains("Use alpha = -1."));
}

#[test]
fn epochs_of_finite_width_are_expected() {
    let map = InputMap::UnitWithConstant;
    let (rows, targets) = data(60, map);
    let advice = advisor(map).advise(&rows, &targets).unwrap();
    let predicted = advice.predicted_epochs.unwrap();
    let [from, to] = advice.expected_epochs.unwrap();
    let ratio = |epochs: u64| epochs as f64 / predicted as f64;
    assert!((ratio(from) - 1.1).abs() < 0.02 && (ratio(to) - 4.5).abs() < 0.02);
    // The prediction is for all rows: it equals that of an advisor that holds none out.
    let points = Points::new(&rows).unwrap().map(map).unwrap();
    let kernel = TangentKernel::new(advice.alpha, BUDGET.depth).unwrap();
    let network = InfiniteWidth::new(kernel, points, &targets).unwrap();
    let training = network.train(advice.step, BUDGET.width).unwrap();
    let goal = advice.target * training.loss(0);
    let Reach::After { steps } = training.steps_to(goal).unwrap() else {
        panic!("{advice}");
    };
    assert_eq!(predicted, steps);
    // A network that is wide for its rows follows the prediction.
    let mut wide = advisor(map);
    wide.budget.width = 60_000;
    let advice = wide.advise(&rows, &targets).unwrap();
    let [from, to] = advice.expected_epochs.unwrap();
    assert_eq!(from, to);
}

/// The step belongs to the sum over all rows, also if most of them coincide.
#[test]
fn the_step_is_stable_for_all_rows_if_many_coincide() {
    let map = InputMap::UnitWithConstant;
    let (inputs, values) = data(12, map);
    // Every input 3 times, and the first one 150 times.
    let of_row = |row: usize| if row < 147 { 0 } else { row % 12 };
    let rows: Vec<Vec<f64>> = (0..183).map(|row| inputs[of_row(row)].clone()).collect();
    let targets: Vec<[f64; 1]> = (0..183).map(|row| values[of_row(row)]).collect();
    let advice = advisor(map).advise(&rows, &targets).unwrap();
    let merged = advice.data.merged.unwrap();
    assert_eq!((advice.data.samples, merged.rows), (12, 183));
    let points = |rows: &[Vec<f64>]| Points::new(rows).unwrap().map(map).unwrap();
    let stable = |rows: &[Vec<f64>], targets: &[[f64; 1]]| {
        let kernel = TangentKernel::new(advice.alpha, BUDGET.depth).unwrap();
        let network = InfiniteWidth::new(kernel, points(rows), targets).unwrap();
        network.largest_stable_step(BUDGET.width).unwrap()
    };
    let all = stable(&rows, &targets);
    let distinct = stable(&inputs, &values);
    assert!(
        advice.step < 0.75 * all && advice.step > 0.25 * all,
        "{} {all}",
        advice.step
    );
    let share = merged.step.unwrap() / distinct;
    assert!((0.25..0.75).contains(&share), "{share}");
    assert!(distinct > 5.0 * all, "the two differ here");
    let text = advice.to_string();
    assert!(text.contains("It is for all 183 rows"), "{text}");
}

#[test]
fn unreachable_goals_and_runs_change_the_expectation() {
    let map = InputMap::UnitWithConstant;
    let (mut rows, mut targets) = data(40, map);
    let run = Calibration::from_curve(-1.0, &[(0, 2.0), (10, 1.0), (100, 0.5)]).unwrap();
    let advice = advisor(map).advise(&rows, &targets).unwrap();
    let advice = advice.calibrated(run).unwrap();
    let measured = |length, to_target| advice.clone().measured(RunEpochs { length, to_target });
    // All rows take longer than those of the run.
    let Reach::After { steps } = slope(&advice, advice.alpha)
        .predicted
        .unwrap()
        .epochs_to_target
    else {
        panic!("{advice}");
    };
    let (part, all) = (steps as f64, advice.predicted_epochs.unwrap() as f64);
    for (length, epochs, text) in [
        (2.0 * part, 1.5 * part, " a run took "),
        (part, 3.0 * part, "extrapolated from a run of "),
    ] {
        let advice = measured(length, Some(epochs));
        let [from, to] = advice.expected_epochs.unwrap().map(|epochs| epochs as f64);
        let expected = epochs * all / part;
        assert!(from < expected && expected < to, "{from} {expected} {to}");
        assert!(advice.to_string().contains(text), "{advice}");
    }
    // A short run at the start does not promise less than the prediction.
    let [from, to] = measured(2.0, Some(0.1 * part + 3.0))
        .expected_epochs
        .unwrap();
    assert!(
        from as f64 >= all && to as f64 >= 4.4 * all,
        "{from} {to} {all}"
    );
    let stuck = measured(50.0, None);
    assert_eq!(stuck.expected_epochs, None);
    assert!(
        stuck
            .to_string()
            .contains("after 50 epochs of a run the loss did not fall")
    );
    for row in 0..20 {
        rows.push(rows[row].clone());
        targets.push([targets[row][0] + 3.0]);
    }
    let advice = advisor(map).advise(&rows, &targets).unwrap();
    assert_eq!(advice.expected_epochs, None);
    let text = advice.to_string();
    assert!(
        text.contains("over all rows: rows that are the same input"),
        "{text}"
    );
}
