use serde::Serialize;

use super::{AlphaResult, AlphaStudy, AlphaStudyResults, StudyError, alpha_study::StudyRecord};
use crate::{
    files::write_whole,
    report::{Chart, Figure, MeanStd, Series, Spread, Table},
};

/// Writes what a study found into its folder and returns the table for people.
///
/// Files: `results.json` and `results.csv` (one row per slope), `curves.csv` (one row per slope,
/// repeat and epoch), `table.md`, `curves.svg` and `curves.png`.
///
/// # Errors
/// [`StudyError`] where a file cannot be written.
pub fn write_results(study: &AlphaStudy, results: &AlphaStudyResults) -> Result<Table, StudyError> {
    let directory = study.directory();
    let title = &study.provenance().title;
    let summaries = results.by_alpha(&study.config().alphas);
    let table = table(study, results, &summaries);
    let file = |name: &str, content: &[u8]| {
        let path = directory.join(name);
        write_whole(&path, content).map_err(|source| StudyError::Io { path, source })
    };
    let json = Json {
        study: study.record(),
        complete: results.complete,
        early_epoch: results.early_epoch(),
        results: &summaries,
    };
    file("results.json", &pretty(&json))?;
    file("results.csv", &summary_csv(title, &summaries))?;
    file("curves.csv", &curves_csv(title, results))?;
    file("table.md", table.to_markdown().as_bytes())?;
    figure(study, results).write(directory, "curves")?;
    Ok(table)
}

#[derive(Serialize)]
struct Json<'a> {
    study: &'a StudyRecord,
    complete: bool,
    early_epoch: usize,
    results: &'a [AlphaResult],
}

pub(super) fn pretty(value: &impl Serialize) -> Vec<u8> {
    // Maps with text keys and numbers always serialise.
    let mut json = serde_json::to_vec_pretty(value).unwrap_or_default();
    json.push(b'\n');
    json
}

/// CSV rows from texts; quoting is the library's.
pub(super) fn csv(rows: impl IntoIterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        // Writing to memory fails only for rows of unequal length, which the callers do not make.
        let _ = writer.write_record(row);
    }
    writer.into_inner().unwrap_or_default()
}

type Column = (&'static str, fn(&AlphaResult) -> Option<MeanStd>);

const COLUMNS: [Column; 4] = [
    ("train_loss", |result| result.train_loss),
    ("early_test_loss", |result| result.early_test_loss),
    ("test_loss", |result| result.test_loss),
    ("test_accuracy", |result| result.test_accuracy),
];

fn summary_csv(title: &str, summaries: &[AlphaResult]) -> Vec<u8> {
    let number = |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
    let names = COLUMNS
        .iter()
        .flat_map(|(name, _)| [format!("{name}_mean"), format!("{name}_std")]);
    let head = ["data", "alpha", "runs", "diverged"].map(str::to_owned);
    let head = head.into_iter().chain(names).collect();
    csv(std::iter::once(head).chain(summaries.iter().map(|result| {
        let mut row = vec![
            title.to_owned(),
            result.alpha.to_string(),
            result.runs.to_string(),
            result.diverged.to_string(),
        ];
        for (_, column) in COLUMNS {
            let summary = column(result);
            row.push(number(summary.map(|summary| summary.mean)));
            row.push(number(summary.and_then(|summary| summary.std)));
        }
        row
    })))
}

fn curves_csv(title: &str, results: &AlphaStudyResults) -> Vec<u8> {
    let names = [
        "running_loss",
        "train_loss",
        "test_loss",
        "train_accuracy",
        "test_accuracy",
    ];
    let head = ["data", "alpha", "repeat", "epoch"]
        .into_iter()
        .chain(names);
    let head = head.map(str::to_owned).collect();
    let rows = results.runs.iter().flat_map(|run| {
        run.history.epochs().iter().map(|metrics| {
            let mut row = vec![
                title.to_owned(),
                run.alpha.to_string(),
                run.repeat.to_string(),
                metrics.epoch.to_string(),
            ];
            let value = |name| {
                metrics
                    .values
                    .get(name)
                    .map_or(String::new(), f64::to_string)
            };
            row.extend(names.map(value));
            row
        })
    });
    csv(std::iter::once(head).chain(rows))
}

fn table(study: &AlphaStudy, results: &AlphaStudyResults, summaries: &[AlphaResult]) -> Table {
    let row = |name: String, decimals: usize, value: &dyn Fn(&AlphaResult) -> Option<MeanStd>| {
        let cells = summaries.iter().map(|result| match value(result) {
            Some(summary) => format!("{summary:.decimals$}"),
            None if result.diverged > 0 => "diverged".into(),
            None => "–".into(),
        });
        std::iter::once(name).chain(cells).collect::<Vec<_>>()
    };
    let early = results.early_epoch();
    let mut rows = vec![
        row("training loss, end".into(), 4, &|result| result.train_loss),
        row(format!("test loss, epoch {early}"), 3, &|result| {
            result.early_test_loss
        }),
        row("test loss, end".into(), 3, &|result| result.test_loss),
        row("test accuracy, end".into(), 3, &|result| {
            result.test_accuracy
        }),
    ];
    if summaries.iter().any(|result| result.diverged > 0) {
        let cells = summaries
            .iter()
            .map(|result| format!("{} of {}", result.diverged, result.runs));
        rows.push(
            std::iter::once("diverged".to_owned())
                .chain(cells)
                .collect(),
        );
    }
    let alphas = summaries
        .iter()
        .map(|result| format!("α = {}", result.alpha));
    let mut notes = vec![format!(
        "{}; losses are mean cross-entropies in nats.",
        study.summary()
    )];
    if study.config().repeats > 1 {
        notes.push("Mean ± standard deviation over runs.".into());
    }
    if !results.complete {
        notes.push("The study is not finished.".into());
    }
    notes.extend(ranking(summaries));
    Table {
        title: "Which slope trains fastest?".into(),
        head: std::iter::once(String::new()).chain(alphas).collect(),
        rows,
        notes,
    }
}

/// The slopes from the smallest to the largest training loss at the end.
fn ranking(summaries: &[AlphaResult]) -> Option<String> {
    let mut losses: Vec<(f64, f64)> = summaries
        .iter()
        .filter_map(|result| Some((result.train_loss?.mean, result.alpha)))
        .collect();
    losses.sort_by(|a, b| a.0.total_cmp(&b.0));
    let order: Vec<String> = losses.iter().map(|(_, alpha)| alpha.to_string()).collect();
    (order.len() > 1).then(|| {
        format!(
            "Training loss at the end, from the smallest: α = {}.",
            order.join(", ")
        )
    })
}

fn figure(study: &AlphaStudy, results: &AlphaStudyResults) -> Figure {
    let panel = |title: &str, metric: &str| {
        let series = study
            .config()
            .alphas
            .iter()
            .enumerate()
            .map(|(colour, &alpha)| {
                let curve = results.curve(alpha, metric);
                Series {
                    label: format!("α = {alpha}"),
                    colour,
                    points: curve
                        .iter()
                        .map(|&(epoch, m)| (epoch as f64, m.mean))
                        .collect(),
                    spread: Spread::Band(curve.iter().filter_map(|(_, m)| m.std).collect()),
                }
            });
        Chart {
            title: title.into(),
            x_label: "epoch".into(),
            y_label: "mean cross-entropy (nats), log scale".into(),
            log_y: true,
            series: series.collect(),
        }
    };
    Figure {
        title: "Which slope trains fastest?".into(),
        subtitle: study.summary(),
        panels: vec![
            panel("training data", "train_loss"),
            panel("test data", "test_loss"),
        ],
    }
}
