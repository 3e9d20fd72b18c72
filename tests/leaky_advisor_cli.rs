//! The command `leaky_advisor` as a user meets it.
#![cfg(all(feature = "train", feature = "flex"))]
#![allow(clippy::unwrap_used)]

mod common;

use std::{fmt::Write, fs, process::Command};

use common::{example, failure, texts};
use tempfile::TempDir;

/// Small enough for a test.
const SMALL: [&str; 6] = ["--width", "64", "--depth", "2", "--epochs", "100"];

fn advisor(dir: &TempDir) -> Command {
    let mut command = example("leaky_advisor", &dir.path().join("cache"));
    command.current_dir(dir.path()).args(SMALL);
    command
}

/// 60 houses, with a column of text.
fn houses() -> String {
    let mut text = String::from("street,area,age,price\n");
    for i in 0..60 {
        let (area, age) = (60 + (37 * i) % 90, (53 * i) % 71);
        let price = 1000 * area - 300 * age + 5000 * (i % 3);
        writeln!(text, "street {i},{area},{age},{price}").unwrap();
    }
    text
}

fn with_houses() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("houses.csv"), houses()).unwrap();
    dir
}

fn read(dir: &TempDir, file: &str) -> String {
    let path = dir.path().join("runs/leaky_advisor-001").join(file);
    fs::read_to_string(path).unwrap()
}

#[test]
fn a_user_supplied_table_gets_advice() {
    let dir = with_houses();
    let output = advisor(&dir)
        .args(["--data", "houses.csv", "--alpha", "-1,0"])
        .args(["--input-map", "unit-constant"])
        .output()
        .unwrap();
    let (stdout, stderr) = texts(&output);
    assert!(output.status.success(), "{stderr}");
    assert!(stderr.starts_with("note: "), "{stderr}");
    assert!(stderr.contains("street"), "{stderr}");
    let title = "houses.csv, predicting price, standardized";
    assert!(stdout.starts_with(title), "{stdout}");
    assert!(stdout.contains("Use alpha = "), "{stdout}");
    assert!(read(&dir, "advice.txt").starts_with(title));
    let advice: serde_json::Value = serde_json::from_str(&read(&dir, "advice.json")).unwrap();
    assert_eq!(advice["title"], title);
    assert_eq!(advice["data"]["samples"], 60);
    assert_eq!(advice["data"]["coordinates"], 2);
    assert_eq!(advice["from_data"], true);
    let slopes = read(&dir, "slopes.csv");
    let rows: Vec<&str> = slopes.lines().collect();
    assert_eq!(rows.len(), 3, "{slopes}");
    assert!(
        rows[1].starts_with(&format!("\"{title}\",-1,2,")),
        "{slopes}"
    );
    let curves = read(&dir, "curves.csv");
    let ends = curves.lines().filter(|line| line.contains(",100,"));
    assert_eq!(ends.count(), 2, "one curve per slope to the last epoch");
    let picture = read(&dir, "curves.svg");
    for text in [
        title,
        "predicted training loss",
        "held-out rows",
        "the theorem",
    ] {
        assert!(picture.contains(text), "{text}");
    }
    // The next run does not touch this one, and a named folder is not written twice.
    let again = advisor(&dir)
        .args(["--data", "houses.csv"])
        .output()
        .unwrap();
    assert!(again.status.success());
    assert!(
        dir.path()
            .join("runs/leaky_advisor-002/advice.json")
            .is_file()
    );
    let mut command = advisor(&dir);
    command.args(["--data", "houses.csv", "--out", "runs/leaky_advisor-001"]);
    let line = failure(&mut command);
    assert!(line.contains("already contains advice"), "{line}");
}

