use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Atom, Bond, BondOrder, Chirality, Element, MolecularGraph, MoleculeError};

/// The kinds of atoms and bonds of molecules, each numbered from 0.
///
/// Elements ascend by atomic number. Charges are ordered 0, +1, −1, +2, −2, …; chiralities begin
/// with none; bond orders ascend. So data with the same kinds give equal vocabularies, independent
/// of order and shares.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Vocabulary {
    elements: Vec<Element>,
    charges: Vec<i8>,
    chiralities: Vec<Chirality>,
    orders: Vec<BondOrder>,
}

/// A molecule's atoms and bonds as numbers in a [`Vocabulary`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Encoded {
    /// The numbers of element, charge and chirality of each atom.
    pub atoms: Vec<[usize; 3]>,
    /// The atoms of each bond, smaller first and in ascending order, and the number of its order.
    pub bonds: Vec<([usize; 2], usize)>,
}

impl Vocabulary {
    /// Returns the vocabulary of QM9: C, N, O, F; charges 0, +1, −1; every chirality and bond
    /// order.
    pub fn qm9() -> Self {
        Self {
            elements: vec![Element::C, Element::N, Element::O, Element::F],
            charges: vec![0, 1, -1],
            chiralities: vec![
                Chirality::None,
                Chirality::CounterClockwise,
                Chirality::Clockwise,
            ],
            orders: vec![BondOrder::Single, BondOrder::Double, BondOrder::Triple],
        }
    }

    /// Collects the kinds that occur in these molecules, and charge 0, chirality none and single
    /// bonds.
    pub fn collect<'a>(molecules: impl IntoIterator<Item = &'a MolecularGraph>) -> Self {
        let mut found = Self {
            elements: Vec::new(),
            charges: vec![0],
            chiralities: vec![Chirality::None],
            orders: vec![BondOrder::Single],
        };
        for molecule in molecules {
            for atom in molecule.atoms() {
                add(&mut found.elements, atom.element);
                add(&mut found.charges, atom.charge);
                add(&mut found.chiralities, atom.chirality);
            }
            for bond in molecule.bonds() {
                add(&mut found.orders, bond.order);
            }
        }
        found.elements.sort_unstable();
        found
            .charges
            .sort_unstable_by_key(|charge| (charge.unsigned_abs(), *charge < 0));
        found.chiralities.sort_unstable();
        found.orders.sort_unstable();
        found
    }

    /// Returns the elements, by atomic number.
    pub fn elements(&self) -> &[Element] {
        &self.elements
    }

    /// Returns the formal charges, 0 first.
    pub fn charges(&self) -> &[i8] {
        &self.charges
    }

    /// Returns the chiralities, none first.
    pub fn chiralities(&self) -> &[Chirality] {
        &self.chiralities
    }

    /// Returns the bond orders, ascending.
    pub fn bond_orders(&self) -> &[BondOrder] {
        &self.orders
    }

    /// Checks that another vocabulary is the same.
    ///
    /// # Errors
    /// Returns an error that contains both if they differ.
    pub fn require(&self, found: &Self) -> Result<(), MoleculeError> {
        if self == found {
            return Ok(());
        }
        Err(MoleculeError::OtherVocabulary {
            expected: Box::new(self.clone()),
            found: Box::new(found.clone()),
        })
    }

    /// Returns the numbers of a molecule's atoms and bonds.
    ///
    /// Chiralities are those of [sorted bonds](MolecularGraph::with_sorted_bonds), so that
    /// [`decode`](Self::decode) restores the same molecule from the numbers alone.
    ///
    /// # Errors
    /// Returns an error if the molecule has an element, charge, chirality or bond order that is not
    /// in the vocabulary.
    pub fn encode(&self, molecule: &MolecularGraph) -> Result<Encoded, MoleculeError> {
        let sorted = molecule.with_sorted_bonds();
        let unknown = |found: String| MoleculeError::NotInVocabulary {
            found,
            vocabulary: Box::new(self.clone()),
        };
        let atom = |atom: &Atom| -> Result<[usize; 3], MoleculeError> {
            Ok([
                position(&self.elements, &atom.element)
                    .ok_or_else(|| unknown(format!("element {}", atom.element)))?,
                position(&self.charges, &atom.charge)
                    .ok_or_else(|| unknown(format!("charge {:+}", atom.charge)))?,
                position(&self.chiralities, &atom.chirality)
                    .ok_or_else(|| unknown(format!("chirality {:?}", atom.chirality)))?,
            ])
        };
        let bond = |bond: &Bond| -> Result<([usize; 2], usize), MoleculeError> {
            let order = position(&self.orders, &bond.order)
                .ok_or_else(|| unknown(format!("bond order {:?}", bond.order)))?;
            Ok((bond.ends, order))
        };
        Ok(Encoded {
            atoms: sorted.atoms().iter().map(atom).collect::<Result<_, _>>()?,
            bonds: sorted.bonds().iter().map(bond).collect::<Result<_, _>>()?,
        })
    }

    /// Returns the molecule of these numbers, with sorted bonds; its bonds may be given in any
    /// order.
    ///
    /// # Errors
    /// Returns an error if a number has no entry, or if the bonds are not a graph.
    pub fn decode(
        &self,
        atoms: &[[usize; 3]],
        bonds: &[([usize; 2], usize)],
    ) -> Result<MolecularGraph, MoleculeError> {
        let atom = |&[element, charge, chirality]: &[usize; 3]| -> Result<Atom, MoleculeError> {
            Ok(Atom {
                element: entry("element", &self.elements, element)?,
                charge: entry("charge", &self.charges, charge)?,
                chirality: entry("chirality", &self.chiralities, chirality)?,
            })
        };
        let bond = |&(ends, order): &([usize; 2], usize)| -> Result<Bond, MoleculeError> {
            let order = entry("bond order", &self.orders, order)?;
            Ok(Bond { ends, order })
        };
        let atoms = atoms.iter().map(atom).collect::<Result<_, _>>()?;
        let bonds = bonds.iter().map(bond).collect::<Result<_, _>>()?;
        Ok(MolecularGraph::new(atoms, bonds)?.with_bonds_sorted_under_tags())
    }
}

