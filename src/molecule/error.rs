use std::{
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

use super::{Reject, Vocabulary};
use crate::{FileError, one_line::counted};

/// Error for a molecule, its text, a file of molecules, or a vocabulary.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MoleculeError {
    // Graphs. Atoms and bonds are counted from 0.
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
    /// A symbol is not that of an element.
    #[error("{symbol:?} is not the symbol of an element: write C, N, O, …")]
    UnknownElement {
        /// The symbol.
        symbol: String,
    },
    // SMILES. Messages contain the first 80 letters of long texts.
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
    // Files.
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The file has no lines with SMILES.
    #[error("{path} contains no molecules: write one SMILES per line")]
    EmptyFile {
        /// The file.
        path: PathBuf,
    },
    /// The file is not text.
    #[error("{path} is not text: provide a file with one SMILES per line, plain or packed as .gz")]
    BinaryFile {
        /// The file.
        path: PathBuf,
    },
    /// The file has another known format.
    #[error(
        "{path} is {format}: write its molecules as SMILES, one per line, for example with Open Babel or RDKit"
    )]
    OtherFormat {
        /// The file.
        path: PathBuf,
        /// The format, such as `an SD or MOL file`.
        format: &'static str,
    },
    /// The table has no column of the requested name.
    #[error("{path} has no column {column:?}: its first line is {header:?}")]
    NoSuchColumn {
        /// The file.
        path: PathBuf,
        /// The name.
        column: String,
        /// The first line, truncated to 200 letters.
        header: String,
    },
    /// No line is SMILES, or most lines are not, of at least ten.
    #[error("{}", foreign(path, *rejected, *lines, first))]
    Foreign {
        /// The file.
        path: PathBuf,
        /// Number of lines that are not molecules.
        rejected: usize,
        /// Number of lines.
        lines: usize,
        /// The first that is not a molecule.
        first: Box<Reject>,
    },
    /// No molecule of the file is left.
    #[error("{}", none_left(path, *molecules, range, *several_parts))]
    NoneOfSize {
        /// The file.
        path: PathBuf,
        /// Number of molecules in it.
        molecules: usize,
        /// The requested sizes.
        range: RangeInclusive<usize>,
        /// Number of molecules left out because they have several parts.
        several_parts: usize,
    },
    /// A molecule is too large for the V2000 format.
    #[error("{atoms} atoms and {bonds} bonds do not fit the V2000 format: each may be at most 999")]
    TooLargeForSdf {
        /// Number of atoms.
        atoms: usize,
        /// Number of bonds.
        bonds: usize,
    },
    // Vocabularies.
    /// A molecule has a kind that is not in the vocabulary.
    #[error(
        "{found} is not in the vocabulary {vocabulary}: leave the molecule out, or collect the vocabulary from all molecules"
    )]
    NotInVocabulary {
        /// The kind.
        found: String,
        /// The vocabulary.
        vocabulary: Box<Vocabulary>,
    },
    /// Two vocabularies differ.
    #[error(
        "this data has the vocabulary {found}, but {expected} is required: use the data that the model was trained on"
    )]
    OtherVocabulary {
        /// The required vocabulary.
        expected: Box<Vocabulary>,
        /// The actual vocabulary.
        found: Box<Vocabulary>,
    },
    /// A number with no entry.
    #[error("{what} {index} is not one of the {known} in the vocabulary, counted from 0")]
    NumberOutOfRange {
        /// Name of the list.
        what: &'static str,
        /// The number.
        index: usize,
        /// Number of entries in the list.
        known: usize,
    },
}

/// Error for a graph that sanitization rejects, so it is not a possible molecule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Invalid(pub(super) String);

fn foreign(path: &Path, rejected: usize, lines: usize, first: &Reject) -> String {
    let path = path.display();
    let of = counted(lines, "line");
    let many = match lines {
        1 => format!("the only line of {path} is not a molecule"),
        _ if rejected == lines => format!("none of the {of} of {path} is a molecule"),
        _ => format!("{rejected} of the {of} of {path} are not molecules"),
    };
    format!(
        "{many} (line {}: {}): provide a file with one SMILES per line, or a table and the name of its column of SMILES",
        first.line, first.reason
    )
}

fn none_left(
    path: &Path,
    molecules: usize,
    range: &RangeInclusive<usize>,
    several_parts: usize,
) -> String {
    let path = path.display();
    let of = match molecules {
        1 => format!("the only molecule of {path} is not usable"),
        _ => format!("none of the {molecules} molecules of {path} is usable"),
    };
    let sizes = match (range.start(), range.end()) {
        (low, high) if low == high => counted(*low, "heavy atom"),
        (low, high) => format!("{low} to {high} heavy atoms"),
    };
    match several_parts {
        0 => format!("{of}: {sizes} were requested; widen the range"),
        number => format!(
            "{of}: {sizes} in one part were requested, and {number} {} several parts; widen the range or keep largest parts",
            if number == 1 { "has" } else { "have" }
        ),
    }
}
