//! Small dense numerics: Newton's method, finite differences, eigenvalues.

mod differences;
mod eigenvalues;
mod newton;
mod omega;

pub(super) use differences::central_differences;
pub(super) use eigenvalues::{largest_symmetric_eigenvalue, spectrum};
pub(super) use newton::{newton, newton_by};
pub(super) use omega::{bracketed, log_lambert_w};
