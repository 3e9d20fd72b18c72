use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    Axis, Design, GridBenchmarks, Parameter, SweepError, SweepGrid,
    error::io,
    file::{self, SweepFile},
};
use crate::pricing::{
    environment::Moves,
    learner::AnyLearner,
    market::{DemandShocks, Market},
    policy::{AnyPolicy, Penalty, PenaltyForm},
    scenario::{Scenario, ScenarioGrids},
    session::Convergence,
};

/// The settings of a sweep: a base market, base learners, and the axes that are varied.
///
/// ```
/// use fireweed::pricing::{
///     game::GridRule,
///     learner::{Exploration, QLearning},
///     market::{DemandShocks, Market},
///     sweep::{Axis, Parameter, Sweep, SweepConfig, SweepGrid},
/// };
///
/// let learner = QLearning::new(0.15, 0.95, Exploration::Exponential { beta: 1e-4 })?;
/// let config = SweepConfig::new(Market::symmetric(2, 1)?, learner)
///     .with_grid(SweepGrid::new("rescaled", GridRule::rescaled(5)))
///     .with_axis(Axis::new(Parameter::Heterogeneity, [0.2, 0.25, 0.3]))
///     .with_sessions(10);
/// assert_eq!(Sweep::new(config.clone())?.points().len(), 3);
/// // The same as a file.
/// assert_eq!(SweepConfig::from_toml_str(&config.to_toml()?)?, config);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// In a file, `market` and `learners` are tables as in their own files; only these and `grids` are
/// required:
///
/// ```toml
/// seed = 1
/// sessions = 20
/// design = "one_at_a_time"
/// moves = "simultaneous"                                          # or "in_turn"
/// axes = [{ parameter = "discount_factor", values = [0.5, 0.8, 0.95] }]
/// market = { platforms = 2, sides = 2, externality = [[0.0, 0.1], [0.1, 0.0]] }
/// demand = { spread = 0.0, observed = false }                     # the axis demand_spread varies it
/// learners = [{ alpha = 0.15, delta = 0.95, exploration = { exponential = { beta = 4e-6 } } }]
///
/// [[grids]]
/// name = "rescaled"
/// rules = [{ rule = "rescaled", points = 3 }]
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "SweepFile", into = "SweepFile")]
pub struct SweepConfig {
    /// Seed of all random numbers, at most 2^63 - 1 in a file.
    pub seed: u64,
    /// Number of sessions of each point.
    pub sessions: u64,
    /// Design by which axes are combined.
    pub design: Design,
    /// Number of periods that learners remember, unless varied.
    pub memory: usize,
    /// Moves: platforms set prices at the same time, or in turn.
    pub moves: Moves,
    /// Policy, unless varied. Default: a penalty on excess profit of weight 0.
    pub policy: AnyPolicy,
    /// Convergence criterion of the sessions.
    pub convergence: Convergence,
    /// Axes that are varied.
    pub axes: Vec<Axis>,
    /// Base market.
    pub market: Market,
    /// Demand shocks; `None` if demand is constant.
    pub demand: Option<DemandShocks>,
    /// Base learners: one for all platforms, or one for each.
    pub learners: Vec<AnyLearner>,
    /// Other learners, for the axis [`Parameter::Learner`]: each entry is one learner for all
    /// platforms, or one for each.
    pub alternatives: Vec<Vec<AnyLearner>>,
    /// Price grids; each point is run with each of them.
    pub grids: Vec<SweepGrid>,
}

/// Returns a penalty of weight 0, so that its weight can be an axis.
fn no_penalty() -> AnyPolicy {
    let (form, lambda) = (PenaltyForm::ExcessProfit, 0.0);
    Penalty { form, lambda }.into()
}

impl SweepConfig {
    /// Creates a sweep without axes and grids, of 20 sessions with seed 0; a grid must be added.
    pub fn new(market: Market, learner: impl Into<AnyLearner>) -> Self {
        Self {
            seed: 0,
            sessions: file::sessions(),
            design: Design::default(),
            memory: file::memory(),
            moves: Moves::default(),
            policy: no_penalty(),
            convergence: Convergence::default(),
            axes: Vec::new(),
            market,
            demand: None,
            learners: vec![learner.into()],
            alternatives: Vec::new(),
            grids: Vec::new(),
        }
    }

    /// Creates a sweep around a scenario, with the scenario's settings and one grid named
    /// `scenario`.
    ///
    /// # Errors
    /// Returns [`SweepError::Config`] if the grid is placed around a market other than that of the
    /// scenario.
    pub fn around(scenario: &Scenario) -> Result<Self, SweepError> {
        if scenario
            .grids
            .around
            .as_ref()
            .is_some_and(|market| *market != scenario.market)
        {
            return Err(SweepError::Config {
                reason:
                    "the scenario's grid is placed around another market: give its prices, or use \
                     a grid with `benchmarks = \"base\"`"
                        .to_owned(),
            });
        }
        let grid = SweepGrid {
            name: "scenario".to_owned(),
            rules: scenario.grids.rules.clone(),
            benchmarks: match scenario.grids.around {
                Some(_) => GridBenchmarks::Base,
                None => GridBenchmarks::Point,
            },
        };
        Ok(Self {
            seed: scenario.seed,
            sessions: file::sessions(),
            design: Design::default(),
            memory: scenario.memory,
            moves: scenario.moves,
            policy: scenario.policy.clone(),
            convergence: scenario.convergence,
            axes: Vec::new(),
            market: scenario.market.clone(),
            demand: scenario.demand,
            learners: scenario.learners.clone(),
            alternatives: Vec::new(),
            grids: vec![grid],
        })
    }

