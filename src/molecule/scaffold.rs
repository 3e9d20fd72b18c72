use super::{Invalid, MolecularGraph, chemistry};

impl MolecularGraph {
    /// Returns the canonical text of the Bemis–Murcko scaffold: rings, their linkers, and atoms
    /// with double bonds to these. Empty for a molecule without rings. Stereo marks are dropped.
    ///
    /// Reference: G. W. Bemis, M. A. Murcko, J. Med. Chem. 39, 1996.
    ///
    /// # Errors
    /// Returns an error if the graph is not a possible molecule.
    pub fn scaffold(&self) -> Result<String, Invalid> {
        if self.independent_cycles() == 0 {
            return Ok(String::new());
        }
        let flat = chemistry::molecule(&self.without_chirality());
        chematic_smiles::rdkit_murcko_scaffold(&flat).map_err(chemistry::invalid)
    }
}
