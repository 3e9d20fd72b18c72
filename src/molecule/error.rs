use crate::one_line::counted;

/// Atoms and bonds that are not a graph.
///
/// Atoms and bonds are counted from 0.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MolecularGraphError {
    /// No atoms.
    #[error("a molecule has at least one atom")]
    NoAtoms,
    /// A bond names an atom that is not there.
    #[error(
        "bond {bond} names atom {atom}, but there {} only {}, counted from 0",
        if *atoms == 1 { "is" } else { "are" }, counted(*atoms, "atom")
    )]
    AtomOutOfRange {
        /// The bond.
        bond: usize,
        /// The atom it names.
        atom: usize,
        /// The number of atoms.
        atoms: usize,
    },
    /// A bond joins an atom to itself.
    #[error("bond {bond} joins atom {atom} to itself: bonds join two atoms")]
    Loop {
        /// The bond.
        bond: usize,
        /// Its only atom.
        atom: usize,
    },
    /// Two bonds join the same atoms.
    #[error(
        "bonds {first} and {second} both join atoms {} and {}: write one double or triple bond",
        atoms[0], atoms[1]
    )]
    DuplicateBond {
        /// The bond listed first.
        first: usize,
        /// The bond listed again.
        second: usize,
        /// The atoms they join, the smaller first.
        atoms: [usize; 2],
    },
    /// A list that is not a new numbering of the atoms.
    #[error("not a new numbering of {}: list each of 0 to {atoms} − 1 once", counted(*atoms, "atom"))]
    NotAPermutation {
        /// The number of atoms.
        atoms: usize,
    },
}

/// Why a SMILES text is not read; of long texts the first 80 letters are told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SmilesError {
    /// The text does not follow the grammar of SMILES.
    #[error("{smiles:?} is not SMILES: {problem}")]
    Syntax {
        /// The text.
        smiles: String,
        /// What is wrong, and where.
        problem: String,
    },
    /// The text says a molecule that cannot be, such as carbon with five bonds.
    #[error("{smiles:?} is not a possible molecule: {source}")]
    Impossible {
        /// The text.
        smiles: String,
        /// What is wrong.
        source: Invalid,
    },
    /// The text says something that a [`MolecularGraph`](super::MolecularGraph) cannot hold.
    #[error("{smiles:?} holds {what}, which a molecular graph here cannot: leave it out")]
    Unsupported {
        /// The text.
        smiles: String,
        /// What cannot be held.
        what: String,
    },
}

/// A graph that sanitisation rejects: it is not a molecule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Invalid(pub(super) String);
