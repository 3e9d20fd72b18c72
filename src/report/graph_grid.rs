use std::{fmt::Write, path::Path};

use super::{
    ReportError,
    canvas::{color, write_picture},
};

/// Size of the square that a graph is drawn in, in SVG units.
const CELL: f64 = 180.0;
const MARGIN: f64 = 16.0;
const CAPTION: f64 = 22.0;
const HEADER: f64 = 58.0;
const LEGEND: f64 = 26.0;
/// Approximate width of a letter of the captions.
const LETTER: f64 = 6.2;
/// How far the farthest node fades toward white.
const FADE: f64 = 0.65;
/// Stroke width and dashes of the kinds of edges.
const STROKES: [(f64, &str); 5] = [
    (1.4, ""),
    (3.2, ""),
    (1.4, "5 3"),
    (2.4, "1.5 3"),
    (3.2, "8 3"),
];

/// A graph with the positions of its nodes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GraphDrawing {
    /// A line below the graph; truncated if it is too long.
    pub caption: String,
    /// Position of each node; the second axis points upward.
    pub places: Vec<[f64; 2]>,
    /// Height of each node above the plane; lower ones are paler. Empty if all are equal.
    pub heights: Vec<f64>,
    /// Kind of each node, which determines its color. Empty if all are equal.
    pub node_kinds: Vec<usize>,
    /// The two nodes and the kind of each edge.
    pub edges: Vec<([usize; 2], usize)>,
}

/// Graphs in rows under a title.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GraphGrid {
    /// Title of the picture.
    pub title: String,
    /// Data and settings.
    pub subtitle: String,
    /// Number of graphs in a row; 0 is treated as 1.
    pub columns: usize,
    /// Whether all graphs are drawn to one scale, for positions in one unit.
    pub same_scale: bool,
    /// Names of the kinds of nodes for the legend, which is drawn for two or more.
    pub node_kinds: Vec<String>,
    /// Names of the kinds of edges, in the same way.
    pub edge_kinds: Vec<String>,
    /// The graphs, row by row.
    pub drawings: Vec<GraphDrawing>,
}

impl GraphGrid {
    /// Draws the graphs as SVG.
    ///
    /// # Errors
    /// Returns [`ReportError::Drawing`] if a position is not finite, an edge has a missing node, or
    /// heights or kinds are given for only some of the nodes.
    pub fn to_svg(&self) -> Result<String, ReportError> {
        for (number, drawing) in self.drawings.iter().enumerate() {
            drawing.check().map_err(|reason| ReportError::Drawing {
                what: self.title.clone(),
                reason: format!("graph {number}: {reason}"),
            })?;
        }
        let columns = self.columns.clamp(1, self.drawings.len().max(1));
        let rows = self.drawings.len().div_ceil(columns);
        let legend = self.legend();
        let top = HEADER + if legend.is_empty() { 0.0 } else { LEGEND };
        let width = (columns as f64 * CELL).max(3.0 * CELL);
        let height = top + rows as f64 * (CELL + CAPTION);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" font-family=\"DejaVu Sans\">\n\
             <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n\
             <text x=\"16\" y=\"28\" font-size=\"19\" font-weight=\"bold\">{}</text>\n\
             <text x=\"16\" y=\"50\" font-size=\"13\" fill=\"#4d4d4d\">{}</text>\n{legend}",
            escaped(&self.title),
            escaped(&self.subtitle)
        );
        let extents = self.drawings.iter().map(|drawing| drawing.extent().1);
        let largest = extents.fold(0.0, f64::max);
        for (at, drawing) in self.drawings.iter().enumerate() {
            let (x, y) = ((at % columns) as f64 * CELL, (at / columns) as f64);
            let y = top + y * (CELL + CAPTION);
            // Writing to a string does not fail.
            let _ = writeln!(svg, "<g transform=\"translate({x} {y})\">");
            drawing.draw(&mut svg, self.same_scale.then_some(largest));
            svg.push_str("</g>\n");
        }
        svg.push_str("</svg>\n");
        Ok(svg)
    }

    /// Writes `<stem>.svg` and `<stem>.png` into a folder.
    ///
    /// # Errors
    /// Returns [`ReportError`] if drawing or writing fails.
    pub fn write(&self, directory: &Path, stem: &str) -> Result<(), ReportError> {
        write_picture(&self.to_svg()?, directory, stem)
    }

    fn legend(&self) -> String {
        let mut svg = String::new();
        let (mut x, y) = (16.0, HEADER + 12.0);
        let mut entry = |mark: String, name: &str| {
            let text = format!(
                "<text x=\"28\" y=\"4\" font-size=\"12\">{}</text>",
                escaped(name)
            );
            let _ = writeln!(svg, "<g transform=\"translate({x} {y})\">{mark}{text}</g>");
            x += 46.0 + 1.15 * LETTER * name.chars().count() as f64;
        };
        if self.node_kinds.len() > 1 {
            for (kind, name) in self.node_kinds.iter().enumerate() {
                let fill = shade(kind, 0.0);
                entry(format!("<circle cx=\"14\" r=\"5\" fill=\"{fill}\"/>"), name);
            }
        }
        if self.edge_kinds.len() > 1 {
            for (kind, name) in self.edge_kinds.iter().enumerate() {
                let stroke = stroke(kind, 0.0);
                entry(format!("<line x2=\"24\" {stroke}/>"), name);
            }
        }
        svg
    }
}

