use std::{
    collections::BTreeMap,
    error::Error,
    path::{Path, PathBuf},
};

use clap::Args;
use fireweed::{
    pricing::{
        analysis::{Deviation, Estimate, ImpulseResponse, SessionMeasures, Strategies},
        equilibrium::Benchmarks,
        game::{GridRule, MarketGame, MarketGrids},
        learner::{Exploration, QLearning},
        market::Market,
        session::{Convergence, SessionPlan, SessionResult},
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
    pub(crate) fn learner(&self) -> Result<QLearning, Box<dyn Error>> {
        let exploration = Exploration::Exponential { beta: self.beta };
        Ok(QLearning::new(self.alpha, self.delta, exploration)?)
    }

    pub(crate) fn convergence(&self) -> Convergence {
        Convergence {
            window: self.window,
            cap: self.cap,
        }
    }

    pub(crate) fn grids(&self, benchmarks: &Benchmarks) -> Result<MarketGrids, Box<dyn Error>> {
        let low = &benchmarks.competition.outcome.prices;
        let high = &benchmarks.collusion.outcome.prices;
        let rules = vec![GridRule::rescaled(self.prices); low.sides()];
        Ok(MarketGrids::from_rules(&rules, low, high)?)
    }
}

pub(crate) fn run(args: &SimulateArgs, interrupt: &Interrupt) -> Outcome {
    let market = args.market.market()?;
    let benchmarks = Benchmarks::of(&market)?;
    let folder = output::folder(args.out.as_deref())?;
    sessions(&market, &benchmarks, &args.learning, interrupt, &folder)?;
    say(&format!("results in {}", folder.display()));
    Ok(())
}

/// Runs sessions, and writes their table and the picture of their answers to a deviation.
pub(crate) fn sessions(
    market: &Market,
    benchmarks: &Benchmarks,
    learning: &LearningArgs,
    interrupt: &Interrupt,
    folder: &Path,
) -> Outcome {
    let game = MarketGame::new(market, &learning.grids(benchmarks)?)?;
    let learners = vec![learning.learner()?; market.platforms()];
    let plan = SessionPlan::new(game.to_normal_form()?, learners)?
        .with_seed(learning.seed)
        .with_convergence(learning.convergence());
    let results = plan.run_many(0..learning.sessions, &|| interrupt.is_set())?;
    let measures = results
        .iter()
        .map(|result| SessionMeasures::new(&game, benchmarks, &plan, result))
        .collect::<Result<Vec<_>, _>>()?;
    let names = SessionMeasures::names(market.platforms(), market.sides());
    output::show(&table(&names, &measures, &results), folder, "sessions")?;
    output::write(
        folder,
        "sessions.csv",
        &output::sessions_csv(&names, &measures),
    )?;
    let shown = response::Shown {
        market,
        benchmarks,
        sessions: learning.sessions,
    };
    shown.write(&respond(&game, &plan, &results)?, folder)
}

/// The answers of all sessions to a static best reply of platform 0.
fn respond(
    game: &MarketGame,
    plan: &SessionPlan,
    results: &[SessionResult],
) -> Result<Vec<ImpulseResponse>, Box<dyn Error>> {
    let deviation = Deviation::static_best_reply(0);
    let deltas: Vec<f64> = plan.learners().iter().map(|one| one.delta).collect();
    let answers = results.iter().map(|result| {
        let strategies = Strategies::of(plan, result)?;
        let span = (response::BEFORE, response::AFTER);
        ImpulseResponse::new(game, &strategies, &result.cycle, &deltas, &deviation, span)
    });
    Ok(answers.collect::<Result<_, _>>()?)
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
