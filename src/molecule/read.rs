use chematic_core::{Atom as ReadAtom, AtomIdx, BondIdx, BondOrder as ReadOrder, Molecule};
use chematic_smiles::{RdkitMolView, RdkitSmilesError};

use super::{Atom, Bond, BondOrder, Chirality, Element, MolecularGraph, MoleculeError, chemistry};
use crate::one_line::counted;

impl MolecularGraph {
    /// Reads SMILES: sanitized, kekulized, with implied hydrogens.
    ///
    /// Atoms and bonds are in RDKit's order. Isotopes, unpaired electrons, atom numbers and the
    /// geometry of double bonds are dropped, since the graph does not represent them; meaningless
    /// marks of chirality are dropped too. An atom with unpaired electrons gets hydrogens instead:
    /// `[CH3]` is read as `C`.
    ///
    /// Explicit hydrogens become implied ones, including those with an isotope or a mark of
    /// double-bond geometry: `[2H]O[2H]` is `O`. Hydrogens that RDKit keeps stay atoms: those of
    /// `[H][H]` and ions.
    ///
    /// # Errors
    /// Returns an error if the text is not SMILES, is not a possible molecule, or has a feature
    /// that the graph does not represent. These are dummy atoms, bonds other than single, double,
    /// triple and aromatic, and numbers of hydrogens other than the [implied
    /// one](Self::implicit_hydrogens), as in `O=[PH3]` or `[GeH4]`.
    pub fn from_smiles(smiles: &str) -> Result<Self, MoleculeError> {
        let text = || shown(smiles);
        if let Some(problem) = super::grammar::problem(smiles) {
            return Err(MoleculeError::Syntax {
                smiles: text(),
                problem,
            });
        }
        let mut molecule = chematic_smiles::parse(smiles).map_err(|error| match error {
            chematic_smiles::SmilesError::InvalidValence { .. } => MoleculeError::Impossible {
                smiles: text(),
                source: super::Invalid(error.to_string()),
            },
            error => MoleculeError::Syntax {
                smiles: text(),
                problem: error.to_string(),
            },
        })?;
        let failed = |error| match error {
            RdkitSmilesError::Unsupported(what) => MoleculeError::Unsupported {
                smiles: text(),
                what,
            },
            error => MoleculeError::Impossible {
                smiles: text(),
                source: chemistry::invalid(error),
            },
        };
        imply_hydrogens(&mut molecule);
        let view = chematic_smiles::rdkit_mol_view(&molecule).map_err(failed)?;
        let orders = kekule_orders(&molecule, &view).map_err(failed)?;
        let unsupported = |what: String| MoleculeError::Unsupported {
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
        let graph = Self::new(atoms, bonds).map_err(|error| unsupported(error.to_string()))?;
        match graph.wrong_hydrogens(&molecule, &view).map_err(failed)? {
            Some(what) => Err(unsupported(what)),
            None => Ok(graph),
        }
    }

    /// The first atom whose number of hydrogens the graph cannot represent.
    ///
    /// Fewer hydrogens than implied are unpaired electrons, which are dropped.
    fn wrong_hydrogens(
        &self,
        molecule: &Molecule,
        view: &RdkitMolView,
    ) -> Result<Option<String>, RdkitSmilesError> {
        let implied = self.implicit_hydrogens();
        let both = view.atoms.iter().zip(&implied);
        if both
            .into_iter()
            .all(|(read, &count)| read.total_num_hs == u32::from(count))
        {
            return Ok(None);
        }
        let radicals = chematic_smiles::rdkit_mol_block(molecule)?;
        for (atom, &count) in implied.iter().enumerate() {
            let found = view.atoms[atom].total_num_hs;
            // For an atom without bonds, the block does not list electrons.
            let alone = found == 0 && view.atom_bonds[atom].is_empty();
            let is_radical = alone || radicals.atoms.get(atom).is_some_and(|at| at.radical != 0);
            if found > u32::from(count) || found < u32::from(count) && !is_radical {
                let symbol = self.atoms()[atom].element.symbol();
                let hydrogens = counted(found as usize, "hydrogen");
                let what = format!("{hydrogens} at {symbol}, whose bonds imply {count}");
                return Ok(Some(what));
            }
        }
        Ok(None)
    }
}

/// Drops isotopes, and converts hydrogen atoms into implied hydrogens where possible.
fn imply_hydrogens(molecule: &mut Molecule) {
    let isotopes: Vec<AtomIdx> = (molecule.atoms())
        .filter(|(_, atom)| atom.isotope.is_some())
        .map(|(index, _)| index)
        .collect();
    for atom in isotopes {
        molecule.set_isotope(atom, None);
    }
    if !molecule.atoms().any(|(_, atom)| is_hydrogen(atom)) {
        return;
    }
    let suppressed = chematic_smiles::rdkit_hydrogen_suppressed(molecule);
    // Some may be kept for the geometry of a double bond, which the graph does not represent.
    let is_kept = |molecule: &Molecule| {
        let mut atoms = molecule.atoms();
        atoms.any(|(index, atom)| is_hydrogen(atom) && molecule.degree(index) == 1)
    };
    if is_kept(suppressed.as_ref().unwrap_or(molecule)) {
        let marked: Vec<BondIdx> = (molecule.bonds())
            .filter(|(_, bond)| {
                let mut ends = [bond.atom1, bond.atom2].into_iter();
                matches!(bond.order, ReadOrder::Up | ReadOrder::Down)
                    && ends.any(|end| is_hydrogen(molecule.atom(end)))
            })
            .map(|(index, _)| index)
            .collect();
        if !marked.is_empty() {
            for bond in marked {
                molecule.set_bond_order(bond, ReadOrder::Single);
            }
            imply_hydrogens(molecule);
            return;
        }
    }
    if let Some(suppressed) = suppressed {
        *molecule = suppressed;
    }
}

fn is_hydrogen(atom: &ReadAtom) -> bool {
    !atom.wildcard && atom.element == Element::H.inner()
}

/// Shortens a text for messages on one line.
fn shown(smiles: &str) -> String {
    const LONGEST: usize = 80;
    match smiles.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &smiles[..end]),
        None => smiles.to_owned(),
    }
}

/// Bond orders in the order of the view's bonds, without aromatic ones.
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
