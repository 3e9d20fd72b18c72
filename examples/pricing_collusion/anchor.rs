use clap::Args;
use fireweed::{
    pricing::{
        anchor::{Replay, Summary, baseline_game},
        learner::{Exploration, QLearning},
        session::SessionPlan,
    },
    report::Table,
};

use super::{Outcome, cli::say, interrupt::Interrupt};

#[derive(Args)]
pub(crate) struct AnchorArgs {
    /// Number of sessions to replay with the authors' program, and to run with another generator.
    /// The published numbers are means of 1000.
    #[arg(long, value_name = "N", default_value_t = 100)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    sessions: u32,
    /// Seed of the other generator.
    #[arg(long, default_value_t = 0)]
    seed: u64,
}

/// Periods to convergence without the window, and cycle lengths of the authors' first sessions.
const FIRST: [(u64, usize); 8] = [
    (1_679_187, 3),
    (1_408_026, 1),
    (1_423_143, 3),
    (1_692_041, 1),
    (1_498_205, 1),
    (1_814_768, 1),
    (1_516_361, 1),
    (1_305_970, 3),
];

pub(crate) fn run(args: &AnchorArgs, interrupt: &Interrupt) -> Outcome {
    let stop = || interrupt.is_set();
    let replayed = Replay::baseline()?.run_many(1..=args.sessions, &stop)?;
    let learner = QLearning::new(0.15, 0.95, Exploration::Exponential { beta: 4e-6 })?;
    let plan = SessionPlan::new(baseline_game()?, vec![learner; 2])?.with_seed(args.seed);
    let own = plan.run_many(0..args.sessions.into(), &stop)?;

    let equal = FIRST.iter().zip(&replayed).filter(|(first, session)| {
        session.time_to_convergence == Some(first.0) && session.cycle.len() == first.1
    });
    let (equal, known) = (equal.count(), FIRST.len().min(replayed.len()));
    let columns = [Summary::new(&replayed), Summary::new(&own)];
    let row = |name: &str, published: &str, of: &dyn Fn(&Summary) -> String| {
        let cells = columns.iter().map(of);
        let names = [name.to_owned(), published.to_owned()];
        names.into_iter().chain(cells).collect::<Vec<_>>()
    };
    let percent = |share: f64| format!("{:.1} %", 100.0 * share);
    let rows = vec![
        row("sessions", "1000", &|one| one.sessions.to_string()),
        row("converged", "100.0 %", &|one| percent(one.converged)),
        row("profit gain Δ", "0.848715", &|one| {
            format!("{:.6}", one.profit_gain)
        }),
        row("s.d. of Δ", "0.111979", &|one| {
            format!("{:.6}", one.profit_gain_spread)
        }),
        row("episodes of 25,000 periods", "70.046034", &|one| {
            format!("{:.6}", one.episodes)
        }),
        row("cycles of 1 period", "64.3 %", &|one| {
            percent(one.cycles[0])
        }),
        row("cycles of 2 periods", "23.8 %", &|one| {
            percent(one.cycles[1])
        }),
        row("longer cycles", "11.9 %", &|one| percent(one.cycles[2])),
    ];
    let head = ["", "authors' program", "replay", "own generator"];
    let table = Table {
        title: "The baseline of Calvano, Calzolari, Denicolò and Pastorello (2020)".into(),
        head: head.map(str::to_owned).to_vec(),
        rows,
        notes: vec![
            format!(
                "Replay: {equal} of the first {known} sessions end in the same period and with the \
                 same cycle length as in the authors' program."
            ),
            "The authors' numbers are from 1000 sessions: replay as many to compare every digit."
                .into(),
        ],
    };
    say(&table.to_string());
    if equal < known {
        return Err("the replay differs from the authors' program".into());
    }
    Ok(())
}
