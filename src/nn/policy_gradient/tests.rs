//! Tests of the policy-gradient loss.

mod definition;
mod expectation;

use burn::tensor::{Device, Tensor};

use super::*;

const BASELINES: [Baseline; 4] = [
    Baseline::None,
    Baseline::BatchMean,
    Baseline::LeaveOneOut,
    Baseline::MovingAverage { momentum: 0.9 },
];

fn values(tensor: Tensor<1>) -> Vec<f64> {
    tensor.into_data().convert::<f64>().iter::<f64>().collect()
}

fn row(values: &[f32], device: &Device) -> Tensor<1> {
    Tensor::from_floats(values, device)
}
