use std::fmt;

use serde::{Deserialize, Serialize};

/// A parameter that a sweep varies; variants are in the order in which parameters are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Parameter {
    /// Number of identical platforms N.
    Platforms,
    /// Externality between each pair of different sides, Phi_kl for k != l, in money per user.
    CrossExternality,
    /// Externality within each side, Phi_kk, in money per user.
    WithinExternality,
    /// Half of the difference of the two externalities of a pair of sides, `(Phi_kl - Phi_lk)/2`
    /// for k < l, at a constant sum; in money per user.
    AsymmetricExternality,
    /// Heterogeneity theta of all sides, in money per user.
    Heterogeneity,
    /// Outside utility a0 of all sides, in money per user.
    OutsideUtility,
    /// Number of prices of each side's grid.
    Prices,
    /// Learning rate alpha of all learners; in files also `alpha`.
    #[serde(alias = "alpha")]
    LearningRate,
    /// Discount factor delta of all learners; in files also `delta`.
    #[serde(alias = "delta")]
    DiscountFactor,
    /// Decay rate beta of exploration per period; in files also `beta`.
    #[serde(alias = "beta")]
    ExplorationRate,
    /// Expected visits nu by exploration; in files also `nu`.
    #[serde(alias = "nu")]
    ExpectedVisits,
    /// Weight of the policy, such as lambda of a penalty; see
    /// [`Policy::weight`](crate::pricing::policy::Policy::weight). This is the name in files with
    /// penalties.
    Penalty,
    /// Weight of the policy, under its general name.
    PolicyWeight,
    /// Marginal cost c of all platforms and sides, in money per user.
    Cost,
    /// Quality a of all platforms and sides, in money per user.
    Quality,
    /// Number of periods that learners remember.
    Memory,
    /// Learners: 0 for those of the base, k for the k-th of
    /// [`alternatives`](super::SweepConfig::alternatives). It is set before all others.
    Learner,
    /// Distance of outside utilities from their mean in high and in low demand, in money per user.
    /// This is the spread of [`DemandShocks`](crate::pricing::market::DemandShocks); its other
    /// settings are those of the base.
    DemandSpread,
}

impl Parameter {
    /// Returns the name in files and of the column.
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

    /// Returns the range of integers if the parameter is a count.
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

/// A parameter and its values.
///
/// In a file: `{ parameter = "heterogeneity", values = [0.2, 0.25, 0.3] }`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Axis {
    /// Parameter that is varied.
    pub parameter: Parameter,
    /// Values of the parameter.
    pub values: Vec<f64>,
}

impl Axis {
    /// Creates an axis.
    pub fn new(parameter: Parameter, values: impl Into<Vec<f64>>) -> Self {
        Self {
            parameter,
            values: values.into(),
        }
    }
}
