//! Operations on a row.

use super::rows::{EditRow, EditRowWith, row};
use crate::{graph::GraphTopology, kernel::flex::Real};

/// `x · σ(x)`; with slopes, the function is the other result and the row becomes the slopes.
pub(super) struct Silu;

impl<T: Real> EditRow<T> for Silu {
    #[inline(always)]
    fn edit(&self, _: usize, row: &mut [T]) {
        for x in row {
            *x = *x * x.logistic();
        }
    }
}

impl<T: Real> EditRowWith<T> for Silu {
    #[inline(always)]
    fn edit_with(&self, _: usize, row: &mut [T], y: &mut [T]) {
        for (x, y) in row.iter_mut().zip(y) {
            (*y, *x) = silu_and_slope(*x);
        }
    }
}

#[inline(always)]
fn silu_and_slope<T: Real>(x: T) -> (T, T) {
    let gate = x.logistic();
    let y = x * gate;
    // σ + xσ(1 − σ)
    (y, gate + y - y * gate)
}

/// Element by element.
pub(super) struct Product<'a, T> {
    pub(super) factors: &'a [T],
}

impl<T: Real> EditRow<T> for Product<'_, T> {
    #[inline(always)]
    fn edit(&self, index: usize, values: &mut [T]) {
        let factors = row(self.factors, index, values.len());
        for (value, &factor) in values.iter_mut().zip(factors) {
            *value = *value * factor;
        }
    }
}

/// A row minus its mean, divided by its standard deviation, whose inverse is the other result.
pub(super) struct Normalize<T> {
    /// One over the width.
    pub(super) share: T,
    pub(super) epsilon: T,
}

impl<T: Real> EditRowWith<T> for Normalize<T> {
    #[inline(always)]
    fn edit_with(&self, _: usize, row: &mut [T], scale: &mut [T]) {
        let mean = lane_sum(row) * self.share;
        for x in row.iter_mut() {
            *x = *x - mean;
        }
        let variance = lane_dot(row, row) * self.share;
        scale[0] = (variance + self.epsilon).inverse_root();
        for x in row {
            *x = *x * scale[0];
        }
    }
}

/// `scale · (g − mean(g) − y · mean(g · y))`
pub(super) struct NormalizeGradient<'a, T> {
    pub(super) y: &'a [T],
    pub(super) scales: &'a [T],
    /// One over the width.
    pub(super) share: T,
}

impl<T: Real> EditRow<T> for NormalizeGradient<'_, T> {
    #[inline(always)]
    fn edit(&self, index: usize, g: &mut [T]) {
        let y = row(self.y, index, g.len());
        let mean = lane_sum(g) * self.share;
        let along = lane_dot(g, y) * self.share;
        let scale = self.scales[index];
        for (g, &y) in g.iter_mut().zip(y) {
            *g = (*g - mean - y * along) * scale;
        }
    }
}

/// `silu(s_i + s_j + c_e)` at each edge.
pub(super) struct PairSilu<'a, T> {
    pub(super) nodes: &'a [T],
    pub(super) graphs: &'a GraphTopology,
}

impl<T: Real> EditRow<T> for PairSilu<'_, T> {
    #[inline(always)]
    fn edit(&self, index: usize, c: &mut [T]) {
        let [i, j] = self.graphs.edges()[index].map(|node| row(self.nodes, node, c.len()));
        for (c, (&a, &b)) in c.iter_mut().zip(i.iter().zip(j)) {
            let x = a + b + *c;
            *c = x * x.logistic();
        }
    }
}

impl<T: Real> EditRowWith<T> for PairSilu<'_, T> {
    #[inline(always)]
    fn edit_with(&self, index: usize, c: &mut [T], y: &mut [T]) {
        let [i, j] = self.graphs.edges()[index].map(|node| row(self.nodes, node, c.len()));
        for ((c, y), (&a, &b)) in c.iter_mut().zip(y).zip(i.iter().zip(j)) {
            (*y, *c) = silu_and_slope(a + b + *c);
        }
    }
}

/// The sum over the edges at each node.
pub(super) struct IncidentSums<'a, T> {
    pub(super) edges: &'a [T],
    pub(super) graphs: &'a GraphTopology,
}

impl<T: Real> EditRow<T> for IncidentSums<'_, T> {
    #[inline(always)]
    fn edit(&self, index: usize, sums: &mut [T]) {
        for end in self.graphs.ends_at(index) {
            let edge = row(self.edges, end.edge, sums.len());
            for (sum, &value) in sums.iter_mut().zip(edge) {
                *sum += value;
            }
        }
    }
}

/// `Σ_e u_e · t_j` over the edges at each node.
pub(super) struct GatedSums<'a, T> {
    pub(super) edges: &'a [T],
    pub(super) nodes: &'a [T],
    pub(super) graphs: &'a GraphTopology,
}

impl<T: Real> EditRow<T> for GatedSums<'_, T> {
    #[inline(always)]
    fn edit(&self, index: usize, sums: &mut [T]) {
        for &end in self.graphs.ends_at(index) {
            let gates = row(self.edges, end.edge, sums.len());
            let values = row(self.nodes, self.graphs.other(end), sums.len());
            for (sum, (&u, &t)) in sums.iter_mut().zip(gates.iter().zip(values)) {
                *sum += u * t;
            }
        }
    }
}

/// `g_i · t_j + g_j · t_i` at each edge.
pub(super) struct Crossed<'a, T> {
    pub(super) first: &'a [T],
    pub(super) second: &'a [T],
    pub(super) graphs: &'a GraphTopology,
}

impl<T: Real> EditRow<T> for Crossed<'_, T> {
    #[inline(always)]
    fn edit(&self, index: usize, out: &mut [T]) {
        let (ends, width) = (self.graphs.edges()[index], out.len());
        let [gi, gj] = ends.map(|node| row(self.first, node, width));
        let [ti, tj] = ends.map(|node| row(self.second, node, width));
        let (one, other) = (gi.iter().zip(tj), gj.iter().zip(ti));
        for (out, ((&a, &b), (&c, &d))) in out.iter_mut().zip(one.zip(other)) {
            *out = a * b + c * d;
        }
    }
}

/// Sums in lanes, since the order of a single sum would prevent vector instructions.
#[inline(always)]
fn lane_sum<T: Real>(values: &[T]) -> T {
    let (groups, rest) = values.as_chunks::<16>();
    let mut lanes = [T::ZERO; 16];
    for group in groups {
        for (lane, &value) in lanes.iter_mut().zip(group) {
            *lane += value;
        }
    }
    let mut total = T::ZERO;
    for &value in lanes.iter().chain(rest) {
        total += value;
    }
    total
}

#[inline(always)]
fn lane_dot<T: Real>(a: &[T], b: &[T]) -> T {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<16>(), b.as_chunks::<16>());
    let mut lanes = [T::ZERO; 16];
    for (a, b) in a.iter().zip(b) {
        for lane in 0..16 {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    let mut total = T::ZERO;
    for &lane in &lanes {
        total += lane;
    }
    for (&a, &b) in a_rest.iter().zip(b_rest) {
        total += a * b;
    }
    total
}
