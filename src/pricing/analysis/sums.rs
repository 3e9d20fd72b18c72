/// Adds values to sums, one by one.
pub(super) fn add(sums: &mut [f64], values: &[f64]) {
    let pairs = sums.iter_mut().zip(values);
    pairs.for_each(|(sum, value)| *sum += value);
}
