use std::collections::BTreeMap;

use super::perceived::{BondKind, Perceived};

/// Bonds have length 1/order; in this unit all lengths are integers.
const UNIT: u32 = 6;
/// Number of nearest atoms by which atoms are distinguished.
const NEAREST: usize = 100;

impl Perceived {
    /// Returns the Bertz complexity in bits: the information in the distribution of adjacent bonds
    /// over classes of equivalent atoms, and in that of atoms over elements.
    ///
    /// ```text
    /// C = 2 η log2 η − Σ_k η_k log2 η_k + n log2 n − Σ_e n_e log2 n_e
    /// ```
    ///
    /// η counts pairs of bonds at one atom, weighted by the product of their orders, and pairs of
    /// bonds within a multiple bond; an aromatic bond has order 1.5. Two atoms are equivalent if
    /// the sorted distances to all other atoms are equal.
    ///
    /// Complexity: O(n³).
    ///
    /// Reference: S. H. Bertz, The First General Index of Molecular Complexity, J. Am. Chem. Soc.
    /// 103, 1981.
    pub(super) fn complexity(&self) -> f64 {
        if self.atoms.len() < 2 {
            return 0.0;
        }
        let classes = self.classes();
        let mut pairs: BTreeMap<[usize; 3], f64> = BTreeMap::new();
        for (atom, &hinge) in classes.iter().enumerate() {
            let neighbors: Vec<(f64, usize)> = self
                .neighbors(atom)
                .map(|(bond, other)| (order(bond.kind), classes[other]))
                .collect();
            for (at, &(first, a)) in neighbors.iter().enumerate() {
                for &(second, b) in &neighbors[at + 1..] {
                    let key = [hinge, a.min(b), a.max(b)];
                    *pairs.entry(key).or_default() += first * second;
                }
            }
        }
        for bond in &self.bonds {
            let order = order(bond.kind);
            if order > 1.0 {
                let [a, b] = bond.ends.map(|atom| classes[atom]);
                // No class has this number, so keys of bonds differ from those of pairs of bonds.
                let key = [usize::MAX, a.min(b), a.max(b)];
                *pairs.entry(key).or_default() += order * (order - 1.0) / 2.0;
            }
        }
        let mut elements: BTreeMap<u8, f64> = BTreeMap::new();
        for atom in &self.atoms {
            *elements.entry(atom.number).or_default() += 1.0;
        }
        let total: f64 = pairs.values().sum();
        let of_bonds = match total > 0.0 {
            true => information(pairs.values().copied()) + total * total.log2(),
            false => 0.0,
        };
        of_bonds + information(elements.values().copied())
    }

    /// Returns, for each atom, its class of atoms with the same distances to all others.
    fn classes(&self) -> Vec<usize> {
        let mut known: BTreeMap<Vec<u32>, usize> = BTreeMap::new();
        let rows = self.distances().into_iter().map(|mut row| {
            row.sort_unstable();
            row.truncate(NEAREST);
            row
        });
        rows.map(|row| {
            let next = known.len();
            *known.entry(row).or_insert(next)
        })
        .collect()
    }

    /// Lengths of the shortest paths, by Floyd and Warshall.
    fn distances(&self) -> Vec<Vec<u32>> {
        let atoms = self.atoms.len();
        // Large, but twice this number does not overflow.
        let mut distances = vec![vec![u32::MAX / 4; atoms]; atoms];
        for (atom, row) in distances.iter_mut().enumerate() {
            row[atom] = 0;
        }
        for bond in &self.bonds {
            let [a, b] = bond.ends;
            let length = match bond.kind {
                BondKind::Single => UNIT,
                BondKind::Double => UNIT / 2,
                BondKind::Triple => UNIT / 3,
                BondKind::Aromatic => 2 * UNIT / 3,
            };
            distances[a][b] = length;
            distances[b][a] = length;
        }
        for middle in 0..atoms {
            let through = distances[middle].clone();
            for row in &mut distances {
                let first = row[middle];
                for (found, second) in row.iter_mut().zip(&through) {
                    *found = (*found).min(first + second);
                }
            }
        }
        distances
    }
}

fn order(kind: BondKind) -> f64 {
    match kind {
        BondKind::Single => 1.0,
        BondKind::Double => 2.0,
        BondKind::Triple => 3.0,
        BondKind::Aromatic => 1.5,
    }
}

/// The entropy of the shares in bits, times the total.
fn information(counts: impl Iterator<Item = f64> + Clone) -> f64 {
    let total: f64 = counts.clone().sum();
    let one = |count: f64| count * (total / count).log2();
    counts.filter(|&count| count > 0.0).map(one).sum()
}
