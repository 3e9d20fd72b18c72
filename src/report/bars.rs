use std::path::Path;

use plotters::{
    coord::{
        ranged1d::{Ranged, ValueFormatter},
        types::RangedCoordf64,
    },
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use super::{
    ReportError,
    axes::{DecadeAxis, LinearAxis},
    canvas::{Area, LegendEntry, Picture, colour, draw_legend, text, write_picture},
};

/// Opacity of bars.
const SHADE: f64 = 0.75;

/// Adjacent bars, one for each member.
#[derive(Clone, Debug, PartialEq)]
pub struct BarGroup {
    /// Name below the bars.
    pub label: String,
    /// One value for each member of the chart; values that are not finite have no bar.
    pub values: Vec<f64>,
}

/// Values of several members, for example models, in several groups, for example statistics.
#[derive(Clone, Debug, PartialEq)]
pub struct BarChart {
    /// Title of the chart.
    pub title: String,
    /// Data and settings.
    pub subtitle: String,
    /// Name and unit of the y axis.
    pub y_label: String,
    /// Whether the y axis is logarithmic. Values at or below 0 then have no bar, and lengths of
    /// bars are not comparable.
    pub log_y: bool,
    /// The members, in the order of the values; each has a color.
    pub members: Vec<String>,
    /// The groups, from left to right.
    pub groups: Vec<BarGroup>,
}

impl BarChart {
    /// Draws the chart as SVG.
    ///
    /// # Errors
    /// Returns [`ReportError::Drawing`] if the drawing library fails.
    pub fn to_svg(&self) -> Result<String, ReportError> {
        let picture = Picture {
            title: &self.title,
            subtitle: &self.subtitle,
            columns: 1,
        };
        picture.to_svg(&[self], |chart, area| chart.draw(area))
    }

    /// Writes `<stem>.svg` and `<stem>.png` into a folder.
    ///
    /// # Errors
    /// Returns [`ReportError`] if drawing or writing fails.
    pub fn write(&self, directory: &Path, stem: &str) -> Result<(), ReportError> {
        write_picture(&self.to_svg()?, directory, stem)
    }

    fn draw(&self, area: &Area<'_>) -> Result<(), String> {
        let (caption, plot) = area.split_vertically(30);
        let entries = self.members.iter().enumerate();
        let entries: Vec<_> = entries
            .map(|(member, label)| LegendEntry {
                label,
                colour: colour(member).mix(SHADE),
                filled: true,
            })
            .collect();
        draw_legend(&caption, 8, &entries)?;
        let shown = || {
            let values = self.groups.iter().flat_map(|group| &group.values);
            values.copied().filter(|&value| self.shows(value))
        };
        let least = shown().fold(f64::INFINITY, f64::min);
        let largest = shown().fold(f64::NEG_INFINITY, f64::max);
        let mut builder = ChartBuilder::on(&plot);
        builder
            .margin(14)
            .margin_top(4)
            .x_label_area_size(30)
            .y_label_area_size(62);
        let x = 0.0..self.groups.len().max(1) as f64;
        if self.log_y {
            let (low, high) = if least > largest {
                (0.1, 1.0)
            } else {
                // Keeps the smallest bar visible.
                (least / 2.0, largest * 1.2)
            };
            let y = DecadeAxis::new(low, high);
            let base = y.range().start;
            let chart = builder.build_cartesian_2d(x, y).map_err(text)?;
            self.bars(chart, base, &plot)
        } else {
            let (low, high) = (least.min(0.0), largest.max(0.0));
            let high = if low < high { high } else { 1.0 };
            let pad = 0.08 * (high - low);
            let below = if low < 0.0 { low - pad } else { 0.0 };
            let y = LinearAxis::new(below, high + pad);
            let chart = builder.build_cartesian_2d(x, y).map_err(text)?;
            self.bars(chart, 0.0, &plot)
        }
    }

    fn bars<'a, 'b: 'a, Y>(
        &self,
        mut chart: ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, Y>>,
        base: f64,
        area: &Area<'_>,
    ) -> Result<(), String>
    where
        Y: Ranged<ValueType = f64> + ValueFormatter<f64>,
    {
        // Names of groups are centered, where a linear axis has no marks.
        chart
            .configure_mesh()
            .disable_x_mesh()
            .disable_x_axis()
            .y_desc(&self.y_label)
            .axis_desc_style(("sans-serif", 13))
            .label_style(("sans-serif", 12))
            .light_line_style(TRANSPARENT)
            .bold_line_style(BLACK.mix(0.12))
            .draw()
            .map_err(text)?;
        let width = 0.8 / self.members.len().max(1) as f64;
        for member in 0..self.members.len() {
            let shade = colour(member).mix(SHADE);
            let bars = self.groups.iter().enumerate().filter_map(|(group, bars)| {
                let value = *bars.values.get(member)?;
                let left = group as f64 + 0.1 + width * member as f64;
                let bar = [(left, base), (left + 0.92 * width, value)];
                self.shows(value)
                    .then(|| Rectangle::new(bar, shade.filled()))
            });
            chart.draw_series(bars).map_err(text)?;
        }
        let end = self.groups.len().max(1) as f64;
        let axis = PathElement::new([(0.0, base), (end, base)], BLACK);
        chart.draw_series(std::iter::once(axis)).map_err(text)?;

        let (x, y) = chart.plotting_area().get_pixel_range();
        let (base_x, base_y) = area.get_base_pixel();
        let centred = Pos::new(HPos::Center, VPos::Top);
        let style = TextStyle::from(("sans-serif", 13).into_font()).pos(centred);
        for (group, bars) in self.groups.iter().enumerate() {
            let middle = (group as f64 + 0.5) / end * f64::from(x.end - x.start);
            let at = (x.start - base_x + middle.round() as i32, y.end - base_y + 8);
            area.draw_text(&bars.label, &style, at).map_err(text)?;
        }
        Ok(())
    }

    fn shows(&self, value: f64) -> bool {
        value.is_finite() && (!self.log_y || value > 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::svg_to_png;

    #[test]
    fn charts_render_for_all_data() {
        let cases: [&[&[f64]]; 5] = [
            &[],
            &[&[]],
            &[&[0.0, 0.0]],
            &[&[1.0, f64::NAN], &[-2.0, 3.0]],
            &[&[0.001, 0.004], &[0.023, 0.027]],
        ];
        for (groups, log_y) in cases
            .into_iter()
            .flat_map(|case| [(case, false), (case, true)])
        {
            let groups = groups.iter().enumerate();
            let chart = BarChart {
                title: "Scores".into(),
                subtitle: "n = 3".into(),
                y_label: "KL".into(),
                log_y,
                members: vec!["ours".into(), "theirs".into()],
                groups: groups
                    .map(|(group, values)| BarGroup {
                        label: format!("group {group}"),
                        values: values.to_vec(),
                    })
                    .collect(),
            };
            let svg = chart.to_svg().unwrap();
            assert!(svg.contains("theirs"));
            svg_to_png(&svg, 0.5).unwrap();
        }
    }
}
