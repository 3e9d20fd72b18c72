//! The commands `qm9_ulgan` and `waxman_ulgan` as a user meets them.
#![cfg(all(feature = "train", feature = "molecules", feature = "flex"))]
#![allow(clippy::unwrap_used)]

mod common;

use std::{fs, path::Path, process::Command, time::Duration};

use common::{example, failure, texts};
use tempfile::TempDir;

/// Small enough for a test.
const SMALL: [&str; 8] = [
    "--epochs",
    "2",
    "--iterations",
    "2",
    "--samples",
    "60",
    "--judged",
    "30",
];

const SMILES: [&str; 12] = [
    "CC(C)=O",
    "CCO",
    "C1CC1N",
    "OC1CCC1",
    "N#CCO",
    "FC1CC1",
    "c1ccoc1",
    "CC(=O)NC",
    "C[C@H](N)O",
    "C1=CCOC1",
    "CC#N",
    "[NH3+]CC([O-])=O",
];

fn qm9(dir: &TempDir) -> Command {
    let mut command = example("qm9_ulgan", &dir.path().join("cache"));
    command.current_dir(dir.path());
    command
}

fn write_smiles(path: &Path, extra: &[&str]) {
    let lines = SMILES.iter().cycle().take(120).chain(extra);
    let text: String = lines.map(|line| format!("{line}\n")).collect();
    fs::write(path, text).unwrap();
}

/// A file of one's own with bad lines: they are counted and kept; everything is written; the folder
/// can be sampled from, and continued with the same data only.
#[test]
fn user_supplied_molecules_are_learned_and_sampled() {
    let dir = tempfile::tempdir().unwrap();
    write_smiles(
        &dir.path().join("own.smi"),
        &["C1CC", "not a molecule", "C(F)(F)(F)(F)F"],
    );
    let train = || {
        let mut command = qm9(&dir);
        command
            .args(SMALL)
            .args(["--no-valence-mask", "--data", "own.smi", "--out", "run"]);
        command
    };
    let output = train().output().unwrap();
    let (stdout, stderr) = texts(&output);
    assert!(output.status.success(), "{stderr}");
    assert!(
        stdout.contains("own.smi: 120 molecules, [C N O F;"),
        "{stdout}"
    );
    assert!(stdout.contains("60 graphs: 100.00 % connected"), "{stdout}");
    // Scores of the paper are of other data.
    assert!(!stdout.contains("paper"), "{stdout}");
    assert!(stderr.contains("3 lines are not molecules and are left out, see run/rejects.tsv"));
    let run = dir.path().join("run");
    let rejects = fs::read_to_string(run.join("rejects.tsv")).unwrap();
    let numbers: Vec<&str> = rejects
        .lines()
        .map(|line| line.split('\t').next().unwrap())
        .collect();
    assert_eq!(numbers, ["line", "121", "122", "123"]);
    for file in [
        "config.json",
        "history.csv",
        "curves.svg",
        "curves.png",
        "samples.smi",
        "samples.sdf",
        "graphs.jsonl",
        "report.txt",
        "metrics.json",
        "metrics.csv",
        "grid.svg",
        "grid.png",
        "generator.json",
        "generator.safetensors",
    ] {
        assert!(run.join(file).is_file(), "{file} is missing");
    }
    assert_eq!(
        fs::read_to_string(run.join("history.csv"))
            .unwrap()
            .lines()
            .count(),
        3
    );
    assert_eq!(
        fs::read_to_string(run.join("graphs.jsonl"))
            .unwrap()
            .lines()
            .count(),
        60
    );

    let line = failure(&mut train());
    assert!(line.contains("run already contains a study"), "{line}");
    let line = failure(qm9(&dir).args(["--resume", "run"]));
    assert!(line.contains("run is complete"), "{line}");

    // The published weights give the same molecules again.
    let graphs = fs::read(run.join("graphs.jsonl")).unwrap();
    let mut again = qm9(&dir);
    again.args([
        "--data",
        "own.smi",
        "--sample-from",
        "run",
        "--samples",
        "60",
        "--out",
        "again",
    ]);
    let output = again.output().unwrap();
    assert!(output.status.success(), "{}", texts(&output).1);
    assert!(fs::read(dir.path().join("again/graphs.jsonl")).unwrap() == graphs);
    // With a mask, every valence is legal; both ways are reported.
    assert!(stdout.contains("with legal valences: valid "), "{stdout}");
    assert_legal(&run.join("valence_mask"));
    let masked = qm9(&dir)
        .args([
            "--data",
            "own.smi",
            "--sample-from",
            "run",
            "--samples",
            "60",
        ])
        .args(["--valence-mask", "--out", "masked"])
        .output()
        .unwrap();
    assert!(masked.status.success(), "{}", texts(&masked).1);
    assert_legal(&dir.path().join("masked"));
    // Of other kinds of atoms, the weights know nothing.
    write_smiles(&dir.path().join("other.smi"), &["CCS"]);
    let line = failure(qm9(&dir).args(["--data", "other.smi", "--sample-from", "run"]));
    assert!(line.contains("was started on [C N O F;"), "{line}");
}

