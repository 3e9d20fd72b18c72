use std::{error::Error, fs, path::Path};

use fireweed::{
    pricing::{
        analysis::Estimate,
        equilibrium::Benchmarks,
        records::{SessionTable, Settings},
        scenario::Scenario,
    },
    report::Table,
};

use super::cli::{new_directory, say};

/// Returns the folder for results, and creates it if it does not exist. A folder with files is
/// rejected, so that nothing is overwritten.
pub(crate) fn folder(out: Option<&Path>) -> Result<std::path::PathBuf, Box<dyn Error>> {
    let folder = match out {
        Some(out) => out.to_path_buf(),
        None => new_directory("pricing_collusion")?,
    };
    let failed = |error| format!("cannot use the folder {}: {error}", folder.display());
    fs::create_dir_all(&folder).map_err(failed)?;
    if fs::read_dir(&folder).map_err(failed)?.next().is_some() {
        return Err(format!(
            "{} already contains files: choose a new folder, or remove it",
            folder.display()
        )
        .into());
    }
    Ok(folder)
}

/// Writes a file of results.
pub(crate) fn write(folder: &Path, name: &str, text: &str) -> Result<(), Box<dyn Error>> {
    let path = folder.join(name);
    fs::write(&path, text)
        .map_err(|error| format!("cannot write {}: {error}", path.display()).into())
}

/// Writes the settings of the results: the scenario, the seed, the number of sessions, the version.
pub(crate) fn settings(
    folder: &Path,
    command: &str,
    scenario: &Scenario,
    sessions: u64,
) -> Result<(), Box<dyn Error>> {
    write(folder, "scenario.toml", &scenario.to_toml()?)?;
    let settings = Settings::new(command, scenario.seed, sessions);
    write(folder, "run.json", &settings.to_json())
}

/// Prints a table, and writes it as Markdown.
pub(crate) fn show(table: &Table, folder: &Path, name: &str) -> Result<(), Box<dyn Error>> {
    say(&table.to_string());
    write(folder, &format!("{name}.md"), &table.to_markdown())
}

/// Writes one row for each session, and a description of the columns.
pub(crate) fn sessions(folder: &Path, table: &SessionTable) -> Result<(), Box<dyn Error>> {
    named_sessions(folder, "sessions", table)?;
    write(folder, "schema.json", &table.schema())
}

/// Writes one row for each session under another name.
pub(crate) fn named_sessions(
    folder: &Path,
    name: &str,
    table: &SessionTable,
) -> Result<(), Box<dyn Error>> {
    write(folder, &format!("{name}.csv"), &table.to_csv())?;
    #[cfg(feature = "parquet")]
    fs::write(
        folder.join(format!("{name}.parquet")),
        table.to_parquet(&[])?,
    )?;
    Ok(())
}

/// Returns notes on the benchmarks between which gains are measured; empty if they are sound.
pub(crate) fn caveats(benchmarks: &Benchmarks) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(caveat) = benchmarks.verdict().caveat() {
        notes.push(format!("Gains are not valid: {caveat}."));
    }
    let warnings = benchmarks.warnings().into_iter();
    notes.extend(warnings.map(|warning| format!("Warning, {warning}")));
    notes
}

/// Returns the mark after the name of a measure that is divided by benchmarks; empty if they are
/// sound.
pub(crate) fn mark(benchmarks: &Benchmarks, name: &str) -> String {
    let verdict = benchmarks.verdict();
    match name.contains("gain") && !verdict.is_sound() {
        true => format!(" [{}]", verdict.word().replace('_', " ")),
        false => String::new(),
    }
}

/// Returns a subtitle with the note on the benchmarks, if there is one.
pub(crate) fn subtitle(text: String, benchmarks: &Benchmarks) -> String {
    match benchmarks.verdict().caveat() {
        Some(caveat) => format!("{text}; note: {caveat}"),
        None => text,
    }
}

/// Returns a number and its noun, in the plural unless the number is 1.
pub(crate) fn counted(number: u64, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

/// Formats the mean and standard error with this number of decimals.
pub(crate) fn with_error(estimate: Option<Estimate>, decimals: usize) -> String {
    match estimate {
        None => "–".to_owned(),
        Some(one) if one.standard_error.is_nan() => format!("{:.decimals$}", one.mean),
        Some(one) => format!(
            "{:.decimals$} ± {:.decimals$}",
            one.mean, one.standard_error
        ),
    }
}
