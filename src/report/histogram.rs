use std::path::Path;

use plotters::prelude::*;

use super::{
    ReportError,
    axes::{LinearAxis, tick},
    canvas::{Area, LegendEntry, Picture, color, draw_legend, text, write_picture},
};

/// Space above the plot for the name of a panel and its note.
const CAPTION: u32 = 46;
/// Opacity of the area of the first sample.
const FILL: f64 = 0.25;
/// Integers get a bin each, if there are no more than this.
const WHOLE_NUMBERS: f64 = 60.0;

/// The values of one sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    /// Name in the legend.
    pub label: String,
    /// Position of the color in the palette, which is the same in all panels.
    pub color: usize,
    /// The values; those that are not finite are left out.
    pub values: Vec<f64>,
}

/// One panel: overlaid histograms of several samples.
///
/// The height of a bin is its share of the sample, so samples of different sizes are comparable.
/// All have the same bins, over the common range of all samples. If all values are integers in a
/// small range, each has its own bin.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// Name of the panel.
    pub title: String,
    /// A line below the name, for scores; may be empty.
    pub note: String,
    /// Name and unit of the x axis.
    pub x_label: String,
    /// Number of bins.
    pub bins: usize,
    /// The samples; the first is an area, the others are lines over it.
    pub distributions: Vec<Distribution>,
}

/// Histograms in rows under a title.
#[derive(Clone, Debug, PartialEq)]
pub struct HistogramFigure {
    /// Title of the figure.
    pub title: String,
    /// Data and settings.
    pub subtitle: String,
    /// Number of panels in a row; 2 makes four panels a square.
    pub columns: usize,
    /// The panels, row by row.
    pub panels: Vec<Histogram>,
}

impl HistogramFigure {
    /// Draws the figure as SVG.
    ///
    /// # Errors
    /// Returns [`ReportError::Drawing`] if the drawing library fails.
    pub fn to_svg(&self) -> Result<String, ReportError> {
        let picture = Picture {
            title: &self.title,
            subtitle: &self.subtitle,
            columns: self.columns,
        };
        picture.to_svg(&self.panels, Histogram::draw)
    }

    /// Writes `<stem>.svg` and `<stem>.png` into a folder.
    ///
    /// # Errors
    /// Returns [`ReportError`] if drawing or writing fails.
    pub fn write(&self, directory: &Path, stem: &str) -> Result<(), ReportError> {
        write_picture(&self.to_svg()?, directory, stem)
    }
}

impl Histogram {
    fn draw(&self, area: &Area<'_>) -> Result<(), String> {
        let edges = self.edges();
        let shares: Vec<Vec<f64>> = self
            .distributions
            .iter()
            .map(|distribution| shares(&distribution.values, &edges))
            .collect();
        let highest = shares.iter().flatten().copied().fold(0.0, f64::max);
        let highest = if highest > 0.0 { highest } else { 1.0 };

        let (caption, plot) = area.split_vertically(CAPTION);
        self.draw_caption(&caption)?;

        let (low, high) = (edges[0], edges[edges.len() - 1]);
        // Bins around integers.
        let whole_numbers = low.fract().abs() == 0.5 && edges[1] - low == 1.0;
        let mut chart = ChartBuilder::on(&plot)
            .margin(14)
            .margin_top(4)
            .x_label_area_size(42)
            .y_label_area_size(62)
            .build_cartesian_2d(
                LinearAxis::new(low, high),
                LinearAxis::new(0.0, 1.08 * highest),
            )
            .map_err(text)?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            // Ticks at whole numbers only, where they fit.
            .x_labels(match whole_numbers {
                true => ((high - low) as usize + 1).min(10),
                false => 10,
            })
            .x_label_formatter(&|x| match whole_numbers && x.fract() != 0.0 {
                true => String::new(),
                false => tick(*x),
            })
            .x_desc(&self.x_label)
            .y_desc("share")
            .axis_desc_style(("sans-serif", 13))
            .label_style(("sans-serif", 12))
            .light_line_style(TRANSPARENT)
            .bold_line_style(BLACK.mix(0.12))
            .draw()
            .map_err(text)?;
        let outlines: Vec<Vec<(f64, f64)>> = shares
            .iter()
            .map(|shares| outline(shares, &edges))
            .collect();
        for (place, (distribution, outline)) in self.distributions.iter().zip(outlines).enumerate()
        {
            let color = color(distribution.color);
            if place == 0 {
                let area = Polygon::new(outline.clone(), color.mix(FILL));
                chart.draw_series(std::iter::once(area)).map_err(text)?;
            }
            let line = LineSeries::new(outline, color.stroke_width(2));
            chart.draw_series(line).map_err(text)?;
        }
        Ok(())
    }

    fn draw_caption(&self, area: &Area<'_>) -> Result<(), String> {
        let left = 76;
        let name = ("sans-serif", 15).into_font();
        let title = Text::new(self.title.clone(), (left, 8), name);
        area.draw(&title).map_err(text)?;
        let small = ("sans-serif", 12).into_font().color(&BLACK.mix(0.7));
        let note = Text::new(self.note.clone(), (left, 29), small);
        area.draw(&note).map_err(text)?;
        let entries = self.distributions.iter().enumerate();
        let entries: Vec<_> = entries
            .map(|(place, distribution)| LegendEntry {
                label: &distribution.label,
                color: match place {
                    0 => color(distribution.color).mix(2.0 * FILL),
                    _ => color(distribution.color).mix(1.0),
                },
                filled: place == 0,
            })
            .collect();
        draw_legend(area, 8, &entries)
    }

