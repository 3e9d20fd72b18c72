use std::fmt;

use crate::pricing::{
    PricingError,
    equilibrium::Benchmarks,
    game::{MarketGame, MarketGrids},
};

/// A policy against learned collusion: its effects on prices, rewards and memory.
///
/// A user-defined policy implements the effects that differ from the defaults. Its settings are the
/// fields that serde serializes, which a scenario writes to TOML. The axis `policy_weight` of a
/// sweep varies the field named by [`weight`](Self::weight).
///
/// ```
/// use fireweed::pricing::{
///     PricingError,
///     equilibrium::Benchmarks,
///     game::MarketGame,
///     policy::{AnyPolicy, Policy},
/// };
/// use serde::{Deserialize, Serialize};
///
/// /// A tax on profit; learners receive profits after tax.
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
///     ) -> Result<Option<Vec<f64>>, PricingError> {
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
/// # Ok::<(), PricingError>(())
/// ```
pub trait Policy: fmt::Debug + Send + Sync {
    /// Returns the name of the kind in files, such as `price_cap`.
    fn kind(&self) -> &'static str;

    /// Returns a short name with the settings, for tables and legends.
    fn name(&self) -> String;

    /// Returns the allowed prices, given the grids without the policy.
    ///
    /// # Errors
    /// Returns an error if the policy does not fit the grids.
    fn grids(
        &self,
        _benchmarks: &Benchmarks,
        grids: MarketGrids,
    ) -> Result<MarketGrids, PricingError> {
        Ok(grids)
    }

    /// Returns the reward of each platform's learner in a joint action, in money; `None` if it is
    /// the profit. Outcomes are always measured with profits.
    ///
    /// # Errors
    /// Returns an error if the policy does not fit the game.
    fn learning_rewards(
        &self,
        _game: &MarketGame,
        _benchmarks: &Benchmarks,
        _joint: usize,
    ) -> Result<Option<Vec<f64>>, PricingError> {
        Ok(None)
    }

    /// Returns the number of periods that learners remember under the policy, given the number
    /// without it.
    fn memory(&self, memory: usize) -> usize {
        memory
    }

    /// Returns the name of the field of the settings that a sweep can vary; `None` if there is
    /// none.
    fn weight(&self) -> Option<&'static str> {
        None
    }
}
