use rayon::prelude::*;

use super::{MarketGrids, NormalFormGame, pure_nash::pure_nash};
use crate::pricing::{
    PricingError,
    market::{BySide, DemandShocks, Market, Outcome},
};

/// Largest size of the table of profits, in bytes.
const MOST_BYTES: usize = 1 << 30;

/// A market with prices on grids: the profits of each platform for every joint action.
///
/// An action of a platform is a price for each side, with the last side varying fastest; a joint
/// action is an action for each platform, with the last platform varying fastest:
///
/// ```text
/// action = m_2 i_1 + i_2 (two sides)          joint = A_2 a_1 + a_2 (two platforms)
/// ```
///
/// Memory: 8 N bytes for each joint action; outcomes other than profits are computed on demand.
///
/// ```
/// use fireweed::pricing::{
///     game::{MarketGame, MarketGrids, PriceGrid},
///     market::Market,
/// };
///
/// let market = Market::symmetric(2, 1)?;
/// let grid = PriceGrid::rescaled(1.47293, 1.92498, 15, 0.1)?;
/// let game = MarketGame::new(&market, &MarketGrids::shared(2, &[grid]))?;
/// // The two Nash equilibria in pure strategies of the game on this grid.
/// let nash: Vec<_> = game.pure_nash().iter().map(|&joint| game.actions_of(joint)).collect();
/// assert_eq!(nash, [[1, 1], [2, 2]]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct MarketGame {
    market: Market,
    grids: MarketGrids,
    actions: Vec<usize>,
    /// Prices of each platform, action by action.
    prices: Vec<Vec<f64>>,
    /// Joint action by joint action, platform by platform.
    profits: Vec<f64>,
    several: Vec<usize>,
    /// The games of low and of high demand if demand varies; the profits are then expected profits.
    by_demand: Option<ByDemand>,
}

/// The games of low and of high demand.
#[derive(Clone, Debug, PartialEq)]
struct ByDemand {
    shocks: DemandShocks,
    games: Vec<MarketGame>,
}

impl MarketGame {
    /// Enumerates the game, in parallel on Rayon's threads; the result does not depend on them.
    ///
    /// Complexity: one participation for each joint action, and a search for other fixed points
    /// unless participation is certainly unique.
    ///
    /// # Errors
    /// Returns an error if the grids have another number of platforms or sides, if the table of
    /// profits exceeds 1 GiB, or if participation is not found at some prices.
    pub fn new(market: &Market, grids: &MarketGrids) -> Result<Self, PricingError> {
        let platforms = market.platforms();
        grids.check(platforms, market.sides())?;
        let actions = grids.actions();
        let joint_actions = joint_actions(&actions)?;
        let mut game = Self {
            market: market.clone(),
            grids: grids.clone(),
            prices: (0..platforms).map(|i| grids.action_prices(i)).collect(),
            actions,
            profits: Vec::new(),
            several: Vec::new(),
            by_demand: None,
        };
        let mut cells = vec![0.0; joint_actions * platforms];
        let several = cells
            .par_chunks_exact_mut(platforms)
            .enumerate()
            .map(|(joint, profits)| {
                let prices = game.joint_prices(joint);
                let failed = |cause: PricingError| cause.at(format!("joint action {joint}"));
                let outcome = market.outcome(&prices).map_err(failed)?;
                profits.copy_from_slice(&outcome.profits);
                let several = market.has_several_fixed_points(&prices).map_err(failed)?;
                Ok(several.then_some(joint))
            })
            .collect::<Result<Vec<_>, PricingError>>()?;
        game.several = several.into_iter().flatten().collect();
        game.profits = cells;
        Ok(game)
    }

    /// Enumerates the games of low and of high demand; profits and outcomes are means over the
    /// shares of periods.
    ///
    /// # Errors
    /// Same as [`new`](Self::new).
    pub fn under_shocks(
        market: &Market,
        shocks: &DemandShocks,
        grids: &MarketGrids,
    ) -> Result<Self, PricingError> {
        let markets = shocks
            .markets(market)
            .map_err(|cause| cause.at("joint action 0"))?;
        let [low, high] = markets.map(|one| Self::new(&one, grids));
        let (low, high) = (low?, high?);
        let pairs = low.profits.iter().zip(&high.profits);
        let profits = pairs.map(|(&low, &high)| shocks.mean([low, high]));
        let mut several = [&low.several[..], &high.several].concat();
        several.sort_unstable();
        several.dedup();
        Ok(Self {
            market: market.clone(),
            grids: grids.clone(),
            actions: low.actions.clone(),
            prices: low.prices.clone(),
            profits: profits.collect(),
            several,
            by_demand: Some(ByDemand {
                shocks: *shocks,
                games: vec![low, high],
            }),
        })
    }

    /// Returns the games of low demand, then of high demand; empty if demand does not vary.
    pub fn by_demand(&self) -> &[Self] {
        self.by_demand.as_ref().map_or(&[], |one| &one.games)
    }

    /// Returns the game of a demand state, 0 for low and 1 for high; for `None`, the game itself.
    ///
    /// # Panics
    /// Panics for a demand state other than 0 if demand does not vary.
    pub fn in_demand(&self, state: Option<usize>) -> &Self {
        state.map_or(self, |state| &self.by_demand()[state])
    }

