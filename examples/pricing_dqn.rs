//! Platforms that set prices by deep Q-learning, compared with tabular Q-learning in the same
//! scenario.
//!
//! The learner is user-defined: it implements `LearnerRule` and `Learner`, and is run, measured and
//! written like the built-in kinds. The pricing module itself does not need Burn.

#[path = "common/cli.rs"]
mod cli;
#[path = "pricing_collusion/interrupt.rs"]
mod interrupt;
#[path = "pricing_dqn/learner.rs"]
mod learner;
#[path = "pricing_dqn/network.rs"]
mod network;

use std::{error::Error, process::ExitCode, time::Instant};

use clap::Parser;
use fireweed::{
    pricing::{
        analysis::{Estimate, SessionMeasures},
        learner::{AnyLearner, Exploration, QLearning, register_learner},
        market::Market,
        scenario::{PreparedScenario, Scenario, ScenarioGrids},
        session::Convergence,
    },
    report::Table,
};

use interrupt::Interrupt;
use learner::DeepQLearning;

/// Do platforms that learn by a neural network collude like those that learn by a table?
///
/// Deep Q-learning (Mnih et al. 2015) with a network of one hidden layer for each platform,
/// experience replay and a target network, in the one-sided market of Calvano et al. (2020) with
/// fewer prices. Tabular Q-learning uses the same exploration in the same scenario. The step size of
/// the network decays with exploration, so that its strategies converge.
#[derive(Parser)]
#[command(name = "pricing_dqn", version, verbatim_doc_comment)]
struct Command {
    /// Number of sessions of each learner, each with different random numbers.
    #[arg(long, value_name = "N", default_value_t = 3)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    sessions: u64,
    /// Number of prices of each platform, around both benchmarks.
    #[arg(long, value_name = "M", default_value_t = 8)]
    prices: usize,
    /// Largest number of periods of a session.
    #[arg(long, value_name = "T", default_value_t = 600_000)]
    cap: u64,
    /// Number of periods without change after which a session ends.
    #[arg(long, value_name = "T", default_value_t = 50_000)]
    window: u64,
    /// Discount factor δ of both learners.
    #[arg(long, default_value_t = 0.95, allow_hyphen_values = true)]
    delta: f64,
    /// Decay rate β of exploration, per period, of both learners.
    #[arg(long, default_value_t = 2e-5, allow_hyphen_values = true)]
    beta: f64,
    /// Learning rate α of the table.
    #[arg(long, default_value_t = 0.15, allow_hyphen_values = true)]
    alpha: f64,
    /// Step size of Adam for the network, which decays with exploration.
    #[arg(long, default_value_t = 2e-3)]
    step_size: f64,
    /// Number of units of the hidden layer.
    #[arg(long, default_value_t = 32)]
    #[arg(value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=4096))]
    hidden: usize,
    /// Number of periods between two steps of training.
    #[arg(long, default_value_t = 8)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    every: u64,
    /// Seed of all sessions.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Print the scenario of the network as TOML, and run nothing.
    #[arg(long)]
    print_scenario: bool,
}

fn main() -> ExitCode {
    cli::run(|command: Command| {
        let interrupt = Interrupt::on_ctrl_c()?;
        match command.run(&interrupt) {
            Err(_) if interrupt.is_set() => {
                eprintln!("stopped");
                Ok(ExitCode::from(cli::INTERRUPTED))
            }
            outcome => outcome.map(|()| ExitCode::SUCCESS),
        }
    })
}