#[test]
fn columns_can_be_chosen() {
    let dir = with_houses();
    let output = advisor(&dir)
        .args(["--data", "houses.csv", "--target", "age,price"])
        .args(["--features", "area", "--no-standardize"])
        .args(["--input-map", "raw-constant"])
        .output()
        .unwrap();
    let (stdout, stderr) = texts(&output);
    assert!(output.status.success(), "{stderr}");
    assert!(
        stdout.starts_with("houses.csv, predicting age, price\n"),
        "{stdout}"
    );
    let advice: serde_json::Value = serde_json::from_str(&read(&dir, "advice.json")).unwrap();
    assert_eq!(advice["data"]["coordinates"], 1);
    assert_eq!(advice["data"]["outputs"], 2);
    // So narrow a network does not train on numbers of this size; the advice is given anyway.
    assert!(
        stdout.contains("in the run, the loss was not finite"),
        "{stdout}"
    );
}

#[test]
fn a_test_run_calibrates_the_theorem_and_is_compared_with_the_prediction() {
    let dir = tempfile::tempdir().unwrap();
    let output = advisor(&dir)
        .args(["--samples", "60", "--alpha", "-1,0"])
        .args(["--calibrate", "60"])
        .output()
        .unwrap();
    let (stdout, stderr) = texts(&output);
    assert!(output.status.success(), "{stderr}");
    assert!(stdout.contains("calibrated"), "{stdout}");
    assert!(stdout.contains("was predicted"), "{stdout}");
    let measured = read(&dir, "measured.csv");
    let losses: Vec<f64> = measured
        .lines()
        .skip(1)
        .map(|line| line.split(',').nth(3).unwrap().parse().unwrap())
        .collect();
    assert!(losses.len() > 10, "{measured}");
    assert!(losses[losses.len() - 1] < losses[0], "{measured}");
    let advice: serde_json::Value = serde_json::from_str(&read(&dir, "advice.json")).unwrap();
    for slope in advice["slopes"].as_array().unwrap() {
        assert!(slope["calibrated"]["decrease"].as_f64().unwrap() > 0.0);
    }
    // The same seed, the same run: prediction and measurement are of one network and one step.
    let predicted = advice["curves"][0]["points"][0]["loss"].as_f64().unwrap();
    assert!(
        (losses[0] / predicted - 1.0).abs() < 0.6,
        "{} {predicted}",
        losses[0]
    );
    assert!(read(&dir, "curves.svg").contains("prediction and run"));
}

#[test]
fn slopes_are_compared_without_data() {
    let dir = tempfile::tempdir().unwrap();
    let facts = [
        "--samples",
        "500",
        "--coordinates",
        "8",
        "--separation",
        "0.1",
    ];
    let output = advisor(&dir).args(facts).output().unwrap();
    let (stdout, stderr) = texts(&output);
    assert!(output.status.success() && stderr.is_empty(), "{stderr}");
    assert!(stdout.contains("Use alpha = -1."), "{stdout}");
    assert!(
        stdout.contains("without data only the theorems are used"),
        "{stdout}"
    );
    assert!(read(&dir, "curves.svg").contains("constant unknown"));
    let line = failure(advisor(&dir).args(facts).arg("--calibrate"));
    assert!(
        line.contains("--calibrate trains, and so needs data"),
        "{line}"
    );
}

#[test]
fn without_network_housing_is_replaced_by_a_labeled_stand_in() {
    let dir = tempfile::tempdir().unwrap();
    let output = advisor(&dir)
        .args(["--dataset", "housing", "--cap", "60", "--alpha", "-1,0"])
        .output()
        .unwrap();
    let (stdout, stderr) = texts(&output);
    assert!(output.status.success(), "{stderr}");
    assert!(
        stderr.starts_with("note: California housing was not found"),
        "{stderr}"
    );
    assert!(
        stdout.contains("stand-in for California housing"),
        "{stdout}"
    );
    assert!(read(&dir, "slopes.csv").contains("stand-in for California housing"));
}

