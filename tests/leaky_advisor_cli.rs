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
fn a_table_of_the_users_own_is_advised_on() {
    let dir = with_houses();
    let output = advisor(&dir)
        .args(["--data", "houses.csv", "--alpha", "-1,0"])
        .output()
        .unwrap();
    let (stdout, stderr) = texts(&output);
    assert!(output.status.success(), "{stderr}");
    assert!(stderr.starts_with("note: "), "{stderr}");
    assert!(stderr.contains("street"), "{stderr}");
    let title = "houses.csv, predicting price, standardised";
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
    assert!(line.contains("holds an advice already"), "{line}");
}

#[test]
fn columns_can_be_chosen() {
    let dir = with_houses();
    let output = advisor(&dir)
        .args(["--data", "houses.csv", "--target", "age,price"])
        .args(["--features", "area", "--no-standardise"])
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
}

#[test]
fn a_run_calibrates_the_theorem_and_checks_the_prediction() {
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
fn facts_alone_compare_slopes() {
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
        stdout.contains("without data only the theorems speak"),
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
fn without_network_housing_is_a_labelled_stand_in() {
    let dir = tempfile::tempdir().unwrap();
    let output = advisor(&dir)
        .args(["--dataset", "housing", "--cap", "60", "--alpha", "-1,0"])
        .output()
        .unwrap();
    let (stdout, stderr) = texts(&output);
    assert!(output.status.success(), "{stderr}");
    assert!(
        stderr.starts_with("note: California housing cannot be had"),
        "{stderr}"
    );
    assert!(
        stdout.contains("stand-in for California housing"),
        "{stdout}"
    );
    assert!(read(&dir, "slopes.csv").contains("stand-in for California housing"));
}

#[test]
fn wrong_tables_and_options_are_one_line_each() {
    let dir = with_houses();
    let file = |name: &str, text: &str| fs::write(dir.path().join(name), text).unwrap();
    file("nan.csv", "x,y\n1,2\nNaN,3\n2,1\n");
    file("gap.csv", "x,y\n1,2\n,3\n2,1\n");
    file("text.csv", "x,y\n1,2\ntwo,3\n2,1\n");
    file("ragged.csv", "x,y\n1,2\n3\n");
    file("empty.csv", "");
    file("twice.csv", "x,z,y\n1,2,1\n1,2,2\n2,3,1\n");
    let cases: &[(&[&str], &str)] = &[
        (&["--data", "nowhere.csv"], "nowhere.csv"),
        (&["--data", "nan.csv"], "nan.csv, line 3, column x"),
        (&["--data", "gap.csv"], "gap.csv"),
        (&["--data", "text.csv"], "text.csv, line 3, column x"),
        (&["--data", "ragged.csv"], "ragged.csv, line 3"),
        (&["--data", "empty.csv"], "empty.csv is empty"),
        (&["--data", "twice.csv"], "the separation is 0"),
        (
            &["--data", "houses.csv", "--target", "prize"],
            "did you mean price?",
        ),
        (
            &["--data", "houses.csv", "--features", "rooms"],
            "no column rooms",
        ),
        (&["--alpha", "1"], "alpha = 1 is not a slope"),
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

#[test]
fn help_teaches() {
    let dir = tempfile::tempdir().unwrap();
    let output = advisor(&dir).arg("--help").output().unwrap();
    let (stdout, stderr) = texts(&output);
    assert!(output.status.success() && stderr.is_empty(), "{stderr}");
    for text in ["closed form", "--calibrate", "houses.csv", "--input-map"] {
        assert!(stdout.contains(text), "{text}");
    }
}
