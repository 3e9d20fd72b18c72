//! The command `evaluate_molecules` as a user meets it.
#![cfg(all(feature = "train", feature = "molecules", feature = "flex"))]
#![allow(clippy::unwrap_used)]

mod common;

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Output},
};

use common::{example, failure, texts};
use flate2::{Compression, write::GzEncoder};
use serde_json::Value;
use tempfile::TempDir;

/// Their first atoms have room for a further bond.
const SMILES: [&str; 12] = [
    "CC(C)=O",
    "CCO",
    "C1CC1N",
    "C1CCC1O",
    "C(O)C#N",
    "C1CC1F",
    "c1ccoc1",
    "CC(=O)NC",
    "C[C@H](N)O",
    "C1=CCOC1",
    "CC#N",
    "C([NH3+])C([O-])=O",
];

/// Chains on these: 12 · 20 different molecules.
fn data() -> Vec<String> {
    let chains = (0..20).map(|length| "C".repeat(length));
    let molecules = chains.flat_map(|chain| SMILES.map(|end| format!("{chain}{end}")));
    molecules.collect()
}

fn write_lines<T: AsRef<str>>(path: &Path, lines: &[T]) {
    let text: String = lines
        .iter()
        .map(|line| format!("{}\n", line.as_ref()))
        .collect();
    fs::write(path, text).unwrap();
}

fn command(dir: &TempDir, generated: &str, out: &str) -> Command {
    let mut command = example("evaluate_molecules", &dir.path().join("cache"));
    command.current_dir(dir.path());
    command.args(["--generated", generated, "--data", "data.smi", "--out", out]);
    command
}

fn success(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", texts(&output).1);
    output
}

