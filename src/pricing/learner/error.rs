use std::path::PathBuf;

/// Settings of a learner are out of range or do not fit its game.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LearnerError {
    /// A learning rate is outside (0, 1].
    #[error("alpha is {alpha}: a learning rate is above 0 and at most 1")]
    Alpha {
        /// The learning rate.
        alpha: f64,
    },
    /// A discount factor is outside [0, 1).
    #[error("delta is {delta}: a discount factor is at least 0 and below 1")]
    Delta {
        /// The discount factor.
        delta: f64,
    },
    /// A parameter of exploration is out of range.
    #[error("exploration: {parameter} is {value}, but must be {range}")]
    Exploration {
        /// Name of the parameter.
        parameter: &'static str,
        /// Its value.
        value: f64,
        /// Valid range.
        range: &'static str,
    },
    /// The number of expected visits is too small for any decay.
    #[error(
        "exploration: {visits} expected visits are fewer than the {least} from exploration in the \
         first period alone: increase the number, or use fewer actions"
    )]
    TooFewVisits {
        /// Requested number of visits.
        visits: f64,
        /// Smallest possible number.
        least: f64,
    },
    /// The number of expected visits is so large that the decay rounds to 0.
    #[error(
        "exploration: {visits} expected visits need a decay that rounds to 0: decrease the number"
    )]
    TooManyVisits {
        /// Requested number of visits.
        visits: f64,
    },
    /// Exploration by visits requires a game.
    #[error(
        "exploration by visits requires a game: give beta instead, for example from \
         `beta_for_visits`"
    )]
    VisitsWithoutGame,
    /// An initial value is not finite, or a range is empty.
    #[error("initial Q: {what} is {value}: {remedy}")]
    InitialValue {
        /// The setting.
        what: &'static str,
        /// Its value.
        value: f64,
        /// Suggested correction.
        remedy: &'static str,
    },
    /// Fixed rivals do not fit the game.
    #[error("initial Q: fixed rivals {rivals:?} do not fit agent {agent}: {reason}")]
    Rivals {
        /// The actions given.
        rivals: Vec<usize>,
        /// Index of the agent.
        agent: usize,
        /// Reason.
        reason: &'static str,
    },
    /// A table has the wrong size.
    #[error(
        "the table has {found_states} states and {found_actions} actions, but {states} states and \
         {actions} actions are required"
    )]
    TableSize {
        /// States of the table.
        found_states: usize,
        /// Actions of the table.
        found_actions: usize,
        /// Required number of states.
        states: usize,
        /// Required number of actions.
        actions: usize,
    },
    /// The number of values of a table does not match its states and actions.
    #[error(
        "a table of {states} states and {actions} actions has {found} values: give one for each, \
         state by state"
    )]
    TableValues {
        /// Number of states.
        states: usize,
        /// Number of actions.
        actions: usize,
        /// Number of values.
        found: usize,
    },
    /// A value is not finite.
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
        "a table of {states} states and {actions} actions takes {bytes} bytes, more than the \
         {limit} that this process may use"
    )]
    TooLarge {
        /// Number of states.
        states: usize,
        /// Number of actions.
        actions: usize,
        /// Size of the table, in bytes.
        bytes: u128,
        /// Memory limit, in bytes.
        limit: u128,
    },
    /// The settings are invalid for the kind.
    #[error("{reason}")]
    Settings {
        /// Position and reason, on one line.
        reason: String,
    },
    /// The kind of learner is unknown.
    #[error(
        "learner {kind:?} is unknown: use \"q_learning\", \"sarsa\", \
         \"synchronous_q_learning\", \"bandit\", \"fixed\" or one that \
         registered with `register_learner` ({registered:?})"
    )]
    UnknownKind {
        /// Name of the kind.
        kind: String,
        /// Registered user-defined kinds.
        registered: Vec<String>,
    },
    /// The kind of learner does not have the setting.
    #[error("learners of the kind {kind:?} have no {field}: remove that axis")]
    NoSetting {
        /// The kind.
        kind: String,
        /// The setting.
        field: &'static str,
    },
    /// An error of a user-defined learner.
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
    /// A file does not contain a table.
    #[error("{path} is not a table of values: {reason}", path = path.display())]
    NotATable {
        /// The file.
        path: PathBuf,
        /// Reason.
        reason: String,
    },
}