    /// Adds alternative learners, one for all platforms, or one for each.
    #[must_use]
    pub fn with_alternative(mut self, learners: Vec<AnyLearner>) -> Self {
        self.alternatives.push(learners);
        self
    }

    /// Returns the learners with the number `number` of the learner axis, one for each platform.
    pub(super) fn learners_of(&self, number: usize) -> Vec<AnyLearner> {
        let learners = match number.checked_sub(1) {
            None => &self.learners,
            Some(place) => self.alternatives.get(place).unwrap_or(&self.learners),
        };
        match learners.as_slice() {
            [learner] => vec![learner.clone(); self.market.platforms()],
            learners => learners.to_vec(),
        }
    }

    /// Returns the base scenario with one of the grids. Its seed is that of the sweep, from which
    /// the seeds of the points are derived.
    pub(super) fn base(&self, grid: &SweepGrid) -> Scenario {
        let around_base = grid.benchmarks == GridBenchmarks::Base;
        Scenario {
            seed: self.seed,
            memory: self.memory,
            moves: self.moves,
            convergence: self.convergence,
            market: self.market.clone(),
            demand: self.demand,
            grids: ScenarioGrids {
                rules: grid.rules_for(self.market.sides()),
                around: around_base.then(|| self.market.clone()),
            },
            policy: self.policy.clone(),
            learners: self.learners_of(0),
        }
    }

    /// Adds a grid.
    #[must_use]
    pub fn with_grid(mut self, grid: SweepGrid) -> Self {
        self.grids.push(grid);
        self
    }

    /// Adds an axis.
    #[must_use]
    pub fn with_axis(mut self, axis: Axis) -> Self {
        self.axes.push(axis);
        self
    }

    /// Sets the number of sessions of each point.
    #[must_use]
    pub fn with_sessions(self, sessions: u64) -> Self {
        Self { sessions, ..self }
    }

    /// Sets the policy.
    #[must_use]
    pub fn with_policy(self, policy: impl Into<AnyPolicy>) -> Self {
        Self {
            policy: policy.into(),
            ..self
        }
    }

    /// Sets the moves: at the same time, or in turn.
    #[must_use]
    pub fn with_moves(self, moves: Moves) -> Self {
        Self { moves, ..self }
    }

    /// Lets demand vary.
    #[must_use]
    pub fn with_demand(self, shocks: DemandShocks) -> Self {
        Self {
            demand: Some(shocks),
            ..self
        }
    }

    /// Sets the seed.
    #[must_use]
    pub fn with_seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Sets the convergence criterion.
    #[must_use]
    pub fn with_convergence(self, convergence: Convergence) -> Self {
        Self {
            convergence,
            ..self
        }
    }

    /// Sets the design by which axes are combined.
    #[must_use]
    pub fn with_design(self, design: Design) -> Self {
        Self { design, ..self }
    }

    /// Reads the settings from TOML text.
    ///
    /// # Errors
    /// Returns a [`SweepError`] that names the line or the field.
    pub fn from_toml_str(text: &str) -> Result<Self, SweepError> {
        let config: Self = toml::from_str(text).map_err(|error| SweepError::Config {
            reason: crate::pricing::toml_text::reason(text, &error),
        })?;
        config.validate()?;
        Ok(config)
    }

    /// Reads the settings from a TOML file.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read; otherwise the same as
    /// [`from_toml_str`](Self::from_toml_str).
    pub fn read(path: &Path) -> Result<Self, SweepError> {
        Self::from_toml_str(&std::fs::read_to_string(path).map_err(io(path))?)
    }

    /// Returns the settings as TOML, with every number written out.
    ///
    /// # Errors
    /// Returns [`SweepError::Config`] if the settings cannot be written as TOML, for example a seed
    /// above 2^63 - 1.
    pub fn to_toml(&self) -> Result<String, SweepError> {
        toml::to_string(self).map_err(|error| SweepError::Config {
            reason: error.to_string().replace('\n', " "),
        })
    }

    /// Returns the SHA-256 digest of the settings, in hexadecimal.
    ///
    /// # Errors
    /// Same as [`to_toml`](Self::to_toml).
    pub fn digest(&self) -> Result<String, SweepError> {
        Ok(hexadecimal(&Sha256::digest(self.to_toml()?.as_bytes())))
    }

