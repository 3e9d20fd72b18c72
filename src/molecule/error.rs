use crate::one_line::counted;

/// Error for atoms and bonds that are not a graph.
///
/// Atoms and bonds are counted from 0.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MolecularGraphError {
    /// There are no atoms.
    #[error("a molecule needs at least one atom")]
    NoAtoms,
    /// A bond has an atom that does not exist.
    #[error(
        "bond {bond} has atom {atom}, but there {} only {}, counted from 0",
        if *atoms == 1 { "is" } else { "are" }, counted(*atoms, "atom")
    )]
    AtomOutOfRange {
        /// The bond.
        bond: usize,
        /// The missing atom.
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
    /// A list is not a permutation of the atoms.
    #[error("not a permutation of {}: list each of 0 to {atoms} − 1 once", counted(*atoms, "atom"))]
    NotAPermutation {
        /// The number of atoms.
        atoms: usize,
    },
}

/// Error for a SMILES text that cannot be read. Messages contain the first 80 letters of long
/// texts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SmilesError {
    /// The text does not follow the grammar of SMILES.
    #[error("{smiles:?} is not SMILES: {problem}")]
    Syntax {
        /// The text.
        smiles: String,
        /// The reason, and where.
        problem: String,
    },
    /// The molecule is impossible, such as carbon with five bonds.
    #[error("{smiles:?} is not a possible molecule: {source}")]
    Impossible {
        /// The text.
        smiles: String,
        /// The reason.
        source: Invalid,
    },
    /// The text has a feature that a [`MolecularGraph`](super::MolecularGraph) does not represent.
    #[error("{smiles:?} has {what}, which a molecular graph cannot represent: leave it out")]
    Unsupported {
        /// The text.
        smiles: String,
        /// The feature that is not represented.
        what: String,
    },
}

/// Error for a graph that sanitization rejects, so it is not a possible molecule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Invalid(pub(super) String);