impl Command {
    fn run(&self, interrupt: &Interrupt) -> Result<(), Box<dyn Error>> {
        // Scenario files may use the kind from here on.
        register_learner::<DeepQLearning>(DeepQLearning::KIND);
        let deep = DeepQLearning {
            delta: self.delta,
            beta: self.beta,
            step_size: self.step_size,
            hidden: self.hidden,
            every: self.every,
            ..DeepQLearning::default()
        };
        let deep = self.scenario(AnyLearner::new(deep)?)?;
        if self.print_scenario {
            cli::say(deep.to_toml()?.trim_end());
            return Ok(());
        }
        let exploration = Exploration::Exponential { beta: self.beta };
        let table = QLearning::new(self.alpha, self.delta, exploration)?;
        let table = self.scenario(table)?;
        let (prepared, deep) = (table.prepare()?, deep.prepare()?);
        let rows = [
            benchmark(&prepared, "competition", 0.0),
            benchmark(&prepared, "collusion", 1.0),
            self.measured("table (Q-learning)", &prepared, interrupt)?,
            self.measured("network (deep Q-learning)", &deep, interrupt)?,
        ];
        let (seed, count) = (self.seed, self.sessions);
        let note = match count {
            1 => format!("One session, with the seed {seed}."),
            _ => format!("Mean ± standard error over {count} sessions, with the seed {seed}."),
        };
        let head = [
            "",
            "gain Δ",
            "price",
            "profit",
            "Q-loss",
            "not converged",
            "seconds",
        ];
        let table = Table {
            title: "Learned prices by table and by network".to_owned(),
            head: head.map(str::to_owned).to_vec(),
            rows: rows.to_vec(),
            notes: vec![
                note,
                "Prices and profits are means over platforms on the limit cycle of the learned \
                 strategies, in money. Q-loss: the loss of the strategy relative to the best \
                 one-shot deviation, as a share of value."
                    .to_owned(),
            ],
        };
        cli::say(&table.to_string());
        Ok(())
    }

    fn scenario(&self, learner: impl Into<AnyLearner>) -> Result<Scenario, Box<dyn Error>> {
        let (window, cap) = (self.window, self.cap);
        let grids = ScenarioGrids::rescaled(self.prices);
        let scenario = Scenario::new(Market::symmetric(2, 1)?, grids, learner)
            .with_convergence(Convergence { window, cap })
            .with_seed(self.seed);
        scenario.validate()?;
        Ok(scenario)
    }

    /// Runs the sessions of a learner, and returns a row of the table.
    fn measured(
        &self,
        name: &str,
        prepared: &PreparedScenario,
        interrupt: &Interrupt,
    ) -> Result<Vec<String>, Box<dyn Error>> {
        let begun = Instant::now();
        let results = prepared.run(0..self.sessions, &|| interrupt.is_set())?;
        let seconds = begun.elapsed().as_secs_f64();
        let measures = results.iter().map(|result| prepared.measure(result));
        let measures = measures.collect::<Result<Vec<_>, _>>()?;
        let of = |value: &dyn Fn(&SessionMeasures) -> f64| {
            let values: Vec<f64> = measures.iter().map(value).collect();
            match Estimate::of(&values) {
                Some(one) if one.standard_error.is_finite() => {
                    format!("{:.3} ± {:.3}", one.mean, one.standard_error)
                }
                Some(one) => format!("{:.3}", one.mean),
                None => "–".to_owned(),
            }
        };
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let unconverged = measures.iter().filter(|one| !one.converged).count();
        Ok(vec![
            name.to_owned(),
            of(&|one| one.profit_gain),
            of(&|one| mean(one.prices.as_slice())),
            of(&|one| mean(&one.profits)),
            of(&|one| one.one_shot.loss_on_path),
            format!("{unconverged} of {}", self.sessions),
            format!("{seconds:.1}"),
        ])
    }
}

/// Returns a row with a benchmark of the market.
fn benchmark(prepared: &PreparedScenario, name: &str, gain: f64) -> Vec<String> {
    let benchmarks = prepared.benchmarks();
    let outcome = match gain == 0.0 {
        true => &benchmarks.competition.outcome,
        false => &benchmarks.collusion.outcome,
    };
    let (price, profit) = (outcome.prices[(0, 0)], outcome.profits[0]);
    let numbers = [gain, price, profit].map(|number| format!("{number:.3}"));
    let rest = ["", "", ""].map(str::to_owned);
    std::iter::once(name.to_owned())
        .chain(numbers)
        .chain(rest)
        .collect()
}
