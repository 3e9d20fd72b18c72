use chematic_core::{AtomIdx, Molecule, MoleculeBuilder};

use super::{
    MolecularGraph, chemistry,
    wedges::{Wedge, clarify},
};

/// Positions of atoms in the plane, and the bonds that leave it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Layout {
    positions: Vec<[f64; 2]>,
    wedges: Vec<Wedge>,
    /// Double bonds of undetermined geometry, although the drawing shows one.
    open: Vec<[usize; 2]>,
}

impl Layout {
    /// Computes RDKit's drawing of the molecule, or of its bare skeleton if it is impossible. The y
    /// axis points upward, and a bond is 1.5 long. Overlapping bonds of a center of handedness are
    /// moved apart.
    pub(super) fn of(graph: &MolecularGraph) -> Self {
        let fits = |layout: &Self| layout.positions.len() == graph.atoms().len();
        let molecule = chemistry::molecule(graph);
        let block = chematic_smiles::rdkit_mol_block_2d(&molecule).ok();
        let mut drawn = block.and_then(|block| Self::read(&block)).filter(fits);
        if let Some(layout) = &mut drawn {
            clarify(graph, &mut layout.positions, &mut layout.wedges);
        }
        drawn
            .or_else(|| Self::plain(&molecule).filter(fits))
            .or_else(|| Self::plain(&skeleton(graph)).filter(fits))
            .unwrap_or_else(|| circle(graph.atoms().len()))
    }

    pub(super) fn positions(&self) -> &[[f64; 2]] {
        &self.positions
    }

    #[cfg(test)]
    pub(super) fn wedges(&self) -> &[Wedge] {
        &self.wedges
    }

    /// Returns the wedge between two atoms.
    pub(super) fn wedge(&self, ends: [usize; 2]) -> Option<Wedge> {
        let [a, b] = ends;
        let joins =
            |wedge: &&Wedge| [wedge.from, wedge.to] == [a, b] || [wedge.from, wedge.to] == [b, a];
        self.wedges.iter().find(joins).copied()
    }

    /// Returns whether the double bond between two atoms may have either geometry.
    pub(super) fn is_open(&self, [a, b]: [usize; 2]) -> bool {
        self.open.contains(&[a, b]) || self.open.contains(&[b, a])
    }

    fn plain(molecule: &Molecule) -> Option<Self> {
        let positions = chematic_smiles::rdkit_2d_coords(molecule).ok()?;
        Some(Self {
            positions,
            wedges: Vec::new(),
            open: Vec::new(),
        })
    }

    /// Positions and wedges of a V2000 block.
    fn read(block: &str) -> Option<Self> {
        let mut lines = block.lines().skip(3);
        let counts = lines.next().filter(|line| line.ends_with("V2000"))?;
        let number = |line: &str, from: usize, to: usize| line.get(from..to)?.trim().parse().ok();
        let [atoms, bonds]: [usize; 2] = [number(counts, 0, 3)?, number(counts, 3, 6)?];
        let mut positions = Vec::with_capacity(atoms);
        for line in lines.by_ref().take(atoms) {
            let field = |from: usize| line.get(from..from + 10)?.trim().parse::<f64>().ok();
            positions.push([field(0)?, field(10)?]);
        }
        let (mut wedges, mut open) = (Vec::new(), Vec::new());
        for line in lines.take(bonds) {
            let stereo = number(line, 9, 12.min(line.len()))?;
            let from = number(line, 0, 3)?.checked_sub(1)?;
            let to = number(line, 3, 6)?.checked_sub(1)?;
            match stereo {
                1 | 6 => wedges.push(Wedge {
                    from,
                    to,
                    up: stereo == 1,
                }),
                3 => open.push([from, to]),
                _ => {}
            }
        }
        Some(Self {
            positions,
            wedges,
            open,
        })
    }
}

/// The graph of wildcards and single bonds, which have any valence.
fn skeleton(graph: &MolecularGraph) -> Molecule {
    let mut builder = MoleculeBuilder::new();
    for _ in graph.atoms() {
        builder.add_atom(chematic_core::Atom::wildcard());
    }
    for bond in graph.bonds() {
        let [a, b] = bond.ends.map(|atom| AtomIdx(atom as u32));
        // Only loops and duplicates are rejected, which a molecular graph does not have.
        let _ = builder.add_bond(a, b, chematic_core::BondOrder::Single);
    }
    builder.build()
}

fn circle(atoms: usize) -> Layout {
    let step = std::f64::consts::TAU / atoms as f64;
    let radius = 1.5 * atoms as f64 / std::f64::consts::TAU;
    let place = |atom| {
        let (sin, cos) = (step * atom as f64).sin_cos();
        [radius * cos, radius * sin]
    };
    Layout {
        positions: (0..atoms).map(place).collect(),
        wedges: Vec::new(),
        open: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bonds_have_one_length_and_atoms_do_not_meet() {
        for smiles in ["CCO", "c1ccccc1CC#N", "O=C1CCC[NH2+]1"] {
            let graph = MolecularGraph::from_smiles(smiles).unwrap();
            let layout = Layout::of(&graph);
            let distance = |a: usize, b: usize| {
                let [[x, y], [u, v]] = [layout.positions[a], layout.positions[b]];
                (x - u).hypot(y - v)
            };
            for bond in graph.bonds() {
                let [a, b] = bond.ends;
                assert!((distance(a, b) - 1.5).abs() < 1e-3, "{smiles}");
            }
            for a in 0..graph.atoms().len() {
                assert!((0..a).all(|b| distance(a, b) > 0.7), "{smiles}");
            }
        }
    }

    #[test]
    fn handedness_is_a_wedge_and_its_mirror_image_the_other() {
        let wedge = |smiles| {
            let graph = MolecularGraph::from_smiles(smiles).unwrap();
            let layout = Layout::of(&graph);
            let [wedge] = layout.wedges[..] else {
                panic!("{:?}", layout.wedges)
            };
            assert_eq!((wedge.from, layout.wedge([wedge.to, 1])), (1, Some(wedge)));
            wedge.up
        };
        assert_ne!(wedge("C[C@H](O)F"), wedge("C[C@@H](O)F"));
    }

    #[test]
    fn impossible_graphs_are_drawn_too() {
        let json = r#"{"atoms":[{"element":"F"},{"element":"F"},{"element":"F"}],
            "bonds":[{"ends":[0,1],"order":"triple"},{"ends":[1,2],"order":"single"},
            {"ends":[0,2],"order":"double"}]}"#;
        let graph: MolecularGraph = serde_json::from_str(json).unwrap();
        let layout = Layout::of(&graph);
        assert_eq!(layout.positions.len(), 3);
        assert_ne!(layout.positions[0], layout.positions[1]);
    }
}
