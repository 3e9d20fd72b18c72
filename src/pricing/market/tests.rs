mod bad_input;
mod demand;
mod file;
mod fixed_points;
pub(in crate::pricing) mod random;
