//! Data and explicit networks for tests.

use nalgebra::{DMatrix, DVector};
use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use super::Points;
use crate::overparam::InputMap;

pub(crate) fn normal(
    rows: usize,
    columns: usize,
    deviation: f64,
    rng: &mut ChaCha8Rng,
) -> DMatrix<f64> {
    DMatrix::from_fn(rows, columns, |_, _| {
        let value: f64 = StandardNormal.sample(rng);
        deviation * value
    })
}

/// Standard normal rows, mapped.
pub(crate) fn points(n: usize, p: usize, map: InputMap, rng: &mut ChaCha8Rng) -> Points {
    Points::new(&rows(&normal(n, p, 1.0, rng)))
        .unwrap()
        .map(map)
        .unwrap()
}

pub(crate) fn rows(matrix: &DMatrix<f64>) -> Vec<Vec<f64>> {
    let rows = matrix.row_iter();
    rows.map(|row| row.iter().copied().collect()).collect()
}

/// Returns the synthetic data of Guo, Li, Lerman (2024): standard normal inputs in R⁵, scaled to
/// norm 1 first if the map does so; noise of variance 0.01.
pub(crate) fn synthetic(
    n: usize,
    map: InputMap,
    rng: &mut ChaCha8Rng,
) -> (Vec<Vec<f64>>, Vec<[f64; 1]>) {
    let x = points(n, 5, InputMap::Raw, rng);
    let x = match map {
        InputMap::Raw | InputMap::RawWithConstant => x,
        InputMap::Unit | InputMap::UnitWithConstant => x.map(InputMap::Unit).unwrap(),
    };
    let noise = normal(n, 1, 0.1, rng);
    let target = |x: &[f64]| {
        (10.0 * x[0] + 20.0 * x[2] * x[2]).sin()
            + (3.0 * x[2] + 5.0 * x[3] * x[3]).cos()
            + 2.0 / (1.0 + (0.05 + x[4]).max(0.0)).sqrt()
            + 2.0 * x[0] * x[4]
    };
    let targets = x.rows().zip(noise.iter()).map(|(x, e)| [target(x) + e]);
    let targets = targets.collect();
    (x.rows().map(<[f64]>::to_vec).collect(), targets)
}

/// A network of Algorithm 1 with one output, in `f64`, with its inputs.
pub(crate) struct Network {
    alpha: f64,
    embedding: DMatrix<f64>,
    layers: Vec<DMatrix<f64>>,
    readout: DVector<f64>,
}

impl Network {
    pub(crate) fn new(
        alpha: f64,
        depth: usize,
        width: usize,
        inputs: usize,
        rng: &mut ChaCha8Rng,
    ) -> Self {
        let m = width as f64;
        Self {
            alpha,
            embedding: normal(width, inputs, (1.0 / m).sqrt(), rng),
            layers: (0..depth)
                .map(|_| normal(width, width, (2.0 / m).sqrt(), rng))
                .collect(),
            readout: normal(width, 1, 1.0, rng).column(0).into(),
        }
    }

    fn slope(&self, z: f64) -> f64 {
        let scale = 1.0 / 1f64.hypot(self.alpha);
        if z < 0.0 { self.alpha * scale } else { scale }
    }

    /// h_0 … h_L and the slopes of layers 1 … L, one column per input.
    fn forward(&self, x: &Points) -> (Vec<DMatrix<f64>>, Vec<DMatrix<f64>>) {
        let inputs = DMatrix::from_fn(x.columns(), x.len(), |i, j| x.row(j)[i]);
        let (mut hidden, mut slopes) = (vec![&self.embedding * inputs], Vec::new());
        for layer in &self.layers {
            let z = layer * &hidden[hidden.len() - 1];
            slopes.push(z.map(|z| self.slope(z)));
            hidden.push(z.map(|z| self.slope(z) * z));
        }
        (hidden, slopes)
    }

    pub(crate) fn outputs(&self, x: &Points) -> DVector<f64> {
        let (hidden, _) = self.forward(x);
        hidden[self.layers.len()].tr_mul(&self.readout)
    }

    /// Returns the derivatives of the outputs by z_1 … z_L, one column per input.
    fn deltas(&self, slopes: &[DMatrix<f64>]) -> Vec<DMatrix<f64>> {
        let (width, n) = slopes[0].shape();
        let mut back = DMatrix::from_fn(width, n, |i, _| self.readout[i]);
        let mut deltas = Vec::new();
        for (layer, slopes) in self.layers.iter().zip(slopes).rev() {
            let delta = back.component_mul(slopes);
            back = layer.tr_mul(&delta);
            deltas.push(delta);
        }
        deltas.reverse();
        deltas
    }

    /// Inner products of the outputs' gradients, over the width.
    pub(crate) fn tangent_kernel(&self, x: &Points) -> DMatrix<f64> {
        let (hidden, slopes) = self.forward(x);
        let mut kernel = DMatrix::zeros(x.len(), x.len());
        for (hidden, delta) in hidden.iter().zip(self.deltas(&slopes)) {
            kernel += hidden.tr_mul(hidden).component_mul(&delta.tr_mul(&delta));
        }
        kernel / self.readout.len() as f64
    }

    /// One step of gradient descent on the sum of squared errors.
    pub(crate) fn step(&mut self, x: &Points, y: &DVector<f64>, step: f64) {
        let (hidden, slopes) = self.forward(x);
        let residual = hidden[self.layers.len()].tr_mul(&self.readout) - y;
        for (l, mut delta) in self.deltas(&slopes).into_iter().enumerate() {
            for (mut column, residual) in delta.column_iter_mut().zip(residual.iter()) {
                column *= 2.0 * step * residual;
            }
            self.layers[l] -= delta * hidden[l].transpose();
        }
    }
}
