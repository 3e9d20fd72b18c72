use std::path::Path;

use plotters::{
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use super::{
    ReportError,
    axes::tick,
    canvas::{Area, Picture, text, write_picture},
};

/// Space for names and marks around the cells, in SVG units: left, right, top, bottom.
const MARGINS: [i32; 4] = [92, 96, 34, 62];
/// Width of the scale of colors.
const SCALE: i32 = 14;
/// Minimum width and height of cells that show their value as text.
const WRITTEN: (i32, i32) = (34, 16);
/// Colors from the lowest to the highest value, in steps that grow lighter.
const STOPS: [(f64, f64, f64); 5] = [
    (40.0, 20.0, 80.0),
    (50.0, 85.0, 140.0),
    (35.0, 145.0, 140.0),
    (110.0, 200.0, 90.0),
    (250.0, 230.0, 60.0),
];
/// The color of a cell without a value.
const NOTHING: RGBColor = RGBColor(215, 215, 215);

/// A table of numbers as colored cells over two axes of named values.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatMap {
    /// Name of the panel.
    pub title: String,
    /// Name and unit of the x axis.
    pub x_label: String,
    /// Name and unit of the y axis.
    pub y_label: String,
    /// The values of the x axis, from left to right.
    pub x: Vec<String>,
    /// The values of the y axis, from below.
    pub y: Vec<String>,
    /// One row per value of the y axis, as long as the x axis; cells that are not finite are gray.
    pub values: Vec<Vec<f64>>,
    /// The values of the darkest and the lightest color; if `None`, the range of the cells.
    pub range: Option<(f64, f64)>,
}

/// Heat maps under a title, three in a row.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatMapFigure {
    /// Title of the figure.
    pub title: String,
    /// Data and settings.
    pub subtitle: String,
    /// The panels, from left to right, then down.
    pub panels: Vec<HeatMap>,
}

impl HeatMapFigure {
    /// Draws the figure as SVG.
    ///
    /// # Errors
    /// Returns [`ReportError::Drawing`] if the drawing library fails.
    pub fn to_svg(&self) -> Result<String, ReportError> {
        let picture = Picture {
            title: &self.title,
            subtitle: &self.subtitle,
            columns: self.panels.len().min(3),
        };
        picture.to_svg(&self.panels, HeatMap::draw)
    }

    /// Writes `<stem>.svg` and `<stem>.png` into a folder.
    ///
    /// # Errors
    /// Returns [`ReportError`] if drawing or writing fails.
    pub fn write(&self, directory: &Path, stem: &str) -> Result<(), ReportError> {
        write_picture(&self.to_svg()?, directory, stem)
    }
}

impl HeatMap {
    /// The lowest and the highest value of the scale, never the same.
    fn bounds(&self) -> (f64, f64) {
        let shown = || {
            self.values
                .iter()
                .flatten()
                .copied()
                .filter(|v| v.is_finite())
        };
        let (low, high) = self.range.unwrap_or_else(|| {
            (
                shown().fold(f64::INFINITY, f64::min),
                shown().fold(f64::NEG_INFINITY, f64::max),
            )
        });
        match low < high {
            true => (low, high),
            false if low.is_finite() && low == high => (low - 0.5, high + 0.5),
            false => (0.0, 1.0),
        }
    }

