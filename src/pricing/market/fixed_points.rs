use nalgebra::DVector;
use serde::Serialize;

use super::{BySide, Market};
use crate::pricing::{PricingError, numerics::spectrum};

/// Points that differ by more than this are different fixed points.
const APART: f64 = 1e-6;
/// Largest number of corner starts for which all combinations over the sides are used.
const MOST_CORNERS: usize = 125;
/// Number of starts spread over the interior.
const SPREAD: usize = 12;
/// Average number of revisions per user before Newton's method.
const ROUNDS: f64 = 30.0;
/// Largest number of rounds until each user has revised once on average.
const MOST_GRADUAL: f64 = 20.0;
/// Bisections between two fixed points.
const BISECTIONS: usize = 48;
/// Largest number of pairs of fixed points between which others are searched.
const MOST_PAIRS: usize = 15;

/// A fixed point of participation.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FixedPoint {
    /// Share n_ik of side k on platform i.
    pub shares: BySide,
    /// Spectral radius of the Jacobian of the logit map; below 1, the iteration in which all users
    /// revise in every round converges to the point.
    pub spectral_radius: f64,
    /// Largest real part of the eigenvalues of that Jacobian; see [`is_stable`](Self::is_stable).
    pub largest_real_part: f64,
}

impl FixedPoint {
    /// Returns whether gradual adjustment, `dn/dt = L(n) - n`, returns to the point after a small
    /// perturbation: all eigenvalues of the Jacobian of L have real parts below 1. Above 1, the
    /// market tips.
    pub fn is_stable(&self) -> bool {
        self.largest_real_part < 1.0
    }
}

/// The fixed points of participation found by a search at some prices.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FixedPoints {
    /// The one selected by [`Market::participation`], if any, and then the others in the order in
    /// which they were found.
    pub points: Vec<FixedPoint>,
    /// Whether the first point is the selected one.
    pub selects_first: bool,
    /// Whether uniqueness is proven; a search alone proves nothing.
    pub is_complete: bool,
}

impl FixedPoints {
    /// Returns whether more than one was found.
    pub fn are_several(&self) -> bool {
        self.points.len() > 1
    }
}

impl Market {
    /// Searches for all fixed points of participation at some prices.
    ///
    /// If participation is certainly unique, only that fixed point is returned. Otherwise the
    /// search combines the selected point with Newton's method from a fixed set of starts. The
    /// starts are all combinations of sides that are entirely on one platform or outside, points
    /// spread over the interior, and points on the boundary between the basins of two fixed points.
    /// Each start is used as it is and after rounds of gradual adjustment, so that both unstable
    /// and stable points are found.
    ///
    /// Complexity: a few hundred solutions of a dense system of size N K, and a few thousand
    /// evaluations of the logit map for each pair of fixed points.
    ///
    /// # Errors
    /// Returns an error if the prices have the wrong size or are not finite, and
    /// [`PricingError::NotSettled`] if no fixed point is found.
    pub fn fixed_points(&self, prices: &BySide) -> Result<FixedPoints, PricingError> {
        self.search(prices, usize::MAX)
    }

    /// Returns whether a search finds several fixed points at some prices.
    ///
    /// Free if participation is certainly unique; otherwise stops at the second fixed point.
    ///
    /// # Errors
    /// Same as [`fixed_points`](Self::fixed_points).
    pub fn has_several_fixed_points(&self, prices: &BySide) -> Result<bool, PricingError> {
        if self.uniqueness.is_certain() {
            self.check_table("prices", prices)?;
            return Ok(false);
        }
        Ok(self.search(prices, 2)?.are_several())
    }

    fn search(&self, prices: &BySide, enough: usize) -> Result<FixedPoints, PricingError> {
        let selected = self.participation(prices);
        let is_complete = self.uniqueness.is_certain();
        let mut points: Vec<DVector<f64>> = Vec::new();
        match &selected {
            Ok(found) => points.push(DVector::from_column_slice(found.shares.as_slice())),
            Err(PricingError::NotSettled { .. }) => {}
            Err(_) => return selected.map(|_| FixedPoints::none()),
        }
        if !is_complete {
            for start in self.corner_starts().chain(self.spread_starts()) {
                if points.len() >= enough {
                    break;
                }
                self.add_ends(prices, start, &mut points);
            }
            let pairs = (0..points.len()).flat_map(|j| (0..j).map(move |i| (i, j)));
            for (i, j) in pairs.take(MOST_PAIRS).collect::<Vec<_>>() {
                if points.len() >= enough {
                    break;
                }
                let between = self.watershed(prices, &points[i], &points[j]);
                self.add_ends(prices, between, &mut points);
            }
        }
        if points.is_empty() {
            return selected.map(|_| FixedPoints::none());
        }
        Ok(FixedPoints {
            points: points.iter().map(|point| self.fixed_point(point)).collect(),
            selects_first: selected.is_ok(),
            is_complete,
        })
    }

