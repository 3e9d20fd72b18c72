use std::path::Path;

use plotters::{
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use super::{
    ReportError,
    axes::{LinearAxis, tick},
    canvas::{Area, Picture, color, text, write_picture},
};

/// Height of a panel's title.
const CAPTION: u32 = 30;
/// Half the height, in rows, that single values are spread over.
const SPREAD: f64 = 0.24;

/// A named row of a dot plot: single values, their mean and its interval.
#[derive(Clone, Debug, PartialEq)]
pub struct DotRow {
    /// Name next to the row.
    pub label: String,
    /// Position of the color in the palette.
    pub color: usize,
    /// The single values, drawn in a pale color; those that are not finite are left out.
    pub values: Vec<f64>,
    /// The mean; nothing is drawn if it is not finite.
    pub mean: f64,
    /// The ends of its interval; not drawn if they are not finite.
    pub interval: (f64, f64),
}

/// Named rows over a common axis, one panel.
#[derive(Clone, Debug, PartialEq)]
pub struct DotPlot {
    /// Name of the panel.
    pub title: String,
    /// Name and unit of the axis.
    pub x_label: String,
    /// The rows, from above.
    pub rows: Vec<DotRow>,
    /// Levels to compare with, each a name and a position on the axis.
    pub levels: Vec<(String, f64)>,
}

/// Dot plots under a title, three in a row.
#[derive(Clone, Debug, PartialEq)]
pub struct DotPlotFigure {
    /// Title of the figure.
    pub title: String,
    /// Data and settings.
    pub subtitle: String,
    /// The panels, from left to right, then down.
    pub panels: Vec<DotPlot>,
}

impl DotPlotFigure {
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
        picture.to_svg(&self.panels, DotPlot::draw)
    }

    /// Writes `<stem>.svg` and `<stem>.png` into a folder.
    ///
    /// # Errors
    /// Returns [`ReportError`] if drawing or writing fails.
    pub fn write(&self, directory: &Path, stem: &str) -> Result<(), ReportError> {
        write_picture(&self.to_svg()?, directory, stem)
    }
}

impl DotPlot {
    /// The ends of the axis.
    fn bounds(&self) -> (f64, f64) {
        let rows = self.rows.iter().flat_map(|row| {
            let ends = [row.mean, row.interval.0, row.interval.1];
            row.values.iter().copied().chain(ends)
        });
        let all = rows.chain(self.levels.iter().map(|(_, level)| *level));
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in all.filter(|value| value.is_finite()) {
            (low, high) = (low.min(value), high.max(value));
        }
        match low < high {
            true => {
                let pad = 0.05 * (high - low);
                (low - pad, high + pad)
            }
            false if low == high => (low - 0.5, high + 0.5),
            false => (0.0, 1.0),
        }
    }

    fn draw(&self, area: &Area<'_>) -> Result<(), String> {
        let (caption, plot) = area.split_vertically(CAPTION);
        let longest = self.rows.iter().map(|row| row.label.chars().count()).max();
        let names = (longest.unwrap_or(0) as u32 * 7 + 16).clamp(40, 230);
        let title = Text::new(self.title.clone(), (16, 8), ("sans-serif", 15).into_font());
        caption.draw(&title).map_err(text)?;
        let (low, high) = self.bounds();
        let count = self.rows.len().max(1);
        let mut chart = ChartBuilder::on(&plot)
            .margin(12)
            .margin_top(20)
            .x_label_area_size(42)
            .y_label_area_size(names)
            .build_cartesian_2d(LinearAxis::new(low, high), 0.0..count as f64)
            .map_err(text)?;
        chart
            .configure_mesh()
            .disable_y_mesh()
            .disable_y_axis()
            .x_label_formatter(&|x| tick(*x))
            .x_desc(&self.x_label)
            .axis_desc_style(("sans-serif", 13))
            .label_style(("sans-serif", 12))
            .light_line_style(TRANSPARENT)
            .bold_line_style(BLACK.mix(0.12))
            .draw()
            .map_err(text)?;
        let (pixels_x, pixels_y) = chart.plotting_area().get_pixel_range();
        let (base_x, base_y) = plot.get_base_pixel();
        let x_of = |value: f64| {
            let share = (value - low) / (high - low);
            pixels_x.start - base_x + (share * f64::from(pixels_x.end - pixels_x.start)) as i32
        };
        for (name, level) in self.levels.iter().filter(|(_, level)| level.is_finite()) {
            let line = PathElement::new([(*level, 0.0), (*level, count as f64)], BLACK.mix(0.55));
            chart.draw_series(std::iter::once(line)).map_err(text)?;
            let style = TextStyle::from(("sans-serif", 11).into_font());
            let style = style.pos(Pos::new(HPos::Center, VPos::Bottom));
            plot.draw_text(name, &style, (x_of(*level), pixels_y.start - base_y - 3))
                .map_err(text)?;
        }
        for (place, row) in self.rows.iter().enumerate() {
            let middle = count as f64 - place as f64 - 0.5;
            let shade = color(row.color);
            let values = row.values.iter().filter(|value| value.is_finite());
            let dots = values.enumerate().map(|(number, &value)| {
                // Spread evenly, so that equal values do not hide each other.
                let up = (number as f64 * 0.618_033_988_749_895).fract() * 2.0 - 1.0;
                Circle::new((value, middle + SPREAD * up), 2, shade.mix(0.25).filled())
            });
            chart.draw_series(dots).map_err(text)?;
            let (from, to) = row.interval;
            if from.is_finite() && to.is_finite() {
                let line = [(from, middle), (to, middle)];
                let line = PathElement::new(line, shade.stroke_width(3));
                chart.draw_series(std::iter::once(line)).map_err(text)?;
            }
            if row.mean.is_finite() {
                let dot = Circle::new((row.mean, middle), 5, shade.filled());
                chart.draw_series(std::iter::once(dot)).map_err(text)?;
            }
            let height = f64::from(pixels_y.end - pixels_y.start);
            let y = pixels_y.start - base_y + (height * (1.0 - middle / count as f64)) as i32;
            let style = TextStyle::from(("sans-serif", 12).into_font());
            let style = style.pos(Pos::new(HPos::Right, VPos::Center));
            plot.draw_text(&row.label, &style, (pixels_x.start - base_x - 8, y))
                .map_err(text)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::svg_to_png;

    #[test]
    fn plots_render_for_all_data() {
        let row = |values: &[f64], mean: f64| DotRow {
            label: "a policy with a long name".into(),
            color: 1,
            values: values.to_vec(),
            mean,
            interval: (mean - 0.1, mean + 0.1),
        };
        let cases = [
            vec![],
            vec![row(&[], f64::NAN)],
            vec![row(&[0.5], 0.5), row(&[f64::INFINITY, 0.2, 0.9], 0.55)],
        ];
        for rows in cases {
            let count = rows.len();
            let figure = DotPlotFigure {
                title: "Policies".into(),
                subtitle: "3 sessions".into(),
                panels: vec![DotPlot {
                    title: "gain".into(),
                    x_label: "Δ".into(),
                    rows,
                    levels: vec![("Nash".into(), 0.0), ("monopoly".into(), 1.0)],
                }],
            };
            let svg = figure.to_svg().unwrap();
            assert_eq!(svg.matches("a policy with a long name").count(), count);
            assert!(svg.contains("monopoly"));
            svg_to_png(&svg, 0.5).unwrap();
        }
    }
}
