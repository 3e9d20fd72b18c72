use serde::{Deserialize, Serialize};

use super::{AnalysisError, Strategies};
use crate::pricing::game::MarketGame;

/// A departure from learned strategies, to see how they answer.
///
/// Where platforms move in turn, one departs when its turn comes, and holds the price of its last turn
/// within the periods of the deviation until the next one, as in Klein (2021).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deviation {
    /// Who deviates.
    pub by: Deviators,
    /// What they do instead.
    pub action: DeviationAction,
    /// For how long they keep to it.
    pub length: DeviationLength,
}

/// Who deviates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deviators {
    /// One platform.
    One(usize),
    /// All platforms at the same time; not where they move in turn.
    All,
}

/// What a deviator does instead. It is decided in the first period and kept to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviationAction {
    /// The action that earns most in that period, against what the others do in it.
    StaticBestReply,
    /// So many steps of the price grid down on each side, at most to its lowest price.
    PriceCut(Vec<usize>),
    /// This action.
    Fixed(usize),
}

/// How long a deviation lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviationLength {
    /// So many periods; then deviators return to their strategies.
    Periods(usize),
    /// For ever.
    Permanent,
}

impl DeviationLength {
    /// The number of periods; `None` if it is permanent.
    pub fn periods(self) -> Option<usize> {
        match self {
            Self::Periods(periods) => Some(periods),
            Self::Permanent => None,
        }
    }
}

impl Deviation {
    /// The static best reply of one platform for one period.
    pub fn static_best_reply(platform: usize) -> Self {
        Self {
            by: Deviators::One(platform),
            action: DeviationAction::StaticBestReply,
            length: DeviationLength::Periods(1),
        }
    }

    /// The platforms that deviate, of so many.
    pub(super) fn deviators(
        &self,
        platforms: usize,
        strategies: &Strategies<'_>,
    ) -> Result<Vec<usize>, AnalysisError> {
        match self.by {
            Deviators::All if strategies.are_in_turn() => Err(AnalysisError::InTurn),
            Deviators::All => Ok((0..platforms).collect()),
            Deviators::One(platform) => {
                AnalysisError::check_below("platform", platform, platforms)?;
                Ok(vec![platform])
            }
        }
    }
}

impl DeviationAction {
    /// The action of a platform that deviates in a state.
    pub(super) fn choose(
        &self,
        market: &MarketGame,
        strategies: &Strategies<'_>,
        state: usize,
        platform: usize,
    ) -> Result<usize, AnalysisError> {
        let actions = market.actions()[platform];
        match self {
            Self::Fixed(action) => {
                AnalysisError::check_below("action", *action, actions)?;
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
                AnalysisError::check_count("price cuts for sides", steps.len(), grids.len())?;
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