impl GraphDrawing {
    fn check(&self) -> Result<(), String> {
        let nodes = self.places.len();
        let lists = [
            ("heights", self.heights.len()),
            ("kinds", self.node_kinds.len()),
        ];
        if let Some((what, found)) = lists.iter().find(|(_, len)| *len != 0 && *len != nodes) {
            return Err(format!("{found} {what} of {nodes} nodes"));
        }
        let mut numbers = self.places.iter().flatten().chain(&self.heights);
        if let Some(value) = numbers.find(|value| !value.is_finite()) {
            return Err(format!("a coordinate is {value}"));
        }
        let mut ends = self.edges.iter().flat_map(|(ends, _)| ends);
        match ends.find(|&&node| node >= nodes) {
            Some(node) => Err(format!("an edge ends at node {node} of {nodes}")),
            None => Ok(()),
        }
    }

    /// The center and the larger side of the bounding box.
    fn extent(&self) -> ([f64; 2], f64) {
        let mut middle = [0.0; 2];
        let mut side: f64 = 0.0;
        for axis in 0..2 {
            let values = || self.places.iter().map(|place| place[axis]);
            let low = values().fold(f64::INFINITY, f64::min);
            let high = values().fold(f64::NEG_INFINITY, f64::max);
            if low <= high {
                middle[axis] = low / 2.0 + high / 2.0;
                side = side.max(high - low);
            }
        }
        (middle, side)
    }

    fn draw(&self, svg: &mut String, common: Option<f64>) {
        let (middle, own) = self.extent();
        let side = common.unwrap_or(own).max(f64::MIN_POSITIVE);
        let scale = match own > 0.0 {
            true => (CELL - 2.0 * MARGIN) / side,
            false => 0.0,
        };
        let places: Vec<[f64; 2]> = self
            .places
            .iter()
            .map(|[x, y]| {
                [
                    CELL / 2.0 + scale * (x - middle[0]),
                    CELL / 2.0 - scale * (y - middle[1]),
                ]
            })
            .collect();
        let low = self.heights.iter().copied().fold(f64::INFINITY, f64::min);
        let high = self
            .heights
            .iter()
            .copied()
            .fold(f64::NEG_INFINITY, f64::max);
        let fade = |node: usize| match self.heights.get(node) {
            Some(height) if high > low => FADE * (high - height) / (high - low),
            _ => 0.0,
        };
        for &([i, j], kind) in &self.edges {
            let ([x1, y1], [x2, y2]) = (places[i], places[j]);
            let stroke = stroke(kind, (fade(i) + fade(j)) / 2.0);
            let _ = writeln!(
                svg,
                "<line x1=\"{x1:.2}\" y1=\"{y1:.2}\" x2=\"{x2:.2}\" y2=\"{y2:.2}\" {stroke}/>"
            );
        }
        let mut order: Vec<usize> = (0..places.len()).collect();
        // The closest last.
        order.sort_by(|&a, &b| fade(b).total_cmp(&fade(a)));
        let radius = (24.0 / (places.len().max(1) as f64).sqrt()).clamp(2.2, 6.0);
        for node in order {
            let [x, y] = places[node];
            let kind = self.node_kinds.get(node).copied().unwrap_or(0);
            let fill = shade(kind, fade(node));
            let _ = writeln!(
                svg,
                "<circle cx=\"{x:.2}\" cy=\"{y:.2}\" r=\"{radius:.2}\" fill=\"{fill}\" \
                 stroke=\"#ffffff\" stroke-width=\"0.8\"/>"
            );
        }
        let most = (CELL / LETTER) as usize;
        let mut caption: String = self.caption.chars().take(most).collect();
        if self.caption.chars().count() > most {
            caption.pop();
            caption.push('…');
        }
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" font-size=\"10\" fill=\"#4d4d4d\" \
             text-anchor=\"middle\">{}</text>",
            CELL / 2.0,
            CELL + 8.0,
            escaped(&caption)
        );
    }
}

