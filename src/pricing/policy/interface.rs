use std::fmt;

use super::PolicyError;
use crate::pricing::{
    equilibrium::Benchmarks,
    game::{MarketGame, MarketGrids},
};

/// A policy against learned collusion: what it changes of prices, rewards and memory.
///
/// A policy of one's own implements what it changes and inherits the rest. Its settings are the
/// fields that serde sees, so a scenario writes them into TOML; the field that
/// [`weight`](Self::weight) names is what the axis `policy_weight` of a sweep varies.
///
/// ```
/// use fireweed::pricing::{
///     equilibrium::Benchmarks,
///     game::MarketGame,
///     policy::{AnyPolicy, Policy, PolicyError},
/// };
/// use serde::{Deserialize, Serialize};
///
/// /// A tax on profit, which learners are told after tax.
/// #[derive(Debug, Serialize, Deserialize)]
/// struct ProfitTax {
///     rate: f64,
/// }
///
/// impl Policy for ProfitTax {
///     fn kind(&self) -> &'static str {
///         "profit_tax"
///     }
///     fn name(&self) -> String {
///         format!("profit tax {}", self.rate)
///     }
///     fn learning_rewards(
///         &self,
///         game: &MarketGame,
///         _: &Benchmarks,
///         joint: usize,
///     ) -> Result<Option<Vec<f64>>, PolicyError> {
///         let profits = game.profits_of(joint).iter();
///         Ok(Some(profits.map(|profit| profit * (1.0 - self.rate)).collect()))
///     }
///     fn weight(&self) -> Option<&'static str> {
///         Some("rate")
///     }
/// }
///
/// let policy = AnyPolicy::new(ProfitTax { rate: 0.2 })?;
/// assert_eq!(policy.with_weight(0.5)?.name(), "profit tax 0.5");
/// # Ok::<(), PolicyError>(())
/// ```
pub trait Policy: fmt::Debug + Send + Sync {
    /// The name of the kind in files, such as `price_cap`.
    fn kind(&self) -> &'static str;

    /// A short name with the settings, for tables and legends.
    fn name(&self) -> String;

    /// The prices that platforms may ask, from the grids without the policy.
    ///
    /// # Errors
    /// [`PolicyError`] if the policy does not fit the grids.
    fn grids(
        &self,
        _benchmarks: &Benchmarks,
        grids: MarketGrids,
    ) -> Result<MarketGrids, PolicyError> {
        Ok(grids)
    }

    /// What the learner of each platform is told in a joint action instead of its profit, in money;
    /// `None` if learners are told their profits. Outcomes are always measured with profits.
    ///
    /// # Errors
    /// [`PolicyError`] if the policy does not fit the game.
    fn learning_rewards(
        &self,
        _game: &MarketGame,
        _benchmarks: &Benchmarks,
        _joint: usize,
    ) -> Result<Option<Vec<f64>>, PolicyError> {
        Ok(None)
    }

    /// The number of periods that learners remember under the policy, given the number without it.
    fn memory(&self, memory: usize) -> usize {
        memory
    }

    /// The name of the field of its settings that a sweep may vary; `None` if there is none.
    fn weight(&self) -> Option<&'static str> {
        None
    }
}
