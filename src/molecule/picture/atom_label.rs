use std::fmt::Write;

use super::super::{Element, MolecularGraph};

const SIZE: f64 = 13.0;
/// Distance from the middle of an atom at which its bonds end.
const GAP: f64 = 8.5;

/// What is written at an atom: its symbol, hydrogens and charge.
pub(super) struct AtomLabel {
    symbol: &'static str,
    hydrogens: u8,
    charge: i8,
    side: Side,
    colour: &'static str,
}

/// Where the hydrogens stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Right,
    Left,
    Above,
    Below,
}

impl AtomLabel {
    /// `None` for carbon that goes without saying.
    pub(super) fn new(molecule: &MolecularGraph, places: &[[f64; 2]], atom: usize) -> Option<Self> {
        let said = &molecule.atoms()[atom];
        let neighbours: Vec<usize> = molecule
            .bonds()
            .iter()
            .filter_map(|bond| match bond.ends {
                [a, b] if a == atom => Some(b),
                [a, b] if b == atom => Some(a),
                _ => None,
            })
            .collect();
        if said.element == Element::C && said.charge == 0 && !neighbours.is_empty() {
            return None;
        }
        let hydrogens = molecule.implicit_hydrogens()[atom];
        Some(Self {
            symbol: said.element.symbol(),
            hydrogens,
            charge: said.charge,
            side: side(places, atom, &neighbours),
            colour: colour(said.element),
        })
    }

    pub(super) fn gap(&self) -> f64 {
        GAP
    }

    pub(super) fn draw(&self, svg: &mut String, [x, y]: [f64; 2]) {
        let baseline = y + 0.36 * SIZE;
        let _ = write!(
            svg,
            "<g fill=\"{}\" font-size=\"{SIZE}\" text-anchor=\"middle\">\
             <text x=\"{x:.2}\" y=\"{baseline:.2}\">{}</text>",
            self.colour, self.symbol
        );
        // Widths of this font, in its size: a symbol 0.77, H 0.75, a small digit 0.42.
        let symbol = if self.symbol.len() == 1 { 0.77 } else { 1.05 };
        let digits = if self.hydrogens > 1 { 0.42 } else { 0.0 };
        let mut right = symbol / 2.0;
        if self.hydrogens > 0 {
            let (dx, dy) = match self.side {
                Side::Right => (symbol / 2.0 + 0.375, 0.0),
                Side::Left => (-symbol / 2.0 - 0.375 - digits, 0.0),
                Side::Above => (0.0, -0.95),
                Side::Below => (0.0, 0.95),
            };
            if self.side == Side::Right {
                right += 0.75 + digits;
            }
            let (hx, hy) = (x + dx * SIZE, baseline + dy * SIZE);
            let _ = write!(svg, "<text x=\"{hx:.2}\" y=\"{hy:.2}\">H</text>");
            if self.hydrogens > 1 {
                let small = 0.68 * SIZE;
                let _ = write!(
                    svg,
                    "<text x=\"{:.2}\" y=\"{:.2}\" font-size=\"{small:.1}\">{}</text>",
                    hx + 0.58 * SIZE,
                    hy + 0.22 * SIZE,
                    self.hydrogens
                );
            }
        }
        if self.charge != 0 {
            let sign = if self.charge > 0 { '+' } else { '−' };
            let text = match self.charge.unsigned_abs() {
                1 => sign.to_string(),
                amount => format!("{amount}{sign}"),
            };
            let small = 0.78 * SIZE;
            let _ = write!(
                svg,
                "<text x=\"{:.2}\" y=\"{:.2}\" font-size=\"{small:.1}\" \
                 font-weight=\"bold\">{text}</text>",
                x + (right + 0.3) * SIZE,
                baseline - 0.42 * SIZE
            );
        }
        svg.push_str("</g>\n");
    }
}

/// The side that is farthest from all bonds; right and left are preferred.
fn side(places: &[[f64; 2]], atom: usize, neighbours: &[usize]) -> Side {
    let directions: Vec<[f64; 2]> = neighbours
        .iter()
        .map(|&other| {
            let [dx, dy] = [
                places[other][0] - places[atom][0],
                places[other][1] - places[atom][1],
            ];
            let length = dx.hypot(dy).max(f64::EPSILON);
            [dx / length, dy / length]
        })
        .collect();
    let sides = [
        (Side::Right, [1.0, 0.0], 0.0),
        (Side::Left, [-1.0, 0.0], 0.02),
        (Side::Above, [0.0, -1.0], 0.3),
        (Side::Below, [0.0, 1.0], 0.32),
    ];
    // How near the nearest bond points to the side, with a penalty.
    let crowding = |&(_, [x, y], penalty): &(Side, [f64; 2], f64)| {
        let cosines = directions.iter().map(|[dx, dy]| dx * x + dy * y);
        cosines.fold(-1.0, f64::max) + penalty
    };
    let best = sides
        .iter()
        .min_by(|a, b| crowding(a).total_cmp(&crowding(b)));
    best.map_or(Side::Right, |&(side, ..)| side)
}

fn colour(element: Element) -> &'static str {
    match element.symbol() {
        "N" => "#2348d6",
        "O" => "#cc1f1a",
        "F" | "Cl" => "#138a36",
        "Br" => "#96401a",
        "I" => "#6b1f9c",
        "S" => "#a87900",
        "P" => "#c2600a",
        _ => "#222222",
    }
}
