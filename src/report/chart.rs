use std::path::Path;

use plotters::{
    coord::ranged1d::{Ranged, ValueFormatter},
    prelude::*,
};

use super::{
    ReportError,
    axes::{DecadeAxis, LinearAxis, tick},
    canvas::{
        Area, LEGEND_LINE, Picture, color, draw_legend_lines, legend_lines, text, write_picture,
    },
};

/// Maximum number of panels in a row.
const COLUMNS: usize = 3;
/// Height of a panel's title.
const CAPTION: i32 = 32;

/// One curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Name in the legend.
    pub label: String,
    /// Position of the color in the palette, which is the same in all panels.
    pub color: usize,
    /// Points from left to right. Points that are not finite are skipped, without interrupting the
    /// curve.
    pub points: Vec<(f64, f64)>,
    /// Uncertainty of the points.
    pub spread: Spread,
}

/// Uncertainty drawn around the points of a curve: half of its height, for each point.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Spread {
    /// No uncertainty.
    #[default]
    None,
    /// A band around the curve.
    Band(Vec<f64>),
    /// A mark on each point with an error bar; a height that is not finite has none.
    Bars(Vec<f64>),
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

/// Panels under a title, three in a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Title of the figure.
    pub title: String,
    /// Data and settings.
    pub subtitle: String,
    /// The panels, from left to right, then down.
    pub panels: Vec<Chart>,
}

impl Figure {
    /// Draws the figure as SVG.
    ///
    /// # Errors
    /// Returns [`ReportError::Drawing`] if the drawing library fails.
    pub fn to_svg(&self) -> Result<String, ReportError> {
        let picture = Picture {
            title: &self.title,
            subtitle: &self.subtitle,
            columns: self.panels.len().min(COLUMNS),
        };
        picture.to_svg(&self.panels, Chart::draw)
    }

    /// Writes `<stem>.svg` and `<stem>.png` into a folder.
    ///
    /// # Errors
    /// Returns [`ReportError`] if drawing or writing fails.
    pub fn write(&self, directory: &Path, stem: &str) -> Result<(), ReportError> {
        write_picture(&self.to_svg()?, directory, stem)
    }
}

