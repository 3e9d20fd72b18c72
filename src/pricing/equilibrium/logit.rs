//! Solutions without externalities. Each side is then a separate logit market with exactly one
//! solution, which is bracketed in one unknown, so no good start is needed.

use nalgebra::DVector;

use crate::pricing::{
    market::{BySide, Market},
    numerics::{bracketed, log_lambert_w},
};

/// Returns the largest surplus of a platform over the outside option in units of heterogeneity,
/// `(a_ik - c_ik - a0_k)/theta_k`.
fn surplus(market: &Market, platform: usize, side: usize) -> f64 {
    let value = market.quality(platform, side) - market.cost(platform, side) - market.outside(side);
    value / market.heterogeneity(side)
}

fn softplus(z: f64) -> f64 {
    z.max(0.0) + (-z.abs()).exp().ln_1p()
}

/// Log odds of participation in competition.
///
/// Given n_0, each share solves `ln n + 1/(1 - n) = ln n_0 + surplus`. The shares increase with
/// n_0, so exactly one n_0 makes them sum to 1.
pub(super) fn competition(market: &Market) -> DVector<f64> {
    let (platforms, sides) = (market.platforms(), market.sides());
    let mut odds = DVector::zeros(platforms * sides);
    for side in 0..sides {
        let surpluses: Vec<f64> = (0..platforms).map(|i| surplus(market, i, side)).collect();
        // ln n of a platform if ln n_0 is `outside`.
        let log_share = |surplus: f64, outside: f64| {
            let r = outside + surplus;
            // With z the log odds of n against everything else: ln n = -softplus(-z).
            let low = (r - 1.0).min(0.0) - 40.0;
            let high = r.max(1.0).ln() + 1.0;
            let z = bracketed((low.min(r - 2.0), high), |z| {
                let share = 1.0 / (1.0 + (-z).exp());
                (1.0 + z.exp() - softplus(-z) - r, z.exp() + 1.0 - share)
            });
            -softplus(-z)
        };
        let excess = |outside: f64| {
            let shares = surpluses.iter().map(|&one| log_share(one, outside).exp());
            outside.exp() + shares.sum::<f64>() - 1.0
        };
        let mut low = -1.0;
        while excess(low) > 0.0 && low > -1e6 {
            low *= 2.0;
        }
        let outside = bracketed((low, 0.0), |outside| {
            // Bisection without a derivative; the function is cheap.
            (excess(outside), f64::NAN)
        });
        for (platform, &one) in surpluses.iter().enumerate() {
            odds[platform * sides + side] = log_share(one, outside) - outside;
        }
    }
    odds
}

/// Log odds of participation at the greatest joint profit: all margins are `theta/n_0`.
pub(super) fn collusion(market: &Market) -> DVector<f64> {
    let (platforms, sides) = (market.platforms(), market.sides());
    let mut odds = DVector::zeros(platforms * sides);
    for side in 0..sides {
        let surpluses: Vec<f64> = (0..platforms).map(|i| surplus(market, i, side)).collect();
        let largest = surpluses.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = surpluses.iter().map(|one| (one - largest).exp()).sum();
        // With u the log odds of joining any platform: u + e^u = ln sum exp(surplus) - 1.
        let inside = log_lambert_w(largest + total.ln() - 1.0);
        for (platform, one) in surpluses.iter().enumerate() {
            odds[platform * sides + side] = one - 1.0 - inside.exp();
        }
    }
    odds
}

/// Returns the best reply of a platform to prices, ignoring externalities.
pub(super) fn best_reply(market: &Market, prices: &BySide, platform: usize) -> Vec<f64> {
    let sides = 0..market.sides();
    let reply = |side: usize| {
        let theta = market.heterogeneity(side);
        let rivals = (0..market.platforms()).filter(|&other| other != platform);
        let utilities = rivals.map(|i| (market.quality(i, side) - prices[(i, side)]) / theta);
        let utilities: Vec<f64> = utilities.chain([market.outside(side) / theta]).collect();
        let largest = utilities.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = utilities.iter().map(|one| (one - largest).exp()).sum();
        let own = (market.quality(platform, side) - market.cost(platform, side)) / theta;
        // The margin in units of theta is 1/(1 - n) = 1 + e^z, z the log odds of the own share.
        let z = log_lambert_w(own - largest - total.ln() - 1.0);
        market.cost(platform, side) + theta * (1.0 + z.exp())
    };
    sides.map(reply).collect()
}
