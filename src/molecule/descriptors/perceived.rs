use crate::molecule::{BondOrder, Invalid, MolecularGraph, chemistry};

/// Result of sanitization for the atoms and bonds of a molecule.
pub(in crate::molecule) struct Perceived {
    pub(in crate::molecule) atoms: Vec<PerceivedAtom>,
    pub(in crate::molecule) bonds: Vec<PerceivedBond>,
    /// The bonds of each atom.
    pub(in crate::molecule) atom_bonds: Vec<Vec<usize>>,
    /// The bonds of each smallest ring.
    pub(in crate::molecule) rings: Vec<Vec<usize>>,
}

pub(in crate::molecule) struct PerceivedAtom {
    /// Atomic number.
    pub(in crate::molecule) number: u8,
    pub(in crate::molecule) charge: i32,
    pub(in crate::molecule) hydrogens: u32,
    pub(in crate::molecule) aromatic: bool,
    pub(in crate::molecule) in_ring: bool,
    pub(in crate::molecule) in_ring_of_three: bool,
}

pub(in crate::molecule) struct PerceivedBond {
    pub(in crate::molecule) ends: [usize; 2],
    pub(in crate::molecule) kind: BondKind,
    /// The order in the Kekulé structure.
    pub(in crate::molecule) kekule_order: BondOrder,
    pub(in crate::molecule) in_ring: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::molecule) enum BondKind {
    Single,
    Double,
    Triple,
    Aromatic,
}

impl Perceived {
    pub(in crate::molecule) fn new(graph: &MolecularGraph) -> Result<Self, Invalid> {
        let molecule = chemistry::molecule(graph);
        let view = chematic_smiles::rdkit_mol_view(&molecule).map_err(chemistry::invalid)?;
        if view.atoms.len() != graph.atoms().len() {
            return Err(Invalid(
                "it has hydrogens that are atoms of the graph".into(),
            ));
        }
        let mut atoms: Vec<PerceivedAtom> = view
            .atoms
            .iter()
            .map(|atom| PerceivedAtom {
                number: u8::try_from(atom.atomic_num).unwrap_or(0),
                charge: atom.formal_charge,
                hydrogens: atom.total_num_hs,
                aromatic: atom.is_aromatic,
                in_ring: false,
                in_ring_of_three: false,
            })
            .collect();
        let mut bonds: Vec<PerceivedBond> = view
            .bonds
            .iter()
            .zip(&view.chematic_bond)
            .map(|(bond, &place)| {
                let stored = graph.bonds().get(place).map(|bond| bond.order);
                let stored = stored.unwrap_or(BondOrder::Single);
                let (kind, kekule_order) = match bond.bond_type {
                    _ if bond.is_aromatic => (BondKind::Aromatic, stored),
                    2 => (BondKind::Double, BondOrder::Double),
                    3 => (BondKind::Triple, BondOrder::Triple),
                    _ => (BondKind::Single, BondOrder::Single),
                };
                PerceivedBond {
                    ends: [bond.begin, bond.end],
                    kind,
                    kekule_order,
                    in_ring: false,
                }
            })
            .collect();
        for (ring, ring_bonds) in view.atom_rings.iter().zip(&view.bond_rings) {
            for &atom in ring {
                atoms[atom].in_ring = true;
                atoms[atom].in_ring_of_three |= ring.len() == 3;
            }
            for &bond in ring_bonds {
                bonds[bond].in_ring = true;
            }
        }
        Ok(Self {
            atoms,
            bonds,
            atom_bonds: view.atom_bonds,
            rings: view.bond_rings,
        })
    }

    /// Returns the (bond, neighbor) pairs of an atom.
    pub(in crate::molecule) fn neighbors(
        &self,
        atom: usize,
    ) -> impl Iterator<Item = (&PerceivedBond, usize)> {
        self.atom_bonds[atom].iter().map(move |&bond| {
            let bond = &self.bonds[bond];
            let [a, b] = bond.ends;
            (bond, if a == atom { b } else { a })
        })
    }

    /// Returns the number of neighbors other than hydrogen.
    pub(in crate::molecule) fn degree(&self, atom: usize) -> usize {
        self.atom_bonds[atom].len()
    }

    /// Returns the sum of bond orders, including hydrogens, of an atom that is not aromatic.
    pub(in crate::molecule) fn valence(&self, atom: usize) -> u32 {
        let orders = self.neighbors(atom);
        let orders = orders.map(|(bond, _)| u32::from(bond.kekule_order.pairs()));
        orders.sum::<u32>() + self.atoms[atom].hydrogens
    }

    /// Returns whether the atom is not aromatic and has one of these elements.
    pub(in crate::molecule) fn is_aliphatic(&self, atom: usize, numbers: &[u8]) -> bool {
        let atom = &self.atoms[atom];
        !atom.aromatic && numbers.contains(&atom.number)
    }

    pub(super) fn is_aromatic_ring(&self, bonds: &[usize]) -> bool {
        let mut bonds = bonds.iter();
        bonds.all(|&bond| self.bonds[bond].kind == BondKind::Aromatic)
    }
}
