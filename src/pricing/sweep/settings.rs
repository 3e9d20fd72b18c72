use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{GridBenchmarks, Parameter, SweepConfig, SweepError, SweepGrid, error::PointError};
use crate::pricing::{
    learner::{Exploration, QLearning},
    market::{Market, MarketBuilder, MarketError},
    policy::Penalty,
    session::Convergence,
};

/// Everything that one point is run with.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Settings {
    pub(super) market: Market,
    pub(super) learners: Vec<QLearning>,
    pub(super) grid: SweepGrid,
    /// The market whose benchmarks the grid is laid around, where it is another.
    pub(super) grid_market: Option<Market>,
    pub(super) penalty: Penalty,
    pub(super) memory: usize,
    pub(super) convergence: Convergence,
}

/// What decides the random numbers of a point. The penalty does not, so that a comparison with and
/// without one is between the same draws, and no weight is exactly no penalty.
#[derive(Serialize)]
struct Content<'a> {
    market: &'a Market,
    learners: &'a [QLearning],
    rules: &'a [crate::pricing::game::GridRule],
    grid_market: &'a Option<Market>,
    memory: usize,
    convergence: Convergence,
}

impl Settings {
    /// The base of a sweep with one of its grids.
    pub(super) fn base(config: &SweepConfig, grid: &SweepGrid) -> Self {
        let around_base = grid.benchmarks == GridBenchmarks::Base;
        Self {
            market: config.market.clone(),
            learners: match config.learners.as_slice() {
                [learner] => vec![learner.clone(); config.market.platforms()],
                learners => learners.to_vec(),
            },
            grid: SweepGrid {
                rules: grid.rules_for(config.market.sides()),
                ..grid.clone()
            },
            grid_market: around_base.then(|| config.market.clone()),
            penalty: Penalty {
                form: config.penalty,
                lambda: config.penalty_weight,
            },
            memory: config.memory,
            convergence: config.convergence,
        }
    }

    /// The seed of the point's sessions.
    pub(super) fn seed(&self, seed: u64) -> Result<u64, SweepError> {
        let content = Content {
            market: &self.market,
            learners: &self.learners,
            rules: &self.grid.rules,
            grid_market: &self.grid_market,
            memory: self.memory,
            convergence: self.convergence,
        };
        let text = serde_json::to_vec(&content).map_err(|error| SweepError::Config {
            reason: error.to_string(),
        })?;
        let digest = Sha256::new()
            .chain_update(seed.to_le_bytes())
            .chain_update(text)
            .finalize();
        let first = digest.first_chunk().copied().unwrap_or_default();
        Ok(u64::from_le_bytes(first))
    }

    /// Sets a parameter.
    pub(super) fn set(&mut self, parameter: Parameter, value: f64) -> Result<(), PointError> {
        let market = &self.market;
        let edited = |edit: &dyn Fn(MarketBuilder) -> MarketBuilder| {
            edit(MarketBuilder::from(market.clone())).build()
        };
        match parameter {
            Parameter::Platforms => {
                let platforms = value as usize;
                self.market = with_platforms(market, platforms)?;
                if let Some(learner) = self.learners.first().cloned() {
                    self.learners = vec![learner; platforms];
                }
                if let Some(base) = &self.grid_market {
                    self.grid_market = Some(with_platforms(base, platforms)?);
                }
            }
            Parameter::CrossExternality
            | Parameter::WithinExternality
            | Parameter::AsymmetricExternality => {
                let rows = externality(market, parameter, value);
                self.market = edited(&|builder| builder.externality(&rows))?;
            }
            Parameter::Heterogeneity => {
                self.market = edited(&|builder| builder.heterogeneity(value))?;
            }
            Parameter::OutsideUtility => {
                self.market = edited(&|builder| builder.outside(value))?;
            }
            Parameter::Prices => {
                if let Some(grid) = self.grid.with_points(value as usize) {
                    self.grid = grid;
                }
            }
            Parameter::LearningRate => self.each_learner(|learner| learner.alpha = value)?,
            Parameter::DiscountFactor => self.each_learner(|learner| learner.delta = value)?,
            Parameter::ExplorationRate => self.each_learner(|learner| {
                learner.exploration = Exploration::Exponential { beta: value };
            })?,
            Parameter::ExpectedVisits => self.each_learner(|learner| {
                learner.exploration = Exploration::Visits { nu: value };
            })?,
            Parameter::Penalty => self.penalty = Penalty::new(self.penalty.form, value)?,
        }
        Ok(())
    }

