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
