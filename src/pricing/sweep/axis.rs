use std::fmt;

use serde::{Deserialize, Serialize};

/// A parameter that a sweep varies, in the order in which parameters are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Parameter {
    /// The number of identical platforms N.
    Platforms,
    /// The externality between each pair of different sides, Phi_kl for k != l, in money per user.
    CrossExternality,
    /// The externality within each side, Phi_kk, in money per user.
    WithinExternality,
    /// Half of the difference of the two externalities of a pair of sides, `(Phi_kl - Phi_lk)/2` for
    /// k < l, at an unchanged sum; in money per user.
    AsymmetricExternality,
    /// The heterogeneity theta of all sides, in money per user.
    Heterogeneity,
    /// The outside utility a0 of all sides, in money per user.
    OutsideUtility,
    /// The number of prices of each side's grid.
    Prices,
    /// The learning rate alpha of all learners; `alpha` in a file says the same.
    #[serde(alias = "alpha")]
    LearningRate,
    /// The discount factor delta of all learners; `delta` in a file says the same.
    #[serde(alias = "delta")]
    DiscountFactor,
    /// Exploration that dies out at this rate beta per period; `beta` in a file says the same.
    #[serde(alias = "beta")]
    ExplorationRate,
    /// Exploration that dies out after this number nu of expected visits; `nu` in a file says the same.
    #[serde(alias = "nu")]
    ExpectedVisits,
    /// The weight of the policy, such as lambda of a penalty; see
    /// [`Policy::weight`](crate::pricing::policy::Policy::weight). The name that files of penalties use.
    Penalty,
    /// The same under its general name.
    PolicyWeight,
    /// The marginal cost c of all platforms and sides, in money per user.
    Cost,
    /// The quality a of all platforms and sides, in money per user.
    Quality,
    /// The number of periods that learners remember.
    Memory,
    /// The learners: 0 for those of the base, k for the k-th of
    /// [`alternatives`](super::SweepConfig::alternatives). It is set before all others.
    Learner,
    /// How far outside utilities are from their mean in high and in low demand, in money per user: the
    /// spread of [`DemandShocks`](crate::pricing::market::DemandShocks), whose other settings are those of
    /// the base.
    DemandSpread,
}

impl Parameter {
    /// The name in files and as a column.
    pub fn name(self) -> &'static str {
        match self {
            Self::Platforms => "platforms",
            Self::CrossExternality => "cross_externality",
            Self::WithinExternality => "within_externality",
            Self::AsymmetricExternality => "asymmetric_externality",
            Self::Heterogeneity => "heterogeneity",
            Self::OutsideUtility => "outside_utility",
            Self::Prices => "prices",
            Self::LearningRate => "learning_rate",
            Self::DiscountFactor => "discount_factor",
            Self::ExplorationRate => "exploration_rate",
            Self::ExpectedVisits => "expected_visits",
            Self::Penalty => "penalty",
            Self::PolicyWeight => "policy_weight",
            Self::Cost => "cost",
            Self::Quality => "quality",
            Self::Memory => "memory",
            Self::Learner => "learner",
            Self::DemandSpread => "demand_spread",
        }
    }

    /// The range of whole numbers that it takes, if it counts something.
    pub(super) fn counts(self) -> Option<std::ops::RangeInclusive<u32>> {
        match self {
            Self::Platforms | Self::Prices => Some(1..=1_000_000),
            Self::Memory => Some(0..=64),
            Self::Learner => Some(0..=1_000),
            _ => None,
        }
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A parameter and the values that it takes.
///
/// In a file: `{ parameter = "heterogeneity", values = [0.2, 0.25, 0.3] }`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Axis {
    /// What is varied.
    pub parameter: Parameter,
    /// Its values.
    pub values: Vec<f64>,
}

impl Axis {
    /// An axis.
    pub fn new(parameter: Parameter, values: impl Into<Vec<f64>>) -> Self {
        Self {
            parameter,
            values: values.into(),
        }
    }
}
