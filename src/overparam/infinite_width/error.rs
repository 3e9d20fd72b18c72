/// Invalid data or settings of the infinite-width predictor.
///
/// Rows and coordinates are counted from 0.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InfiniteWidthError {
    /// There are no rows.
    #[error("there are no rows: pass at least one input")]
    NoRows,
    /// Rows have no coordinates.
    #[error("row 0 has no coordinates: each input needs at least one")]
    NoCoordinates,
    /// Rows differ in length.
    #[error(
        "row {row} has {found} coordinates, but row 0 has {expected}: all rows need the same number"
    )]
    Ragged {
        /// The row.
        row: usize,
        /// The coordinates of row 0.
        expected: usize,
        /// The coordinates of the row.
        found: usize,
    },
    /// A number is not finite.
    #[error("row {row}, coordinate {column} is {value}: drop the row, or fill the gap")]
    NotFinite {
        /// The row.
        row: usize,
        /// The coordinate.
        column: usize,
        /// The rejected value.
        value: f64,
    },
    /// The norm of a row is so large that squares overflow.
    #[error("row {row} has norm {norm:e}, and squares overflow beyond 1e150: scale the inputs")]
    TooLong {
        /// The row.
        row: usize,
        /// Its Euclidean norm.
        norm: f64,
    },
    /// The numbers of targets and inputs differ.
    #[error("{found} rows of targets for {expected} inputs: each input needs one")]
    TargetRows {
        /// The number of inputs.
        expected: usize,
        /// The number of rows of targets.
        found: usize,
    },
    /// Test inputs or targets differ in size from those of training.
    #[error("{what} have {found} coordinates, but those of training have {expected}")]
    Coordinates {
        /// Name of the data.
        what: &'static str,
        /// Number of coordinates in training.
        expected: usize,
        /// Number of coordinates found.
        found: usize,
    },
    /// The slope is not finite.
    #[error("alpha = {alpha} is not a slope: choose a finite number, for example -1 or 0")]
    Alpha {
        /// The rejected value.
        alpha: f64,
    },
    /// The network has no trained layers.
    #[error("depth = {depth}: at least 1 trained hidden layer is needed")]
    Depth {
        /// The rejected value.
        depth: usize,
    },
    /// The network has no neurons.
    #[error("width = {width}: at least 1 neuron is needed")]
    Width {
        /// The rejected value.
        width: usize,
    },
    /// The step is not a positive finite number.
    #[error("step = {step}: choose a positive finite number, below `largest_stable_step`")]
    Step {
        /// The rejected value.
        step: f64,
    },
    /// The target loss is not a positive finite number.
    #[error("target loss = {target}: choose a positive finite number")]
    Target {
        /// The rejected value.
        target: f64,
    },
    /// All inputs are zero.
    #[error(
        "all inputs are zero, so nothing trains: use nonzero rows, or add a constant coordinate"
    )]
    NothingTrains,
    /// The computation of eigenvalues did not converge.
    #[error("the eigenvalues of the {rows} x {rows} kernel did not converge: scale the inputs")]
    NoEigenvalues {
        /// Number of rows of the kernel.
        rows: usize,
    },
}
