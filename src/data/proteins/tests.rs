use std::path::Path;

use super::*;
use crate::data::testing::{gzip, npy, write};

/// Two stretched chains and a bent one.
const TABLE_TEXT: &str = "entry\tchain\tfirst_residue\tsequence\tsplit\n\
    1abc\tA\t-1\tACDEFGHI\ttrain\n1abc\tB\t5\tACDEFGHX\ttrain\n2xyz\tA\t7\tKLMNPQRS\ttest\n";

fn window(step: i16) -> Vec<u8> {
    let places = (0..8i16).flat_map(|at| [at * step, 0, if at == 7 { -500 } else { 0 }]);
    places.flat_map(i16::to_le_bytes).collect()
}

fn write_windows(dir: &Path) {
    let bytes = [window(3800), window(500), window(1000)].concat();
    write(dir, "protein_windows8.i16", &bytes);
    write(dir, "protein_windows8.tsv.gz", &gzip(TABLE_TEXT.as_bytes()));
}

fn load(dir: &Path, threshold: f64) -> Result<Loaded<Splits<ProteinSplit>>, DataError> {
    let places = DataPlaces {
        dir: Some(dir.into()),
        ..DataPlaces::default()
    };
    ProteinWindows { threshold }.load(&places, &mut |_| {})
}

fn message(dir: &Path) -> String {
    let message = load(dir, 8.0).unwrap_err().to_string();
    assert_eq!(message.lines().count(), 1);
    message
}

#[test]
fn windows_are_decoded() {
    let dir = tempfile::tempdir().unwrap();
    write_windows(dir.path());
    let data = load(dir.path(), 8.0).unwrap();
    assert_eq!(
        (data.data.train.graphs.len(), data.data.test.graphs.len()),
        (2, 1)
    );
    assert_eq!(data.notice, None);
    let title = &data.provenance.title;
    assert!(title.contains("8 Å (not the ProFold set of the publication)"));
    assert!(!title.contains("PDB"), "{title}");
    // A stretched chain links neighbors up to two steps apart.
    let stretched = &data.data.train.graphs[0];
    assert_eq!(stretched.topology().edge_count(), 7 + 6);
    assert_eq!(stretched.positions()[7], [26.6, 0.0, -0.5]);
    let residues = &data.data.train.residues[1];
    assert_eq!(
        (
            residues.chain.as_str(),
            residues.first,
            residues.sequence.as_str()
        ),
        ("B", 5, "ACDEFGHX")
    );
}

#[test]
fn disconnected_windows_are_counted() {
    let dir = tempfile::tempdir().unwrap();
    write_windows(dir.path());
    let data = load(dir.path(), 3.0).unwrap();
    assert_eq!(data.data.train.graphs.len(), 1);
    assert_eq!(data.data.train.residues[0].chain, "B");
    let notice = data.notice.unwrap();
    assert_eq!(
        notice,
        "1 of 3 windows were left out: their graphs are not connected"
    );
    let error = load(dir.path(), 0.9).unwrap_err().to_string();
    assert!(
        error.starts_with("contact threshold = 0.9 Å is out of range: choose one at which"),
        "{error}"
    );
    for threshold in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let error = load(dir.path(), threshold).unwrap_err();
        assert!(matches!(error, DataError::Setting(_)), "{error}");
    }
}

#[test]
fn damaged_windows_are_named() {
    let dir = tempfile::tempdir().unwrap();
    assert!(message(dir.path()).starts_with("protein windows was not found"));
    write_windows(dir.path());
    write(dir.path(), "protein_windows8.i16", &[0; 100]);
    assert!(message(dir.path()).contains("100 bytes, but 144 are expected for the 3 windows"));
    let table = |text: &str| {
        write(dir.path(), "protein_windows8.tsv.gz", text.as_bytes());
        message(dir.path())
    };
    assert!(table("a\tb\n").contains("line 1: the columns must be entry, chain,"));
    let replaced = |from: &str, to: &str| TABLE_TEXT.replacen(from, to, 1);
    assert!(table(&replaced("-1", "one")).contains("line 2: \"one\" is not the number"));
    assert!(table(&replaced("KLMNPQRS", "KLM")).contains("line 4: \"KLM\" is not a sequence"));
    assert!(table(&replaced("test", "valid")).contains("line 4: the split is \"valid\""));
    assert!(table(&replaced("\tA\t", "\t")).contains("line 2: 4 cells instead of 5"));
}

