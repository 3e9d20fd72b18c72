//! Comparison with RDKit; `tests/data/molecules.py` records its version and how the tables were
//! made.

use super::*;

const MOLECULES: &str = include_str!("../../tests/data/molecules.tsv");
const BROKEN: &str = include_str!("../../tests/data/broken_molecules.tsv");
/// Records that RDKit reads as the molecules in their titles, see `tests/data/cages.py`.
const CAGES: &str = include_str!("../../tests/data/cages.sdf");

fn rows(table: &str) -> impl Iterator<Item = Vec<&str>> {
    table.lines().skip(2).map(|line| line.split('\t').collect())
}

/// The notation of the tables: `C N+ C@@;0-1 1=2`.
fn graph(text: &str) -> MolecularGraph {
    let (atoms, bonds) = text.split_once(';').unwrap();
    let atom = |text: &str| {
        let element = text.trim_end_matches(['+', '-', '@']);
        let (charge, chirality) = (
            i8::from(text.contains('+')) - i8::from(text.contains('-')),
            match text.matches('@').count() {
                0 => Chirality::None,
                1 => Chirality::CounterClockwise,
                _ => Chirality::Clockwise,
            },
        );
        Atom {
            element: element.trim_end_matches(['+', '-', '@']).parse().unwrap(),
            charge,
            chirality,
        }
    };
    let bond = |text: &str| {
        let sign = text.find(['-', '=', '#']).unwrap();
        Bond {
            ends: [
                text[..sign].parse().unwrap(),
                text[sign + 1..].parse().unwrap(),
            ],
            order: match &text[sign..=sign] {
                "-" => BondOrder::Single,
                "=" => BondOrder::Double,
                _ => BondOrder::Triple,
            },
        }
    };
    let bonds = bonds.split_whitespace().map(bond).collect();
    MolecularGraph::new(atoms.split_whitespace().map(atom).collect(), bonds).unwrap()
}

#[test]
fn molecules_are_read_as_rdkit_reads_them() {
    let (mut read, mut rejected) = (0, 0);
    for row in rows(MOLECULES) {
        match (&row[..], MolecularGraph::from_smiles(row[0])) {
            ([_], Err(error)) => {
                assert!(matches!(error, MoleculeError::Impossible { .. }), "{error}");
                rejected += 1;
            }
            ([line, expected, ..], Ok(found)) => {
                assert_eq!(found, graph(expected), "{line}");
                read += 1;
            }
            (row, found) => panic!("RDKit says {row:?}, not {found:?}"),
        }
    }
    assert_eq!((read, rejected), (1935, 65));
}

#[test]
fn texts_of_molecules_match_rdkit() {
    for row in rows(MOLECULES).filter(|row| row.len() > 1) {
        let [line, kekule, isomeric, flat, published, ..] = row[..] else {
            panic!("{row:?}")
        };
        let graph = graph(kekule);
        let checked = graph.check();
        assert!(
            checked.is(Validity::Connected) && checked.is(Validity::ValenceRule),
            "{line}"
        );
        let texts = checked.texts.unwrap();
        assert_eq!((&*texts.isomeric, &*texts.flat), (isomeric, flat), "{line}");
        assert_eq!(graph.canonical_smiles(Stereo::Keep).unwrap(), isomeric);
        assert_eq!(graph.canonical_smiles(Stereo::Drop).unwrap(), flat);
        assert_eq!(texts.aromatic, published.is_empty(), "{line}");
        if !published.is_empty() {
            let read = graph.with_bonds_sorted_under_tags();
            assert_eq!(read.unsanitized_smiles().unwrap(), published, "{line}");
        }
    }
}

#[test]
fn properties_of_molecules_match_rdkit() {
    for row in rows(MOLECULES).filter(|row| row.len() > 1) {
        let [line, kekule, _, _, _, formula, weight, log_p, rings] = row[..] else {
            panic!("{row:?}")
        };
        let found = graph(kekule).properties().unwrap();
        assert_eq!(found.formula, formula, "{line}");
        assert_eq!(found.rings.to_string(), rings, "{line}");
        let near = |found: f64, expected: &str, digit: f64| {
            let expected: f64 = expected.parse().unwrap();
            assert!(
                (found - expected).abs() < 0.51 * digit,
                "{line}: {found}, {expected}"
            );
        };
        near(found.molecular_weight.unwrap(), weight, 1e-3);
        near(found.log_p, log_p, 1e-5);
    }
}

#[test]
fn validity_of_broken_graphs_matches_rdkit() {
    let (mut valid, mut invalid, mut rewritten) = (0, 0, 0);
    for row in rows(BROKEN) {
        let [kekule, isomeric] = row[..] else {
            panic!("{row:?}")
        };
        let graph = graph(kekule);
        let checked = graph.check();
        let verdict = !isomeric.is_empty();
        assert_eq!(checked.is(Validity::Sanitized), verdict, "{kekule}");
        assert_eq!(checked.is(Validity::ValenceRule), verdict, "{kekule}");
        assert_eq!(graph.is_valid(Validity::Sanitized), verdict, "{kekule}");
        // The written text has the same validity as the graph.
        let text = graph.to_smiles();
        assert_eq!(
            MolecularGraph::from_smiles(&text).is_ok(),
            verdict,
            "{text}"
        );
        match checked.texts {
            Ok(texts) => {
                assert_eq!(texts.isomeric, isomeric, "{kekule}");
                valid += 1;
            }
            Err(_) => invalid += 1,
        }
        let crowded = |(atom, sum): (&Atom, u8)| atom.element == Element::N && sum == 5;
        let mut atoms = graph.atoms().iter().zip(graph.bond_order_sums());
        rewritten += usize::from(verdict && atoms.any(crowded));
    }
    assert_eq!((valid, invalid), (485, 515));
    assert!(rewritten >= 10, "{rewritten} nitrogens with five bonds");
}

#[test]
fn records_of_cages_are_read_correctly_by_rdkit() {
    let mut compared = 0;
    for record in CAGES.split_inclusive("$$$$\n") {
        let smiles = record.lines().next().unwrap();
        let graph = MolecularGraph::from_smiles(smiles).unwrap();
        assert_eq!(graph.to_sdf(smiles).unwrap(), record, "{smiles}");
        compared += 1;
    }
    assert_eq!(compared, 16);
}
