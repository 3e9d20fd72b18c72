//! Tests of the commands of `pricing_collusion`, including resuming a killed sweep.

#![cfg(all(feature = "pricing", unix))]
#![allow(clippy::unwrap_used)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

/// Returns the path of the example that Cargo built with this test.
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
fn a_killed_sweep_loses_and_repeats_nothing() {
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
        // At least two sessions beyond the header and the existing ones.
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
fn invalid_sweeps_are_reported_in_one_line() {
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

/// Returns the one-line error message and the exit code.
fn failure(arguments: &[&str], folder: &Path) -> (String, i32) {
    let output = run(arguments, folder);
    let line = text(&output.stderr).to_owned();
    assert_eq!(line.lines().count(), 1, "{line}");
    assert!(!line.contains("panicked"), "{line}");
    (line, output.status.code().unwrap())
}

#[test]
fn equilibrium_prints_the_published_benchmarks() {
    let dir = tempfile::tempdir().unwrap();
    let output = run(&["equilibrium", "--sides", "1"], dir.path());
    assert!(output.status.success(), "{}", text(&output.stderr));
    for number in ["1.472927", "1.924981", "0.222927", "0.337490"] {
        assert!(text(&output.stdout).contains(number), "{number}");
    }
}

/// The complete study, with the least learning that creates every file.
#[test]
fn the_study_writes_tables_and_figures() {
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
        "scenario.toml",
        "run.json",
        "schema.json",
        "benchmarks.md",
        "benchmarks.csv",
        "sessions.csv",
        "outcomes.png",
        "impulse_response.png",
        "impulse_response.csv",
        "price_path.csv",
        "price_path.png",
        "price_path.svg",
        "price_path_sessions.csv",
        "profit_path.csv",
        "policies.md",
        "policies.csv",
        "policies.svg",
        "sweep/schema.json",
        "sweep/run.json",
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

const QUICK: [&str; 8] = [
    "--prices",
    "3",
    "--sessions",
    "3",
    "--beta",
    "0.001",
    "--window",
    "2000",
];

/// Results are not overwritten, and their scenario reproduces them.
#[test]
fn a_folder_of_results_is_not_overwritten_and_can_be_repeated() {
    let dir = tempfile::tempdir().unwrap();
    let here = dir.path();
    let first = [&["simulate", "--out", "first", "--seed", "7"], &QUICK[..]].concat();
    assert!(run(&first, here).status.success());
    let read = |name: &str| fs::read(here.join(name)).unwrap();
    let before = read("first/sessions.csv");
    let (line, code) = failure(&first, here);
    assert!(
        line.contains("first already contains files") && code == 1,
        "{line}"
    );
    assert_eq!(read("first/sessions.csv"), before);
    let again = [
        "simulate",
        "--scenario",
        "first/scenario.toml",
        "--sessions",
        "3",
        "--out",
        "again",
    ];
    assert!(run(&again, here).status.success());
    for name in [
        "sessions.csv",
        "scenario.toml",
        "impulse_response.csv",
        "price_path.csv",
        "price_path_sessions.csv",
        "schema.json",
    ] {
        assert_eq!(
            read(&format!("again/{name}")),
            read(&format!("first/{name}")),
            "{name}"
        );
    }
    let csv = String::from_utf8(before).unwrap();
    let (head, row) = (csv.lines().next().unwrap(), csv.lines().nth(1).unwrap());
    assert!(head.starts_with("session,converged,periods"), "{head}");
    assert!(row.starts_with("0,true,"), "{row}");
}

/// Returns the text of an SVG figure in order: subtitles have several lines.
fn words_of(svg: &str) -> String {
    let texts = svg.split('<').filter_map(|part| part.split_once('>'));
    let words = texts.flat_map(|(_, text)| text.split_whitespace());
    words.collect::<Vec<_>>().join(" ")
}

/// Gains without sound benchmarks are always marked.
#[test]
fn every_command_reports_the_verdict_on_its_benchmarks() {
    let dir = tempfile::tempdir().unwrap();
    let here = dir.path();
    let told = |arguments: &[&str], folder: &str, part: &str| {
        let arguments = [arguments, &["--out", folder]].concat();
        let output = run(&arguments, here);
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert!(
            text(&output.stdout).contains(part),
            "{}",
            text(&output.stdout)
        );
    };
    let strong = [&["simulate", "--externality", "0.6"], &QUICK[..]].concat();
    told(&strong, "strong", "profit gain [neither holds]");
    let svg = fs::read_to_string(here.join("strong/outcomes.svg")).unwrap();
    assert!(svg.contains("[neither holds]"));
    let csv = fs::read_to_string(here.join("strong/sessions.csv")).unwrap();
    assert!(csv.lines().nth(1).unwrap().contains(",neither_holds,"));
    let nothing = [&["simulate", "--quality", "1", "--cost", "5"], &QUICK[..]].concat();
    told(&nothing, "nothing", "profit gain [no profit]");
    let settings = run(&["sweep", "--print-config"], here);
    let settings = text(&settings.stdout);
    let axes = settings.find("[[axes]]").unwrap();
    let market = settings.find("[market]").unwrap();
    let axis = "[[axes]]\nparameter = \"cross_externality\"\nvalues = [0.1, 0.6]\n\n";
    let text_of = settings[..axes].to_owned() + axis + &settings[market..];
    let text_of = text_of
        .replace("beta = 8e-6", "beta = 1e-3")
        .replace("window = 100000", "window = 2000");
    fs::write(here.join("sweep.toml"), text_of).unwrap();
    let sweep = ["sweep", "--config", "sweep.toml", "--sessions", "2"];
    told(&sweep, "sweep", "neither_holds");
    let svg = fs::read_to_string(here.join("sweep/profit_gain.svg")).unwrap();
    let words = words_of(&svg);
    assert!(
        words.contains("points without sound benchmarks left out"),
        "{words}"
    );
    let summary = fs::read_to_string(here.join("sweep/summary.csv")).unwrap();
    assert!(
        summary.contains(",neither_holds,0,profit_gain,"),
        "{summary}"
    );
}

/// Surplus, outside utilities and heterogeneities at which the benchmarks used to be missing.
#[test]
fn benchmarks_are_printed_for_difficult_markets() {
    let dir = tempfile::tempdir().unwrap();
    for arguments in [
        ["--quality", "17", "--externality", "0"],
        ["--quality", "20", "--externality", "0"],
        ["--quality", "35", "--externality", "0"],
        ["--outside", "-4", "--externality", "0"],
        ["--outside", "-9", "--externality", "0"],
        ["--heterogeneity", "0.001", "--externality", "0"],
    ] {
        for sides in ["1", "2"] {
            let arguments = [&["equilibrium", "--sides", sides], &arguments[..]].concat();
            let output = run(&arguments, dir.path());
            let printed = text(&output.stdout);
            assert!(
                output.status.success(),
                "{arguments:?} {}",
                text(&output.stderr)
            );
            assert!(printed.contains("Grim trigger sustains"), "{printed}");
            assert!(!printed.contains("Warning"), "{printed}");
        }
    }
}

#[test]
fn collusion_reports_its_controls() {
    let dir = tempfile::tempdir().unwrap();
    let arguments = [&["collusion", "--out", "run"], &QUICK[..]].concat();
    let output = run(&arguments, dir.path());
    assert!(output.status.success(), "{}", text(&output.stderr));
    for part in [
        "no memory",
        "discount factor 0",
        "rivals fixed",
        "Interpretation",
    ] {
        assert!(text(&output.stdout).contains(part), "{part}");
    }
    for file in [
        "collusion.md",
        "collusion.png",
        "sessions.csv",
        "scenario.toml",
        "run.json",
    ] {
        assert!(
            dir.path().join("run").join(file).is_file(),
            "{file} is missing"
        );
    }
}

/// A sweep of more sessions reuses the existing ones.
#[test]
fn a_finished_sweep_is_extended_by_more_sessions() {
    let dir = tempfile::tempdir().unwrap();
    let here = dir.path();
    let sweep = |sessions: &str, more: &[&str]| {
        let arguments = ["sweep", "--threads", "1", "--sessions", sessions];
        let output = run(&[&arguments[..], more].concat(), here);
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout).lines().next().unwrap().to_owned()
    };
    sweep("1", &["--out", "small"]);
    let line = sweep("2", &["--out", "grown", "--reuse", "small"]);
    assert!(
        line.contains("42 sessions added to 42 existing ones"),
        "{line}"
    );
    sweep("2", &["--out", "fresh"]);
    assert_eq!(
        collect(&here.join("grown")).stdout,
        collect(&here.join("fresh")).stdout
    );
}

#[test]
fn invalid_options_are_reported_in_one_line() {
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
    says(&["simulate", "--deviator", "2"], "--deviator is 2", 1);
    says(&["simulate", "--scenario", "none.toml"], "none.toml", 1);
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
    fs::write(here.join("foreign.toml"), "color = 3\n").unwrap();
    says(&["equilibrium", "--market", "foreign.toml"], "color", 1);
}

/// The feature `pricing` does not depend on a deep-learning framework.
#[test]
fn pricing_does_not_depend_on_burn() {
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

/// Moves in turn and varying demand, in every command that takes a scenario.
#[test]
fn every_command_takes_moves_in_turn_and_varying_demand() {
    let dir = tempfile::tempdir().unwrap();
    let here = dir.path();
    let told = |arguments: &[&str]| {
        let output = run(&[arguments, &QUICK[..]].concat(), here);
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout).to_owned()
    };
    told(&["simulate", "--in-turn", "--out", "turns"]);
    let scenario = fs::read_to_string(here.join("turns/scenario.toml")).unwrap();
    assert!(scenario.contains("moves = \"in_turn\""), "{scenario}");
    let printed = told(&["collusion", "--in-turn", "--out", "collusion"]);
    assert!(printed.contains("Skipped: no memory"), "{printed}");
    let varying = ["--demand-spread", "0.2", "--demand-persistence", "0.5"];
    told(&[&["simulate", "--out", "varying"], &varying[..]].concat());
    let observed = ["simulate", "--out", "observed", "--demand-observed"];
    told(&[&observed, &varying[..]].concat());
    let scenario = fs::read_to_string(here.join("observed/scenario.toml")).unwrap();
    assert!(scenario.contains("observed = true"), "{scenario}");
    let study = ["--in-turn", "--sweep-sessions", "1", "--out", "study"];
    let printed = told(&study);
    assert!(printed.contains("Skipped: hidden prices"), "{printed}");
    let output = run(
        &["equilibrium", "--sides", "1", "--demand-spread", "0.15"],
        here,
    );
    assert!(text(&output.stdout).contains("low and high demand"));
    let refused = [
        "simulate",
        "--in-turn",
        "--demand-spread",
        "0.2",
        "--out",
        "none",
    ];
    let (line, _) = failure(&refused, here);
    assert!(line.contains("leave out `demand`"), "{line}");
    let (line, _) = failure(&["simulate", "--demand-observed"], here);
    assert!(line.contains("--demand-spread"), "{line}");
    assert!(!here.join("none").exists());
}

/// A sweep with an invalid point is rejected before anything is written.
#[test]
fn a_sweep_with_an_invalid_point_leaves_no_folder() {
    let dir = tempfile::tempdir().unwrap();
    let here = dir.path();
    let settings = run(&["sweep", "--print-config"], here);
    let settings = text(&settings.stdout);
    let axes = settings.find("[[axes]]").unwrap();
    let market = settings.find("[market]").unwrap();
    let axis = "[[axes]]\nparameter = \"prices\"\nvalues = [3, 4000]\n\n";
    let changed = settings[..axes].to_owned() + axis + &settings[market..];
    fs::write(here.join("sweep.toml"), changed).unwrap();
    let (line, code) = failure(&["sweep", "--config", "sweep.toml", "--out", "out"], here);
    assert!(line.contains("point 1 (") && code == 1, "{line}");
    assert!(!here.join("out").exists());
}

/// Without figures, the library does not depend on drawing crates.
#[test]
fn pricing_core_has_no_drawing_dependencies() {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--no-default-features"])
        .args([
            "--features",
            "pricing-core",
            "--edges",
            "normal",
            "--prefix",
            "none",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let drawn = ["burn", "plotters", "resvg", "dejavu"];
    let found = |line: &&str| drawn.iter().any(|name| line.starts_with(name));
    assert_eq!(text(&output.stdout).lines().find(found), None);
}
