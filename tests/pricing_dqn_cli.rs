//! The command `pricing_dqn`: a user-defined learner with a network, compared with a table.

#![cfg(all(feature = "pricing", feature = "nn", feature = "flex"))]
#![allow(clippy::unwrap_used)]

use std::{
    path::PathBuf,
    process::{Command, Output},
};

/// Returns the path of the example that Cargo built with this test.
fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().unwrap().parent().unwrap();
    folder.join("examples/pricing_dqn")
}

fn run(arguments: &[&str]) -> Output {
    Command::new(program()).args(arguments).output().unwrap()
}

const QUICK: [&str; 10] = [
    "--sessions",
    "2",
    "--prices",
    "3",
    "--beta",
    "0.005",
    "--window",
    "500",
    "--cap",
    "3000",
];

/// Returns the rows of the table without the computing times.
fn rows(output: &Output) -> Vec<String> {
    assert!(output.status.success(), "{output:?}");
    let text = std::str::from_utf8(&output.stdout).unwrap();
    let rows = text.lines().filter(|line| {
        let names = ["competition", "collusion", "table (Q", "network (deep"];
        names.iter().any(|name| line.starts_with(name))
    });
    let cut = |line: &str| line.trim_end().rsplit_once("  ").unwrap().0.to_owned();
    rows.map(cut).collect()
}

#[test]
fn results_depend_on_the_seed_and_not_on_threads() {
    let first = rows(&run(&QUICK));
    assert_eq!(first.len(), 4, "{first:?}");
    assert!(
        first[0].contains("1.473") && first[1].contains("1.925"),
        "{first:?}"
    );
    // The initial weights come from the session's own generator: results depend on seeds, not on
    // threads.
    let alone = Command::new(program())
        .args(QUICK)
        .env("RAYON_NUM_THREADS", "1")
        .output()
        .unwrap();
    assert_eq!(rows(&alone), first);
    let other = rows(&run(&[&QUICK[..], &["--seed", "1"]].concat()));
    assert_ne!(other[3], first[3]);
}

#[test]
fn the_scenario_is_printed_and_invalid_options_are_reported() {
    let printed = run(&["--print-scenario"]);
    let text = std::str::from_utf8(&printed.stdout).unwrap();
    assert!(text.contains("kind = \"deep_q_learning\""), "{text}");
    for (arguments, part) in [
        (["--delta", "1.5"], "delta is 1.5"),
        (["--step-size", "0"], "step_size must be above 0"),
    ] {
        let output = run(&arguments);
        let error = std::str::from_utf8(&output.stderr).unwrap();
        assert_eq!(
            (error.lines().count(), output.status.code()),
            (1, Some(1)),
            "{error}"
        );
        assert!(error.contains(part), "{error}");
    }
}