impl Chart {
    /// Splits the chart so that no curve flattens others on a linear axis: curves whose largest
    /// magnitudes differ by a factor above 10 are separated.
    ///
    /// The curves keep their colors; the first chart has the smallest ones.
    #[must_use]
    pub fn by_scale(self) -> Vec<Self> {
        if self.log_y {
            return vec![self];
        }
        let size = |series: &Series| {
            let shown = points_of(series).filter(|&point| self.shows(point));
            shown.map(|(_, y)| y.abs()).fold(0.0, f64::max)
        };
        let sizes: Vec<f64> = self.series.iter().map(size).collect();
        let mut order: Vec<usize> = (0..sizes.len()).collect();
        order.sort_by(|&a, &b| sizes[a].total_cmp(&sizes[b]));
        // Upper limit of each chart; a curve of zeros fits everywhere.
        let mut limits: Vec<f64> = Vec::new();
        for &index in order.iter().filter(|&&index| sizes[index] > 0.0) {
            if limits
                .last()
                .is_none_or(|least| sizes[index] > 10.0 * least)
            {
                limits.push(sizes[index]);
            }
        }
        if limits.len() < 2 {
            return vec![self];
        }
        let chart = |number: usize| {
            let least = if number == 0 { 0.0 } else { limits[number] };
            let next = limits.get(number + 1).copied().unwrap_or(f64::INFINITY);
            let within = |(_, size): &(&Series, &f64)| (least..next).contains(*size);
            let series = self.series.iter().zip(&sizes).filter(within);
            Self {
                title: match number {
                    0 => self.title.clone(),
                    _ => format!("{}, larger values", self.title),
                },
                series: series.map(|(series, _)| series.clone()).collect(),
                ..self.clone()
            }
        };
        (0..limits.len()).map(chart).collect()
    }

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
        let colors = self
            .series
            .iter()
            .map(|series| color(series.color).mix(1.0));
        let colors: Vec<_> = colors.collect();
        draw_legend_lines(&caption, CAPTION, &lines, &colors)?;
        let mut builder = ChartBuilder::on(&plot);
        builder
            .margin(14)
            .margin_top(6)
            .x_label_area_size(42)
            .y_label_area_size(62);
        let x = LinearAxis::new(x_low, x_high);
        if self.log_y {
            let y = DecadeAxis::new(y_low, y_high);
            let chart = builder.build_cartesian_2d(x, y).map_err(text)?;
            self.curves(chart)
        } else {
            let pad = 0.05 * (y_high - y_low);
            let y = LinearAxis::new(y_low - pad, y_high + pad);
            let chart = builder.build_cartesian_2d(x, y).map_err(text)?;
            self.curves(chart)
        }
    }

    fn curves<'a, 'b: 'a, Y>(
        &self,
        mut chart: ChartContext<'a, SVGBackend<'b>, Cartesian2d<LinearAxis, Y>>,
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
        // All bands are drawn below all curves.
        for series in &self.series {
            let band = self.band(series);
            if !band.is_empty() {
                let shade = color(series.color).mix(0.08);
                chart
                    .draw_series(std::iter::once(Polygon::new(band, shade)))
                    .map_err(text)?;
            }
        }
        for (index, series) in self.series.iter().enumerate() {
            let color = color(series.color);
            let points = points_of(series).filter(|&point| self.shows(point));
            let points: Vec<(f64, f64)> = points.collect();
            let style = color.stroke_width(2);
            let below = self.curves_below(index);
            if below == 0 {
                chart
                    .draw_series(LineSeries::new(points, style))
                    .map_err(text)?;
            } else {
                let gap = DASH * below;
                let dashed = DashedLineSeries::new(points, DASH, gap, style);
                chart.draw_series(dashed).map_err(text)?;
            }
            if let Spread::Bars(_) = series.spread {
                let marks = points_of(series).filter(|&point| self.shows(point));
                let marks = marks.map(|point| Circle::new(point, MARK, color.filled()));
                chart.draw_series(marks).map_err(text)?;
                for (x, low, high) in self.bars(series) {
                    let line = PathElement::new([(x, low), (x, high)], color.stroke_width(1));
                    chart.draw_series(std::iter::once(line)).map_err(text)?;
                    let caps = [low, high].map(|end| {
                        let cap = [(-(MARK as i32), 0), (MARK as i32, 0)];
                        EmptyElement::at((x, end)) + PathElement::new(cap, color.stroke_width(1))
                    });
                    chart.draw_series(caps).map_err(text)?;
                }
            }
        }
        Ok(())
    }

    /// Ends of error bars, within what the axis can show.
    fn bars(&self, series: &Series) -> Vec<(f64, f64, f64)> {
        let Spread::Bars(heights) = &series.spread else {
            return Vec::new();
        };
        let floor = match self.log_y {
            true => self.least_shown(),
            false => f64::NEG_INFINITY,
        };
        points_of(series)
            .zip(heights)
            .filter(|&(point, height)| self.shows(point) && height.is_finite())
            .map(|((x, y), height)| (x, (y - height).max(floor), y + height))
            .collect()
    }

    /// Number of previously drawn curves that one covers; it is dashed, so that they stay visible.
    ///
    /// A curve is covered if most of its points lie on the other, within the width of a line.
    fn curves_below(&self, index: usize) -> u32 {
        let (_, (low, high)) = self.bounds();
        let height = |value: f64| match self.log_y {
            true => (value.ln() - low.ln()) / (high.ln() - low.ln()),
            false => (value - low) / (high - low),
        };
        let covered = |other: &&Series| {
            let both = points_of(other).zip(points_of(&self.series[index]));
            let both = both.filter(|&(a, b)| self.shows(a) && self.shows(b));
            let (mut points, mut equal) = (0, 0);
            for ((x, y), (u, v)) in both {
                points += 1;
                let near = (height(y) - height(v)).abs() < WIDTH_OF_LINE;
                equal += usize::from(x == u && near);
            }
            points > 1 && 10 * equal >= 8 * points
        };
        let before = self.series[..index].iter();
        before.filter(covered).count() as u32
    }

    /// The lowest visible point.
    fn least_shown(&self) -> f64 {
        let points = self.series.iter().flat_map(points_of);
        let shown = points.filter(|&point| self.shows(point));
        shown.map(|(_, y)| y).fold(f64::INFINITY, f64::min)
    }

    fn shows(&self, (x, y): (f64, f64)) -> bool {
        x.is_finite() && y.is_finite() && (!self.log_y || y > 0.0)
    }

    /// The outline of the band: along the upper edge and back along the lower one.
    fn band(&self, series: &Series) -> Vec<(f64, f64)> {
        let Spread::Band(heights) = &series.spread else {
            return Vec::new();
        };
        let edge = |sign: f64| {
            points_of(series)
                .zip(heights)
                .map(move |((x, y), height)| (x, y + sign * height))
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
            let points = self.series.iter().flat_map(points_of);
            points.filter(|&point| self.shows(point))
        };
        let ends = || {
            let bars = self.series.iter().flat_map(|series| self.bars(series));
            bars.flat_map(|(_, low, high)| [low, high])
        };
        let range = |values: Vec<f64>| {
            let low = values.iter().copied().fold(f64::INFINITY, f64::min);
            let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            match (low, high) {
                // No values, or a single value: any range around it is valid.
                _ if low > high => (0.1, 1.0),
                _ if low == high && low > 0.0 => (low / 2.0, high * 2.0),
                _ if low == high => (low - 1.0, high + 1.0),
                bounds => bounds,
            }
        };
        (
            range(points().map(|(x, _)| x).collect()),
            range(points().map(|(_, y)| y).chain(ends()).collect()),
        )
    }
}

