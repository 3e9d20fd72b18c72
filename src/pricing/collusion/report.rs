use std::fmt;

use serde::Serialize;

use super::Punishment;
use crate::{
    pricing::{
        PricingError,
        analysis::{Estimate, MeasureRange, SessionMeasures},
        environment::Moves,
        equilibrium::Benchmarks,
        learner::FixedAction,
        scenario::{PreparedScenario, Scenario},
    },
    report::Table,
};

/// A scenario, or a control experiment in which collusion is impossible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Control {
    /// The scenario itself.
    Scenario,
    /// Learners without memory, who cannot punish.
    NoMemory,
    /// Learners with discount factor 0, whom no punishment deters.
    NoFuture,
    /// The first learner alone, against rivals whose prices are fixed next to collusion: tests
    /// whether it learns to undercut.
    FixedRivals,
}

impl Control {
    /// All controls, with the scenario first.
    pub const ALL: [Self; 4] = [
        Self::Scenario,
        Self::NoMemory,
        Self::NoFuture,
        Self::FixedRivals,
    ];

    /// Returns the name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scenario => "scenario",
            Self::NoMemory => "no_memory",
            Self::NoFuture => "no_future",
            Self::FixedRivals => "fixed_rivals",
        }
    }
}

impl fmt::Display for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Scenario => "the scenario",
            Self::NoMemory => "no memory",
            Self::NoFuture => "discount factor 0",
            Self::FixedRivals => "first learner, rivals fixed near collusion",
        })
    }
}

/// The results of a scenario or a control.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Trial {
    /// Scenario or control.
    pub control: Control,
    /// Measures of each session.
    pub sessions: Vec<SessionMeasures>,
    /// Whether the strategies of each session punish a deviation; `None` if no platform gains by
    /// one, and against fixed rivals.
    pub punishes: Vec<Option<bool>>,
    /// For each session, whether the first learner plays a static best reply in every period of the
    /// limit cycle in which it sets its price.
    pub replies: Vec<bool>,
}

/// The results of a scenario and of its controls.
///
/// High gains of the scenario are collusion if strategies punish deviations, limit cycles are
/// equilibria of the learned game, the Q-loss is small, and gains fall if learners have no memory
/// or discount factor 0. If gains stay high in these controls, or if the learner does not learn to
/// undercut a fixed rival, high prices are a failure to learn.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CollusionReport {
    /// Benchmarks between which gains are measured.
    pub benchmarks: Benchmarks,
    /// The scenario, then its controls, without those that are incompatible with the learners.
    pub trials: Vec<Trial>,
    /// Skipped controls, with the reason.
    pub left_out: Vec<(Control, String)>,
}

