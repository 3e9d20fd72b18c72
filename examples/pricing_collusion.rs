//! Do pricing algorithms learn to collude, and what changes it?
//!
//! `cargo run --no-default-features --features pricing --example pricing_collusion -- --help`

use std::{error::Error, process::ExitCode};

use clap::{Parser, Subcommand};

#[path = "pricing_collusion/collect.rs"]
mod collect;
#[path = "pricing_collusion/sweep.rs"]
mod sweep;

/// Q-learning platforms in two-sided markets.
#[derive(Parser)]
#[command(version)]
struct Command {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    Sweep(sweep::Options),
    Collect(collect::Options),
}

fn main() -> ExitCode {
    let run = |command: Command| -> Result<ExitCode, Box<dyn Error>> {
        match command.task {
            Task::Sweep(options) => options.run(),
            Task::Collect(options) => options.run(),
        }
    };
    run(Command::parse()).unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::FAILURE
    })
}
