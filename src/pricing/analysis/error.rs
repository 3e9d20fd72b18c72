use crate::pricing::{game::NormalFormError, market::MarketError};

/// Results cannot be analyzed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AnalysisError {
    /// A count does not match.
    #[error(
        "{found} {what}, but there are {expected}: analyze results with the game that they belong \
         to"
    )]
    Count {
        /// Name of the items.
        what: &'static str,
        /// Number of items found.
        found: usize,
        /// Expected number.
        expected: usize,
    },
    /// All platforms deviate at the same time although they move in turn.
    #[error("platforms move in turn, so they cannot deviate at the same time: select one platform")]
    InTurn,
    /// A state, an agent or an action does not exist.
    #[error("no {what} {found}: there are {count}, counted from 0")]
    NoSuch {
        /// Kind of the item.
        what: &'static str,
        /// Its index.
        found: usize,
        /// Number of items.
        count: usize,
    },
    /// A number is too large.
    #[error("{found} {what}: give at most {most}, or a permanent deviation")]
    TooMany {
        /// Name of the items.
        what: &'static str,
        /// Number requested.
        found: usize,
        /// Largest number.
        most: usize,
    },
    /// A discount factor is invalid.
    #[error("delta is {delta}: give a discount factor of at least 0 and below 1")]
    Delta {
        /// Value given.
        delta: f64,
    },
    /// The outcome of a joint action could not be computed.
    #[error(transparent)]
    Market(#[from] MarketError),
    /// Invalid game.
    #[error(transparent)]
    Game(#[from] NormalFormError),
}

impl AnalysisError {
    /// Checks that a count has the expected value.
    pub(super) fn check_count(
        what: &'static str,
        found: usize,
        expected: usize,
    ) -> Result<(), Self> {
        match found == expected {
            true => Ok(()),
            false => Err(Self::Count {
                what,
                found,
                expected,
            }),
        }
    }

    /// Checks that a number is at most `most`.
    pub(super) fn check_most(what: &'static str, found: usize, most: usize) -> Result<(), Self> {
        match found <= most {
            true => Ok(()),
            false => Err(Self::TooMany { what, found, most }),
        }
    }

    /// Checks that an index is below a count.
    pub(super) fn check_below(what: &'static str, found: usize, count: usize) -> Result<(), Self> {
        match found < count {
            true => Ok(()),
            false => Err(Self::NoSuch { what, found, count }),
        }
    }

    /// Checks that a number is a valid discount factor.
    pub(super) fn check_delta(delta: f64) -> Result<(), Self> {
        match (0.0..1.0).contains(&delta) {
            true => Ok(()),
            false => Err(Self::Delta { delta }),
        }
    }
}
