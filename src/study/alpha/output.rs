use serde::Serialize;

use super::{AlphaStudy, AlphaStudyResults, CaseResult, Ranking, study::StudyRecord};
use crate::{
    overparam::theory::Optimizer,
    report::{MeanStd, Table},
    study::{
        StudyError,
        output::{csv, pretty, write_file},
    },
};

/// Writes what a study found into its folder and returns the table for people.
///
/// Files: `results.json` and `results.csv` (one row per case), `curves.csv` (one row per case,
/// repeat and epoch), `predicted.csv` if there is a closed form, `search.csv`, `search.svg` and
/// `search.png` (final loss against step) if steps were searched, `table.md`, `curves.svg` and
/// `curves.png`.
///
/// # Errors
/// [`StudyError`] where a file cannot be written.
pub fn write_results(study: &AlphaStudy, results: &AlphaStudyResults) -> Result<Table, StudyError> {
    let directory = study.directory();
    let title = &study.provenance().title;
    let summaries = results.by_case(study.config());
    let table = table(study, results, &summaries);
    let file = |name: &str, content: &[u8]| write_file(&directory.join(name), content);
    let json = Json {
        study: study.record(),
        complete: results.complete,
        early_epoch: results.early_epoch(study.config()),
        results: &summaries,
    };
    file("results.json", &pretty(&json))?;
    file("results.csv", &summary_csv(title, &summaries))?;
    file("curves.csv", &curves_csv(study, results))?;
    if !results.predictions.is_empty() {
        file("predicted.csv", &predicted_csv(study, results))?;
    }
    if !results.tried.is_empty() {
        file("search.csv", &search_csv(study, results))?;
        super::search_figure(study, results).write(directory, "search")?;
    }
    file("table.md", table.to_markdown().as_bytes())?;
    super::figure(study, results).write(directory, "curves")?;
    Ok(table)
}

#[derive(Serialize)]
struct Json<'a> {
    study: &'a StudyRecord,
    complete: bool,
    early_epoch: usize,
    results: &'a [CaseResult],
}