    /// Returns the market, without demand shocks.
    pub fn market(&self) -> &Market {
        &self.market
    }

    /// Returns the grids of prices.
    pub fn grids(&self) -> &MarketGrids {
        &self.grids
    }

    /// Returns the game in normal form, with profits only and the same numbering of joint actions.
    ///
    /// # Errors
    /// Returns an error if a second table of profits does not fit into memory.
    pub fn to_normal_form(&self) -> Result<NormalFormGame, PricingError> {
        NormalFormGame::new(self.actions.clone(), self.profits.clone())
    }

    /// Returns the number of platforms N.
    pub fn platforms(&self) -> usize {
        self.actions.len()
    }

    /// Returns the number of actions A_i of each platform.
    pub fn actions(&self) -> &[usize] {
        &self.actions
    }

    /// Returns the number of joint actions, the product of the numbers of actions.
    pub fn joint_actions(&self) -> usize {
        self.actions.iter().product()
    }

    /// Returns the index of the joint action of one action for each platform.
    ///
    /// # Panics
    /// Panics if an action does not exist, or if there is not one for each platform.
    pub fn joint(&self, actions: &[usize]) -> usize {
        assert_eq!(
            actions.len(),
            self.platforms(),
            "one action for each platform"
        );
        actions
            .iter()
            .zip(&self.actions)
            .fold(0, |joint, (&action, &count)| {
                assert!(action < count, "no action {action} of {count}");
                joint * count + action
            })
    }

    /// Returns the action of each platform in a joint action.
    ///
    /// # Panics
    /// Panics if the joint action does not exist. The other accessors do the same.
    pub fn actions_of(&self, joint: usize) -> Vec<usize> {
        assert!(joint < self.joint_actions(), "no joint action {joint}");
        let mut rest = joint;
        let mut actions = vec![0; self.actions.len()];
        for (action, count) in actions.iter_mut().zip(&self.actions).rev() {
            *action = rest % count;
            rest /= count;
        }
        actions
    }

    /// Returns the profit of a platform in a joint action, in money.
    pub fn profit(&self, platform: usize, joint: usize) -> f64 {
        self.profits_of(joint)[platform]
    }

    /// Returns the profit of each platform in a joint action.
    pub fn profits_of(&self, joint: usize) -> &[f64] {
        &self.profits[joint * self.platforms()..][..self.platforms()]
    }

    /// Returns the prices of a platform's action, side by side.
    pub fn prices(&self, platform: usize, action: usize) -> &[f64] {
        &self.prices[platform][action * self.market.sides()..][..self.market.sides()]
    }

    /// Returns the prices of all platforms in a joint action.
    pub fn joint_prices(&self, joint: usize) -> BySide {
        let actions = self.actions_of(joint);
        let rows = actions.iter().enumerate();
        let prices = rows.flat_map(|(platform, &action)| self.prices(platform, action));
        BySide::from_values(self.market.sides(), prices.copied().collect())
    }

    /// Computes prices, participation, profits and consumer surplus of a joint action; means over
    /// demand if it varies.
    ///
    /// # Errors
    /// Same as [`Market::outcome`]; does not occur for a joint action of a game that was
    /// constructed successfully.
    pub fn outcome(&self, joint: usize) -> Result<Outcome, PricingError> {
        let Some(ByDemand { shocks, games }) = &self.by_demand else {
            return self.market.outcome(&self.joint_prices(joint));
        };
        let (low, high) = (games[0].outcome(joint)?, games[1].outcome(joint)?);
        Ok(Outcome::mean(shocks, &low, &high))
    }

    /// Returns the joint actions with several fixed points of participation at their prices,
    /// ascending.
    ///
    /// Profits there depend on the selection rule of [`Market::participation`].
    pub fn several_fixed_points(&self) -> &[usize] {
        &self.several
    }

    /// Returns the joint actions in which no platform gains by another action: Nash equilibria of
    /// the one-shot game in pure strategies, ascending.
    ///
    /// Complexity: N times the number of joint actions.
    pub fn pure_nash(&self) -> Vec<usize> {
        pure_nash(&self.actions, |platform, joint| {
            self.profit(platform, joint)
        })
    }
}

/// Returns the number of joint actions, if their profits fit into memory.
fn joint_actions(actions: &[usize]) -> Result<usize, PricingError> {
    let count = actions.iter().try_fold(1_usize, |n, &a| n.checked_mul(a));
    let bytes = count
        .and_then(|count| count.checked_mul(actions.len()))
        .and_then(|cells| cells.checked_mul(size_of::<f64>()));
    match (count, bytes) {
        (Some(count), Some(bytes)) if bytes <= MOST_BYTES => Ok(count),
        _ => {
            let joint_actions: f64 = actions.iter().map(|&a| a as f64).product();
            Err(PricingError::GameTooLarge {
                platforms: actions.len(),
                actions: actions.to_vec(),
                joint_actions,
                bytes: joint_actions * (actions.len() * size_of::<f64>()) as f64,
                limit: MOST_BYTES,
            })
        }
    }
}
