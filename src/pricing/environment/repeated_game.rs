use std::sync::Arc;

use super::{ActionHistory, Environment, EnvironmentError, InitialState, Step};
use crate::pricing::game::NormalFormGame;

/// A game in normal form, played again and again by agents who observe the last joint actions.
///
/// Rewards are the game's [learning rewards](NormalFormGame::learning_rewards). The game never
/// terminates; with a [horizon](Self::with_horizon) it is truncated.
///
/// ```
/// use fireweed::pricing::{
///     environment::{Environment, InitialState, RepeatedGame},
///     game::NormalFormGame,
/// };
///
/// let dilemma = NormalFormGame::new(vec![2, 2], vec![2.0, 2.0, 5.0, 0.0, 0.0, 5.0, 4.0, 4.0])?;
/// let mut repeated = RepeatedGame::new(dilemma, 1, InitialState::Fixed(3))?;
/// assert_eq!((repeated.reset(1)?, repeated.states()), (3, 4));
/// let step = repeated.step(&[0, 1])?;
/// assert_eq!((step.observation, step.rewards), (1, &[5.0, 0.0][..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct RepeatedGame {
    game: Arc<NormalFormGame>,
    history: ActionHistory,
    initial: InitialState,
    horizon: Option<u64>,
    episode: Option<Episode>,
}

#[derive(Clone, Copy, Debug)]
struct Episode {
    state: usize,
    periods: u64,
}

impl RepeatedGame {
    /// The game with states of the last `memory` joint actions.
    ///
    /// # Errors
    /// [`EnvironmentError`] where tables over these states do not fit into memory, or the initial
    /// state does not exist.
    pub fn new(
        game: impl Into<Arc<NormalFormGame>>,
        memory: usize,
        initial: InitialState,
    ) -> Result<Self, EnvironmentError> {
        let game = game.into();
        let history = ActionHistory::new(&game, memory)?;
        Self::with_history(&game, history, initial)
    }

    /// The game with states that are known to fit.
    pub(crate) fn with_history(
        game: &Arc<NormalFormGame>,
        history: ActionHistory,
        initial: InitialState,
    ) -> Result<Self, EnvironmentError> {
        initial.state(history.states(), 0)?;
        Ok(Self {
            game: Arc::clone(game),
            history,
            initial,
            horizon: None,
            episode: None,
        })
    }

    /// The same game, truncated after this many periods.
    ///
    /// # Errors
    /// [`EnvironmentError::Horizon`] for 0 periods.
    pub fn with_horizon(mut self, periods: u64) -> Result<Self, EnvironmentError> {
        if periods == 0 {
            return Err(EnvironmentError::Horizon);
        }
        self.horizon = Some(periods);
        self.episode = None;
        Ok(self)
    }

    /// The game of one period.
    pub fn game(&self) -> &NormalFormGame {
        &self.game
    }

    /// How states are numbered.
    pub fn history(&self) -> ActionHistory {
        self.history
    }

    fn joint(&self, actions: &[usize]) -> Result<usize, EnvironmentError> {
        let counts = self.game.action_counts();
        if actions.len() != counts.len() {
            return Err(EnvironmentError::Agents {
                found: actions.len(),
                agents: counts.len(),
            });
        }
        let mut joint = 0;
        for (agent, (&action, &count)) in actions.iter().zip(counts).enumerate() {
            if action >= count {
                return Err(EnvironmentError::NoSuchAction {
                    agent,
                    action,
                    actions: count,
                });
            }
            joint = joint * count + action;
        }
        Ok(joint)
    }
}

impl Environment for RepeatedGame {
    fn agents(&self) -> usize {
        self.game.agents()
    }

    fn actions(&self, agent: usize) -> usize {
        self.game.action_counts()[agent]
    }

    fn states(&self) -> usize {
        self.history.states()
    }

