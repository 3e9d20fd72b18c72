use chematic_core::{AtomIdx, MoleculeBuilder};

use super::{MolecularGraph, chemistry};

/// Coordinates of the atoms in the plane, y upwards; bonds are about 1.5 long.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Layout {
    positions: Vec<[f64; 2]>,
}

impl Layout {
    /// RDKit's drawing of the molecule, or, where it is impossible, of its bare skeleton.
    pub(super) fn of(graph: &MolecularGraph) -> Self {
        let molecule = chemistry::molecule(graph);
        let drawn = chematic_smiles::rdkit_2d_coords(&molecule)
            .or_else(|_| chematic_smiles::rdkit_2d_coords(&skeleton(graph)));
        let positions = match drawn {
            Ok(positions) if positions.len() == graph.atoms().len() => positions,
            _ => circle(graph.atoms().len()),
        };
        Self { positions }
    }

    pub(super) fn positions(&self) -> &[[f64; 2]] {
        &self.positions
    }
}

/// The graph of wildcards and single bonds: they have any valence.
fn skeleton(graph: &MolecularGraph) -> chematic_core::Molecule {
    let mut builder = MoleculeBuilder::new();
    for _ in graph.atoms() {
        builder.add_atom(chematic_core::Atom::wildcard());
    }
    for bond in graph.bonds() {
        let [a, b] = bond.ends.map(|atom| AtomIdx(atom as u32));
        // A molecular graph has no loops and no duplicates, all that is refused.
        let _ = builder.add_bond(a, b, chematic_core::BondOrder::Single);
    }
    builder.build()
}

fn circle(atoms: usize) -> Vec<[f64; 2]> {
    let step = std::f64::consts::TAU / atoms as f64;
    let radius = 1.5 * atoms as f64 / std::f64::consts::TAU;
    let place = |atom| {
        let (sin, cos) = (step * atom as f64).sin_cos();
        [radius * cos, radius * sin]
    };
    (0..atoms).map(place).collect()
}
