use super::{Invalid, MolecularGraph, chemistry};

/// Whether a text tells mirror images apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stereo {
    /// Isomeric SMILES: with `@` and `@@`.
    Keep,
    /// Only which atoms are joined, and how.
    Drop,
}

impl MolecularGraph {
    /// The text that is the same for every numbering of the atoms, sanitised: aromatic rings in
    /// small letters, hydrogens counted where SMILES needs it, chirality only where it means
    /// something.
    ///
    /// It is the text that RDKit writes for the graph, letter for letter, on all of QM9.
    ///
    /// # Errors
    /// The graph is not a possible molecule.
    pub fn canonical_smiles(&self, stereo: Stereo) -> Result<String, Invalid> {
        let molecule = chemistry::molecule(self);
        match stereo {
            Stereo::Keep => chemistry::settled(&chemistry::canonical(&molecule, true)?),
            Stereo::Drop => chemistry::canonical(&molecule, false),
        }
    }
}
