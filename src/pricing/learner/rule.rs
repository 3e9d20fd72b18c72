use std::fmt;

use rand::Rng;

use super::Learner;
use crate::pricing::{PricingError, environment::ActionHistory, game::NormalFormGame};

/// The settings of a learner, which create the learner of one platform at the start of a session.
///
/// [`QLearning`](super::QLearning) is the fastest kind. A user-defined kind implements this trait
/// and has fields that serde serializes. As [`AnyLearner`](super::AnyLearner) in a scenario, it is
/// run, measured and written to files like the others.
pub trait LearnerRule: fmt::Debug + Send + Sync {
    /// Returns the name of the kind in files, such as `sarsa`.
    fn kind(&self) -> &'static str;

    /// Returns the discount factor for evaluating outcomes, in [0, 1).
    fn discount_factor(&self) -> f64;

    /// Returns the initial learner of an agent of a game with these states. If platforms observe
    /// varying demand, it is the [signal](ActionHistory::signal) of the states, and rewards of the
    /// game are expected ones.
    ///
    /// # Errors
    /// Returns an error if a setting is out of range or does not fit the game.
    fn learner(
        &self,
        game: &NormalFormGame,
        history: &ActionHistory,
        agent: usize,
        rng: &mut dyn Rng,
    ) -> Result<Box<dyn Learner>, PricingError>;

    /// Returns whether the learner reads one-period rewards from the game, in addition to the
    /// rewards that it receives, as synchronous updates do. Such a learner supports neither moves
    /// in turn nor varying demand.
    fn reads_game(&self) -> bool {
        false
    }
}
