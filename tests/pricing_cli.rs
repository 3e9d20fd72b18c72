//! The command `sweep` is killed and goes on.

#![cfg(all(feature = "pricing", unix))]
#![allow(clippy::unwrap_used)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

/// The example that Cargo built beside this test.
fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().unwrap().parent().unwrap();
    folder.join("examples/pricing_collusion")
}

fn sweep(folder: &Path, sessions: &str) -> Command {
    let mut command = Command::new(program());
    command
        .args(["sweep", "--threads", "1", "--sessions", sessions, "--out"])
        .arg(folder);
    command
}

fn collect(folder: &Path) -> Output {
    let mut command = Command::new(program());
    command.args(["collect", "--digest"]).arg(folder);
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn a_killed_sweep_loses_nothing_and_runs_nothing_twice() {
    let dir = tempfile::tempdir().unwrap();
    let (killed, whole) = (dir.path().join("killed"), dir.path().join("whole"));
    let part = killed.join("shard-0000-of-0001.part");
    let size = || fs::metadata(&part).map_or(0, |file| file.len());
    let mut before = 0;
    for _ in 0..2 {
        let mut child = sweep(&killed, "2")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let begun = Instant::now();
        // Two sessions or more beyond the header and what is there.
        while size() < before.max(1_500) + 1_500 && child.try_wait().unwrap().is_none() {
            assert!(begun.elapsed() < Duration::from_secs(300), "no progress");
            sleep(Duration::from_millis(2));
        }
        // SIGKILL on Unix.
        child.kill().unwrap();
        child.wait().unwrap();
        before = size();
    }
    assert!(before > 0, "it ended before it was killed");
    let missing = collect(&killed);
    assert_eq!(missing.status.code(), Some(1));
    assert!(text(&missing.stderr).starts_with("error: shards [0] of 1"));

    let resumed = sweep(&killed, "2").output().unwrap();
    let line = text(&resumed.stdout).lines().next().unwrap().to_owned();
    let numbers: Vec<u64> = line
        .split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect();
    let (added, kept) = (numbers[0], numbers[1]);
    assert!(kept >= 2, "{line}");
    assert_eq!(sweep(&whole, "2").output().unwrap().status.code(), Some(0));
    let records = fs::read_to_string(whole.join("sessions.csv")).unwrap();
    assert_eq!(added + kept + 1, records.lines().count() as u64, "{line}");
    assert_eq!(collect(&killed).stdout, collect(&whole).stdout);
    for file in ["shard-0000-of-0001.sessions", "sessions.csv", "summary.csv"] {
        assert_eq!(
            fs::read(killed.join(file)).unwrap(),
            fs::read(whole.join(file)).unwrap(),
            "{file}"
        );
    }
}

#[test]
fn mistakes_are_one_line() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("sweep.toml");
    let printed = Command::new(program())
        .args(["sweep", "--print-config"])
        .output()
        .unwrap();
    let settings =
        text(&printed.stdout).replace("heterogeneity = [0.25, 0.25]", "heterogeneity = 0.0");
    assert_ne!(settings, text(&printed.stdout));
    fs::write(&file, settings).unwrap();
    let run = |arguments: &[&str]| {
        let output = Command::new(program())
            .arg("sweep")
            .args(arguments)
            .arg("--out")
            .arg(dir.path().join("out"))
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1));
        let error = text(&output.stderr).to_owned();
        assert_eq!(error.lines().count(), 1, "{error}");
        error
    };
    let error = run(&["--config", file.to_str().unwrap()]);
    assert!(error.contains("heterogeneity[0] is 0"), "{error}");
    assert!(run(&["--shard", "4/4"]).contains("counted from 0"));
    assert!(run(&["--config", "/none"]).contains("/none"));
    assert!(!dir.path().join("out").exists());
}

fn run(arguments: &[&str], folder: &Path) -> Output {
    Command::new(program())
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

/// The one line of an error, and the exit code.
fn failure(arguments: &[&str], folder: &Path) -> (String, i32) {
    let output = run(arguments, folder);
    let line = text(&output.stderr).to_owned();
    assert_eq!(line.lines().count(), 1, "{line}");
    assert!(!line.contains("panicked"), "{line}");
    (line, output.status.code().unwrap())
}

#[test]
fn benchmarks_of_the_anchor_are_printed() {
    let dir = tempfile::tempdir().unwrap();
    let output = run(&["equilibrium", "--sides", "1"], dir.path());
    assert!(output.status.success(), "{}", text(&output.stderr));
    for number in ["1.472927", "1.924981", "0.222927", "0.337490"] {
        assert!(text(&output.stdout).contains(number), "{number}");
    }
}

/// The complete study, with as little learning as gives every file.
#[test]
fn the_study_leaves_tables_and_pictures() {
    let dir = tempfile::tempdir().unwrap();
    let small = [
        "--prices",
        "2",
        "--sessions",
        "3",
        "--beta",
        "0.001",
        "--window",
        "2000",
        "--sweep-sessions",
        "1",
        "--out",
        "run",
    ];
    let output = run(&small, dir.path());
    assert!(output.status.success(), "{}", text(&output.stderr));
    for file in [
        "benchmarks.md",
        "sessions.csv",
        "impulse_response.png",
        "policies.md",
        "policies.svg",
        "sweep/sweep.toml",
        "sweep/sessions.csv",
        "sweep/summary.md",
        "sweep/profit_gain.png",
        "sweep/gain_over_competition.svg",
    ] {
        let path = dir.path().join("run").join(file);
        assert!(path.is_file(), "{file} is missing");
    }
}

#[test]
fn what_is_wrong_is_one_line() {
    let dir = tempfile::tempdir().unwrap();
    let here = dir.path();
    let says = |arguments: &[&str], part: &str, code: i32| {
        let (line, found) = failure(arguments, here);
        assert!(line.contains(part), "{line}");
        assert_eq!(found, code, "{line}");
    };
    says(&["equilibrium", "--heterogeneity", "0"], "heterogeneity", 1);
    says(&["equilibrium", "--cost", "NaN"], "NaN", 1);
    says(&["equilibrium", "--market", "none.toml"], "none.toml", 1);
    says(&["simulate", "--delta", "1.5"], "1.5", 1);
    says(&["simulate", "--prices", "0"], "0", 1);
    says(
        &["simulate", "--prices", "2000"],
        "use fewer prices per side",
        1,
    );
    says(&["collect", "nowhere"], "nowhere", 1);
    says(&["sweep", "--shard", "4/4"], "4/4", 1);
    says(&["sweep", "--no-such-flag"], "--no-such-flag", 2);
    fs::write(
        here.join("bad.toml"),
        "platforms = 2\nsides = 2\nexternality = [[0.0]]\n",
    )
    .unwrap();
    says(&["equilibrium", "--market", "bad.toml"], "externality", 1);
    fs::write(here.join("foreign.toml"), "colour = 3\n").unwrap();
    says(&["equilibrium", "--market", "foreign.toml"], "colour", 1);
}

/// Economists need not compile a deep-learning framework.
#[test]
fn the_feature_brings_in_no_burn() {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--no-default-features"])
        .args([
            "--features",
            "pricing",
            "--edges",
            "normal",
            "--prefix",
            "none",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let tree = text(&output.stdout);
    assert!(tree.starts_with("fireweed "), "{tree}");
    assert!(tree.lines().count() > 10, "{tree}");
    let burn = tree.lines().find(|line| line.starts_with("burn"));
    assert_eq!(burn, None);
}
