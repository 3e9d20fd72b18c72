//! Small dense numerics: Newton's method, finite differences, eigenvalues.

mod differences;
mod eigenvalues;
mod newton;

pub(super) use differences::central_differences;
pub(super) use eigenvalues::{largest_symmetric_eigenvalue, spectrum};
pub(super) use newton::newton;
