use std::fmt::Write;

use super::{
    super::{MolecularGraph, Validity, layout::Layout},
    atom_label::labels,
    bond_lines,
    scale::{LONGEST_BOND, Scale, width_of},
};

const CELL: f64 = 180.0;
const MARGIN: f64 = 20.0;
/// Height of captions of one line, of each further line, and the maximum number of lines.
const CAPTION: f64 = 24.0;
const CAPTION_LINE: f64 = 12.0;
const CAPTION_LINES: usize = 4;
const CAPTION_SIZE: f64 = 10.0;
/// Length of the bonds of a layout.
const UNIT: f64 = 1.5;

/// Returns an SVG picture of molecules as skeletal formulas in rows, each with a label below.
///
/// Carbon is a corner or an end of a line. Other atoms are written with their hydrogens and colored
/// by element; wedges show handedness. Impossible molecules have a red background. Large molecules
/// and their letters are drawn smaller, and long labels take several lines. The font is DejaVu
/// Sans. `columns` of 0 is treated as 1.
pub fn grid(molecules: &[(&MolecularGraph, String)], columns: usize) -> String {
    let columns = columns.clamp(1, molecules.len().max(1));
    let rows = molecules.len().div_ceil(columns);
    let captions: Vec<Vec<String>> = (molecules.iter())
        .map(|(_, label)| caption_lines(label))
        .collect();
    let lines = captions.iter().map(Vec::len).max().unwrap_or(1).max(1);
    let cell_height = CELL + CAPTION + (lines - 1) as f64 * CAPTION_LINE;
    let (width, height) = (columns as f64 * CELL, rows as f64 * cell_height);
    let mut svg = String::new();
    // Writing to a string does not fail.
    let _ = writeln!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"DejaVu Sans\">\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>"
    );
    for (index, ((molecule, _), lines)) in molecules.iter().zip(&captions).enumerate() {
        let x = (index % columns) as f64 * CELL;
        let y = (index / columns) as f64 * cell_height;
        let _ = writeln!(svg, "<g transform=\"translate({x} {y})\">");
        cell(&mut svg, molecule, lines, cell_height);
        svg.push_str("</g>\n");
    }
    svg.push_str("</svg>\n");
    svg
}

fn cell(svg: &mut String, molecule: &MolecularGraph, lines: &[String], height: f64) {
    if !molecule.is_valid(Validity::Sanitized) {
        let _ = writeln!(
            svg,
            "<rect x=\"3\" y=\"3\" width=\"{}\" height=\"{}\" rx=\"6\" fill=\"#fdeceb\"/>",
            CELL - 6.0,
            height - 6.0
        );
    }
    let layout = Layout::of(molecule);
    let (places, bond) = fit(layout.positions());
    let scale = Scale::for_bonds(bond);
    let labels = labels(molecule, &places, scale);
    bond_lines::draw(svg, molecule, &layout, &places, &labels, scale);
    for label in labels.iter().flatten() {
        label.draw(svg);
    }
    caption(svg, lines);
}

/// Positions in pixels, with y pointing downward, centered in the cell, and the length of a bond.
fn fit(positions: &[[f64; 2]]) -> (Vec<[f64; 2]>, f64) {
    let mut low = [f64::INFINITY; 2];
    let mut high = [f64::NEG_INFINITY; 2];
    for position in positions {
        for axis in 0..2 {
            low[axis] = low[axis].min(position[axis]);
            high[axis] = high[axis].max(position[axis]);
        }
    }
    let extent = (high[0] - low[0]).max(high[1] - low[1]).max(f64::EPSILON);
    let scale = (LONGEST_BOND / UNIT).min((CELL - 2.0 * MARGIN) / extent);
    let place = |&[x, y]: &[f64; 2]| {
        [
            CELL / 2.0 + scale * (x - (low[0] + high[0]) / 2.0),
            CELL / 2.0 - scale * (y - (low[1] + high[1]) / 2.0),
        ]
    };
    (positions.iter().map(place).collect(), scale * UNIT)
}

/// The label in lines as wide as a cell; longer text ends with an ellipsis.
fn caption_lines(label: &str) -> Vec<String> {
    let widest = (CELL - 10.0) / CAPTION_SIZE;
    let mut lines = vec![String::new()];
    let mut width = 0.0;
    for letter in label.chars().filter(|letter| !letter.is_control()) {
        let more = width_of(letter.encode_utf8(&mut [0; 4]));
        if width + more > widest {
            if lines.len() == CAPTION_LINES {
                let cut = lines.pop().unwrap_or_default();
                let kept = cut.chars().count() - 2;
                lines.push(cut.chars().take(kept).chain(['…']).collect());
                break;
            }
            lines.push(String::new());
            width = 0.0;
        }
        width += more;
        if let Some(line) = lines.last_mut() {
            line.push(letter);
        }
    }
    lines
}

fn caption(svg: &mut String, lines: &[String]) {
    for (index, line) in lines.iter().enumerate() {
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" font-size=\"{CAPTION_SIZE}\" fill=\"#444444\" \
             text-anchor=\"middle\">{}</text>",
            CELL / 2.0,
            CELL + CAPTION / 2.0 + index as f64 * CAPTION_LINE,
            escaped(line)
        );
    }
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
        let labeled: Vec<_> = graphs.iter().map(|graph| (graph, "<a&b>".into())).collect();
        grid(&labeled, columns)
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
        let (places, bond) = fit(Layout::of(&graph).positions());
        assert!(bond < LONGEST_BOND / 2.0);
        let inside = |value: f64| (MARGIN - 1e-9..=CELL - MARGIN + 1e-9).contains(&value);
        assert!(places.iter().flatten().all(|&value| inside(value)));
    }

    #[test]
    fn captions_are_whole_up_to_four_lines() {
        assert_eq!(caption_lines("CCO"), ["CCO"]);
        let long = "C[C@@H]1CC[C@H]2[C@@H](C)C(=O)O[C@@H]3O[C@@]4(C)CC[C@@H]1[C@@]23OO4";
        let lines = caption_lines(long);
        assert!(lines.len() > 1 && lines.concat() == long);
        let cut = caption_lines(&"C".repeat(200));
        assert!(cut.len() == CAPTION_LINES && cut[CAPTION_LINES - 1].ends_with('…'));
        for line in lines.iter().chain(&cut) {
            assert!(width_of(line) * CAPTION_SIZE < CELL, "{line}");
        }
        let svg = picture(&["CC"], 1);
        assert!(svg.contains("height=\"204\""));
    }

    #[test]
    fn single_atoms_and_nothing_are_drawn() {
        let methane = picture(&["C"], 5);
        assert!(methane.contains(">C</text>") && !methane.contains("NaN"));
        assert!(picture(&[], 0).ends_with("</svg>\n"));
    }
}
