use std::path::{Path, PathBuf};

use super::{
    ChapterResults, ChapterStudy, Experiment, PartResult,
    finding::{chapters_order, findings},
    published,
    rates::Rates,
    scan::Scan,
};
use crate::{
    report::{Table, markdown_to_html},
    study::{Ranking, StudyError, output::write_file},
};

/// The files of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// For a browser; pictures lie beside it.
    pub html: PathBuf,
    /// The same as Markdown.
    pub markdown: PathBuf,
    /// What came out, one row per study.
    pub overview: Table,
}

/// Writes `report.html` and `report.md` into the folder of the studies, and further pictures and
/// tables into those of the studies.
///
/// # Errors
/// [`StudyError`] where a file cannot be written or a picture not be drawn.
pub fn write_report(
    chapter: &ChapterStudy,
    results: &ChapterResults,
) -> Result<Report, StudyError> {
    let overview = overview(results);
    let mut text = introduction(results);
    text += &section("What came out", &overview.to_markdown_without_title());
    for part in &results.parts {
        text += &part_section(part)?;
    }
    let paths = ["report.html", "report.md"].map(|name| chapter.directory().join(name));
    let [html, markdown] = paths;
    write_file(&markdown, text.as_bytes())?;
    write_file(&html, markdown_to_html(TITLE, &text).as_bytes())?;
    Ok(Report {
        html,
        markdown,
        overview,
    })
}

const TITLE: &str = "Leaky ReLUs in overparameterized networks";

fn introduction(results: &ChapterResults) -> String {
    let mut text = format!("# {TITLE}\n\n");
    text += "Which slope α of the leaky ReLU makes a wide network learn fastest? Networks here use the \
             *rescaled* leaky ReLU, x/√(1+α²) for x ≥ 0 and αx/√(1+α²) for x < 0: α = 0 is the ReLU, \
             α = −1 the absolute value. The theory bounds the share of the loss that a step of gradient \
             descent takes by C g(α) with g(α) = (1 − α)²/(1 + α²), which is largest at α = −1.\n\n";
    text += "How to read this:\n\n\
             - All slopes of a study see the same samples, the same order and the same weight draws; \
             mean ± standard deviation are over repeats with other weights and another order.\n\
             - Losses are trained as **sums** over the samples of a step, and shown as means.\n\
             - *Closed form* is gradient descent in the limit of infinite width, computed from the \
             kernel of the same data and step; a network whose width is of the order of its samples \
             falls behind it late in training.\n\
             - The dissertation does not state its steps, subset sizes and some networks; ours are named \
             with each study. Compare rankings and ratios, not values.\n\n";
    let synthetic: Vec<_> = results
        .parts
        .iter()
        .filter(|part| {
            let provenance = part.study.provenance();
            provenance.synthetic && provenance.title.contains("stand-in")
        })
        .map(|part| format!("{} ({})", part.part.title(), part.study.provenance().title))
        .collect();
    if !synthetic.is_empty() {
        text += &format!(
            "**Stand-ins:** these studies ran on drawn data, since the real data were not at hand, and \
             say nothing of them: {}.\n\n",
            synthetic.join("; ")
        );
    }
    if !results.complete {
        text += "**Not finished:** this report holds what is there so far.\n\n";
    }
    text
}

fn section(title: &str, text: &str) -> String {
    format!("## {title}\n\n{text}\n")
}

fn overview(results: &ChapterResults) -> Table {
    let rows = results.parts.iter().map(|part| {
        let ranking = Ranking::of(&part.results.by_case(part.study.config()));
        let order = ranking.as_ref().map(Ranking::to_string);
        let chapters = ranking.as_ref().and_then(chapters_order);
        let chapters = match chapters {
            Some(true) => "yes",
            Some(false) => "no",
            None => "–",
        };
        let samples = format!(
            "{} {}",
            part.study.config().samples,
            match part.results.complete {
                true => "",
                false => "(not finished)",
            }
        );
        vec![
            part.part.title(),
            part.study.provenance().title.clone(),
            samples.trim().to_owned(),
            order.unwrap_or_else(|| "see below".into()),
            chapters.into(),
        ]
    });
    let head = [
        "study",
        "data",
        "samples",
        "α by training loss at the end",
        "the published order?",
    ];
    Table {
        title: TITLE.into(),
        head: head.map(str::to_owned).to_vec(),
        rows: rows.collect(),
        notes: vec![
            "From the smallest loss; ≲ where the difference is within one standard deviation, or \
             there is one run only. The published order is −1 < −2 < 0 < 0.05."
                .into(),
        ],
    }
}

fn part_section(part: &PartResult) -> Result<String, StudyError> {
    let slug = part.part.slug();
    let directory = part.study.directory();
    let mut text = match part.part.variant {
        Some(variant) => format!("{}\n\n", variant.question()),
        None => format!("{}\n\n", part.part.experiment.question()),
    };
    let picture = |stem: &str| format!("![{}]({slug}/{stem}.png)\n\n", part.part.title());
    let mut sentences = Vec::new();
    match part.part.experiment {
        Experiment::Rates => {
            let rates = Rates::of(part);
            rates.figure().write(directory, "rates")?;
            text += &picture("rates");
            text += &table_of(&rates.table(), directory, "rates")?;
            sentences.extend(rates.findings());
        }
        Experiment::WidthDepth => {
            let scan = Scan::of(part);
            scan.figure().write(directory, "rates")?;
            text += &picture("rates");
            text += &table_of(&scan.table(), directory, "rates")?;
            sentences.extend(scan.findings());
        }
        _ => {
            text += &picture("curves");
            if part.study.config().search.is_some() {
                text += &picture("search");
            }
            text += &part.table.to_markdown_without_title();
            if part.part.variant.is_none() {
                text += &chapters_numbers(part.part.experiment);
            }
            sentences.extend(findings(part));
        }
    }
    text += "\n";
    for sentence in sentences {
        text += &format!("- {sentence}\n");
    }
    if let Some(divergence) = part.results.divergence(part.study.config()) {
        text += &format!("- Warning: {divergence}.\n");
    }
    text += &format!("\nFiles: [`{slug}/`]({slug}/)\n");
    Ok(section(&part.part.title(), &text))
}

fn table_of(table: &Table, directory: &Path, stem: &str) -> Result<String, StudyError> {
    let path = directory.join(format!("{stem}.md"));
    write_file(&path, table.to_markdown().as_bytes())?;
    Ok(table.to_markdown_without_title())
}

/// Table 2.1's rows of an experiment; empty where it has none.
fn chapters_numbers(experiment: Experiment) -> String {
    let Some(rows) = published(experiment) else {
        return String::new();
    };
    let head = rows[0]
        .values
        .iter()
        .map(|(alpha, ..)| format!("α = {alpha}"));
    let table = Table {
        title: String::new(),
        head: std::iter::once("Table 2.1 of the dissertation".to_owned())
            .chain(head)
            .collect(),
        rows: rows
            .iter()
            .map(|row| {
                let cells = row.values.iter();
                let cells = cells.map(|(_, mean, std)| format!("{mean:.3} ± {std:.3}"));
                std::iter::once(row.name.to_owned()).chain(cells).collect()
            })
            .collect(),
        notes: Vec::new(),
    };
    format!("\n{}", table.to_markdown_without_title())
}