#[test]
fn invalid_tables_and_options_give_one_line_errors() {
    let dir = with_houses();
    let file = |name: &str, text: &str| fs::write(dir.path().join(name), text).unwrap();
    file("nan.csv", "x,y\n1,2\nNaN,3\n2,1\n");
    file("gap.csv", "x,y\n1,2\n,3\n2,1\n");
    file("text.csv", "x,y\n1,2\ntwo,3\n2,1\n");
    file("ragged.csv", "x,y\n1,2\n3\n");
    file("empty.csv", "");
    file("twice.csv", "x,z,y\n1,2,1\n1,2,2\n2,3,1\n");
    file("constant.csv", "x,y\n1,7\n2,7\n3,7\n");
    file("large.csv", "x,y\n1,7\n1e300,8\n3,9\n");
    file("line.csv", "x,y\n1,1\n2,4\n3,9\n4,1\n5,3\n");
    file("same.csv", "x,z,y\n1,2,1\n1,2,2\n1,2,3\n");
    let cases: &[(&[&str], &str)] = &[
        (&["--data", "nowhere.csv"], "nowhere.csv"),
        (&["--data", "nan.csv"], "line 3, column x"),
        (&["--data", "nan.csv"], "--drop-missing"),
        (&["--data", "gap.csv"], "gap.csv"),
        (&["--data", "text.csv"], "text.csv, line 3, column x"),
        (&["--data", "ragged.csv"], "ragged.csv, line 3"),
        (&["--data", "empty.csv"], "empty.csv is empty"),
        (
            &["--data", "twice.csv", "--duplicates", "refuse"],
            "lines 2 and 3 are the same input",
        ),
        (
            &["--data", "constant.csv"],
            "constant.csv: column y is 7 in every row",
        ),
        (
            &["--data", "large.csv"],
            "large.csv, line 3, column x: 1e300 is too large",
        ),
        (
            &["--data", "line.csv", "--input-map", "unit-constant"],
            "use the input map raw-constant",
        ),
        (
            &["--data", "same.csv", "--no-standardize"],
            "all 3 rows are the same input",
        ),
        (
            &["--data", "houses.csv", "--target", "street"],
            "has 60 different values",
        ),
        (
            &["--data", "houses.csv", "--separator", "dots"],
            "use one character",
        ),
        (
            &["--data", "houses.csv", "--target", "prize"],
            "did you mean price?",
        ),
        (
            &["--data", "houses.csv", "--features", "rooms"],
            "no column rooms",
        ),
        (
            &["--alpha", "1"],
            "alpha = 1 is out of range: a finite number below 1",
        ),
        (&["--alpha", "steep"], "steep"),
        (&["--goal", "2"], "target = 2"),
        (&["--cap", "1"], "rows in the closed form = 1"),
        (&["--batch", "0"], "batch"),
        (&["--samples", "1"], "1 row of data"),
        (&["--input-map", "round"], "round"),
        (&["--target", "price"], "--data"),
        (&["--separation", "0.1"], "--coordinates"),
        (&["--device", "abacus"], "\"abacus\" is not a device"),
    ];
    for (options, expected) in cases {
        let line = failure(advisor(&dir).args(*options));
        assert!(line.contains(expected), "{options:?}: {line}");
        assert!(
            !dir.path().join("runs").exists(),
            "{options:?} left a folder"
        );
    }
    let dropped = advisor(&dir)
        .args([
            "--data",
            "gap.csv",
            "--drop-missing",
            "--input-map",
            "raw-constant",
        ])
        .output()
        .unwrap();
    let (_, stderr) = texts(&dropped);
    assert!(dropped.status.success(), "{stderr}");
    assert!(stderr.contains("1 row"), "{stderr}");
}