    fn reset(&mut self, seed: u64) -> Result<usize, EnvironmentError> {
        let state = self.initial.state(self.states(), seed)?;
        self.episode = Some(Episode { state, periods: 0 });
        Ok(state)
    }

    fn step(&mut self, actions: &[usize]) -> Result<Step<'_>, EnvironmentError> {
        let Episode { state, periods } = self.episode.ok_or(EnvironmentError::NotReset)?;
        if self.horizon.is_some_and(|horizon| periods >= horizon) {
            return Err(EnvironmentError::Ended { periods });
        }
        let joint = self.joint(actions)?;
        let (state, periods) = (self.history.next(state, joint), periods + 1);
        self.episode = Some(Episode { state, periods });
        Ok(Step {
            observation: state,
            rewards: self.game.learning_rewards(joint),
            terminated: false,
            truncated: self.horizon == Some(periods),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{super::conformance, *};

    fn ramp(actions: Vec<usize>) -> NormalFormGame {
        NormalFormGame::from_fn(actions, |played| {
            let sum: usize = played.iter().sum();
            played.iter().map(|&own| (own + sum) as f64).collect()
        })
        .unwrap()
    }

    #[test]
    fn it_conforms_for_every_memory_and_number_of_agents() {
        for actions in [vec![1], vec![4], vec![2, 3], vec![2, 3, 2]] {
            for memory in 0..3 {
                let endless =
                    RepeatedGame::new(ramp(actions.clone()), memory, InitialState::Random).unwrap();
                conformance::check(&mut endless.clone(), 5).unwrap();
                let mut cut = endless.with_horizon(7).unwrap();
                conformance::check(&mut cut, 5).unwrap();
            }
        }
    }

    #[test]
    fn rewards_are_what_learners_are_told() {
        let game = ramp(vec![2, 2])
            .with_penalty(1.0, |_, _| vec![0.5, 0.25])
            .unwrap();
        let mut repeated = RepeatedGame::new(game, 2, InitialState::Fixed(0)).unwrap();
        repeated.reset(0).unwrap();
        assert_eq!(repeated.step(&[1, 0]).unwrap().rewards, [1.5, 0.75]);
        let step = repeated.step(&[1, 1]).unwrap();
        assert_eq!(
            (step.observation, step.rewards),
            (2 * 4 + 3, &[2.5, 2.75][..])
        );
    }

    #[test]
    fn an_episode_is_cut_at_the_horizon_and_not_before() {
        let endless = RepeatedGame::new(ramp(vec![2, 2]), 1, InitialState::Fixed(0)).unwrap();
        let mut cut = endless.with_horizon(3).unwrap();
        assert!(matches!(cut.step(&[0, 0]), Err(EnvironmentError::NotReset)));
        for _ in 0..2 {
            cut.reset(1).unwrap();
            let ends: Vec<_> = (0..3)
                .map(|_| {
                    let step = cut.step(&[0, 1]).unwrap();
                    (step.terminated, step.truncated)
                })
                .collect();
            assert_eq!(ends, [(false, false), (false, false), (false, true)]);
            let error = cut.step(&[0, 0]).unwrap_err();
            assert!(matches!(error, EnvironmentError::Ended { periods: 3 }));
        }
    }

    #[test]
    fn what_cannot_be_played_is_named() {
        let message = |game: Result<RepeatedGame, EnvironmentError>| game.unwrap_err().to_string();
        let far = RepeatedGame::new(ramp(vec![2, 2]), 1, InitialState::Fixed(4));
        assert!(message(far).contains("initial state is 4"));
        let large = RepeatedGame::new(ramp(vec![15, 15]), 8, InitialState::Random);
        assert!(message(large).contains("a memory of 8 periods with 225 joint actions"));
        let game = RepeatedGame::new(ramp(vec![2, 2]), 1, InitialState::Random).unwrap();
        assert!(message(game.with_horizon(0)).contains("horizon is 0"));
    }
}
