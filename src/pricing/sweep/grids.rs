use serde::{Deserialize, Serialize};

use crate::pricing::game::GridRule;

/// The benchmarks that a rescaled grid is laid around.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GridBenchmarks {
    /// Those of each point: the grid moves with the market.
    #[default]
    Point,
    /// Those of the study's base market: the grid is the same for all points.
    Base,
}

/// A way to lay price grids, under a name; a sweep runs every point with each of its grids.
///
/// A normalised gain hardly answers to the market's parameters when the grid moves with them, so a
/// study of those parameters needs a fixed grid beside a rescaled one, or a measure in money.
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
    /// Letters, digits, `-` and `_`.
    pub name: String,
    /// One rule for all sides, or one for each.
    pub rules: Vec<GridRule>,
    /// What rescaled rules are laid around.
    #[serde(default)]
    pub benchmarks: GridBenchmarks,
}

impl SweepGrid {
    /// One rule for all sides.
    pub fn new(name: impl Into<String>, rule: GridRule) -> Self {
        Self {
            name: name.into(),
            rules: vec![rule],
            benchmarks: GridBenchmarks::Point,
        }
    }

    /// The same grid for all points, around the benchmarks of the base market.
    #[must_use]
    pub fn around_base(self) -> Self {
        Self {
            benchmarks: GridBenchmarks::Base,
            ..self
        }
    }

    /// A rule for each of so many sides.
    pub(super) fn rules_for(&self, sides: usize) -> Vec<GridRule> {
        match self.rules.as_slice() {
            [rule] => vec![rule.clone(); sides],
            rules => rules.to_vec(),
        }
    }
}