/// Formats on one line, such as `C N O F, charges 0 +1 -1, 3 chiralities, bond orders 1 2 3`.
impl fmt::Display for Vocabulary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let elements: Vec<&str> = self.elements.iter().map(|found| found.symbol()).collect();
        write!(formatter, "[{}; charges", elements.join(" "))?;
        for charge in &self.charges {
            match charge {
                0 => write!(formatter, " 0")?,
                charge => write!(formatter, " {charge:+}")?,
            }
        }
        write!(formatter, "; {} chiralities", self.chiralities.len())?;
        write!(formatter, "; bond orders")?;
        for order in &self.orders {
            write!(formatter, " {}", order.pairs())?;
        }
        write!(formatter, "]")
    }
}

fn add<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

fn position<T: PartialEq>(list: &[T], item: &T) -> Option<usize> {
    list.iter().position(|known| known == item)
}

fn entry<T: Copy>(what: &'static str, list: &[T], index: usize) -> Result<T, MoleculeError> {
    let known = list.len();
    let found = list.get(index).copied();
    found.ok_or(MoleculeError::NumberOutOfRange { what, index, known })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::molecule::Stereo;

    fn read(smiles: &str) -> MolecularGraph {
        MolecularGraph::from_smiles(smiles).unwrap()
    }

    #[test]
    fn order_and_shares_of_the_data_do_not_matter() {
        let texts = [
            "C[NH3+]",
            "C=C",
            "C[C@@H](O)F",
            "C[C@H](O)F",
            "C#N",
            "C[O-]",
        ];
        let data = texts.map(read);
        let forward = Vocabulary::collect(&data);
        assert_eq!(forward, Vocabulary::collect(data.iter().rev()));
        assert_eq!(forward, Vocabulary::qm9());
    }

    #[test]
    fn a_molecule_comes_back_with_its_handedness() {
        let vocabulary = Vocabulary::qm9();
        for smiles in [
            "O=C[C@H]1CC[C@@H]1O",
            "C[C@@]12C[N@H+]3[C@H]4C[C@@H]1[C@H]4[C@H]32",
        ] {
            let graph = read(smiles);
            let mut encoded = vocabulary.encode(&graph).unwrap();
            encoded.bonds.reverse();
            let back = vocabulary.decode(&encoded.atoms, &encoded.bonds).unwrap();
            let text = |graph: &MolecularGraph| graph.canonical_smiles(Stereo::Keep).unwrap();
            assert_eq!(text(&back), text(&graph));
        }
    }

    #[test]
    fn errors_report_the_mismatch() {
        let small = Vocabulary::collect([&read("CO")]);
        let error = small.encode(&read("CN")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "element N is not in the vocabulary [C O; charges 0; 1 chiralities; bond orders 1]: \
             leave the molecule out, or collect the vocabulary from all molecules"
        );
        let error = Vocabulary::qm9().require(&small).unwrap_err();
        let message = error.to_string();
        assert!(
            message.contains("[C O;") && message.contains("[C N O F;"),
            "{message}"
        );
        let error = small.decode(&[[2, 0, 0]], &[]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "element 2 is not one of the 2 in the vocabulary, counted from 0"
        );
        let error = small.decode(&[[0, 0, 0]], &[([0, 0], 0)]).unwrap_err();
        assert!(matches!(error, MoleculeError::Loop { .. }));
    }

    #[test]
    fn json_is_readable() {
        let json = serde_json::to_string(&Vocabulary::qm9()).unwrap();
        assert!(json.starts_with(r#"{"elements":["C","N","O","F"],"charges":[0,1,-1]"#));
        assert_eq!(
            serde_json::from_str::<Vocabulary>(&json).unwrap(),
            Vocabulary::qm9()
        );
    }
}