type Column = (&'static str, fn(&CaseResult) -> Option<MeanStd>);

const COLUMNS: [Column; 6] = [
    ("train_loss", |result| result.train_loss),
    ("early_test_loss", |result| result.early_test_loss),
    ("best_test_loss", |result| result.best_test_loss),
    ("test_loss", |result| result.test_loss),
    ("test_accuracy", |result| result.test_accuracy),
    ("decrease_per_step", |result| result.decrease),
];

fn summary_csv(title: &str, summaries: &[CaseResult]) -> Vec<u8> {
    let number = |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
    let names = COLUMNS
        .iter()
        .flat_map(|(name, _)| [format!("{name}_mean"), format!("{name}_std")]);
    let head = [
        "data", "alpha", "width", "depth", "step", "runs", "diverged",
    ]
    .map(str::to_owned);
    let predicted = ["predicted_decrease_per_step", "predicted_train_loss"].map(str::to_owned);
    let head = head.into_iter().chain(names).chain(predicted).collect();
    csv(std::iter::once(head).chain(summaries.iter().map(|result| {
        let mut row = vec![
            title.to_owned(),
            result.case.alpha.to_string(),
            result.case.width.to_string(),
            result.case.depth.to_string(),
            result.step.to_string(),
            result.runs.to_string(),
            result.diverged.to_string(),
        ];
        for (_, column) in COLUMNS {
            let summary = column(result);
            row.push(number(summary.map(|summary| summary.mean)));
            row.push(number(summary.and_then(|summary| summary.std)));
        }
        row.push(number(result.predicted_decrease));
        row.push(number(result.predicted_train_loss));
        row
    })))
}

const CASE_COLUMNS: [&str; 4] = ["data", "alpha", "width", "depth"];

fn curves_csv(study: &AlphaStudy, results: &AlphaStudyResults) -> Vec<u8> {
    let names = [
        "running_loss",
        "train_loss",
        "test_loss",
        "train_accuracy",
        "test_accuracy",
    ];
    let head = CASE_COLUMNS.into_iter().chain(["repeat", "epoch", "step"]);
    let head = head.chain(names).map(str::to_owned).collect();
    let rows = results.runs.iter().flat_map(|run| {
        run.history.epochs().iter().map(|metrics| {
            let mut row = vec![
                study.provenance().title.clone(),
                run.case.alpha.to_string(),
                run.case.width.to_string(),
                run.case.depth.to_string(),
                run.repeat.to_string(),
                metrics.epoch.to_string(),
                study.config().steps(metrics.epoch).to_string(),
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

fn search_csv(study: &AlphaStudy, results: &AlphaStudyResults) -> Vec<u8> {
    let head =
        CASE_COLUMNS
            .into_iter()
            .chain(["power_of_sqrt_2", "trainings", "step", "train_loss"]);
    let head = head.map(str::to_owned).collect();
    let rows = results.tried.iter().map(|tried| {
        vec![
            study.provenance().title.clone(),
            tried.case.alpha.to_string(),
            tried.case.width.to_string(),
            tried.case.depth.to_string(),
            tried.power.to_string(),
            tried.trainings.to_string(),
            tried.step.to_string(),
            tried
                .loss
                .map_or("diverged".into(), |loss| loss.to_string()),
        ]
    });
    csv(std::iter::once(head).chain(rows))
}

fn predicted_csv(study: &AlphaStudy, results: &AlphaStudyResults) -> Vec<u8> {
    let head = CASE_COLUMNS
        .into_iter()
        .chain(["epoch", "step", "train_loss", "test_loss"]);
    let head = head.map(str::to_owned).collect();
    let rows = results.predictions.iter().flat_map(|one| {
        let losses = one.train_loss.iter().zip(&one.test_loss);
        losses.zip(1..).map(|((train, test), epoch)| {
            vec![
                study.provenance().title.clone(),
                one.case.alpha.to_string(),
                one.case.width.to_string(),
                one.case.depth.to_string(),
                epoch.to_string(),
                study.config().steps(epoch).to_string(),
                train.to_string(),
                test.to_string(),
            ]
        })
    });
    csv(std::iter::once(head).chain(rows))
}

fn table(study: &AlphaStudy, results: &AlphaStudyResults, summaries: &[CaseResult]) -> Table {
    let config = study.config();
    let row = |name: String, decimals: usize, value: &dyn Fn(&CaseResult) -> Option<MeanStd>| {
        let cells = summaries.iter().map(|result| match value(result) {
            Some(summary) => format!("{summary:.decimals$}"),
            None if result.diverged > 0 => "diverged".into(),
            None => "–".into(),
        });
        std::iter::once(name).chain(cells).collect::<Vec<_>>()
    };
    let early = results.early_epoch(config);
    let early = match config.optimizer {
        Optimizer::Gd => format!("test loss, step {}", config.steps(early)),
        Optimizer::Sgd { .. } => format!("test loss, epoch {early}"),
    };
    let mut rows = Vec::new();
    if config.search.is_some() {
        let steps = summaries
            .iter()
            .map(|result| format!("{:.2e}", result.step));
        rows.push(
            std::iter::once("best step η".to_owned())
                .chain(steps)
                .collect(),
        );
    }
    rows.extend([
        row("training loss, end".into(), 4, &|result| result.train_loss),
        row(early, 3, &|result| result.early_test_loss),
        row("test loss, end".into(), 3, &|result| result.test_loss),
    ]);
    if study.problem().classification {
        rows.push(row("test accuracy, end".into(), 3, &|result| {
            result.test_accuracy
        }));
    }
    if config.optimizer == Optimizer::Gd {
        rows.push(row("(1 − γ̂) · 10⁵ per step".into(), 0, &|result| {
            scaled(result.decrease?, 1e5)
        }));
    }
    if !results.predictions.is_empty() {
        let cells = |value: &dyn Fn(&CaseResult) -> Option<String>| -> Vec<String> {
            let cells = summaries.iter().map(value);
            cells
                .map(|cell| cell.unwrap_or_else(|| "–".into()))
                .collect()
        };
        let named = |name: &str, cells: Vec<String>| {
            std::iter::once(name.to_owned()).chain(cells).collect()
        };
        rows.push(named(
            "closed form: training loss, end",
            cells(&|result| Some(predicted(result.predicted_train_loss?))),
        ));
        rows.push(named(
            "closed form: (1 − γ̂) · 10⁵ per step",
            cells(&|result| Some(format!("{:.0}", 1e5 * result.predicted_decrease?))),
        ));
    }
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
    let cases = summaries.iter().map(|result| config.label(result.case));
    let loss = &study.problem().loss;
    let mut notes = vec![format!("{}; losses are {loss}.", study.summary())];
    if config.repeats > 1 {
        notes.push("Mean ± standard deviation over runs.".into());
    }
    if !results.predictions.is_empty() {
        let method = match config.optimizer {
            Optimizer::Gd => "gradient descent",
            Optimizer::Sgd { .. } => "minibatch training, simulated",
        };
        notes.push(format!(
            "Closed form: {method} in the limit of infinite width, on the same data and with the \
             same step."
        ));
    }
    if let Some(search) = config.search {
        let trainings: usize = results.tried.iter().map(|tried| tried.trainings).sum();
        notes.push(format!(
            "Best step: the smallest training loss at the end over powers of √2 times the common \
             step, up to divergence, confirmed by {} trainings; {trainings} trainings in all, with \
             weights of their own.",
            search.repeats
        ));
    }
    if !results.complete {
        notes.push("The study is not finished.".into());
    }
    notes.extend(Ranking::of(summaries).map(|ranking| {
        let remark = match ranking.to_string().contains('≲') {
            true => {
                " (≲: the difference is within one standard deviation, or there is one run only)"
            }
            false => "",
        };
        format!("Training loss at the end, from the smallest: α = {ranking}{remark}.")
    }));
    Table {
        title: "Which slope trains fastest?".into(),
        head: std::iter::once(String::new()).chain(cases).collect(),
        rows,
        notes,
    }
}

/// A loss of the closed form, which grows without bound where the step is too large.
fn predicted(loss: f64) -> String {
    match loss < 1e4 {
        true => format!("{loss:.4}"),
        false => "diverges".into(),
    }
}

fn scaled(value: MeanStd, factor: f64) -> Option<MeanStd> {
    Some(MeanStd {
        mean: factor * value.mean,
        std: value.std.map(|std| factor * std),
        count: value.count,
    })
}
