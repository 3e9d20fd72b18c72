use std::collections::BTreeMap;

use serde::Serialize;

use super::{BondOrder, Chirality, Element, MolecularGraph};

/// Counts of sizes, kinds of atoms and kinds of bonds in molecules.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Composition {
    /// Number of molecules.
    pub molecules: usize,
    /// Number of molecules by number of atoms other than hydrogen.
    pub heavy_atoms: BTreeMap<usize, usize>,
    /// Number of molecules by number of bonds.
    pub bonds: BTreeMap<usize, usize>,
    /// Number of molecules by number of independent cycles.
    pub cycles: BTreeMap<usize, usize>,
    /// Number of atoms by element.
    pub elements: BTreeMap<Element, usize>,
    /// Number of atoms by formal charge.
    pub charges: BTreeMap<i8, usize>,
    /// Number of atoms by chirality.
    pub chiralities: BTreeMap<Chirality, usize>,
    /// Number of bonds by order.
    pub bond_orders: BTreeMap<BondOrder, usize>,
}

impl Composition {
    /// Counts over molecules.
    pub fn of<'a>(molecules: impl IntoIterator<Item = &'a MolecularGraph>) -> Self {
        let mut counts = Self::default();
        for molecule in molecules {
            counts.add(molecule);
        }
        counts
    }

    /// Counts one more molecule.
    pub fn add(&mut self, molecule: &MolecularGraph) {
        self.molecules += 1;
        count(&mut self.heavy_atoms, molecule.atoms().len());
        count(&mut self.bonds, molecule.bonds().len());
        count(&mut self.cycles, molecule.independent_cycles());
        for atom in molecule.atoms() {
            count(&mut self.elements, atom.element);
            count(&mut self.charges, atom.charge);
            count(&mut self.chiralities, atom.chirality);
        }
        for bond in molecule.bonds() {
            count(&mut self.bond_orders, bond.order);
        }
    }

    /// Returns the mean number of atoms other than hydrogen; 0 for no molecules.
    pub fn mean_heavy_atoms(&self) -> f64 {
        mean(&self.heavy_atoms)
    }

    /// Returns the mean number of bonds; 0 for no molecules.
    pub fn mean_bonds(&self) -> f64 {
        mean(&self.bonds)
    }
}

fn count<K: Ord>(counts: &mut BTreeMap<K, usize>, key: K) {
    *counts.entry(key).or_default() += 1;
}

fn mean(counts: &BTreeMap<usize, usize>) -> f64 {
    let total: usize = counts.values().sum();
    let sum: usize = counts.iter().map(|(value, count)| value * count).sum();
    if total == 0 {
        0.0
    } else {
        sum as f64 / total as f64
    }
}
