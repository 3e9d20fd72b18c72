/// Adds values times a factor to sums, one by one.
pub(super) fn add_times(sums: &mut [f64], factor: f64, values: &[f64]) {
    let pairs = sums.iter_mut().zip(values);
    pairs.for_each(|(sum, value)| *sum += factor * value);
}
