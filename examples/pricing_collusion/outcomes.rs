use fireweed::{
    pricing::{
        analysis::{Estimate, SessionMeasures},
        equilibrium::Benchmarks,
    },
    report::{DotPlot, DotPlotFigure, DotRow},
};

use super::output;

/// Returns a row with the values of all sessions, and the mean and interval of the finite ones.
pub(crate) fn row(label: String, color: usize, values: Vec<f64>) -> DotRow {
    let found = Estimate::of(&values);
    DotRow {
        label,
        color,
        mean: found.map_or(f64::NAN, |one| one.mean),
        interval: found.map_or((f64::NAN, f64::NAN), |one| one.interval),
        values,
    }
}

/// Returns the price of a platform on a side relative to the benchmarks, with 0 for competition and
/// 1 for collusion; NaN if both benchmarks have the same price.
pub(crate) fn relative_price(
    measures: &SessionMeasures,
    benchmarks: &Benchmarks,
    (platform, side): (usize, usize),
) -> f64 {
    let [low, high] = [&benchmarks.competition, &benchmarks.collusion]
        .map(|one| one.outcome.prices[(platform, side)]);
    match (high - low).abs() <= 1e-9 * high.abs().max(low.abs()) {
        true => f64::NAN,
        false => (measures.prices[(platform, side)] - low) / (high - low),
    }
}

/// Returns a figure of the distribution over sessions: gains, and prices relative to both
/// benchmarks.
pub(crate) fn figure(measures: &[SessionMeasures], benchmarks: &Benchmarks) -> DotPlotFigure {
    let prices = &benchmarks.competition.outcome.prices;
    let platforms = 0..prices.platforms();
    let of = |value: &dyn Fn(&SessionMeasures) -> f64| measures.iter().map(value).collect();
    let levels = || {
        vec![
            ("competition".to_owned(), 0.0),
            ("collusion".to_owned(), 1.0),
        ]
    };
    let mut gains = vec![row("all".into(), 0, of(&|one| one.profit_gain))];
    gains.extend(platforms.clone().map(|i| {
        let values = of(&|one| one.profit_gains[i]);
        row(format!("platform {i}"), 1 + i, values)
    }));
    let mut panels = vec![DotPlot {
        title: format!("Profit gain{}", output::mark(benchmarks, "gain")),
        x_label: "Δ".into(),
        rows: gains,
        levels: levels(),
    }];
    panels.extend((0..prices.sides()).map(|side| {
        DotPlot {
            title: format!("Prices of side {side}{}", output::mark(benchmarks, "gain")),
            x_label: "(price - Nash) / (monopoly - Nash)".into(),
            rows: platforms
                .clone()
                .map(|i| {
                    let values = of(&|one| relative_price(one, benchmarks, (i, side)));
                    row(format!("platform {i}"), 1 + i, values)
                })
                .collect(),
            levels: levels(),
        }
    }));
    let text = format!(
        "{}, each a dot; mean with 95 % interval",
        output::counted(measures.len() as u64, "session")
    );
    DotPlotFigure {
        title: "Outcomes of the sessions".into(),
        subtitle: output::subtitle(text, benchmarks),
        panels,
    }
}
