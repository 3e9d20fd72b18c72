use nalgebra::{DMatrix, Schur, SymmetricEigen};

/// Largest number of sweeps per eigenvalue; the method needs about two.
const SWEEPS: usize = 200;

/// Measures of the eigenvalues of a matrix that determine stability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::pricing) struct Spectrum {
    /// Largest modulus.
    pub(in crate::pricing) radius: f64,
    /// Largest real part.
    pub(in crate::pricing) largest_real_part: f64,
}

/// Returns the spectrum of a square matrix, or `None` if it is not finite or the method does not
/// converge.
pub(in crate::pricing) fn spectrum(matrix: DMatrix<f64>) -> Option<Spectrum> {
    if matrix.iter().any(|entry| !entry.is_finite()) {
        return None;
    }
    let sweeps = SWEEPS * matrix.nrows().max(1);
    let values = Schur::try_new(matrix, f64::EPSILON, sweeps)?.complex_eigenvalues();
    Some(Spectrum {
        radius: values.iter().map(|z| z.re.hypot(z.im)).fold(0.0, f64::max),
        largest_real_part: values.iter().map(|z| z.re).fold(f64::MIN, f64::max),
    })
}

/// Returns the largest eigenvalue of the symmetric part of a matrix, or `None` as in [`spectrum`].
pub(in crate::pricing) fn largest_symmetric_eigenvalue(matrix: &DMatrix<f64>) -> Option<f64> {
    if matrix.iter().any(|entry| !entry.is_finite()) {
        return None;
    }
    let sweeps = SWEEPS * matrix.nrows().max(1);
    let symmetric = (matrix + matrix.transpose()) * 0.5;
    let eigen = SymmetricEigen::try_new(symmetric, f64::EPSILON, sweeps)?;
    Some(eigen.eigenvalues.max())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spectrum_of_a_rotation_is_imaginary() {
        let quarter = DMatrix::from_row_slice(2, 2, &[0.0, -2.0, 2.0, 0.0]);
        let spectrum = spectrum(quarter).unwrap();
        assert!((spectrum.radius - 2.0).abs() < 1e-12);
        assert!(spectrum.largest_real_part.abs() < 1e-12);
    }

    #[test]
    fn the_largest_eigenvalue_is_that_of_the_symmetric_part() {
        let matrix = DMatrix::from_row_slice(2, 2, &[-1.0, 4.0, 0.0, -1.0]);
        assert!((largest_symmetric_eigenvalue(&matrix).unwrap() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn matrices_that_are_not_finite_have_no_spectrum() {
        let matrix = DMatrix::from_element(2, 2, f64::NAN);
        assert!(largest_symmetric_eigenvalue(&matrix).is_none());
        assert!(spectrum(matrix).is_none());
    }
}
