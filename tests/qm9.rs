//! The whole of QM9, where `FIREWEED_DATA` has it.

use std::path::PathBuf;

use fireweed::{
    evaluate::{MoleculeReference, MoleculeReport, PublishedData},
    molecule::{BondOrder, Chirality, Composition, Element, MoleculeSet, Validity, Vocabulary},
};
use rand::{SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};

fn qm9() -> Option<MoleculeSet> {
    let file = std::env::var_os("FIREWEED_DATA")
        .map(|folder| PathBuf::from(folder).join("qm9/qm9.smi"))
        .filter(|file| file.exists());
    let Some(file) = file else {
        println!("skipped: FIREWEED_DATA names no folder with qm9/qm9.smi");
        return None;
    };
    match MoleculeSet::read(&file) {
        Ok(set) => Some(set),
        Err(error) => panic!("{error}"),
    }
}

/// The numbers that the list's own description gives, from RDKit 2026.09.
#[test]
fn qm9_has_the_published_composition() {
    let Some(set) = qm9() else { return };
    assert_eq!((set.len(), set.rejects().len()), (132_508, 507));
    assert_eq!(Vocabulary::collect(set.molecules()), Vocabulary::qm9());
    let found = Composition::of(set.molecules());
    let sizes = [5, 9, 31, 130, 617, 3_184, 18_151, 110_381];
    assert!(found.heavy_atoms.into_iter().eq((2..).zip(sizes)));
    let elements = [838_580, 137_783, 185_849, 3_226];
    let named = [Element::C, Element::N, Element::O, Element::F];
    assert!(
        found
            .elements
            .into_iter()
            .eq(named.into_iter().zip(elements))
    );
    let charges = [(-1, 9_744), (0, 1_130_208), (1, 25_486)];
    assert!(found.charges.into_iter().eq(charges));
    assert_eq!(found.bond_orders[&BondOrder::Single], 1_081_637);
    assert_eq!(found.bond_orders[&BondOrder::Double], 127_651);
    assert_eq!(found.bond_orders[&BondOrder::Triple], 36_764);
    assert_eq!(found.chiralities[&Chirality::None], 910_651);
    assert_eq!(found.chiralities[&Chirality::CounterClockwise], 93_325);
    assert_eq!(found.chiralities[&Chirality::Clockwise], 161_462);
    let cycles = [13_992, 52_765, 41_684, 19_618, 4_112, 335, 2];
    assert!(found.cycles.into_iter().eq((0..).zip(cycles)));
}

/// The publication's novelty calls a quarter of the data itself novel, the corrected one nothing.
#[test]
fn novelty_of_the_data_themselves_is_0_only_if_corrected() {
    let Some(set) = qm9() else { return };
    let mut molecules = set.into_molecules();
    molecules.shuffle(&mut ChaCha8Rng::seed_from_u64(1));
    // A part, for speed: a molecule is in the publication's list because of itself, nearly always.
    molecules.truncate(20_000);
    assert!(
        molecules
            .iter()
            .all(|one| one.is_valid(Validity::ValenceRule))
    );
    let reference = MoleculeReference::new(&molecules);
    let reference = reference.with_published_data(Some(PublishedData::Qm9));
    let report = MoleculeReport::new(&molecules, &reference);
    assert_eq!((report.corrected.novel, report.stereo_free.novel), (0, 0));
    // 0.2547 of all 132,241 distinct molecules, counted with RDKit.
    let novelty = report
        .published
        .as_ref()
        .map_or(0.0, |scores| scores.novelty);
    assert!((novelty - 0.2547).abs() < 0.015, "{novelty}");
    assert!((report.aromatic - 0.1656).abs() < 0.01);
}
