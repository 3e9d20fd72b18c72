use std::sync::Arc;

use rand::{Rng, RngExt, SeedableRng, rngs::ChaCha8Rng, rngs::Xoshiro256PlusPlus};

use super::{ActionHistory, Environment, InitialState, Step};
use crate::{
    SettingError,
    pricing::{
        PricingError,
        game::{DemandGames, NormalFormGame},
    },
};

const HORIZON: &str = "give at least one, or none for an endless game";

/// A game in normal form, played repeatedly by agents who observe the last joint actions.
///
/// Rewards are the [learning rewards](NormalFormGame::learning_rewards) of the game; if demand
/// [varies](Self::with_demand), those of the game of the period. The game never terminates; with a
/// [horizon](Self::with_horizon) it is truncated.
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
    demand: Option<Arc<DemandGames>>,
    episode: Option<Episode>,
}

#[derive(Clone, Debug)]
struct Episode {
    state: usize,
    periods: u64,
    /// Demand of the period, 0 for low and 1 for high, and the generator of the next one.
    demand: usize,
    rng: Xoshiro256PlusPlus,
}

impl RepeatedGame {
    /// Creates the game with states of the last `memory` joint actions.
    ///
    /// # Errors
    /// Returns an error if tables over these states do not fit into memory, or if the initial state
    /// does not exist.
    pub fn new(
        game: impl Into<Arc<NormalFormGame>>,
        memory: usize,
        initial: InitialState,
    ) -> Result<Self, PricingError> {
        let game = game.into();
        let history = ActionHistory::new(&game, memory)?;
        Self::with_history(&game, history, initial)
    }

    /// Creates the game with states that are known to fit.
    pub(crate) fn with_history(
        game: &Arc<NormalFormGame>,
        history: ActionHistory,
        initial: InitialState,
    ) -> Result<Self, PricingError> {
        initial.state(history.states(), 0)?;
        Ok(Self {
            game: Arc::clone(game),
            history,
            initial,
            horizon: None,
            demand: None,
            episode: None,
        })
    }

    /// Lets demand vary: each period plays the game of low or of high demand. The first demand has
    /// the stationary distribution. If agents observe demand, a fixed initial state sets only the
    /// remembered actions, and demand is drawn.
    ///
    /// # Errors
    /// Returns an error if the games differ from this one in their actions, if tables over the
    /// states with observed demand do not fit into memory, or if the initial state does not exist.
    pub fn with_demand(mut self, games: impl Into<Arc<DemandGames>>) -> Result<Self, PricingError> {
        let games = games.into();
        let (found, counts) = (games.game(0).action_counts(), self.game.action_counts());
        if found != counts {
            let agents = counts.len();
            return Err(match found.len() == agents {
                false => PricingError::Agents {
                    found: found.len(),
                    what: "actions",
                    agents,
                },
                true => PricingError::DemandActions {
                    found: found.to_vec(),
                    actions: counts.to_vec(),
                },
            });
        }
        let (memory, signals) = (self.history.memory(), games.signals());
        if self.history.signals() != signals {
            self.history = ActionHistory::with_signals(&self.game, memory, signals)?;
            if let InitialState::Fixed(state) = self.initial {
                self.initial = InitialState::Fixed(state * signals);
            }
        }
        self.demand = Some(games);
        self.episode = None;
        Ok(self)
    }

    /// Truncates the game after `periods` periods.
    ///
    /// # Errors
    /// Returns [`PricingError::Setting`] if there are 0 periods.
    pub fn with_horizon(mut self, periods: u64) -> Result<Self, PricingError> {
        if periods == 0 {
            return Err(SettingError::new("the horizon", "0 periods", HORIZON).into());
        }
        self.horizon = Some(periods);
        self.episode = None;
        Ok(self)
    }

    /// Returns the game of one period.
    pub fn game(&self) -> &NormalFormGame {
        &self.game
    }

    /// Returns the numbering of the states.
    pub fn history(&self) -> ActionHistory {
        self.history
    }

