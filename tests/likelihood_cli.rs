//! The command `qm9_likelihood` as a user meets it.
#![cfg(all(feature = "train", feature = "molecules", feature = "flex"))]
#![allow(clippy::unwrap_used)]

mod common;

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use common::{example, failure, texts};
use tempfile::TempDir;

/// Small enough for a test.
const SMALL: [&str; 14] = [
    "--steps",
    "6",
    "--epochs",
    "3",
    "--batch-size",
    "16",
    "--structure",
    "16,8,2",
    "--types",
    "16,8,2",
    "--samples",
    "60",
    "--judged",
    "20",
];

/// Molecules with 1 to 20 heavy atoms, with S, Cl, Br, charges, a salt.
const SMILES: [&str; 12] = [
    "O",
    "CO",
    "CC(C)=O",
    "C1CC1N",
    "ClCCBr",
    "CS(=O)(=O)c1ccccc1",
    "N#CCO",
    "CC(=O)Oc1ccccc1C(=O)O",
    "C[N+](C)(C)CC([O-])=O",
    "CCCCCCCCCCCCCCCCCCCO",
    "c1ccsc1",
    "BrC1=CCOC1",
];

fn likelihood(dir: &TempDir) -> Command {
    let mut command = example("qm9_likelihood", &dir.path().join("cache"));
    command.current_dir(dir.path());
    command
}

fn write_smiles(path: &Path, extra: &[&str]) {
    let lines = SMILES.iter().cycle().take(300).chain(extra);
    let text: String = lines.map(|line| format!("{line}\n")).collect();
    fs::write(path, text).unwrap();
}

fn atoms(run: &Path) -> Vec<usize> {
    let lines = fs::read_to_string(run.join("graphs.jsonl")).unwrap();
    let count = |line: &str| {
        let graph: serde_json::Value = serde_json::from_str(line).unwrap();
        graph["molecule"]["atoms"].as_array().unwrap().len()
    };
    lines.lines().map(count).collect()
}

/// A file of one's own: what is left out is said; everything is written; the model can be drawn from
/// without the data; nothing is overwritten.
#[test]
fn user_supplied_molecules_are_learned_and_sampled() {
    let dir = tempfile::tempdir().unwrap();
    write_smiles(
        &dir.path().join("own.smi"),
        &["[Na+].[Cl-]", "CC(=O)[O-].[Na+]", "not a molecule"],
    );
    let train = || {
        let mut command = likelihood(&dir);
        command
            .args(SMALL)
            .args(["--data", "own.smi", "--out", "run"]);
        command
    };
    let output = train().output().unwrap();
    let (stdout, stderr) = texts(&output);
    assert!(output.status.success(), "{stderr}");
    assert!(
        stdout.contains("own.smi: 300 molecules, 30 of them held out; atoms"),
        "{stdout}"
    );
    assert!(
        stderr.contains("2 molecules have several parts (salts, hydrates) and are left out"),
        "{stderr}"
    );
    assert!(
        stderr.contains("1 lines are not molecules") || stderr.contains("1 line is not a molecule"),
        "{stderr}"
    );
    assert!(
        !stdout.contains("paper"),
        "scores of the paper are of other data: {stdout}"
    );
    assert!(stdout.contains("held-out molecules: "), "{stdout}");
    for line in stdout.lines().filter(|line| line.starts_with("epoch")) {
        assert!(line.chars().count() <= 120, "{line}");
        for name in ["loss", "nll", "validity", "uniqueness", "left"] {
            assert!(line.contains(name), "{line}");
        }
    }
    let run = dir.path().join("run");
    for file in [
        "config.json",
        "history.csv",
        "curves.png",
        "samples.smi",
        "samples.sdf",
        "graphs.jsonl",
        "report.txt",
        "metrics.json",
        "metrics.csv",
        "grid.png",
        "model.json",
        "model.safetensors",
        "valence_mask/report.txt",
    ] {
        assert!(run.join(file).is_file(), "{file} is missing");
    }
    let report = fs::read_to_string(run.join("report.txt")).unwrap();
    assert!(
        report.starts_with("own.smi; maximum likelihood, 6 steps of 16, seed 0;"),
        "{report}"
    );
    let sizes = atoms(&run);
    assert_eq!(sizes.len(), 60);
    let known = [1, 2, 4, 5, 7, 8, 10, 13, 20, 6];
    assert!(sizes.iter().all(|size| known.contains(size)), "{sizes:?}");

    let line = failure(&mut train());
    assert!(line.contains("run already contains a study"), "{line}");
    let line = failure(likelihood(&dir).args(["--resume", "run"]));
    assert!(line.contains("run is complete"), "{line}");

    let graphs = fs::read(run.join("graphs.jsonl")).unwrap();
    fs::remove_file(dir.path().join("own.smi")).unwrap();
    let again = || {
        let mut command = likelihood(&dir);
        command.args(["--sample-from", "run", "--samples", "60", "--out", "again"]);
        command
    };
    let output = again().output().unwrap();
    assert!(output.status.success(), "{}", texts(&output).1);
    assert!(fs::read(dir.path().join("again/graphs.jsonl")).unwrap() == graphs);
    let line = failure(&mut again());
    assert!(line.contains("again already contains samples"), "{line}");
}

