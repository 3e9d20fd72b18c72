use serde::{Deserialize, Serialize};

use super::{Policy, PriceCap};
use crate::{
    SettingError,
    pricing::{PricingError, equilibrium::Benchmarks, game::MarketGrids},
};

/// No policy. In TOML: `{ policy = "none" }`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct NoPolicy {}

impl Policy for NoPolicy {
    fn kind(&self) -> &'static str {
        "none"
    }

    fn name(&self) -> String {
        "no policy".to_owned()
    }
}

/// Algorithms may not condition on past prices: learners have no memory, so no platform can respond
/// to a rival's price. In TOML: `{ policy = "hidden_prices" }`.
///
/// Strategies without memory cannot punish, but learning may end far above competition. Prices at
/// which each platform would gain by undercutting are then not an equilibrium but a failure to
/// learn.
///
/// Reference: Brown and MacKay (2023), Competition in pricing algorithms, American Economic
/// Journal: Microeconomics 15(2), who propose to prohibit algorithms from conditioning on rivals'
/// prices. Removing the memory of own prices too is our simplification.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct HiddenPrices {}

impl Policy for HiddenPrices {
    fn kind(&self) -> &'static str {
        "hidden_prices"
    }

    fn name(&self) -> String {
        "hidden prices".to_owned()
    }

    fn memory(&self, _memory: usize) -> usize {
        0
    }
}

const SHARE: &str = "give a finite number, 0 for the competitive price, 1 for the collusive";

/// A price cap on each platform and side between its benchmarks: higher prices are removed from the
/// grid.
///
/// ```text
/// cap_ik = p^B_ik + share (p^C_ik - p^B_ik)
/// ```
///
/// In TOML: `{ policy = "benchmark_cap", share = 0.5 }`; a sweep can vary the share.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BenchmarkCap {
    /// Position of the cap: 0 at the competitive price, 1 at the collusive price.
    pub share: f64,
}

impl Policy for BenchmarkCap {
    fn kind(&self) -> &'static str {
        "benchmark_cap"
    }

    fn name(&self) -> String {
        format!("cap at {} of the way to collusion", self.share)
    }

    fn grids(
        &self,
        benchmarks: &Benchmarks,
        grids: MarketGrids,
    ) -> Result<MarketGrids, PricingError> {
        if !self.share.is_finite() {
            return Err(SettingError::new("share", self.share, SHARE).into());
        }
        let low = &benchmarks.competition.outcome.prices;
        let high = &benchmarks.collusion.outcome.prices;
        let rows = low.rows().zip(high.rows()).map(|(low, high)| {
            let pairs = low.iter().zip(high);
            pairs.map(|(p, q)| p + self.share * (q - p)).collect()
        });
        PriceCap::apply_to_each(&rows.collect::<Vec<Vec<f64>>>(), &grids)
    }

    fn weight(&self) -> Option<&'static str> {
        Some("share")
    }
}
