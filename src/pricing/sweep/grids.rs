use serde::{Deserialize, Serialize};

use crate::pricing::game::GridRule;

/// The benchmarks around which a rescaled grid is placed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GridBenchmarks {
    /// The benchmarks of each point: the grid moves with the market.
    #[default]
    Point,
    /// The benchmarks of the base market: the grid is the same for all points.
    Base,
}

/// A named rule for price grids; a sweep runs every point with each of its grids.
///
/// The normalized gain hardly depends on the market's parameters if the grid moves with them. A
/// study of those parameters therefore needs a fixed grid in addition to a rescaled one, or a
/// measure in money.
///
/// In a file:
///
/// ```toml
/// [[grids]]
/// name = "rescaled"
/// rules = [{ rule = "rescaled", points = 3 }]                    # for all sides, or one for each
///
/// [[grids]]
/// name = "fixed"
/// rules = [{ rule = "range", low = 1.2, high = 2.1, points = 3 }]
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SweepGrid {
    /// Name of letters, digits, `-` and `_`.
    pub name: String,
    /// One rule for all sides, or one for each.
    pub rules: Vec<GridRule>,
    /// Benchmarks around which rescaled rules are placed.
    #[serde(default)]
    pub benchmarks: GridBenchmarks,
}

impl SweepGrid {
    /// Creates a grid with one rule for all sides.
    pub fn new(name: impl Into<String>, rule: GridRule) -> Self {
        Self {
            name: name.into(),
            rules: vec![rule],
            benchmarks: GridBenchmarks::Point,
        }
    }

    /// Uses the same grid for all points, around the benchmarks of the base market.
    #[must_use]
    pub fn around_base(self) -> Self {
        Self {
            benchmarks: GridBenchmarks::Base,
            ..self
        }
    }

    /// Returns a rule for each of `sides` sides.
    pub(super) fn rules_for(&self, sides: usize) -> Vec<GridRule> {
        match self.rules.as_slice() {
            [rule] => vec![rule.clone(); sides],
            rules => rules.to_vec(),
        }
    }
}
