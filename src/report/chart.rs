use std::path::Path;

use plotters::{
    coord::ranged1d::{Ranged, ValueFormatter},
    prelude::*,
};

use super::{
    ReportError,
    axes::{DecadeAxis, LinearAxis, tick},
    canvas::{
        Area, LEGEND_LINE, Picture, colour, draw_legend_lines, legend_lines, text, write_picture,
    },
};

/// Height of a panel's title.
const CAPTION: i32 = 32;

/// One curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Name in the legend.
    pub label: String,
    /// Position of the colour in the palette; equal numbers are equal colours in all panels.
    pub colour: usize,
    /// Points from left to right; points that are not finite interrupt nothing and are left out.
    pub points: Vec<(f64, f64)>,
    /// Half height of a band around the curve, for each point; empty for no band.
    pub spread: Vec<f64>,
}

/// One panel: curves over a linear x axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// Name of the panel.
    pub title: String,
    /// Name and unit of the x axis.
    pub x_label: String,
    /// Name and unit of the y axis.
    pub y_label: String,
    /// Whether the y axis is logarithmic; points at or below 0 are then left out.
    pub log_y: bool,
    /// The curves.
    pub series: Vec<Series>,
}

/// Panels side by side under a title.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// What the figure shows.
    pub title: String,
    /// Data and settings.
    pub subtitle: String,
    /// The panels, from left to right.
    pub panels: Vec<Chart>,
}

impl Figure {
    /// Draws the figure as SVG.
    ///
    /// # Errors
    /// [`ReportError::Drawing`] where the drawing library fails.
    pub fn to_svg(&self) -> Result<String, ReportError> {
        let picture = Picture {
            title: &self.title,
            subtitle: &self.subtitle,
            columns: self.panels.len(),
        };
        picture.to_svg(&self.panels, Chart::draw)
    }

    /// Writes `<stem>.svg` and `<stem>.png` into a folder.
    ///
    /// # Errors
    /// [`ReportError`].
    pub fn write(&self, directory: &Path, stem: &str) -> Result<(), ReportError> {
        write_picture(&self.to_svg()?, directory, stem)
    }
}

impl Chart {
    fn draw(&self, area: &Area<'_>) -> Result<(), String> {
        let ((x_low, x_high), (y_low, y_high)) = self.bounds();
        let labels: Vec<&str> = self
            .series
            .iter()
            .map(|series| series.label.as_str())
            .collect();
        let lines = legend_lines(area.dim_in_pixel().0 as i32, &labels);
        let caption = CAPTION + lines.len() as i32 * LEGEND_LINE;
        let (caption, plot) = area.split_vertically(caption);
        let name = ("sans-serif", 15).into_font();
        let title = Text::new(self.title.clone(), (76, 8), name);
        caption.draw(&title).map_err(text)?;
        let colours = self
            .series
            .iter()
            .map(|series| colour(series.colour).mix(1.0));
        let colours: Vec<_> = colours.collect();
        draw_legend_lines(&caption, CAPTION, &lines, &colours)?;
        let mut builder = ChartBuilder::on(&plot);
        builder
            .margin(14)
            .margin_top(6)
            .x_label_area_size(42)
            .y_label_area_size(62);
        if self.log_y {
            let y = DecadeAxis::new(y_low, y_high);
            let chart = builder.build_cartesian_2d(x_low..x_high, y).map_err(text)?;
            self.curves(chart)
        } else {
            let pad = 0.05 * (y_high - y_low);
            let y = LinearAxis::new(y_low - pad, y_high + pad);
            let chart = builder.build_cartesian_2d(x_low..x_high, y).map_err(text)?;
            self.curves(chart)
        }
    }

