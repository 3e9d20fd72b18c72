use std::error::Error;

use fireweed::{
    pricing::{
        analysis::Estimate,
        sweep::{Collected, Curve, Design, Parameter},
    },
    report::{Chart, Figure, HeatMap, HeatMapFigure, Series, Spread},
};

use super::output::counted;

/// The measures in the figures: name, heading.
const MEASURES: [(&str, &str); 2] = [
    ("profit_gain", "profit gain Δ"),
    ("gain_over_competition", "gain over competition, π / πᴮ − 1"),
];
/// Largest number of heat maps in one figure.
const MOST_MAPS: usize = 12;

/// The figures of a sweep: heat maps for a product of two or more axes, otherwise curves.
pub(crate) enum Pictures {
    Curves(Vec<(&'static str, Figure)>),
    Maps(Vec<(&'static str, HeatMapFigure)>),
}

pub(crate) fn pictures(results: &Collected) -> Result<Pictures, Box<dyn Error>> {
    let shown = Shown::new(results)?;
    let config = results.sweep().config();
    Ok(
        match config.design == Design::Product && config.axes.len() >= 2 {
            true => Pictures::Maps(MEASURES.map(|one| (one.0, shown.maps(one))).into()),
            false => Pictures::Curves(MEASURES.map(|one| (one.0, shown.curves(one))).into()),
        },
    )
}

struct Shown<'a> {
    results: &'a Collected,
    /// Whether gains at each point are valid.
    sound: Vec<bool>,
}

impl<'a> Shown<'a> {
    fn new(results: &'a Collected) -> Result<Self, Box<dyn Error>> {
        let benchmarks = results.benchmarks()?.iter();
        Ok(Self {
            results,
            sound: benchmarks.map(|one| one.verdict().is_sound()).collect(),
        })
    }

    /// Returns the estimate of a measure at a point; `None` if its benchmarks are not sound.
    fn estimate(&self, point: usize, measure: &str) -> Option<Estimate> {
        match self.sound[point] {
            true => Estimate::of(&self.results.values(point, measure)?),
            false => None,
        }
    }

    fn subtitle(&self, rest: &str) -> String {
        let sessions = self.results.sweep().config().sessions;
        let left_out = self.sound.iter().filter(|&&sound| !sound).count();
        let points = 0..self.sound.len();
        let unconverged: usize = points.map(|point| self.results.unconverged(point)).sum();
        let mut text = format!("{} at each point{rest}", counted(sessions, "session"));
        if left_out > 0 {
            let points = counted(left_out as u64, "point");
            text += &format!("; {points} without sound benchmarks left out");
        }
        if unconverged > 0 {
            let sessions = counted(unconverged as u64, "session");
            text += &format!("; {sessions} not converged");
        }
        text
    }

    /// Returns a figure with a panel for each parameter, and a line for each grid.
    fn curves(&self, (measure, heading): (&'static str, &str)) -> Figure {
        let sweep = self.results.sweep();
        let mut parameters: Vec<Parameter> = Vec::new();
        for curve in sweep.curves() {
            if !parameters.contains(&curve.parameter) {
                parameters.push(curve.parameter);
            }
        }
        let panel = |&parameter: &Parameter| Chart {
            title: words(parameter),
            x_label: words(parameter),
            y_label: heading.to_owned(),
            log_y: false,
            series: sweep
                .curves()
                .iter()
                .filter(|curve| curve.parameter == parameter)
                .enumerate()
                .map(|(color, curve)| self.series(curve, measure, color))
                .filter(|series| !series.points.is_empty())
                .collect(),
        };
        Figure {
            title: format!("Learned prices: {heading}"),
            subtitle: self.subtitle(", mean with 95 % interval; one parameter varies at a time"),
            panels: parameters.iter().map(panel).collect(),
        }
    }

    fn series(&self, curve: &Curve, measure: &str, color: usize) -> Series {
        let estimates = curve.points.iter().filter_map(|&(value, point)| {
            let found = self.estimate(point, measure)?;
            Some(((value, found.mean), found.half_width()))
        });
        let (points, widths) = estimates.unzip();
        Series {
            label: format!("{} grid", curve.grid),
            color,
            points,
            spread: Spread::Bars(widths),
        }
    }

    /// Returns a figure with the first axis vertical and the second horizontal; a panel for each
    /// grid and each combination of the other axes.
    fn maps(&self, (measure, heading): (&'static str, &str)) -> HeatMapFigure {
        let sweep = self.results.sweep();
        let config = sweep.config();
        let (rows, columns) = (&config.axes[0], &config.axes[1]);
        let others: usize = config.axes[2..]
            .iter()
            .map(|axis| axis.values.len())
            .product();
        let each = rows.values.len() * columns.values.len() * others;
        let names = |values: &[f64]| values.iter().map(|&value| number(value)).collect();
        let mut panels = Vec::new();
        for (place, grid) in config.grids.iter().enumerate() {
            for other in 0..others {
                let first = place * each + other;
                let at = |row: usize, column: usize| {
                    first + (row * columns.values.len() + column) * others
                };
                let cell = |row, column| {
                    let found = self.estimate(at(row, column), measure);
                    found.map_or(f64::NAN, |one| one.mean)
                };
                let point = &sweep.points()[first];
                let rest = point.parameters()[2..].iter();
                let rest: String = rest
                    .map(|(name, value)| match value {
                        Some(value) => format!(", {} {}", words(*name), number(*value)),
                        None => String::new(),
                    })
                    .collect();
                panels.push(HeatMap {
                    title: format!("{} grid{rest}", grid.name),
                    x_label: words(columns.parameter),
                    y_label: words(rows.parameter),
                    x: names(&columns.values),
                    y: names(&rows.values),
                    values: (0..rows.values.len())
                        .map(|row| (0..columns.values.len()).map(|c| cell(row, c)).collect())
                        .collect(),
                    range: None,
                });
            }
        }
        // The same scale for all panels, so that they are comparable.
        let shown = panels
            .iter()
            .flat_map(|panel| panel.values.iter().flatten());
        let shown: Vec<f64> = shown.copied().filter(|value| value.is_finite()).collect();
        let low = shown.iter().copied().fold(f64::INFINITY, f64::min);
        let high = shown.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        panels
            .iter_mut()
            .for_each(|panel| panel.range = (low < high).then_some((low, high)));
        let left = panels.len().saturating_sub(MOST_MAPS);
        panels.truncate(MOST_MAPS);
        let more = match left {
            0 => String::new(),
            1 => "; 1 more combination is in summary.csv".to_owned(),
            _ => format!("; {left} more combinations are in summary.csv"),
        };
        HeatMapFigure {
            title: format!("Learned prices: {heading}"),
            subtitle: self.subtitle(&format!(", means{more}")),
            panels,
        }
    }
}

fn words(parameter: Parameter) -> String {
    parameter.to_string().replace('_', " ")
}

/// Formats a value of an axis with at most four digits.
fn number(value: f64) -> String {
    let magnitude = value.abs();
    match value == 0.0 || (1e-3..1e5).contains(&magnitude) {
        true => {
            let text = format!("{value:.4}");
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        false => {
            let text = format!("{value:.2e}");
            let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
            let digits = digits.trim_end_matches('0').trim_end_matches('.');
            format!("{digits}e{exponent}")
        }
    }
}