fn report(dir: &TempDir, out: &str) -> Value {
    let text = fs::read_to_string(dir.path().join(out).join("report.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn folder() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    write_lines(&dir.path().join("data.smi"), &data());
    dir
}

#[test]
fn reports_contain_a_noise_floor_for_every_score() {
    let dir = folder();
    let made: Vec<String> = data().into_iter().step_by(3).collect();
    write_lines(&dir.path().join("made.smi"), &made);
    let output =
        success(command(&dir, "made.smi", "run").args(["--reference", "120", "--seed", "3"]));
    let (stdout, stderr) = texts(&output);
    for line in [
        "reading made.smi",
        "reading data.smi",
        "indexing 240 molecules",
        "results in run",
    ] {
        assert!(stdout.contains(line), "{line} is missing in\n{stdout}");
    }
    assert_eq!(stderr, "");
    let run = dir.path().join("run");
    for file in [
        "report.txt",
        "report.json",
        "report.csv",
        "properties.svg",
        "properties.png",
    ] {
        assert!(run.join(file).metadata().unwrap().len() > 100, "{file}");
    }
    let stored = report(&dir, "run");
    assert_eq!(
        (&stored["seed"], &stored["reference"]),
        (&3.into(), &120.into())
    );
    let properties = &stored["report"]["properties"];
    assert_eq!(properties["generated_molecules"], 80);
    assert_eq!(properties["reference_molecules"], 120);
    assert_eq!(properties["floor_molecules"], 80);
    for score in properties["properties"].as_array().unwrap() {
        assert!(score["floor"]["kl"].is_f64(), "{score}");
    }
    // The molecules are those of the data, so none is novel.
    assert_eq!(stored["report"]["corrected"]["novelty"], 0.0);
    assert_eq!(stored["report"]["corrected"]["validity"], 1.0);
    // Published scores are of other data.
    let text = fs::read_to_string(run.join("report.txt")).unwrap();
    assert!(
        !text.contains("paper") && text.contains("KL score"),
        "{text}"
    );
    assert!(stored["report"].get("published").is_none());
    let svg = fs::read_to_string(run.join("properties.svg")).unwrap();
    assert!(svg.contains("molecular weight (g/mol)") && svg.contains("generated"));
    let table = fs::read_to_string(run.join("report.csv")).unwrap();
    assert!(table.contains("with stereo marks,novelty,,,,0,"), "{table}");

    // The same seed, the same report; results are never overwritten.
    success(command(&dir, "made.smi", "again").args(["--reference", "120", "--seed", "3"]));
    assert_eq!(report(&dir, "again"), stored);
    let before = fs::read(run.join("report.json")).unwrap();
    let line = failure(&mut command(&dir, "made.smi", "run"));
    assert!(
        line.contains("run already contains files: choose a new folder for --out"),
        "{line}"
    );
    assert_eq!(fs::read(run.join("report.json")).unwrap(), before);
}

/// 2,000 lines of which 328 do not parse have the validity 0.836.
#[test]
fn unparsable_lines_count_as_invalid() {
    let dir = folder();
    let good = data();
    let made: Vec<String> = (0..2000)
        .map(|at| match at % 250 < 41 {
            true => ["C1CC", "C(=)C", "not SMILES", "C(F)(F)(F)(F)F", "#C"][at % 5].into(),
            false => good[at % good.len()].clone(),
        })
        .collect();
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    for line in &made {
        writeln!(packed, "{line}").unwrap();
    }
    fs::write(dir.path().join("made.smi.gz"), packed.finish().unwrap()).unwrap();
    let output = success(&mut command(&dir, "made.smi.gz", "run"));
    let stored = report(&dir, "run");
    let scores = &stored["report"]["corrected"];
    assert_eq!(stored["report"]["samples"], 2000);
    assert_eq!(stored["report"]["unreadable"], 328);
    assert_eq!(scores["validity"], 0.836);
    assert!(
        texts(&output)
            .1
            .contains("lines that do not parse: 328 of 2000; they count as invalid")
    );
}

#[test]
fn graphs_jsonl_with_invalid_molecules_is_read() {
    let dir = folder();
    let graph = |order: &str| {
        format!(
            r#"{{"valid":true,"smiles":"","molecule":{{"atoms":[{{"element":"O"}},{{"element":"C"}}],"bonds":[{{"ends":[0,1],"order":"{order}"}}]}}}}"#
        )
    };
    let lines = [
        graph("single"),
        graph("double"),
        graph("triple"),
        graph("double"),
    ];
    write_lines(&dir.path().join("graphs.jsonl"), &lines);
    success(&mut command(&dir, "graphs.jsonl", "run"));
    let stored = report(&dir, "run");
    assert_eq!(stored["report"]["corrected"]["valid"], 3);
    assert_eq!(stored["report"]["corrected"]["distinct"], 2);
    assert_eq!(stored["report"]["corrected"]["validity"], 0.75);
}

#[test]
fn a_file_without_any_valid_molecule_is_reported() {
    let dir = folder();
    write_lines(&dir.path().join("made.smi"), &["C1CC", "C.C"]);
    let output = success(&mut command(&dir, "made.smi", "run"));
    assert!(texts(&output).1.contains("no sample is valid"));
    let stored = report(&dir, "run");
    assert_eq!(stored["report"]["corrected"]["validity"], 0.0);
    assert!(stored["report"].get("properties").is_none());
    assert!(!dir.path().join("run/properties.png").exists());
}

#[test]
fn error_messages_are_one_line() {
    let dir = folder();
    write_lines(&dir.path().join("made.smi"), &["CCO"]);
    let line = failure(&mut command(&dir, "none.smi", "a"));
    assert!(line.contains("cannot use none.smi"), "{line}");
    write_lines(&dir.path().join("broken.jsonl"), &["{}"]);
    let line = failure(&mut command(&dir, "broken.jsonl", "b"));
    assert!(
        line.contains("line 1 of broken.jsonl is not a graph"),
        "{line}"
    );
    write_lines(&dir.path().join("data.smi"), &["CCO"]);
    let line = failure(&mut command(&dir, "made.smi", "c"));
    assert!(line.contains("at least 2 are needed"), "{line}");
    let line = failure(command(&dir, "made.smi", "d").args(["--reference", "0"]));
    assert!(line.contains("--reference 0 leaves nothing"), "{line}");
    fs::write(dir.path().join("file"), "").unwrap();
    let line = failure(&mut command(&dir, "made.smi", "file"));
    assert!(line.contains("cannot use file"), "{line}");
}
