use std::{error::Error, path::Path};

use fireweed::{
    pricing::{
        analysis::Estimate,
        policy::{Penalty, PenaltyForm, Policy, PolicyComparison, PolicyStudy, PriceCap},
    },
    report::{Chart, Figure, Series, Spread, Table},
};

use super::{interrupt::Interrupt, output};

/// Tries policies, and writes a table and a picture of what they do.
pub(crate) fn write(
    study: &PolicyStudy,
    interrupt: &Interrupt,
    folder: &Path,
) -> Result<(), Box<dyn Error>> {
    let found = study.compare(&policies(study)?, &|| interrupt.is_set())?;
    output::show(&table(&found, study.market.sides()), folder, "policies")?;
    Ok(figure(&found, study)?.write(folder, "policies")?)
}

/// The policies of the study: penalties of each form, a cap half way between the benchmarks, and
/// hidden prices.
fn policies(study: &PolicyStudy) -> Result<Vec<Policy>, Box<dyn Error>> {
    let low = study.benchmarks.competition.outcome.prices.platform(0);
    let high = study.benchmarks.collusion.outcome.prices.platform(0);
    let caps = low.iter().zip(high).map(|(low, high)| (low + high) / 2.0);
    let penalty = |form, lambda| Penalty::new(form, lambda).map(Policy::Penalty);
    Ok(vec![
        Policy::None,
        penalty(PenaltyForm::ExcessProfit, 0.5)?,
        penalty(PenaltyForm::ExcessProfit, 1.0)?,
        penalty(PenaltyForm::ExcessPrice, 0.25)?,
        penalty(PenaltyForm::SquaredExcessPrice, 0.25)?,
        penalty(PenaltyForm::JointExcessPrice, 0.25)?,
        Policy::PriceCap(PriceCap::new(caps.collect())?),
        Policy::HiddenPrices,
    ])
}

/// The measures that are shown: name, heading, decimals.
fn shown(sides: usize) -> Vec<(String, String)> {
    let mut list = vec![
        ("profit_gain".to_owned(), "gain Δ".to_owned()),
        ("profit".to_owned(), "profit".to_owned()),
    ];
    for what in ["price", "participation"] {
        list.extend((0..sides).map(|k| (format!("{what}_side_{k}"), format!("{what}, side {k}"))));
    }
    list.push(("consumer_surplus".to_owned(), "consumer surplus".to_owned()));
    list
}

fn table(found: &PolicyComparison, sides: usize) -> Table {
    let shown = shown(sides);
    let rows = found.outcomes.iter().enumerate().map(|(policy, outcome)| {
        let cells = shown
            .iter()
            .map(|(name, _)| output::with_error(found.estimate(policy, name), 3));
        std::iter::once(outcome.policy.to_string())
            .chain(cells)
            .collect()
    });
    let heads = shown.iter().map(|(_, head)| head.clone());
    Table {
        title: "Policies: mean ± standard error over sessions".into(),
        head: std::iter::once(String::new()).chain(heads).collect(),
        rows: rows.collect(),
        notes: vec![
            "Profits are before penalties; Δ is between the benchmarks without policy.".into(),
            "The number after a penalty is its weight λ; hidden prices: learners without memory."
                .into(),
        ],
    }
}

/// One panel for profit, prices, participation and surplus; policies are numbered from left to right.
fn figure(found: &PolicyComparison, study: &PolicyStudy) -> Result<Figure, Box<dyn Error>> {
    let sides = study.market.sides();
    let series = |name: &str, label: String, colour: usize| {
        let estimates = (0..found.outcomes.len()).map(|policy| found.estimate(policy, name));
        let estimates: Vec<Option<Estimate>> = estimates.collect();
        let mean = |one: &Option<Estimate>| one.map_or(f64::NAN, |one| one.mean);
        let half = |one: &Option<Estimate>| one.map_or(f64::NAN, |one| one.half_width());
        let points = estimates.iter().enumerate();
        Series {
            label,
            colour,
            points: points
                .map(|(place, one)| (place as f64, mean(one)))
                .collect(),
            spread: Spread::Bars(estimates.iter().map(half).collect()),
        }
    };
    let panel = |title: &str, y_label: &str, series: Vec<Series>| Chart {
        title: title.into(),
        x_label: "policy, by its number in the table".into(),
        y_label: y_label.into(),
        log_y: false,
        series,
    };
    let by_side = |what: &str| {
        let all = (0..sides).map(|k| series(&format!("{what}_side_{k}"), format!("side {k}"), k));
        all.collect()
    };
    Ok(Figure {
        title: "What policies do to learned collusion".into(),
        subtitle: format!("{} sessions each, mean with 95 % interval", study.sessions),
        panels: vec![
            panel(
                "Profit",
                "gain Δ",
                vec![series("profit_gain", "mean platform".into(), 0)],
            ),
            panel("Prices", "price (money per user)", by_side("price")),
            panel(
                "Participation",
                "share on each platform",
                by_side("participation"),
            ),
            panel(
                "Consumers",
                "consumer surplus (money)",
                by_side("consumer_surplus"),
            ),
        ],
    })
}