    fn curves<'a, 'b: 'a, Y>(
        &self,
        mut chart: ChartContext<
            'a,
            SVGBackend<'b>,
            Cartesian2d<plotters::coord::types::RangedCoordf64, Y>,
        >,
    ) -> Result<(), String>
    where
        Y: Ranged<ValueType = f64> + ValueFormatter<f64>,
    {
        chart
            .configure_mesh()
            .x_label_formatter(&|x| tick(*x))
            .x_desc(&self.x_label)
            .y_desc(&self.y_label)
            .axis_desc_style(("sans-serif", 13))
            .label_style(("sans-serif", 12))
            .light_line_style(TRANSPARENT)
            .bold_line_style(BLACK.mix(0.12))
            .draw()
            .map_err(text)?;
        // All bands lie below all curves.
        for series in &self.series {
            let band = self.band(series);
            if !band.is_empty() {
                let shade = colour(series.colour).mix(0.08);
                chart
                    .draw_series(std::iter::once(Polygon::new(band, shade)))
                    .map_err(text)?;
            }
        }
        for series in &self.series {
            let colour = colour(series.colour);
            let points: Vec<_> = series
                .points
                .iter()
                .copied()
                .filter(|&point| self.shows(point))
                .collect();
            chart
                .draw_series(LineSeries::new(points, colour.stroke_width(2)))
                .map_err(text)?;
        }
        Ok(())
    }

    fn shows(&self, (x, y): (f64, f64)) -> bool {
        x.is_finite() && y.is_finite() && (!self.log_y || y > 0.0)
    }

    /// The outline of the band: along the upper edge and back along the lower one.
    fn band(&self, series: &Series) -> Vec<(f64, f64)> {
        let edge = |sign: f64| {
            series
                .points
                .iter()
                .zip(&series.spread)
                .map(move |(&(x, y), spread)| (x, y + sign * spread))
        };
        let floor = self.bounds().1.0;
        let lower: Vec<_> = edge(-1.0).map(|(x, y)| (x, y.max(floor))).collect();
        edge(1.0)
            .chain(lower.into_iter().rev())
            .filter(|&point| self.shows(point))
            .collect()
    }

    fn bounds(&self) -> ((f64, f64), (f64, f64)) {
        let points = || {
            self.series
                .iter()
                .flat_map(|series| series.points.iter().copied())
                .filter(|&point| self.shows(point))
        };
        let range = |values: Vec<f64>| {
            let low = values.iter().copied().fold(f64::INFINITY, f64::min);
            let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            match (low, high) {
                // Nothing to show, or a single value: any range around it will do.
                _ if low > high => (0.1, 1.0),
                _ if low == high && low > 0.0 => (low / 2.0, high * 2.0),
                _ if low == high => (low - 1.0, high + 1.0),
                bounds => bounds,
            }
        };
        (
            range(points().map(|(x, _)| x).collect()),
            range(points().map(|(_, y)| y).collect()),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::svg_to_png;

    fn figure(points: Vec<(f64, f64)>, log_y: bool) -> Figure {
        Figure {
            title: "Title & <more>".into(),
            subtitle: "n = 3".into(),
            panels: vec![Chart {
                title: "Panel".into(),
                x_label: "epoch".into(),
                y_label: "loss".into(),
                log_y,
                series: vec![Series {
                    label: "α = -1".into(),
                    colour: 0,
                    spread: vec![0.1; points.len()],
                    points,
                }],
            }],
        }
    }

    #[test]
    fn figures_render_whatever_the_data() {
        let cases = [
            vec![],
            vec![(1.0, 1.0)],
            vec![(1.0, 0.0), (2.0, 0.0)],
            vec![(1.0, f64::NAN), (2.0, f64::INFINITY), (3.0, 2.0)],
            vec![(1.0, 1e-12), (2.0, 1e12)],
            (1..50)
                .map(|i| (f64::from(i), 2.0 / f64::from(i)))
                .collect(),
        ];
        for points in cases {
            for log_y in [false, true] {
                let figure = figure(points.clone(), log_y);
                let svg = figure.to_svg().unwrap();
                assert!(svg.contains("Title &amp; &lt;more&gt;") && svg.contains("α = -1"));
                svg_to_png(&svg, 1.0).unwrap();
            }
        }
    }

    #[test]
    fn files_are_written_side_by_side() {
        let dir = tempfile::tempdir().unwrap();
        figure(vec![(1.0, 2.0), (2.0, 1.0)], true)
            .write(dir.path(), "curves")
            .unwrap();
        let png = std::fs::read(dir.path().join("curves.png")).unwrap();
        assert_eq!(png[..8], *b"\x89PNG\r\n\x1a\n");
        assert!(dir.path().join("curves.svg").is_file());
        let error = figure(vec![], true)
            .write(&dir.path().join("none"), "x")
            .unwrap_err();
        assert!(error.to_string().starts_with("cannot write "), "{error}");
    }
}
