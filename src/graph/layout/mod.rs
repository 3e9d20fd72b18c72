//! Positions of nodes in the plane, for drawing.
//!
//! | function | positions |
//! |---|---|
//! | [`stress_layout`] | distances in the plane as close as possible to numbers of edges between nodes |
//! | [`principal_plane`] | projection of points in space onto the plane of largest variance |
//!
//! Both are deterministic.

mod plane;
mod stress;

pub use plane::{Projected, principal_plane};
pub use stress::stress_layout;

use nalgebra::{DMatrix, SymmetricEigen};

/// Eigenvalues in descending order, each with its vector.
fn eigen(matrix: DMatrix<f64>) -> Vec<(f64, Vec<f64>)> {
    if matrix.is_empty() {
        return Vec::new();
    }
    let found = SymmetricEigen::new(matrix);
    let vectors = found.eigenvectors.column_iter();
    let vectors = vectors.map(|vector| vector.iter().copied().collect());
    let mut pairs: Vec<(f64, Vec<f64>)> = found.eigenvalues.iter().copied().zip(vectors).collect();
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
    pairs
}

#[cfg(test)]
mod tests;
