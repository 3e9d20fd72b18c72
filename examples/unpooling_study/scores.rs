//! Scores of trainings as files, and tables of them.

use std::{
    collections::BTreeMap,
    error::Error,
    fs,
    path::{Path, PathBuf},
};

use fireweed::report::{Table, markdown_to_html};
use serde::{Deserialize, Serialize};

use super::methods::Method;

/// `scores.json` of a training's folder, written when everything else is complete.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Scores {
    pub(crate) scores: BTreeMap<String, f64>,
    /// CPU time of training, sampling and evaluation in minutes; for a resumed training, of its
    /// last part.
    pub(crate) cpu_minutes: f64,
}

/// The scores of a model, one for each seed.
pub(crate) type Row = (Method, Vec<Scores>);

const FILE: &str = "scores.json";

impl Scores {
    pub(crate) fn read(directory: &Path) -> Result<Option<Self>, Box<dyn Error>> {
        let path = directory.join(FILE);
        if !path.exists() {
            return Ok(None);
        }
        let bytes =
            fs::read(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        let scores = serde_json::from_slice(&bytes);
        Ok(Some(scores.map_err(|error| {
            format!("{} is damaged, delete it: {error}", path.display())
        })?))
    }

    pub(crate) fn write(&self, directory: &Path) -> Result<(), Box<dyn Error>> {
        let path = directory.join(FILE);
        let json = serde_json::to_vec_pretty(self)?;
        let partial = directory.join("scores.json.partial");
        fs::write(&partial, json)
            .and_then(|()| fs::rename(&partial, &path))
            .map_err(|error| format!("cannot write {}: {error}", path.display()).into())
    }
}

/// Returns one row for each model: the mean and standard deviation of each score over the seeds.
pub(crate) fn table(
    title: String,
    columns: &[String],
    rows: &[Row],
    references: &[(String, BTreeMap<String, f64>)],
    notes: Vec<String>,
) -> Table {
    let mut head = vec![String::new()];
    head.extend(columns.iter().cloned());
    head.push("CPU minutes".into());
    let mut cells = Vec::new();
    for (method, seeds) in rows {
        let mut row = vec![method.name().to_owned()];
        row.extend(columns.iter().map(|column| {
            let found = seeds.iter().filter_map(|seed| seed.scores.get(column));
            spread(&found.copied().collect::<Vec<_>>(), 3)
        }));
        let minutes: Vec<f64> = seeds.iter().map(|seed| seed.cpu_minutes).collect();
        row.push(spread(&minutes, 1));
        cells.push(row);
    }
    for (name, scores) in references {
        let mut row = vec![name.clone()];
        row.extend(columns.iter().map(|column| {
            let found = scores.get(column);
            found.map_or("–".into(), |value| format!("{value:.3}"))
        }));
        row.push("–".into());
        cells.push(row);
    }
    Table {
        title,
        head,
        rows: cells,
        notes,
    }
}

/// Returns a note on each model whose mean is worse than a published score. For distances, where
/// lower is better, the difference must exceed 0.001.
pub(crate) fn worse(rows: &[Row], references: &[(String, BTreeMap<String, f64>)]) -> Vec<String> {
    let mut notes = Vec::new();
    for (published, scores) in references {
        let Some(model) = published.strip_suffix(", published") else {
            continue;
        };
        for (method, seeds) in rows {
            let is_worse = |(name, expected): &(&String, &f64)| {
                let found: Vec<f64> = seeds
                    .iter()
                    .filter_map(|s| s.scores.get(*name))
                    .copied()
                    .collect();
                let mean = found.iter().sum::<f64>() / found.len() as f64;
                match name.starts_with("KL ") || name.starts_with("W1 ") {
                    true => mean > **expected,
                    false => mean < **expected,
                }
            };
            let worse: Vec<&str> = scores
                .iter()
                .filter(is_worse)
                .map(|(name, _)| name.as_str())
                .collect();
            if method.name().starts_with(model) && !worse.is_empty() {
                notes.push(format!(
                    "{} is worse than the published {model} in: {}.",
                    method.name(),
                    worse.join(", ")
                ));
            }
        }
    }
    notes
}

/// Formats mean ± standard deviation, or a single value alone.
fn spread(values: &[f64], digits: usize) -> String {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    match values.len() {
        0 => "–".into(),
        1 => format!("{mean:.digits$}"),
        _ => {
            let square = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>();
            let deviation = (square / (count - 1.0)).sqrt();
            format!("{mean:.digits$} ± {deviation:.digits$}")
        }
    }
}

/// Data sets in the order of the report.
const ORDER: [&str; 4] = ["waxman", "protein", "qm9", "zinc"];

/// Pictures of a data set, with their titles.
const PICTURES: [(&str, &str); 1] = [("distributions.png", "Distributions")];
/// Pictures of the training with seed 0 of a model.
const OF_MODELS: [&str; 2] = ["graphs.png", "grid.png"];

/// Combines the existing tables with their pictures, as Markdown and as an HTML page.
pub(crate) fn write_report(out: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let mut text = String::from("# Graph generation by unpooling\n");
    for data in ORDER {
        let Ok(table) = fs::read_to_string(out.join(data).join("table.md")) else {
            continue;
        };
        text += &format!("\n#{table}");
        for (picture, title) in PICTURES {
            if out.join(data).join(picture).exists() {
                text += &format!("\n![{title}]({data}/{picture})\n");
            }
        }
        for method in Method::ALL {
            let folder = format!("{data}/{}-0", method.folder());
            let pictures = OF_MODELS.iter().map(|name| format!("{folder}/{name}"));
            for picture in pictures.filter(|picture| out.join(picture).exists()) {
                text += &format!(
                    "\n### {}\n\n![{}]({picture})\n",
                    method.name(),
                    method.name()
                );
            }
        }
    }
    let paths: Vec<String> = Method::ALL
        .iter()
        .map(|method| format!("interpolation/{}-0.png", method.folder()))
        .filter(|picture| out.join(picture).exists())
        .collect();
    if !paths.is_empty() {
        text += "\n## Molecules along paths between two latent vectors\n";
    }
    for picture in paths {
        text += &format!("\n![{picture}]({picture})\n");
    }
    let write = |name: &str, text: &str| {
        let path = out.join(name);
        fs::write(&path, text)
            .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
        Ok::<_, String>(path)
    };
    write("report.md", &text)?;
    let page = markdown_to_html("Graph generation by unpooling", &text);
    Ok(write("report.html", &page)?)
}
