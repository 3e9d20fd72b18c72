/// An invalid game, or an action that does not exist.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NormalFormError {
    /// The game has no agents.
    #[error("a game needs at least one agent: give the number of actions of each")]
    NoAgents,
    /// An agent has no actions.
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
        /// Number of agents.
        agents: usize,
        /// Number of actions of each agent.
        actions: Vec<usize>,
        /// Size of the table, in bytes.
        bytes: u128,
        /// Memory limit, in bytes.
        limit: u128,
    },
    /// A table has the wrong number of entries.
    #[error(
        "{what} have {found} entries, but {joints} joint actions of {agents} agents need \
         {expected}: list the agents of joint action 0, then those of 1, and so on"
    )]
    Entries {
        /// Name of the table.
        what: &'static str,
        /// Number of entries.
        found: usize,
        /// Number of joint actions.
        joints: usize,
        /// Number of agents.
        agents: usize,
        /// Required number of entries.
        expected: usize,
    },
    /// An entry is not finite.
    #[error(
        "{what}: agent {agent} has {value} in joint action {joint}: every entry must be finite"
    )]
    NotFinite {
        /// Name of the table.
        what: &'static str,
        /// The agent.
        agent: usize,
        /// The joint action.
        joint: usize,
        /// Value of the entry.
        value: f64,
    },
    /// The weight of a penalty is not finite.
    #[error("the weight of the penalty is {value}: give a finite number, 0 for no penalty")]
    PenaltyWeight {
        /// The weight.
        value: f64,
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
}
