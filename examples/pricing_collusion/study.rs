use std::{error::Error, fs, path::PathBuf};

use clap::Args;
use fireweed::pricing::{
    policy::{AnyPolicy, PolicyStudy},
    sweep::Shard,
};

use super::{
    Outcome, cli::say, equilibrium, interrupt::Interrupt, output, policies as policies_of,
    scenario_args::ScenarioArgs, simulate, sweep,
};

/// The complete small study.
#[derive(Args)]
pub(crate) struct StudyArgs {
    #[command(flatten)]
    scenario: ScenarioArgs,
    #[command(flatten)]
    deviation: simulate::DeviationArgs,
    /// TOML file with the policies to compare, one table [[policies]] each, instead of the six
    /// default ones.
    #[arg(long, value_name = "FILE")]
    policies: Option<PathBuf>,
    /// Number of sessions at each of the 42 points of the parameter sweep.
    #[arg(long, value_name = "N", default_value_t = 160)]
    sweep_sessions: u64,
    /// Folder for the results [default: the next free runs/pricing_collusion-NNN].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl StudyArgs {
    /// Returns the policies, with no policy first.
    fn policies(&self) -> Result<Vec<AnyPolicy>, Box<dyn Error>> {
        let Some(path) = &self.policies else {
            return Ok(policies_of::ours()?);
        };
        let at = |reason: String| format!("{}: {reason}", path.display());
        let text = fs::read_to_string(path).map_err(|error| at(error.to_string()))?;
        let listed = AnyPolicy::list_from_toml_str(&text).map_err(|error| at(error.to_string()))?;
        Ok(std::iter::once(AnyPolicy::default())
            .chain(listed)
            .collect())
    }
}

pub(crate) fn run(args: &StudyArgs, interrupt: &Interrupt) -> Outcome {
    let (scenario, policies) = (args.scenario.scenario()?, args.policies()?);
    let prepared = scenario.prepare_unless(&|| interrupt.is_set())?;
    args.deviation.check(&prepared)?;
    let folder = output::folder(args.out.as_deref())?;
    let sessions = args.scenario.sessions;
    output::settings(&folder, "study", &scenario, sessions)?;
    let table = equilibrium::table(&scenario.market, prepared.benchmarks());
    output::show(&table, &folder, "benchmarks")?;
    output::write(&folder, "benchmarks.csv", &equilibrium::csv(&table))?;
    simulate::sessions(&prepared, sessions, &args.deviation, interrupt, &folder)?;
    // Except for demand, moves and seed, the sweep has its own parameters, not those of the scenario.
    let mut sweep = sweep::study()?;
    sweep.demand = scenario.demand;
    let sweep = sweep
        .with_sessions(args.sweep_sessions)
        .with_moves(scenario.moves)
        .with_seed(scenario.seed);
    let study = PolicyStudy { scenario, sessions };
    policies_of::write(&study, &policies, interrupt, &folder)?;
    say("\nThe sweep varies parameters around the default market, also if another one is given:");
    sweep::run(
        sweep,
        &folder.join("sweep"),
        Shard::WHOLE,
        None,
        None,
        interrupt,
    )?;
    say(&format!("all results in {}", folder.display()));
    Ok(())
}
