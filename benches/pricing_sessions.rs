//! Sessions of Q-learners in repeated duopolies: million periods per CPU second on one thread, and
//! the speedup by a second thread. One period consists of both platforms' choices and updates.
//!
//! `cargo bench --no-default-features --features pricing --bench pricing_sessions`
//!
//! With `--peer COMMAND`, another program runs between the rounds, so that the ratio is reliable on
//! a noisy machine. It is called with `--side 0|3|5|7 --sessions N --periods N` and prints a line
//! of JSON with `million_per_cpu_second`.
//!
//! The bottlenecks, found by timing parts of sessions with components switched on and off:
//!
//! - The generator is not a bottleneck: exploration is drawn ahead and takes about a tenth of the
//!   one-sided time.
//! - While values still fall from their optimistic start, in about the first half of a session, the
//!   greedy action of a row changes in up to nine of ten periods. Each change is an unpredictable
//!   branch followed by a scan of the row: 30 ns per period with 15 actions, 50 to 60 ns with 49.
//! - Later, strategies follow a cycle of few states, and a period is the latency of its chain from
//!   greedy action to state, value and update. That is 9 ns, about 30 cycles.
//! - Two sessions interleaved in one thread hide part of that latency. They gain a tenth with 9 and
//!   15 actions, but lose a tenth with 49, whose values (1.9 MB per session) exceed the
//!   second-level cache. One at a time is simpler.
//! - Two threads share almost nothing: a period takes 0 to 3 % more CPU time than on one thread
//!   (59.0 and 58.9, 86.3 and 85.6, 48.7 and 48.2, 31.6 and 30.7 million periods per CPU second).
//!   The cost is highest with 49 actions, whose values share the third-level cache. On two idle
//!   cores, sweeps over the two-sided games took 1.91 (3 prices), 1.93 (5) and 1.92 (7) times less
//!   wall time, including the start of the process. The rest is lost to work other than learning,
//!   and to sessions of different length at the end.

use std::{process::Command, time::Instant};

use clap::Parser;
use cpu_time::ProcessTime;
use fireweed::pricing::{
    anchor::baseline_game,
    game::NormalFormGame,
    learner::{Exploration, QLearning},
    session::{Convergence, SessionPlan},
};

type Failure = Box<dyn std::error::Error>;

/// Million periods per CPU second of pricing sessions.
#[derive(Parser)]
struct Options {
    /// Number of sessions of each round.
    #[arg(long, default_value_t = 8)]
    sessions: u64,
    /// Number of rounds; medians are printed.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Another program to run between the rounds.
    #[arg(long)]
    peer: Option<String>,
    /// Passed by Cargo.
    #[arg(long, hide = true)]
    bench: bool,
}

/// Rates of one round, in million periods per second.
struct Round {
    one: f64,
    one_wall: f64,
    two: f64,
    two_wall: f64,
    peer: Option<f64>,
}

fn main() {
    if let Err(error) = run(&Options::parse()) {
        eprintln!("error: {error}");
        std::process::exit(1);
    }
}

