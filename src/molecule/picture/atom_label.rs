use std::fmt::Write;

use super::{
    super::{Element, MolecularGraph},
    area::Area,
    scale::{Scale, width_of},
};

type Point = [f64; 2];

/// Height of capital letters relative to their size.
const HEIGHT: f64 = 0.73;
/// Sizes of hydrogen counts and charges relative to that of the symbol.
const SUBSCRIPT: f64 = 0.68;
const SUPERSCRIPT: f64 = 0.74;

/// Label of an atom: its symbol, hydrogens and charge.
pub(super) struct AtomLabel {
    pieces: Vec<Piece>,
    color: &'static str,
}

/// A text around a point.
#[derive(Clone)]
struct Piece {
    text: String,
    middle: Point,
    size: f64,
}

impl Piece {
    fn new(text: impl Into<String>, middle: Point, size: f64) -> Self {
        let text = text.into();
        Self { text, middle, size }
    }

    fn area(&self) -> Area {
        let width = self.size * width_of(&self.text);
        Area::around(self.middle, width, self.size * HEIGHT)
    }
}

/// Possible positions of hydrogens and charges.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Right,
    Left,
    Above,
    Below,
}

/// All bonds as lines, and the symbols of all atoms that have one.
struct Surroundings {
    lines: Vec<[Point; 2]>,
    symbols: Vec<Area>,
}

/// Labels of all atoms; `None` for implied carbon.
pub(super) fn labels(
    molecule: &MolecularGraph,
    places: &[Point],
    scale: Scale,
) -> Vec<Option<AtomLabel>> {
    let mut degrees = vec![0; places.len()];
    for end in molecule.bonds().iter().flat_map(|bond| bond.ends) {
        degrees[end] += 1;
    }
    let is_said = |atom: usize| {
        let said = &molecule.atoms()[atom];
        said.element != Element::C || said.charge != 0 || degrees[atom] == 0
    };
    let symbol = |atom: usize| {
        let symbol = molecule.atoms()[atom].element.symbol();
        Piece::new(symbol, places[atom], scale.font)
    };
    let bonds = molecule.bonds().iter();
    let around = Surroundings {
        lines: bonds.map(|bond| bond.ends.map(|end| places[end])).collect(),
        symbols: (0..places.len())
            .filter(|&atom| is_said(atom))
            .map(|atom| symbol(atom).area())
            .collect(),
    };
    let hydrogens = molecule.implicit_hydrogens();
    let label = |atom: usize| {
        let said = &molecule.atoms()[atom];
        is_said(atom).then(|| AtomLabel {
            pieces: pieces(symbol(atom), hydrogens[atom], said.charge, &around),
            color: color(said.element),
        })
    };
    (0..places.len()).map(label).collect()
}

/// The symbol, with hydrogens and charge where they meet the fewest lines and letters.
fn pieces(symbol: Piece, hydrogens: u8, charge: i8, around: &Surroundings) -> Vec<Piece> {
    let sides = [Side::Right, Side::Left, Side::Above, Side::Below];
    let hydrogen_sides = if hydrogens > 0 {
        &sides[..]
    } else {
        &sides[..1]
    };
    let charge_sides = if charge != 0 { &sides[..] } else { &sides[..1] };
    let mut best: Option<(f64, Vec<Piece>)> = None;
    for &hydrogen_side in hydrogen_sides {
        let mut letters = vec![symbol.clone()];
        let mut cost = 0.0;
        if hydrogens > 0 {
            letters.extend(hydrogen_pieces(&symbol, hydrogens, hydrogen_side));
            cost += match hydrogen_side {
                Side::Right => 0.0,
                Side::Left => 0.05,
                Side::Above => 0.5,
                Side::Below => 0.55,
            };
            cost += 3.0 * around.met(&letters[1..], &symbol, 0.08);
        }
        for &charge_side in charge_sides {
            let (mut label, mut cost) = (letters.clone(), cost);
            if charge != 0 {
                let sign = charge_piece(&letters, hydrogens, charge, hydrogen_side, charge_side);
                let area = sign.area();
                let inside = letters.iter().any(|letter| letter.area().meets(&area));
                cost += match charge_side {
                    Side::Right => 0.0,
                    Side::Left => 0.35,
                    Side::Above => 0.4,
                    Side::Below => 0.6,
                } + if inside { 5.0 } else { 0.0 };
                let sign = [sign];
                cost += 3.0 * around.met(&sign, &symbol, 0.08);
                // A sign next to a bond looks like a bond.
                cost += 0.5 * around.met(&sign, &symbol, 0.35);
                label.extend(sign);
            }
            if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                best = Some((cost, label));
            }
        }
    }
    best.map_or_else(|| vec![symbol], |(_, label)| label)
}

