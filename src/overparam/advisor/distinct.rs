use serde::{Deserialize, Serialize};

use super::separation::rounding;
use crate::overparam::{InputMap, OverparamError, infinite_width::Points};

/// Targets that differ by less than this share of their range count as equal.
const AGREE: f64 = 1e-9;

/// Handling of rows that are the same input to the network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Duplicates {
    /// Such rows are merged into one row with the mean of their targets.
    #[default]
    Merge,
    /// Such rows are an error that names two of them.
    Refuse,
}

/// Rows that are pairwise distinct inputs to the network.
#[derive(Clone, Debug, PartialEq)]
pub struct DistinctRows {
    /// Indices of the kept rows in ascending order: the first of each input.
    pub rows: Vec<usize>,
    /// The mean of the targets of each input.
    pub targets: Vec<Vec<f64>>,
    /// Number of rows that are each input, at least 1.
    pub counts: Vec<usize>,
    /// What was merged; `None` if all rows differ.
    pub merged: Option<Merged>,
    /// The first row that coincides with an earlier one, and the earlier one.
    pub(super) first: Option<[usize; 2]>,
}

/// Statistics of coinciding rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Merged {
    /// Number of rows before merging.
    pub rows: usize,
    /// Number of rows that coincide with an earlier one.
    pub coinciding: usize,
    /// Number of them that coincide only because the input map discards lengths.
    pub by_length: usize,
    /// Largest difference of two targets of one input.
    pub difference: f64,
    /// Lower bound on the mean squared error of any network over all rows, since rows with the same
    /// input cannot be distinguished.
    pub irreducible: f64,
    /// The step for a training on the merged rows; that of the advice is for all rows, each of which
    /// counts in the sum of the loss. `None` before the step is known.
    #[serde(default)]
    pub step: Option<f64>,
}

impl DistinctRows {
    /// Merges `rows` that coincide, up to rounding, after `map`. O(n log n + n p) if few rows
    /// coincide.
    pub(super) fn new(
        raw: &Points,
        targets: &Points,
        map: InputMap,
    ) -> Result<Self, OverparamError> {
        let points = raw.map(map).map_err(OverparamError::in_data)?;
        let first_of = first_of_each(&points);
        let (mut rows, mut members) = (Vec::new(), Vec::<Vec<usize>>::new());
        let mut place = vec![0; first_of.len()];
        for (row, &first) in first_of.iter().enumerate() {
            if row == first {
                place[row] = rows.len();
                rows.push(row);
                members.push(Vec::new());
            }
            members[place[first]].push(row);
        }
        let columns = targets.columns();
        let mean = |members: &Vec<usize>| -> Vec<f64> {
            let n = members.len() as f64;
            let column = |k: usize| members.iter().map(|&row| targets.row(row)[k] / n).sum();
            (0..columns).map(column).collect()
        };
        let means: Vec<Vec<f64>> = members.iter().map(mean).collect();
        let coinciding = raw.len() - rows.len();
        let merged = (coinciding > 0).then(|| {
            let (mut difference, mut left) = (0.0_f64, 0.0);
            for (members, mean) in members.iter().zip(&means).filter(|(all, _)| all.len() > 1) {
                for (k, mean) in mean.iter().enumerate() {
                    let values = members.iter().map(|&row| targets.row(row)[k]);
                    difference = difference.max(range(values.clone()));
                    left += values.map(|value| (value - mean).powi(2)).sum::<f64>();
                }
            }
            let largest = (0..columns)
                .map(|k| range(targets.rows().map(|row| row[k])))
                .fold(0.0, f64::max);
            let by_length = match map {
                InputMap::Raw | InputMap::RawWithConstant => 0,
                InputMap::Unit | InputMap::UnitWithConstant => {
                    let equal = first_of_each(raw).into_iter().enumerate();
                    coinciding.saturating_sub(equal.filter(|(row, first)| row != first).count())
                }
            };
            Merged {
                rows: raw.len(),
                coinciding,
                by_length,
                difference: if difference > AGREE * largest {
                    difference
                } else {
                    0.0
                },
                irreducible: left / raw.len() as f64,
                step: None,
            }
        });
        let mut pairs = first_of.iter().enumerate();
        Ok(Self {
            first: pairs.find_map(|(row, &first)| (row != first).then_some([first, row])),
            rows,
            targets: means,
            counts: members.iter().map(Vec::len).collect(),
            merged,
        })
    }
}

fn range(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let high = values.clone().fold(f64::NEG_INFINITY, f64::max);
    high - values.fold(f64::INFINITY, f64::min)
}

