use super::perceived::{BondKind, Perceived};

const C: u8 = 6;
const N: u8 = 7;
const O: u8 = 8;
const S: u8 = 16;
const HALOGENS: [u8; 3] = [9, 17, 35];

impl Perceived {
    /// Returns the number of single bonds outside rings whose rotation changes the shape. Neither
    /// end is a terminal atom, has a triple bond, or carries three equal groups (CF₃, CCl₃, CBr₃,
    /// tert-butyl), and not both ends belong to an amide, ester or similar group.
    pub(super) fn rotatable_bonds(&self) -> usize {
        let can_turn = |bond: &&super::perceived::PerceivedBond| {
            matches!(bond.kind, BondKind::Single)
                && !bond.in_ring
                && bond.ends.iter().all(|&atom| self.is_pivot(atom))
                && !bond.ends.iter().all(|&atom| self.is_of_amide(atom))
        };
        self.bonds.iter().filter(can_turn).count()
    }

    fn is_pivot(&self, atom: usize) -> bool {
        let mut neighbors = self.neighbors(atom);
        self.degree(atom) != 1
            && !neighbors.any(|(bond, _)| bond.kind == BondKind::Triple)
            && !self.has_three_equal_groups(atom)
    }

    fn has_three_equal_groups(&self, atom: usize) -> bool {
        if !self.is_aliphatic(atom, &[C]) {
            return false;
        }
        let count = |is: &dyn Fn(usize) -> bool| {
            let neighbors = self.neighbors(atom);
            let single = neighbors.filter(|(bond, _)| bond.kind == BondKind::Single);
            single.filter(|&(_, other)| is(other)).count()
        };
        let is_methyl =
            |other: usize| self.is_aliphatic(other, &[C]) && self.atoms[other].hydrogens == 3;
        HALOGENS
            .iter()
            .any(|&halogen| count(&|other| self.atoms[other].number == halogen) >= 3)
            || count(&is_methyl) >= 3
    }

    /// Returns whether the atom is the carbon of `X=C–Y` with three neighbors, or its `Y`. X is N,
    /// O or S and Y is N, O, or S with a further neighbor, outside rings.
    fn is_of_amide(&self, atom: usize) -> bool {
        if self.is_amide_carbon(atom) {
            return self
                .neighbors(atom)
                .any(|(bond, other)| self.is_amide_bond(bond.kind, bond.in_ring, other));
        }
        self.neighbors(atom).any(|(bond, other)| {
            self.is_amide_bond(bond.kind, bond.in_ring, atom) && self.is_amide_carbon(other)
        })
    }

    fn is_amide_carbon(&self, atom: usize) -> bool {
        self.is_aliphatic(atom, &[C])
            && self.degree(atom) == 3
            && self.neighbors(atom).any(|(bond, other)| {
                bond.kind == BondKind::Double && self.is_aliphatic(other, &[N, O, S])
            })
    }

    fn is_amide_bond(&self, kind: BondKind, in_ring: bool, hetero: usize) -> bool {
        kind == BondKind::Single
            && !in_ring
            && (self.atoms[hetero].number == N
                || self.is_aliphatic(hetero, &[O])
                || self.is_aliphatic(hetero, &[S]) && self.degree(hetero) != 1)
    }
}
