use super::EnvironmentError;

/// A rule of [`Environment`](crate::pricing::environment::Environment) that is not kept. Periods are
/// counted from 1; 0 is the reset.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Violation {
    /// Nobody acts.
    #[error("`agents` is 0: there must be at least one")]
    NoAgents,
    /// An agent cannot act.
    #[error("`actions({agent})` is 0: each agent needs at least one action")]
    NoActions {
        /// The agent.
        agent: usize,
    },
    /// Nothing can be observed.
    #[error("`states` is 0: there must be at least one")]
    NoStates,
    /// Sizes are not constants of the environment.
    #[error("the numbers of agents, actions or states changed while seed {seed} was played")]
    SizesChange {
        /// The seed.
        seed: u64,
    },
    /// A call that must succeed failed.
    #[error("period {period} of seed {seed} was refused although its actions exist: {cause}")]
    Refused {
        /// The seed.
        seed: u64,
        /// The period.
        period: usize,
        /// The error.
        cause: EnvironmentError,
    },
    /// A state out of range.
    #[error("period {period} of seed {seed}: observation {observation}, but `states` is {states}")]
    Observation {
        /// The seed.
        seed: u64,
        /// The period.
        period: usize,
        /// The state.
        observation: usize,
        /// How many there are.
        states: usize,
    },
    /// Not one reward per agent.
    #[error("period {period} of seed {seed}: {found} rewards for {agents} agents")]
    Rewards {
        /// The seed.
        seed: u64,
        /// The period.
        period: usize,
        /// The number of rewards.
        found: usize,
        /// The number of agents.
        agents: usize,
    },
    /// A reward that is not a number.
    #[error("period {period} of seed {seed}: the reward of agent {agent} is {value}")]
    RewardNotFinite {
        /// The seed.
        seed: u64,
        /// The period.
        period: usize,
        /// The agent.
        agent: usize,
        /// The reward.
        value: f64,
    },
    /// An action that does not exist was played.
    #[error("`step` accepted action {action} of agent {agent}, who has {actions}: refuse it")]
    ActionAccepted {
        /// The agent.
        agent: usize,
        /// The action.
        action: usize,
        /// How many there are.
        actions: usize,
    },
    /// A wrong number of actions was played.
    #[error("`step` accepted {found} actions for {agents} agents: refuse it")]
    CountAccepted {
        /// The number of actions.
        found: usize,
        /// The number of agents.
        agents: usize,
    },
    /// An episode went on after its end.
    #[error("`step` played a period after the end of the episode: refuse it until `reset`")]
    StepAfterEnd,
    /// One seed gave two rollouts.
    #[error(
        "seed {seed} and the same actions gave something else in period {period} of a second \
         rollout: take all randomness from the seed, and let `reset` forget everything"
    )]
    NotReproducible {
        /// The seed.
        seed: u64,
        /// The first period that differs.
        period: usize,
    },
    /// A refused call changed what came after.
    #[error(
        "seed {seed}: period {period} changed after `step` had refused an action: a refused call \
         must leave the environment as it was"
    )]
    RefusalLeavesTrace {
        /// The seed.
        seed: u64,
        /// The first period that differs.
        period: usize,
    },
}

impl Violation {
    /// The same, found in this period.
    pub(super) fn at(mut self, found: usize) -> Self {
        if let Self::NotReproducible { period, .. } | Self::RefusalLeavesTrace { period, .. } =
            &mut self
        {
            *period = found;
        }
        self
    }
}
