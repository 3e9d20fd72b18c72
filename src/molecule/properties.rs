use serde::Serialize;

use super::{Element, Invalid, MolecularGraph, Stereo, chemistry};

/// Properties of a possible molecule.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Properties {
    /// Molecular formula in Hill's order, with the net charge: `C2H6O`, `CH6N+`.
    pub formula: String,
    /// Average molecular weight in g/mol, hydrogens included; `None` for elements without a
    /// tabulated weight.
    pub molecular_weight: Option<f64>,
    /// Sum of formal charges, in elementary charges.
    pub net_charge: i32,
    /// Number of rings: the number of independent cycles, which is that of a smallest set of
    /// smallest rings.
    pub rings: usize,
    /// Whether an atom is aromatic.
    pub aromatic: bool,
    /// Logarithm of the octanol–water partition coefficient by Wildman and Crippen.
    pub log_p: f64,
    /// Molar refractivity by Wildman and Crippen, in cm³/mol.
    pub molar_refractivity: f64,
}

impl MolecularGraph {
    /// Computes the properties of a possible molecule.
    ///
    /// Reference for logP and refractivity: S. A. Wildman, G. M. Crippen, Prediction of
    /// Physicochemical Parameters by Atomic Contributions, J. Chem. Inf. Comput. Sci. 39, 1999.
    ///
    /// # Errors
    /// Returns an error if the graph is not a possible molecule.
    pub fn properties(&self) -> Result<Properties, Invalid> {
        let aromatic = self.is_aromatic()?;
        let molecule = chemistry::molecule(self);
        let estimates = chematic_smiles::rdkit_crippen_logp_mr(&molecule);
        let (log_p, molar_refractivity) =
            estimates.ok_or_else(|| Invalid("its logP is not defined".into()))?;
        Ok(Properties {
            formula: self.formula(),
            molecular_weight: self.molecular_weight(),
            net_charge: self.net_charge(),
            rings: self.independent_cycles(),
            aromatic,
            log_p,
            molar_refractivity,
        })
    }

    /// Returns the logarithm of the octanol–water partition coefficient, see
    /// [`properties`](Self::properties).
    ///
    /// # Errors
    /// Returns an error if the graph is not a possible molecule.
    pub fn log_p(&self) -> Result<f64, Invalid> {
        match chematic_smiles::rdkit_crippen_logp_mr(&chemistry::molecule(self)) {
            Some((log_p, _)) => Ok(log_p),
            None => Err(match self.canonical_smiles(Stereo::Drop) {
                Err(invalid) => invalid,
                Ok(_) => Invalid("its logP is not defined".into()),
            }),
        }
    }

    /// Returns the molecular formula in Hill's order: carbon, hydrogen, then by symbol; without
    /// carbon all by symbol. The net charge follows.
    pub fn formula(&self) -> String {
        let hydrogens: usize = self.implicit_hydrogens().into_iter().map(usize::from).sum();
        let mut counts: Vec<(&str, usize)> = Vec::new();
        let mut add = |symbol, count| match counts.iter_mut().find(|(known, _)| *known == symbol) {
            Some((_, known)) => *known += count,
            None => counts.push((symbol, count)),
        };
        for atom in self.atoms() {
            add(atom.element.symbol(), 1);
        }
        if hydrogens > 0 {
            add("H", hydrogens);
        }
        let organic = counts.iter().any(|&(symbol, _)| symbol == "C");
        counts.sort_unstable_by_key(|&(symbol, _)| match symbol {
            "C" => (0, symbol),
            "H" if organic => (1, symbol),
            _ => (2, symbol),
        });
        let mut formula = String::new();
        for (symbol, count) in counts {
            formula.push_str(symbol);
            if count > 1 {
                formula.push_str(&count.to_string());
            }
        }
        match self.net_charge() {
            0 => {}
            1 => formula.push('+'),
            -1 => formula.push('-'),
            charge => formula.push_str(&format!("{charge:+}")),
        }
        formula
    }

    /// Returns the average molecular weight in g/mol, including implied hydrogens; `None` for
    /// elements without a tabulated weight.
    pub fn molecular_weight(&self) -> Option<f64> {
        let hydrogens: u32 = self.implicit_hydrogens().into_iter().map(u32::from).sum();
        let mut weight = f64::from(hydrogens) * Element::H.atomic_weight()?;
        for atom in self.atoms() {
            weight += atom.element.atomic_weight()?;
        }
        Some(weight)
    }
}
