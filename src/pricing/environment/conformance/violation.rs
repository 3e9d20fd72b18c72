use crate::pricing::PricingError;

/// A violated rule of [`Environment`](crate::pricing::environment::Environment). Periods are
/// counted from 1; 0 is the reset.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Violation {
    /// There are no agents.
    #[error("`agents` is 0: there must be at least one")]
    NoAgents,
    /// An agent has no actions.
    #[error("`actions({agent})` is 0: each agent needs at least one action")]
    NoActions {
        /// The agent.
        agent: usize,
    },
    /// There are no states.
    #[error("`states` is 0: there must be at least one")]
    NoStates,
    /// The numbers of agents, actions or states are not constant.
    #[error(
        "the numbers of agents, actions or states changed while an episode with seed {seed} was \
         played"
    )]
    SizesChange {
        /// The seed.
        seed: u64,
    },
    /// A valid call failed.
    #[error("period {period} of seed {seed} was rejected although its actions exist: {cause}")]
    Refused {
        /// The seed.
        seed: u64,
        /// The period.
        period: usize,
        /// The error.
        cause: PricingError,
    },
    /// An observation is out of range.
    #[error("period {period} of seed {seed}: observation {observation}, but `states` is {states}")]
    Observation {
        /// The seed.
        seed: u64,
        /// The period.
        period: usize,
        /// The state.
        observation: usize,
        /// Number of states.
        states: usize,
    },
    /// The number of rewards is not the number of agents.
    #[error("period {period} of seed {seed}: {found} rewards for {agents} agents")]
    Rewards {
        /// The seed.
        seed: u64,
        /// The period.
        period: usize,
        /// Number of rewards.
        found: usize,
        /// Number of agents.
        agents: usize,
    },
    /// A reward is not finite.
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
    /// `step` accepted an action that does not exist.
    #[error("`step` accepted action {action} of agent {agent}, who has {actions}: return an error")]
    ActionAccepted {
        /// The agent.
        agent: usize,
        /// The action.
        action: usize,
        /// Number of actions.
        actions: usize,
    },
    /// `step` accepted a wrong number of actions.
    #[error("`step` accepted {found} actions for {agents} agents: return an error")]
    CountAccepted {
        /// Number of actions.
        found: usize,
        /// Number of agents.
        agents: usize,
    },
    /// `step` played a period after the end of an episode.
    #[error(
        "`step` played a period after the end of the episode: return an error until `reset` is \
         called"
    )]
    StepAfterEnd,
    /// Two rollouts with the same seed differ.
    #[error(
        "seed {seed} and the same actions gave another result in period {period} of a second \
         rollout: draw all random numbers from the seed, and let `reset` clear all state"
    )]
    NotReproducible {
        /// The seed.
        seed: u64,
        /// First period that differs.
        period: usize,
    },
    /// A rejected call changed the following periods.
    #[error(
        "seed {seed}: period {period} changed after `step` rejected an action: a rejected call \
         must leave the environment unchanged"
    )]
    RefusalLeavesTrace {
        /// The seed.
        seed: u64,
        /// First period that differs.
        period: usize,
    },
}

impl Violation {
    /// Returns the violation with this period.
    pub(super) fn at(mut self, found: usize) -> Self {
        if let Self::NotReproducible { period, .. } | Self::RefusalLeavesTrace { period, .. } =
            &mut self
        {
            *period = found;
        }
        self
    }
}
