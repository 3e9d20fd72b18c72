use std::fmt::Write;

use super::{
    super::{MolecularGraph, Validity, layout::Layout},
    atom_label::AtomLabel,
    bond_lines,
};

const CELL: f64 = 180.0;
const MARGIN: f64 = 24.0;
const CAPTION: f64 = 24.0;
const CAPTION_SIZE: f64 = 11.0;
/// The longest a bond is drawn, in pixels.
const BOND: f64 = 32.0;
/// Bonds of a layout are this long.
const UNIT: f64 = 1.5;

/// An SVG picture of molecules as skeletal formulas in rows, each with a label below.
///
/// Carbon is a corner or an end of a line; other atoms are written with their hydrogens and
/// coloured by element; wedges show handedness. Graphs that are not possible molecules stand on
/// red ground. The font is DejaVu Sans. `columns` of 0 is read as 1.
pub fn grid(molecules: &[(&MolecularGraph, String)], columns: usize) -> String {
    let columns = columns.clamp(1, molecules.len().max(1));
    let rows = molecules.len().div_ceil(columns);
    let (width, height) = (columns as f64 * CELL, rows as f64 * (CELL + CAPTION));
    let mut svg = String::new();
    // Writing to a string does not fail.
    let _ = writeln!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"DejaVu Sans\">\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>"
    );
    for (index, (molecule, label)) in molecules.iter().enumerate() {
        let x = (index % columns) as f64 * CELL;
        let y = (index / columns) as f64 * (CELL + CAPTION);
        let _ = writeln!(svg, "<g transform=\"translate({x} {y})\">");
        cell(&mut svg, molecule, label);
        svg.push_str("</g>\n");
    }
    svg.push_str("</svg>\n");
    svg
}

fn cell(svg: &mut String, molecule: &MolecularGraph, label: &str) {
    if !molecule.is_valid(Validity::Sanitized) {
        let _ = writeln!(
            svg,
            "<rect x=\"3\" y=\"3\" width=\"{}\" height=\"{}\" rx=\"6\" fill=\"#fdeceb\"/>",
            CELL - 6.0,
            CELL + CAPTION - 6.0
        );
    }
    let layout = Layout::of(molecule);
    let places = fit(layout.positions());
    let labels: Vec<Option<AtomLabel>> = (0..molecule.atoms().len())
        .map(|atom| AtomLabel::new(molecule, &places, atom))
        .collect();
    bond_lines::draw(svg, molecule, &layout, &places, &labels);
    for (label, &place) in labels.iter().zip(&places) {
        if let Some(label) = label {
            label.draw(svg, place);
        }
    }
    caption(svg, label);
}

/// Positions in pixels, y downwards, in the middle of the cell.
fn fit(positions: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let mut low = [f64::INFINITY; 2];
    let mut high = [f64::NEG_INFINITY; 2];
    for position in positions {
        for axis in 0..2 {
            low[axis] = low[axis].min(position[axis]);
            high[axis] = high[axis].max(position[axis]);
        }
    }
    let extent = (high[0] - low[0]).max(high[1] - low[1]).max(f64::EPSILON);
    let scale = (BOND / UNIT).min((CELL - 2.0 * MARGIN) / extent);
    let place = |&[x, y]: &[f64; 2]| {
        [
            CELL / 2.0 + scale * (x - (low[0] + high[0]) / 2.0),
            CELL / 2.0 - scale * (y - (low[1] + high[1]) / 2.0),
        ]
    };
    positions.iter().map(place).collect()
}

fn caption(svg: &mut String, label: &str) {
    // A letter of SMILES is about 0.7 of the font's size wide.
    let letters = ((CELL - 8.0) / (0.7 * CAPTION_SIZE)) as usize;
    let shown: String = if label.chars().count() > letters {
        label.chars().take(letters - 1).chain(['…']).collect()
    } else {
        label.to_owned()
    };
    let _ = writeln!(
        svg,
        "<text x=\"{}\" y=\"{}\" font-size=\"{CAPTION_SIZE}\" fill=\"#444444\" \
         text-anchor=\"middle\">{}</text>",
        CELL / 2.0,
        CELL + CAPTION / 2.0,
        escaped(&shown)
    );
}

fn escaped(text: &str) -> String {
    let plain = text.chars().filter(|letter| !letter.is_control());
    plain.fold(String::new(), |mut escaped, letter| {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            letter => escaped.push(letter),
        }
        escaped
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(smiles: &[&str], columns: usize) -> String {
        let read = |text: &&str| MolecularGraph::from_smiles(text).unwrap();
        let graphs: Vec<MolecularGraph> = smiles.iter().map(read).collect();
        let labelled: Vec<_> = graphs.iter().map(|graph| (graph, "<a&b>".into())).collect();
        grid(&labelled, columns)
    }

    #[test]
    fn cells_fill_rows() {
        let svg = picture(&["CC", "CO", "c1ccccc1"], 2);
        assert_eq!(svg.matches("<g transform").count(), 3);
        assert!(svg.contains("width=\"360\" height=\"408\""));
        assert_eq!(svg.matches("&lt;a&amp;b&gt;").count(), 3);
        assert!(svg.contains(">O</text>"));
    }

    #[test]
    fn everything_lies_inside_the_cell() {
        let graph = MolecularGraph::from_smiles("CCCCCCCCCCCCCCCCCCCC(=O)[O-]").unwrap();
        let places = fit(Layout::of(&graph).positions());
        let inside = |value: f64| (MARGIN - 1e-9..=CELL - MARGIN + 1e-9).contains(&value);
        assert!(places.iter().flatten().all(|&value| inside(value)));
    }

    #[test]
    fn single_atoms_and_nothing_are_drawn() {
        let methane = picture(&["C"], 5);
        assert!(methane.contains(">C</text>") && !methane.contains("NaN"));
        assert!(picture(&[], 0).ends_with("</svg>\n"));
    }
}
