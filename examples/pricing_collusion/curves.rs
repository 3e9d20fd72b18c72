use fireweed::{
    pricing::{
        analysis::Estimate,
        sweep::{Collected, Curve, Parameter},
    },
    report::{Chart, Figure, Series, Spread},
};

/// The measures that are drawn: name, heading.
const MEASURES: [(&str, &str); 2] = [
    ("profit_gain", "profit gain Δ"),
    ("gain_over_competition", "gain over competition, π / πᴮ − 1"),
];

/// A picture for each measure with a panel for each parameter; a line for each grid. The name of each
/// is that of its measure.
pub(crate) fn figures(results: &Collected) -> Vec<(&'static str, Figure)> {
    let sweep = results.sweep();
    let mut parameters: Vec<Parameter> = Vec::new();
    for curve in sweep.curves() {
        if !parameters.contains(&curve.parameter) {
            parameters.push(curve.parameter);
        }
    }
    let figure = |(measure, heading): (&'static str, &str)| {
        let panel = |&parameter: &Parameter| Chart {
            title: parameter.to_string().replace('_', " "),
            x_label: parameter.to_string().replace('_', " "),
            y_label: heading.to_owned(),
            log_y: false,
            series: sweep
                .curves()
                .iter()
                .filter(|curve| curve.parameter == parameter)
                .enumerate()
                .map(|(colour, curve)| series(results, curve, measure, colour))
                .filter(|series| !series.points.is_empty())
                .collect(),
        };
        let figure = Figure {
            title: format!("Learned prices: {heading}"),
            subtitle: format!(
                "{} sessions at each point, mean with 95 % interval; one parameter varies at a time",
                sweep.config().sessions
            ),
            panels: parameters.iter().map(panel).collect(),
        };
        (measure, figure)
    };
    MEASURES.map(figure).into()
}

fn series(results: &Collected, curve: &Curve, measure: &str, colour: usize) -> Series {
    let estimates = curve.points.iter().filter_map(|&(value, point)| {
        let found = Estimate::of(&results.values(point, measure)?)?;
        Some(((value, found.mean), found.half_width()))
    });
    let (points, widths) = estimates.unzip();
    Series {
        label: format!("{} grid", curve.grid),
        colour,
        points,
        spread: Spread::Bars(widths),
    }
}