    fn draw(&self, area: &Area<'_>) -> Result<(), String> {
        let (width, height) = area.dim_in_pixel();
        let (width, height) = (width as i32, height as i32);
        let [left, right, top, bottom] = MARGINS;
        let (inner_width, inner_height) = (width - left - right, height - top - bottom);
        let (columns, rows) = (self.x.len().max(1) as i32, self.y.len().max(1) as i32);
        let (low, high) = self.bounds();
        let place = |value: f64| ((value - low) / (high - low)).clamp(0.0, 1.0);
        let label = |name: &str, at: (i32, i32), size: i32, pos: Pos| {
            let style = TextStyle::from(("sans-serif", size).into_font()).pos(pos);
            area.draw_text(name, &style, at).map_err(text)
        };
        let above = Pos::new(HPos::Center, VPos::Top);
        label(&self.title, (left, 8), 15, Pos::new(HPos::Left, VPos::Top))?;
        let x_of = |column: i32| left + inner_width * column / columns;
        let y_of = |row: i32| top + inner_height * (rows - row) / rows;
        let (cell_width, cell_height) = (inner_width / columns, inner_height / rows);
        let is_written = cell_width >= WRITTEN.0 && cell_height >= WRITTEN.1;
        for (row, values) in (0..).zip(&self.values) {
            for (column, &value) in (0..).zip(values) {
                let corners = [(x_of(column), y_of(row + 1)), (x_of(column + 1), y_of(row))];
                let shade = match value.is_finite() {
                    true => color_at(place(value)),
                    false => NOTHING,
                };
                area.draw(&Rectangle::new(corners, shade.filled()))
                    .map_err(text)?;
                if is_written {
                    let (name, ink) = match value.is_finite() {
                        true if place(value) > 0.55 => (format!("{value:.2}"), BLACK),
                        true => (format!("{value:.2}"), WHITE),
                        false => ("×".to_owned(), BLACK),
                    };
                    let middle = (
                        (corners[0].0 + corners[1].0) / 2,
                        (corners[0].1 + corners[1].1) / 2,
                    );
                    let centered = Pos::new(HPos::Center, VPos::Center);
                    let font = ("sans-serif", 11).into_font().color(&ink);
                    let style = font.pos(centered);
                    area.draw_text(&name, &style, middle).map_err(text)?;
                }
            }
        }
        // As many names as fit.
        let every = |names: &[String], room: i32, each: i32| {
            let longest = names
                .iter()
                .map(|name| name.chars().count())
                .max()
                .unwrap_or(0) as i32;
            let needed = if each == 0 { 16 } else { each * longest + 10 };
            (needed + room - 1) / room.max(1)
        };
        let step = every(&self.x, cell_width, 7).max(1) as usize;
        for (column, name) in self.x.iter().enumerate().step_by(step) {
            let middle = x_of(column as i32) + cell_width / 2;
            label(name, (middle, height - bottom + 6), 12, above)?;
        }
        let beside = Pos::new(HPos::Right, VPos::Center);
        let step = every(&self.y, cell_height, 0).max(1) as usize;
        for (row, name) in self.y.iter().enumerate().step_by(step) {
            let middle = y_of(row as i32) - cell_height / 2;
            label(name, (left - 8, middle), 12, beside)?;
        }
        label(
            &self.x_label,
            (left + inner_width / 2, height - 28),
            13,
            above,
        )?;
        let turned = ("sans-serif", 13)
            .into_font()
            .transform(FontTransform::Rotate270);
        let style = TextStyle::from(turned).pos(Pos::new(HPos::Center, VPos::Center));
        let at = (18, top + inner_height / 2);
        area.draw_text(&self.y_label, &style, at).map_err(text)?;
        // The scale.
        let bar = width - right + 22;
        for step in 0..inner_height {
            let share = f64::from(step) / f64::from(inner_height.max(1));
            let y = height - bottom - step;
            // Lines overlap, so that there are no gaps when the picture is scaled.
            let line = [(bar, y - 2), (bar + SCALE, y)];
            area.draw(&Rectangle::new(line, color_at(share).filled()))
                .map_err(text)?;
        }
        for mark in 0..=4 {
            let share = f64::from(mark) / 4.0;
            let value = low + share * (high - low);
            let y = height - bottom - (share * f64::from(inner_height)).round() as i32;
            let name = tick((value * 1e3).round() / 1e3);
            let pos = Pos::new(HPos::Left, VPos::Center);
            label(&name, (bar + SCALE + 6, y), 12, pos)?;
        }
        Ok(())
    }
}

/// The color at a place from 0 to 1.
fn color_at(share: f64) -> RGBColor {
    let steps = (STOPS.len() - 1) as f64;
    let at = (share * steps).min(steps - 1e-9);
    let (from, to) = (STOPS[at as usize], STOPS[at as usize + 1]);
    let mix = |from: f64, to: f64| (from + at.fract() * (to - from)).round() as u8;
    RGBColor(mix(from.0, to.0), mix(from.1, to.1), mix(from.2, to.2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::svg_to_png;

    fn figure(columns: usize, rows: usize, value: impl Fn(usize, usize) -> f64) -> HeatMapFigure {
        let names = |count: usize| (0..count).map(|one| format!("0.{one}")).collect();
        HeatMapFigure {
            title: "Gains".into(),
            subtitle: "20 sessions".into(),
            panels: vec![HeatMap {
                title: "Panel".into(),
                x_label: "β".into(),
                y_label: "α".into(),
                x: names(columns),
                y: names(rows),
                values: (0..rows)
                    .map(|row| (0..columns).map(|column| value(row, column)).collect())
                    .collect(),
                range: None,
            }],
        }
    }

    #[test]
    fn maps_render_for_all_data() {
        for (columns, rows) in [(0, 0), (1, 1), (10, 10), (3, 40)] {
            for value in [0.5, f64::NAN, f64::INFINITY] {
                let svg = figure(columns, rows, |_, _| value).to_svg().unwrap();
                assert!(svg.contains("Gains"));
                svg_to_png(&svg, 0.5).unwrap();
            }
        }
    }

    #[test]
    fn cells_show_their_value_and_color() {
        let svg = figure(2, 2, |row, column| (2 * row + column) as f64)
            .to_svg()
            .unwrap();
        for value in ["0.00", "1.00", "2.00", "3.00"] {
            assert!(svg.contains(value), "{value}");
        }
        let (first, last) = (color_at(0.0), color_at(1.0));
        for RGBColor(r, g, b) in [first, last] {
            let color = format!("#{r:02X}{g:02X}{b:02X}");
            assert!(svg.contains(&color), "{color}");
        }
        assert_eq!(figure(1, 1, |_, _| 2.0).panels[0].bounds(), (1.5, 2.5));
    }

    #[test]
    fn colors_grow_lighter() {
        let light = |share: f64| {
            let RGBColor(r, g, b) = color_at(share);
            0.3 * f64::from(r) + 0.59 * f64::from(g) + 0.11 * f64::from(b)
        };
        assert!(
            (0..20).all(|step| light(f64::from(step) / 20.0) < light(f64::from(step + 1) / 20.0))
        );
    }
}
