//! Comparison of the fused kernel with the composition of Burn's own operations, bit for bit.

use burn::tensor::{DType, Device, Tensor, TensorData};
use proptest::prelude::*;

use super::*;

fn special_values() -> Vec<f32> {
    vec![
        0.0,
        -0.0,
        1.0,
        -1.0,
        f32::MIN_POSITIVE,
        -f32::MIN_POSITIVE,
        1e-45,
        -1e-45,
        f32::MAX,
        f32::MIN,
        f32::INFINITY,
        f32::NEG_INFINITY,
        f32::NAN,
    ]
}

fn bits(tensor: &Tensor<1>) -> Vec<u32> {
    tensor
        .to_data()
        .try_into_vec::<f32>()
        .unwrap()
        .into_iter()
        // All NaNs count as equal.
        .map(|v| {
            if v.is_nan() {
                f32::NAN.to_bits()
            } else {
                v.to_bits()
            }
        })
        .collect()
}

/// Output and input gradient of a function, for a cotangent with varying entries.
fn run(
    values: &[f32],
    cotangent: &[f32],
    f: impl Fn(Tensor<1>) -> Tensor<1>,
) -> (Tensor<1>, Tensor<1>) {
    let device = Device::flex().autodiff();
    let leaf = Tensor::<1>::from_floats(values, &device).require_grad();
    // A product by one makes the kernel's input a new buffer, as a matrix product would.
    let y = f(leaf.clone() * 1.0);
    let weights = Tensor::<1>::from_floats(cotangent, &device);
    let grads = (y.clone() * weights).sum().backward();
    (y.inner(), leaf.grad(&grads).unwrap())
}

fn assert_fused_equals_composed(values: &[f32], cotangent: &[f32], slopes: Slopes) {
    let (fused, fused_grad) = run(values, cotangent, |x| flex::two_slopes(x, slopes));
    let (composed, composed_grad) = run(values, cotangent, |x| two_slopes_composed(x, slopes));
    // Zeros may differ in sign where the slope is 0: 0 · −3 against a plain 0.
    let zero = Tensor::from_floats([0.0], &Device::flex());
    assert_eq!(
        bits(&(fused + zero.clone())),
        bits(&(composed + zero.clone())),
        "{slopes:?}"
    );
    assert_eq!(
        bits(&(fused_grad + zero.clone())),
        bits(&(composed_grad + zero)),
        "gradient, {slopes:?}"
    );
}

fn slopes(alpha: f64) -> Slopes {
    let positive = 1.0 / 1f64.hypot(alpha);
    Slopes {
        positive,
        negative: alpha * positive,
    }
}

#[test]
fn special_values_agree() {
    let values = special_values();
    let ones = vec![1.0; values.len()];
    for alpha in [-10.0, -2.0, -1.0, -0.3, 0.0, 0.01, 0.5, 0.99] {
        assert_fused_equals_composed(&values, &ones, slopes(alpha));
    }
}

#[test]
fn sizes_around_words_and_blocks_agree() {
    for size in [
        0,
        1,
        31,
        32,
        33,
        64,
        (1 << 15) - 1,
        1 << 15,
        (1 << 15) + 1,
        (1 << 19) + 77,
    ] {
        let values: Vec<f32> = (0..size).map(|i| ((i * 37) % 101) as f32 - 50.0).collect();
        let cotangent: Vec<f32> = (0..size).map(|i| (i % 7) as f32 - 3.0).collect();
        assert_fused_equals_composed(&values, &cotangent, slopes(-2.0));
    }
}

proptest! {
    #[test]
    fn random_values_agree(
        pairs in prop::collection::vec((any::<f32>(), -1e3f32..1e3), 1..200),
        alpha in -20.0f64..0.999,
    ) {
        let (values, cotangent): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
        assert_fused_equals_composed(&values, &cotangent, slopes(alpha));
    }
}

#[test]
fn a_shared_input_is_not_modified() {
    let device = Device::flex();
    let x = Tensor::<1>::from_floats([1.0, -2.0, 3.0], &device);
    let y = two_slopes(x.clone(), slopes(-1.0));
    assert_eq!(
        bits(&x),
        bits(&Tensor::from_floats([1.0, -2.0, 3.0], &device))
    );
    assert_eq!(bits(&y), bits(&(x.abs() * slopes(-1.0).positive)));
}

#[test]
fn views_are_handled() {
    let device = Device::flex();
    let base = Tensor::<2>::from_floats([[1.0, -2.0, 3.0], [-4.0, 5.0, -6.0]], &device);
    let transposed = two_slopes(base.clone().transpose(), slopes(-2.0));
    let direct = two_slopes(base.clone(), slopes(-2.0)).transpose();
    assert_eq!(transposed.into_data(), direct.into_data());
    let column = two_slopes(base.clone().slice([0..2, 1..2]), slopes(-2.0));
    let all = two_slopes(base, slopes(-2.0));
    assert_eq!(column.into_data(), all.slice([0..2, 1..2]).into_data());
}

