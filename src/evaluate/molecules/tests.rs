use super::*;
use crate::molecule::{Atom, Element, MolecularGraph};

fn read(smiles: &[&str]) -> Vec<MolecularGraph> {
    let read = smiles.iter().map(|text| MolecularGraph::from_smiles(text));
    read.collect::<Result<_, _>>().unwrap()
}

/// Two parts, each a methane.
fn two_parts() -> MolecularGraph {
    MolecularGraph::new(vec![Atom::new(Element::C); 2], Vec::new()).unwrap()
}

/// Fluorine with two bonds.
fn impossible() -> MolecularGraph {
    let mut graph = serde_json::to_value(&read(&["CNC"])[0]).unwrap();
    graph["atoms"][1]["element"] = "F".into();
    serde_json::from_value(graph).unwrap()
}

#[test]
fn scores_match_their_definitions() {
    let training = read(&["CCO", "c1ccoc1", "C[C@H](O)F"]);
    let reference = MoleculeReference::new(&training);
    let reference = reference.with_published_data(Some(PublishedData::Qm9));
    let mut generated = read(&["OCC", "OCC", "c1ccoc1", "C[C@@H](O)F", "CCN"]);
    generated.extend([two_parts(), impossible()]);
    let report = MoleculeReport::new(&generated, &reference);
    assert_eq!(
        (report.samples, report.connected, report.valence_rule),
        (7, 6, 6)
    );

    let published = report.published.as_ref().unwrap();
    // Furan's text is aromatic, unlike the list, so it is novel by the publication's definition.
    let Scores {
        valid,
        distinct,
        novel,
        ..
    } = *published;
    assert_eq!((valid, distinct, novel), (6, 5, 4));
    let Scores {
        valid,
        distinct,
        novel,
        ..
    } = report.corrected;
    assert_eq!((valid, distinct, novel), (5, 4, 2));
    // A mirror image is not novel here.
    let Scores {
        valid,
        distinct,
        novel,
        ..
    } = report.stereo_free;
    assert_eq!((valid, distinct, novel), (5, 4, 1));

    let expected = (6.0 / 7.0 * (5.0 / 6.0) * (4.0 / 5.0f64)).cbrt();
    assert!((published.g_mean - expected).abs() < 1e-12);
    assert_eq!(published.uniqueness_at_1k, None);
    assert_eq!(report.aromatic, 1.0 / 6.0);
    assert_eq!(report.aromatic_in_data, 1.0 / 3.0);
}

#[test]
fn uniqueness_of_the_first_ignores_the_rest() {
    let mut generated = vec![read(&["C"]).remove(0); 1000];
    generated.extend(read(&["CC", "CCC"]));
    let report = MoleculeReport::new(&generated, &MoleculeReference::new(&[]));
    assert_eq!(report.corrected.uniqueness_at_1k, Some(0.001));
    assert_eq!(report.corrected.uniqueness, 3.0 / 1002.0);
    assert_eq!(report.corrected.uniqueness_at_10k, None);
}

#[test]
fn the_data_itself_has_no_distance_and_no_novelty() {
    let training = read(&["CCO", "C[C@H](O)F", "C1CC1[NH3+]", "N#Cc1ccccc1"]);
    let report = MoleculeReport::new(&training, &MoleculeReference::new(&training));
    assert_eq!((report.corrected.novel, report.stereo_free.novel), (0, 0));
    for distribution in &report.distributions {
        assert_eq!(
            distribution.total_variation, 0.0,
            "{}",
            distribution.property
        );
        let sum: f64 = distribution.shares.iter().map(|share| share.data).sum();
        assert!((sum - 1.0).abs() < 1e-12);
    }
}

#[test]
fn different_elements_have_distance_one() {
    let report = MoleculeReport::new(&read(&["CC"]), &MoleculeReference::new(&read(&["OO"])));
    let elements = &report.distributions[3];
    assert_eq!(
        (elements.property, elements.total_variation),
        ("element", 1.0)
    );
}

/// Counts as in QM9, and with one molecule more or less than the ranges.
#[test]
fn data_sets_are_recognized_by_their_content() {
    let composition =
        |molecules: usize, atoms: usize, element: Element| crate::molecule::Composition {
            molecules,
            heavy_atoms: [(atoms, molecules)].into(),
            elements: [(element, molecules * atoms)].into(),
            ..Default::default()
        };
    let found = |molecules, atoms, element| {
        PublishedData::recognize(&composition(molecules, atoms, element))
    };
    assert_eq!(found(132_508, 9, Element::C), Some(PublishedData::Qm9));
    assert_eq!(found(22_127, 9, Element::C), None);
    assert_eq!(found(132_508, 8, Element::C), None);
    assert_eq!(found(132_508, 9, Element::H), None);
    assert_eq!(MoleculeReference::new(&read(&["C"])).published_data(), None);
}

#[test]
fn properties_are_part_of_the_report() {
    let training = read(&["CCO", "CCN", "C1CC1", "CC=O"]);
    let report = MoleculeReport::new(&training, &MoleculeReference::new(&training));
    assert!(!report.to_string().contains("KL score"));
    let properties = PropertyReport::new(&training, &training, 1).unwrap();
    let report = report.with_properties(properties);
    assert!(report.to_string().contains("KL score"));
    assert!(
        serde_json::to_string(&report)
            .unwrap()
            .contains("\"kl_score\"")
    );
}

#[test]
fn an_empty_sample_scores_zero() {
    let report = MoleculeReport::new(&[], &MoleculeReference::new(&read(&["C"])));
    assert_eq!(report.corrected, Scores::default());
}

#[test]
fn published_rows_are_shown_for_the_same_data_only() {
    let training = read(&["CCO"]);
    let reference = MoleculeReference::new(&training);
    let rows = [
        "by the paper's definitions",
        "UL VAE",
        "paper: UL GAN, QM9",
        "0.893",
    ];
    for (data, shown) in [
        (None, [false; 4]),
        (Some(PublishedData::Qm9), [true; 4]),
        (Some(PublishedData::Zinc), [true, false, false, false]),
    ] {
        let reference = reference.clone().with_published_data(data);
        let report = MoleculeReport::new(&training, &reference);
        let text = report.to_string();
        assert_eq!(rows.map(|row| text.contains(row)), shown, "{text}");
        for part in [
            "with stereo marks",
            "without stereo marks",
            "total variation",
        ] {
            assert!(text.contains(part), "{part} is missing in\n{text}");
        }
        let stored = serde_json::to_value(&report).unwrap();
        assert_eq!(stored.get("published").is_some(), data.is_some());
    }
    let report = MoleculeReport::new(&training, &reference);
    assert!(
        serde_json::to_string(&report)
            .unwrap()
            .contains("\"uniqueness_at_1k\":null")
    );
}
