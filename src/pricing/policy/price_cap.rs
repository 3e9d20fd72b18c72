use serde::{Deserialize, Serialize};

use super::Policy;
use crate::pricing::{
    PricingError,
    equilibrium::Benchmarks,
    game::{MarketGrids, PriceGrid},
};

/// The highest price that platforms may set on each side: higher prices are removed from the grid.
///
/// In TOML: `{ policy = "price_cap", caps = [1.6, inf] }`, where `inf` means no cap on a side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Listed")]
pub struct PriceCap {
    /// One cap for each side, in money per user.
    caps: Vec<f64>,
}

impl PriceCap {
    /// Creates a policy with a cap for each side; infinite for no cap.
    ///
    /// # Errors
    /// Returns [`PricingError::Value`] if a cap is NaN.
    pub fn new(caps: Vec<f64>) -> Result<Self, PricingError> {
        match caps.iter().position(|cap| cap.is_nan()) {
            Some(side) => Err(PricingError::Value {
                place: format!("the price cap of side {side}"),
                value: caps[side],
                expected: "give a price, or inf for no cap on that side",
            }),
            None => Ok(Self { caps }),
        }
    }

    /// Returns the cap of each side.
    pub fn caps(&self) -> &[f64] {
        &self.caps
    }

    /// Returns the grids of all platforms without the prices above the cap.
    ///
    /// # Errors
    /// Returns an error if the number of caps is not the number of sides, or if no price remains.
    pub fn apply(&self, grids: &MarketGrids) -> Result<MarketGrids, PricingError> {
        Self::apply_to_each(&vec![self.caps.clone(); grids.platforms()], grids)
    }

    /// Applies a cap for each platform and side.
    pub(super) fn apply_to_each(
        caps: &[Vec<f64>],
        grids: &MarketGrids,
    ) -> Result<MarketGrids, PricingError> {
        let platforms = (0..grids.platforms()).zip(caps).map(|(platform, caps)| {
            let sides = grids.platform(platform);
            if sides.len() != caps.len() {
                return Err(PricingError::Caps {
                    found: caps.len(),
                    sides: sides.len(),
                });
            }
            let pairs = sides.iter().zip(caps).enumerate();
            pairs
                .map(|(side, (grid, &cap))| {
                    let allowed = grid.prices().iter().copied();
                    let allowed: Vec<f64> = allowed.filter(|&price| price <= cap).collect();
                    if allowed.is_empty() {
                        return Err(PricingError::NothingRemains {
                            cap,
                            side,
                            platform,
                            lowest: grid.prices()[0],
                        });
                    }
                    PriceGrid::fixed(allowed)
                })
                .collect()
        });
        Ok(MarketGrids::per_platform(
            platforms.collect::<Result<_, PricingError>>()?,
        ))
    }
}

impl Policy for PriceCap {
    fn kind(&self) -> &'static str {
        "price_cap"
    }

    fn name(&self) -> String {
        let caps: Vec<String> = self.caps.iter().map(|cap| format!("{cap:.3}")).collect();
        format!("cap {}", caps.join(", "))
    }

    fn grids(&self, _: &Benchmarks, grids: MarketGrids) -> Result<MarketGrids, PricingError> {
        self.apply(&grids)
    }
}

/// The serialized form of a cap.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    caps: Vec<f64>,
}

impl TryFrom<Listed> for PriceCap {
    type Error = PricingError;

    fn try_from(listed: Listed) -> Result<Self, PricingError> {
        Self::new(listed.caps)
    }
}
