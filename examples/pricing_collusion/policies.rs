use std::{error::Error, path::Path};

use fireweed::{
    pricing::{
        PricingError,
        analysis::SessionMeasures,
        policy::{
            AnyPolicy, BenchmarkCap, HiddenPrices, Penalty, PenaltyForm, PolicyComparison,
            PolicyStudy,
        },
        records::SessionTable,
    },
    report::{DotPlot, DotPlotFigure, Table},
};

use super::{interrupt::Interrupt, outcomes, output};

/// Compares policies, and writes a table, the sessions and a figure.
pub(crate) fn write(
    study: &PolicyStudy,
    policies: &[AnyPolicy],
    interrupt: &Interrupt,
    folder: &Path,
) -> Result<(), Box<dyn Error>> {
    let found = study.compare(policies, &|| interrupt.is_set())?;
    output::show(&table(&found), folder, "policies")?;
    let groups = found.outcomes.iter();
    let groups: Vec<(String, &[SessionMeasures])> = groups
        .map(|one| (one.policy.name(), one.sessions.as_slice()))
        .collect();
    let table = SessionTable::of_policies(&groups, &found.benchmarks);
    output::named_sessions(folder, "policies", &table)?;
    output::write(folder, "policies_schema.json", &table.schema())?;
    Ok(figure(&found, study.sessions).write(folder, "policies")?)
}

/// Returns the policies of the study: penalties of each form, a cap half way between the
/// benchmarks, and hidden prices.
pub(crate) fn ours() -> Result<Vec<AnyPolicy>, PricingError> {
    let penalty = |form, lambda| Penalty::new(form, lambda).map(AnyPolicy::from);
    Ok(vec![
        AnyPolicy::default(),
        penalty(PenaltyForm::ExcessProfit, 1.0)?,
        penalty(PenaltyForm::ExcessPrice, 0.25)?,
        penalty(PenaltyForm::SquaredExcessPrice, 0.25)?,
        penalty(PenaltyForm::JointExcessPrice, 0.25)?,
        BenchmarkCap { share: 0.5 }.into(),
        HiddenPrices::default().into(),
    ])
}

/// Returns the measures in the table and the figure: name, heading, decimals.
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

fn table(found: &PolicyComparison) -> Table {
    let shown = shown(found.benchmarks.competition.outcome.prices.sides());
    let rows = found.outcomes.iter().enumerate().map(|(policy, outcome)| {
        let cells = shown
            .iter()
            .map(|(name, _)| output::with_error(found.estimate(policy, name), 3));
        let unconverged = outcome.sessions.iter().filter(|one| !one.converged).count();
        std::iter::once(outcome.policy.name())
            .chain(cells)
            .chain([unconverged.to_string()])
            .collect()
    });
    let heads = shown
        .iter()
        .map(|(name, head)| format!("{head}{}", output::mark(&found.benchmarks, name)));
    let mut notes = vec![
        "Profits are before penalties; Δ is relative to the benchmarks without policy.".to_owned(),
        "The number after a penalty is its weight λ. Hidden prices: learners without memory, who \
         cannot punish; their high prices are not an equilibrium but a failure to learn."
            .to_owned(),
    ];
    let left_out = found.left_out.iter();
    notes.extend(left_out.map(|(policy, why)| format!("Skipped: {policy}: {why}.")));
    notes.extend(output::caveats(&found.benchmarks));
    Table {
        title: "Policies: mean ± standard error over sessions".into(),
        head: std::iter::once(String::new())
            .chain(heads)
            .chain(["not converged".to_owned()])
            .collect(),
        rows: rows.collect(),
        notes,
    }
}

/// Returns a figure with a panel for each measure and a row for each policy: all sessions, their
/// mean and interval.
fn figure(found: &PolicyComparison, sessions: u64) -> DotPlotFigure {
    let benchmarks = &found.benchmarks;
    let prices = [&benchmarks.competition, &benchmarks.collusion].map(|one| &one.outcome);
    let panel = |(name, title): (String, String)| {
        let place = found.names.iter().position(|one| *one == name);
        let rows = found.outcomes.iter().enumerate().map(|(policy, outcome)| {
            let value = |one: &SessionMeasures| place.map_or(f64::NAN, |at| one.values()[at]);
            let values = outcome.sessions.iter().map(value).collect();
            // Black is for no policy.
            let color = if policy == 0 { 6 } else { (policy - 1) % 6 };
            outcomes::row(outcome.policy.name(), color, values)
        });
        let mean = |values: Vec<f64>| values.iter().sum::<f64>() / values.len() as f64;
        let level = |of: &dyn Fn(&fireweed::pricing::market::Outcome) -> f64| {
            let names = ["competition", "collusion"].map(str::to_owned);
            names.into_iter().zip(prices.map(of)).collect()
        };
        let side = name
            .rsplit_once('_')
            .and_then(|(_, k)| k.parse::<usize>().ok());
        let levels = match (name.as_str(), side) {
            ("profit_gain", _) => vec![("competition".into(), 0.0), ("collusion".into(), 1.0)],
            ("consumer_surplus", _) => level(&|one| one.consumer_surplus.iter().sum()),
            (price, Some(k)) if price.starts_with("price") => {
                level(&|one| mean(one.prices.side(k).collect()))
            }
            (_, Some(k)) => level(&|one| mean(one.participation.side(k).collect())),
            _ => Vec::new(),
        };
        DotPlot {
            title: format!("{title}{}", output::mark(benchmarks, &name)),
            x_label: title,
            rows: rows.collect(),
            levels,
        }
    };
    let measures = shown(benchmarks.competition.outcome.prices.sides()).into_iter();
    let sessions = output::counted(sessions, "session");
    let text = format!("{sessions} each, one dot per session; mean with 95 % interval");
    DotPlotFigure {
        title: "Effects of policies on learned collusion".into(),
        subtitle: output::subtitle(text, benchmarks),
        panels: measures
            .filter(|(name, _)| name != "profit")
            .map(panel)
            .collect(),
    }
}
