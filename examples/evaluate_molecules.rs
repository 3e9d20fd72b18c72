//! Evaluates generated molecules against training data.

#[allow(dead_code)] // Some items are needed for training only.
#[path = "common/cli.rs"]
mod cli;

use std::{
    error::Error,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Parser;
use fireweed::{
    evaluate::{
        GeneratedMolecules, MoleculeReference, MoleculeReport, PropertyReference, PropertyReport,
        PropertySample,
    },
    molecule::{MoleculeSet, write_rejects},
};
use serde_json::json;

use cli::say;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Compares generated molecules (a file of SMILES, or graphs.jsonl of a run) with the training
/// data.
///
/// Computes validity, uniqueness and novelty; distributions of properties with their distances and
/// the KL score of GuacaMol; shares of bonds, aromatic and charged molecules; diversity, similarity
/// to the data, and scaffolds. Every distance is shown with its floor, the same distance for as
/// many other molecules of the data.
///
/// Each line of the generated file is a sample, and lines that do not parse count as invalid. Pass
/// the file as the generator wrote it, not only its valid part.
///
/// Results are written to a new folder: report.txt, report.json, report.csv, properties.svg and
/// properties.png (histograms of data and generated molecules), and rejects.tsv if lines of the
/// data do not parse.
///
/// For the Frechet ChemNet distance, which needs PyTorch, see scripts/fcd.py.
#[derive(Parser)]
#[command(name = "evaluate_molecules", version, verbatim_doc_comment)]
struct Command {
    /// Generated molecules: one SMILES per line (.smi, .txt, .csv, also as .gz), or graphs.jsonl.
    #[arg(long, value_name = "FILE")]
    generated: PathBuf,
    /// Training data: one SMILES per line, also as .gz.
    #[arg(long, value_name = "FILE")]
    data: PathBuf,
    /// New folder for the results.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Number of molecules of the data to compare properties with; novelty uses all of them.
    #[arg(long, value_name = "N", default_value_t = PropertyReference::MOLECULES)]
    reference: usize,
    /// Seed of the draw of these molecules.
    #[arg(long, default_value_t = 0)]
    seed: u64,
}

fn main() -> ExitCode {
    cli::run(evaluate)
}

fn evaluate(command: Command) -> Result<ExitCode, Box<dyn Error>> {
    if command.reference == 0 {
        return Err("--reference 0 leaves nothing to compare with: choose at least 1".into());
    }
    prepare(&command.out)?;
    say(&format!("reading {}", command.generated.display()));
    let generated = GeneratedMolecules::read(&command.generated)?;
    if let Some(first) = generated.first_unreadable() {
        eprintln!(
            "note: lines that do not parse: {} of {}; they count as invalid; the first is line {}: {}",
            generated.unreadable(),
            generated.samples(),
            first.line,
            first.reason
        );
    }
    say(&format!("reading {}", command.data.display()));
    let data = MoleculeSet::read(&command.data)?;
    if !data.rejects().is_empty() {
        let path = command.out.join("rejects.tsv");
        write_rejects(data.rejects(), &path)?;
        let (count, path) = (data.rejects().len(), path.display());
        eprintln!("note: lines of the data that are not molecules: {count}, left out, see {path}");
    }
    let data = data.into_molecules();
    say(&format!("indexing {} molecules of the data", data.len()));
    let reference = MoleculeReference::new(&data);
    let mut report = MoleculeReport::from_checked_and_unreadable(
        generated.molecules(),
        generated.checked(),
        generated.unreadable(),
        &reference,
    );
    let valid = generated.valid();
    if valid.is_empty() {
        eprintln!("note: no sample is valid, so there are no properties to compare");
    } else {
        say(&format!("describing {} valid molecules", valid.len()));
        let sample = PropertySample::of(&valid);
        let most = command.reference;
        say(&format!("describing up to {most} molecules of the data"));
        let reference = PropertyReference::draw(&data, most, sample.len(), command.seed)?;
        let properties = PropertyReport::compare(&sample, &reference)?;
        say("drawing");
        let title = format!("Molecules of {}", name(&command.generated));
        let figure = properties.to_figure(&sample, &reference, title);
        figure.write(&command.out, "properties")?;
        report = report.with_properties(properties);
    }
    let text = write(&command, &report)?;
    say(&format!("\n{text}\nresults in {}", command.out.display()));
    Ok(ExitCode::SUCCESS)
}

/// Creates the folder, or returns an error if it contains files.
fn prepare(out: &Path) -> Result<(), String> {
    let failed = |error| format!("cannot use {}: {error}", out.display());
    std::fs::create_dir_all(out).map_err(failed)?;
    match std::fs::read_dir(out).map_err(failed)?.next() {
        Some(_) => Err(format!(
            "{} already contains files: choose a new folder for --out",
            out.display()
        )),
        None => Ok(()),
    }
}

fn write(command: &Command, report: &MoleculeReport) -> Result<String, Box<dyn Error>> {
    let (generated, data) = (name(&command.generated), name(&command.data));
    let version = env!("CARGO_PKG_VERSION");
    let text = format!(
        "{generated} compared with {data}; reference {}, seed {}, fireweed {version}\n\n{report}",
        command.reference, command.seed
    );
    let stored = json!({
        "generated": generated,
        "data": data,
        "reference": command.reference,
        "seed": command.seed,
        "fireweed": version,
        "report": report,
    });
    for (file, content) in [
        ("report.txt", text.clone()),
        ("report.json", format!("{stored:#}\n")),
        ("report.csv", report.to_csv()),
    ] {
        let path = command.out.join(file);
        std::fs::write(&path, content)
            .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    }
    Ok(text)
}

fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}
