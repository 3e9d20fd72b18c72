use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::MoleculeError;

/// A chemical element, by its atomic number; written as its symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Element(chematic_core::Element);

impl Element {
    /// Hydrogen.
    pub const H: Self = Self(chematic_core::Element::H);
    /// Carbon.
    pub const C: Self = Self(chematic_core::Element::C);
    /// Nitrogen.
    pub const N: Self = Self(chematic_core::Element::N);
    /// Oxygen.
    pub const O: Self = Self(chematic_core::Element::O);
    /// Fluorine.
    pub const F: Self = Self(chematic_core::Element::F);

    /// Returns the element with this atomic number, from 1 to 118.
    pub fn new(atomic_number: u8) -> Option<Self> {
        chematic_core::Element::from_atomic_number(atomic_number).map(Self)
    }

    /// Returns the atomic number.
    pub fn atomic_number(self) -> u8 {
        self.0.atomic_number()
    }

    /// Returns the symbol, such as `Cl`.
    pub fn symbol(self) -> &'static str {
        self.0.symbol()
    }

    /// Returns the standard atomic weight in g/mol, for the elements common in organic molecules.
    ///
    /// The values are those of RDKit, for comparison of weights.
    pub fn atomic_weight(self) -> Option<f64> {
        Some(match self.atomic_number() {
            1 => 1.008,
            5 => 10.812,
            6 => 12.011,
            7 => 14.007,
            8 => 15.999,
            9 => 18.998,
            14 => 28.086,
            15 => 30.974,
            16 => 32.067,
            17 => 35.453,
            33 => 74.922,
            34 => 78.96,
            35 => 79.904,
            53 => 126.904,
            _ => return None,
        })
    }

    /// Returns whether SMILES writes the neutral atom without brackets.
    pub(super) fn is_organic(self) -> bool {
        matches!(self.atomic_number(), 5..=9 | 15..=17 | 35 | 53)
    }

    pub(super) fn inner(self) -> chematic_core::Element {
        self.0
    }
}

impl fmt::Display for Element {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.symbol())
    }
}

impl FromStr for Element {
    type Err = MoleculeError;

    fn from_str(symbol: &str) -> Result<Self, MoleculeError> {
        let found = chematic_core::Element::from_symbol(symbol);
        found
            .map(Self)
            .ok_or_else(|| MoleculeError::UnknownElement {
                symbol: symbol.to_owned(),
            })
    }
}

impl TryFrom<String> for Element {
    type Error = MoleculeError;

    fn try_from(symbol: String) -> Result<Self, MoleculeError> {
        symbol.parse()
    }
}

impl From<Element> for String {
    fn from(element: Element) -> Self {
        element.symbol().to_owned()
    }
}