    /// The value of a parameter, where there is one.
    pub(super) fn get(&self, parameter: Parameter) -> Option<f64> {
        let market = &self.market;
        let sides = || 0..market.sides();
        let pairs = || sides().flat_map(|k| sides().map(move |l| (k, l)));
        let half = |k, l| (market.externality(k, l) - market.externality(l, k)) / 2.0;
        match parameter {
            Parameter::Platforms => Some(market.platforms() as f64),
            Parameter::CrossExternality => same(
                pairs()
                    .filter(|(k, l)| k != l)
                    .map(|(k, l)| market.externality(k, l)),
            ),
            Parameter::WithinExternality => same(sides().map(|k| market.externality(k, k))),
            Parameter::AsymmetricExternality => {
                same(pairs().filter(|(k, l)| k < l).map(|(k, l)| half(k, l)))
            }
            Parameter::Heterogeneity => same(sides().map(|k| market.heterogeneity(k))),
            Parameter::OutsideUtility => same(sides().map(|k| market.outside(k))),
            Parameter::Prices => same(self.grid.rules.iter().map(|rule| rule.points() as f64)),
            Parameter::LearningRate => same(self.learners.iter().map(|learner| learner.alpha)),
            Parameter::DiscountFactor => same(self.learners.iter().map(|learner| learner.delta)),
            Parameter::ExplorationRate => {
                same(
                    self.learners
                        .iter()
                        .map(|learner| match learner.exploration {
                            Exploration::Exponential { beta } => beta,
                            _ => f64::NAN,
                        }),
                )
            }
            Parameter::ExpectedVisits => {
                same(
                    self.learners
                        .iter()
                        .map(|learner| match learner.exploration {
                            Exploration::Visits { nu } => nu,
                            _ => f64::NAN,
                        }),
                )
            }
            Parameter::Penalty => Some(self.penalty.lambda),
        }
    }

    fn each_learner(&mut self, edit: impl Fn(&mut QLearning)) -> Result<(), PointError> {
        for learner in &mut self.learners {
            edit(learner);
            QLearning::new(learner.alpha, learner.delta, learner.exploration)?;
        }
        Ok(())
    }
}

/// The number that all are, where there is one.
fn same(mut values: impl Iterator<Item = f64>) -> Option<f64> {
    let first = values.next()?;
    (!first.is_nan() && values.all(|value| value == first)).then_some(first)
}

/// So many platforms like those of a symmetric market.
fn with_platforms(market: &Market, platforms: usize) -> Result<Market, MarketError> {
    let sides = 0..market.sides();
    let of = |value: &dyn Fn(usize) -> f64| sides.clone().map(value).collect::<Vec<f64>>();
    let rows: Vec<Vec<f64>> = sides
        .clone()
        .map(|k| of(&|l| market.externality(k, l)))
        .collect();
    Market::builder(platforms, market.sides())
        .quality(of(&|k| market.quality(0, k)))
        .cost(of(&|k| market.cost(0, k)))
        .heterogeneity(of(&|k| market.heterogeneity(k)))
        .outside(of(&|k| market.outside(k)))
        .externality(&rows)
        .build()
}

/// The externalities with one of their parameters set.
fn externality(market: &Market, parameter: Parameter, value: f64) -> Vec<Vec<f64>> {
    let sides = 0..market.sides();
    let mean = |k, l| (market.externality(k, l) + market.externality(l, k)) / 2.0;
    let entry = |k: usize, l: usize| match parameter {
        Parameter::CrossExternality if k != l => value,
        Parameter::WithinExternality if k == l => value,
        Parameter::AsymmetricExternality if k < l => mean(k, l) + value,
        Parameter::AsymmetricExternality if k > l => mean(k, l) - value,
        _ => market.externality(k, l),
    };
    sides
        .clone()
        .map(|k| sides.clone().map(|l| entry(k, l)).collect())
        .collect()
}
