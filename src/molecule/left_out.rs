use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use crate::one_line::counted;

/// Treatment of molecules of several parts, such as salts and hydrates.
///
/// Generators that grow graphs only generate connected molecules, so they cannot learn several
/// parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Parts {
    /// Keep them as they are.
    #[default]
    Keep,
    /// Leave them out.
    LeaveOut,
    /// Keep the [largest part](super::MolecularGraph::largest_part) of each, with its charge.
    Largest,
}

/// Number of molecules that were left out or changed, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct LeftOut {
    /// Number left out because they have fewer atoms than requested.
    pub too_small: usize,
    /// Number left out because they have more atoms than requested.
    pub too_large: usize,
    /// Number left out because they have several parts.
    pub several_parts: usize,
    /// Number reduced to their largest part; they are not left out.
    pub reduced: usize,
}

impl LeftOut {
    /// Returns the number of molecules left out for any reason.
    pub fn total(&self) -> usize {
        self.too_small + self.too_large + self.several_parts
    }

    /// Returns one human-readable line per reason that occurs; `heavy_atoms` is the requested
    /// range.
    pub fn notes(&self, heavy_atoms: &RangeInclusive<usize>) -> Vec<String> {
        let atoms = |number: &usize| counted(*number, "heavy atom");
        let fewer = format!("fewer than {}", atoms(heavy_atoms.start()));
        let more = format!("more than {}", atoms(heavy_atoms.end()));
        let parts = "several parts (salts, hydrates)";
        let reasons = [
            (self.several_parts, parts),
            (self.too_small, &fewer),
            (self.too_large, &more),
        ];
        let happened = reasons.into_iter().filter(|&(number, _)| number > 0);
        let left_out = happened.map(|(number, what)| {
            let of = counted(number, "molecule");
            match number {
                1 => format!("{of} has {what} and is left out"),
                _ => format!("{of} have {what} and are left out"),
            }
        });
        let reduced = (self.reduced > 0).then(|| {
            let of = counted(self.reduced, "molecule");
            format!("only the largest part of {of} with {parts} is kept")
        });
        left_out.chain(reduced).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_a_line() {
        let left_out = LeftOut {
            too_small: 1,
            too_large: 2,
            several_parts: 3,
            reduced: 1,
        };
        assert_eq!(left_out.total(), 6);
        assert_eq!(
            left_out.notes(&(2..=9)),
            [
                "3 molecules have several parts (salts, hydrates) and are left out",
                "1 molecule has fewer than 2 heavy atoms and is left out",
                "2 molecules have more than 9 heavy atoms and are left out",
                "only the largest part of 1 molecule with several parts (salts, hydrates) is kept",
            ]
        );
        assert!(LeftOut::default().notes(&(1..=9)).is_empty());
    }
}
