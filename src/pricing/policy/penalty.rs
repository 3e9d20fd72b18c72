use serde::{Deserialize, Serialize};

use super::Policy;
use crate::{
    SettingError,
    pricing::{PricingError, equilibrium::Benchmarks, game::MarketGame},
};

/// A penalty on profits or prices above competition, inside the learners' update.
///
/// ```text
/// Q(s, a) += alpha [ pi_i - lambda h_i + delta max Q(s') - Q(s, a) ]
/// ```
///
/// Learners receive `pi - lambda h`, and their initial values are based on it too; every outcome is
/// measured with the profit pi. With lambda = 0, every session is bit for bit the same as without a
/// penalty.
///
/// The abstract of Chica, Guo and Lerman (arXiv 2407.04088) announces such a penalty; its formula
/// is not public, so these forms are ours.
///
/// In TOML: `{ policy = "penalty", form = "excess_profit", lambda = 0.5 }`; a sweep can vary
/// lambda.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Listed")]
pub struct Penalty {
    /// Penalized quantity, h.
    pub form: PenaltyForm,
    /// Weight of the penalty.
    pub lambda: f64,
}

/// The penalized quantity. p^B and pi^B are prices and profits in competition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PenaltyForm {
    /// `h_i = max(0, pi_i - pi^B_i)`, in money; lambda has no unit.
    ExcessProfit,
    /// `h_i = sum_k max(0, p_ik - p^B_ik)`, in money per user; lambda in users.
    ExcessPrice,
    /// The square of `ExcessPrice`: small for small excesses.
    SquaredExcessPrice,
    /// The smallest `ExcessPrice` of all platforms, for each of them: zero unless all of them
    /// price above competition, so raising prices unilaterally is not penalized.
    JointExcessPrice,
}

impl PenaltyForm {
    /// All forms.
    pub const ALL: [Self; 4] = [
        Self::ExcessProfit,
        Self::ExcessPrice,
        Self::SquaredExcessPrice,
        Self::JointExcessPrice,
    ];
}

const WEIGHT: &str = "give a finite penalty weight of at least 0";

impl Penalty {
    /// Creates a penalty with a weight.
    ///
    /// # Errors
    /// Returns [`PricingError::Setting`] if the weight is negative or not finite.
    pub fn new(form: PenaltyForm, lambda: f64) -> Result<Self, PricingError> {
        match lambda.is_finite() && lambda >= 0.0 {
            true => Ok(Self { form, lambda }),
            false => Err(SettingError::new("lambda", lambda, WEIGHT).into()),
        }
    }

    /// Returns the penalized quantity h of each platform in a joint action.
    ///
    /// # Panics
    /// Panics if the joint action does not exist, or if the benchmarks belong to a smaller market.
    pub fn levels(&self, game: &MarketGame, benchmarks: &Benchmarks, joint: usize) -> Vec<f64> {
        let competition = &benchmarks.competition.outcome;
        let above = |value: f64, benchmark: f64| (value - benchmark).max(0.0);
        if self.form == PenaltyForm::ExcessProfit {
            let pairs = game.profits_of(joint).iter().zip(&competition.profits);
            return pairs.map(|(&profit, &pi)| above(profit, pi)).collect();
        }
        let prices = game.joint_prices(joint);
        let rows = prices.rows().zip(competition.prices.rows());
        let excess = rows.map(|(own, competitive)| {
            let sides = own.iter().zip(competitive);
            sides.map(|(&price, &p)| above(price, p)).sum::<f64>()
        });
        let excess: Vec<f64> = excess.collect();
        match self.form {
            PenaltyForm::SquaredExcessPrice => excess.iter().map(|h| h * h).collect(),
            PenaltyForm::JointExcessPrice => {
                let least = excess.iter().copied().fold(f64::INFINITY, f64::min);
                vec![least; excess.len()]
            }
            _ => excess,
        }
    }

    fn check(&self, game: &MarketGame, benchmarks: &Benchmarks) -> Result<(), PricingError> {
        let Self { form, lambda } = *self;
        Self::new(form, lambda)?;
        let (platforms, sides) = (game.platforms(), game.market().sides());
        let prices = &benchmarks.competition.outcome.prices;
        if (prices.platforms(), prices.sides()) != (platforms, sides) {
            return Err(PricingError::OtherMarket {
                found: prices.as_slice().len(),
                expected: platforms * sides,
            });
        }
        Ok(())
    }
}

impl Policy for Penalty {
    fn kind(&self) -> &'static str {
        "penalty"
    }

    fn name(&self) -> String {
        let what = match self.form {
            PenaltyForm::ExcessProfit => "profit",
            PenaltyForm::ExcessPrice => "price",
            PenaltyForm::SquaredExcessPrice => "squared price",
            PenaltyForm::JointExcessPrice => "joint price",
        };
        format!("{what} penalty {}", self.lambda)
    }

    /// Returns profits minus the penalty.
    ///
    /// # Errors
    /// Returns an error if the weight is out of range, or if the benchmarks belong to another
    /// market.
    fn learning_rewards(
        &self,
        game: &MarketGame,
        benchmarks: &Benchmarks,
        joint: usize,
    ) -> Result<Option<Vec<f64>>, PricingError> {
        self.check(game, benchmarks)?;
        let levels = self.levels(game, benchmarks, joint);
        let told = game.profits_of(joint).iter().zip(levels);
        Ok(Some(
            told.map(|(profit, level)| profit - self.lambda * level)
                .collect(),
        ))
    }

    fn weight(&self) -> Option<&'static str> {
        Some("lambda")
    }
}

/// The serialized form of a penalty.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    form: PenaltyForm,
    lambda: f64,
}

impl TryFrom<Listed> for Penalty {
    type Error = PricingError;

    fn try_from(listed: Listed) -> Result<Self, PricingError> {
        Self::new(listed.form, listed.lambda)
    }
}
