use std::path::PathBuf;

use clap::Args;
use fireweed::pricing::{policy::PolicyStudy, sweep::Shard};

use super::{
    Outcome, cli::say, equilibrium, interrupt::Interrupt, market_args::MarketArgs, output,
    policies, simulate, sweep,
};

/// The complete small study.
#[derive(Args)]
pub(crate) struct StudyArgs {
    #[command(flatten)]
    market: MarketArgs,
    #[command(flatten)]
    learning: simulate::LearningArgs,
    /// Sessions at each of the 42 points of the sweep of parameters.
    #[arg(long, value_name = "N", default_value_t = 160)]
    sweep_sessions: u64,
    /// Folder for the results [default: the next free runs/pricing_collusion-NNN].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(crate) fn run(args: &StudyArgs, interrupt: &Interrupt) -> Outcome {
    let scenario = args.learning.scenario(args.market.market()?)?;
    let prepared = scenario.prepare()?;
    let folder = output::folder(args.out.as_deref())?;
    output::show(
        &equilibrium::table(&scenario.market, prepared.benchmarks()),
        &folder,
        "benchmarks",
    )?;

    let learning = &args.learning;
    simulate::sessions(&prepared, learning.sessions, interrupt, &folder)?;
    let study = PolicyStudy {
        scenario,
        sessions: learning.sessions,
    };
    policies::write(&study, interrupt, &folder)?;
    // The parameters of the sweep are its own: it says what a market of this kind does in general.
    let sweep = sweep::study()?
        .with_sessions(args.sweep_sessions)
        .with_seed(learning.seed);
    sweep::run(sweep, &folder.join("sweep"), Shard::WHOLE, None, interrupt)?;
    say(&format!("all results in {}", folder.display()));
    Ok(())
}
