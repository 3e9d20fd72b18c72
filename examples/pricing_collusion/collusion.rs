use std::path::PathBuf;

use clap::Args;
use fireweed::{
    pricing::{
        analysis::Estimate,
        collusion::{CollusionReport, Trial},
        records::SessionTable,
    },
    report::{DotPlot, DotPlotFigure, DotRow},
};

use super::{Outcome, cli::say, interrupt::Interrupt, output, scenario_args::ScenarioArgs};

#[derive(Args)]
pub(crate) struct CollusionArgs {
    #[command(flatten)]
    scenario: ScenarioArgs,
    /// Folder for the results [default: the next free runs/pricing_collusion-NNN].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(crate) fn run(args: &CollusionArgs, interrupt: &Interrupt) -> Outcome {
    let scenario = args.scenario.scenario()?;
    // Invalid scenarios are reported before a folder is created.
    scenario.prepare_unless(&|| interrupt.is_set())?;
    let folder = output::folder(args.out.as_deref())?;
    let sessions = args.scenario.sessions;
    output::settings(&folder, "collusion", &scenario, sessions)?;
    let report = CollusionReport::of(&scenario, sessions, &|| interrupt.is_set())?;
    output::show(&report.table(), &folder, "collusion")?;
    let groups: Vec<(String, &[_])> = report
        .trials
        .iter()
        .map(|trial| (trial.control.name().to_owned(), trial.sessions.as_slice()))
        .collect();
    let table = SessionTable::of_policies(&groups, &report.benchmarks);
    output::sessions(&folder, &table)?;
    figure(&report, sessions).write(&folder, "collusion")?;
    say(&format!("results in {}", folder.display()));
    Ok(())
}

/// Returns the figure with the gains of all sessions, for the scenario and the controls.
fn figure(report: &CollusionReport, sessions: u64) -> DotPlotFigure {
    let row = |trial: &Trial| {
        let values: Vec<f64> = trial.sessions.iter().map(|one| one.profit_gain).collect();
        let found = Estimate::of(&values);
        DotRow {
            label: trial.control.to_string().replacen(", ", "; ", 1),
            color: trial.control as usize,
            mean: found.map_or(f64::NAN, |one| one.mean),
            interval: found.map_or((f64::NAN, f64::NAN), |one| one.interval),
            values,
        }
    };
    let caveat = report.benchmarks.verdict().caveat();
    let caveat = caveat.map_or(String::new(), |caveat| format!("; {caveat}"));
    DotPlotFigure {
        title: "Is it collusion? Gains of the scenario and of its controls".into(),
        subtitle: format!(
            "{} each, mean with 95 % interval{caveat}",
            output::counted(sessions, "session")
        ),
        panels: vec![DotPlot {
            title: format!("Profit gain{}", output::mark(&report.benchmarks, "gain")),
            x_label: "Δ".into(),
            rows: report.trials.iter().map(row).collect(),
            levels: vec![("competition".into(), 0.0), ("collusion".into(), 1.0)],
        }],
    }
}