/// Ctrl-C leaves complete epochs; `--resume` alone finds the data again and goes on to the same end.
#[cfg(unix)]
#[test]
fn an_interrupted_training_resumes_to_the_same_result() {
    let dir = tempfile::tempdir().unwrap();
    write_smiles(&dir.path().join("own.smi"), &[]);
    let start = |out: &str| {
        let mut command = likelihood(&dir);
        command.args(SMALL).args([
            "--data",
            "own.smi",
            "--heavy-atoms",
            "8",
            "--seed",
            "3",
            "--out",
            out,
        ]);
        command
    };
    let whole = start("whole").output().unwrap();
    assert!(whole.status.success(), "{}", texts(&whole).1);

    let mut child = start("stopped").stdout(Stdio::null()).spawn().unwrap();
    let history = dir.path().join("stopped/history.csv");
    while !history.exists() {
        assert!(
            child.try_wait().unwrap().is_none(),
            "it ended before its first epoch"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
    let sent = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
    child.wait().unwrap();
    if dir.path().join("stopped/report.txt").exists() {
        // It was faster than the signal.
        return;
    }
    // Other data under the same name are refused.
    let own = dir.path().join("own.smi");
    let text = fs::read_to_string(&own).unwrap();
    fs::write(&own, text.replace("CC(C)=O", "CC(C)C")).unwrap();
    let line = failure(likelihood(&dir).args(["--resume", "stopped"]));
    assert!(line.contains("was started on"), "{line}");
    fs::write(&own, text).unwrap();
    // The same under another name are taken.
    fs::rename(&own, dir.path().join("moved.smi")).unwrap();
    let resume = likelihood(&dir)
        .args([
            "--resume",
            "stopped",
            "--data",
            "moved.smi",
            "--samples",
            "60",
        ])
        .output()
        .unwrap();
    assert!(resume.status.success(), "{}", texts(&resume).1);
    for file in ["history.csv", "graphs.jsonl", "model.safetensors"] {
        let read = |run: &str| fs::read(dir.path().join(run).join(file)).unwrap();
        assert!(read("stopped") == read("whole"), "{file} differs");
    }
}

#[test]
fn a_column_of_a_table_is_read_and_the_time_is_estimated() {
    let dir = tempfile::tempdir().unwrap();
    let rows: String = SMILES
        .iter()
        .cycle()
        .take(100)
        .map(|smiles| format!("x,{smiles},1.5\n"))
        .collect();
    fs::write(
        dir.path().join("own.csv"),
        format!("id,structure,logP\n{rows}"),
    )
    .unwrap();
    let output = likelihood(&dir)
        .args(["--data", "own.csv", "--smiles-column", "structure"])
        .args([
            "--minutes",
            "0.002",
            "--batch-size",
            "8",
            "--structure",
            "8,8,1",
        ])
        .args([
            "--types",
            "8,8,1",
            "--samples",
            "20",
            "--judged",
            "0",
            "--held-out",
            "0",
        ])
        .output()
        .unwrap();
    let (stdout, stderr) = texts(&output);
    assert!(output.status.success(), "{stderr}");
    assert!(stdout.contains(" steps in 0.002 minutes"), "{stdout}");
    let config = dir.path().join("runs/qm9_likelihood-001/config.json");
    let config: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(config).unwrap()).unwrap();
    assert!(
        config["training"]["steps"].as_u64().unwrap() >= 1,
        "{config}"
    );
}

#[test]
fn synthetic_data_are_labeled() {
    let dir = tempfile::tempdir().unwrap();
    let output = likelihood(&dir)
        .args(SMALL)
        .args(["--synthetic", "--out", "run"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", texts(&output).1);
    for file in [
        "report.txt",
        "model.json",
        "config.json",
        "valence_mask/report.txt",
    ] {
        let text = fs::read_to_string(dir.path().join("run").join(file)).unwrap();
        assert!(
            text.contains("drawn molecules (stand-in for QM9)"),
            "{file}: {text}"
        );
    }
}

#[test]
fn invalid_files_and_options_give_one_line_errors() {
    let dir = tempfile::tempdir().unwrap();
    write_smiles(&dir.path().join("own.smi"), &[]);
    fs::create_dir(dir.path().join("strange")).unwrap();
    fs::write(dir.path().join("strange/config.json"), "{}").unwrap();
    let cases: [(&[&str], &str); 14] = [
        (&["--data", "missing.smi"], "missing.smi"),
        (&["--data", "own.smi", "--samples", "0"], "at least 1"),
        (&["--data", "own.smi", "--steps", "0"], "at least 1"),
        (&["--data", "own.smi", "--minutes", "0"], "--minutes"),
        (&["--data", "own.smi", "--certainty", "1.5"], "from 0 to 1"),
        (&["--data", "own.smi", "--certainty", "NaN"], "from 0 to 1"),
        (&["--data", "own.smi", "--temperature", "0"], "above 0"),
        (
            &["--data", "own.smi", "--optimizer", "sgd"],
            "muon or adamw",
        ),
        (
            &["--data", "own.smi", "--structure", "96,48"],
            "three numbers",
        ),
        (
            &["--data", "own.smi", "--out", "own.smi/run"],
            "own.smi/run",
        ),
        (&["--data", "own.smi", "--smiles-column", "no"], "no"),
        (&["--resume", "nowhere"], "nowhere/config.json"),
        (
            &["--resume", "strange"],
            "does not contain the settings of a study",
        ),
        (&["--sample-from", "strange"], "strange/model.json"),
    ];
    for (arguments, expected) in cases {
        let line = failure(likelihood(&dir).args(arguments));
        assert!(line.contains(expected), "{arguments:?}: {line}");
    }
}
