use super::perceived::{BondKind, Perceived};

const N: u8 = 7;
const O: u8 = 8;

/// Hydrogens, charge, and number of single, double, triple and aromatic bonds of an atom.
type Surroundings = (u32, i32, [usize; 4]);

impl Perceived {
    /// Returns the topological polar surface area of nitrogen and oxygen in Å².
    ///
    /// Atoms in environments that the publication does not list contribute by the number of
    /// neighbors and hydrogens, as in its program.
    ///
    /// Reference: P. Ertl, B. Rohde, P. Selzer, J. Med. Chem. 43, 2000, table 1.
    pub(super) fn polar_surface(&self) -> f64 {
        (0..self.atoms.len())
            .map(|atom| self.polar_surface_of(atom))
            .sum()
    }

    fn polar_surface_of(&self, index: usize) -> f64 {
        let atom = &self.atoms[index];
        let mut bonds = [0; 4];
        for (bond, _) in self.neighbors(index) {
            bonds[match bond.kind {
                BondKind::Single => 0,
                BondKind::Double => 1,
                BondKind::Triple => 2,
                BondKind::Aromatic => 3,
            }] += 1;
        }
        let surroundings = (atom.hydrogens, atom.charge, bonds);
        let (listed, base, per_neighbor, per_hydrogen) = match atom.number {
            N => (
                nitrogen(surroundings, atom.in_ring_of_three),
                30.5,
                8.2,
                1.5,
            ),
            O => (oxygen(surroundings, atom.in_ring_of_three), 28.5, 8.6, 1.5),
            _ => return 0.0,
        };
        listed.unwrap_or_else(|| {
            let neighbors = self.degree(index) as f64;
            let estimate: f64 =
                base - per_neighbor * neighbors + per_hydrogen * f64::from(atom.hydrogens);
            estimate.max(0.0)
        })
    }
}

fn nitrogen(surroundings: Surroundings, in_ring_of_three: bool) -> Option<f64> {
    Some(match surroundings {
        (0, 0, [0, 0, 1, 0]) => 23.79,
        (1, 0, [0, 1, 0, 0]) => 23.85,
        (2, 0, [1, 0, 0, 0]) => 26.02,
        (2, 1, [0, 1, 0, 0]) => 25.59,
        (3, 1, [1, 0, 0, 0]) => 27.64,
        (0, 0, [1, 1, 0, 0]) => 12.36,
        (0, 0, [0, 1, 1, 0]) => 13.60,
        (1, 0, [2, 0, 0, 0]) if in_ring_of_three => 21.94,
        (1, 0, [2, 0, 0, 0]) => 12.03,
        (0, 1, [1, 0, 1, 0]) => 4.36,
        (1, 1, [1, 1, 0, 0]) => 13.97,
        (2, 1, [2, 0, 0, 0]) => 16.61,
        (0, 0, [0, 0, 0, 2]) => 12.89,
        (1, 0, [0, 0, 0, 2]) => 15.79,
        (1, 1, [0, 0, 0, 2]) => 14.14,
        (0, 0, [3, 0, 0, 0]) if in_ring_of_three => 3.01,
        (0, 0, [3, 0, 0, 0]) => 3.24,
        (0, 0, [1, 2, 0, 0]) => 11.68,
        (0, 1, [2, 1, 0, 0]) => 3.01,
        (1, 1, [3, 0, 0, 0]) => 4.44,
        (0, 0, [0, 0, 0, 3]) => 4.41,
        (0, 0, [1, 0, 0, 2]) => 4.93,
        (0, 0, [0, 1, 0, 2]) => 8.39,
        (0, 1, [0, 0, 0, 3]) => 4.10,
        (0, 1, [1, 0, 0, 2]) => 3.88,
        (0, 1, [4, 0, 0, 0]) => 0.0,
        _ => return None,
    })
}

fn oxygen(surroundings: Surroundings, in_ring_of_three: bool) -> Option<f64> {
    Some(match surroundings {
        (0, 0, [0, 1, 0, 0]) => 17.07,
        (1, 0, [1, 0, 0, 0]) => 20.23,
        (0, -1, [1, 0, 0, 0]) => 23.06,
        (0, 0, [2, 0, 0, 0]) if in_ring_of_three => 12.53,
        (0, 0, [2, 0, 0, 0]) => 9.23,
        (0, 0, [0, 0, 0, 2]) => 13.14,
        _ => return None,
    })
}
