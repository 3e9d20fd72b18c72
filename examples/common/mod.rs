//! What the command-line examples share: one-line errors, Ctrl-C, download progress, and an
//! allocator that keeps its pages.

use std::{
    error::Error,
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Parser;
use fireweed::{data::DownloadProgress, train::StopHandle};
use indicatif::{ProgressBar, ProgressStyle};

/// The system's allocator returns large buffers to the kernel at once, and half of a training
/// step on the CPU would then be page faults of fresh 16 MB buffers.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The exit code of a program that Ctrl-C ended, by convention of shells.
pub(crate) const INTERRUPTED: u8 = 130;

/// Parses the command line and runs the program; any error becomes one line and exit code 1 (2
/// for the command line).
pub(crate) fn run<C: Parser>(
    program: impl FnOnce(C) -> Result<ExitCode, Box<dyn Error>>,
) -> ExitCode {
    let command = match C::try_parse() {
        Ok(command) => command,
        Err(error) if error.use_stderr() => {
            let text = error.to_string();
            // What is wrong comes before the first empty line, usage and advice after it.
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
    program(command).unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::FAILURE
    })
}

/// Prints a line; a closed pipe is not an error.
pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// The next folder under `runs` that is not there yet.
pub(crate) fn next_free_directory(name: &str) -> PathBuf {
    (1..)
        .map(|number| Path::new("runs").join(format!("{name}-{number:03}")))
        .find(|directory| !directory.exists())
        .unwrap_or_else(|| Path::new("runs").join(name))
}

/// A handle that the first Ctrl-C asks to stop; the second ends the program at once.
pub(crate) fn stop_on_ctrl_c() -> Result<StopHandle, ctrlc::Error> {
    let stop = StopHandle::new();
    let handle = stop.clone();
    ctrlc::set_handler(move || {
        if handle.is_stopped() {
            std::process::exit(INTERRUPTED.into());
        }
        eprintln!("stopping after this step; Ctrl-C again quits at once");
        handle.stop();
    })?;
    Ok(stop)
}

/// A progress bar for downloads.
#[allow(dead_code)] // Not every example downloads.
pub(crate) fn download_bar() -> impl FnMut(DownloadProgress<'_>) {
    let mut bar: Option<(String, ProgressBar)> = None;
    move |progress| {
        if bar.as_ref().is_none_or(|(file, _)| file != progress.file) {
            let new = ProgressBar::new(progress.total.unwrap_or(0));
            let template = "{msg} {bar:30} {bytes}/{total_bytes} {bytes_per_sec} {eta} left";
            if let Ok(style) = ProgressStyle::with_template(template) {
                new.set_style(style);
            }
            new.set_message(progress.file.to_owned());
            bar = Some((progress.file.to_owned(), new));
        }
        if let Some((_, bar)) = &bar {
            bar.set_position(progress.received);
            if Some(progress.received) == progress.total {
                bar.finish();
            }
        }
    }
}
