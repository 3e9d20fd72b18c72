//! What learners live in: an environment of discrete states, and the repeated game as one.

mod action_history;
pub mod conformance;
mod error;
mod initial_state;
mod interface;
mod repeated_game;

pub use action_history::ActionHistory;
pub use error::EnvironmentError;
pub use initial_state::InitialState;
pub use interface::{Environment, Step};
pub use repeated_game::RepeatedGame;
