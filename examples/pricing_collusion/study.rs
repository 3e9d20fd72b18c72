use std::path::PathBuf;

use clap::Args;
use fireweed::pricing::{equilibrium::Benchmarks, policy::PolicyStudy};

use super::{
    Outcome, cli::say, equilibrium, interrupt::Interrupt, market_args::MarketArgs, output,
    policies, simulate,
};

/// The complete small study.
#[derive(Args)]
pub(crate) struct StudyArgs {
    #[command(flatten)]
    market: MarketArgs,
    #[command(flatten)]
    learning: simulate::LearningArgs,
    /// Folder for the results [default: the next free runs/pricing_collusion-NNN].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(crate) fn run(args: &StudyArgs, interrupt: &Interrupt) -> Outcome {
    let market = args.market.market()?;
    let benchmarks = Benchmarks::of(&market)?;
    let folder = output::folder(args.out.as_deref())?;
    output::show(
        &equilibrium::table(&market, &benchmarks)?,
        &folder,
        "benchmarks",
    )?;

    let learning = &args.learning;
    simulate::sessions(&market, &benchmarks, learning, interrupt, &folder)?;

    let study = PolicyStudy {
        grids: learning.grids(&benchmarks)?,
        learners: vec![learning.learner()?; market.platforms()],
        convergence: learning.convergence(),
        seed: learning.seed,
        sessions: learning.sessions,
        market,
        benchmarks,
    };
    policies::write(&study, interrupt, &folder)?;
    // The sweep of parameters, on both grids and by both measures, belongs here.
    say(&format!("results in {}", folder.display()));
    Ok(())
}