#[test]
fn double_precision_is_fused_and_half_precision_composed() {
    let device = Device::flex();
    let data = TensorData::from([1.5, -2.5, 0.0]);
    for (dtype, fused) in [(DType::F64, true), (DType::F16, false)] {
        let x = Tensor::<1>::from_data(data.clone().convert_dtype(dtype), (&device, dtype));
        assert_eq!(flex::supports(&x), fused, "{dtype:?}");
        let y = two_slopes(x.clone(), slopes(-1.0));
        assert_eq!(y.dtype(), dtype);
        let expected = x.abs() * slopes(-1.0).positive;
        assert_eq!(y.into_data(), expected.into_data());
    }
}

#[test]
fn a_constant_input_is_not_differentiated() {
    let device = Device::flex().autodiff();
    let constant = Tensor::<1>::from_floats([-1.0, 2.0], &device);
    let weight = Tensor::<1>::from_floats([3.0, 4.0], &device).require_grad();
    let y = two_slopes(constant, slopes(-1.0)) * weight.clone();
    let grads = y.sum().backward();
    let half = std::f32::consts::FRAC_1_SQRT_2;
    let expected = Tensor::from_floats([half, 2.0 * half], &Device::flex());
    assert_eq!(bits(&weight.grad(&grads).unwrap()), bits(&expected));
}

#[cfg(feature = "train")]
proptest! {
    #[test]
    fn a_gradient_step_is_that_of_two_operations(
        pairs in prop::collection::vec((-1e3f32..1e3, -1e3f32..1e3), 1..100),
        rate in 1e-6f64..10.0,
        shared in any::<bool>(),
    ) {
        let (weights, gradient): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
        let tensor = |values: &[f32]| Tensor::<1>::from_floats(values, &Device::flex());
        let (w, g) = (tensor(&weights), tensor(&gradient));
        let kept = shared.then(|| g.clone());
        let stepped = descend(w.clone(), g, rate);
        prop_assert_eq!(bits(&stepped), bits(&(w.clone() - tensor(&gradient) * rate)));
        prop_assert_eq!(bits(&w), bits(&tensor(&weights)));
        if let Some(kept) = kept {
            prop_assert_eq!(bits(&kept), bits(&tensor(&gradient)));
        }
    }
}

#[test]
fn prefixes_and_offsets_of_a_buffer_are_handled() {
    let device = Device::flex();
    let base = Tensor::<2>::from_floats([[1.0, -2.0], [-3.0, 4.0], [5.0, -6.0]], &device);
    let all = two_slopes(base.clone(), slopes(-2.0));
    for range in [0..2, 1..3] {
        let part = two_slopes(base.clone().slice([range.clone()]), slopes(-2.0));
        assert_eq!(part.into_data(), all.clone().slice([range]).into_data());
    }
}

/// The cotangent of `f(x) + x` has two owners, so the kernel must not overwrite it.
#[test]
fn a_shared_gradient_is_not_modified() {
    let device = Device::flex().autodiff();
    let x = Tensor::<1>::from_floats([-1.0, 2.0], &device).require_grad();
    let inner = x.clone() * 1.0;
    let y = two_slopes(inner.clone(), slopes(-1.0)) + inner;
    let gradient = x.grad(&y.sum().backward()).unwrap();
    let half = std::f32::consts::FRAC_1_SQRT_2;
    let expected = Tensor::from_floats([1.0 - half, 1.0 + half], &Device::flex());
    assert_eq!(bits(&gradient), bits(&expected));
}

#[test]
fn gradient_checkpointing_changes_nothing() {
    let gradient = |device: Device| {
        let x = Tensor::<1>::from_floats([-1.5, 0.0, 2.0], &device).require_grad();
        let y = two_slopes(
            two_slopes(x.clone() * 2.0, slopes(-2.0)) - 1.0,
            slopes(0.05),
        );
        bits(&x.grad(&(y.clone() * y).sum().backward()).unwrap())
    };
    let plain = Device::flex().autodiff();
    assert_eq!(
        gradient(plain.clone()),
        gradient(plain.gradient_checkpointing())
    );
}

#[test]
fn double_precision_agrees_beyond_one_block() {
    let device = (&Device::flex().autodiff(), DType::F64);
    let values: Vec<f64> = (0..100_001).map(|i| f64::from(i % 103) - 51.0).collect();
    let run = |f: &dyn Fn(Tensor<1>) -> Tensor<1>| {
        let x = Tensor::<1>::from_data(TensorData::new(values.clone(), [values.len()]), device)
            .require_grad();
        let y = f(x.clone() * 1.0);
        let grads = (y.clone() * y.clone()).sum().backward();
        (y.inner().into_data(), x.grad(&grads).unwrap().into_data())
    };
    let s = slopes(-2.0);
    assert_eq!(
        run(&|x| flex::two_slopes(x, s)),
        run(&|x| two_slopes_composed(x, s))
    );
}
