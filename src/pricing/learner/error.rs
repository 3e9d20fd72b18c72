use std::path::PathBuf;

/// Settings of a learner that are out of range, or do not fit its game.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LearnerError {
    /// A learning rate outside (0, 1].
    #[error("alpha is {alpha}: a learning rate is above 0 and at most 1")]
    Alpha {
        /// The learning rate.
        alpha: f64,
    },
    /// A discount factor outside [0, 1).
    #[error("delta is {delta}: a discount factor is at least 0 and below 1")]
    Delta {
        /// The discount factor.
        delta: f64,
    },
    /// A parameter of exploration is out of range.
    #[error("exploration: {parameter} is {value}, but must be {range}")]
    Exploration {
        /// The parameter.
        parameter: &'static str,
        /// Its value.
        value: f64,
        /// What it may be.
        range: &'static str,
    },
    /// So few expected visits that no decay is fast enough.
    #[error(
        "exploration: {visits} expected visits are fewer than the {least} that exploration in the \
         first period alone brings: ask for more, or use fewer actions"
    )]
    TooFewVisits {
        /// The visits asked for.
        visits: f64,
        /// The fewest possible.
        least: f64,
    },
    /// So many expected visits that the decay cannot be told from none.
    #[error(
        "exploration: {visits} expected visits need a decay too slow for a number: ask for fewer"
    )]
    TooManyVisits {
        /// The visits asked for.
        visits: f64,
    },
    /// Visits are counted for players of a game, and there is none.
    #[error("exploration by visits needs the game: give beta, for example from `beta_for_visits`")]
    VisitsWithoutGame,
    /// An initial value is not a number, or a range is empty.
    #[error("initial Q: {what} is {value}: {remedy}")]
    InitialValue {
        /// The setting.
        what: &'static str,
        /// Its value.
        value: f64,
        /// What to do.
        remedy: &'static str,
    },
    /// Fixed rivals do not fit the game.
    #[error("initial Q: fixed rivals {rivals:?} do not fit agent {agent}: {reason}")]
    Rivals {
        /// The actions given.
        rivals: Vec<usize>,
        /// The agent whose rivals they are.
        agent: usize,
        /// What is wrong.
        reason: &'static str,
    },
    /// A table of another size.
    #[error(
        "a table of {found_states} states and {found_actions} actions was given where {states} \
         states and {actions} actions are needed"
    )]
    TableSize {
        /// States of the table.
        found_states: usize,
        /// Actions of the table.
        found_actions: usize,
        /// States needed.
        states: usize,
        /// Actions needed.
        actions: usize,
    },
    /// A table whose number of values is not that of its states and actions.
    #[error(
        "a table of {states} states and {actions} actions has {found} values: give one for each, state by state"
    )]
    TableValues {
        /// Its states.
        states: usize,
        /// Its actions.
        actions: usize,
        /// Its values.
        found: usize,
    },
    /// A value that is not a number.
    #[error("the value of action {action} in state {state} is {value}: values must be finite")]
    NotFinite {
        /// The state.
        state: usize,
        /// The action.
        action: usize,
        /// The value.
        value: f64,
    },
    /// The values do not fit into memory.
    #[error(
        "a table of {states} states and {actions} actions takes {bytes} bytes, more than the {limit} that this process may use"
    )]
    TooLarge {
        /// Its states.
        states: usize,
        /// Its actions.
        actions: usize,
        /// What it takes.
        bytes: u128,
        /// What there is.
        limit: u128,
    },
    /// Settings that the kind does not take.
    #[error("{reason}")]
    Settings {
        /// Where and why, on one line.
        reason: String,
    },
    /// A kind of learner that is not known.
    #[error(
        "learner {kind:?} is unknown: use \"q_learning\", \"sarsa\", \
         \"synchronous_q_learning\", \"bandit\", \"fixed\" or one that \
         `register_learner` has made known ({registered:?})"
    )]
    UnknownKind {
        /// The name.
        kind: String,
        /// The kinds of one's own that are registered.
        registered: Vec<String>,
    },
    /// A setting that the kind of learner does not have.
    #[error("learners of the kind {kind:?} have no {field}: leave that axis out")]
    NoSetting {
        /// The kind.
        kind: String,
        /// The setting.
        field: &'static str,
    },
    /// An error of a learner that is not of this crate.
    #[error("{0}")]
    Other(String),
    /// A file could not be read or written.
    #[error("{path}: {cause}", path = path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The cause.
        cause: std::io::Error,
    },
    /// A file does not hold a table.
    #[error("{path} is not a table of values: {reason}", path = path.display())]
    NotATable {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}
