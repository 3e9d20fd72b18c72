use super::Watch;
use crate::pricing::{
    PricingError,
    environment::{Environment, RepeatedGame, Step},
};

/// A repeated game with an observer.
pub(super) struct WatchedGame<'a, W: Watch + ?Sized> {
    pub(super) game: RepeatedGame,
    pub(super) watch: &'a mut W,
}

impl<W: Watch + ?Sized> Environment for WatchedGame<'_, W> {
    fn agents(&self) -> usize {
        self.game.agents()
    }

    fn actions(&self, agent: usize) -> usize {
        self.game.actions(agent)
    }

    fn states(&self) -> usize {
        self.game.states()
    }

    fn reset(&mut self, seed: u64) -> Result<usize, PricingError> {
        self.game.reset(seed)
    }

    fn step(&mut self, actions: &[usize]) -> Result<Step<'_>, PricingError> {
        let counts = self.game.game().action_counts().iter().zip(actions);
        let joint = counts.fold(0, |joint, (count, action)| joint * count + action);
        let step = self.game.step(actions)?;
        self.watch.played(joint);
        Ok(step)
    }
}
