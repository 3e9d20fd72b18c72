use rand::{SeedableRng, rngs::ChaCha8Rng};

use super::*;
use crate::molecule::{Atom, Element, MolecularGraph, stand_in};

fn read(smiles: &[&str]) -> Vec<MolecularGraph> {
    let read = smiles.iter().map(|text| MolecularGraph::from_smiles(text));
    read.collect::<Result<_, _>>().unwrap()
}

fn made_up(count: usize, seed: u64) -> Vec<MolecularGraph> {
    stand_in(count, &mut ChaCha8Rng::seed_from_u64(seed))
}

/// Alkanes, which differ from the synthetic molecules.
fn alkanes(count: usize) -> Vec<MolecularGraph> {
    let chains = (0..count).map(|at| "C".repeat(2 + at % 12));
    let chains: Vec<String> = chains.collect();
    read(&chains.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn only_the_data_are_at_the_floor() {
    let data = made_up(1200, 1);
    let same = PropertyReport::new(&made_up(400, 2), &data, 3).unwrap();
    let other = PropertyReport::new(&alkanes(400), &data, 3).unwrap();
    assert_eq!(
        (
            same.generated_molecules,
            same.reference_molecules,
            same.floor_molecules
        ),
        (400, 800, 400)
    );
    assert!(same.kl_score.floor > 0.95, "{same}");
    assert!(
        (same.kl_score.generated - same.kl_score.floor).abs() < 0.03,
        "{same}"
    );
    assert!(other.kl_score.generated < 0.6, "{other}");
    // Both have the same data and seed.
    assert_eq!(same.kl_score.floor, other.kl_score.floor);
    let far = other.property(MoleculeProperty::PolarSurface).unwrap();
    let near = same.property(MoleculeProperty::PolarSurface).unwrap();
    assert!(far.divergences.unwrap().wasserstein > 5.0 * near.divergences.unwrap().wasserstein);
    let diversity = |report: &PropertyReport| report.similarity.internal_diversity.unwrap();
    assert!(diversity(&other).generated < diversity(&other).floor);
    assert!(other.similarity.nearest_neighbor.generated < other.similarity.nearest_neighbor.floor);
}

/// A sample that repeats the data is closer to them than further data are.
#[test]
fn copies_are_nearer_than_the_floor() {
    let data = made_up(600, 1);
    let reference = PropertyReference::draw(&data, 400, 200, 1).unwrap();
    let copies = reference.reference().range(0..200);
    let report = PropertyReport::compare(&copies, &reference).unwrap();
    assert_eq!(report.similarity.nearest_neighbor.generated, 1.0);
    assert!(report.similarity.nearest_neighbor.floor < 1.0);
    assert_eq!(report.scaffolds.new.generated, 0.0);
    let everything = PropertyReport::compare(reference.reference(), &reference).unwrap();
    assert_eq!(everything.kl_score.generated, 1.0);
    assert!((everything.scaffolds.similarity.generated - 1.0).abs() < 1e-12);
    for score in &everything.properties {
        assert_eq!(
            score.divergences.unwrap().wasserstein,
            0.0,
            "{}",
            score.property
        );
    }
}

#[test]
fn both_parts_of_the_data_are_disjoint() {
    let data = alkanes(12);
    let reference = PropertyReference::draw(&data, 100, 4, 9).unwrap();
    assert_eq!(
        (reference.reference().len(), reference.held_out().len()),
        (8, 4)
    );
    let mut weights: Vec<f64> = [reference.reference(), reference.held_out()]
        .into_iter()
        .flat_map(|part| part.values(MoleculeProperty::HeavyAtoms))
        .collect();
    weights.sort_by(f64::total_cmp);
    assert!(weights.into_iter().eq((2..14).map(f64::from)));
    // Another seed, another part.
    let other = PropertyReference::draw(&data, 100, 4, 10).unwrap();
    assert_ne!(reference, other);
    assert_eq!(
        reference,
        PropertyReference::draw(&data, 100, 4, 9).unwrap()
    );
}

#[test]
fn shares_match_the_definition() {
    let data = read(&["CC=O", "C#N", "c1ccccc1", "C[NH3+]"]);
    let sample = PropertySample::of(&data);
    let reference = PropertyReference {
        reference: sample.clone(),
        held_out: sample.clone(),
    };
    let report = PropertyReport::compare(&sample, &reference).unwrap();
    let share = |name: &str| report.share(name).unwrap().generated;
    // 2 + 1 + 6 + 1 bonds; a Kekulé ring of six has three double bonds.
    assert_eq!((share("double bonds"), share("triple bonds")), (0.4, 0.1));
    assert_eq!(share("molecules with an aromatic atom"), 0.25);
    assert_eq!(share("molecules with a charged atom"), 0.25);
    assert_eq!(sample.values(MoleculeProperty::RingSize), [6.0]);
}

#[test]
fn molecules_without_rings_have_no_ring_size_distance() {
    let report = PropertyReport::new(&alkanes(20), &made_up(100, 4), 1).unwrap();
    let rings = report.property(MoleculeProperty::RingSize).unwrap();
    assert_eq!((rings.generated_mean, rings.divergences), (None, None));
    assert_eq!(report.scaffolds.distinct.generated, 0.0);
    let text = report.to_string();
    assert!(text.contains("–"), "{text}");
    let one = PropertyReport::new(&alkanes(1), &made_up(100, 4), 1).unwrap();
    assert_eq!(one.similarity.internal_diversity, None);
}

#[test]
fn molecules_without_properties_are_counted() {
    let mut generated = alkanes(3);
    let tin = Element::new(50).unwrap();
    generated.push(MolecularGraph::new(vec![Atom::new(tin)], Vec::new()).unwrap());
    let report = PropertyReport::new(&generated, &made_up(50, 1), 1).unwrap();
    assert_eq!((report.generated_molecules, report.left_out), (3, 1));
    assert!(report.to_string().contains("left out: 1"));
}

#[test]
fn a_floor_of_fewer_molecules_is_reported() {
    let report = PropertyReport::new(&made_up(50, 1), &made_up(60, 2), 1).unwrap();
    assert_eq!(
        (report.reference_molecules, report.floor_molecules),
        (30, 30)
    );
    assert!(report.to_string().contains("The floor has fewer molecules"));
}

#[test]
fn empty_samples_are_rejected() {
    let error = PropertyReport::new(&[], &made_up(10, 1), 1).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no generated molecule has properties, of 0 that were given: provide at least one valid one"
    );
    for data in [made_up(1, 1), Vec::new()] {
        let error = PropertyReport::new(&made_up(3, 1), &data, 1).unwrap_err();
        assert!(
            error.to_string().contains("at least 2 are needed"),
            "{error}"
        );
    }
}

/// Values of RDKit 2026.09.1 and scipy 1.17.1, for the molecules of ZINC in
/// `tests/data/descriptors.tsv` compared with those of QM9.
#[test]
fn distances_are_those_of_rdkit_and_scipy() {
    let table = include_str!("../../../../tests/data/descriptors.tsv");
    let smiles = table
        .lines()
        .skip(2)
        .filter_map(|row| row.split('\t').next());
    let molecules = read(&smiles.collect::<Vec<_>>());
    let reference = PropertyReference {
        reference: PropertySample::of(&molecules[..500]),
        held_out: PropertySample::of(&molecules[..10]),
    };
    let generated = PropertySample::of(&molecules[500..]);
    let report = PropertyReport::compare(&generated, &reference).unwrap();
    let expected = [
        (MoleculeProperty::Complexity, 3.619315, 538.49904),
        (MoleculeProperty::LogP, 1.150914, 2.29698),
        (MoleculeProperty::MolecularWeight, 11.566517, 204.82703),
        (MoleculeProperty::PolarSurface, 0.687381, 27.007973),
        (MoleculeProperty::HBondAcceptors, 0.737289, 1.719333),
        (MoleculeProperty::HBondDonors, 0.071651, 0.31),
        (MoleculeProperty::RotatableBonds, 2.78552, 3.71),
        (MoleculeProperty::AliphaticRings, 0.438693, 0.762667),
        (MoleculeProperty::AromaticRings, 1.799268, 1.642),
    ];
    for (property, kl, wasserstein) in expected {
        let found = report.property(property).unwrap().divergences.unwrap();
        assert!(
            (found.kl - kl).abs() < 2e-5 * (1.0 + kl),
            "{property}: {found:?}"
        );
        assert!(
            (found.wasserstein - wasserstein).abs() < 1e-5 * (1.0 + wasserstein),
            "{property}: {found:?}"
        );
    }
    assert!((report.kl_score.generated - 0.347479).abs() < 1e-5);
    let share = |name: &str| report.share(name).unwrap().generated;
    assert!((share("double bonds") - 0.2558).abs() < 5e-5);
    assert!((share("triple bonds") - 0.0033).abs() < 5e-5);
    assert!((share("molecules with an aromatic atom") - 0.9167).abs() < 5e-5);
    assert!((share("molecules with a charged atom") - 0.3133).abs() < 5e-5);
    let diversity = report.similarity.internal_diversity.unwrap().generated;
    assert!((diversity - 0.870_480_764).abs() < 1e-8);
    let nearest = report.similarity.nearest_neighbor.generated;
    assert!((nearest - 0.184_316_904).abs() < 1e-8);
}

#[test]
fn text_and_tables_show_the_floor_next_to_every_score() {
    let report = PropertyReport::new(&made_up(60, 1), &made_up(200, 2), 1).unwrap();
    let text = report.to_string();
    for part in [
        "60 molecules generated, compared with 140 of the data; floor: 60 others",
        "* complexity (Bertz), bits",
        "KL score 0.",
        "similarity to the nearest molecule",
    ] {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
    let table = report.to_csv();
    let columns: Vec<usize> = table.lines().map(|line| line.split(',').count()).collect();
    assert!(columns.iter().all(|&count| count == 11), "{table}");
    assert_eq!(table.lines().count(), 2 + report.properties.len() + 4 + 5);
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["properties"][1]["property"], "log_p");
    assert!(json["properties"][1]["floor"]["kl"].is_f64());
    assert!(json["kl_score"]["floor"].is_f64());
}

#[cfg(feature = "report")]
#[test]
fn the_figure_names_every_property() {
    let reference = PropertyReference::draw(&made_up(200, 2), 100, 60, 1).unwrap();
    let generated = PropertySample::of(&made_up(60, 1));
    let report = PropertyReport::compare(&generated, &reference).unwrap();
    let figure = report.to_figure(&generated, &reference, "Molecules");
    assert_eq!(figure.panels.len(), MoleculeProperty::ALL.len());
    let svg = figure.to_svg().unwrap();
    for part in ["molecular weight (g/mol)", "logP", "generated", "floor 0."] {
        assert!(svg.contains(part), "{part} is missing");
    }
}
