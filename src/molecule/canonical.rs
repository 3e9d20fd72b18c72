use super::{Invalid, MolecularGraph, chemistry};

/// Whether a text distinguishes mirror images.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stereo {
    /// Isomeric SMILES: with `@` and `@@`.
    Keep,
    /// Connectivity and bond orders only.
    Drop,
}

impl MolecularGraph {
    /// Returns the sanitized canonical text, which does not depend on the numbering of the atoms.
    /// Aromatic rings are in lowercase letters, hydrogens are given where SMILES needs them, and
    /// chirality only where it is meaningful.
    ///
    /// It is identical to RDKit's text on all of QM9.
    ///
    /// # Errors
    /// Returns an error if the graph is not a possible molecule.
    pub fn canonical_smiles(&self, stereo: Stereo) -> Result<String, Invalid> {
        let molecule = chemistry::molecule(self);
        match stereo {
            Stereo::Keep => chemistry::settled(&chemistry::canonical(&molecule, true)?),
            Stereo::Drop => chemistry::canonical(&molecule, false),
        }
    }
}
