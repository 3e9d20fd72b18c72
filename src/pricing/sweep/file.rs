use serde::{Deserialize, Serialize};

use super::{Axis, Design, SweepConfig, SweepGrid};
use crate::pricing::{
    PricingError,
    environment::Moves,
    learner::AnyLearner,
    market::{DemandShocks, Market},
    policy::{AnyPolicy, Penalty, PenaltyForm},
    session::Convergence,
};

/// The serialized form of a sweep. A penalty is written as its form and weight, any other policy as
/// a table.
///
/// The digest of the settings depends on the order of the fields and on omitted ones, which must
/// not change.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SweepFile {
    #[serde(default)]
    seed: u64,
    #[serde(default = "sessions")]
    sessions: u64,
    #[serde(default)]
    design: Design,
    #[serde(default = "memory")]
    memory: usize,
    #[serde(default, skip_serializing_if = "Moves::are_simultaneous")]
    moves: Moves,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    penalty: Option<PenaltyForm>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    penalty_weight: Option<f64>,
    #[serde(default)]
    convergence: Convergence,
    #[serde(default)]
    axes: Vec<Axis>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    policy: Option<AnyPolicy>,
    market: Market,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    demand: Option<DemandShocks>,
    learners: Vec<AnyLearner>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    alternatives: Vec<Vec<AnyLearner>>,
    grids: Vec<SweepGrid>,
}

pub(super) fn sessions() -> u64 {
    20
}

pub(super) fn memory() -> usize {
    1
}

impl From<SweepConfig> for SweepFile {
    fn from(config: SweepConfig) -> Self {
        let penalty = match config.policy.rule().kind() {
            "penalty" => config.policy.settings().clone().try_into::<Penalty>().ok(),
            _ => None,
        };
        Self {
            seed: config.seed,
            sessions: config.sessions,
            design: config.design,
            memory: config.memory,
            moves: config.moves,
            penalty: penalty.map(|penalty| penalty.form),
            penalty_weight: penalty.map(|penalty| penalty.lambda),
            convergence: config.convergence,
            axes: config.axes,
            policy: penalty.is_none().then_some(config.policy),
            market: config.market,
            demand: config.demand,
            learners: config.learners,
            alternatives: config.alternatives,
            grids: config.grids,
        }
    }
}

impl TryFrom<SweepFile> for SweepConfig {
    type Error = PricingError;

    fn try_from(file: SweepFile) -> Result<Self, PricingError> {
        let policy = match (file.policy, file.penalty, file.penalty_weight) {
            (Some(policy), None, None) => policy,
            (Some(_), ..) => {
                return Err(PricingError::Settings {
                    reason: "policy: give either `policy`, or `penalty` and `penalty_weight`"
                        .to_owned(),
                });
            }
            (None, form, weight) => {
                let form = form.unwrap_or(PenaltyForm::ExcessProfit);
                let penalty = Penalty::new(form, weight.unwrap_or(0.0));
                let named = penalty.map_err(|error| PricingError::Settings {
                    reason: format!("policy: penalty_weight: {error}"),
                });
                named?.into()
            }
        };
        Ok(Self {
            seed: file.seed,
            sessions: file.sessions,
            design: file.design,
            memory: file.memory,
            moves: file.moves,
            policy,
            convergence: file.convergence,
            axes: file.axes,
            market: file.market,
            demand: file.demand,
            learners: file.learners,
            alternatives: file.alternatives,
            grids: file.grids,
        })
    }
}