/// The color of a kind of node, mixed with white.
fn shade(kind: usize, fade: f64) -> String {
    let color = color(kind);
    mixed([color.0, color.1, color.2], fade)
}

fn stroke(kind: usize, fade: f64) -> String {
    let (width, dashes) = STROKES[kind % STROKES.len()];
    let color = mixed([96; 3], fade);
    match dashes.is_empty() {
        true => format!("stroke=\"{color}\" stroke-width=\"{width}\""),
        false => {
            format!("stroke=\"{color}\" stroke-width=\"{width}\" stroke-dasharray=\"{dashes}\"")
        }
    }
}

fn mixed(color: [u8; 3], fade: f64) -> String {
    let part = |value: u8| (f64::from(value) * (1.0 - fade) + 255.0 * fade).round() as u8;
    let [red, green, blue] = color.map(part);
    format!("#{red:02x}{green:02x}{blue:02x}")
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.chars().filter(|letter| !letter.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::svg_to_png;

    fn triangle() -> GraphDrawing {
        GraphDrawing {
            caption: "a <b> & c, with a caption that is longer than its graph is wide".into(),
            places: vec![[0.0, 0.0], [2.0, 0.0], [1.0, 1.0]],
            heights: vec![0.0, 1.0, 0.5],
            node_kinds: vec![0, 1, 7],
            edges: vec![([0, 1], 0), ([1, 2], 1), ([0, 2], 9)],
        }
    }

    #[test]
    fn every_node_and_edge_is_drawn() {
        let grid = GraphGrid {
            title: "Title".into(),
            columns: 2,
            node_kinds: vec!["C".into(), "N".into()],
            edge_kinds: vec!["single".into(), "double".into()],
            drawings: vec![triangle(), GraphDrawing::default(), triangle()],
            ..GraphGrid::default()
        };
        let svg = grid.to_svg().unwrap();
        assert_eq!(svg.matches("<circle").count(), 2 * 3 + 2);
        assert_eq!(svg.matches("<line").count(), 2 * 3 + 2);
        assert!(svg.contains("a &lt;b> &amp; c") && svg.contains('…'));
        svg_to_png(&svg, 0.5).unwrap();
        let dir = tempfile::tempdir().unwrap();
        grid.write(dir.path(), "graphs").unwrap();
        assert!(dir.path().join("graphs.png").is_file());
    }

    #[test]
    fn one_common_scale_preserves_size_differences() {
        let mut small = triangle();
        small.places = vec![[0.0, 0.0], [1.0, 0.0], [0.5, 0.5]];
        let grid = |same_scale| GraphGrid {
            same_scale,
            drawings: vec![triangle(), small.clone()],
            ..GraphGrid::default()
        };
        let lines = |grid: GraphGrid| {
            let svg = grid.to_svg().unwrap();
            let first = |graph: &str| {
                graph
                    .lines()
                    .find(|l| l.starts_with("<line"))
                    .map(str::to_owned)
            };
            let graphs: Vec<&str> = svg.split("<g transform").collect();
            [first(graphs[1]), first(graphs[2])]
        };
        let [large, small] = lines(grid(true));
        assert!(large.is_some() && large != small);
        let [large, small] = lines(grid(false));
        assert_eq!(large, small);
    }

    #[test]
    fn drawings_that_do_not_fit_are_rejected() {
        let error = |change: fn(&mut GraphDrawing)| {
            let mut drawing = triangle();
            change(&mut drawing);
            let drawings = vec![drawing];
            let grid = GraphGrid {
                title: "T".into(),
                drawings,
                ..GraphGrid::default()
            };
            grid.to_svg().unwrap_err().to_string()
        };
        assert_eq!(
            error(|drawing| drawing.edges.push(([0, 3], 0))),
            "cannot draw T: graph 0: an edge ends at node 3 of 3"
        );
        assert!(error(|drawing| drawing.places[1][0] = f64::NAN).contains("a coordinate is NaN"));
        assert!(error(|drawing| drawing.heights.truncate(1)).contains("1 heights of 3 nodes"));
    }
}
