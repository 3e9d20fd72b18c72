use std::path::Path;

use plotters::prelude::*;

use super::{
    ReportError,
    canvas::{Area, LinearAxis, Picture, colour, text, write_picture},
};

/// Bars side by side, with one bar for each member.
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
    /// What the chart shows.
    pub title: String,
    /// Data and settings.
    pub subtitle: String,
    /// Name and unit of the y axis.
    pub y_label: String,
    /// The members, in the order of the values; each has a colour.
    pub members: Vec<String>,
    /// The groups, from left to right.
    pub groups: Vec<BarGroup>,
}

impl BarChart {
    /// Draws the chart as SVG.
    ///
    /// # Errors
    /// [`ReportError::Drawing`] where the drawing library fails.
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
    /// [`ReportError`].
    pub fn write(&self, directory: &Path, stem: &str) -> Result<(), ReportError> {
        write_picture(&self.to_svg()?, directory, stem)
    }

    fn draw(&self, area: &Area<'_>) -> Result<(), String> {
        let values = || {
            self.groups
                .iter()
                .flat_map(|group| group.values.iter().copied())
        };
        let finite = || values().filter(|value| value.is_finite());
        let (low, high) = (finite().fold(0.0, f64::min), finite().fold(0.0, f64::max));
        let high = if low == high { 1.0 } else { high };
        let pad = 0.08 * (high - low);
        let below = if low < 0.0 { low - pad } else { 0.0 };
        let groups = self.groups.len().max(1);
        let mut chart = ChartBuilder::on(area)
            .margin(14)
            .x_label_area_size(30)
            .y_label_area_size(62)
            .build_cartesian_2d(0.0..groups as f64, LinearAxis::new(below, high + pad))
            .map_err(text)?;
        // Names of groups belong to the middle of each, where a linear axis has no marks.
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
        for (member, label) in self.members.iter().enumerate() {
            let colour = colour(member);
            let bars = self.groups.iter().enumerate().filter_map(|(group, bars)| {
                let value = *bars.values.get(member)?;
                let left = group as f64 + 0.1 + width * member as f64;
                let right = left + 0.92 * width;
                let bar = [(left, 0.0), (right, value)];
                value
                    .is_finite()
                    .then(|| Rectangle::new(bar, colour.mix(0.75).filled()))
            });
            chart
                .draw_series(bars)
                .map_err(text)?
                .label(label)
                .legend(move |(x, y)| {
                    let bar = [(x, y - 5), (x + 20, y + 5)];
                    Rectangle::new(bar, colour.mix(0.75).filled())
                });
        }
        let (plot_x, plot_y) = chart.plotting_area().get_pixel_range();
        let (base_x, base_y) = area.get_base_pixel();
        let centred = TextStyle::from(("sans-serif", 13).into_font()).pos(
            plotters::style::text_anchor::Pos::new(
                plotters::style::text_anchor::HPos::Center,
                plotters::style::text_anchor::VPos::Top,
            ),
        );
        let span = f64::from(plot_x.end - plot_x.start);
        for (group, bars) in self.groups.iter().enumerate() {
            let middle = (group as f64 + 0.5) / groups as f64 * span;
            let at = (
                plot_x.start - base_x + middle.round() as i32,
                plot_y.end - base_y + 8,
            );
            area.draw_text(&bars.label, &centred, at).map_err(text)?;
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperRight)
            .background_style(WHITE.mix(0.85))
            .border_style(BLACK.mix(0.2))
            .label_font(("sans-serif", 13))
            .draw()
            .map_err(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::svg_to_png;

    #[test]
    fn charts_render_whatever_the_data() {
        let cases: [&[&[f64]]; 5] = [
            &[],
            &[&[]],
            &[&[0.0, 0.0]],
            &[&[1.0, f64::NAN], &[-2.0, 3.0]],
            &[&[0.001, 0.004], &[0.023, 0.027]],
        ];
        for groups in cases {
            let groups = groups.iter().enumerate();
            let chart = BarChart {
                title: "Scores".into(),
                subtitle: "n = 3".into(),
                y_label: "KL".into(),
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
