use crate::pricing::{environment::EnvironmentError, game::NormalFormError, learner::LearnerError};

/// A session that is invalid, or was stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SessionError {
    /// Not one learner per agent.
    #[error("{found} learners were given for {agents} agents: give one per agent")]
    Learners {
        /// The number given.
        found: usize,
        /// The number of agents.
        agents: usize,
    },
    /// Invalid settings of a learner.
    #[error("learner of agent {agent}: {cause}")]
    Learner {
        /// The agent.
        agent: usize,
        /// The cause.
        cause: LearnerError,
    },
    /// The environment is invalid, or failed.
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    /// The environment observed a state that does not exist.
    #[error("the environment observed state {state}, but has only {states}, counted from 0")]
    Observation {
        /// The state.
        state: usize,
        /// How many there are.
        states: usize,
    },
    /// Not one reward for each agent.
    #[error("the environment gave {found} rewards to {agents} agents: it must give one to each")]
    Rewards {
        /// The number given.
        found: usize,
        /// The number of agents.
        agents: usize,
    },
    /// A reward that is not a finite number.
    #[error(
        "the environment gave agent {agent} the reward {value} in period {periods}: rewards must be finite"
    )]
    Reward {
        /// The agent.
        agent: usize,
        /// The reward.
        value: f64,
        /// The period, counted from 1.
        periods: u64,
    },
    /// A count of periods is zero.
    #[error("convergence: {what} is 0 periods: give at least one")]
    NoPeriods {
        /// The setting.
        what: &'static str,
    },
    /// A learner that reads the game, where platforms move in turn or demand varies.
    #[error(
        "learner of agent {agent}: {kind} reads rewards of one period from the game, which fits neither \
         moves in turn nor demand that varies: use another kind"
    )]
    ReadsGame {
        /// The agent.
        agent: usize,
        /// The kind of the learner.
        kind: String,
    },
    /// Moves in turn where demand varies.
    #[error(
        "moves in turn where demand varies are not modeled: leave out `demand`, or use \
         `moves = \"simultaneous\"`"
    )]
    TurnDemand,
    /// Moves in turn with another memory than one period.
    #[error(
        "a memory of {memory} periods with moves in turn: who moves sees the prices that the others \
         hold, no more and no less; give a memory of 1"
    )]
    TurnMemory {
        /// The periods remembered.
        memory: usize,
    },
    /// Rewards of the periods between two turns have left the range of numbers.
    #[error("rewards of the periods between two turns: {cause}")]
    TurnRewards {
        /// The cause.
        cause: NormalFormError,
    },
    /// The tables of all sessions at work do not fit into memory.
    #[error(
        "sessions on {threads} threads need {bytes} bytes, more than the {limit} that this process may use: \
         use fewer threads, fewer actions or a shorter memory"
    )]
    TooLarge {
        /// The number of threads.
        threads: usize,
        /// What the tables take.
        bytes: u128,
        /// What there is.
        limit: u128,
    },
    /// The caller asked to stop.
    #[error("stopped after {periods} periods, before convergence")]
    Stopped {
        /// The periods played.
        periods: u64,
    },
}
