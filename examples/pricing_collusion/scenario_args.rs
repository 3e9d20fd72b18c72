use std::{error::Error, fs, path::PathBuf};

use clap::Args;
use fireweed::pricing::{
    environment::Moves,
    learner::{Exploration, QLearning},
    scenario::{Scenario, ScenarioGrids},
    session::Convergence,
};

use super::market_args::MarketArgs;

/// The scenario, from flags or from a file.
#[derive(Args)]
pub(crate) struct ScenarioArgs {
    /// TOML file with the scenario, instead of the flags of market and learners. Each run writes
    /// one (scenario.toml), which can be used here.
    #[arg(long, value_name = "FILE", conflicts_with_all = [
        "market", "platforms", "sides", "externality", "heterogeneity", "outside", "quality", "cost",
        "prices", "alpha", "delta", "beta", "window", "cap", "in_turn",
        "demand_spread", "demand_persistence", "demand_observed",
    ])]
    scenario: Option<PathBuf>,
    #[command(flatten)]
    market: MarketArgs,
    /// Number of sessions, each with different random numbers.
    #[arg(long, value_name = "N", default_value_t = 50)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) sessions: u64,
    /// Number of prices on each side, around both benchmarks.
    #[arg(long, value_name = "M", default_value_t = 4)]
    prices: usize,
    /// Learning rate α.
    #[arg(
        long,
        visible_alias = "learning-rate",
        default_value_t = 0.15,
        allow_hyphen_values = true
    )]
    alpha: f64,
    /// Discount factor δ.
    #[arg(
        long,
        visible_alias = "discount-factor",
        default_value_t = 0.95,
        allow_hyphen_values = true
    )]
    delta: f64,
    /// Decay rate β of exploration, per period.
    #[arg(
        long,
        visible_alias = "exploration-rate",
        default_value_t = 4e-6,
        allow_hyphen_values = true
    )]
    beta: f64,
    /// Number of periods without change after which a session ends.
    #[arg(long, value_name = "T", default_value_t = 100_000)]
    window: u64,
    /// Largest number of periods of a session.
    #[arg(long, value_name = "T", default_value_t = 1_000_000_000)]
    cap: u64,
    /// Let platforms set prices in turn, and hold them until their next turn (Klein 2021), instead
    /// of all at the same time.
    #[arg(long)]
    in_turn: bool,
    /// Seed of all sessions [default: 0, or that of the scenario file].
    #[arg(long)]
    seed: Option<u64>,
}

impl ScenarioArgs {
    pub(crate) fn scenario(&self) -> Result<Scenario, Box<dyn Error>> {
        let scenario = match &self.scenario {
            Some(path) => {
                let at = |error: &dyn Error| format!("{}: {error}", path.display());
                let text = fs::read_to_string(path).map_err(|error| at(&error))?;
                Scenario::from_toml_str(&text).map_err(|error| at(&error))?
            }
            None => {
                let exploration = Exploration::Exponential { beta: self.beta };
                let learner = QLearning::new(self.alpha, self.delta, exploration)?;
                let grids = ScenarioGrids::rescaled(self.prices);
                let moves = match self.in_turn {
                    true => Moves::InTurn,
                    false => Moves::Simultaneous,
                };
                let scenario = Scenario {
                    demand: self.market.demand()?,
                    ..Scenario::new(self.market.market()?, grids, learner)
                };
                scenario.with_moves(moves).with_convergence(Convergence {
                    window: self.window,
                    cap: self.cap,
                })
            }
        };
        let seed = self.seed.unwrap_or(scenario.seed);
        Ok(scenario.with_seed(seed))
    }
}
