/// Adds `factor` times the values to the sums, elementwise.
pub(super) fn add_times(sums: &mut [f64], factor: f64, values: &[f64]) {
    let pairs = sums.iter_mut().zip(values);
    pairs.for_each(|(sum, value)| *sum += factor * value);
}
