use super::Parameter;
use crate::pricing::{
    PricingError,
    learner::{AnyLearner, Exploration},
    market::{Market, MarketBuilder},
    scenario::Scenario,
};

impl Parameter {
    /// Sets the parameter in a scenario that has a learner for each platform and a rule for each
    /// side.
    pub(super) fn set(self, scenario: &mut Scenario, value: f64) -> Result<(), PricingError> {
        let market = &scenario.market;
        let edited = |edit: &dyn Fn(MarketBuilder) -> MarketBuilder| {
            edit(MarketBuilder::from(market.clone())).build()
        };
        match self {
            Self::Platforms => {
                let platforms = value as usize;
                scenario.market = with_platforms(market, platforms)?;
                if let Some(learner) = scenario.learners.first().cloned() {
                    scenario.learners = vec![learner; platforms];
                }
                if let Some(base) = &scenario.grids.around {
                    scenario.grids.around = Some(with_platforms(base, platforms)?);
                }
            }
            Self::CrossExternality | Self::WithinExternality | Self::AsymmetricExternality => {
                let rows = externality(market, self, value);
                scenario.market = edited(&|builder| builder.externality(&rows))?;
            }
            Self::Heterogeneity => {
                scenario.market = edited(&|builder| builder.heterogeneity(value))?;
            }
            Self::OutsideUtility => scenario.market = edited(&|builder| builder.outside(value))?,
            Self::Prices => {
                if let Some(rules) = with_points(scenario, value as usize) {
                    scenario.grids.rules = rules;
                }
            }
            Self::LearningRate => each(scenario, |one| one.with_learning_rate(value))?,
            Self::DiscountFactor => each(scenario, |one| one.with_discount_factor(value))?,
            Self::ExplorationRate => {
                let exploration = Exploration::Exponential { beta: value };
                each(scenario, |one| one.with_exploration(exploration))?;
            }
            Self::ExpectedVisits => {
                let exploration = Exploration::Visits { nu: value };
                each(scenario, |one| one.with_exploration(exploration))?;
            }
            Self::Penalty | Self::PolicyWeight => {
                scenario.policy = scenario.policy.with_weight(value)?;
            }
            Self::Cost => scenario.market = edited(&|builder| builder.cost(value))?,
            Self::Quality => scenario.market = edited(&|builder| builder.quality(value))?,
            Self::Memory => scenario.memory = value as usize,
            Self::DemandSpread => {
                if let Some(shocks) = &mut scenario.demand {
                    shocks.spread = value;
                    shocks.validate()?;
                }
            }
            // The index of the learners is resolved by the sweep.
            Self::Learner => {}
        }
        Ok(())
    }

    /// Returns the value of the parameter in a scenario; `None` if platforms or sides differ in it.
    pub(super) fn get(self, scenario: &Scenario) -> Option<f64> {
        let market = &scenario.market;
        let sides = || 0..market.sides();
        let cells = || (0..market.platforms()).flat_map(move |i| sides().map(move |k| (i, k)));
        let pairs = || sides().flat_map(move |k| sides().map(move |l| (k, l)));
        let half = |k, l| (market.externality(k, l) - market.externality(l, k)) / 2.0;
        let learners = || scenario.learners.iter();
        let rate = |one: &AnyLearner| match one.exploration() {
            Some(Exploration::Exponential { beta }) => beta,
            _ => f64::NAN,
        };
        let visits = |one: &AnyLearner| match one.exploration() {
            Some(Exploration::Visits { nu }) => nu,
            _ => f64::NAN,
        };
        match self {
            Self::Platforms => Some(market.platforms() as f64),
            Self::CrossExternality => same(
                pairs()
                    .filter(|(k, l)| k != l)
                    .map(|(k, l)| market.externality(k, l)),
            ),
            Self::WithinExternality => same(sides().map(|k| market.externality(k, k))),
            Self::AsymmetricExternality => {
                same(pairs().filter(|(k, l)| k < l).map(|(k, l)| half(k, l)))
            }
            Self::Heterogeneity => same(sides().map(|k| market.heterogeneity(k))),
            Self::OutsideUtility => same(sides().map(|k| market.outside(k))),
            Self::Prices => same(scenario.grids.rules.iter().map(|rule| rule.points() as f64)),
            Self::LearningRate => {
                same(learners().map(|one| one.learning_rate().unwrap_or(f64::NAN)))
            }
            Self::DiscountFactor => same(learners().map(AnyLearner::discount_factor)),
            Self::ExplorationRate => same(learners().map(rate)),
            Self::ExpectedVisits => same(learners().map(visits)),
            Self::Penalty | Self::PolicyWeight => scenario.policy.weight(),
            Self::Cost => same(cells().map(|(i, k)| market.cost(i, k))),
            Self::Quality => same(cells().map(|(i, k)| market.quality(i, k))),
            Self::Memory => Some(scenario.memory as f64),
            Self::Learner => None,
            Self::DemandSpread => scenario.demand.map(|shocks| shocks.spread),
        }
    }
}

/// Changes every learner.
fn each(
    scenario: &mut Scenario,
    edit: impl Fn(AnyLearner) -> Result<AnyLearner, PricingError>,
) -> Result<(), PricingError> {
    let learners = scenario.learners.iter().cloned().map(edit);
    scenario.learners = learners.collect::<Result<_, _>>()?;
    Ok(())
}

/// Returns the rules with `points` prices for each side; `None` if a rule lists its prices.
fn with_points(scenario: &Scenario, points: usize) -> Option<Vec<crate::pricing::game::GridRule>> {
    let rules = scenario.grids.rules.iter();
    rules.map(|rule| rule.with_points(points)).collect()
}

/// Returns the common value, or `None` if the values differ.
fn same(mut values: impl Iterator<Item = f64>) -> Option<f64> {
    let first = values.next()?;
    (!first.is_nan() && values.all(|value| value == first)).then_some(first)
}

/// Returns a symmetric market with another number of platforms.
fn with_platforms(market: &Market, platforms: usize) -> Result<Market, PricingError> {
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

/// Returns the externality matrix with one of its parameters set.
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
