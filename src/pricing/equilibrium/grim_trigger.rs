use serde::{Deserialize, Serialize};

use super::{Benchmarks, BestReply, best_reply, position::position};
use crate::pricing::{PricingError, market::Market};

/// Relative gains below this are rounding errors.
const ROUNDING: f64 = 1e-9;

/// A platform's profit from deviating from collusion, and the profits with and without punishment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Temptation {
    /// Static best reply to the collusive prices of the others.
    pub reply: BestReply,
    /// Profit in collusion.
    pub collusive_profit: f64,
    /// Profit in competition, the punishment.
    pub competitive_profit: f64,
}

impl Temptation {
    /// Returns the smallest discount factor at which permanent competition deters the deviation.
    ///
    /// ```text
    /// delta* = (pi_dev - pi_C) / (pi_dev - pi_B)
    /// ```
    ///
    /// Returns 0 if the deviation gains nothing, and `None` if no discount factor below 1 deters it
    /// because the platform does not lose by competition.
    pub fn threshold(&self) -> Option<f64> {
        let gain = self.reply.profit - self.collusive_profit;
        let loss = self.reply.profit - self.competitive_profit;
        match gain > ROUNDING * self.collusive_profit.abs() {
            true => Some(gain / loss).filter(|delta| (0.0..1.0).contains(delta)),
            false => Some(0.0),
        }
    }
}

/// Grim trigger: collusion until a platform deviates, then competition forever.
///
/// Reference: J. W. Friedman, A non-cooperative equilibrium for supergames, 1971.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GrimTrigger {
    /// The deviation of each platform.
    pub deviations: Vec<Temptation>,
}

impl GrimTrigger {
    /// Computes the deviations from known benchmarks.
    ///
    /// # Errors
    /// Returns an error if a best reply is not found.
    pub fn of(market: &Market, benchmarks: &Benchmarks) -> Result<Self, PricingError> {
        let collusion = &benchmarks.collusion.outcome;
        // Platforms in the same position have the same reply.
        let mut deviations: Vec<Temptation> = Vec::with_capacity(market.platforms());
        for platform in 0..market.platforms() {
            let first = position(market, &collusion.prices, platform);
            let reply = match deviations.get(first) {
                Some(known) => known.reply.clone(),
                None => best_reply(market, &collusion.prices, platform)?,
            };
            deviations.push(Temptation {
                reply,
                collusive_profit: collusion.profits[platform],
                competitive_profit: benchmarks.competition.outcome.profits[platform],
            });
        }
        Ok(Self { deviations })
    }

    /// Returns the smallest discount factor that sustains collusion: the largest over the
    /// platforms, or `None` if one of them cannot be deterred.
    pub fn threshold(&self) -> Option<f64> {
        self.deviations
            .iter()
            .try_fold(0.0_f64, |most, one| Some(most.max(one.threshold()?)))
    }
}

/// Returns the discount factor above which grim trigger sustains collusion in a market.
///
/// ```
/// use fireweed::pricing::{equilibrium::grim_trigger, market::Market};
///
/// let trigger = grim_trigger(&Market::symmetric(2, 1)?)?;
/// let threshold = trigger.threshold().ok_or("competition deters nobody")?;
/// assert!((threshold - 0.3931).abs() < 1e-4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Returns an error if a benchmark or a best reply is not found.
pub fn grim_trigger(market: &Market) -> Result<GrimTrigger, PricingError> {
    GrimTrigger::of(market, &Benchmarks::of(market)?)
}
