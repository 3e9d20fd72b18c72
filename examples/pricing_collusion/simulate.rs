use std::{
    collections::BTreeMap,
    error::Error,
    path::{Path, PathBuf},
};

use clap::Args;
use fireweed::{
    pricing::{
        analysis::{Deviation, Estimate, SessionMeasures},
        learner::{Exploration, QLearning},
        market::Market,
        scenario::{PreparedScenario, Scenario, ScenarioGrids},
        session::{Convergence, SessionResult},
    },
    report::Table,
};

use super::{Outcome, cli::say, interrupt::Interrupt, market_args::MarketArgs, output, response};

#[derive(Args)]
pub(crate) struct SimulateArgs {
    #[command(flatten)]
    market: MarketArgs,
    #[command(flatten)]
    learning: LearningArgs,
    /// Folder for the results [default: the next free runs/pricing_collusion-NNN].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// How platforms learn.
#[derive(Args)]
pub(crate) struct LearningArgs {
    /// Sessions, each from its own random numbers.
    #[arg(long, value_name = "N", default_value_t = 50)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) sessions: u64,
    /// Prices on each side, around both benchmarks.
    #[arg(long, value_name = "M", default_value_t = 4)]
    pub(crate) prices: usize,
    /// Learning rate.
    #[arg(long, default_value_t = 0.15, allow_hyphen_values = true)]
    pub(crate) alpha: f64,
    /// Discount factor.
    #[arg(long, default_value_t = 0.95, allow_hyphen_values = true)]
    pub(crate) delta: f64,
    /// Rate at which exploration dies out, per period.
    #[arg(long, default_value_t = 4e-6, allow_hyphen_values = true)]
    pub(crate) beta: f64,
    /// Periods without change that end a session.
    #[arg(long, value_name = "T", default_value_t = 100_000)]
    pub(crate) window: u64,
    /// The most periods of a session.
    #[arg(long, value_name = "T", default_value_t = 1_000_000_000)]
    pub(crate) cap: u64,
    /// Seed of all sessions.
    #[arg(long, default_value_t = 0)]
    pub(crate) seed: u64,
}

impl LearningArgs {
    /// The scenario of a market.
    pub(crate) fn scenario(&self, market: Market) -> Result<Scenario, Box<dyn Error>> {
        let exploration = Exploration::Exponential { beta: self.beta };
        let learner = QLearning::new(self.alpha, self.delta, exploration)?;
        let convergence = Convergence {
            window: self.window,
            cap: self.cap,
        };
        let grids = ScenarioGrids::rescaled(self.prices);
        Ok(Scenario::new(market, grids, learner)
            .with_seed(self.seed)
            .with_convergence(convergence))
    }
}

pub(crate) fn run(args: &SimulateArgs, interrupt: &Interrupt) -> Outcome {
    let scenario = args.learning.scenario(args.market.market()?)?;
    let prepared = scenario.prepare()?;
    let folder = output::folder(args.out.as_deref())?;
    sessions(&prepared, args.learning.sessions, interrupt, &folder)?;
    say(&format!("results in {}", folder.display()));
    Ok(())
}

/// Runs sessions, and writes their table and the picture of their responses to a deviation.
pub(crate) fn sessions(
    prepared: &PreparedScenario,
    sessions: u64,
    interrupt: &Interrupt,
    folder: &Path,
) -> Outcome {
    let results = prepared.run(0..sessions, &|| interrupt.is_set())?;
    let measures = results.iter().map(|result| prepared.measure(result));
    let measures = measures.collect::<Result<Vec<_>, _>>()?;
    let market = prepared.game().market();
    let names = SessionMeasures::names(market.platforms(), market.sides());
    output::show(&table(&names, &measures, &results), folder, "sessions")?;
    output::write(
        folder,
        "sessions.csv",
        &output::sessions_csv(&names, &measures),
    )?;
    let deviation = Deviation::static_best_reply(0);
    let span = (response::BEFORE, response::AFTER);
    let answers = results
        .iter()
        .map(|result| prepared.respond(result, &deviation, span));
    let shown = response::Shown {
        market,
        benchmarks: prepared.benchmarks(),
        sessions,
    };
    shown.write(&answers.collect::<Result<Vec<_>, _>>()?, folder)
}

fn table(names: &[String], measures: &[SessionMeasures], results: &[SessionResult]) -> Table {
    let rows = names
        .iter()
        .zip(Estimate::of_sessions(measures))
        .map(|(name, estimate)| {
            let cells = match estimate {
                None => vec!["–".to_owned(); 4],
                Some(one) => vec![
                    number(one.mean),
                    number(one.deviation),
                    number(one.standard_error),
                    format!("{} – {}", number(one.interval.0), number(one.interval.1)),
                ],
            };
            std::iter::once(name.replace('_', " "))
                .chain(cells)
                .collect()
        });
    let mut cycles: BTreeMap<usize, usize> = BTreeMap::new();
    for result in results {
        *cycles.entry(result.cycle.len()).or_default() += 1;
    }
    let cycles: Vec<String> = cycles
        .iter()
        .map(|(length, count)| format!("{length}: {count}"))
        .collect();
    let head = ["", "mean", "s.d.", "s.e.", "95 % interval"];
    Table {
        title: format!("{} sessions", results.len()),
        head: head.map(str::to_owned).to_vec(),
        rows: rows.collect(),
        notes: vec![format!(
            "Sessions by length of the limit cycle: {}.",
            cycles.join(", ")
        )],
    }
}

/// A number in a table: whole where it is large.
fn number(value: f64) -> String {
    match value.abs() {
        1000.0.. => format!("{value:.0}"),
        _ => format!("{value:.4}"),
    }
}
