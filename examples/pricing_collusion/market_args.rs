use std::{error::Error, fs, path::PathBuf};

use clap::Args;
use fireweed::pricing::market::{DemandShocks, Market};

/// The market, from flags or from a file.
#[derive(Args)]
pub(crate) struct MarketArgs {
    /// TOML file with the market, instead of the flags.
    #[arg(long, value_name = "FILE", conflicts_with_all = [
        "platforms", "sides", "externality", "heterogeneity", "outside", "quality", "cost",
    ])]
    market: Option<PathBuf>,
    /// Number of platforms.
    #[arg(long, value_name = "N", default_value_t = 2)]
    platforms: usize,
    /// Number of sides.
    #[arg(long, value_name = "K", default_value_t = 2)]
    sides: usize,
    /// Benefit of a user, in money, if the whole of another side is on the same platform.
    #[arg(
        long,
        value_name = "PHI",
        default_value_t = 0.1,
        allow_hyphen_values = true
    )]
    externality: f64,
    /// Heterogeneity of tastes: scale of the Gumbel distribution, in money.
    #[arg(
        long,
        value_name = "THETA",
        default_value_t = 0.25,
        allow_hyphen_values = true
    )]
    heterogeneity: f64,
    /// Utility of joining no platform, in money.
    #[arg(
        long,
        value_name = "A0",
        default_value_t = 0.0,
        allow_hyphen_values = true
    )]
    outside: f64,
    /// Quality of all platforms, in money per user.
    #[arg(
        long,
        value_name = "A",
        default_value_t = 2.0,
        allow_hyphen_values = true
    )]
    quality: f64,
    /// Spread of varying demand: the outside utility is below its mean by this amount in high
    /// demand, and above it in low demand, in money. Both are equally likely in each period.
    #[arg(long, value_name = "A", allow_hyphen_values = true)]
    demand_spread: Option<f64>,
    /// Correlation of demand between consecutive periods; requires --demand-spread.
    #[arg(
        long,
        value_name = "RHO",
        default_value_t = 0.0,
        allow_hyphen_values = true
    )]
    #[arg(requires = "demand_spread")]
    demand_persistence: f64,
    /// Let platforms observe the demand of a period when they set prices; requires --demand-spread.
    #[arg(long, requires = "demand_spread")]
    demand_observed: bool,
    /// Cost per user, in money.
    #[arg(
        long,
        value_name = "C",
        default_value_t = 1.0,
        allow_hyphen_values = true
    )]
    cost: f64,
}

impl MarketArgs {
    pub(crate) fn market(&self) -> Result<Market, Box<dyn Error>> {
        if let Some(path) = &self.market {
            let at = |error: &dyn Error| format!("{}: {error}", path.display());
            let text = fs::read_to_string(path).map_err(|error| at(&error))?;
            return Ok(Market::from_toml_str(&text).map_err(|error| at(&error))?);
        }
        let market = Market::builder(self.platforms, self.sides)
            .cross_externality(self.externality)
            .heterogeneity(self.heterogeneity)
            .outside(self.outside)
            .quality(self.quality)
            .cost(self.cost)
            .build()?;
        Ok(market)
    }

    /// Returns the demand shocks; `None` if demand is constant.
    pub(crate) fn demand(&self) -> Result<Option<DemandShocks>, Box<dyn Error>> {
        let Some(spread) = self.demand_spread else {
            return Ok(None);
        };
        let shocks = DemandShocks {
            persistence: self.demand_persistence,
            observed: self.demand_observed,
            ..DemandShocks::new(spread)?
        };
        shocks.validate()?;
        Ok(Some(shocks))
    }
}
