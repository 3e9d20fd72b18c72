use std::fmt::Write;

use super::{MolecularGraph, MoleculeError, layout::Layout};

/// Maximum number of atoms and of bonds of a V2000 block.
const LARGEST: usize = 999;

impl MolecularGraph {
    /// Returns a record of a structure-data file: a V2000 block with coordinates in the plane,
    /// formal charges and a title, closed by `$$$$`.
    ///
    /// Bonds are those of the Kekulé graph; wedges show handedness. Any graph can be written.
    /// Impossible ones have no wedges.
    ///
    /// # Errors
    /// Returns an error if there are more than 999 atoms or bonds.
    pub fn to_sdf(&self, title: &str) -> Result<String, MoleculeError> {
        let (atoms, bonds) = (self.atoms().len(), self.bonds().len());
        if atoms.max(bonds) > LARGEST {
            return Err(MoleculeError::TooLargeForSdf { atoms, bonds });
        }
        let layout = Layout::of(self);
        let title = title.lines().next().unwrap_or_default();
        let mut text = format!("{title}\n  fireweed          2D\n\n");
        // Writing to a string does not fail.
        let _ = writeln!(text, "{atoms:3}{bonds:3}  0  0  0  0  0  0  0  0999 V2000");
        for (atom, [x, y]) in self.atoms().iter().zip(layout.positions()) {
            let symbol = atom.element.symbol();
            let _ = writeln!(
                text,
                "{x:10.4}{y:10.4}{:10.4} {symbol:<3} 0  0  0  0  0  0  0  0  0  0  0  0",
                0.0
            );
        }
        for bond in self.bonds() {
            let (ends, stereo) = match layout.wedge(bond.ends) {
                Some(wedge) => ([wedge.from, wedge.to], if wedge.up { 1 } else { 6 }),
                None => (bond.ends, if layout.is_open(bond.ends) { 3 } else { 0 }),
            };
            let [a, b] = ends.map(|atom| atom + 1);
            let _ = writeln!(text, "{a:3}{b:3}{:3}{stereo:3}", bond.order.pairs());
        }
        let charged: Vec<(usize, i8)> = self
            .atoms()
            .iter()
            .enumerate()
            .filter(|(_, atom)| atom.charge != 0)
            .map(|(index, atom)| (index + 1, atom.charge))
            .collect();
        for charges in charged.chunks(8) {
            let _ = write!(text, "M  CHG{:3}", charges.len());
            for (atom, charge) in charges {
                let _ = write!(text, "{atom:4}{charge:4}");
            }
            text.push('\n');
        }
        text.push_str("M  END\n$$$$\n");
        Ok(text)
    }
}

/// Returns a structure-data file of these molecules and their titles.
///
/// # Errors
/// Returns an error if a molecule has more than 999 atoms or bonds.
pub fn sdf<'a>(
    molecules: impl IntoIterator<Item = (&'a MolecularGraph, &'a str)>,
) -> Result<String, MoleculeError> {
    let records = molecules.into_iter();
    records
        .map(|(molecule, title)| molecule.to_sdf(title))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_follow_the_format() {
        let graph = MolecularGraph::from_smiles("C[NH3+]").unwrap();
        let text = graph.to_sdf("two\nlines").unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "two");
        assert_eq!(lines[3], "  2  1  0  0  0  0  0  0  0  0999 V2000");
        assert_eq!(&lines[5][31..34], "N  ");
        assert_eq!(lines[5].len(), 69);
        assert_eq!(lines[6], "  1  2  1  0");
        assert_eq!(lines[7], "M  CHG  1   2   1");
        assert_eq!(lines[8..], ["M  END", "$$$$"]);
    }

    #[test]
    fn several_records_follow_each_other() {
        let graphs = ["C#N", "c1ccccc1"].map(|text| MolecularGraph::from_smiles(text).unwrap());
        let file = sdf(graphs.iter().zip(["a", "b"])).unwrap();
        assert_eq!(file.matches("$$$$").count(), 2);
        assert_eq!(file.matches("V2000").count(), 2);
    }
}
