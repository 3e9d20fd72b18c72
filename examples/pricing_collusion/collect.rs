use std::path::{Path, PathBuf};

use clap::Args;

use super::{
    Outcome,
    cli::say,
    curves::{self, Pictures},
};
use fireweed::pricing::{
    records::Settings,
    sweep::{Collected, SweepError},
};

/// Measures in the printed table; the files contain all.
const SHOWN: [&str; 3] = ["profit_gain", "gain_over_competition", "consumer_surplus"];

/// Collect the results of all shards of a sweep: sessions.csv, summary.csv, a table, figures and a
/// digest, which is the same for any number of threads and shards.
#[derive(Args)]
pub(crate) struct Options {
    /// Folder of the sweep.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Print only the digest, and write nothing.
    #[arg(long)]
    digest: bool,
}

impl Options {
    pub(crate) fn run(&self) -> Outcome {
        let results = Collected::read(&self.folder)?;
        if self.digest {
            say(&results.digest());
        } else {
            report(&results, &self.folder)?;
        }
        Ok(())
    }
}

/// Writes and prints the results.
pub(crate) fn report(results: &Collected, folder: &Path) -> Outcome {
    let write = |name: &str, text: String| {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(|cause| SweepError::Io { path, cause })
    };
    let table = results.table(&SHOWN)?;
    results.write_sessions(folder)?;
    write("summary.csv", results.summary_csv()?)?;
    write("summary.md", table.to_markdown())?;
    let config = results.sweep().config();
    let settings = Settings::new("sweep", config.seed, config.sessions);
    write("run.json", settings.to_json())?;
    match curves::pictures(results)? {
        Pictures::Curves(figures) => {
            for (name, figure) in figures {
                figure.write(folder, name)?;
            }
        }
        Pictures::Maps(figures) => {
            for (name, figure) in figures {
                figure.write(folder, name)?;
            }
        }
    }
    say(&table.to_string());
    say(&format!("results in {}", folder.display()));
    say(&format!("digest {}", results.digest()));
    Ok(())
}
