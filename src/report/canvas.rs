use std::path::Path;

use plotters::{prelude::*, style::FontStyle};

use super::{ReportError, error::write_file, svg_to_png};

/// Colors that are distinguishable with color blindness (Okabe and Ito).
const COLORS: [RGBColor; 7] = [
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
/// Height of title and a subtitle of one line.
const HEADER: u32 = 58;
/// Height of each further line of the subtitle.
const SUBTITLE_LINE: u32 = 17;
/// Average width of a character of the subtitle, in tenths of a unit, with some margin.
const SUBTITLE_CHARACTER: u32 = 57;
/// Pixels of the PNG per SVG unit.
const PNG_SCALE: f32 = 1.5;

/// A part of a picture.
pub(super) type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

/// Returns the color at a position in the palette.
pub(super) fn color(place: usize) -> RGBColor {
    COLORS[place % COLORS.len()]
}

/// A title, a subtitle, and panels in rows.
pub(super) struct Picture<'a> {
    pub(super) title: &'a str,
    pub(super) subtitle: &'a str,
    /// Number of panels in a row.
    pub(super) columns: usize,
}

impl Picture<'_> {
    /// Draws each panel in its own area.
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
        let width = PANEL.0 * columns as u32;
        let subtitle = lines_of(
            self.subtitle,
            ((width - 32) * 10 / SUBTITLE_CHARACTER) as usize,
        );
        let more = SUBTITLE_LINE * subtitle.len().saturating_sub(1) as u32;
        let size = (width, PANEL.1 * rows as u32 + HEADER + more);
        let root = SVGBackend::with_string(svg, size).into_drawing_area();
        root.fill(&WHITE).map_err(text)?;
        let (header, body) = root.split_vertically(HEADER + more);
        let bold = ("sans-serif", 19, FontStyle::Bold).into_font();
        let title = Text::new(self.title.to_owned(), (16, 12), bold);
        header.draw(&title).map_err(text)?;
        let plain = ("sans-serif", 13).into_font().color(&BLACK.mix(0.7));
        for (place, line) in subtitle.into_iter().enumerate() {
            let top = 38 + SUBTITLE_LINE as i32 * place as i32;
            let line = Text::new(line, (16, top), plain.clone());
            header.draw(&line).map_err(text)?;
        }
        for (panel, area) in panels.iter().zip(body.split_evenly((rows, columns))) {
            draw(panel, &area)?;
        }
        root.present().map_err(text)
    }
}

/// Splits a text into lines of at most `most` characters, between words.
fn lines_of(text: &str, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= most => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// An entry of a legend: its name, its color, and whether it is an area or a line.
pub(super) struct LegendEntry<'a> {
    pub(super) label: &'a str,
    pub(super) color: RGBAColor,
    pub(super) filled: bool,
}

/// The width of a label in a legend. DejaVu Sans is 0.6 of its size on average; an area has no font
/// metrics.
fn label_width(label: &str) -> i32 {
    label.chars().count() as i32 * LEGEND_SIZE * 3 / 5
}

const LEGEND_SIZE: i32 = 13;
/// Height of a line of a legend.
pub(super) const LEGEND_LINE: i32 = 19;

/// Breaks a legend into lines that fit between the margins.
pub(super) fn legend_lines<'a>(width: i32, labels: &[&'a str]) -> Vec<Vec<&'a str>> {
    let mut lines: Vec<Vec<&str>> = Vec::new();
    let mut right = i32::MAX;
    for label in labels {
        let wanted = label_width(label) + 42;
        if right.saturating_add(wanted) > width - 16 {
            lines.push(Vec::new());
            right = 76;
        }
        right += wanted;
        if let Some(line) = lines.last_mut() {
            line.push(label);
        }
    }
    lines
}

/// Draws lines of a legend from the left margin, outside the plot, so that they hide no data.
pub(super) fn draw_legend_lines(
    area: &Area<'_>,
    mut top: i32,
    lines: &[Vec<&str>],
    colors: &[RGBAColor],
) -> Result<(), String> {
    let mut colors = colors.iter();
    for line in lines {
        let mut left = 76;
        for label in line {
            if let Some(color) = colors.next() {
                let mark = [(left, top + 6), (left + 20, top + 6)];
                let mark = PathElement::new(mark, color.stroke_width(2));
                area.draw(&mark).map_err(text)?;
            }
            let font = ("sans-serif", LEGEND_SIZE).into_font();
            let name = Text::new((*label).to_owned(), (left + 26, top), font);
            area.draw(&name).map_err(text)?;
            left += label_width(label) + 42;
        }
        top += LEGEND_LINE;
    }
    Ok(())
}

/// Draws a legend in one line that ends at the right margin, outside the plot, so that it hides no
/// data.
pub(super) fn draw_legend(
    area: &Area<'_>,
    top: i32,
    entries: &[LegendEntry<'_>],
) -> Result<(), String> {
    let mut right = area.dim_in_pixel().0 as i32 - 16;
    for entry in entries.iter().rev() {
        let left = right - label_width(entry.label);
        let font = ("sans-serif", LEGEND_SIZE).into_font();
        let label = Text::new(entry.label.to_owned(), (left, top), font);
        area.draw(&label).map_err(text)?;
        let mark = [(left - 26, top), (left - 6, top + 10)];
        if entry.filled {
            let area_mark = Rectangle::new(mark, entry.color.filled());
            area.draw(&area_mark).map_err(text)?;
        } else {
            let line = [(left - 26, top + 5), (left - 6, top + 5)];
            let line = PathElement::new(line, entry.color.stroke_width(2));
            area.draw(&line).map_err(text)?;
        }
        right = left - 42;
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subtitles_are_broken_between_words() {
        let text = "4 sessions each; note: the benchmark is no equilibrium";
        assert_eq!(lines_of(text, 100), [text]);
        let lines = lines_of(text, 20);
        assert_eq!(lines.join(" "), text);
        assert!(
            lines.iter().all(|line| line.chars().count() <= 20),
            "{lines:?}"
        );
        assert_eq!(lines_of("", 20), [""]);
    }

    #[test]
    fn a_long_subtitle_makes_room() {
        let svg = |subtitle: &str| {
            let picture = Picture {
                title: "title",
                subtitle,
                columns: 1,
            };
            picture.to_svg(&[()], |(), _| Ok(())).unwrap()
        };
        let (short, long) = (svg("short"), svg(&"a few words ".repeat(12)));
        assert!(short.contains("height=\"478\""), "{short}");
        assert!(long.contains("height=\"495\""), "{long}");
    }
}
