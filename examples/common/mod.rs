//! Shared code of the command-line examples: one-line errors, Ctrl-C, download progress, and an
//! allocator that keeps its pages.

mod cli;
#[cfg(feature = "molecules")]
#[allow(dead_code)] // Not every example learns from molecules.
pub(crate) mod molecules;

#[allow(unused_imports)] // Not every example creates folders.
pub(crate) use cli::{INTERRUPTED, new_directory, run, say};

use std::io::IsTerminal;

use fireweed::{
    data::DownloadProgress,
    train::{EpochDisplay, StopHandle},
};
use indicatif::{ProgressBar, ProgressStyle};

/// The system's allocator returns large buffers to the kernel immediately; page faults of fresh 16
/// MB buffers would take half of a training step on the CPU.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Returns a handle that stops at the first Ctrl-C; the second ends the program immediately.
pub(crate) fn stop_on_ctrl_c() -> Result<StopHandle, ctrlc::Error> {
    let stop = StopHandle::new();
    let handle = stop.clone();
    ctrlc::set_handler(move || {
        if handle.is_stopped() {
            std::process::exit(INTERRUPTED.into());
        }
        eprintln!("stopping after this step; press Ctrl-C again to quit immediately");
        handle.stop();
    })?;
    Ok(stop)
}

/// Returns Burn's dashboard if it is compiled in and the output is a terminal, and otherwise one
/// line per epoch.
#[allow(dead_code)] // Not every example trains.
pub(crate) fn epoch_display(plain: bool) -> EpochDisplay {
    match cfg!(feature = "tui") && !plain && std::io::stdout().is_terminal() {
        true => EpochDisplay::Dashboard,
        false => EpochDisplay::Lines,
    }
}

/// Returns a progress bar for downloads.
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
