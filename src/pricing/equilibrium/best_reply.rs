use nalgebra::DVector;
use serde::{Deserialize, Serialize};

use super::{continuation::SOLVED, logit};
use crate::pricing::{
    PricingError,
    market::{BySide, Market},
    numerics::central_differences,
};

/// Largest number of steps of one ascent.
const STEPS: usize = 60;
/// Halvings of a step before another direction is tried.
const HALVINGS: usize = 12;
/// Share of the predicted gain that a step must achieve.
const GAIN: f64 = 1e-4;
/// Gain of a step, relative to profit, at which an ascent continues although margins do not
/// improve.
const LEAST_GAIN: f64 = 1e-8;
/// Margins at the starts, in units of heterogeneity.
const MARGINS: [f64; 4] = [0.5, 1.5, 4.0, 10.0];
/// Largest number of sides for which all combinations of margins are used as starts.
const MOST_MIXED_SIDES: usize = 2;
/// Largest residual of the first-order conditions at which a maximum is reported, in units of the
/// largest amount of money in the market.
const ROUGH: f64 = 1e-6;

/// The most profitable prices of one platform, given the prices of the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BestReply {
    /// Prices of the platform, side by side.
    pub prices: Vec<f64>,
    /// Profit at these prices.
    pub profit: f64,
    /// Largest residual of the first-order conditions, in money per user.
    pub residual: f64,
}

/// Returns the static best reply: a platform's most profitable prices if the others keep theirs.
///
/// `prices` has a row for each platform; the platform's own row is one of the starts. Participation
/// is selected by [`Market::participation`]. The search uses Newton's method with a line search on
/// profit from many starts, and returns the best local maximum. If participation is not unique,
/// profit may jump, and the best price found may be next to a jump; `residual` is then large.
///
/// # Errors
/// Returns an error if the prices have the wrong size or are not finite, or if the platform does
/// not exist, and [`PricingError::NoMaximum`] if the search converges from no start.
pub fn best_reply(
    market: &Market,
    prices: &BySide,
    platform: usize,
) -> Result<BestReply, PricingError> {
    if platform >= market.platforms() {
        return Err(PricingError::NoSuchPlatform {
            platform,
            platforms: market.platforms(),
        });
    }
    // Also rejects a table of the wrong size.
    market.outcome(prices)?;
    let problem = Problem {
        market,
        prices,
        platform,
    };
    if !market.has_externalities() {
        return problem.separate();
    }
    let mut best: Option<BestReply> = None;
    let mut least = f64::NAN;
    for start in problem.starts() {
        let Some(end) = problem.ascend(start) else {
            continue;
        };
        least = least.min(end.residual);
        let is_top = end.residual <= ROUGH * market.scale() || !market.uniqueness().is_certain();
        if is_top && best.as_ref().is_none_or(|best| end.profit > best.profit) {
            best = Some(end);
        }
    }
    best.ok_or_else(|| PricingError::NoMaximum {
        what: format!("best reply of platform {platform}"),
        residual: least / market.scale(),
        has_externalities: true,
    })
}

struct Problem<'a> {
    market: &'a Market,
    prices: &'a BySide,
    platform: usize,
}

/// Profit at some own prices, its gradient, and the distance of the margins from the optimal ones.
struct Point {
    own: DVector<f64>,
    profit: f64,
    gradient: DVector<f64>,
    gap: DVector<f64>,
}

