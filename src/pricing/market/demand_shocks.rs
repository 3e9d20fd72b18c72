use serde::{Deserialize, Serialize};

use super::{Market, MarketBuilder};
use crate::{SettingError, pricing::PricingError};

/// Demand shocks: periods of high and low demand, through the utility of joining no platform.
///
/// ```text
/// a0_k - spread in high demand,  a0_k + spread in low demand                    for every side k
/// P(next is j | now i) = rho 1{i = j} + (1 - rho) pi_j,      pi_high = high, pi_low = 1 - high
/// ```
///
/// With persistence rho = 0, periods are independent; `high` is the share of periods with high
/// demand for every rho. Platforms set prices without knowing the demand of the period, or observe
/// it.
///
/// In TOML: `demand = { spread = 0.15 }`, or with all settings
/// `demand = { spread = 0.15, high = 0.5, persistence = 0.0, observed = false }`.
///
/// Reference: Calvano, Calzolari, Denicolò and Pastorello (2020), the robustness section on
/// stochastic demand: two values of a0, equally likely in each period, not observed. Persistence
/// and observation are our extensions.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Listed")]
pub struct DemandShocks {
    /// Distance of a0 from its mean when both states are equally likely, in money per user; at
    /// least 0.
    pub spread: f64,
    /// Share of periods with high demand, between 0 and 1 (exclusive).
    pub high: f64,
    /// Persistence rho in [0, 1): the correlation of demand between consecutive periods.
    pub persistence: f64,
    /// Whether platforms know the demand of a period when they set its prices.
    pub observed: bool,
}

/// Number of demand states; state 0 is low, state 1 is high.
pub(in crate::pricing) const STATES: usize = 2;

impl DemandShocks {
    /// Creates equally likely states that are independent over periods and not observed.
    ///
    /// # Errors
    /// Returns [`PricingError::Setting`] if the spread is negative or not finite.
    pub fn new(spread: f64) -> Result<Self, PricingError> {
        let shocks = Self {
            spread,
            high: 0.5,
            persistence: 0.0,
            observed: false,
        };
        shocks.validate()?;
        Ok(shocks)
    }

    /// Checks that the settings are in range.
    ///
    /// # Errors
    /// Returns [`PricingError::Setting`] for the first setting that is out of range.
    pub fn validate(&self) -> Result<(), PricingError> {
        let checks = [
            (
                "demand.spread",
                self.spread,
                self.spread.is_finite() && self.spread >= 0.0,
                "give a number at least 0, in money per user",
            ),
            (
                "demand.high",
                self.high,
                self.high > 0.0 && self.high < 1.0,
                "give a number above 0 and below 1, the share of periods with high demand",
            ),
            (
                "demand.persistence",
                self.persistence,
                (0.0..1.0).contains(&self.persistence),
                "give a number at least 0 and below 1",
            ),
        ];
        for (name, value, is_valid, expected) in checks {
            if !is_valid {
                return Err(SettingError::new(name, value, expected).into());
            }
        }
        Ok(())
    }

    /// Returns the shares of periods in low and in high demand.
    pub fn shares(&self) -> [f64; STATES] {
        [1.0 - self.high, self.high]
    }

    /// Returns the probabilities of low and high demand in the period after `state`; 0 is low.
    pub fn next(&self, state: usize) -> [f64; STATES] {
        let mut row = self.shares().map(|share| (1.0 - self.persistence) * share);
        row[state] += self.persistence;
        row
    }

    /// Returns the mean over periods of a quantity, from its values in low and in high demand.
    pub(in crate::pricing) fn mean(&self, [low, high]: [f64; STATES]) -> f64 {
        // Exact if both values are equal.
        low + self.high * (high - low)
    }

    /// Returns the market in low and in high demand.
    ///
    /// # Errors
    /// Returns an error if a setting is out of range, or if an outside utility is not finite.
    pub fn markets(&self, market: &Market) -> Result<[Market; STATES], PricingError> {
        self.validate()?;
        let with = |shift: f64| {
            let outside: Vec<f64> = market.outside.iter().map(|a0| a0 + shift).collect();
            MarketBuilder::from(market.clone()).outside(outside).build()
        };
        Ok([with(self.spread)?, with(-self.spread)?])
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    spread: f64,
    #[serde(default = "half")]
    high: f64,
    #[serde(default)]
    persistence: f64,
    #[serde(default)]
    observed: bool,
}

fn half() -> f64 {
    0.5
}

impl TryFrom<Listed> for DemandShocks {
    type Error = PricingError;

    fn try_from(listed: Listed) -> Result<Self, PricingError> {
        let shocks = Self {
            spread: listed.spread,
            high: listed.high,
            persistence: listed.persistence,
            observed: listed.observed,
        };
        shocks.validate()?;
        Ok(shocks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_of_high_demand_is_stationary() {
        for (high, persistence) in [(0.5, 0.0), (0.2, 0.7), (0.9, 0.99)] {
            let shocks = DemandShocks {
                high,
                persistence,
                ..DemandShocks::new(0.1).unwrap()
            };
            let [low_after_low, high_after_low] = shocks.next(0);
            let [low_after_high, high_after_high] = shocks.next(1);
            assert!((low_after_low + high_after_low - 1.0).abs() < 1e-15);
            let [low, share] = shocks.shares();
            assert!((low * low_after_low + share * low_after_high - low).abs() < 1e-15);
            // The correlation of neighboring periods.
            let joint = share * high_after_high - share * share;
            assert!((joint / (share * low) - persistence).abs() < 1e-12);
        }
    }

    #[test]
    fn high_demand_has_the_worse_outside_option() {
        let market = Market::builder(2, 2).outside([0.25, -0.5]).build().unwrap();
        let [low, high] = DemandShocks::new(0.25).unwrap().markets(&market).unwrap();
        assert_eq!([low.outside(0), low.outside(1)], [0.5, -0.25]);
        assert_eq!([high.outside(0), high.outside(1)], [0.0, -0.75]);
        let same = DemandShocks::new(0.0).unwrap().markets(&market).unwrap();
        assert_eq!(same, [market.clone(), market]);
    }

    #[test]
    fn settings_out_of_range_are_named() {
        let read = |text: &str| toml::from_str::<DemandShocks>(text);
        assert_eq!(
            read("spread = 0.1").unwrap(),
            DemandShocks::new(0.1).unwrap()
        );
        for (text, part) in [
            ("spread = -0.1", "demand.spread is -0.1"),
            ("spread = 0.1\nhigh = 1.0", "demand.high is 1"),
            ("spread = 0.1\npersistence = 1.0", "demand.persistence is 1"),
            ("high = 0.5", "spread"),
            ("spread = 0.1\ncolor = 1", "color"),
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
    }
}
