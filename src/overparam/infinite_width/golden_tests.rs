//! Compares kernels with neural_tangents; `tests/data/tangent_kernels.json` records its version and
//! settings.

use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
struct Golden {
    inputs: Vec<Vec<f64>>,
    kernels: Vec<Kernels>,
}

/// Kernels of all pairs of inputs, the lower triangle row by row.
#[derive(Deserialize)]
struct Kernels {
    alpha: f64,
    depth: usize,
    tangent: Vec<f64>,
    covariance: Vec<f64>,
}

#[test]
fn kernels_agree_with_neural_tangents() {
    let text = include_str!("../../../tests/data/tangent_kernels.json");
    let golden: Golden = serde_json::from_str(text).unwrap();
    assert_eq!(golden.kernels.len(), 12);
    let dot = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
    let inputs = &golden.inputs;
    for expected in golden.kernels {
        let kernel = TangentKernel::new(expected.alpha, expected.depth).unwrap();
        let mut pair = 0;
        for (i, x) in inputs.iter().enumerate() {
            for (j, y) in inputs.iter().enumerate().take(i + 1) {
                let norms = (dot(x, x) * dot(y, y)).sqrt();
                let found = kernel.entry(dot(x, y), norms);
                for (found, expected) in [
                    (found.tangent, expected.tangent[pair]),
                    (found.covariance, expected.covariance[pair]),
                ] {
                    assert!(
                        (found - expected).abs() < 1e-11 * norms,
                        "{found} and {expected}, inputs {i} and {j}, g = {}, L = {}",
                        kernel.squared_gap(),
                        kernel.depth(),
                    );
                }
                pair += 1;
            }
        }
        assert_eq!(pair, expected.tangent.len());
    }
}
