//! The command that compares the models of the unpooling paper.
#![cfg(all(feature = "train", feature = "molecules", feature = "flex"))]
#![allow(clippy::unwrap_used)]

mod common;

use std::{fs, path::Path, process::Output};

use common::example;

fn run(arguments: &[&str], out: &Path) -> Output {
    let mut command = example("unpooling_study", out);
    command.args(arguments).arg("--out").arg(out);
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Two short trainings on drawn data: a table with a row for each model, beside the published row
/// and the floor; complete trainings are not repeated, and one more model is added to the table.
#[test]
fn another_model_is_added_to_the_table() {
    let dir = tempfile::tempdir().unwrap();
    let short = ["--length", "0.004", "--samples", "60"];
    let arguments = |methods| [&["waxman", "--methods", methods][..], &short].concat();
    let first = run(&arguments("ul-vae"), dir.path());
    assert!(first.status.success(), "{}", text(&first.stderr));
    let folder = dir.path().join("waxman/ul-vae-0");
    for file in [
        "config.json",
        "history.csv",
        "scores.json",
        "graphs.png",
        "distributions.png",
        "distances.png",
        "distances.md",
        "curves.png",
    ] {
        assert!(folder.join(file).is_file(), "{file}");
    }
    let scores = fs::read(folder.join("scores.json")).unwrap();
    let second = run(&arguments("ul-vae,ul-vae-replay,likelihood"), dir.path());
    assert!(second.status.success(), "{}", text(&second.stderr));
    assert_eq!(fs::read(folder.join("scores.json")).unwrap(), scores);
    let table = fs::read_to_string(dir.path().join("waxman/table.md")).unwrap();
    for row in [
        "UL VAE",
        "UL VAE, by replay",
        "likelihood",
        "UL GAN, published",
        "floor",
    ] {
        assert!(table.contains(&format!("| {row}")), "{row}: {table}");
    }
    assert!(table.contains("W1 edge length"));
    let report = fs::read_to_string(dir.path().join("report.md")).unwrap();
    assert!(report.contains("UL VAE, by replay"));
    // The distributions of all models over each other, and a page with all pictures.
    assert!(dir.path().join("waxman/distributions.png").is_file());
    let page = fs::read_to_string(dir.path().join("report.html")).unwrap();
    for picture in ["waxman/distributions.png", "waxman/likelihood-0/graphs.png"] {
        assert!(page.contains(&format!("src=\"{picture}\"")), "{picture}");
    }
}

/// Places in space, and the positions of residues in the chain, are drawn too.
#[test]
fn protein_chains_are_learned_by_maximum_likelihood() {
    let dir = tempfile::tempdir().unwrap();
    let output = run(
        &[
            "protein",
            "--synthetic",
            "--methods",
            "likelihood",
            "--length",
            "0.004",
            "--samples",
            "60",
        ],
        dir.path(),
    );
    assert!(output.status.success(), "{}", text(&output.stderr));
    let table = fs::read_to_string(dir.path().join("protein/table.md")).unwrap();
    assert!(
        table.contains("W1 chain step") && !table.contains("UL GAN"),
        "{table}"
    );
    let graphs = fs::read_to_string(dir.path().join("protein/likelihood-0/graphs.jsonl")).unwrap();
    assert_eq!(graphs.lines().count(), 60);
}

#[test]
fn molecules_are_compared_and_interpolated() {
    let dir = tempfile::tempdir().unwrap();
    let short = ["--synthetic", "--length", "0.004", "--samples", "40"];
    let methods = ["--methods", "ul-vae,ul-vae-replay,adj-gan"];
    for what in ["qm9", "interpolation"] {
        let output = run(&[&[what][..], &methods, &short].concat(), dir.path());
        assert!(output.status.success(), "{}", text(&output.stderr));
    }
    let table = fs::read_to_string(dir.path().join("qm9/table.md")).unwrap();
    for row in ["UL VAE", "Adj GAN", "UL GAN, published", "floor: the data"] {
        assert!(table.contains(&format!("| {row}")), "{row}: {table}");
    }
    for model in ["ul-vae", "ul-vae-replay"] {
        let picture = dir.path().join(format!("interpolation/{model}-0.png"));
        assert!(picture.is_file(), "{}", picture.display());
    }
}

/// Edge lists of one's own, with kinds of edges: graphs that networkx reads come out.
#[test]
fn user_supplied_graphs_are_learned() {
    let dir = tempfile::tempdir().unwrap();
    let mut lists = String::from("source,target,graph,bond\n");
    for graph in 0..30 {
        for node in 1..4 + graph % 3 {
            let kind = ["strong", "weak"][(graph + node) % 2];
            lists += &format!("{},{node},{graph},{kind}\n", node - 1);
        }
    }
    // The last graph has a part of two nodes beside the largest one.
    lists += "8,9,29,weak\n";
    let file = dir.path().join("graphs.csv");
    fs::write(&file, lists).unwrap();
    let out = dir.path().join("out");
    let edges = ["own", "--edges", file.to_str().unwrap()];
    let short = ["--length", "0.01", "--samples", "40"];
    let output = run(&[&edges[..], &short].concat(), &out);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(
        text(&output.stderr).contains("connected"),
        "{}",
        text(&output.stderr)
    );
    let folder = out.join("own/likelihood-0");
    let written = fs::read_to_string(folder.join("graphs.graphml")).unwrap();
    assert!(written.contains("strong") && written.contains("weak"));
    for name in ["graphs.json", "graphs.png", "distributions.png", "table.md"] {
        assert!(folder.join(name).is_file(), "{name}");
    }
    let refused = run(
        &[&edges[..], &["--refuse-disconnected"]].concat(),
        &dir.path().join("no"),
    );
    assert!(!refused.status.success());
    assert_eq!(
        text(&refused.stderr).lines().count(),
        1,
        "{}",
        text(&refused.stderr)
    );
    let none = run(&["own"], &dir.path().join("none"));
    assert_eq!(
        text(&none.stderr),
        "error: own needs graphs: give a file or folder with --edges\n"
    );
}

#[test]
fn an_invalid_length_gives_a_one_line_error() {
    let dir = tempfile::tempdir().unwrap();
    let output = run(&["waxman", "--length", "0"], dir.path());
    assert!(!output.status.success());
    let message = text(&output.stderr);
    assert_eq!(message.lines().count(), 1, "{message}");
    assert!(message.contains("--length 0 must be"), "{message}");
}
