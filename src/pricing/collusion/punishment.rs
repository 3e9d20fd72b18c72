use crate::pricing::{
    PricingError,
    analysis::{Deviation, ImpulseResponse, Strategies},
    game::MarketGame,
    session::LimitCycle,
};

/// Number of periods after a deviation within which prices must return.
const WITHIN: usize = 60;
/// Largest share of the price drop that may remain at the end.
const LEFT: f64 = 0.1;

/// The response of one session's strategies to undercutting: the mean price of the rivals, over
/// sides, after a static best reply for one period. It is averaged over the deviating platforms and
/// the states of the limit cycle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Punishment {
    /// Mean price before the deviation, in money per user.
    pub before: f64,
    /// Lowest mean price in the five periods after the deviation.
    pub lowest: f64,
    /// Mean price over the last twenty of sixty periods.
    pub end: f64,
    /// Mean discounted gain of the deviation, relative to the value without it.
    pub gain: f64,
}

impl Punishment {
    /// Computes the response of learned strategies; `None` if no platform gains by deviating for
    /// one period, or if there is no rival.
    ///
    /// # Errors
    /// Returns an error if game, strategies and cycle do not match.
    pub fn of(
        market: &MarketGame,
        strategies: &Strategies<'_>,
        cycle: &LimitCycle,
        deltas: &[f64],
    ) -> Result<Option<Self>, PricingError> {
        let mut sums = [0.0; 3];
        let mut gains = Vec::new();
        let mut deviators = 0.0;
        let platforms = market.platforms();
        for platform in 0..platforms {
            let deviation = Deviation::static_best_reply(platform);
            let before = cycle.len();
            let response = ImpulseResponse::new(
                market,
                strategies,
                cycle,
                deltas,
                &deviation,
                (before, WITHIN),
            )?;
            if response.gains.is_empty() || platforms == 1 {
                continue;
            }
            let rivals = |period: usize| {
                let prices = &response.path[period].prices;
                let rows = prices.rows().enumerate().filter(|(i, _)| *i != platform);
                let all: Vec<f64> = rows.flat_map(|(_, row)| row).copied().collect();
                all.iter().sum::<f64>() / all.len() as f64
            };
            let mean = |periods: std::ops::Range<usize>| {
                let count = periods.len() as f64;
                periods.map(rivals).sum::<f64>() / count
            };
            sums[0] += mean(0..before);
            let after = before + 1..before + 6;
            sums[1] += after.map(rivals).fold(f64::INFINITY, f64::min);
            sums[2] += mean(before + WITHIN - 20..before + WITHIN);
            let told = response.gains.iter();
            gains.extend(told.map(|gain| (gain.weight, gain.relative)));
            deviators += 1.0;
        }
        if gains.is_empty() {
            return Ok(None);
        }
        let [before, lowest, end] = sums.map(|sum| sum / deviators);
        Ok(Some(Self {
            before,
            lowest,
            end,
            gain: gains
                .iter()
                .map(|(weight, gain)| weight * gain)
                .sum::<f64>()
                / gains.iter().map(|(weight, _)| weight).sum::<f64>(),
        }))
    }

    /// Returns whether prices fall after a deviation and return.
    pub fn punishes(&self) -> bool {
        let fall = self.before - self.lowest;
        fall > 1e-9 * self.before.abs() && self.end >= self.before - LEFT * fall
    }
}
