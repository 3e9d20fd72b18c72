use std::collections::HashSet;

use super::descriptors::{BondKind, Perceived};

/// Maximum number of bonds between the center and an atom of an environment.
const RADIUS: usize = 2;
/// Number of bits.
const BITS: u32 = 1024;

/// Circular fingerprint of a molecule: the environments of up to two bonds around an atom that
/// occur.
///
/// The bits are those of RDKit's Morgan fingerprint with radius 2 and 1,024 bits, without
/// chirality, on all of 800 molecules of QM9 and ZINC.
///
/// Reference: D. Rogers, M. Hahn, Extended-Connectivity Fingerprints, J. Chem. Inf. Model.
/// 50, 2010.
///
/// ```
/// use fireweed::molecule::MolecularGraph;
///
/// let [phenol, toluene] = ["Oc1ccccc1", "Cc1ccccc1"].map(MolecularGraph::from_smiles);
/// let (phenol, toluene) = (phenol?.fingerprint()?, toluene?.fingerprint()?);
/// assert_eq!(phenol.tanimoto(&phenol), 1.0);
/// assert!((0.2..0.8).contains(&phenol.tanimoto(&toluene)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    words: [u64; BITS as usize / 64],
    count: u32,
}

impl Fingerprint {
    /// Returns the positions of the set bits, from 0 to 1,023, ascending.
    pub fn bits(&self) -> Vec<usize> {
        let set = |bit: &usize| self.words[bit / 64] >> (bit % 64) & 1 == 1;
        (0..BITS as usize).filter(set).collect()
    }

    /// Returns the number of common bits divided by the number of bits in either: from 0 to 1.
    pub fn tanimoto(&self, other: &Self) -> f64 {
        let words = self.words.iter().zip(&other.words);
        let common: u32 = words.map(|(a, b)| (a & b).count_ones()).sum();
        match self.count + other.count - common {
            0 => 0.0,
            either => f64::from(common) / f64::from(either),
        }
    }

    fn of_codes(codes: impl IntoIterator<Item = u32>) -> Self {
        let mut words = [0; BITS as usize / 64];
        for code in codes {
            let bit = (code % BITS) as usize;
            words[bit / 64] |= 1 << (bit % 64);
        }
        let count = words.iter().map(|word: &u64| word.count_ones()).sum();
        Self { words, count }
    }
}

/// An environment: the set of its bonds, its code, and its atom.
type Environment = (Vec<u64>, u32, usize);

impl Perceived {
    pub(super) fn fingerprint(&self) -> Fingerprint {
        let atoms = self.atoms.len();
        let words = self.bonds.len().div_ceil(64);
        let mut codes: Vec<u32> = (0..atoms).map(|atom| self.code_of_atom(atom)).collect();
        let mut found = codes.clone();
        let mut bonds_of = vec![vec![0u64; words]; atoms];
        let mut known: HashSet<Vec<u64>> = HashSet::new();
        let mut done = vec![false; atoms];
        for layer in 0..RADIUS {
            let mut grown: Vec<Environment> = Vec::with_capacity(atoms);
            for atom in (0..atoms).filter(|&atom| !done[atom] && self.degree(atom) > 0) {
                let mut bonds = vec![0u64; words];
                let mut neighbors = Vec::with_capacity(self.degree(atom));
                for &bond in &self.atom_bonds[atom] {
                    let [a, b] = self.bonds[bond].ends;
                    let other = if a == atom { b } else { a };
                    bonds[bond / 64] |= 1 << (bond % 64);
                    for (bonds, more) in bonds.iter_mut().zip(&bonds_of[other]) {
                        *bonds |= more;
                    }
                    neighbors.push((code_of_bond(self.bonds[bond].kind), codes[other]));
                }
                neighbors.sort_unstable();
                let code = combine(layer as u32, codes[atom]);
                let code = neighbors.iter().fold(code, |code, &(bond, neighbor)| {
                    combine(code, combine(combine(0, bond), neighbor))
                });
                grown.push((bonds, code, atom));
            }
            // Of environments with the same bonds, the one with the smallest code counts.
            grown.sort_unstable();
            for (bonds, code, atom) in grown {
                codes[atom] = code;
                bonds_of[atom].clone_from(&bonds);
                if known.insert(bonds) {
                    found.push(code);
                } else {
                    done[atom] = true;
                }
            }
        }
        Fingerprint::of_codes(found)
    }

    fn code_of_atom(&self, index: usize) -> u32 {
        let atom = &self.atoms[index];
        let parts = [
            u32::from(atom.number),
            self.degree(index) as u32 + atom.hydrogens,
            atom.hydrogens,
            atom.charge as u32,
            // Isotopes are not represented.
            0,
        ];
        let code = parts.into_iter().fold(0, combine);
        if atom.in_ring { combine(code, 1) } else { code }
    }
}

fn code_of_bond(kind: BondKind) -> u32 {
    match kind {
        BondKind::Single => 1,
        BondKind::Double => 2,
        BondKind::Triple => 3,
        BondKind::Aromatic => 12,
    }
}

/// Mixes a number into a code of 32 bits.
fn combine(code: u32, number: u32) -> u32 {
    let mixed = number
        .wrapping_add(0x9e37_79b9)
        .wrapping_add(code << 6)
        .wrapping_add(code >> 2);
    code ^ mixed
}
