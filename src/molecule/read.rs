use chematic_core::Molecule;
use chematic_smiles::{RdkitMolView, RdkitSmilesError};

use super::{Atom, Bond, BondOrder, Chirality, Element, MolecularGraph, SmilesError, chemistry};

impl MolecularGraph {
    /// Reads SMILES: sanitised, Kekulised, hydrogens implied.
    ///
    /// Atoms and bonds come in RDKit's order. Explicit hydrogens are dropped, except those that
    /// RDKit keeps, such as the atoms of `[H][H]`. Isotopes, radicals, atom numbers and the
    /// geometry of double bonds are dropped, since the graph cannot hold them; marks of chirality
    /// that mean nothing are dropped too.
    ///
    /// # Errors
    /// The text is not SMILES, not a possible molecule, or holds a dummy atom or a bond other than
    /// single, double, triple and aromatic.
    pub fn from_smiles(smiles: &str) -> Result<Self, SmilesError> {
        let text = || shown(smiles);
        if let Some(problem) = super::grammar::problem(smiles) {
            return Err(SmilesError::Syntax {
                smiles: text(),
                problem,
            });
        }
        let parsed = chematic_smiles::parse(smiles).map_err(|error| match error {
            chematic_smiles::SmilesError::InvalidValence { .. } => SmilesError::Impossible {
                smiles: text(),
                source: super::Invalid(error.to_string()),
            },
            error => SmilesError::Syntax {
                smiles: text(),
                problem: error.to_string(),
            },
        })?;
        let failed = |error| match error {
            RdkitSmilesError::Unsupported(what) => SmilesError::Unsupported {
                smiles: text(),
                what,
            },
            error => SmilesError::Impossible {
                smiles: text(),
                source: chemistry::invalid(error),
            },
        };
        let suppressed = chematic_smiles::rdkit_hydrogen_suppressed(&parsed);
        let molecule = suppressed.as_ref().unwrap_or(&parsed);
        let view = chematic_smiles::rdkit_mol_view(molecule).map_err(failed)?;
        let orders = kekule_orders(molecule, &view).map_err(failed)?;
        let unsupported = |what: String| SmilesError::Unsupported {
            smiles: text(),
            what,
        };
        let mut atoms = Vec::with_capacity(view.atoms.len());
        for atom in &view.atoms {
            let element = u8::try_from(atom.atomic_num).ok().and_then(Element::new);
            atoms.push(Atom {
                element: element.ok_or_else(|| unsupported("a dummy atom".into()))?,
                charge: i8::try_from(atom.formal_charge)
                    .map_err(|_| unsupported(format!("the charge {}", atom.formal_charge)))?,
                chirality: match atom.chiral_tag {
                    0 => Chirality::None,
                    1 => Chirality::Clockwise,
                    2 => Chirality::CounterClockwise,
                    _ => return Err(unsupported("an atom that is not tetrahedral".into())),
                },
            });
        }
        let mut bonds = Vec::with_capacity(view.bonds.len());
        for (bond, order) in view.bonds.iter().zip(orders) {
            bonds.push(Bond {
                ends: [bond.begin, bond.end],
                order: match order {
                    1 => BondOrder::Single,
                    2 => BondOrder::Double,
                    3 => BondOrder::Triple,
                    _ => return Err(unsupported("a bond of another order".into())),
                },
            });
        }
        Self::new(atoms, bonds).map_err(|error| unsupported(error.to_string()))
    }
}

/// Enough of a text to find it by: messages stay on one short line.
fn shown(smiles: &str) -> String {
    const LONGEST: usize = 80;
    match smiles.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &smiles[..end]),
        None => smiles.to_owned(),
    }
}

/// Orders in the view's list of bonds, without aromatic ones.
fn kekule_orders(molecule: &Molecule, view: &RdkitMolView) -> Result<Vec<i32>, RdkitSmilesError> {
    if view.bonds.iter().any(|bond| bond.is_aromatic) {
        let block = chematic_smiles::rdkit_mol_block(molecule)?;
        Ok(block.bonds.iter().map(|bond| bond.bond_type).collect())
    } else {
        Ok(view
            .bonds
            .iter()
            .map(|bond| bond.bond_type.into())
            .collect())
    }
}
