//! Comparison with RDKit; `tests/data/descriptors.py` records its version and how the table was
//! made.

use crate::molecule::{Fingerprint, MolecularGraph};

const TABLE: &str = include_str!("../../../tests/data/descriptors.tsv");

/// One molecule with RDKit's values.
struct Row {
    line: String,
    graph: MolecularGraph,
    cells: Vec<&'static str>,
}

impl Row {
    fn number<T: std::str::FromStr>(&self, column: &str) -> T {
        let text = self.text(column);
        let read = text.parse().ok();
        read.unwrap_or_else(|| panic!("{column} of {} is {text}", self.line))
    }

    fn text(&self, column: &str) -> &'static str {
        let mut head = TABLE.lines().nth(1).unwrap().split('\t');
        self.cells[head.position(|name| name == column).unwrap()]
    }
}

fn rows() -> Vec<Row> {
    let rows = TABLE.lines().skip(2).map(|line| {
        let cells: Vec<_> = line.split('\t').collect();
        Row {
            line: cells[0].to_owned(),
            graph: MolecularGraph::from_smiles(cells[0]).unwrap(),
            cells,
        }
    });
    rows.collect()
}

#[test]
fn descriptors_match_rdkit() {
    let rows = rows();
    assert_eq!(rows.len(), 800);
    let mut wrong = Vec::new();
    for row in &rows {
        let found = row.graph.descriptors().unwrap();
        let mut equal = |column: &str, found: f64, tolerance: f64| {
            let expected: f64 = row.number(column);
            if (found - expected).abs() > tolerance {
                wrong.push(format!("{}: {column} {found}, RDKit {expected}", row.line));
            }
        };
        equal("weight", found.molecular_weight, 1.1e-3);
        equal("logp", found.log_p, 1.1e-5);
        equal("tpsa", found.polar_surface, 1e-4);
        equal("bertz", found.complexity, 1.1e-5);
        equal("acceptors", found.h_bond_acceptors as f64, 0.0);
        equal("donors", found.h_bond_donors as f64, 0.0);
        equal("rotatable", found.rotatable_bonds as f64, 0.0);
        equal("aromatic_rings", found.aromatic_rings as f64, 0.0);
    }
    assert!(
        wrong.is_empty(),
        "{} values:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn rings_match_rdkit() {
    for row in rows() {
        let found = row.graph.descriptors().unwrap();
        let sizes: Vec<String> = found.ring_sizes.iter().map(usize::to_string).collect();
        assert_eq!(sizes.join(" "), row.text("rings"), "{}", row.line);
        let aliphatic: usize = row.number("aliphatic_rings");
        assert_eq!(found.aliphatic_rings, aliphatic, "{}", row.line);
    }
}

#[test]
fn fingerprints_match_rdkit() {
    let mut before: Option<Fingerprint> = None;
    for row in rows() {
        let found = row.graph.fingerprint().unwrap();
        let bits = found.bits();
        assert_eq!(bits.len(), row.number::<usize>("bits"), "{}", row.line);
        let sum: usize = bits.iter().sum();
        assert_eq!(sum, row.number::<usize>("bit_sum"), "{}", row.line);
        if let Some(before) = before {
            let expected: f64 = row.number("tanimoto");
            assert!((found.tanimoto(&before) - expected).abs() < 1e-6);
        }
        before = Some(found);
    }
}

#[test]
fn scaffolds_match_rdkit() {
    for row in rows() {
        assert_eq!(
            row.graph.scaffold().unwrap(),
            row.text("scaffold"),
            "{}",
            row.line
        );
    }
}

#[cfg(feature = "qed")]
#[test]
fn drug_likeness_matches_rdkit() {
    for row in rows() {
        let found = row.graph.qed().unwrap();
        assert!(
            (found - row.number::<f64>("qed")).abs() < 2e-6,
            "{}",
            row.line
        );
    }
}

#[test]
fn numbering_does_not_matter() {
    for row in rows().iter().step_by(20) {
        let order: Vec<usize> = (0..row.graph.atoms().len()).rev().collect();
        let other = row.graph.renumbered(&order).unwrap();
        let (a, b) = (
            row.graph.descriptors_and_fingerprint().unwrap(),
            other.descriptors_and_fingerprint().unwrap(),
        );
        assert_eq!(a.1, b.1);
        assert!((a.0.complexity - b.0.complexity).abs() < 1e-9);
        assert!((a.0.log_p - b.0.log_p).abs() < 1e-9);
        assert_eq!(
            (a.0.rotatable_bonds, &a.0.ring_sizes, a.0.bonds),
            (b.0.rotatable_bonds, &b.0.ring_sizes, b.0.bonds)
        );
    }
}

#[test]
fn impossible_molecules_are_rejected() {
    let mut graph = serde_json::to_value(MolecularGraph::from_smiles("CNC").unwrap()).unwrap();
    graph["atoms"][1]["element"] = "F".into();
    let graph: MolecularGraph = serde_json::from_value(graph).unwrap();
    assert!(graph.descriptors().is_err());
    assert!(graph.fingerprint().is_err());
    let unweighted = MolecularGraph::from_smiles("C[Sn](C)(C)C").unwrap();
    let error = unweighted.descriptors().unwrap_err().to_string();
    assert_eq!(error, "the weight of Sn is not tabulated");
}
