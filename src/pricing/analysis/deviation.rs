use serde::{Deserialize, Serialize};

use super::{
    Strategies,
    checks::{check_below, check_count},
};
use crate::pricing::{PricingError, game::MarketGame};

/// A deviation from learned strategies.
///
/// If platforms move in turn, a platform deviates when its turn comes, and holds the price of its
/// last turn within the deviation until its next turn, as in Klein (2021).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deviation {
    /// Platforms that deviate.
    pub by: Deviators,
    /// Action of the deviators.
    pub action: DeviationAction,
    /// Length of the deviation.
    pub length: DeviationLength,
}

/// The platforms that deviate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deviators {
    /// One platform.
    One(usize),
    /// All platforms at the same time; not supported if platforms move in turn.
    All,
}

/// The action of a deviator. It is chosen in the first period and kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviationAction {
    /// The action with the highest profit in the first period, given the actions of the others.
    StaticBestReply,
    /// A number of steps down the price grid for each side, at most to its lowest price.
    PriceCut(Vec<usize>),
    /// A fixed action.
    Fixed(usize),
}

/// The length of a deviation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviationLength {
    /// A number of periods; then the deviators return to their strategies.
    Periods(usize),
    /// Forever.
    Permanent,
}

impl DeviationLength {
    /// Returns the number of periods; `None` if it is permanent.
    pub fn periods(self) -> Option<usize> {
        match self {
            Self::Periods(periods) => Some(periods),
            Self::Permanent => None,
        }
    }
}

impl Deviation {
    /// Creates the static best reply of one platform for one period.
    pub fn static_best_reply(platform: usize) -> Self {
        Self {
            by: Deviators::One(platform),
            action: DeviationAction::StaticBestReply,
            length: DeviationLength::Periods(1),
        }
    }

    /// Returns the indices of the platforms that deviate.
    pub(super) fn deviators(
        &self,
        platforms: usize,
        strategies: &Strategies<'_>,
    ) -> Result<Vec<usize>, PricingError> {
        match self.by {
            Deviators::All if strategies.are_in_turn() => Err(PricingError::TurnDeviation),
            Deviators::All => Ok((0..platforms).collect()),
            Deviators::One(platform) => {
                check_below("platform", platform, platforms)?;
                Ok(vec![platform])
            }
        }
    }
}

impl DeviationAction {
    /// Returns the action of a platform that deviates in a state.
    pub(super) fn choose(
        &self,
        market: &MarketGame,
        strategies: &Strategies<'_>,
        state: usize,
        platform: usize,
    ) -> Result<usize, PricingError> {
        let actions = market.actions()[platform];
        match self {
            Self::Fixed(action) => {
                check_below("action", *action, actions)?;
                Ok(*action)
            }
            Self::StaticBestReply => {
                let profit = |action| {
                    let joint = strategies.deviation(state, platform, action);
                    strategies.payoffs(state, joint)[platform]
                };
                let better = |best, action| match profit(action) > profit(best) {
                    true => action,
                    false => best,
                };
                Ok((1..actions).fold(0, better))
            }
            Self::PriceCut(steps) => {
                let grids = market.grids().platform(platform);
                check_count("price cuts for sides", steps.len(), grids.len())?;
                let own = strategies
                    .game()
                    .action_of(strategies.joint(state), platform);
                let (mut place, mut lower) = (1, 0);
                for (grid, &steps) in grids.iter().zip(steps).rev() {
                    let price = own / place % grid.len();
                    lower += price.saturating_sub(steps) * place;
                    place *= grid.len();
                }
                Ok(lower)
            }
        }
    }
}
