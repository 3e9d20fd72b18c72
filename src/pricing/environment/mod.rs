//! Environments for learners: discrete states, and the repeated game as an environment.

mod action_history;
pub mod conformance;
mod game_states;
mod initial_state;
mod interface;
mod moves;
mod repeated_game;

pub use action_history::ActionHistory;
pub use game_states::GameStates;
pub use initial_state::InitialState;
pub use interface::{Environment, Step};
pub use moves::Moves;
pub use repeated_game::RepeatedGame;
