use std::{error::Error, fs, path::Path};

use fireweed::{
    pricing::{
        analysis::{Estimate, SessionMeasures},
        equilibrium::Benchmarks,
    },
    report::Table,
};

use super::cli::{new_directory, say};

/// The folder for results, made where it is not there.
pub(crate) fn folder(out: Option<&Path>) -> Result<std::path::PathBuf, Box<dyn Error>> {
    let folder = match out {
        Some(out) => out.to_path_buf(),
        None => new_directory("pricing_collusion")?,
    };
    fs::create_dir_all(&folder)
        .map_err(|error| format!("cannot make the folder {}: {error}", folder.display()))?;
    Ok(folder)
}

/// Writes a file of results.
pub(crate) fn write(folder: &Path, name: &str, text: &str) -> Result<(), Box<dyn Error>> {
    let path = folder.join(name);
    fs::write(&path, text)
        .map_err(|error| format!("cannot write {}: {error}", path.display()).into())
}

/// Prints a table, and writes it as Markdown.
pub(crate) fn show(table: &Table, folder: &Path, name: &str) -> Result<(), Box<dyn Error>> {
    say(&table.to_string());
    write(folder, &format!("{name}.md"), &table.to_markdown())
}

/// One row for each session, as CSV.
pub(crate) fn sessions_csv(names: &[String], sessions: &[SessionMeasures]) -> String {
    let mut text = format!("session,{}\n", names.join(","));
    for (session, measures) in sessions.iter().enumerate() {
        let values: Vec<String> = measures.values().iter().map(f64::to_string).collect();
        text += &format!("{session},{}\n", values.join(","));
    }
    text
}

/// What a reader must know of benchmarks that gains are measured between; nothing if they are sound.
pub(crate) fn caveats(benchmarks: &Benchmarks) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(caveat) = benchmarks.verdict().caveat() {
        notes.push(format!("Gains are not what they say: {caveat}."));
    }
    let warnings = benchmarks.warnings().into_iter();
    notes.extend(warnings.map(|warning| format!("Warning, {warning}")));
    notes
}

/// Mean and standard error, with so many decimals.
pub(crate) fn with_error(estimate: Option<Estimate>, decimals: usize) -> String {
    match estimate {
        None => "–".to_owned(),
        Some(one) => format!(
            "{:.decimals$} ± {:.decimals$}",
            one.mean, one.standard_error
        ),
    }
}
