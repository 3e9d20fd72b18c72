/// Data or settings that the infinite-width predictor cannot take.
///
/// Rows and coordinates are counted from 0.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InfiniteWidthError {
    /// No rows at all.
    #[error("there are no rows: give at least one input")]
    NoRows,
    /// Rows without coordinates.
    #[error("row 0 has no coordinates: give each input at least one")]
    NoCoordinates,
    /// Rows of different lengths.
    #[error("row {row} has {found} coordinates, and row 0 has {expected}: all rows need as many")]
    Ragged {
        /// The row.
        row: usize,
        /// The coordinates of row 0.
        expected: usize,
        /// The coordinates of the row.
        found: usize,
    },
    /// A number that is not finite.
    #[error("row {row}, coordinate {column} is {value}: drop the row, or fill the gap")]
    NotFinite {
        /// The row.
        row: usize,
        /// The coordinate.
        column: usize,
        /// The rejected value.
        value: f64,
    },
    /// A row so long that squares overflow.
    #[error("row {row} has the norm {norm:e}, and squares overflow beyond 1e150: scale the inputs")]
    TooLong {
        /// The row.
        row: usize,
        /// Its Euclidean norm.
        norm: f64,
    },
    /// A number of rows that does not fit the inputs.
    #[error("{found} rows of targets for {expected} inputs: each input needs one")]
    TargetRows {
        /// The number of inputs.
        expected: usize,
        /// The number of rows of targets.
        found: usize,
    },
    /// Test inputs, or targets, of another size than those of training.
    #[error("{what} have {found} coordinates, and {expected} are needed, as in training")]
    Coordinates {
        /// What has them.
        what: &'static str,
        /// The coordinates that training has.
        expected: usize,
        /// The coordinates that were given.
        found: usize,
    },
    /// A slope that is not a number.
    #[error("alpha = {alpha} is not a slope: choose a finite number, for example -1 or 0")]
    Alpha {
        /// The rejected value.
        alpha: f64,
    },
    /// A network without layers that train.
    #[error("depth = {depth}: at least 1 hidden layer has to train")]
    Depth {
        /// The rejected value.
        depth: usize,
    },
    /// A network without neurons.
    #[error("width = {width}: at least 1 neuron is needed")]
    Width {
        /// The rejected value.
        width: usize,
    },
    /// A step that does not move, or moves uphill.
    #[error("step = {step}: choose a positive finite number, below `largest_stable_step`")]
    Step {
        /// The rejected value.
        step: f64,
    },
    /// A target loss that no loss can reach.
    #[error("target loss = {target}: choose a positive finite number")]
    Target {
        /// The rejected value.
        target: f64,
    },
    /// All inputs are zero.
    #[error(
        "all inputs are zero, so nothing trains: give rows that are not, or a constant coordinate"
    )]
    NothingTrains,
    /// The iteration for eigenvalues gave up.
    #[error("the eigenvalues of the {rows} x {rows} kernel did not converge: scale the inputs")]
    NoEigenvalues {
        /// Rows of the kernel.
        rows: usize,
    },
}