/// Length of a dash, and of a gap over one covered curve.
const DASH: u32 = 7;
/// Width of a line as a share of the height of a panel.
const WIDTH_OF_LINE: f64 = 0.006;
/// Radius of the mark of a point with an error bar.
const MARK: u32 = 3;

fn points_of(series: &Series) -> impl Iterator<Item = (f64, f64)> + '_ {
    series.points.iter().copied()
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
                    color: 0,
                    spread: Spread::Band(vec![0.1; points.len()]),
                    points,
                }],
            }],
        }
    }

    #[test]
    fn figures_render_for_all_data() {
        let cases = [
            vec![],
            vec![(1.0, 1.0)],
            vec![(1.0, 0.0), (2.0, 0.0)],
            vec![(1.0, f64::NAN), (2.0, f64::INFINITY), (3.0, 2.0)],
            vec![(1.0, 1e-12), (2.0, 1e12)],
            vec![(1.0, 5e-324)],
            vec![(1.0, 5e-324), (2.0, 5e-324), (3.0, 0.0)],
            vec![(0.0, 1.0), (1.0, 1e-320), (2.0, 0.0)],
            vec![(0.0, 1e-300), (1e6, 1e300)],
            vec![(0.0, 1e300), (0.0, 1e300)],
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
    fn error_bars_are_within_the_axis() {
        for log_y in [false, true] {
            let mut figure = figure(vec![(1.0, 2.0), (2.0, 1.0), (3.0, f64::NAN)], log_y);
            let panel = &mut figure.panels[0];
            panel.series[0].spread = Spread::Bars(vec![0.5, 3.0, 1.0]);
            let bars = panel.bars(&panel.series[0]);
            let low = if log_y { 1.0 } else { -2.0 };
            assert_eq!(bars, [(1.0, 1.5, 2.5), (2.0, low, 4.0)]);
            assert_eq!(panel.bounds(), ((1.0, 2.0), (low, 4.0)));
            let with = figure.to_svg().unwrap();
            figure.panels[0].series[0].spread = Spread::None;
            let circles = |svg: &str| svg.matches("<circle").count();
            assert_eq!(circles(&with) - circles(&figure.to_svg().unwrap()), 2);
            svg_to_png(&with, 0.5).unwrap();
        }
    }

    #[test]
    fn curves_of_other_scales_are_separate() {
        let chart = |heights: &[f64]| {
            let mut chart = figure(vec![], false).panels.remove(0);
            let series = heights.iter().enumerate().map(|(color, &height)| Series {
                label: height.to_string(),
                color,
                points: vec![(0.0, 0.0), (1.0, height), (2.0, f64::NAN)],
                spread: Spread::None,
            });
            chart.series = series.collect();
            chart
        };
        let labels = |chart: Chart| -> Vec<Vec<usize>> {
            let charts = chart.by_scale().into_iter();
            let colors = |chart: Chart| chart.series.iter().map(|one| one.color).collect();
            charts.map(colors).collect()
        };
        assert_eq!(
            labels(chart(&[0.9, 40.0, 0.0, -0.2, 1.0])),
            [vec![0, 2, 3, 4], vec![1]]
        );
        assert_eq!(labels(chart(&[1.0, 9.0, 0.0])), [[0, 1, 2]]);
        assert_eq!(labels(chart(&[1.0, 1e3, 1e6])), [[0], [1], [2]]);
        assert_eq!(labels(chart(&[])), [[0; 0]]);
        let mut logarithmic = chart(&[1.0, 1e3]);
        logarithmic.log_y = true;
        assert_eq!(labels(logarithmic), [[0, 1]]);
    }

    #[test]
    fn curves_that_cover_others_are_dashed() {
        let points: Vec<_> = (0..20)
            .map(|x| (f64::from(x), 0.5 + f64::from(x)))
            .collect();
        let mut figure = figure(points.clone(), false);
        let panel = &mut figure.panels[0];
        panel.series[0].spread = Spread::None;
        let polylines = |figure: &Figure| figure.to_svg().unwrap().matches("<polyline").count();
        let mut second = panel.series[0].clone();
        second.color = 1;
        second.points = points.iter().map(|&(x, y)| (x, 20.0 - y)).collect();
        panel.series.push(second);
        assert_eq!((panel.curves_below(0), panel.curves_below(1)), (0, 0));
        let apart = polylines(&figure);

        let panel = &mut figure.panels[0];
        panel.series[1].points = points;
        let mut third = panel.series[1].clone();
        third.color = 2;
        panel.series.push(third);
        for log_y in [false, true] {
            let panel = &mut figure.panels[0];
            panel.log_y = log_y;
            assert_eq!(
                (0..3)
                    .map(|one| panel.curves_below(one))
                    .collect::<Vec<_>>(),
                [0, 1, 2]
            );
        }
        assert!(polylines(&figure) > apart + 10);
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
