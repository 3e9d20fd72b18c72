use serde::{Deserialize, Serialize};

use crate::pricing::{
    PricingError,
    equilibrium::Benchmarks,
    game::{GridRule, MarketGrids},
    market::Market,
};

/// The price grids of a scenario: a rule for each side, placed around benchmarks.
///
/// In TOML: `grids = { rules = [{ rule = "rescaled", points = 15 }] }`; with a table `around` of
/// another market, rescaled rules are placed around the benchmarks of that market.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioGrids {
    /// One rule for all sides, or one for each.
    pub rules: Vec<GridRule>,
    /// Market whose benchmarks, without demand shocks, rescaled rules are placed around. If `None`,
    /// it is the market of the scenario, with its demand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub around: Option<Market>,
}

impl ScenarioGrids {
    /// Creates the rule of Calvano et al. (2020) with `points` prices on each side.
    pub fn rescaled(points: usize) -> Self {
        GridRule::rescaled(points).into()
    }

    /// Returns a rule for each side.
    ///
    /// # Errors
    /// Returns [`PricingError::OneOrEach`] if there is neither one rule nor one for each side.
    pub fn rules_for(&self, sides: usize) -> Result<Vec<GridRule>, PricingError> {
        match self.rules.as_slice() {
            [rule] => Ok(vec![rule.clone(); sides]),
            rules if rules.len() == sides => Ok(rules.to_vec()),
            rules => Err(PricingError::OneOrEach {
                found: rules.len(),
                what: "grid rules",
                expected: sides,
                each: "sides",
            }),
        }
    }

    /// Returns the grids of a market with these benchmarks.
    ///
    /// # Errors
    /// Returns an error if the benchmarks of the other market are not found, or a rule gives no
    /// grid.
    pub fn of(&self, benchmarks: &Benchmarks) -> Result<MarketGrids, PricingError> {
        let sides = benchmarks.competition.outcome.prices.sides();
        let rules = self.rules_for(sides)?;
        let base = match &self.around {
            Some(market) => Some(Benchmarks::of(market)?),
            None => None,
        };
        let around = base.as_ref().unwrap_or(benchmarks);
        let (competitive, collusive) = around.ends_of_grids();
        MarketGrids::from_rules(&rules, &competitive, &collusive)
    }
}

impl From<GridRule> for ScenarioGrids {
    fn from(rule: GridRule) -> Self {
        Self {
            rules: vec![rule],
            around: None,
        }
    }
}