impl Problem<'_> {
    /// Without externalities, each side has one maximum in closed form.
    fn separate(&self) -> Result<BestReply, PricingError> {
        let own = logit::best_reply(self.market, self.prices, self.platform);
        let mut prices = self.prices.clone();
        prices.platform_mut(self.platform).copy_from_slice(&own);
        let profit = self.market.outcome(&prices)?.profits[self.platform];
        let point = self.at(&DVector::from_column_slice(&own));
        let residual = point.map_or(f64::NAN, |point| point.gap.amax());
        Ok(BestReply {
            prices: own,
            profit,
            residual,
        })
    }

    /// Returns the reply without externalities, and its continuation as they increase.
    fn grown(&self) -> Vec<DVector<f64>> {
        let mut own = DVector::from_vec(logit::best_reply(self.market, self.prices, self.platform));
        let mut starts = vec![own.clone()];
        for share in [0.25, 0.5, 0.75] {
            let part = self.market.with_externality_share(share);
            let problem = Problem {
                market: &part,
                ..*self
            };
            if let Some(reply) = problem.ascend(own.clone()) {
                own = DVector::from_vec(reply.prices);
            }
        }
        starts.push(own);
        starts
    }

    fn starts(&self) -> Vec<DVector<f64>> {
        let market = self.market;
        let sides = market.sides();
        let own = DVector::from_column_slice(self.prices.platform(self.platform));
        let at = |margin: &dyn Fn(usize) -> f64| {
            DVector::from_fn(sides, |side, _| {
                market.cost(self.platform, side) + margin(side) * market.heterogeneity(side)
            })
        };
        let mut starts = vec![own];
        starts.extend(self.grown());
        if sides <= MOST_MIXED_SIDES {
            // Every combination: one side may be subsidized to earn on the other.
            for number in 0..MARGINS.len().pow(sides as u32) {
                let digit = |side: usize| number / MARGINS.len().pow(side as u32) % MARGINS.len();
                starts.push(at(&|side| MARGINS[digit(side)]));
            }
        } else {
            starts.extend(MARGINS.iter().map(|&margin| at(&|_| margin)));
            for [one, others] in [[MARGINS[0], MARGINS[2]], [MARGINS[2], MARGINS[0]]] {
                let mixed = (0..sides).map(|k| at(&|side| if side == k { one } else { others }));
                starts.extend(mixed);
            }
        }
        starts
    }

    fn at(&self, own: &DVector<f64>) -> Option<Point> {
        let mut prices = self.prices.clone();
        let row = prices.platform_mut(self.platform);
        row.copy_from_slice(own.as_slice());
        let shares = self.market.participation(&prices).ok()?.shares;
        let slope = self
            .market
            .own_slopes_of(&shares, self.platform..self.platform + 1)?;
        let costs = |side, _| self.market.cost(self.platform, side);
        let margins = own - DVector::from_fn(own.len(), costs);
        let gap = slope.optimal_margin(self.platform, &shares)? - &margins;
        Some(Point {
            own: own.clone(),
            profit: self.market.profits_of(&prices, &shares)[self.platform],
            gradient: slope.profit_gradient(self.platform, &shares, &margins),
            gap,
        })
    }

    fn ascend(&self, start: DVector<f64>) -> Option<BestReply> {
        let mut point = self.at(&start)?;
        for _ in 0..STEPS {
            if point.gap.amax() <= SOLVED * 1e-3 * self.market.scale() {
                break;
            }
            let Some(next) = self.next(&point) else {
                break;
            };
            // Next to a jump of participation, the steps keep shrinking.
            let gains = next.profit - point.profit > LEAST_GAIN * point.profit.abs();
            let closes = next.gap.amax() < 0.9 * point.gap.amax();
            point = next;
            if !gains && !closes {
                break;
            }
        }
        Some(BestReply {
            residual: point.gap.amax(),
            prices: point.own.as_slice().to_vec(),
            profit: point.profit,
        })
    }

    /// Returns a better point along the first direction that has one.
    fn next(&self, point: &Point) -> Option<Point> {
        let newton = || {
            let jacobian = central_differences(&point.own, |own| Some(self.at(own)?.gap))?;
            jacobian.lu().solve(&-&point.gap)
        };
        // Toward optimal margins, and along the gradient with a step of the same length.
        let toward = || Some(point.gap.clone());
        let up = || {
            let length = point.gap.norm() / point.gradient.norm();
            Some(&point.gradient * length)
        };
        let directions: [&dyn Fn() -> Option<DVector<f64>>; 3] = [&newton, &toward, &up];
        directions.iter().find_map(|direction| {
            let step = direction()?;
            let promised = point.gradient.dot(&step);
            if promised.is_nan() || promised <= 0.0 {
                return None;
            }
            let mut share = 1.0;
            for _ in 0..HALVINGS {
                if let Some(there) = self.at(&(&point.own + &step * share)) {
                    let gains = there.profit > point.profit + GAIN * share * promised;
                    // At the maximum, profit is flat up to rounding; the distance of the margins is
                    // more precise.
                    let level = there.profit >= point.profit - 1e-14 * point.profit.abs();
                    let closer = there.gap.amax() < 0.9 * point.gap.amax();
                    if gains || (level && closer && point.gap.amax() < 1e-5) {
                        return Some(there);
                    }
                }
                share *= 0.5;
            }
            None
        })
    }
}