    fn joint(&self, actions: &[usize]) -> Result<usize, PricingError> {
        let counts = self.game.action_counts();
        if actions.len() != counts.len() {
            return Err(PricingError::Agents {
                found: actions.len(),
                what: "actions",
                agents: counts.len(),
            });
        }
        let mut joint = 0;
        for (agent, (&action, &count)) in actions.iter().zip(counts).enumerate() {
            if action >= count {
                return Err(PricingError::NoSuchAction {
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

    fn reset(&mut self, seed: u64) -> Result<usize, PricingError> {
        let drawn = self.initial.state(self.states(), seed)?;
        // A separate stream, so that demand does not change the other draws of the seed.
        let mut source = ChaCha8Rng::seed_from_u64(seed);
        source.set_stream(1);
        let mut rng = Xoshiro256PlusPlus::from_rng(&mut source);
        let demand = match &self.demand {
            None => 0,
            Some(games) => draw(games.shocks().shares(), &mut rng),
        };
        let signals = self.history.signals();
        let state = match signals {
            1 => drawn,
            _ => drawn / signals * signals + demand,
        };
        self.episode = Some(Episode {
            state,
            periods: 0,
            demand,
            rng,
        });
        Ok(state)
    }

    fn step(&mut self, actions: &[usize]) -> Result<Step<'_>, PricingError> {
        let played = self.episode.as_ref().ok_or(PricingError::NotReset)?.periods;
        if self.horizon.is_some_and(|horizon| played >= horizon) {
            return Err(PricingError::Ended { periods: played });
        }
        let joint = self.joint(actions)?;
        let episode = self.episode.as_mut().ok_or(PricingError::NotReset)?;
        episode.periods += 1;
        let game = match &self.demand {
            None => {
                episode.state = self.history.next(episode.state, joint);
                &*self.game
            }
            Some(games) => {
                let now = episode.demand;
                episode.demand = draw(games.shocks().next(now), &mut episode.rng);
                let signal = episode.demand % self.history.signals();
                episode.state = self.history.next_with(episode.state, joint, signal);
                games.game(now)
            }
        };
        Ok(Step {
            observation: episode.state,
            rewards: game.learning_rewards(joint),
            terminated: false,
            truncated: self.horizon == Some(episode.periods),
        })
    }
}

/// Draws low or high demand with these probabilities. Takes one number of the generator.
fn draw([_, high]: [f64; 2], rng: &mut impl Rng) -> usize {
    usize::from(rng.random::<f64>() < high)
}

#[cfg(test)]
mod tests {
    use super::{super::conformance, *};
    use crate::pricing::market::DemandShocks;

    fn ramp(actions: Vec<usize>) -> NormalFormGame {
        NormalFormGame::from_fn(actions, |played| {
            let sum: usize = played.iter().sum();
            played.iter().map(|&own| (own + sum) as f64).collect()
        })
        .unwrap()
    }

    #[test]
    fn repeated_games_conform_for_every_memory_and_number_of_agents() {
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
    fn rewards_are_the_learning_rewards() {
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

    fn shocks(observed: bool) -> DemandShocks {
        DemandShocks {
            high: 0.3,
            persistence: 0.6,
            observed,
            ..DemandShocks::new(0.1).unwrap()
        }
    }

    fn in_demand(observed: bool, memory: usize) -> RepeatedGame {
        let low = ramp(vec![2, 2]);
        let high = NormalFormGame::from_fn(vec![2, 2], |played| vec![10.0 + played[0] as f64; 2]);
        let games = DemandGames::new(shocks(observed), low, high.unwrap()).unwrap();
        let expected = games.expected().unwrap();
        let game = RepeatedGame::new(expected, memory, InitialState::Random).unwrap();
        game.with_demand(games).unwrap()
    }

    #[test]
    fn games_with_demand_conform_whether_it_is_observed_or_not() {
        for memory in 0..3 {
            for observed in [false, true] {
                let mut game = in_demand(observed, memory);
                let states = 4_usize.pow(memory as u32) * if observed { 2 } else { 1 };
                assert_eq!(game.states(), states);
                conformance::check(&mut game, 5).unwrap();
                let mut cut = game.with_horizon(7).unwrap();
                conformance::check(&mut cut, 5).unwrap();
            }
        }
    }

    #[test]
    fn a_fixed_state_sets_the_remembered_actions() {
        for observed in [false, true] {
            let plain = in_demand(observed, 1);
            let game = plain.game().clone();
            let games = (*plain.demand.unwrap()).clone();
            let fixed = RepeatedGame::new(game, 1, InitialState::Fixed(3)).unwrap();
            let mut fixed = fixed.with_demand(games).unwrap();
            for seed in 0..20 {
                let state = fixed.reset(seed).unwrap();
                assert_eq!(fixed.history().joint_actions(state), [3]);
            }
        }
    }

    /// The share of high demand and its persistence; the observed demand is that of the payoffs.
    #[test]
    fn demand_follows_its_markov_chain() {
        let mut game = in_demand(true, 1);
        let mut state = game.reset(3).unwrap();
        let (mut high, mut stays) = (0.0, 0.0);
        const PERIODS: usize = 40_000;
        for _ in 0..PERIODS {
            let is_high = state % 2 == 1;
            let step = game.step(&[0, 0]).unwrap();
            assert_eq!(step.rewards[0] >= 10.0, is_high);
            state = step.observation;
            high += f64::from(u8::from(is_high));
            stays += f64::from(u8::from(is_high && state % 2 == 1));
        }
        let share = high / PERIODS as f64;
        assert!((share - 0.3).abs() < 0.02, "{share}");
        let stays = stays / high;
        assert!((stays - (0.6 + 0.4 * 0.3)).abs() < 0.02, "{stays}");
        let other = RepeatedGame::new(ramp(vec![3, 2]), 1, InitialState::Random).unwrap();
        let games = DemandGames::new(shocks(false), ramp(vec![2, 2]), ramp(vec![2, 2])).unwrap();
        let error = other.with_demand(games).unwrap_err().to_string();
        assert!(
            error.contains("[2, 2]") && error.contains("[3, 2]"),
            "{error}"
        );
    }

    #[test]
    fn an_episode_is_truncated_at_the_horizon_and_not_before() {
        let endless = RepeatedGame::new(ramp(vec![2, 2]), 1, InitialState::Fixed(0)).unwrap();
        let mut cut = endless.with_horizon(3).unwrap();
        assert!(matches!(cut.step(&[0, 0]), Err(PricingError::NotReset)));
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
            assert!(matches!(error, PricingError::Ended { periods: 3 }));
        }
    }

    #[test]
    fn invalid_calls_are_reported() {
        let message = |game: Result<RepeatedGame, PricingError>| game.unwrap_err().to_string();
        let far = RepeatedGame::new(ramp(vec![2, 2]), 1, InitialState::Fixed(4));
        assert!(message(far).contains("initial state is 4"));
        let large = RepeatedGame::new(ramp(vec![15, 15]), 8, InitialState::Random);
        assert!(message(large).contains("a memory of 8 periods with 225 joint actions"));
        let game = RepeatedGame::new(ramp(vec![2, 2]), 1, InitialState::Random).unwrap();
        assert!(message(game.with_horizon(0)).contains("horizon is 0"));
    }
}
