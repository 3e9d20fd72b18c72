/// Sizes of a drawing, in pixels: they shrink with the molecule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    /// Font size of atoms.
    pub(super) font: f64,
    /// Width of lines.
    pub(super) line: f64,
    /// Distance between the lines of a multiple bond.
    pub(super) spread: f64,
}

/// Maximum length of a drawn bond, in pixels.
pub(super) const LONGEST_BOND: f64 = 32.0;
/// Font size of atoms for bonds of that length.
const FONT: f64 = 13.0;
/// The smallest readable font size.
const LEAST_FONT: f64 = 7.0;

impl Scale {
    /// Returns the sizes for bonds of this length.
    pub(super) fn for_bonds(length: f64) -> Self {
        let part = length / LONGEST_BOND;
        Self {
            font: (FONT * part).clamp(LEAST_FONT, FONT),
            line: (1.5 * part).clamp(0.9, 1.5),
            spread: (4.2 * part).clamp(2.2, 4.2),
        }
    }
}

/// Width of a text in DejaVu Sans, relative to its size.
pub(super) fn width_of(text: &str) -> f64 {
    text.chars().map(width_of_letter).sum()
}

fn width_of_letter(letter: char) -> f64 {
    match letter {
        'i' | 'j' | 'l' => 0.28,
        'I' | 'J' | '\\' | '/' | '.' => 0.33,
        '(' | ')' | '[' | ']' | 'f' | 't' | 'r' | '-' => 0.4,
        '@' | 'm' | 'w' | 'M' | 'W' | '%' | '…' => 1.0,
        '0'..='9' | 'a'..='z' => 0.62,
        '+' | '−' | '=' | '#' => 0.84,
        _ => 0.73,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_shrink_with_bonds_and_stay_legible() {
        assert_eq!(Scale::for_bonds(LONGEST_BOND).font, FONT);
        assert_eq!(Scale::for_bonds(24.0).font, 9.75);
        assert_eq!(Scale::for_bonds(3.0).font, LEAST_FONT);
    }
}
