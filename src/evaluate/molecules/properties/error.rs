use super::MoleculeProperty;
use crate::evaluate::divergence::DivergenceError;

/// Error for molecules that cannot be compared.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PropertyError {
    /// No generated molecule has properties.
    #[error(
        "no generated molecule has properties, of {molecules} that were given: provide at least one valid one"
    )]
    NothingGenerated {
        /// Number of given molecules.
        molecules: usize,
    },
    /// The data do not suffice for a reference part and a held-out part.
    #[error(
        "too few molecules of the data have properties ({molecules}): at least 2 are needed, one to compare with and one for the floor"
    )]
    TooFewData {
        /// Number of molecules with properties.
        molecules: usize,
    },
    /// A property cannot be compared.
    #[error("{property}: {reason}")]
    Property {
        /// The property.
        property: MoleculeProperty,
        /// The reason.
        reason: DivergenceError,
    },
}