fn run(options: &Options) -> Result<(), Failure> {
    println!(
        "million periods per second, medians of {} rounds",
        options.rounds
    );
    println!(
        "{:<26}{:>9}{:>9}{:>9}{:>9}{:>11}{:>9}{:>9}{:>9}",
        "prices", "actions", "states", "per CPU", "wall", "2 thr, CPU", "wall", "peer", "ratio"
    );
    for side in [0, 3, 5, 7] {
        let cap = if side == 0 { 1_000_000_000 } else { 3_000_000 };
        let game = if side == 0 {
            baseline_game()?
        } else {
            two_sided(side)?
        };
        let (actions, states) = (game.action_counts()[0], game.joint_count());
        let learner = QLearning::new(0.15, 0.95, Exploration::Exponential { beta: 4e-6 })?;
        let plan = SessionPlan::new(game, vec![learner; 2])?.with_convergence(Convergence {
            window: 100_000,
            cap,
        });
        timed(&plan, 1, 1)?;
        let rounds: Result<Vec<Round>, Failure> = (0..options.rounds)
            .map(|_| {
                let (one, one_wall) = timed(&plan, 1, options.sessions)?;
                let peer = match &options.peer {
                    Some(command) => Some(peer(command, side, options.sessions, cap)?),
                    None => None,
                };
                let (two, two_wall) = timed(&plan, 2, options.sessions)?;
                Ok(Round {
                    one,
                    one_wall,
                    two,
                    two_wall,
                    peer,
                })
            })
            .collect();
        let rounds = rounds?;
        let median_of = |of: &dyn Fn(&Round) -> f64| median(rounds.iter().map(of).collect());
        let named = match side {
            0 => "one-sided, 15".to_owned(),
            _ => format!("two-sided, {side} per side"),
        };
        print!(
            "{named:<26}{actions:>9}{states:>9}{:>9.1}{:>9.1}{:>11.1}{:>9.1}",
            median_of(&|round| round.one),
            median_of(&|round| round.one_wall),
            median_of(&|round| round.two),
            median_of(&|round| round.two_wall),
        );
        match options.peer {
            Some(_) => println!(
                "{:>9.1}{:>9.2}",
                median_of(&|round| round.peer.unwrap_or(f64::NAN)),
                median_of(&|round| round.one / round.peer.unwrap_or(f64::NAN)),
            ),
            None => println!("{:>9}{:>9}", "-", "-"),
        }
    }
    Ok(())
}

/// Returns million periods per CPU second and per second of wall time.
fn timed(plan: &SessionPlan, threads: usize, sessions: u64) -> Result<(f64, f64), Failure> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()?;
    let (clock, cpu) = (Instant::now(), ProcessTime::now());
    let results = pool.install(|| plan.run_many(0..sessions, &|| false))?;
    let (cpu, clock) = (cpu.elapsed().as_secs_f64(), clock.elapsed().as_secs_f64());
    let periods: u64 = results.iter().map(|result| result.learned.periods).sum();
    let millions = periods as f64 / 1e6;
    Ok((millions / cpu, millions / clock))
}

fn peer(command: &str, side: usize, sessions: u64, periods: u64) -> Result<f64, Failure> {
    let mut words = command.split_whitespace();
    let program = words.next().ok_or("the peer's command is empty")?;
    let output = Command::new(program)
        .args(words)
        .args(["--side", &side.to_string()])
        .args(["--sessions", &sessions.to_string()])
        .args(["--periods", &periods.to_string()])
        .output()?;
    let line: serde_json::Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("{command} printed no line of JSON: {error}"))?;
    line["million_per_cpu_second"]
        .as_f64()
        .ok_or_else(|| format!("{command} printed no million_per_cpu_second").into())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Returns a game of two platforms with `prices` prices on each of two sides, a cross externality
/// of 0.1 and otherwise the parameters of the one-sided game.
fn two_sided(prices: usize) -> Result<NormalFormGame, Failure> {
    let (low, high) = (1.392343, 1.942666);
    let reach = 0.1 * (high - low);
    let step = (high - low + 2.0 * reach) / (prices - 1) as f64;
    let price = |index: usize| low - reach + step * index as f64;
    let game = NormalFormGame::from_fn(vec![prices * prices; 2], |actions| {
        let paid = [0, 1].map(|i| [price(actions[i] / prices), price(actions[i] % prices)]);
        let mut shares = [[0.3_f64; 2]; 2];
        for _ in 0..200 {
            let attraction = [0, 1].map(|i: usize| {
                [0, 1].map(|k: usize| ((2.0 + 0.1 * shares[i][1 - k] - paid[i][k]) / 0.25).exp())
            });
            let total = [0, 1].map(|k| 1.0 + attraction[0][k] + attraction[1][k]);
            shares = [0, 1].map(|i: usize| [0, 1].map(|k: usize| attraction[i][k] / total[k]));
        }
        let profit = |i: usize| (0..2).map(|k| (paid[i][k] - 1.0) * shares[i][k]).sum();
        vec![profit(0), profit(1)]
    })?;
    Ok(game)
}