    /// Replaces files of initial values by their tables, so that the settings are self-contained.
    ///
    /// # Errors
    /// Returns an error if a file cannot be read.
    pub fn with_files_read(mut self) -> Result<Self, SweepError> {
        let read = |(field, agent, learner): (&str, usize, AnyLearner)| {
            learner
                .with_file_read()
                .map_err(|error| SweepError::Config {
                    reason: format!("{field}[{agent}].initial_q: {error}"),
                })
        };
        let learners = self.learners.into_iter().enumerate();
        let learners = learners.map(|(agent, learner)| read(("learners", agent, learner)));
        let others = self.alternatives.into_iter().map(|list| {
            let list = list.into_iter().enumerate();
            list.map(|(agent, learner)| read(("alternatives", agent, learner)))
                .collect()
        });
        self.alternatives = others.collect::<Result<_, _>>()?;
        self.learners = learners.collect::<Result<_, _>>()?;
        Ok(self)
    }

    /// Checks that the settings are in range.
    ///
    /// # Errors
    /// Returns an error for the first setting that is out of range.
    pub fn validate(&self) -> Result<(), SweepError> {
        if i64::try_from(self.seed).is_err() {
            return Err(setting("seed", self.seed, "give at most 2^63 - 1"));
        }
        let tasks = 1..=u64::from(u32::MAX);
        if !tasks.contains(&self.sessions) {
            return Err(setting("sessions", self.sessions, "give 1 to 2^32 - 1"));
        }
        self.convergence
            .validate()
            .map_err(|error| SweepError::Config {
                reason: error.to_string(),
            })?;
        self.validate_axes()?;
        self.validate_learners()?;
        self.validate_grids()
    }

    fn validate_axes(&self) -> Result<(), SweepError> {
        for (index, axis) in self.axes.iter().enumerate() {
            let field = format!("axes[{index}] ({})", axis.parameter);
            if self.axes[..index]
                .iter()
                .any(|other| other.parameter == axis.parameter)
            {
                return Err(setting(field, "a duplicate", "give each parameter once"));
            }
            if axis.values.is_empty() {
                return Err(setting(field, "empty", "give at least one value"));
            }
            for (place, &value) in axis.values.iter().enumerate() {
                let field = format!("axes[{index}].values[{place}] ({})", axis.parameter);
                if !value.is_finite() {
                    return Err(setting(field, value, "give a finite number"));
                }
                if let Some(range) = axis.parameter.counts() {
                    let (low, high) = (*range.start(), *range.end());
                    let within = (f64::from(low)..=f64::from(high)).contains(&value);
                    if value.fract() != 0.0 || !within {
                        let remedy = format!("give a whole number from {low} to {high}");
                        return Err(setting(field, value, remedy));
                    }
                }
                if axis.values[..place].contains(&value) {
                    return Err(setting(field, value, "give each value once"));
                }
            }
        }
        Ok(())
    }

    fn validate_learners(&self) -> Result<(), SweepError> {
        let platforms = self.market.platforms();
        let lists = std::iter::once(("learners".to_owned(), &self.learners));
        let others = self.alternatives.iter().enumerate();
        let others = others.map(|(place, list)| (format!("alternatives[{place}]"), list));
        for (field, learners) in lists.chain(others) {
            let found = learners.len();
            if found != 1 && found != platforms {
                let remedy =
                    format!("give one learner for all {platforms} platforms, or one for each");
                return Err(setting(format!("the number of {field}"), found, remedy));
            }
            for (agent, learner) in learners.iter().enumerate() {
                learner.validate().map_err(|error| SweepError::Config {
                    reason: format!("{field}[{agent}]: {error}"),
                })?;
            }
        }
        let axes = self
            .axes
            .iter()
            .filter(|axis| axis.parameter == Parameter::Learner);
        let most = self.alternatives.len() as f64;
        if let Some(&value) = axes
            .flat_map(|axis| &axis.values)
            .find(|&&value| value > most)
        {
            let remedy = format!("there are {most} alternatives: give at most {most}");
            return Err(setting("axes: learner", value, remedy));
        }
        Ok(())
    }

    fn validate_grids(&self) -> Result<(), SweepError> {
        if self.grids.is_empty() {
            return Err(setting("grids", "empty", "give at least one price grid"));
        }
        for (index, grid) in self.grids.iter().enumerate() {
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            let field = format!("grids[{index}].name");
            if grid.name.is_empty() || !grid.name.chars().all(plain) {
                let remedy = "use letters, digits, `-` and `_`";
                return Err(setting(field, format!("{:?}", grid.name), remedy));
            }
            if self.grids[..index]
                .iter()
                .any(|other| other.name == grid.name)
            {
                return Err(setting(field, &grid.name, "give each name once"));
            }
            let (found, sides) = (grid.rules.len(), self.market.sides());
            if found != 1 && found != sides {
                let remedy = format!("give one rule for all {sides} sides, or one for each");
                let field = format!("the number of rules of grid {}", grid.name);
                return Err(setting(field, found, remedy));
            }
        }
        Ok(())
    }
}

pub(super) fn setting(
    field: impl Into<String>,
    value: impl ToString,
    remedy: impl Into<String>,
) -> SweepError {
    SweepError::Setting {
        field: field.into(),
        value: value.to_string(),
        remedy: remedy.into(),
    }
}

/// Formats bytes as lower-case hexadecimal digits.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