fn advised(dir: &TempDir, file: &str, options: &[&str]) -> (serde_json::Value, String, String) {
    let mut command = example("leaky_advisor", &dir.path().join("cache"));
    command.current_dir(dir.path()).args(&SMALL[..4]);
    if !options.contains(&"--epochs") {
        command.args(&SMALL[4..]);
    }
    let output = command
        .args(["--data", file, "--out"])
        .arg(dir.path().join(format!("{file}.advice")))
        .args(options)
        .output()
        .unwrap();
    let (stdout, stderr) = texts(&output);
    assert!(output.status.success(), "{file} {options:?}: {stderr}");
    let path = dir.path().join(format!("{file}.advice/advice.json"));
    let advice = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    (advice, stdout, stderr)
}

/// Numbers in [-2, 2] that fill the square evenly.
fn square(i: u32) -> [f64; 2] {
    [0.618_034, 0.414_214].map(|step| 4.0 * (f64::from(i) * step).fract() - 2.0)
}

#[test]
fn the_input_map_is_chosen_on_held_out_rows() {
    let dir = tempfile::tempdir().unwrap();
    let mut text = String::from("x1,x2,y\n");
    for [a, b] in (1..=300).map(square) {
        writeln!(text, "{a},{b},{}", a * a + b * b).unwrap();
    }
    fs::write(dir.path().join("bowl.csv"), text).unwrap();
    let options = ["--alpha", "-1,0", "--epochs", "1000", "--cap", "200"];
    let (advice, stdout, _) = advised(&dir, "bowl.csv", &options);
    let map = advice["input_map"].as_str().unwrap();
    assert_eq!(map, "raw-with-constant");
    let trials = advice["maps"].as_array().unwrap();
    assert_eq!(trials.len(), 8);
    let loss = |map: &str| {
        let trial = trials.iter().find(|trial| trial["map"] == map).unwrap();
        trial["held_out"].as_f64().unwrap()
    };
    let (best, usual) = (loss("raw-with-constant"), loss("unit-with-constant"));
    assert!(best < 0.1 * usual, "{best} {usual}");
    assert!(
        stdout.contains("Use the input map raw-constant"),
        "{stdout}"
    );
    // A map that is given stays.
    fs::remove_dir_all(dir.path().join("bowl.csv.advice")).unwrap();
    let options = [&options[..], &["--input-map", "unit"]].concat();
    let (advice, stdout, _) = advised(&dir, "bowl.csv", &options);
    assert_eq!(advice["input_map"], "unit");
    assert!(!stdout.contains("Use the input map"), "{stdout}");
}

#[test]
fn tiny_tables_long_trainings_and_single_features_get_advice() {
    let dir = tempfile::tempdir().unwrap();
    for rows in [2, 3, 4, 10] {
        let file = format!("rows{rows}.csv");
        let mut text = String::from("x,z,y\n");
        for (i, [a, b]) in (1..=rows).map(|i| (i, square(i))) {
            writeln!(text, "{a},{b},{i}").unwrap();
        }
        fs::write(dir.path().join(&file), text).unwrap();
        for epochs in ["1", "100", "10000", "1000000"] {
            let (_, stdout, _) = advised(&dir, &file, &["--epochs", epochs]);
            assert!(!stdout.contains("NaN"), "{stdout}");
            fs::remove_dir_all(dir.path().join(format!("{file}.advice"))).unwrap();
        }
    }
    let mut text = String::from("x,y\n");
    for [a, _] in (1..=60).map(square) {
        writeln!(text, "{a},{}", a.sin()).unwrap();
    }
    fs::write(dir.path().join("one.csv"), text).unwrap();
    let (advice, ..) = advised(&dir, "one.csv", &["--alpha", "-1,0"]);
    let map = advice["input_map"].as_str().unwrap();
    assert!(map.starts_with("raw"), "{map}");
}