fn hydrogen_pieces(symbol: &Piece, hydrogens: u8, side: Side) -> Vec<Piece> {
    let size = symbol.size;
    let count = (hydrogens > 1).then(|| hydrogens.to_string());
    let digits = count
        .as_ref()
        .map_or(0.0, |count| SUBSCRIPT * width_of(count));
    let (letter, half) = (width_of("H"), width_of(&symbol.text) / 2.0);
    let [x, y] = symbol.middle;
    let (dx, dy) = match side {
        Side::Right => (half + letter / 2.0, 0.0),
        Side::Left => (-half - digits - letter / 2.0, 0.0),
        Side::Above => (0.0, -HEIGHT - 0.2),
        Side::Below => (0.0, HEIGHT + 0.12),
    };
    let middle = [x + dx * size, y + dy * size];
    let mut pieces = vec![Piece::new("H", middle, size)];
    pieces.extend(count.map(|count| {
        let x = middle[0] + (letter + digits) / 2.0 * size;
        Piece::new(count, [x, middle[1] + 0.34 * size], SUBSCRIPT * size)
    }));
    pieces
}

fn charge_piece(
    letters: &[Piece],
    hydrogens: u8,
    charge: i8,
    hydrogen_side: Side,
    side: Side,
) -> Piece {
    let symbol = &letters[0];
    let sign = if charge > 0 { '+' } else { '−' };
    let text = match charge.unsigned_abs() {
        1 => sign.to_string(),
        amount => format!("{amount}{sign}"),
    };
    let size = SUPERSCRIPT * symbol.size;
    let half = size * width_of(&text) / 2.0;
    let [x, y] = symbol.middle;
    let row = hydrogens > 0 && matches!(hydrogen_side, Side::Right | Side::Left);
    let letters = if row { letters } else { &letters[..1] };
    let areas = letters.iter().map(Piece::area);
    let right = areas.clone().map(|area| area.high[0]).fold(x, f64::max);
    let left = areas.map(|area| area.low[0]).fold(x, f64::min);
    let raised = y - 0.42 * symbol.size;
    let away = 0.92 * symbol.size;
    let middle = match side {
        Side::Right => [right + half, raised],
        Side::Left => [left - half, raised],
        Side::Above => [x, y - away],
        Side::Below => [x, y + away],
    };
    Piece::new(text, middle, size)
}

impl Surroundings {
    /// Number of lines and other symbols that are closer to these pieces than a share of their
    /// symbol's size.
    fn met(&self, pieces: &[Piece], symbol: &Piece, near: f64) -> f64 {
        let own = symbol.area();
        // Bonds of the atom itself begin outside its symbol.
        let outside = |&[from, to]: &[Point; 2]| {
            let leaving = |from: Point, to: Point| {
                let (_, part) = own.cuts(from, to)?;
                Some([0, 1].map(|axis| from[axis] + part * (to[axis] - from[axis])))
            };
            if from == symbol.middle {
                [leaving(from, to).unwrap_or(from), to]
            } else if to == symbol.middle {
                [from, leaving(to, from).unwrap_or(to)]
            } else {
                [from, to]
            }
        };
        let all: Vec<[Point; 2]> = self.lines.iter().map(outside).collect();
        let met = |piece: &Piece| {
            let area = piece.area().grown(near * symbol.size);
            let lines = all
                .iter()
                .filter(|[from, to]| area.cuts(*from, *to).is_some());
            let symbols = self
                .symbols
                .iter()
                .filter(|other| **other != own && area.meets(other));
            lines.count() + symbols.count()
        };
        pieces.iter().map(met).sum::<usize>() as f64
    }
}