    fn add_ends(&self, prices: &BySide, start: DVector<f64>, points: &mut Vec<DVector<f64>>) {
        let mut adjusted = start.clone();
        self.adjust(prices, &mut adjusted);
        for start in [adjusted, start] {
            let Some(end) = self.newton_from(prices, start) else {
                continue;
            };
            if points.iter().all(|point| (point - &end).amax() > APART) {
                points.push(end);
            }
        }
    }

    /// Returns the point with the smallest residual on the path of gradual adjustment that starts
    /// on the boundary between the basins of two fixed points, on the segment between them.
    ///
    /// The boundary between two stable points contains an unstable point that attracts along the
    /// boundary. If demand is steep, Newton's method does not find it from other starts.
    fn watershed(&self, prices: &BySide, one: &DVector<f64>, other: &DVector<f64>) -> DVector<f64> {
        let on_the_way = |share: f64| one * (1.0 - share) + other * share;
        let (mut near, mut far) = (0.0, 1.0);
        for _ in 0..BISECTIONS {
            let middle = 0.5 * (near + far);
            let mut end = on_the_way(middle);
            self.adjust(prices, &mut end);
            match (&end - other).norm() < (&end - one).norm() {
                true => far = middle,
                false => near = middle,
            }
        }
        let mut point = on_the_way(0.5 * (near + far));
        let mut slowest = (f64::INFINITY, point.clone());
        let (damping, rounds) = self.gradual();
        for _ in 0..rounds {
            let residual = self.rounds(prices, &mut point, damping, 1);
            if residual < slowest.0 {
                slowest = (residual, point.clone());
            }
        }
        slowest.1
    }

    /// Applies rounds of gradual adjustment.
    fn adjust(&self, prices: &BySide, shares: &mut DVector<f64>) {
        let (damping, rounds) = self.gradual();
        self.rounds(prices, shares, damping, rounds);
    }

    /// Returns the share of users that revises in a round, small enough that no eigenvalue causes
    /// overshooting, and the number of rounds.
    fn gradual(&self) -> (f64, usize) {
        let damping = 1.0 / (1.0 + self.uniqueness.spectral).min(MOST_GRADUAL);
        (damping, (ROUNDS / damping) as usize)
    }

    fn fixed_point(&self, point: &DVector<f64>) -> FixedPoint {
        let found = spectrum(self.choice_jacobian(point.as_slice()));
        FixedPoint {
            shares: BySide::from_values(self.sides, point.as_slice().to_vec()),
            spectral_radius: found.map_or(f64::NAN, |found| found.radius),
            largest_real_part: found.map_or(f64::NAN, |found| found.largest_real_part),
        }
    }

    /// Starts with each side entirely on one platform, or outside.
    fn corner_starts(&self) -> impl Iterator<Item = DVector<f64>> + '_ {
        let (choices, sides) = (self.platforms + 1, self.sides);
        let combinations = u32::try_from(sides)
            .ok()
            .and_then(|sides| choices.checked_pow(sides))
            .filter(|&count| count <= MOST_CORNERS);
        // Too many combinations: use only those with all sides in the same place.
        let count = combinations.unwrap_or(choices);
        (0..count).map(move |number| {
            let mut start = DVector::zeros(self.platforms * sides);
            let mut rest = number;
            for side in 0..sides {
                let place = match combinations {
                    Some(_) => rest % choices,
                    None => number,
                };
                rest /= choices;
                if place < self.platforms {
                    start[place * sides + side] = 1.0;
                }
            }
            start
        })
    }

    /// Points in the interior from a Kronecker sequence.
    fn spread_starts(&self) -> impl Iterator<Item = DVector<f64>> + '_ {
        (1..=SPREAD).map(|number| {
            let mut start = DVector::zeros(self.platforms * self.sides);
            for side in 0..self.sides {
                // Normalized exponential variates are spread over the simplex.
                let weights: Vec<f64> = (0..=self.platforms)
                    .map(|place| {
                        let index = (side * (self.platforms + 1) + place + 2) as f64;
                        let fraction = (number as f64 * index.sqrt() + 0.5 * index).fract();
                        -(0.999 * fraction + 5e-4).ln()
                    })
                    .collect();
                let total: f64 = weights.iter().sum();
                for platform in 0..self.platforms {
                    start[platform * self.sides + side] = weights[platform] / total;
                }
            }
            start
        })
    }
}

impl FixedPoints {
    fn none() -> Self {
        Self {
            points: Vec::new(),
            selects_first: false,
            is_complete: false,
        }
    }
}