#[test]
fn realistic_tables_are_read_with_notes() {
    let dir = tempfile::tempdir().unwrap();
    let mut text = String::from("sep=|\nsize, m²|price|color|kind\n");
    for (i, [a, b]) in (1..=60_u32).map(|i| (i, square(i))) {
        // Each row twice, and once with another price.
        for price in [
            1000.0 + 100.0 * a * b,
            1000.0 + 100.0 * a * b + f64::from(i % 2),
        ] {
            let (size, price): (String, String) = [a + 3.0, price]
                .map(|x| format!("{x:.3}").replace('.', ","))
                .into();
            let kind = if a > b { "flat" } else { "house" };
            writeln!(
                text,
                "{size}|€{price}|{}|{kind}",
                ["red", "blue"][i as usize % 2]
            )
            .unwrap();
        }
    }
    fs::write(dir.path().join("field.csv"), text).unwrap();
    let target = ["--target", "price", "--alpha", "-1,0"];
    let (advice, stdout, stderr) = advised(&dir, "field.csv", &target);
    assert_eq!(advice["data"]["coordinates"], 1 + 2 + 2);
    assert_eq!(advice["data"]["merged"]["coinciding"], 60);
    for note in ["a decimal comma, the sign €", "color (2), kind (2)"] {
        assert!(stderr.contains(note), "{stderr}");
    }
    assert!(
        stdout.contains("60 of 120 rows are the same input"),
        "{stdout}"
    );
    assert!(stdout.contains("between lines "), "{stdout}");
    // Names with commas; a target of classes.
    fs::remove_dir_all(dir.path().join("field.csv.advice")).unwrap();
    let classes = [
        "--target",
        "kind",
        "--features",
        "size, m²",
        "--features",
        "price",
        "--alpha",
        "-1,0",
    ];
    let (advice, _, stderr) = advised(&dir, "field.csv", &classes);
    assert_eq!(advice["data"]["outputs"], 2);
    assert_eq!(advice["data"]["coordinates"], 2);
    assert!(
        stderr.contains("kind is text") && stderr.contains("squared loss"),
        "{stderr}"
    );
}

#[test]
fn the_headline_states_the_measured_range() {
    let dir = with_houses();
    let options = [
        "--alpha",
        "-1,0",
        "--epochs",
        "100000",
        "--input-map",
        "unit-constant",
        "--calibrate",
        "0",
    ];
    let (advice, stdout, _) = advised(&dir, "houses.csv", &options);
    assert!(advice["run"].is_null());
    let predicted = advice["predicted_epochs"].as_f64().unwrap();
    let [from, to] = [0, 1].map(|end| advice["expected_epochs"][end].as_u64().unwrap());
    assert_eq!(
        [from, to],
        [1.1, 4.5].map(|share| (share * predicted).round() as u64)
    );
    let headline = format!("Expect {from} to {to} epochs to 1 % of the first loss");
    assert!(stdout.contains(&headline), "{stdout}");
}

#[test]
fn a_short_run_measures_the_epochs_by_default() {
    let dir = with_houses();
    let options = ["--alpha", "-1", "--input-map", "unit-constant"];
    let (advice, stdout, _) = advised(&dir, "houses.csv", &options);
    let measured = dir.path().join("houses.csv.advice/measured.csv");
    let measured = fs::read_to_string(measured).unwrap();
    assert!(measured.lines().count() > 10, "{measured}");
    assert_eq!(advice["run"]["length"], 100.0);
    let range = advice["expected_epochs"].as_array();
    let [from, to] = [0, 1].map(|end| range.unwrap()[end].as_u64().unwrap());
    assert!(from < to);
    let headline = format!("Expect {from} to {to} epochs to 1 % of the first loss");
    assert!(
        stdout.contains(&headline) && stdout.contains(" a run"),
        "{stdout}"
    );
}

#[test]
fn help_describes_the_options() {
    let dir = tempfile::tempdir().unwrap();
    let output = advisor(&dir).arg("--help").output().unwrap();
    let (stdout, stderr) = texts(&output);
    assert!(output.status.success() && stderr.is_empty(), "{stderr}");
    for text in [
        "closed form",
        "--calibrate",
        "houses.csv",
        "--input-map",
        "--duplicates",
        "--separator",
    ] {
        assert!(stdout.contains(text), "{text}");
    }
}
