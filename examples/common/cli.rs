//! Shared code of all command-line examples, with or without Burn: one-line errors and run folders.

use std::{
    error::Error,
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::OnceLock,
};

use clap::{Parser, error::ErrorKind};

/// Exit code of a program ended by Ctrl-C, by convention of shells.
#[allow(dead_code)] // Not every example can be interrupted.
pub(crate) const INTERRUPTED: u8 = 130;

/// Parses the command line and runs the program; any error becomes one line and exit code 1 (2 for
/// command-line errors).
pub(crate) fn run<C: Parser>(
    program: impl FnOnce(C) -> Result<ExitCode, Box<dyn Error>>,
) -> ExitCode {
    let command = match C::try_parse() {
        Ok(command) => command,
        Err(error) if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            eprintln!("error: a subcommand is missing; --help lists them");
            return ExitCode::from(2);
        }
        Err(error) if error.use_stderr() => {
            let text = error.to_string();
            // The problem precedes the first empty line; usage and advice follow it.
            let problem: Vec<_> = text
                .lines()
                .take_while(|line| !line.is_empty())
                .map(str::trim)
                .collect();
            eprintln!("{}; --help lists the options", problem.join(" "));
            return ExitCode::from(2);
        }
        Err(help) => {
            say(&help.to_string());
            return ExitCode::SUCCESS;
        }
    };
    let code = program(command).unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::FAILURE
    });
    if let Some(directory) = MADE.get() {
        // Both fail if there are results.
        let _ = std::fs::remove_dir(directory);
        let _ = std::fs::remove_dir("runs");
    }
    code
}

/// Prints a line; a closed pipe is not an error.
pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// The folder created by [`new_directory`].
static MADE: OnceLock<PathBuf> = OnceLock::new();

/// Creates the next free folder under `runs`, atomically. It is removed at the end if it is empty.
#[allow(dead_code)] // Not every example creates folders.
pub(crate) fn new_directory(name: &str) -> Result<PathBuf, String> {
    let failed = |path: &Path, error| format!("cannot use {}: {error}", path.display());
    let runs = Path::new("runs");
    std::fs::create_dir_all(runs).map_err(|error| failed(runs, error))?;
    for number in 1.. {
        let directory = runs.join(format!("{name}-{number:03}"));
        match std::fs::create_dir(&directory) {
            Ok(()) => {
                let _ = MADE.set(directory.clone());
                return Ok(directory);
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failed(&directory, error)),
        }
    }
    Err("runs is full".into())
}
