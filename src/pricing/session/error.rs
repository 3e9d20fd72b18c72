use crate::pricing::{environment::EnvironmentError, game::NormalFormError, learner::LearnerError};

/// A session is invalid, or was stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SessionError {
    /// The number of learners is not the number of agents.
    #[error("{found} learners were given for {agents} agents: give one for each")]
    Learners {
        /// Number of learners given.
        found: usize,
        /// Number of agents.
        agents: usize,
    },
    /// The settings of a learner are invalid.
    #[error("learner of agent {agent}: {cause}")]
    Learner {
        /// The agent.
        agent: usize,
        /// Cause of the error.
        cause: LearnerError,
    },
    /// The environment is invalid, or failed.
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    /// The environment returned a state that does not exist.
    #[error("the environment returned state {state}, but has only {states}, counted from 0")]
    Observation {
        /// The state.
        state: usize,
        /// Number of states.
        states: usize,
    },
    /// The number of rewards is not the number of agents.
    #[error("the environment gave {found} rewards to {agents} agents: it must give one for each")]
    Rewards {
        /// Number of rewards given.
        found: usize,
        /// Number of agents.
        agents: usize,
    },
    /// A reward is not finite.
    #[error(
        "the environment gave agent {agent} the reward {value} in period {periods}: rewards must \
         be finite"
    )]
    Reward {
        /// The agent.
        agent: usize,
        /// The reward.
        value: f64,
        /// The period, counted from 1.
        periods: u64,
    },
    /// A number of periods is 0.
    #[error("convergence: {what} is 0 periods: give at least one")]
    NoPeriods {
        /// The setting.
        what: &'static str,
    },
    /// A learner reads the game although platforms move in turn or demand varies.
    #[error(
        "learner of agent {agent}: {kind} reads rewards of one period from the game, which \
         supports neither moves in turn nor demand that varies: use another kind"
    )]
    ReadsGame {
        /// The agent.
        agent: usize,
        /// Kind of the learner.
        kind: String,
    },
    /// Moves in turn are combined with varying demand.
    #[error(
        "moves in turn with varying demand are not supported: leave out `demand`, or use \
         `moves = \"simultaneous\"`"
    )]
    TurnDemand,
    /// Moves in turn are combined with a memory other than one period.
    #[error(
        "a memory of {memory} periods with moves in turn: the mover observes exactly the prices \
         that the others hold; give a memory of 1"
    )]
    TurnMemory {
        /// Number of periods remembered.
        memory: usize,
    },
    /// The rewards of the periods between two turns are not finite.
    #[error("rewards of the periods between two turns: {cause}")]
    TurnRewards {
        /// Cause of the error.
        cause: NormalFormError,
    },
    /// The tables of all concurrent sessions do not fit into memory.
    #[error(
        "sessions on {threads} threads need {bytes} bytes, more than the {limit} that this process \
         may use: use fewer threads, fewer actions or a shorter memory"
    )]
    TooLarge {
        /// Number of threads.
        threads: usize,
        /// Size of the tables, in bytes.
        bytes: u128,
        /// Memory limit, in bytes.
        limit: u128,
    },
    /// The caller stopped the session.
    #[error("stopped after {periods} periods, before convergence")]
    Stopped {
        /// Number of periods played.
        periods: u64,
    },
}
