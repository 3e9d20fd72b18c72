use rand::{Rng, seq::index};
use serde::{Deserialize, Serialize};

use crate::overparam::OverparamError;
use crate::overparam::infinite_width::Points;

/// Rows closer than this share of the longest row count as equal, since their distance is rounding.
const ROUNDING: f64 = 1e-12;
const LANES: usize = 8;
const TILE: usize = 32;

/// Smallest distance of two inputs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Separation {
    /// δ, or an upper bound if only some rows were compared.
    pub distance: f64,
    /// The two rows, counted from 0.
    pub rows: [usize; 2],
    /// Number of compared rows.
    pub compared: usize,
}

impl Separation {
    /// Compares all rows, or a random `cap` of them if there are more.
    ///
    /// Cost: at worst O(n² p). Rows are sorted by the coordinate with the largest variance, so only
    /// rows that are close in it are compared, and the computation of a distance stops as soon as
    /// it is too large. Consumes one sample of `cap` indices if there are more rows, and nothing
    /// otherwise.
    ///
    /// # Errors
    /// Returns [`OverparamError`] for fewer than two rows, or a cap below 2.
    pub fn measure(
        points: &Points,
        cap: usize,
        rng: &mut impl Rng,
    ) -> Result<Self, OverparamError> {
        let found = points.len();
        if found < 2 {
            return Err(OverparamError::TooFewRows { found });
        }
        if cap < 2 {
            return Err(OverparamError::too_few("rows to compare", cap, 2));
        }
        let mut order: Vec<usize> = match found > cap {
            true => index::sample(rng, found, cap).into_vec(),
            false => (0..found).collect(),
        };
        let column = most_spread(points);
        order.sort_by(|&a, &b| points.row(a)[column].total_cmp(&points.row(b)[column]));
        let closest = closest(points, &order, column);
        Ok(Self {
            distance: closest.0.sqrt(),
            rows: closest.1,
            compared: order.len(),
        })
    }
}

/// Returns the distance below which rows count as the same input.
pub(super) fn rounding(points: &Points) -> f64 {
    ROUNDING * points.norms().into_iter().fold(0.0, f64::max)
}

/// Returns the smallest squared distance and its rows, for rows in the order of one coordinate.
fn closest(points: &Points, order: &[usize], column: usize) -> (f64, [usize; 2]) {
    let ahead = |a: usize, b: usize| (points.row(b)[column] - points.row(a)[column]).powi(2);
    let mut closest = (f64::INFINITY, [0, 0]);
    // Tiled for cache reuse.
    for (tile, rows) in order.chunks(TILE).enumerate() {
        for others in order[tile * TILE..].chunks(TILE) {
            if others[0] != rows[0] && ahead(rows[rows.len() - 1], others[0]) >= closest.0 {
                break;
            }
            for (at, &a) in rows.iter().enumerate() {
                let from = if others[0] == rows[0] { at + 1 } else { 0 };
                for &b in &others[from..] {
                    if ahead(a, b) >= closest.0 {
                        break;
                    }
                    let (x, y) = (points.row(a), points.row(b));
                    let distance = squared_distance_below(x, y, closest.0);
                    if distance < closest.0 {
                        closest = (distance, [a.min(b), a.max(b)]);
                    }
                }
            }
        }
    }
    closest
}

/// Returns the squared distance, or something at least as large as `limit`.
fn squared_distance_below(x: &[f64], y: &[f64], limit: f64) -> f64 {
    let mut sum = 0.0;
    for (x, y) in x.chunks(64).zip(y.chunks(64)) {
        // Independent sums, for vectorization.
        let mut sums = [0.0; LANES];
        let (x, x_rest) = x.as_chunks::<LANES>();
        let (y, y_rest) = y.as_chunks::<LANES>();
        for (x, y) in x.iter().zip(y) {
            for (sum, (x, y)) in sums.iter_mut().zip(x.iter().zip(y)) {
                *sum += (x - y) * (x - y);
            }
        }
        let rest = x_rest.iter().zip(y_rest);
        sum += sums.iter().sum::<f64>() + rest.map(|(x, y)| (x - y) * (x - y)).sum::<f64>();
        if sum >= limit {
            break;
        }
    }
    sum
}

/// Returns the coordinate of the largest variance.
fn most_spread(points: &Points) -> usize {
    let n = points.len() as f64;
    let variance = |column: usize| {
        let values = points.rows().map(|row| row[column]);
        let mean = values.clone().sum::<f64>() / n;
        values.map(|value| (value - mean).powi(2)).sum::<f64>()
    };
    let variances: Vec<f64> = (0..points.columns()).map(variance).collect();
    let largest = variances
        .iter()
        .enumerate()
        .max_by(|a, b| a.1.total_cmp(b.1));
    largest.map_or(0, |(column, _)| column)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::{SeedableRng, rngs::ChaCha8Rng};

    use super::*;
    use crate::overparam::{InputMap, infinite_width::test_data::points};

    proptest! {
        #[test]
        fn separation_is_the_minimum_over_all_pairs(n in 2..60_usize, p in 1..40_usize, seed: u64) {
            let rng = &mut ChaCha8Rng::seed_from_u64(seed);
            let x = points(n, p, InputMap::Raw, rng);
            let found = Separation::measure(&x, 1000, rng).unwrap();
            let distance = |a: usize, b: usize| {
                let pairs = x.row(a).iter().zip(x.row(b));
                pairs.map(|(x, y)| (x - y).powi(2)).sum::<f64>().sqrt()
            };
            let pairs = (0..n).flat_map(|a| (0..a).map(move |b| (a, b)));
            let brute = pairs.map(|(a, b)| distance(a, b)).fold(f64::INFINITY, f64::min);
            prop_assert!((found.distance - brute).abs() < 1e-12);
            prop_assert!((distance(found.rows[0], found.rows[1]) - brute).abs() < 1e-12);
            prop_assert!(found.rows[0] < found.rows[1] && found.compared == n);
            // The separation of fewer rows is not smaller.
            let some = Separation::measure(&x, n.div_ceil(2).max(2), rng).unwrap();
            prop_assert!(some.distance >= found.distance && some.compared == n.div_ceil(2).max(2));
        }
    }

    #[test]
    fn coinciding_rows_are_found() {
        let rng = &mut ChaCha8Rng::seed_from_u64(1);
        let x = Points::new(&[[1.0, 0.0], [0.0, 1.0], [3.0, 0.0]]).unwrap();
        assert!(Separation::measure(&x, 9, rng).unwrap().distance > rounding(&x));
        let x = x.map(InputMap::Unit).unwrap();
        let found = Separation::measure(&x, 9, rng).unwrap();
        assert!(found.distance <= rounding(&x) && found.rows == [0, 2]);
        let one = Points::new(&[[1.0]]).unwrap();
        assert!(Separation::measure(&one, 9, rng).is_err());
        assert!(Separation::measure(&x, 1, rng).is_err());
    }
}