#[test]
fn the_original_arrays_are_read() {
    let dir = tempfile::tempdir().unwrap();
    let floats: Vec<u8> = (0..4 * 3 * 3)
        .flat_map(|at| (at as f32).to_le_bytes())
        .collect();
    let nodes = npy(1, "<f4", "(4, 3, 3)", &floats);
    write(dir.path(), "node_feat.npy", &nodes);
    // A path, a triangle with loops, a pair with an isolated node, a path; two values per pair.
    let adjacency = [
        [0, 1, 0, 1, 0, 1, 0, 1, 0],
        [1, 1, 1, 1, 1, 1, 1, 1, 1],
        [0, 1, 0, 1, 0, 0, 0, 0, 0],
        [0, 0, 1, 0, 0, 1, 1, 1, 0],
    ];
    let links: Vec<u8> = adjacency
        .iter()
        .flatten()
        .flat_map(|&link| [link, 9])
        .collect();
    write(
        dir.path(),
        "edge_feat.npy",
        &npy(2, "|u1", "(4, 3, 3, 2)", &links),
    );
    let data = load(dir.path(), 8.0).unwrap();
    assert_eq!(data.data.train.graphs.len(), 2);
    assert_eq!(
        data.data.train.graphs[0].topology().edges(),
        [[0, 1], [1, 2]]
    );
    assert_eq!(data.data.train.graphs[1].topology().edge_count(), 3);
    assert_eq!(data.data.test.graphs.len(), 1);
    assert_eq!(
        data.data.test.graphs[0].topology().edges(),
        [[0, 2], [1, 2]]
    );
    assert_eq!(data.data.test.graphs[0].positions()[0], [27.0, 28.0, 29.0]);
    assert!(data.data.train.residues.is_empty());
    assert!(data.notice.unwrap().starts_with("1 of 4 windows"));
    assert!(data.provenance.title.contains("not the ProFold set"));

    let one_way: Vec<u8> = links
        .iter()
        .enumerate()
        .map(|(at, &x)| x * u8::from(at != 2))
        .collect();
    write(
        dir.path(),
        "edge_feat.npy",
        &npy(1, "|u1", "(4, 3, 3, 2)", &one_way),
    );
    assert!(message(dir.path()).contains("graph 0 links 0 and 1 in only one direction"));
    write(
        dir.path(),
        "edge_feat.npy",
        &npy(1, "|u1", "(4, 3, 6)", &links),
    );
    assert!(message(dir.path()).contains("but (4, 3, 3, values per edge) is needed"));
    write(
        dir.path(),
        "node_feat.npy",
        &npy(1, "<f4", "(4, 9)", &floats),
    );
    assert!(message(dir.path()).contains("but (graphs, nodes, 3) is needed"));
}

#[test]
fn the_stand_in_is_labeled_as_chains() {
    let data = ProteinWindows::default().stand_in().unwrap();
    assert!(data.provenance.synthetic && data.provenance.title.contains("no protein data"));
    let graphs = &data.data.train.graphs;
    for graph in graphs.iter().take(200) {
        for at in 0..7 {
            let step = graph.distance(at, at + 1);
            assert!((3.6..4.0).contains(&step), "{step}");
        }
        let sum: f64 = graph.positions().iter().flatten().sum();
        assert!(sum.abs() < 1e-9);
    }
    // As in real windows: between the 13 edges of stretched chains and the 22 of coiled ones.
    let edges: usize = graphs
        .iter()
        .map(|graph| graph.topology().edge_count())
        .sum();
    let mean = edges as f64 / graphs.len() as f64;
    assert!((15.0..21.0).contains(&mean), "{mean}");
    assert_eq!(
        ProteinWindows::default().stand_in().unwrap().data.train,
        data.data.train
    );
}