/// Every graph whose atoms have no more neighbors than bonds is valid.
fn assert_legal(run: &Path) {
    let mut checked = 0;
    for line in fs::read_to_string(run.join("graphs.jsonl"))
        .unwrap()
        .lines()
    {
        let graph: serde_json::Value = serde_json::from_str(line).unwrap();
        let mut degrees = [0; 16];
        for bond in graph["molecule"]["bonds"].as_array().unwrap() {
            for end in bond["ends"].as_array().unwrap() {
                degrees[end.as_u64().unwrap() as usize] += 1;
            }
        }
        if degrees.iter().all(|&degree| degree <= 4) {
            assert_eq!(graph["valid"], true, "{line}");
            checked += 1;
        }
    }
    assert!(checked > 5, "{checked} structures have legal valences");
}

/// No double bonds in the data: a triple bond counts for three all the same. A reward belongs to a
/// training.
#[test]
fn training_with_reward_and_without_valence_mask() {
    let dir = tempfile::tempdir().unwrap();
    let lines = ["CC#N", "CCO", "C#CC", "N#CCO", "CC(C)C"]
        .iter()
        .cycle()
        .take(100);
    let text: String = lines.map(|line| format!("{line}\n")).collect();
    fs::write(dir.path().join("own.smi"), text).unwrap();
    let output = qm9(&dir)
        .args(SMALL)
        .args(["--data", "own.smi", "--out", "run", "--reward", "logp"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", texts(&output).1);
    let stdout = texts(&output).0;
    assert!(
        stdout.contains("with valences left free: valid "),
        "{stdout}"
    );
    assert_legal(&dir.path().join("run"));
    assert!(dir.path().join("run/no_valence_mask/report.txt").is_file());
}

/// The generator is made for the sizes of the data.
#[test]
fn generators_of_larger_molecules_have_more_layers() {
    let dir = tempfile::tempdir().unwrap();
    let chains = (10..=19).map(|length| format!("{}O\n", "C".repeat(length)));
    let text: String = chains.cycle().take(100).collect();
    fs::write(dir.path().join("own.smi"), text).unwrap();
    let output = qm9(&dir)
        .args(SMALL)
        .args(["--data", "own.smi", "--heavy-atoms", "16", "--out", "run"])
        .output()
        .unwrap();
    let (_, stderr) = texts(&output);
    assert!(output.status.success(), "{stderr}");
    let left_out = "40 molecules have more than 16 heavy atoms and are left out (--heavy-atoms)";
    assert!(stderr.contains(left_out), "{stderr}");
    let lines = fs::read_to_string(dir.path().join("run/graphs.jsonl")).unwrap();
    let sizes: Vec<usize> = lines
        .lines()
        .map(|line| {
            let graph: serde_json::Value = serde_json::from_str(line).unwrap();
            graph["molecule"]["atoms"].as_array().unwrap().len()
        })
        .collect();
    assert!(
        sizes.iter().all(|size| (11..=16).contains(size)),
        "{sizes:?}"
    );
    assert!(sizes.iter().any(|&size| size != sizes[0]), "{sizes:?}");
}

#[test]
fn without_data_and_network_the_stand_in_is_used_and_reported() {
    let dir = tempfile::tempdir().unwrap();
    let output = qm9(&dir).args(SMALL).output().unwrap();
    let (stdout, stderr) = texts(&output);
    assert!(output.status.success(), "{stderr}");
    assert!(stderr.starts_with("note: QM9 was not found ("), "{stderr}");
    assert!(
        stdout.contains("\ndrawn molecules (stand-in for QM9): "),
        "{stdout}"
    );
    let report = dir.path().join("runs/qm9_ulgan-001/report.txt");
    let report = fs::read_to_string(report).unwrap();
    assert!(
        report.starts_with("drawn molecules (stand-in for QM9); UL GAN, seed 0"),
        "{report}"
    );
    let config = fs::read_to_string(dir.path().join("runs/qm9_ulgan-001/config.json")).unwrap();
    assert!(config.contains("stand-in"));
    let line = failure(qm9(&dir).args(["--no-fallback", "--no-download"]));
    assert!(line.starts_with("error: QM9 was not found: "), "{line}");
}

#[test]
fn invalid_files_and_options_give_one_line_errors() {
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &[u8]| fs::write(dir.path().join(name), content).unwrap();
    file("empty.smi", b"");
    file("foreign.smi", b"title,year\nbook,1999\n");
    file("binary.smi", b"\x00\x01\x02\xff");
    write_smiles(&dir.path().join("own.smi"), &[]);
    fs::create_dir(dir.path().join("strange")).unwrap();
    file("strange/config.json", b"{}");
    let cases: [(&[&str], &str); 11] = [
        (&["--data", "empty.smi"], "empty.smi"),
        (
            &["--data", "foreign.smi"],
            "none of the 2 lines of foreign.smi is a molecule",
        ),
        (&["--data", "binary.smi"], "binary.smi"),
        (&["--data", "missing.smi"], "missing.smi"),
        (&["--data", "own.smi", "--epochs", "0"], "epochs = 0"),
        (
            &["--data", "own.smi", "--out", "own.smi/run"],
            "own.smi/run",
        ),
        (
            &["--data", "own.smi", "--resume", "nowhere"],
            "nowhere/config.json",
        ),
        (
            &["--data", "own.smi", "--resume", "strange"],
            "does not contain the settings of a study",
        ),
        (
            &["--data", "own.smi", "--sample-from", "strange"],
            "strange/generator.json",
        ),
        (&["--reward", "beauty"], "beauty"),
        (
            &[
                "--data",
                "own.smi",
                "--reward",
                "logp",
                "--structure-weight",
                "0",
            ],
            "structure_weight = 0",
        ),
    ];
    for (arguments, expected) in cases {
        let line = failure(qm9(&dir).args(arguments));
        assert!(line.contains(expected), "{arguments:?}: {line}");
    }
}

/// Ctrl-C leaves complete epochs that can be sampled from and continued, to the same end.
#[cfg(unix)]
#[test]
fn an_interrupted_training_can_be_sampled_and_continued() {
    let dir = tempfile::tempdir().unwrap();
    write_smiles(&dir.path().join("own.smi"), &[]);
    let settings = [
        "--epochs",
        "3",
        "--iterations",
        "3",
        "--samples",
        "40",
        "--judged",
        "20",
    ];
    let start = |out: &str| {
        let mut command = qm9(&dir);
        command
            .args(settings)
            .args(["--data", "own.smi", "--out", out]);
        command
    };
    let whole = start("whole").output().unwrap();
    assert!(whole.status.success(), "{}", texts(&whole).1);

    let mut child = start("stopped")
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let history = dir.path().join("stopped/history.csv");
    while !history.exists() {
        assert!(
            child.try_wait().unwrap().is_none(),
            "it ended before its first epoch"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    let sent = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    write_smiles(&dir.path().join("other.smi"), &["CCC"]);
    let line = failure(qm9(&dir).args(["--data", "other.smi", "--resume", "stopped"]));
    assert!(
        line.contains("was started on own.smi, but other.smi was loaded"),
        "{line}"
    );
    let resume = qm9(&dir)
        .args(["--resume", "stopped", "--samples", "40"])
        .output()
        .unwrap();
    assert!(resume.status.success(), "{}", texts(&resume).1);
    for file in ["history.csv", "graphs.jsonl", "metrics.json"] {
        let read = |run: &str| fs::read_to_string(dir.path().join(run).join(file)).unwrap();
        assert!(read("stopped") == read("whole"), "{file} differs");
    }
}

#[test]
fn waxman_graphs_are_learned_and_tabulated() {
    let dir = tempfile::tempdir().unwrap();
    let mut command = example("waxman_ulgan", &dir.path().join("cache"));
    command.current_dir(dir.path());
    command.args(SMALL).args(["--drawn", "200", "--out", "run"]);
    let output = command.output().unwrap();
    let (stdout, stderr) = texts(&output);
    assert!(output.status.success(), "{stderr}");
    assert!(stdout.contains("edge density"), "{stdout}");
    for file in [
        "distributions.png",
        "table.md",
        "metrics.json",
        "curves.png",
        "generator.safetensors",
    ] {
        assert!(
            dir.path().join("run").join(file).is_file(),
            "{file} is missing"
        );
    }
}
