use std::path::Path;

use plotters::{
    coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter},
    prelude::*,
    style::FontStyle,
};

use super::{ReportError, error::write_file, svg_to_png};

/// Colours that people with colour blindness can tell apart (Okabe and Ito).
const COLOURS: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
    RGBColor(0, 0, 0),
];

/// Size of one panel in SVG units.
const PANEL: (u32, u32) = (560, 420);
/// Height of title and subtitle.
const HEADER: u32 = 58;
/// Pixels of the PNG per SVG unit.
const PNG_SCALE: f32 = 1.5;

/// A part of a picture.
pub(super) type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

/// The colour of a place in the palette.
pub(super) fn colour(place: usize) -> RGBColor {
    COLOURS[place % COLOURS.len()]
}

/// A title, a subtitle, and panels in rows.
pub(super) struct Picture<'a> {
    pub(super) title: &'a str,
    pub(super) subtitle: &'a str,
    /// Panels in a row.
    pub(super) columns: usize,
}

impl Picture<'_> {
    /// Draws each panel in an area of its own.
    pub(super) fn to_svg<P>(
        &self,
        panels: &[P],
        draw: impl Fn(&P, &Area<'_>) -> Result<(), String>,
    ) -> Result<String, ReportError> {
        let mut svg = String::new();
        self.draw(&mut svg, panels, draw)
            .map_err(|reason| ReportError::Drawing {
                what: self.title.to_owned(),
                reason,
            })?;
        Ok(svg)
    }

    fn draw<P>(
        &self,
        svg: &mut String,
        panels: &[P],
        draw: impl Fn(&P, &Area<'_>) -> Result<(), String>,
    ) -> Result<(), String> {
        let columns = self.columns.clamp(1, panels.len().max(1));
        let rows = panels.len().div_ceil(columns).max(1);
        let size = (PANEL.0 * columns as u32, PANEL.1 * rows as u32 + HEADER);
        let root = SVGBackend::with_string(svg, size).into_drawing_area();
        root.fill(&WHITE).map_err(text)?;
        let (header, body) = root.split_vertically(HEADER);
        let bold = ("sans-serif", 19, FontStyle::Bold).into_font();
        let title = Text::new(self.title.to_owned(), (16, 12), bold);
        header.draw(&title).map_err(text)?;
        let plain = ("sans-serif", 13).into_font().color(&BLACK.mix(0.7));
        let subtitle = Text::new(self.subtitle.to_owned(), (16, 38), plain);
        header.draw(&subtitle).map_err(text)?;
        for (panel, area) in panels.iter().zip(body.split_evenly((rows, columns))) {
            draw(panel, &area)?;
        }
        root.present().map_err(text)
    }
}

/// Writes `<stem>.svg` and `<stem>.png` into a folder.
pub(crate) fn write_picture(svg: &str, directory: &Path, stem: &str) -> Result<(), ReportError> {
    let png = svg_to_png(svg, PNG_SCALE)?;
    write_file(&directory.join(format!("{stem}.svg")), svg.as_bytes())?;
    write_file(&directory.join(format!("{stem}.png")), &png)
}

pub(super) fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// Plotters' linear axis, with the same number format.
pub(super) struct LinearAxis(plotters::coord::types::RangedCoordf64);

impl LinearAxis {
    pub(super) fn new(low: f64, high: f64) -> Self {
        Self((low..high).into())
    }
}

impl Ranged for LinearAxis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        self.0.map(value, limit)
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        self.0.key_points(hint)
    }

    fn range(&self) -> std::ops::Range<f64> {
        self.0.range()
    }
}

impl ValueFormatter<f64> for LinearAxis {
    fn format(value: &f64) -> String {
        tick(*value)
    }
}

pub(super) fn tick(value: f64) -> String {
    let magnitude = value.abs();
    if value != 0.0 && !(1e-3..1e5).contains(&magnitude) {
        return format!("{value:.0e}");
    }
    // Rounding away the noise of decimal steps in binary.
    ((value * 1e6).round() / 1e6).to_string()
}
