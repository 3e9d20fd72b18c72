use serde::{Deserialize, Serialize};

use super::{
    Axis, Parameter, SweepConfig, SweepError, SweepGrid, SweepPoint, config::setting,
    seed::point_seed,
};
use crate::pricing::{PricingError, analysis::SessionMeasures, game::GridRule, scenario::Scenario};

/// Largest number of points of a sweep.
const MOST_POINTS: usize = 1_000_000;

/// Designs by which the axes of a sweep are combined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Design {
    /// One parameter at a time, the others as in the base. A point with only base values is run
    /// once for all axes.
    #[default]
    OneAtATime,
    /// Every combination, with the last axis varying fastest.
    Product,
}

/// Points along which a single parameter varies.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Varied parameter.
    pub parameter: Parameter,
    /// Name of the grid.
    pub grid: String,
    /// Values in the order of the axis, with the indices of their points.
    pub points: Vec<(f64, usize)>,
}

/// A sweep with numbered points, grid by grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Sweep {
    config: SweepConfig,
    digest: String,
    points: Vec<SweepPoint>,
    curves: Vec<Curve>,
    measures: Vec<String>,
}

impl Sweep {
    /// Creates the points of a sweep.
    ///
    /// # Errors
    /// Returns an error if a setting or a combination of settings is invalid, or if a file cannot
    /// be read.
    pub fn new(config: SweepConfig) -> Result<Self, SweepError> {
        config.validate()?;
        let config = config.with_files_read()?;
        check_axes(&config)?;
        let mut sweep = Self {
            digest: config.digest()?,
            points: Vec::new(),
            curves: Vec::new(),
            measures: Vec::new(),
            config,
        };
        for grid in sweep.config.grids.clone() {
            match sweep.config.design {
                Design::OneAtATime => sweep.add_curves(&grid)?,
                Design::Product => sweep.add_product(&grid)?,
            }
        }
        let markets = sweep.points.iter().map(|point| &point.scenario.market);
        let platforms = markets.map(|market| market.platforms()).max().unwrap_or(1);
        sweep.measures = SessionMeasures::names(platforms, sweep.config.market.sides());
        Ok(sweep)
    }

    /// Returns the settings, with initial values in place of files.
    pub fn config(&self) -> &SweepConfig {
        &self.config
    }

    /// Returns the digest of the settings.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Returns the points.
    pub fn points(&self) -> &[SweepPoint] {
        &self.points
    }

    /// Returns the curves along one parameter; for a product, with every combination of the others.
    pub fn curves(&self) -> &[Curve] {
        &self.curves
    }

    /// Returns the names of the measures of each session, for the largest number of platforms.
    pub fn measures(&self) -> &[String] {
        &self.measures
    }

    /// Returns the number of sessions of all points.
    pub fn sessions(&self) -> u64 {
        (self.points.len() as u64).saturating_mul(self.config.sessions)
    }

    fn add_curves(&mut self, grid: &SweepGrid) -> Result<(), SweepError> {
        if self.config.axes.is_empty() {
            self.add_point(grid, &[])?;
        }
        for Axis { parameter, values } in self.config.axes.clone() {
            let mut points = Vec::with_capacity(values.len());
            for value in values {
                points.push((value, self.add_point(grid, &[(parameter, value)])?));
            }
            self.curves.push(Curve {
                parameter,
                grid: grid.name.clone(),
                points,
            });
        }
        Ok(())
    }

    fn add_product(&mut self, grid: &SweepGrid) -> Result<(), SweepError> {
        let axes = self.config.axes.clone();
        let sizes = axes.iter().map(|axis| axis.values.len());
        let count = sizes.fold(1_usize, usize::saturating_mul);
        check_count(self.points.len().saturating_add(count))?;
        let first = self.points.len();
        for combination in 0..count {
            let mut stride = count;
            let mut chosen = Vec::with_capacity(axes.len());
            for axis in &axes {
                stride /= axis.values.len();
                let value = axis.values[combination / stride % axis.values.len()];
                chosen.push((axis.parameter, value));
            }
            self.push(grid, &chosen)?;
        }
        let mut stride = count;
        for axis in &axes {
            let length = axis.values.len();
            stride /= length;
            let starts = (0..count).filter(|combination| combination / stride % length == 0);
            self.curves.extend(starts.map(|start| {
                let values = axis.values.iter().enumerate();
                let points = values.map(|(step, &value)| (value, first + start + step * stride));
                Curve {
                    parameter: axis.parameter,
                    grid: grid.name.clone(),
                    points: points.collect(),
                }
            }));
        }
        Ok(())
    }

