use std::fmt;

use rand::Rng;

use super::{Learner, LearnerError};
use crate::pricing::{environment::ActionHistory, game::NormalFormGame};

/// Settings from which the learner of one platform is made when a session begins.
///
/// [`QLearning`](super::QLearning) is the kind that sessions run fastest. A kind of one's own
/// implements this trait, with fields that serde sees; a scenario holds it as
/// [`AnyLearner`](super::AnyLearner), plays, measures and writes it like the others.
pub trait LearnerRule: fmt::Debug + Send + Sync {
    /// The name of the kind in files, such as `sarsa`.
    fn kind(&self) -> &'static str;

    /// The discount factor with which outcomes are judged, at least 0 and below 1.
    fn discount_factor(&self) -> f64;

    /// The learner of an agent of a game with these states, as it begins a session. Where platforms observe
    /// demand that varies, states have it as their [signal](ActionHistory::signal), and rewards of the game
    /// are expected ones.
    ///
    /// # Errors
    /// [`LearnerError`] if a setting is out of range or does not fit the game.
    fn learner(
        &self,
        game: &NormalFormGame,
        history: &ActionHistory,
        agent: usize,
        rng: &mut dyn Rng,
    ) -> Result<Box<dyn Learner>, LearnerError>;

    /// Whether the learner reads rewards of one period from the game itself, beside those that it is
    /// told, as synchronous updates do. Such a learner fits neither moves in turn nor demand that varies.
    fn reads_game(&self) -> bool {
        false
    }
}