impl CollusionReport {
    /// Runs `sessions` sessions of a scenario and of each control.
    ///
    /// # Errors
    /// Returns an error if the scenario cannot be run, or the run was stopped.
    pub fn of(
        scenario: &Scenario,
        sessions: u64,
        should_stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Self, PricingError> {
        let benchmarks = scenario.benchmarks()?;
        let (mut trials, mut left_out) = (Vec::new(), Vec::new());
        for control in Control::ALL {
            let changed = match control.apply(scenario, &benchmarks) {
                Ok(changed) => changed,
                Err(error) => {
                    left_out.push((control, error.to_string()));
                    continue;
                }
            };
            let prepared = PreparedScenario::with_benchmarks(&changed, benchmarks.clone())?;
            trials.push(trial(control, &prepared, sessions, should_stop)?);
        }
        Ok(Self {
            benchmarks,
            trials,
            left_out,
        })
    }

    /// Formats the report as a table with notes.
    pub fn table(&self) -> Table {
        let verdict = self.benchmarks.verdict();
        let mark = match verdict.is_sound() {
            true => String::new(),
            false => format!(" [{}]", verdict.word().replace('_', " ")),
        };
        let gains = ["gain Δ", "gain, platform 0"].map(|name| format!("{name}{mark}"));
        let head = [
            "",
            &gains[0],
            &gains[1],
            "punish",
            "equilibrium",
            "Q-loss",
            "best replies of platform 0",
            "not converged",
        ];
        let rows = self.trials.iter().map(|trial| {
            let with = |value: Option<Estimate>| match value {
                Some(one) if one.standard_error.is_finite() => {
                    format!("{:.3} ± {:.3}", one.mean, one.standard_error)
                }
                Some(one) => format!("{:.3}", one.mean),
                None => "–".to_owned(),
            };
            let of = |name: &str, value: &dyn Fn(&SessionMeasures) -> f64| {
                let values: Vec<f64> = trial.sessions.iter().map(value).collect();
                with(Estimate::of_within(&values, MeasureRange::of(name)))
            };
            let shares = |values: &mut dyn Iterator<Item = bool>| {
                let (mut yes, mut all) = (0, 0);
                values.for_each(|value| {
                    yes += usize::from(value);
                    all += 1;
                });
                match all {
                    0 => "–".to_owned(),
                    _ => format!("{yes} of {all}"),
                }
            };
            vec![
                trial.control.to_string(),
                of("profit_gain", &|one| one.profit_gain),
                of("profit_gain", &|one| one.profit_gains[0]),
                shares(&mut trial.punishes.iter().copied().flatten()),
                shares(&mut trial.sessions.iter().map(|one| one.one_shot.on_path)),
                of("q_loss", &|one| one.one_shot.loss_on_path),
                shares(&mut trial.replies.iter().copied()),
                trial
                    .sessions
                    .iter()
                    .filter(|one| !one.converged)
                    .count()
                    .to_string(),
            ]
        });
        let mut notes = vec![
            "Gains are relative to the benchmarks without policy: 0 in competition, 1 in \
             collusion; mean ± standard error."
                .to_owned(),
            "Punish: sessions in which rivals' prices fall after a one-period deviation and \
             return, among the sessions in which some platform gains by a deviation. Equilibrium: \
             sessions in which no one-shot deviation from the limit cycle pays. Q-loss: share of \
             the value lost by following the strategy there."
                .to_owned(),
            "Interpretation: high gains are collusion if strategies punish, limit cycles are \
             equilibria, and gains fall without memory or future. If gains stay high in the \
             controls, or the learner does not undercut fixed rivals, high prices are a failure to \
             learn (Calvano et al. 2023; Epivent and Lambin 2024; Asker et al. 2024)."
                .to_owned(),
        ];
        if let Some(caveat) = self.benchmarks.verdict().caveat() {
            notes.insert(0, format!("Gains are not valid: {caveat}."));
        }
        notes.extend(
            self.left_out
                .iter()
                .map(|(control, why)| format!("Skipped: {control}: {why}.")),
        );
        Table {
            title: "Is it collusion?".to_owned(),
            head: head.map(str::to_owned).to_vec(),
            rows: rows.collect(),
            notes,
        }
    }
}

impl Control {
    /// Returns the scenario under the control.
    fn apply(self, scenario: &Scenario, benchmarks: &Benchmarks) -> Result<Scenario, PricingError> {
        let learners = scenario.learner_of_each()?;
        match self {
            Self::Scenario => Ok(scenario.clone()),
            // With moves in turn, the mover observes the prices that the others hold.
            Self::NoMemory if scenario.moves == Moves::InTurn => {
                Err(PricingError::TurnMemory { memory: 0 })
            }
            Self::NoMemory => Ok(scenario.clone().with_memory(0)),
            Self::NoFuture => {
                let myopic = learners
                    .into_iter()
                    .map(|one| one.with_discount_factor(0.0));
                Ok(scenario
                    .clone()
                    .with_learners(myopic.collect::<Result<_, _>>()?))
            }
            Self::FixedRivals => {
                let prepared = PreparedScenario::with_benchmarks(scenario, benchmarks.clone())?;
                let game = prepared.game();
                let near = |platform: usize| {
                    let target = benchmarks.collusion.outcome.prices.platform(platform);
                    let distance = |action: &usize| {
                        let prices = game.prices(platform, *action).iter().zip(target);
                        prices
                            .map(|(price, wanted)| (price - wanted).powi(2))
                            .sum::<f64>()
                    };
                    let actions = 0..game.actions()[platform];
                    actions
                        .min_by(|a, b| distance(a).total_cmp(&distance(b)))
                        .unwrap_or(0)
                };
                let fixed =
                    learners
                        .into_iter()
                        .enumerate()
                        .map(|(platform, learner)| match platform {
                            0 => learner,
                            _ => FixedAction {
                                action: near(platform),
                                delta: learner.discount_factor(),
                            }
                            .into(),
                        });
                Ok(scenario.clone().with_learners(fixed.collect()))
            }
        }
    }
}

fn trial(
    control: Control,
    prepared: &PreparedScenario,
    sessions: u64,
    should_stop: &(dyn Fn() -> bool + Sync),
) -> Result<Trial, PricingError> {
    let results = prepared.run(0..sessions, should_stop)?;
    let (game, deltas) = (prepared.game(), prepared.plan().discount_factors());
    let mut trial = Trial {
        control,
        sessions: Vec::new(),
        punishes: Vec::new(),
        replies: Vec::new(),
    };
    for result in &results {
        trial.sessions.push(prepared.measure(result)?);
        let strategies = prepared.strategies(result)?;
        // Fixed rivals cannot punish.
        let found = match control {
            Control::FixedRivals => None,
            _ => Punishment::of(game, &strategies, &result.cycle, &deltas)?,
        };
        trial.punishes.push(found.map(|one| one.punishes()));
        let normal = strategies.game();
        let is_best = |state: usize, joint: usize| {
            let profit = |joint: usize| strategies.payoffs(state, joint)[0];
            let own = profit(joint);
            (0..game.actions()[0]).all(|a| profit(normal.with_action(joint, 0, a)) <= own)
        };
        let (states, joints) = (&result.cycle.states, &result.cycle.joint_actions);
        let chosen = states.iter().zip(joints);
        let mut chosen = chosen.filter(|(state, _)| strategies.chooses(**state, 0));
        let all_best = chosen.all(|(&state, &joint)| is_best(state, joint));
        trial.replies.push(all_best);
    }
    Ok(trial)
}
