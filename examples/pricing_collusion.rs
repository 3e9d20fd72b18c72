//! Pricing algorithms in two-sided markets: benchmarks, learning sessions, policies.

#[path = "pricing_collusion/anchor.rs"]
mod anchor;
#[path = "common/cli.rs"]
mod cli;
#[path = "pricing_collusion/collect.rs"]
mod collect;
#[path = "pricing_collusion/collusion.rs"]
mod collusion;
#[path = "pricing_collusion/curves.rs"]
mod curves;
#[path = "pricing_collusion/equilibrium.rs"]
mod equilibrium;
#[path = "pricing_collusion/interrupt.rs"]
mod interrupt;
#[path = "pricing_collusion/market_args.rs"]
mod market_args;
#[path = "pricing_collusion/outcomes.rs"]
mod outcomes;
#[path = "pricing_collusion/output.rs"]
mod output;
#[path = "pricing_collusion/policies.rs"]
mod policies;
#[path = "pricing_collusion/price_path.rs"]
mod price_path;
#[path = "pricing_collusion/response.rs"]
mod response;
#[path = "pricing_collusion/scenario_args.rs"]
mod scenario_args;
#[path = "pricing_collusion/simulate.rs"]
mod simulate;
#[path = "pricing_collusion/study.rs"]
mod study;
#[path = "pricing_collusion/sweep.rs"]
mod sweep;

use std::{error::Error, process::ExitCode};

use clap::{Parser, Subcommand};

use interrupt::Interrupt;

/// Do pricing algorithms learn to collude in two-sided markets, how much, and which policy stops it?
///
/// Platforms serve several sides, and users of each side join one platform or none; externalities
/// are the benefits of a user from the users of another side. Platforms set prices by Q-learning.
/// The market with several sides is our derivation; with one side it is that of Calvano, Calzolari,
/// Denicolò and Pastorello (2020).
///
/// Without a subcommand, runs a complete small study: benchmarks, learning sessions, responses to a
/// deviation, policies, and a sweep of parameters, with figures and tables in a new folder.
/// Ctrl-C stops cleanly.
#[derive(Parser)]
#[command(name = "pricing_collusion", version, verbatim_doc_comment)]
#[command(args_conflicts_with_subcommands = true)]
struct Command {
    #[command(subcommand)]
    task: Option<Task>,
    #[command(flatten)]
    study: study::StudyArgs,
}

#[derive(Subcommand)]
enum Task {
    /// Compute prices, participation and profits in competition and in collusion.
    Equilibrium(equilibrium::EquilibriumArgs),
    /// Run learning sessions: gains, outcomes on each side, responses to a deviation.
    Simulate(simulate::SimulateArgs),
    /// Test for collusion: a scenario next to controls in which collusion is impossible (no memory,
    /// no future, fixed rivals), with tests for punishment and equilibrium.
    Collusion(collusion::CollusionArgs),
    /// Compare the one-sided baseline of Calvano et al. (2020) with its published numbers.
    Anchor(anchor::AnchorArgs),
    Sweep(sweep::Options),
    Collect(collect::Options),
}

/// The result of a subcommand.
type Outcome = Result<(), Box<dyn Error>>;

fn main() -> ExitCode {
    cli::run(|command: Command| {
        let interrupt = Interrupt::on_ctrl_c()?;
        let outcome = match &command.task {
            None => study::run(&command.study, &interrupt),
            Some(Task::Equilibrium(args)) => equilibrium::run(args, &interrupt),
            Some(Task::Simulate(args)) => simulate::run(args, &interrupt),
            Some(Task::Collusion(args)) => collusion::run(args, &interrupt),
            Some(Task::Anchor(args)) => anchor::run(args, &interrupt),
            Some(Task::Sweep(options)) => options.run(&interrupt),
            Some(Task::Collect(options)) => options.run(),
        };
        match outcome {
            Err(_) if interrupt.is_set() => {
                eprintln!("stopped");
                Ok(ExitCode::from(cli::INTERRUPTED))
            }
            outcome => outcome.map(|()| ExitCode::SUCCESS),
        }
    })
}
