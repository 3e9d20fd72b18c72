use burn::tensor::{Device, Int, Tensor, TensorData, Tolerance};

use super::*;

fn values(tensor: Tensor<1>) -> Vec<f32> {
    tensor.into_data().try_into_vec().unwrap()
}

fn assert_close(tensor: Tensor<1>, expected: &[f64]) {
    let expected: Vec<f32> = expected.iter().map(|&v| v as f32).collect();
    let shape = [expected.len()];
    tensor
        .into_data()
        .assert_approx_eq::<f32>(&TensorData::new(expected, shape), Tolerance::relative(1e-5));
}

fn predictions(device: &Device) -> Tensor<2> {
    Tensor::from_floats([[1.0, -2.0], [0.5, 3.0], [0.0, 0.0]], device)
}

fn targets(device: &Device) -> Tensor<2> {
    Tensor::from_floats([[0.0, 0.0], [0.5, 2.0], [0.0, 0.0]], device)
}

#[test]
fn squared_errors_are_summed_without_a_factor() {
    let device = Device::flex();
    let loss = SumSquaredLoss::new();
    let each = loss.forward_no_reduction(predictions(&device), targets(&device));
    assert_eq!(values(each), [5.0, 1.0, 0.0]);
    assert_eq!(
        values(loss.forward(predictions(&device), targets(&device))),
        [6.0]
    );
}

#[test]
fn cross_entropy_is_minus_log_softmax_summed() {
    let device = Device::flex();
    let logits = [[1.0, -2.0, 0.5], [1000.0, 0.0, -1000.0]];
    let classes = [2usize, 1];
    let expected: Vec<f64> = logits
        .iter()
        .zip(classes)
        .map(|(row, class)| {
            let max = row.iter().copied().fold(f64::MIN, f64::max);
            let sum: f64 = row.iter().map(|z| (z - max).exp()).sum();
            max + sum.ln() - row[class]
        })
        .collect();
    let tensor = Tensor::<2>::from_floats(logits.map(|row| row.map(|z| z as f32)), &device);
    let labels = Tensor::<1, Int>::from_ints([2, 1], &device);
    let loss = CrossEntropySumLoss::new();
    assert_close(
        loss.forward_no_reduction(tensor.clone(), labels.clone()),
        &expected,
    );
    assert_close(loss.forward(tensor, labels), &[expected.iter().sum()]);
}

#[test]
fn cross_entropy_gradient_is_softmax_minus_one_hot() {
    let device = Device::flex().autodiff();
    let logits = Tensor::<2>::from_floats([[1.0, -2.0, 0.5]], &device).require_grad();
    let labels = Tensor::<1, Int>::from_ints([1], &device);
    let grads = CrossEntropySumLoss::new()
        .forward(logits.clone(), labels)
        .backward();
    let exp = [1.0f64.exp(), (-2.0f64).exp(), 0.5f64.exp()];
    let sum: f64 = exp.iter().sum();
    let expected = [exp[0] / sum, exp[1] / sum - 1.0, exp[2] / sum];
    assert_close(logits.grad(&grads).unwrap().flatten(0, 1), &expected);
}

#[test]
fn reweighted_is_the_exponential_and_then_its_tangent() {
    let device = Device::flex();
    let loss = ReweightedLossConfig::new(0.5)
        .with_linear_beyond(4.0)
        .init();
    // ℓ/τ is 10, 2 and 0.
    let expected = [4f64.exp() * 7.0, 2f64.exp(), 1.0];
    assert_close(
        loss.forward_no_reduction(predictions(&device), targets(&device)),
        &expected,
    );
    assert_close(
        loss.forward(predictions(&device), targets(&device)),
        &[expected.iter().sum()],
    );
}

/// Weight of a sample: exp(ℓ/τ)/τ times the gradient of ℓ, constant beyond the exponent c.
#[test]
fn reweighted_gradient_is_the_weighted_squared_gradient() {
    let device = Device::flex().autodiff();
    let loss = ReweightedLossConfig::new(0.5)
        .with_linear_beyond(4.0)
        .init();
    let x = predictions(&device).require_grad();
    let grads = loss.forward(x.clone(), targets(&device)).backward();
    let (far, near) = (4f64.exp() / 0.5, 2f64.exp() / 0.5);
    let expected = [2.0 * far, -4.0 * far, 0.0, 2.0 * near, 0.0, 0.0];
    assert_close(x.grad(&grads).unwrap().flatten(0, 1), &expected);
}

#[test]
fn reweighted_never_overflows() {
    let device = Device::flex().autodiff();
    let x = Tensor::<2>::from_floats([[1e6]], &device).require_grad();
    let loss = ReweightedLossConfig::new(1.0).init();
    let value = loss.forward(x.clone(), Tensor::zeros([1, 1], &device));
    let gradient: f32 = x.grad(&value.backward()).unwrap().into_scalar();
    assert!(value.into_scalar::<f32>().is_finite());
    assert!(gradient.is_finite() && gradient > 0.0);
}

#[test]
fn reweighted_is_finite_up_to_the_largest_exponent() {
    let device = Device::flex();
    let loss = ReweightedLossConfig::new(1.0)
        .with_linear_beyond(80.0)
        .init();
    let each = values(loss.forward_no_reduction(predictions(&device), targets(&device)));
    assert!(each.iter().all(|value| value.is_finite()), "{each:?}");
    let config = ReweightedLossConfig::new(1.0).with_linear_beyond(81.0);
    assert!(std::panic::catch_unwind(|| config.init()).is_err());
}

#[test]
#[should_panic(expected = "predictions and targets differ in shape")]
fn shapes_are_not_broadcast() {
    let device = Device::flex();
    let column = Tensor::<2>::zeros([3, 1], &device);
    SumSquaredLoss::new().forward(predictions(&device), column);
}

#[test]
#[should_panic(expected = "finite positive temperature, got 0")]
fn reweighted_needs_a_temperature() {
    ReweightedLossConfig::new(0.0).init();
}
