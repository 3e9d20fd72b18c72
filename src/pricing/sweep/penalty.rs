use serde::{Deserialize, Serialize};

use crate::pricing::{
    equilibrium::Benchmarks,
    game::{MarketGame, NormalFormError, NormalFormGame},
};

/// What the penalty h of a learner's reward `pi - lambda h` grows with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SweepPenalty {
    /// Profit above competition, `max(0, pi_i - pi^B_i)`.
    #[default]
    ExcessProfit,
    /// Prices above competition, `sum_k max(0, p_ik - p^B_ik)`.
    ExcessPrice,
}

impl SweepPenalty {
    /// The game in which learners are told the reward with the penalty.
    pub(super) fn apply(
        self,
        weight: f64,
        game: NormalFormGame,
        market: &MarketGame,
        benchmarks: &Benchmarks,
    ) -> Result<NormalFormGame, NormalFormError> {
        if weight == 0.0 {
            return Ok(game);
        }
        let base = &benchmarks.competition.outcome;
        game.with_penalty(weight, |actions, profits| {
            let each = profits.iter().zip(actions).enumerate();
            each.map(|(platform, (profit, &action))| match self {
                Self::ExcessProfit => (profit - base.profits[platform]).max(0.0),
                Self::ExcessPrice => {
                    let prices = market.prices(platform, action).iter();
                    let above = prices.zip(base.prices.platform(platform));
                    above.map(|(price, base)| (price - base).max(0.0)).sum()
                }
            })
            .collect()
        })
    }
}
