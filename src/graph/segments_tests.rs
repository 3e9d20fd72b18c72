use burn::tensor::{DType, Tolerance};
use proptest::prelude::*;

use super::*;

fn data<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().convert::<f64>().try_into_vec().unwrap()
}

fn tensor(values: &[f64], width: usize, device: &Device) -> Tensor<2> {
    let shape = [values.len() / width, width];
    Tensor::from_data(
        TensorData::new(values.to_vec(), shape),
        (device, DType::F64),
    )
}

proptest! {
    /// Comparison with plain loops, for any partition, sorted or not, with empty segments, on
    /// distinct values.
    #[test]
    fn reductions_are_the_definitions(
        ids in prop::collection::vec(0usize..6, 0..20),
        width in 1usize..4,
        seed in any::<u64>(),
    ) {
        let count = 6;
        let device = Device::flex();
        let value = |k: usize| (seed.wrapping_mul(k as u64 * 2 + 1) >> 40) as f64 / 1e6 - 8.0;
        let values: Vec<f64> = (0..ids.len() * width).map(value).collect();
        let at = |row: usize, column: usize| values[row * width + column];
        let segments = Segments::new(&ids, count, &device);
        let x = tensor(&values, width, &device);
        let (sum, mean) = (data(segments.sum(x.clone())), data(segments.mean(x.clone())));
        let max = data(segments.max(x.clone()));
        let softmax = data(segments.softmax(x));
        for segment in 0..count {
            let rows: Vec<_> = (0..ids.len()).filter(|&row| ids[row] == segment).collect();
            for column in 0..width {
                let entry = segment * width + column;
                let total: f64 = rows.iter().map(|&row| at(row, column)).sum();
                prop_assert!((sum[entry] - total).abs() < 1e-9);
                prop_assert!((mean[entry] - total / rows.len().max(1) as f64).abs() < 1e-9);
                let largest = rows.iter().map(|&row| at(row, column)).reduce(f64::max);
                prop_assert_eq!(max[entry], largest.unwrap_or(0.0));
                let weights: f64 = rows.iter().map(|&row| at(row, column).exp()).sum();
                for &row in &rows {
                    let expected = at(row, column).exp() / weights;
                    prop_assert!((softmax[row * width + column] - expected).abs() < 1e-9);
                }
            }
        }
    }
}

#[test]
fn any_rank() {
    let device = Device::flex();
    let segments = Segments::new(&[1, 1, 0], 2, &device);
    let ones = Tensor::<3>::ones([3, 2, 2], &device);
    assert_eq!(
        data(segments.sum(ones.clone())),
        [1., 1., 1., 1., 2., 2., 2., 2.]
    );
    assert_eq!(data(segments.max(ones)), [1.0; 8]);
    let row = Tensor::<1>::from_floats([3.0, -1.0, 2.0], &device);
    assert_eq!(data(segments.max(row.clone())), [2.0, 3.0]);
    assert_eq!(data(segments.mean(row)), [2.0, 1.0]);
}

#[test]
fn empty_input() {
    let device = Device::flex().autodiff();
    let none = Segments::new(&[], 3, &device);
    let rows = Tensor::<2>::zeros([0, 2], &device);
    for reduced in [
        none.sum(rows.clone()),
        none.mean(rows.clone()),
        none.max(rows.clone()),
    ] {
        assert_eq!(reduced.dims(), [3, 2]);
        assert_eq!(data(reduced), [0.0; 6]);
    }
    assert_eq!(none.softmax(rows).dims(), [0, 2]);
    assert_eq!(
        none.spread(Tensor::<2>::zeros([3, 2], &device)).dims(),
        [0, 2]
    );
    let empty = Segments::new(&[], 0, &device);
    assert_eq!(
        empty.mean(Tensor::<2>::zeros([0, 2], &device)).dims(),
        [0, 2]
    );
}

/// Of equal values the first row gets the whole gradient.
#[test]
fn the_gradient_of_a_maximum_goes_to_one_row() {
    let device = Device::flex().autodiff();
    let segments = Segments::new(&[0, 2, 0, 0, 2], 3, &device);
    let x = Tensor::<1>::from_floats([1.0, 5.0, 4.0, 4.0, 5.0], &device).require_grad();
    let weights = Tensor::<1>::from_floats([10.0, 20.0, 30.0], &device);
    let grads = (segments.max(x.clone()) * weights).sum().backward();
    assert_eq!(data(x.grad(&grads).unwrap()), [0.0, 30.0, 10.0, 0.0, 0.0]);
}

#[test]
fn softmax_is_finite_for_large_scores() {
    let device = Device::flex();
    let segments = Segments::new(&[0, 0, 1], 2, &device);
    let scores = Tensor::<1>::from_floats([1e4, 1e4 - 1.0, -1e4], &device);
    let expected = TensorData::from([0.731_058_6, 0.268_941_4, 1.0]);
    segments
        .softmax(scores)
        .into_data()
        .assert_approx_eq::<f32>(&expected, Tolerance::relative(1e-5));
}

#[test]
#[should_panic(expected = "row 1 belongs to segment 3 of 3")]
fn a_segment_out_of_range_is_rejected() {
    Segments::new(&[0, 3], 3, &Device::flex());
}

#[test]
#[should_panic(expected = "another number of rows")]
fn another_number_of_rows_is_rejected() {
    Segments::new(&[0, 1], 2, &Device::flex()).sum(Tensor::<1>::zeros([3], &Device::flex()));
}
