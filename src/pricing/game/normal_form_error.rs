/// An invalid game, or an action that it does not have.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NormalFormError {
    /// The game has no agents.
    #[error("a game needs at least one agent: give the number of actions of each")]
    NoAgents,
    /// An agent cannot do anything.
    #[error("agent {agent} has no actions: give each agent at least one")]
    NoActions {
        /// The agent.
        agent: usize,
    },
    /// The tables do not fit into memory.
    #[error(
        "the payoffs of {agents} agents with {actions:?} actions take {bytes} bytes, more than the \
         {limit} that this process may use: use fewer actions"
    )]
    TooLarge {
        /// The number of agents.
        agents: usize,
        /// Their numbers of actions.
        actions: Vec<usize>,
        /// What the table takes.
        bytes: u128,
        /// What there is.
        limit: u128,
    },
    /// A table has the wrong number of entries.
    #[error(
        "{what} have {found} entries, but {joints} joint actions of {agents} agents need \
         {expected}: list the agents of joint action 0, then those of 1, and so on"
    )]
    Entries {
        /// The table.
        what: &'static str,
        /// Its entries.
        found: usize,
        /// The number of joint actions.
        joints: usize,
        /// The number of agents.
        agents: usize,
        /// What is needed.
        expected: usize,
    },
    /// An entry is not a number.
    #[error(
        "{what}: agent {agent} has {value} in joint action {joint}: every entry must be finite"
    )]
    NotFinite {
        /// The table.
        what: &'static str,
        /// The agent.
        agent: usize,
        /// The joint action.
        joint: usize,
        /// The entry.
        value: f64,
    },
    /// The weight of a penalty is not a number.
    #[error("the weight of the penalty is {value}: give a finite number, 0 for no penalty")]
    PenaltyWeight {
        /// The weight.
        value: f64,
    },
    /// A joint action does not name one action per agent.
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
}
