use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use clap::Args;
use fireweed::{
    pricing::{
        analysis::{Estimate, SessionMeasures},
        equilibrium::Benchmarks,
        records::SessionTable,
        scenario::PreparedScenario,
        session::SessionResult,
    },
    report::Table,
};

use super::{
    Outcome, cli::say, equilibrium, interrupt::Interrupt, outcomes, output, price_path,
    response::Responses, scenario_args::ScenarioArgs,
};

#[derive(Args)]
pub(crate) struct SimulateArgs {
    #[command(flatten)]
    scenario: ScenarioArgs,
    #[command(flatten)]
    deviation: DeviationArgs,
    /// Folder for the results [default: the next free runs/pricing_collusion-NNN].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// The deviation for the response figure.
#[derive(Args)]
pub(crate) struct DeviationArgs {
    /// Platform that undercuts, counted from 0.
    #[arg(long, value_name = "I", default_value_t = 0)]
    deviator: usize,
    /// Lengths of the deviation in periods, each drawn.
    #[arg(long, value_name = "T", value_delimiter = ',', default_values_t = [1, 5])]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=1000))]
    deviation_periods: Vec<u64>,
}

pub(crate) fn run(args: &SimulateArgs, interrupt: &Interrupt) -> Outcome {
    let scenario = args.scenario.scenario()?;
    let prepared = scenario.prepare_unless(&|| interrupt.is_set())?;
    args.deviation.check(&prepared)?;
    let folder = output::folder(args.out.as_deref())?;
    let count = args.scenario.sessions;
    output::settings(&folder, "simulate", &scenario, count)?;
    let table = equilibrium::table(&scenario.market, prepared.benchmarks());
    output::write(&folder, "benchmarks.md", &table.to_markdown())?;
    output::write(&folder, "benchmarks.csv", &equilibrium::csv(&table))?;
    sessions(&prepared, count, &args.deviation, interrupt, &folder)?;
    say(&format!("results in {}", folder.display()));
    Ok(())
}

impl DeviationArgs {
    pub(crate) fn check(&self, prepared: &PreparedScenario) -> Outcome {
        let platforms = prepared.game().platforms();
        match self.deviator < platforms {
            true => Ok(()),
            false => Err(format!(
                "--deviator is {}: there are {platforms} platforms, counted from 0",
                self.deviator
            )
            .into()),
        }
    }
}

/// Runs sessions, and writes their table and the figures of their outcomes and responses.
pub(crate) fn sessions(
    prepared: &PreparedScenario,
    sessions: u64,
    deviation: &DeviationArgs,
    interrupt: &Interrupt,
    folder: &Path,
) -> Outcome {
    let found = prepared.run_with_paths(0..sessions, price_path::BINS, &|| interrupt.is_set())?;
    let (results, paths): (Vec<_>, Vec<_>) = found.into_iter().unzip();
    let measures = results.iter().map(|result| prepared.measure(result));
    let measures = measures.collect::<Result<Vec<_>, _>>()?;
    let benchmarks = prepared.benchmarks();
    output::show(&table(benchmarks, &measures, &results), folder, "sessions")?;
    output::sessions(folder, &SessionTable::of(&measures, benchmarks))?;
    outcomes::figure(&measures, benchmarks).write(folder, "outcomes")?;
    price_path::write(prepared, &paths, folder)?;
    let lengths: Vec<usize> = deviation
        .deviation_periods
        .iter()
        .map(|&t| t as usize)
        .collect();
    let responses = Responses {
        prepared,
        results: &results,
        platform: deviation.deviator,
        lengths: &lengths,
    };
    responses.write(folder)
}

fn table(
    benchmarks: &Benchmarks,
    measures: &[SessionMeasures],
    results: &[SessionResult],
) -> Table {
    let prices = &benchmarks.competition.outcome.prices;
    let names = SessionMeasures::names(prices.platforms(), prices.sides());
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
                    match one.half_width().is_nan() {
                        true => "–".to_owned(),
                        false => {
                            format!("{} – {}", number(one.interval.0), number(one.interval.1))
                        }
                    },
                ],
            };
            let mark = output::mark(benchmarks, name);
            std::iter::once(name.replace('_', " ") + &mark)
                .chain(cells)
                .collect()
        });
    let mut cycles: BTreeMap<usize, usize> = BTreeMap::new();
    for result in results {
        *cycles.entry(result.cycle.repeats_after()).or_default() += 1;
    }
    let cycles: Vec<String> = cycles
        .iter()
        .map(|(length, count)| format!("{length}: {count}"))
        .collect();
    let chance = results.iter().any(|result| !result.cycle.shares.is_empty());
    let what = match chance {
        true => "number of recurrent states",
        false => "length of the limit cycle",
    };
    let mut notes = vec![format!("Sessions by {what}: {}.", cycles.join(", "))];
    let unconverged = measures.iter().filter(|one| !one.converged).count();
    if unconverged > 0 {
        notes.push(format!(
            "{unconverged} of {} did not converge; they are included in the measures.",
            output::counted(results.len() as u64, "session")
        ));
    }
    notes.extend(output::caveats(benchmarks));
    let head = ["", "mean", "s.d.", "s.e.", "95 % interval"];
    Table {
        title: output::counted(results.len() as u64, "session"),
        head: head.map(str::to_owned).to_vec(),
        rows: rows.collect(),
        notes,
    }
}

/// Formats a number for a table, as an integer if it is large.
fn number(value: f64) -> String {
    match value.abs() {
        _ if value.is_nan() => "–".to_owned(),
        1000.0.. => format!("{value:.0}"),
        _ => format!("{value:.4}"),
    }
}
