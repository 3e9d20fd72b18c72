use serde::{Deserialize, Serialize};

/// When the platforms of a repeated game set their prices.
///
/// In TOML: `moves = "simultaneous"` or `moves = "in_turn"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moves {
    /// All at the same time, in every period.
    #[default]
    Simultaneous,
    /// One in each period, in turn. The mover observes the prices that the others hold, and holds
    /// its own price until its next turn.
    ///
    /// Reference: Klein (2021), "Autonomous algorithmic collusion: Q-learning under sequential
    /// pricing", RAND Journal of Economics 52(3), section 3.
    InTurn,
}

impl Moves {
    /// Returns whether this is the default, which files omit.
    pub(in crate::pricing) fn are_simultaneous(&self) -> bool {
        *self == Self::Simultaneous
    }
}
