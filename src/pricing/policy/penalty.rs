use serde::{Deserialize, Serialize};

use super::{Policy, PolicyError};
use crate::pricing::{equilibrium::Benchmarks, game::MarketGame};

/// A penalty on earning or asking more than in competition, inside the learners' update.
///
/// ```text
/// Q(s, a) += alpha [ pi_i - lambda h_i + delta max Q(s') - Q(s, a) ]
/// ```
///
/// Learners are told `pi - lambda h` and their initial values use it too; every outcome is measured
/// with the profit pi. lambda = 0 leaves every session as it is without a penalty, bit for bit.
///
/// The abstract of Chica, Guo and Lerman (arXiv 2407.04088) announces such a penalty; its formula is
/// not public, so these forms are ours.
///
/// In TOML: `{ policy = "penalty", form = "excess_profit", lambda = 0.5 }`; a sweep may vary lambda.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Listed")]
pub struct Penalty {
    /// What is penalised, h.
    pub form: PenaltyForm,
    /// Its weight.
    pub lambda: f64,
}

/// What a penalty is proportional to. p^B and pi^B are prices and profits of competition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PenaltyForm {
    /// `h_i = max(0, pi_i - pi^B_i)`, in money; lambda has no unit.
    ExcessProfit,
    /// `h_i = sum_k max(0, p_ik - p^B_ik)`, in money per user; lambda in users.
    ExcessPrice,
    /// The square of `ExcessPrice`: little for small excesses.
    SquaredExcessPrice,
    /// The least `ExcessPrice` of all platforms, for each of them: nothing unless all ask more than
    /// in competition, so that raising prices alone is free.
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

impl Penalty {
    /// A penalty with a weight.
    ///
    /// # Errors
    /// [`PolicyError::Weight`] where it is not finite or below 0.
    pub fn new(form: PenaltyForm, lambda: f64) -> Result<Self, PolicyError> {
        match lambda.is_finite() && lambda >= 0.0 {
            true => Ok(Self { form, lambda }),
            false => Err(PolicyError::Weight { value: lambda }),
        }
    }

    /// What is penalised of each platform in a joint action, h.
    ///
    /// # Panics
    /// Where there is no such joint action, or the benchmarks are of a smaller market.
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

    fn check(&self, game: &MarketGame, benchmarks: &Benchmarks) -> Result<(), PolicyError> {
        let Self { form, lambda } = *self;
        Self::new(form, lambda)?;
        let (platforms, sides) = (game.platforms(), game.market().sides());
        let prices = &benchmarks.competition.outcome.prices;
        if (prices.platforms(), prices.sides()) != (platforms, sides) {
            return Err(PolicyError::Benchmarks {
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

    /// Profits less the penalty.
    ///
    /// # Errors
    /// [`PolicyError`] for a weight out of range, or benchmarks of another market.
    fn learning_rewards(
        &self,
        game: &MarketGame,
        benchmarks: &Benchmarks,
        joint: usize,
    ) -> Result<Option<Vec<f64>>, PolicyError> {
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

/// What a record of a penalty holds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    form: PenaltyForm,
    lambda: f64,
}

impl TryFrom<Listed> for Penalty {
    type Error = PolicyError;

    fn try_from(listed: Listed) -> Result<Self, PolicyError> {
        Self::new(listed.form, listed.lambda)
    }
}