    /// The edges of the bins, in ascending order; at least two.
    fn edges(&self) -> Vec<f64> {
        let values = || {
            let all = self.distributions.iter();
            let all = all.flat_map(|distribution| distribution.values.iter().copied());
            all.filter(|value| value.is_finite())
        };
        let low = values().fold(f64::INFINITY, f64::min);
        let high = values().fold(f64::NEG_INFINITY, f64::max);
        if low > high {
            return vec![0.0, 1.0];
        }
        if high - low < WHOLE_NUMBERS && values().all(|value| value.fract() == 0.0) {
            let numbers = (high - low) as usize + 1;
            return (0..=numbers).map(|at| low - 0.5 + at as f64).collect();
        }
        // A single value needs an artificial width.
        let pad = if high > low {
            0.0
        } else {
            0.5 * low.abs().max(1.0)
        };
        let (low, high) = (low - pad, high + pad);
        let bins = self.bins.max(1);
        let share = |at: usize| at as f64 / bins as f64;
        (0..=bins)
            .map(|at| low * (1.0 - share(at)) + high * share(at))
            .collect()
    }
}

/// The share of the values in each bin. The last bin contains its upper edge.
fn shares(values: &[f64], edges: &[f64]) -> Vec<f64> {
    let bins = edges.len() - 1;
    let mut counts = vec![0usize; bins];
    for value in values.iter().filter(|value| value.is_finite()) {
        let place = edges[1..].partition_point(|edge| edge <= value);
        counts[place.min(bins - 1)] += 1;
    }
    let total = counts.iter().sum::<usize>().max(1) as f64;
    counts
        .into_iter()
        .map(|count| count as f64 / total)
        .collect()
}

/// The outline of a histogram, from the axis and back to it.
fn outline(shares: &[f64], edges: &[f64]) -> Vec<(f64, f64)> {
    let steps = shares.iter().zip(edges.windows(2));
    let steps = steps.flat_map(|(&share, ends)| [(ends[0], share), (ends[1], share)]);
    std::iter::once((edges[0], 0.0))
        .chain(steps)
        .chain([(edges[edges.len() - 1], 0.0)])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::svg_to_png;

    fn histogram(samples: &[&[f64]]) -> Histogram {
        let distributions = samples.iter().enumerate();
        Histogram {
            title: "Panel <1>".into(),
            note: "W1 0.1".into(),
            x_label: "value".into(),
            bins: 4,
            distributions: distributions
                .map(|(color, values)| Distribution {
                    label: format!("sample {color}"),
                    color,
                    values: values.to_vec(),
                })
                .collect(),
        }
    }

    #[test]
    fn bins_are_common_and_cover_all_values() {
        let panel = histogram(&[&[0.0, 0.5, f64::NAN], &[2.0, 1.0, 1.1]]);
        let edges = panel.edges();
        assert_eq!(edges, [0.0, 0.5, 1.0, 1.5, 2.0]);
        assert_eq!(
            shares(&panel.distributions[0].values, &edges),
            [0.5, 0.5, 0.0, 0.0]
        );
        let second = shares(&panel.distributions[1].values, &edges);
        assert_eq!(second, [0.0, 0.0, 2.0 / 3.0, 1.0 / 3.0]);
        let steps = outline(&second, &edges);
        assert_eq!(steps.first(), Some(&(0.0, 0.0)));
        assert_eq!(steps.last(), Some(&(2.0, 0.0)));
        assert_eq!(steps.len(), 2 * 4 + 2);
    }

    #[test]
    fn whole_numbers_have_a_bin_each() {
        assert_eq!(
            histogram(&[&[5.0, 7.0], &[6.0]]).edges(),
            [4.5, 5.5, 6.5, 7.5]
        );
        assert_eq!(histogram(&[&[0.0, 1000.0]]).edges().len(), 5);
    }

    #[test]
    fn figures_render_for_all_data() {
        let cases: [&[&[f64]]; 6] = [
            &[],
            &[&[]],
            &[&[0.25]],
            &[&[f64::NAN], &[1e300, -1e300]],
            &[&[1.0, 2.0, 2.0], &[0.5]],
            &[&[1e-9, 2e-9, 2.1e-9]],
        ];
        for samples in cases {
            let figure = HistogramFigure {
                title: "Title & more".into(),
                subtitle: String::new(),
                columns: 2,
                panels: vec![histogram(samples); 3],
            };
            let svg = figure.to_svg().unwrap();
            assert!(svg.contains("Title &amp; more") && svg.contains("Panel &lt;1&gt;"));
            svg_to_png(&svg, 0.5).unwrap();
        }
    }

    #[test]
    fn files_are_written_side_by_side() {
        let dir = tempfile::tempdir().unwrap();
        let figure = HistogramFigure {
            title: "Title".into(),
            subtitle: String::new(),
            columns: 1,
            panels: vec![histogram(&[&[1.0]])],
        };
        figure.write(dir.path(), "four").unwrap();
        assert!(dir.path().join("four.png").is_file());
        assert!(dir.path().join("four.svg").is_file());
    }
}
