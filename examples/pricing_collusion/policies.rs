use std::{error::Error, path::Path};

use fireweed::{
    pricing::policy::{
        AnyPolicy, BenchmarkCap, HiddenPrices, Penalty, PenaltyForm, PolicyComparison, PolicyError,
        PolicyStudy,
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
    let found = study.compare(&policies()?, &|| interrupt.is_set())?;
    output::show(
        &table(&found, study.scenario.market.sides()),
        folder,
        "policies",
    )?;
    Ok(figure(&found, study).write(folder, "policies")?)
}

/// The policies of the study: penalties of each form, a cap half way between the benchmarks, and
/// hidden prices.
fn policies() -> Result<Vec<AnyPolicy>, PolicyError> {
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
            "The number after a penalty is its weight λ. Hidden prices: learners without memory, who \
             cannot punish; high prices of theirs are no equilibrium but a failure to learn."
                .into(),
        ],
    }
}

/// A panel for each measure: without policy a line with its interval, each policy a point.
fn figure(found: &PolicyComparison, study: &PolicyStudy) -> Figure {
    let panel = |(name, title): (String, String)| {
        let tried = 1..found.outcomes.len();
        let points = tried.clone().filter_map(|policy| {
            let one = found.estimate(policy, &name)?;
            Some(Series {
                label: found.outcomes[policy].policy.to_string(),
                // Black is for no policy.
                colour: (policy - 1) % 6,
                points: vec![(policy as f64, one.mean)],
                spread: Spread::Bars(vec![one.half_width()]),
            })
        });
        let without = found.estimate(0, &name).map(|one| Series {
            label: found.outcomes[0].policy.to_string(),
            colour: 6,
            points: vec![(0.5, one.mean), (tried.end as f64 - 0.5, one.mean)],
            spread: Spread::Band(vec![one.half_width(); 2]),
        });
        Chart {
            y_label: title.clone(),
            title,
            x_label: "policy, in the order of the table".into(),
            log_y: false,
            series: without.into_iter().chain(points).collect(),
        }
    };
    let measures = shown(study.scenario.market.sides()).into_iter();
    Figure {
        title: "What policies do to learned collusion".into(),
        subtitle: format!("{} sessions each, mean with 95 % interval", study.sessions),
        panels: measures
            .filter(|(name, _)| name != "profit")
            .map(panel)
            .collect(),
    }
}
