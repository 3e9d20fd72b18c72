//! Conversion between our graph and the chemistry crate's molecule.

use chematic_core::{AtomIdx, Molecule, MoleculeBuilder, STEREO_H_SENTINEL};
use chematic_smiles::{RdkitSmilesError, RdkitSmilesParams};

use super::{Atom, BondOrder, Chirality, Element, Invalid, MolecularGraph, valence::valences};

/// Converts the graph to the crate's molecule, with implied hydrogens.
///
/// Built directly rather than through text: writing and parsing text costs as much again.
pub(super) fn molecule(graph: &MolecularGraph) -> Molecule {
    build(graph, |_, _| true)
}

/// Returns the molecule of the text written without sanitization. That text has no marks on neutral
/// nitrogen with three neighbors, since only the rings around it would make it a center, and rings
/// are found by sanitization.
pub(super) fn unsanitized(graph: &MolecularGraph) -> Molecule {
    build(graph, |atom, neighbors| {
        atom.element != Element::N || atom.charge != 0 || neighbors != 3
    })
}

/// Builds the molecule; `keeps` is whether the chirality of an atom with this number of neighbors
/// is kept.
fn build(graph: &MolecularGraph, keeps: impl Fn(&Atom, usize) -> bool) -> Molecule {
    let mut builder = MoleculeBuilder::with_capacity(graph.atoms().len(), graph.bonds().len());
    for (index, atom) in graph.atoms().iter().enumerate() {
        let mut added = chematic_core::Atom::new(atom.element.inner());
        added.charge = atom.charge;
        if valences(atom.element, atom.charge).is_none() {
            // The crate would add hydrogens by its own rules; the graph implies none.
            added.hydrogen_count = Some(0);
        }
        let mut order = Vec::new();
        if atom.chirality != Chirality::None {
            order.extend(graph.bonds().iter().filter_map(|bond| match bond.ends {
                [a, b] if a == index => Some(b as u32),
                [a, b] if b == index => Some(a as u32),
                _ => None,
            }));
            if keeps(atom, order.len()) {
                added.chirality = match atom.chirality {
                    Chirality::None => chematic_core::Chirality::None,
                    Chirality::CounterClockwise => chematic_core::Chirality::CounterClockwise,
                    Chirality::Clockwise => chematic_core::Chirality::Clockwise,
                };
            }
        }
        let added = builder.add_atom(added);
        if order.len() == 3 {
            // Last, as in our convention; the crate would otherwise guess its position.
            order.push(STEREO_H_SENTINEL);
        }
        if atom.chirality != Chirality::None {
            builder.set_stereo_neighbor_order(added, order);
        }
    }
    for bond in graph.bonds() {
        let [a, b] = bond.ends.map(|atom| AtomIdx(atom as u32));
        let order = match bond.order {
            BondOrder::Single => chematic_core::BondOrder::Single,
            BondOrder::Double => chematic_core::BondOrder::Double,
            BondOrder::Triple => chematic_core::BondOrder::Triple,
        };
        // Only loops, duplicates and unknown atoms are rejected, which a graph does not have.
        let _ = builder.add_bond(a, b, order);
    }
    builder.build()
}

/// Canonical text after sanitization.
pub(super) fn canonical(molecule: &Molecule, stereo: bool) -> Result<String, Invalid> {
    let params = RdkitSmilesParams {
        isomeric: stereo,
        ..Default::default()
    };
    chematic_smiles::rdkit_smiles(molecule, &params).map_err(invalid)
}

pub(super) fn invalid(error: RdkitSmilesError) -> Invalid {
    Invalid(match error {
        RdkitSmilesError::Sanitization(problem) | RdkitSmilesError::Unsupported(problem) => problem,
    })
}

/// Returns whether the graph is a possible molecule.
pub(super) fn sanitize(graph: &MolecularGraph) -> Result<(), Invalid> {
    let sanitized = chematic_smiles::rdkit_sanitized_model(&molecule(graph));
    sanitized.map(drop).map_err(invalid)
}

/// Returns the text after one more reading and writing.
///
/// Each reading determines anew which marks of symmetric rings are meaningful, which changes the
/// text of about one molecule in 3000. The published values are for texts read once.
pub(super) fn settled(text: &str) -> Result<String, Invalid> {
    let marks = text.bytes().filter(|&byte| byte == b'@').count();
    if marks < 2 || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Ok(text.to_owned());
    }
    match chematic_smiles::parse(text) {
        Ok(molecule) => canonical(&molecule, true),
        Err(error) => Err(Invalid(error.to_string())),
    }
}
