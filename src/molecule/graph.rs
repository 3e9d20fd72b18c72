use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{Element, MoleculeError};

/// The handedness of an atom, relative to the order of its bonds in the list of bonds.
///
/// Seen along the first bond toward the atom, the other bonds follow in this sense; an implicit
/// hydrogen comes last. This is RDKit's chiral tag.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Chirality {
    /// Unspecified handedness.
    #[default]
    None,
    /// `@` in SMILES.
    CounterClockwise,
    /// `@@` in SMILES.
    Clockwise,
}

impl Chirality {
    /// Returns the mirror image.
    pub fn inverted(self) -> Self {
        match self {
            Self::None => Self::None,
            Self::CounterClockwise => Self::Clockwise,
            Self::Clockwise => Self::CounterClockwise,
        }
    }
}

/// An atom other than hydrogen, or a hydrogen that is not implied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Atom {
    /// The element.
    pub element: Element,
    /// Formal charge, in elementary charges.
    #[serde(default)]
    pub charge: i8,
    /// Handedness.
    #[serde(default)]
    pub chirality: Chirality,
}

impl Atom {
    /// Creates a neutral atom without handedness.
    pub fn new(element: Element) -> Self {
        Self {
            element,
            charge: 0,
            chirality: Chirality::None,
        }
    }
}

/// Number of electron pairs that a bond shares, in a Kekulé structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BondOrder {
    /// One pair.
    Single,
    /// Two pairs.
    Double,
    /// Three pairs.
    Triple,
}

impl BondOrder {
    /// Returns 1, 2 or 3.
    pub fn pairs(self) -> u8 {
        match self {
            Self::Single => 1,
            Self::Double => 2,
            Self::Triple => 3,
        }
    }
}

/// A bond between two atoms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Bond {
    /// The atoms, counted from 0.
    pub ends: [usize; 2],
    /// The order.
    pub order: BondOrder,
}

/// A molecule as a graph of its atoms other than hydrogen, in a Kekulé structure.
///
/// Hydrogens are implied: every atom has as many as its valence allows. The graph does not
/// represent the geometry of double bonds, isotopes and radicals. It need not be a possible
/// molecule, see [`check`](Self::check), nor connected.
///
/// ```
/// use fireweed::molecule::{MolecularGraph, Stereo};
///
/// let furan = MolecularGraph::from_smiles("c1ccco1")?;
/// assert_eq!((furan.atoms().len(), furan.bonds().len()), (5, 5));
/// assert_eq!(furan.canonical_smiles(Stereo::Keep)?, "c1ccoc1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct MolecularGraph {
    atoms: Vec<Atom>,
    bonds: Vec<Bond>,
}

#[derive(Deserialize)]
struct Unchecked {
    atoms: Vec<Atom>,
    bonds: Vec<Bond>,
}

impl TryFrom<Unchecked> for MolecularGraph {
    type Error = MoleculeError;

    fn try_from(Unchecked { atoms, bonds }: Unchecked) -> Result<Self, MoleculeError> {
        Self::new(atoms, bonds)
    }
}

impl MolecularGraph {
    /// Creates a graph of these atoms and bonds; both keep their order.
    ///
    /// # Errors
    /// Returns an error if there are no atoms, or if a bond has a missing atom, joins an atom to
    /// itself, or joins the same atoms as another one.
    pub fn new(atoms: Vec<Atom>, bonds: Vec<Bond>) -> Result<Self, MoleculeError> {
        if atoms.is_empty() {
            return Err(MoleculeError::NoAtoms);
        }
        let mut seen = HashMap::with_capacity(bonds.len());
        for (bond, &Bond { ends: [a, b], .. }) in bonds.iter().enumerate() {
            if let Some(&atom) = [a, b].iter().find(|&&atom| atom >= atoms.len()) {
                let atoms = atoms.len();
                return Err(MoleculeError::AtomOutOfRange { bond, atom, atoms });
            }
            if a == b {
                return Err(MoleculeError::Loop { bond, atom: a });
            }
            let atoms = [a.min(b), a.max(b)];
            if let Some(first) = seen.insert(atoms, bond) {
                return Err(MoleculeError::DuplicateBond {
                    first,
                    second: bond,
                    atoms,
                });
            }
        }
        Ok(Self { atoms, bonds })
    }

    /// Creates a graph that is simple by construction, without checks.
    pub(super) fn new_unchecked(atoms: Vec<Atom>, bonds: Vec<Bond>) -> Self {
        debug_assert!(Self::new(atoms.clone(), bonds.clone()).is_ok());
        Self { atoms, bonds }
    }

    /// Returns the atoms.
    pub fn atoms(&self) -> &[Atom] {
        &self.atoms
    }

    /// Returns the bonds.
    pub fn bonds(&self) -> &[Bond] {
        &self.bonds
    }

    /// Returns the bonds of each atom as (neighbor, bond), in the order of the list of bonds.
    pub fn neighbors(&self) -> Vec<Vec<(usize, usize)>> {
        let mut neighbors = vec![Vec::new(); self.atoms.len()];
        for (bond, &Bond { ends: [a, b], .. }) in self.bonds.iter().enumerate() {
            neighbors[a].push((b, bond));
            neighbors[b].push((a, bond));
        }
        neighbors
    }

    /// Returns the sum of formal charges, in elementary charges.
    pub fn net_charge(&self) -> i32 {
        self.atoms.iter().map(|atom| i32::from(atom.charge)).sum()
    }