    /// Returns the index of the point with these values, which is added if it does not exist yet.
    fn add_point(
        &mut self,
        grid: &SweepGrid,
        chosen: &[(Parameter, f64)],
    ) -> Result<usize, SweepError> {
        let scenario = self.scenario(grid, chosen)?;
        let same = |point: &SweepPoint| point.grid == grid.name && point.scenario == scenario;
        match self.points.iter().position(same) {
            Some(index) => Ok(index),
            None => self.push(grid, chosen),
        }
    }

    fn push(&mut self, grid: &SweepGrid, chosen: &[(Parameter, f64)]) -> Result<usize, SweepError> {
        let scenario = self.scenario(grid, chosen)?;
        let index = self.points.len();
        check_count(index + 1)?;
        let parameters = self.config.axes.iter().map(|axis| axis.parameter);
        self.points.push(SweepPoint {
            index,
            parameters: parameters
                .map(|name| match name {
                    Parameter::Learner => (name, Some(number_of(chosen) as f64)),
                    _ => (name, name.get(&scenario)),
                })
                .collect(),
            grid: grid.name.clone(),
            scenario,
        });
        Ok(index)
    }

    /// Returns the base scenario with these values, set in the order of parameters, and the seed of
    /// the point.
    fn scenario(
        &self,
        grid: &SweepGrid,
        chosen: &[(Parameter, f64)],
    ) -> Result<Scenario, SweepError> {
        let mut scenario = self.config.base(grid);
        scenario.learners = self.config.learners_of(number_of(chosen));
        let mut ordered = chosen.to_vec();
        ordered.sort_by_key(|(parameter, _)| *parameter);
        for (parameter, value) in ordered {
            let failed = |cause: PricingError| SweepError::Point {
                point: self.points.len(),
                settings: format!("grid {}, {parameter} {value}", grid.name),
                cause: Box::new(cause),
            };
            parameter.set(&mut scenario, value).map_err(failed)?;
        }
        scenario.seed = point_seed(&scenario, self.config.seed)?;
        Ok(scenario)
    }
}

/// Returns the index of the learners among the chosen values.
fn number_of(chosen: &[(Parameter, f64)]) -> usize {
    let learner = chosen.iter().find(|(name, _)| *name == Parameter::Learner);
    learner.map_or(0, |(_, number)| *number as usize)
}

fn check_count(points: usize) -> Result<(), SweepError> {
    if points <= MOST_POINTS {
        return Ok(());
    }
    let remedy = format!("use fewer values, at most {MOST_POINTS} points");
    Err(setting("the number of points", points, remedy))
}

/// Checks that the base has every parameter that is varied.
fn check_axes(config: &SweepConfig) -> Result<(), SweepError> {
    let has = |parameter| config.axes.iter().any(|axis| axis.parameter == parameter);
    let listed = |rule: &GridRule| matches!(rule, GridRule::Prices { .. });
    for &Axis { parameter, .. } in &config.axes {
        let reason = match parameter {
            Parameter::Platforms if !config.market.is_symmetric() => "platforms differ",
            Parameter::Platforms if config.learners.len() != 1 => {
                "learners differ: give one for all"
            }
            Parameter::CrossExternality | Parameter::AsymmetricExternality
                if config.market.sides() < 2 =>
            {
                "the market has one side"
            }
            Parameter::Prices
                if config
                    .grids
                    .iter()
                    .any(|grid| grid.rules.iter().any(listed)) =>
            {
                "a grid lists its prices; give a rule with a number of points"
            }
            Parameter::Penalty | Parameter::PolicyWeight
                if config.policy.rule().weight().is_none() =>
            {
                "the policy has no weight"
            }
            Parameter::DemandSpread if config.demand.is_none() => {
                "demand does not vary: give the base a table `demand`"
            }
            Parameter::PolicyWeight if has(Parameter::Penalty) => {
                "penalty sets the same; keep one of them"
            }
            Parameter::ExpectedVisits
                if config.design == Design::Product && has(Parameter::ExplorationRate) =>
            {
                "exploration_rate sets the same; combine only one of them with other axes"
            }
            _ => continue,
        };
        return Err(SweepError::Axis { parameter, reason });
    }
    Ok(())
}
