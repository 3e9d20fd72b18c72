use crate::pricing::game::NormalFormError;

/// Invalid settings of an environment, or a call that it refuses.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EnvironmentError {
    /// A step was asked for before the first reset.
    #[error("there is no episode yet: call `reset` before `step`")]
    NotReset,
    /// A step was asked for after the last one.
    #[error("the episode is over after {periods} periods: call `reset` to begin another")]
    Ended {
        /// The length of the episode.
        periods: u64,
    },
    /// Not one action per agent.
    #[error("{found} actions were given for {agents} agents: give one per agent")]
    Agents {
        /// The number given.
        found: usize,
        /// The number of agents.
        agents: usize,
    },
    /// An agent does not have this action.
    #[error("agent {agent} has no action {action}: it has {actions}, counted from 0")]
    NoSuchAction {
        /// The agent.
        agent: usize,
        /// The action.
        action: usize,
        /// How many there are.
        actions: usize,
    },
    /// The games of low and high demand do not have the actions of the game.
    #[error("the games of demand have {found:?} actions, the game {actions:?}: give the same")]
    DemandActions {
        /// Theirs.
        found: Vec<usize>,
        /// Those of the game.
        actions: Vec<usize>,
    },
    /// The values of all states do not fit into memory.
    #[error(
        "a memory of {memory} periods with {joints} joint actions needs tables of {bytes} bytes, \
         more than the {limit} that this process may use: use fewer actions or a shorter memory"
    )]
    TooLarge {
        /// The periods remembered.
        memory: usize,
        /// The number of joint actions.
        joints: usize,
        /// What the tables of all agents take.
        bytes: u128,
        /// What there is.
        limit: u128,
    },
    /// The first state does not exist.
    #[error("the initial state is {state}, but there are only {states}, counted from 0")]
    InitialState {
        /// The state.
        state: usize,
        /// How many there are.
        states: usize,
    },
    /// An episode of no periods.
    #[error("the horizon is 0 periods: give at least one, or none for an endless game")]
    Horizon,
    /// The game is invalid.
    #[error(transparent)]
    Game(#[from] NormalFormError),
    /// An error of an environment that is not of this crate.
    #[error("{0}")]
    Other(Box<dyn std::error::Error + Send + Sync>),
}