    /// Returns the number of connected parts.
    pub fn component_count(&self) -> usize {
        let parts = self.components();
        parts.into_iter().max().map_or(0, |last| last + 1)
    }

    /// Returns the connected part of each atom; parts are numbered from 0 in the order of their
    /// first atoms.
    pub fn components(&self) -> Vec<usize> {
        let mut parent: Vec<usize> = (0..self.atoms.len()).collect();
        fn root(parent: &mut [usize], mut atom: usize) -> usize {
            while parent[atom] != atom {
                parent[atom] = parent[parent[atom]];
                atom = parent[atom];
            }
            atom
        }
        for bond in &self.bonds {
            let [a, b] = bond.ends.map(|atom| root(&mut parent, atom));
            parent[a.max(b)] = a.min(b);
        }
        let mut parts = Vec::with_capacity(parent.len());
        let mut count = 0;
        for atom in 0..parent.len() {
            // The root of a part is its first atom.
            let root = root(&mut parent, atom);
            parts.push(if root == atom { count } else { parts[root] });
            count += usize::from(root == atom);
        }
        parts
    }

    /// Returns the connected part with the most atoms, or the first of equal ones; atoms and bonds
    /// keep their order.
    pub fn largest_part(&self) -> Self {
        let parts = self.components();
        let mut sizes = vec![0usize; parts.iter().max().map_or(0, |last| last + 1)];
        for &part in &parts {
            sizes[part] += 1;
        }
        let most = sizes.iter().max();
        let largest = sizes.iter().position(|size| Some(size) == most);
        let kept = |atom: usize| Some(parts[atom]) == largest;
        let mut new_number = vec![0; self.atoms.len()];
        let mut atoms = Vec::new();
        for (atom, &said) in self.atoms.iter().enumerate() {
            if kept(atom) {
                new_number[atom] = atoms.len();
                atoms.push(said);
            }
        }
        let bonds = self.bonds.iter().filter(|bond| kept(bond.ends[0]));
        let bonds = bonds.map(|bond| Bond {
            ends: bond.ends.map(|atom| new_number[atom]),
            ..*bond
        });
        let bonds = bonds.collect();
        Self { atoms, bonds }
    }

    /// Returns whether bonds join all atoms into one part.
    pub fn is_connected(&self) -> bool {
        self.component_count() == 1
    }

    /// Returns the number of independent cycles: bonds − atoms + connected parts.
    ///
    /// It equals the size of a smallest set of smallest rings.
    pub fn independent_cycles(&self) -> usize {
        self.bonds.len() + self.component_count() - self.atoms.len()
    }

    /// Returns the same molecule with the bonds in ascending order of their atoms, smaller atom
    /// first; chiralities are adjusted to the new order.
    pub fn with_sorted_bonds(&self) -> Self {
        let mut atoms = self.atoms.clone();
        for (atom, neighbors) in atoms.iter_mut().zip(self.neighbors()) {
            // In sorted bonds, the neighbors of an atom ascend.
            let order: Vec<usize> = neighbors.iter().map(|&(other, _)| other).collect();
            if atom.chirality != Chirality::None && is_odd(&order) {
                atom.chirality = atom.chirality.inverted();
            }
        }
        Self {
            atoms,
            bonds: self.sorted_bonds(),
        }
    }

    /// Returns the molecule with bonds in ascending order of their atoms, but with **unchanged**
    /// chiralities.
    ///
    /// In general this is another stereoisomer. The published pipeline reads its data this way: it
    /// stores tags for RDKit's order of bonds next to sorted bonds. Needed only to reproduce
    /// published values.
    pub fn with_bonds_sorted_under_tags(&self) -> Self {
        Self {
            atoms: self.atoms.clone(),
            bonds: self.sorted_bonds(),
        }
    }

    fn sorted_bonds(&self) -> Vec<Bond> {
        let mut bonds = self.bonds.clone();
        for bond in &mut bonds {
            bond.ends.sort_unstable();
        }
        bonds.sort_unstable_by_key(|bond| bond.ends);
        bonds
    }

    /// Returns the same molecule with its atoms numbered anew: atom `order[i]` becomes atom `i`.
    ///
    /// # Errors
    /// Returns an error if `order` is not a permutation of the atoms.
    pub fn renumbered(&self, order: &[usize]) -> Result<Self, MoleculeError> {
        let atoms = self.atoms.len();
        let mut new_number = vec![usize::MAX; atoms];
        for (new, &old) in order.iter().enumerate() {
            match new_number.get_mut(old) {
                Some(number) if *number == usize::MAX => *number = new,
                _ => return Err(MoleculeError::NotAPermutation { atoms }),
            }
        }
        if order.len() != atoms {
            return Err(MoleculeError::NotAPermutation { atoms });
        }
        let bonds = self.bonds.iter().map(|bond| Bond {
            ends: bond.ends.map(|atom| new_number[atom]),
            ..*bond
        });
        Ok(Self {
            atoms: order.iter().map(|&old| self.atoms[old]).collect(),
            bonds: bonds.collect(),
        })
    }

    /// Returns the molecule without handedness.
    pub fn without_chirality(&self) -> Self {
        let mut flat = self.clone();
        for atom in &mut flat.atoms {
            atom.chirality = Chirality::None;
        }
        flat
    }
}

/// Returns whether sorting takes an odd number of swaps of two.
pub(super) fn is_odd(order: &[usize]) -> bool {
    let later = |i: usize| order[i + 1..].iter().filter(move |&&b| b < order[i]);
    (0..order.len()).map(|i| later(i).count()).sum::<usize>() % 2 == 1
}
