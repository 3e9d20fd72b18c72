use serde::{Deserialize, Serialize};

use super::{GridRule, PriceGrid};
use crate::pricing::{PricingError, market::BySide};

/// The price grids of all platforms on all sides.
///
/// An action of a platform is a price for each side. Actions are numbered with the last side
/// varying fastest, so with two sides `action = m_2 i_1 + i_2`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MarketGrids {
    /// A grid for each platform and side.
    platforms: Vec<Vec<PriceGrid>>,
}

impl MarketGrids {
    /// Creates the same grids, one for each side, for every platform.
    pub fn shared(platforms: usize, sides: &[PriceGrid]) -> Self {
        Self {
            platforms: vec![sides.to_vec(); platforms],
        }
    }

    /// Creates grids for each platform and side.
    pub fn per_platform(platforms: Vec<Vec<PriceGrid>>) -> Self {
        Self { platforms }
    }

    /// Creates grids by one rule for each side, around the competitive and collusive prices of each
    /// platform.
    ///
    /// # Errors
    /// Returns an error if the number of rules is not the number of sides, if the tables differ in
    /// size, or if a rule gives no valid grid.
    pub fn from_rules(
        rules: &[GridRule],
        competitive: &BySide,
        collusive: &BySide,
    ) -> Result<Self, PricingError> {
        check_count(rules.len(), competitive.sides(), || {
            "rules for sides".to_owned()
        })?;
        check_count(collusive.sides(), competitive.sides(), || {
            "collusive prices for sides".to_owned()
        })?;
        check_count(collusive.platforms(), competitive.platforms(), || {
            "rows of collusive prices for platforms".to_owned()
        })?;
        let rows = competitive.rows().zip(collusive.rows());
        let platforms = rows.map(|(competitive, collusive)| {
            let sides = rules.iter().zip(competitive).zip(collusive);
            sides.map(|((rule, p), q)| rule.grid(*p, *q)).collect()
        });
        Ok(Self {
            platforms: platforms.collect::<Result<_, PricingError>>()?,
        })
    }

    /// Returns the number of platforms.
    pub fn platforms(&self) -> usize {
        self.platforms.len()
    }

    /// Returns the grids of a platform, side by side.
    ///
    /// # Panics
    /// Panics if the platform does not exist.
    pub fn platform(&self, platform: usize) -> &[PriceGrid] {
        &self.platforms[platform]
    }

    /// Checks that the grids have this number of platforms and sides.
    pub(super) fn check(&self, platforms: usize, sides: usize) -> Result<(), PricingError> {
        check_count(self.platforms.len(), platforms, || {
            "lists of price grids for platforms".to_owned()
        })?;
        self.platforms
            .iter()
            .enumerate()
            .try_for_each(|(platform, grids)| {
                check_count(grids.len(), sides, || {
                    format!("price grids of platform {platform} for sides")
                })
            })
    }

    /// Returns the number of actions of each platform; saturates on overflow.
    pub(super) fn actions(&self) -> Vec<usize> {
        let product = |grids: &Vec<PriceGrid>| {
            let sizes = grids.iter().map(PriceGrid::len);
            sizes.fold(1_usize, usize::saturating_mul)
        };
        self.platforms.iter().map(product).collect()
    }

    /// Returns the prices of all actions of a platform, action by action.
    pub(super) fn action_prices(&self, platform: usize) -> Vec<f64> {
        let grids = &self.platforms[platform];
        let actions: usize = grids.iter().map(PriceGrid::len).product();
        let mut prices = Vec::with_capacity(actions * grids.len());
        for action in 0..actions {
            let mut stride = actions;
            for grid in grids {
                stride /= grid.len();
                prices.push(grid.prices()[action / stride % grid.len()]);
            }
        }
        prices
    }
}

fn check_count(
    found: usize,
    expected: usize,
    what: impl FnOnce() -> String,
) -> Result<(), PricingError> {
    match found == expected {
        true => Ok(()),
        false => Err(PricingError::Count {
            found,
            what: what(),
            expected,
            remedy: "give one for each",
        }),
    }
}
