use std::{
    error::Error,
    io::IsTerminal,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use clap::Args;

use super::{Outcome, cli::say, interrupt::Interrupt, output::counted};
use fireweed::pricing::{
    game::GridRule,
    learner::{Exploration, QLearning},
    market::Market,
    session::Convergence,
    sweep::{
        Axis, Collected, Parameter, Progress, Shard, Sweep, SweepConfig, SweepError, SweepGrid,
    },
};

/// Run many sessions over many parameters; on a cluster, one shard of them.
///
/// The same command continues an interrupted sweep. Without --config, the sweep varies externality,
/// heterogeneity, outside utility, discount factor and penalty, one at a time. It uses a price grid
/// that moves with the market, and a fixed one.
#[derive(Args)]
pub(crate) struct Options {
    /// Settings in TOML; --print-config prints the default ones.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Folder of the sweep.
    #[arg(long, value_name = "DIR", default_value = "runs/pricing-sweep")]
    out: PathBuf,
    /// Folder of a finished sweep with fewer sessions or points; results of the same points are
    /// reused and not run again.
    #[arg(long, value_name = "DIR")]
    reuse: Option<PathBuf>,
    /// Shard to run: I/N, counted from 0. With auto/N, I is that of the array (Slurm, SGE, LSF),
    /// Kubernetes Indexed Job, MPI or srun process. Use from0/N or from1/N for arrays without a
    /// known first index (PBS), or parts of one.
    #[arg(long, value_name = "I/N", default_value = "0/1")]
    shard: String,
    /// Number of sessions of each point, instead of that of the settings.
    #[arg(long)]
    sessions: Option<u64>,
    /// Seed, instead of that of the settings.
    #[arg(long)]
    seed: Option<u64>,
    /// Number of threads; all cores by default. Results do not depend on it.
    #[arg(long)]
    threads: Option<usize>,
    /// Print the settings, and run nothing.
    #[arg(long)]
    print_config: bool,
}

impl Options {
    pub(crate) fn run(&self, interrupt: &Interrupt) -> Outcome {
        let mut config = match &self.config {
            Some(path) => SweepConfig::read(path)?,
            None => study()?,
        };
        config.sessions = self.sessions.unwrap_or(config.sessions);
        config.seed = self.seed.unwrap_or(config.seed);
        if self.print_config {
            say(config.to_toml()?.trim_end());
            return Ok(());
        }
        let shard = Shard::parse(&self.shard, |name| std::env::var(name).ok())?;
        run(
            config,
            &self.out,
            shard,
            self.threads,
            self.reuse.as_deref(),
            interrupt,
        )
    }
}

/// Runs a shard of a sweep; if it is the whole sweep, collects the results.
pub(crate) fn run(
    config: SweepConfig,
    folder: &Path,
    shard: Shard,
    threads: Option<usize>,
    reuse: Option<&Path>,
    interrupt: &Interrupt,
) -> Outcome {
    let sweep = Sweep::new(config)?;
    let known = reuse.map(Collected::read).transpose()?;
    let known: Vec<Collected> = known.into_iter().collect();
    let display = Display::new(shard);
    let progress = |now: &Progress| display.show(now);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.unwrap_or(0));
    let report = pool
        .build()?
        .install(|| sweep.run_reusing(&known, folder, shard, &progress, &|| interrupt.is_set()));
    if let Err(stopped @ SweepError::Stopped { .. }) = &report {
        eprintln!("{stopped}");
    }
    let report = report?;
    say(&format!(
        "shard {shard}: {} added to {} existing ones",
        counted(report.added, "session"),
        report.kept
    ));
    if shard == Shard::WHOLE {
        super::collect::report(&Collected::read(folder)?, folder)?;
    }
    Ok(())
}

/// Returns the default sweep: two platforms, two sides, four prices on each.
pub(crate) fn study() -> Result<SweepConfig, Box<dyn Error>> {
    let market = Market::builder(2, 2).cross_externality(0.1).build()?;
    let learner = QLearning::new(0.15, 0.95, Exploration::Exponential { beta: 8e-6 })?;
    let rule = GridRule::rescaled(4);
    let config = SweepConfig::new(market, learner)
        .with_seed(1)
        .with_sessions(160)
        .with_convergence(Convergence {
            window: 100_000,
            cap: 20_000_000,
        })
        .with_grid(SweepGrid::new("rescaled", rule.clone()))
        .with_grid(SweepGrid::new("fixed", rule).around_base());
    let axes = [
        (Parameter::CrossExternality, [0.0, 0.05, 0.1, 0.15, 0.2]),
        (Parameter::Heterogeneity, [0.2, 0.225, 0.25, 0.275, 0.3]),
        (Parameter::OutsideUtility, [-0.4, -0.2, 0.0, 0.2, 0.4]),
        (Parameter::DiscountFactor, [0.0, 0.35, 0.65, 0.8, 0.95]),
        (Parameter::Penalty, [0.0, 0.25, 0.5, 0.75, 1.0]),
    ];
    Ok(axes.into_iter().fold(config, |config, (name, values)| {
        config.with_axis(Axis::new(name, values))
    }))
}

/// The progress display: a line that is rewritten on a terminal, and an occasional line in a log.
struct Display {
    shard: Shard,
    terminal: bool,
    last: Mutex<Option<Instant>>,
}

impl Display {
    fn new(shard: Shard) -> Self {
        Self {
            shard,
            terminal: std::io::stderr().is_terminal(),
            last: Mutex::new(None),
        }
    }

    fn show(&self, now: &Progress) {
        let pause = Duration::from_millis(if self.terminal { 200 } else { 15_000 });
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let over = now.done == now.total;
        if !over && last.is_some_and(|last| last.elapsed() < pause) {
            return;
        }
        *last = Some(Instant::now());
        let left = now.remaining.map_or(String::new(), |left| {
            let seconds = left.as_secs();
            format!(", {}:{:02} left", seconds / 60, seconds % 60)
        });
        let (begin, end) = match (self.terminal, over) {
            (true, false) => ("\r", ""),
            (true, true) => ("\r", "\n"),
            (false, _) => ("", "\n"),
        };
        eprint!(
            "{begin}shard {}: {} of {}{left}   {end}",
            self.shard,
            now.done,
            counted(now.total, "session")
        );
    }
}
