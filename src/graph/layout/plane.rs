use nalgebra::DMatrix;

use super::eigen;

/// Points projected onto a plane.
#[derive(Clone, Debug, PartialEq)]
pub struct Projected {
    /// Positions in the plane, with the mean at the origin; the widest direction is the first axis.
    pub places: Vec<[f64; 2]>,
    /// Height of each point above the plane; larger is closer to the viewer.
    pub heights: Vec<f64>,
}

/// Projects points onto their first two principal axes.
///
/// The signs are chosen such that the first point is never right of the middle nor below it. Points
/// with fewer than three coordinates have height 0.
///
/// Complexity: O(n) for n points.
pub fn principal_plane<const D: usize>(points: &[[f64; D]]) -> Projected {
    let count = points.len().max(1) as f64;
    let mean: [f64; D] =
        std::array::from_fn(|axis| points.iter().map(|point| point[axis]).sum::<f64>() / count);
    let centered: Vec<[f64; D]> = points
        .iter()
        .map(|point| std::array::from_fn(|axis| point[axis] - mean[axis]))
        .collect();
    let spread = DMatrix::from_fn(D, D, |a, b| {
        centered.iter().map(|point| point[a] * point[b]).sum()
    });
    let axes = eigen(spread);
    let along = |axis: usize| -> Vec<f64> {
        let Some((_, vector)) = axes.get(axis) else {
            return vec![0.0; points.len()];
        };
        let parts = centered.iter();
        let parts = parts.map(|point| point.iter().zip(vector).map(|(x, v)| x * v).sum());
        parts.collect()
    };
    let facing = |values: Vec<f64>, sign: f64| -> Vec<f64> {
        match values.first() {
            Some(&first) if first * sign < 0.0 => values.iter().map(|value| -value).collect(),
            _ => values,
        }
    };
    let (x, y) = (facing(along(0), -1.0), facing(along(1), 1.0));
    Projected {
        places: x.into_iter().zip(y).map(|(x, y)| [x, y]).collect(),
        heights: along(2),
    }
}
