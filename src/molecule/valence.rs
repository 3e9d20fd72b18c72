use super::{BondOrder, Element, MolecularGraph};

/// Returns the largest sum of bond orders, including hydrogens, at an atom of this element and
/// formal charge; `None` for unknown elements and charges.
///
/// C, N, O and F: 4, 3, 2, 1 when neutral; 3, 4, 3, 2 with charge +1; 3, 2, 1, 0 with −1. A decoder
/// that respects it generates molecules that pass [`Validity::ValenceRule`](super::Validity).
pub fn max_valence(element: Element, charge: i8) -> Option<u8> {
    valences(element, charge)?.last().copied()
}

/// Returns the possible sums of bond orders of an atom, including hydrogens, ascending.
///
/// As in RDKit 2026.09, obtained by sanitizing the fluorides.
pub(super) fn valences(element: Element, charge: i8) -> Option<&'static [u8]> {
    Some(match (element.atomic_number(), charge) {
        (1, 0) => &[1],
        (1, 1 | -1) => &[0],
        (5, -1) => &[4],
        (5, 0) => &[3],
        (5, 1) => &[2],
        (6, 0) => &[4],
        (6, 1 | -1) => &[3],
        (6, 2 | -2) => &[2],
        (7, 1) => &[4],
        (7, 0 | 2) => &[3],
        (7, -1) => &[2],
        (7, -2) => &[1],
        (8, 2) => &[4],
        (8, 1) => &[3],
        (8, 0) => &[2],
        (8, -1) => &[1],
        (8, -2) => &[0],
        (9, 1) => &[2],
        (9, 0) => &[1],
        (9, -1) => &[0],
        (14, -1) => &[3, 5],
        (14, 0) => &[4],
        (14, 1) => &[3],
        (15 | 33, -1) => &[2, 4, 6],
        (15 | 33, 0) => &[3, 5],
        (15 | 33, 1) => &[4],
        (16 | 34, -2) => &[0, 2, 4],
        (16 | 34, -1) => &[1, 3, 5],
        (16 | 34, 0) => &[2, 4, 6],
        (16 | 34, 1) => &[3, 5],
        (17 | 35, -1) => &[0],
        (17 | 35, 0) => &[1],
        (17 | 35 | 53, 1) => &[2, 4, 6],
        (53, -1) => &[0, 2, 4, 6],
        (53, 0) => &[1, 3, 5],
        _ => return None,
    })
}

impl MolecularGraph {
    /// Returns the sum of the bond orders of each atom, without hydrogens.
    pub fn bond_order_sums(&self) -> Vec<u8> {
        let mut sums = vec![0u8; self.atoms().len()];
        for bond in self.bonds() {
            for atom in bond.ends {
                sums[atom] = sums[atom].saturating_add(bond.order.pairs());
            }
        }
        sums
    }

    /// Returns the number of implied hydrogens of each atom: the difference between the smallest
    /// sufficient valence and the sum of its bond orders. It is 0 if no valence suffices, and for
    /// elements and charges without a [`max_valence`].
    pub fn implicit_hydrogens(&self) -> Vec<u8> {
        let sums = self.bond_order_sums();
        let of_atom = |(atom, sum): (&super::Atom, u8)| {
            let valences = valences(atom.element, atom.charge).unwrap_or_default();
            let valence = valences.iter().find(|&&valence| valence >= sum);
            valence.map_or(0, |valence| valence - sum)
        };
        self.atoms().iter().zip(sums).map(of_atom).collect()
    }

    /// Returns whether no atom has more bonds than [`max_valence`].
    ///
    /// A neutral nitrogen with bond orders of 5 is first read as an ion, as in RDKit: `N(=O)` as
    /// `[N+]([O-])`, `N#N` as `[N+]=[N-]`.
    pub(super) fn follows_valence_rule(&self) -> bool {
        let mut sums = self.bond_order_sums();
        let mut charges: Vec<i8> = self.atoms().iter().map(|atom| atom.charge).collect();
        let is_neutral = |element, atom: usize, charges: &[i8]| {
            self.atoms()[atom].element == element && charges[atom] == 0
        };
        let mut rewritten = vec![false; self.bonds().len()];
        for atom in 0..self.atoms().len() {
            if sums[atom] != 5 || !is_neutral(Element::N, atom, &charges) {
                continue;
            }
            let ion = self.bonds().iter().enumerate().find_map(|(index, bond)| {
                let other = match bond.ends {
                    [a, other] | [other, a] if a == atom => other,
                    _ => return None,
                };
                let rewrites = match bond.order {
                    BondOrder::Double => is_neutral(Element::O, other, &charges),
                    BondOrder::Triple => is_neutral(Element::N, other, &charges),
                    BondOrder::Single => false,
                };
                (rewrites && !rewritten[index]).then_some((index, other))
            });
            if let Some((bond, other)) = ion {
                rewritten[bond] = true;
                charges[atom] = 1;
                charges[other] = -1;
                sums[atom] -= 1;
                sums[other] -= 1;
            }
        }
        let atoms = self.atoms().iter().zip(charges).zip(sums);
        atoms.into_iter().all(|((atom, charge), sum)| {
            max_valence(atom.element, charge).is_some_and(|max| sum <= max)
        })
    }
}
