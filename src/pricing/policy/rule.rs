use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Penalty, PenaltyForm, PolicyError, PriceCap};
use crate::pricing::{
    equilibrium::Benchmarks,
    game::{MarketGame, MarketGrids},
    learner::QLearning,
    market::Market,
    session::SessionPlan,
};

/// A policy against learned collusion.
///
/// In TOML: `{ policy = "penalty", form = "excess_profit", lambda = 0.5 }`,
/// `{ policy = "price_cap", caps = [1.6, 1.6] }`, `{ policy = "hidden_prices" }`,
/// `{ policy = "none" }`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "policy", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Policy {
    /// Nothing is done.
    #[default]
    None,
    /// Learners are penalised inside their update.
    Penalty(Penalty),
    /// Prices have a cap.
    PriceCap(PriceCap),
    /// Algorithms may not condition on prices of the past: learners have no memory, so nobody can
    /// answer to a rival's price.
    ///
    /// Reference: Brown and MacKay (2023), Competition in pricing algorithms, American Economic
    /// Journal: Microeconomics 15(2), who propose that algorithms be kept from conditioning on
    /// rivals' prices. To end the memory of own prices too is our simplification.
    HiddenPrices,
}

/// A market under a policy: the game of its prices, and sessions of its learners.
#[derive(Clone, Debug)]
pub struct Treatment {
    /// The game whose outcomes are measured.
    pub game: MarketGame,
    /// Sessions, with seed and convergence to be set.
    pub plan: SessionPlan,
}

impl Policy {
    /// The market under the policy, with a learner for each platform.
    ///
    /// Benchmarks stay those of the market without policy.
    ///
    /// # Errors
    /// [`PolicyError`] where the policy does not fit the market, or the game cannot be.
    pub fn treat(
        &self,
        market: &Market,
        benchmarks: &Benchmarks,
        grids: &MarketGrids,
        learners: Vec<QLearning>,
    ) -> Result<Treatment, PolicyError> {
        let game = match self {
            Self::PriceCap(cap) => MarketGame::new(market, &cap.apply(grids)?)?,
            _ => MarketGame::new(market, grids)?,
        };
        let told = match self {
            Self::Penalty(penalty) => penalty.apply(&game, benchmarks)?,
            _ => game.to_normal_form()?,
        };
        let plan = SessionPlan::new(told, learners)?;
        let plan = match self {
            Self::HiddenPrices => plan.with_memory(0)?,
            _ => plan,
        };
        Ok(Treatment { game, plan })
    }
}

impl fmt::Display for Policy {
    /// A short name with the parameters.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => write!(f, "no policy"),
            Self::HiddenPrices => write!(f, "hidden prices"),
            Self::PriceCap(cap) => {
                let caps: Vec<String> = cap.caps().iter().map(|cap| format!("{cap:.3}")).collect();
                write!(f, "cap {}", caps.join(", "))
            }
            Self::Penalty(Penalty { form, lambda }) => {
                let what = match form {
                    PenaltyForm::ExcessProfit => "profit",
                    PenaltyForm::ExcessPrice => "price",
                    PenaltyForm::SquaredExcessPrice => "squared price",
                    PenaltyForm::JointExcessPrice => "joint price",
                };
                write!(f, "{what} penalty {lambda}")
            }
        }
    }
}
