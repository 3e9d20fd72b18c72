use rayon::prelude::*;

use super::{GameError, MarketGrids, NormalFormError, NormalFormGame, pure_nash::pure_nash};
use crate::pricing::market::{BySide, DemandShocks, Market, MarketError, Outcome};

/// The most bytes that the table of profits may take.
const MOST_BYTES: usize = 1 << 30;

/// A market with prices on grids: every joint action and what each platform earns in it.
///
/// An action of a platform is a price for each side, counted with the last side fastest; a joint
/// action is an action for each platform, counted with the last platform fastest:
///
/// ```text
/// action = m_2 i_1 + i_2 (two sides)          joint = A_2 a_1 + a_2 (two platforms)
/// ```
///
/// Memory: 8 N bytes for each joint action; outcomes other than profits are computed when asked for.
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
    /// For each platform, prices action by action.
    prices: Vec<Vec<f64>>,
    /// Joint action by joint action, platform by platform.
    profits: Vec<f64>,
    several: Vec<usize>,
    /// Where demand varies, the games of low and of high demand; the profits are then expected ones.
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
    /// Complexity: one participation for each joint action, and where it is not certainly unique a
    /// search for others.
    ///
    /// # Errors
    /// [`GameError`] for grids of another number of platforms or sides, a table of profits above 1
    /// GiB, or prices at which participation is not found.
    pub fn new(market: &Market, grids: &MarketGrids) -> Result<Self, GameError> {
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
                let failed = |cause| GameError::Market { joint, cause };
                let outcome = market.outcome(&prices).map_err(failed)?;
                profits.copy_from_slice(&outcome.profits);
                let several = market.has_several_fixed_points(&prices).map_err(failed)?;
                Ok(several.then_some(joint))
            })
            .collect::<Result<Vec<_>, GameError>>()?;
        game.several = several.into_iter().flatten().collect();
        game.profits = cells;
        Ok(game)
    }

    /// Enumerates the game of low and that of high demand; profits and outcomes are means over the share
    /// of periods of each.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn under_shocks(
        market: &Market,
        shocks: &DemandShocks,
        grids: &MarketGrids,
    ) -> Result<Self, GameError> {
        let markets = shocks
            .markets(market)
            .map_err(|cause| GameError::Market { joint: 0, cause })?;
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

    /// The games of low demand, then of high demand; empty where demand does not vary.
    pub fn by_demand(&self) -> &[Self] {
        self.by_demand.as_ref().map_or(&[], |one| &one.games)
    }

    /// The game of a state of demand, 0 for low and 1 for high; the game itself where none is given.
    ///
    /// # Panics
    /// For a state of demand where it does not vary.
    pub fn in_demand(&self, state: Option<usize>) -> &Self {
        state.map_or(self, |state| &self.by_demand()[state])
    }

    /// The market, without demand shocks.
    pub fn market(&self) -> &Market {
        &self.market
    }

    /// The grids of prices.
    pub fn grids(&self) -> &MarketGrids {
        &self.grids
    }

    /// The game that learners play: profits alone, with joint actions numbered alike.
    ///
    /// # Errors
    /// [`NormalFormError`] where the machine has no room for a second table of profits.
    pub fn to_normal_form(&self) -> Result<NormalFormGame, NormalFormError> {
        NormalFormGame::new(self.actions.clone(), self.profits.clone())
    }

    /// The number of platforms N.
    pub fn platforms(&self) -> usize {
        self.actions.len()
    }

    /// The number of actions A_i of each platform.
    pub fn actions(&self) -> &[usize] {
        &self.actions
    }

    /// The number of joint actions, the product of the numbers of actions.
    pub fn joint_actions(&self) -> usize {
        self.actions.iter().product()
    }

    /// The number of the joint action of an action for each platform.
    ///
    /// # Panics
    /// Where there is no such action, or not one for each platform.
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

    /// The action of each platform in a joint action.
    ///
    /// # Panics
    /// Where there is no such joint action; so do the other accessors.
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

    /// The profit of a platform in a joint action, in money.
    pub fn profit(&self, platform: usize, joint: usize) -> f64 {
        self.profits_of(joint)[platform]
    }

    /// The profit of each platform in a joint action.
    pub fn profits_of(&self, joint: usize) -> &[f64] {
        &self.profits[joint * self.platforms()..][..self.platforms()]
    }

    /// The prices of a platform's action, side by side.
    pub fn prices(&self, platform: usize, action: usize) -> &[f64] {
        &self.prices[platform][action * self.market.sides()..][..self.market.sides()]
    }

    /// The prices of all platforms in a joint action.
    pub fn joint_prices(&self, joint: usize) -> BySide {
        let actions = self.actions_of(joint);
        let rows = actions.iter().enumerate();
        let prices = rows.flat_map(|(platform, &action)| self.prices(platform, action));
        BySide::from_values(self.market.sides(), prices.copied().collect())
    }

    /// Prices, participation, profits and consumer surplus of a joint action, computed anew; means over
    /// demand where it varies.
    ///
    /// # Errors
    /// As [`Market::outcome`], though not for a joint action of a game that could be made.
    pub fn outcome(&self, joint: usize) -> Result<Outcome, MarketError> {
        let Some(ByDemand { shocks, games }) = &self.by_demand else {
            return self.market.outcome(&self.joint_prices(joint));
        };
        let (low, high) = (games[0].outcome(joint)?, games[1].outcome(joint)?);
        Ok(Outcome::mean(shocks, &low, &high))
    }

    /// The joint actions at whose prices several participations agree with themselves, ascending.
    ///
    /// Profits there depend on the selection rule of [`Market::participation`].
    pub fn several_fixed_points(&self) -> &[usize] {
        &self.several
    }

    /// The joint actions in which no platform gains by another action: Nash equilibria of the
    /// one-shot game in pure strategies, ascending.
    ///
    /// Complexity: N times the number of joint actions.
    pub fn pure_nash(&self) -> Vec<usize> {
        pure_nash(&self.actions, |platform, joint| {
            self.profit(platform, joint)
        })
    }
}

/// The number of joint actions, where their profits fit into memory.
fn joint_actions(actions: &[usize]) -> Result<usize, GameError> {
    let count = actions.iter().try_fold(1_usize, |n, &a| n.checked_mul(a));
    let bytes = count
        .and_then(|count| count.checked_mul(actions.len()))
        .and_then(|cells| cells.checked_mul(size_of::<f64>()));
    match (count, bytes) {
        (Some(count), Some(bytes)) if bytes <= MOST_BYTES => Ok(count),
        _ => {
            let joint_actions: f64 = actions.iter().map(|&a| a as f64).product();
            Err(GameError::TooLarge {
                platforms: actions.len(),
                actions: actions.to_vec(),
                joint_actions,
                bytes: joint_actions * (actions.len() * size_of::<f64>()) as f64,
                limit: MOST_BYTES,
            })
        }
    }
}
