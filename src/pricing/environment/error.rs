use crate::pricing::game::NormalFormError;

/// Invalid settings of an environment, or an invalid call.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EnvironmentError {
    /// `step` was called before the first `reset`.
    #[error("no episode is running: call `reset` before `step`")]
    NotReset,
    /// `step` was called after the end of the episode.
    #[error("the episode is over after {periods} periods: call `reset` to start another")]
    Ended {
        /// Length of the episode.
        periods: u64,
    },
    /// The number of actions is not the number of agents.
    #[error("{found} actions were given for {agents} agents: give one for each")]
    Agents {
        /// Number of actions given.
        found: usize,
        /// Number of agents.
        agents: usize,
    },
    /// An action of an agent does not exist.
    #[error("agent {agent} has no action {action}: it has {actions}, counted from 0")]
    NoSuchAction {
        /// The agent.
        agent: usize,
        /// The action.
        action: usize,
        /// Number of actions.
        actions: usize,
    },
    /// The games of low and high demand have other actions than the game.
    #[error(
        "the games of the demand states have {found:?} actions, but the game has {actions:?}: give \
         the same"
    )]
    DemandActions {
        /// Actions of the games of low and high demand.
        found: Vec<usize>,
        /// Actions of the game.
        actions: Vec<usize>,
    },
    /// The values of all states do not fit into memory.
    #[error(
        "a memory of {memory} periods with {joints} joint actions needs tables of {bytes} bytes, \
         more than the {limit} that this process may use: use fewer actions or a shorter memory"
    )]
    TooLarge {
        /// Number of periods remembered.
        memory: usize,
        /// Number of joint actions.
        joints: usize,
        /// Size of the tables of all agents, in bytes.
        bytes: u128,
        /// Memory limit, in bytes.
        limit: u128,
    },
    /// The initial state does not exist.
    #[error("the initial state is {state}, but there are only {states}, counted from 0")]
    InitialState {
        /// The state.
        state: usize,
        /// Number of states.
        states: usize,
    },
    /// The episode has no periods.
    #[error("the horizon is 0 periods: give at least one, or none for an endless game")]
    Horizon,
    /// The game is invalid.
    #[error(transparent)]
    Game(#[from] NormalFormError),
    /// An error of a user-supplied environment.
    #[error("{0}")]
    Other(Box<dyn std::error::Error + Send + Sync>),
}
