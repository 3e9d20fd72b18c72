use super::perceived::{BondKind, Perceived};

const N: u8 = 7;
const O: u8 = 8;
const P: u8 = 15;
const S: u8 = 16;

impl Perceived {
    /// Returns the number of hydrogen-bond donors: nitrogen, oxygen and sulfur with a hydrogen, as
    /// in amines and ammonium, hydroxyl, thiol, pyrrole.
    pub(super) fn h_bond_donors(&self) -> usize {
        (0..self.atoms.len())
            .filter(|&atom| self.is_donor(atom))
            .count()
    }

    /// Returns the number of hydrogen-bond acceptors: nitrogen, oxygen and sulfur with a lone pair,
    /// except in amides, hydroxyl of acids, pyrrole.
    pub(super) fn h_bond_acceptors(&self) -> usize {
        (0..self.atoms.len())
            .filter(|&atom| self.is_acceptor(atom))
            .count()
    }

    fn is_donor(&self, index: usize) -> bool {
        let atom = &self.atoms[index];
        match (atom.number, atom.aromatic) {
            (N, false) if atom.hydrogens > 0 => match self.valence(index) {
                3 => true,
                4 => atom.charge == 1,
                _ => false,
            },
            (N, true) | (O | S, false) => atom.hydrogens == 1 && atom.charge == 0,
            _ => false,
        }
    }

    fn is_acceptor(&self, index: usize) -> bool {
        let atom = &self.atoms[index];
        match (atom.number, atom.aromatic) {
            (N, true) => atom.hydrogens == 0 && self.degree(index) == 2 && atom.charge == 0,
            (O | S, true) => atom.charge == 0,
            (O | S, false) if atom.charge == -1 => true,
            (O | S, false) => match (atom.hydrogens, self.valence(index)) {
                (0, 2) => true,
                // Not the hydroxyl of an acid.
                (1, 2) => self.neighbors(index).any(|(bond, other)| {
                    bond.kind == BondKind::Single && !self.has_double_bond(other, false)
                }),
                _ => false,
            },
            (N, false) if self.valence(index) == 3 => {
                // Not an amide or similar group.
                !self.neighbors(index).any(|(bond, other)| {
                    bond.kind == BondKind::Single && self.has_double_bond(other, true)
                })
            }
            _ => false,
        }
    }

    /// Returns whether the atom has a double bond to nitrogen, oxygen, phosphorus or sulfur,
    /// optionally only outside rings.
    fn has_double_bond(&self, atom: usize, outside_rings: bool) -> bool {
        self.neighbors(atom).any(|(bond, other)| {
            bond.kind == BondKind::Double
                && !(outside_rings && bond.in_ring)
                && self.is_aliphatic(other, &[N, O, P, S])
        })
    }
}