/// Returns, for each row, the first row that is equal up to rounding.
fn first_of_each(points: &Points) -> Vec<usize> {
    let tolerance = rounding(points);
    // Close rows have close projections on any line; on a line unrelated to the data, few other
    // rows do.
    let line: Vec<f64> = (1..=points.columns())
        .map(|k| (k as f64 * std::f64::consts::E).sin() + 1.5)
        .collect();
    let length = line.iter().map(|x| x * x).sum::<f64>().sqrt();
    let along: Vec<f64> = points
        .rows()
        .map(|row| row.iter().zip(&line).map(|(x, y)| x * y / length).sum())
        .collect();
    let mut order: Vec<usize> = (0..points.len()).collect();
    // Ties by index, so that the first row of an input comes first.
    order.sort_by(|&a, &b| along[a].total_cmp(&along[b]).then(a.cmp(&b)));
    let mut first: Vec<usize> = (0..points.len()).collect();
    let mut kept: Vec<usize> = Vec::new();
    for &row in &order {
        // The window is slightly wider, to allow for rounding of sums.
        let near = |&&other: &&usize| along[row] - along[other] <= 2.0 * tolerance;
        let same = |&other: &usize| distance(points.row(row), points.row(other)) <= tolerance;
        match kept.iter().rev().take_while(near).copied().find(same) {
            Some(other) => first[row] = other,
            None => kept.push(row),
        }
    }
    // The row found first need not be the first in the file.
    let mut least: Vec<usize> = (0..points.len()).collect();
    for (row, &other) in first.iter().enumerate() {
        least[other] = least[other].min(row);
    }
    first.into_iter().map(|other| least[other]).collect()
}

fn distance(x: &[f64], y: &[f64]) -> f64 {
    let squares = x.iter().zip(y).map(|(x, y)| (x - y).powi(2));
    squares.sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn distinct(rows: &[Vec<f64>], targets: &[[f64; 1]], map: InputMap) -> DistinctRows {
        let (rows, targets) = (Points::new(rows).unwrap(), Points::new(targets).unwrap());
        DistinctRows::new(&rows, &targets, map).unwrap()
    }

    proptest! {
        /// Rows of small integers coincide often, and exactly.
        #[test]
        fn groups_are_those_of_equal_rows(
            rows in prop::collection::vec(prop::collection::vec(0..3_i32, 3), 1..60),
        ) {
            let rows: Vec<Vec<f64>> = rows.iter().map(|row| row.iter().map(|&x| f64::from(x)).collect()).collect();
            let targets: Vec<[f64; 1]> = (0..rows.len()).map(|row| [row as f64]).collect();
            let found = distinct(&rows, &targets, InputMap::Raw);
            let firsts: Vec<usize> = (0..rows.len())
                .filter(|&row| !rows[..row].contains(&rows[row]))
                .collect();
            prop_assert_eq!(&found.rows, &firsts);
            for (&first, mean) in found.rows.iter().zip(&found.targets) {
                let members: Vec<f64> = (0..rows.len())
                    .filter(|&row| rows[row] == rows[first])
                    .map(|row| row as f64)
                    .collect();
                let expected = members.iter().sum::<f64>() / members.len() as f64;
                prop_assert!((mean[0] - expected).abs() < 1e-9);
            }
            prop_assert_eq!(found.merged.is_some(), firsts.len() < rows.len());
        }
    }

    #[test]
    fn differences_of_targets_are_measured() {
        let rows = [
            vec![1.0, 0.0],
            vec![2.0, 0.0],
            vec![1.0, 0.0],
            vec![0.0, 1.0],
        ];
        let targets = [[1.0], [5.0], [2.0], [9.0]];
        let raw = distinct(&rows, &targets, InputMap::RawWithConstant);
        assert_eq!((raw.rows, raw.first), (vec![0, 1, 3], Some([0, 2])));
        let merged = raw.merged.unwrap();
        assert_eq!((merged.coinciding, merged.by_length), (1, 0));
        // 1 and 2 differ from their mean by a half: two squares of a half over four rows.
        assert_eq!((merged.difference, merged.irreducible), (1.0, 0.125));
        // Without lengths the second row is the same input too.
        let unit = distinct(&rows, &targets, InputMap::UnitWithConstant);
        assert_eq!(unit.rows, [0, 3]);
        let merged = unit.merged.unwrap();
        assert_eq!((merged.coinciding, merged.by_length), (2, 1));
        assert_eq!(merged.difference, 4.0);
        let same = distinct(&rows, &[[1.0], [5.0], [1.0], [9.0]], InputMap::Raw);
        assert_eq!(same.merged.unwrap().difference, 0.0);
        assert_eq!(
            distinct(&rows[..2], &targets[..2], InputMap::Raw).merged,
            None
        );
    }
}