impl AtomLabel {
    /// Returns the part of a bond, from 0 to 1, that its label covers.
    pub(super) fn covers(&self, from: Point, to: Point) -> f64 {
        let covered = |piece: &Piece| {
            let area = piece.area().grown(0.14 * self.pieces[0].size);
            area.cuts(from, to).map_or(0.0, |(_, leaves)| leaves)
        };
        self.pieces.iter().map(covered).fold(0.0, f64::max)
    }

    pub(super) fn draw(&self, svg: &mut String) {
        // Writing to a string does not fail.
        let _ = write!(svg, "<g fill=\"{}\" text-anchor=\"middle\">", self.color);
        for Piece { text, middle, size } in &self.pieces {
            let [x, y] = middle;
            let baseline = y + HEIGHT / 2.0 * size;
            let _ = write!(
                svg,
                "<text x=\"{x:.2}\" y=\"{baseline:.2}\" font-size=\"{size:.1}\">{text}</text>"
            );
        }
        svg.push_str("</g>\n");
    }
}

fn color(element: Element) -> &'static str {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The labels of a molecule on a line, one bond of 32 pixels after the other.
    fn drawn(smiles: &str, places: &[Point]) -> Vec<Option<AtomLabel>> {
        let graph = MolecularGraph::from_smiles(smiles).unwrap();
        labels(&graph, places, Scale::for_bonds(32.0))
    }

    fn texts(label: &Option<AtomLabel>) -> Vec<&str> {
        let pieces = label.iter().flat_map(|label| &label.pieces);
        pieces.map(|piece| piece.text.as_str()).collect()
    }

    #[test]
    fn charges_have_their_number_and_sign() {
        let alone = |smiles: &str| {
            let label = drawn(smiles, &[[50.0, 50.0]]).remove(0);
            texts(&label).join("")
        };
        assert_eq!(alone("[Fe+3]"), "Fe3+");
        assert_eq!(alone("[NH4+]"), "NH4+");
        assert_eq!(alone("[O-2]"), "O2−");
        assert_eq!(alone("[OH-]"), "OH−");
    }

    #[test]
    fn pieces_of_a_label_do_not_meet_each_other_nor_bonds() {
        // One neighbor, in each of many directions.
        for step in 0..24 {
            let (sin, cos) = (f64::from(step) * std::f64::consts::TAU / 24.0).sin_cos();
            let places = [[100.0, 100.0], [100.0 + 32.0 * cos, 100.0 + 32.0 * sin]];
            for smiles in ["[CH2-]C", "[NH3+]C", "[O-]C", "[OH2+]C", "[CH2+]C"] {
                let label = drawn(smiles, &places).remove(0).unwrap();
                let areas: Vec<Area> = label.pieces.iter().map(Piece::area).collect();
                for (index, area) in areas.iter().enumerate().skip(1) {
                    let [from, to] = places;
                    assert_eq!(area.cuts(from, to), None, "{smiles} {step}");
                    let before = areas[..index].iter();
                    let subscript = label.pieces[index].size < 9.0;
                    for other in before.filter(|_| !subscript) {
                        let overlaps = area.grown(-0.2).meets(&other.grown(-0.2));
                        assert!(!overlaps, "{smiles} {step}");
                    }
                }
            }
        }
    }
}
