use crate::pricing::{game::NormalFormError, market::MarketError};

/// Results that cannot be analysed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AnalysisError {
    /// There are not as many as there should be.
    #[error("{found} {what}, but there are {expected}: analyse results with the game they are of")]
    Count {
        /// What is counted.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many there should be.
        expected: usize,
    },
    /// A deviation of all platforms at the same time, where they move in turn.
    #[error(
        "platforms move in turn, so they cannot deviate at the same time: let one platform deviate"
    )]
    InTurn,
    /// A state or an action that does not exist.
    #[error("no {what} {found}: there are {count}, counted from 0")]
    NoSuch {
        /// A state, an agent or an action.
        what: &'static str,
        /// Its number.
        found: usize,
        /// How many there are.
        count: usize,
    },
    /// More of something than is computed.
    #[error("{found} {what}: give at most {most}, or a permanent deviation")]
    TooMany {
        /// What is counted.
        what: &'static str,
        /// How many were asked for.
        found: usize,
        /// The most.
        most: usize,
    },
    /// A discount factor that is not one.
    #[error("delta is {delta}: give a discount factor of at least 0 and below 1")]
    Delta {
        /// The value.
        delta: f64,
    },
    /// Outcomes of a joint action failed.
    #[error(transparent)]
    Market(#[from] MarketError),
    /// The game is invalid.
    #[error(transparent)]
    Game(#[from] NormalFormError),
}

impl AnalysisError {
    /// Fails where a count is wrong.
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

    /// Fails where there are too many.
    pub(super) fn check_most(what: &'static str, found: usize, most: usize) -> Result<(), Self> {
        match found <= most {
            true => Ok(()),
            false => Err(Self::TooMany { what, found, most }),
        }
    }

    /// Fails where there is no such thing.
    pub(super) fn check_below(what: &'static str, found: usize, count: usize) -> Result<(), Self> {
        match found < count {
            true => Ok(()),
            false => Err(Self::NoSuch { what, found, count }),
        }
    }

    /// Fails where a number is no discount factor.
    pub(super) fn check_delta(delta: f64) -> Result<(), Self> {
        match (0.0..1.0).contains(&delta) {
            true => Ok(()),
            false => Err(Self::Delta { delta }),
        }
    }
}
