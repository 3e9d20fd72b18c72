use std::path::PathBuf;

use crate::SettingError;

/// Error of a market, a game, a learner, a session or the analysis of their results.
///
/// Platforms, sides, agents, actions and states are counted from 0. Positions in a market are given
/// as in a market file: `cost[1][0]` is the cost of platform 1 on side 0.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PricingError {
    // Settings and files.
    /// A setting is out of range.
    #[error("{} is {}: {}", .0.name, .0.value, .0.expected)]
    Setting(SettingError),
    /// A number at a position in a list or table is out of range.
    #[error("{place} is {value}: {expected}")]
    Value {
        /// Position of the number.
        place: String,
        /// Its value.
        value: f64,
        /// The valid values, or a suggested correction.
        expected: &'static str,
    },
    /// Settings are invalid for the kind of learner or policy.
    #[error("{reason}")]
    Settings {
        /// Position and reason, on one line.
        reason: String,
    },
    /// A text is not a valid file.
    #[error("not a {kind}: {reason}")]
    File {
        /// Kind of the file: a market file or a scenario.
        kind: &'static str,
        /// Position and reason, on one line.
        reason: String,
    },
    /// The kind of learner or policy is unknown.
    #[error(
        "{what} {kind:?} is unknown: use {known} or a kind registered with `register_{what}` \
         ({registered:?})"
    )]
    UnknownKind {
        /// Learner or policy.
        what: &'static str,
        /// Name of the kind.
        kind: String,
        /// List of the built-in kinds.
        known: &'static str,
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
    /// The policy has no field that can be varied.
    #[error("the policy {kind:?} has no weight to vary: remove the axis or choose another policy")]
    NoWeight {
        /// The kind.
        kind: String,
    },
    /// The number of items is neither one nor the number of platforms or sides.
    #[error("{found} {what} for {expected} {each}: give one for all, or one for each")]
    OneOrEach {
        /// Number of items.
        found: usize,
        /// Name of the items, such as learners.
        what: &'static str,
        /// Number of platforms or sides.
        expected: usize,
        /// Platforms or sides.
        each: &'static str,
    },
    /// The number of items is not the number of agents.
    #[error("{found} {what} were given for {agents} agents: give one for each")]
    Agents {
        /// Number of items.
        found: usize,
        /// Name of the items, such as actions.
        what: &'static str,
        /// Number of agents.
        agents: usize,
    },
    /// A number of items is not the expected one.
    #[error("{found} {what}, but there are {expected}: {remedy}")]
    Count {
        /// Number of items.
        found: usize,
        /// Name of the items.
        what: String,
        /// Expected number.
        expected: usize,
        /// Suggested correction.
        remedy: &'static str,
    },
    /// An item does not exist.
    #[error("no {what} {found}: there are {count}, counted from 0")]
    NoSuch {
        /// Kind of the item, such as state.
        what: &'static str,
        /// Its index.
        found: usize,
        /// Number of items.
        count: usize,
    },
    /// Tables do not fit into memory.
    #[error("{tables} {bytes} bytes, more than the {limit} that this process may use: {remedy}")]
    TooLarge {
        /// Name of the tables, followed by a verb.
        tables: String,
        /// Size of the tables, in bytes.
        bytes: u128,
        /// Memory limit, in bytes.
        limit: u128,
        /// Suggested correction.
        remedy: &'static str,
    },
    /// A file could not be read or written.
    #[error("{path}: {cause}", path = path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Cause of the error.
        cause: std::io::Error,
    },
    /// An error, with the place where it occurred.
    #[error("{place}: {cause}")]
    At {
        /// A joint action, or the learner of an agent, for example.
        place: String,
        /// Cause of the error.
        cause: Box<Self>,
    },
    /// An error of a user-defined environment, learner or policy.
    #[error("{0}")]
    Other(Box<dyn std::error::Error + Send + Sync>),

    // Markets.
    /// A market has no platforms or sides, or a grid no prices.
    #[error("{whole} with 0 {parts}: give at least 1")]
    Empty {
        /// A market or a price grid.
        whole: &'static str,
        /// What is missing.
        parts: &'static str,
    },
    /// The product of platforms and sides is too large for dense matrices.
    #[error(
        "{platforms} platforms with {sides} sides: the model solves dense systems, so platforms \
         times sides must be at most {limit}"
    )]
    MarketTooLarge {
        /// Number of platforms.
        platforms: usize,
        /// Number of sides.
        sides: usize,
        /// Largest product.
        limit: usize,
    },
    /// A list has a length other than the number of platforms or sides.
    #[error("{place} has {found} entries, but needs {expected}, one for each of the {what}")]
    Length {
        /// Name of the list.
        place: String,
        /// What the entries stand for.
        what: &'static str,
        /// Required length.
        expected: usize,
        /// Actual length.
        found: usize,
    },
    /// A platform does not exist.
    #[error("there is no platform {platform}: the market has {platforms}, counted from 0")]
    NoSuchPlatform {
        /// Requested platform.
        platform: usize,
        /// Number of platforms.
        platforms: usize,
    },
    /// No fixed point of participation was found.
    #[error(
        "no participation found at prices {prices:.4?}: no method converged, with a smallest \
         residual of {residual:.1e}; externalities are large or heterogeneity is small; \
         `Market::fixed_points` searches from many starts"
    )]
    NotSettled {
        /// The prices, platform by platform.
        prices: Vec<f64>,
        /// Largest difference between a share and the choice of users who expect these shares.
        residual: f64,
    },
    /// No finite prices lead to the participation.
    #[error(
        "no finite price gives {place} = {value}: participation must be above 0, and below 1 in \
         total on each side"
    )]
    Unreachable {
        /// The share, or the outside share.
        place: String,
        /// Its value.
        value: f64,
    },
    /// A share is not in the valid range.
    #[error(
        "invalid shares: {place} is {value}; shares must be at least 0, and at most 1 in total on \
         each side"
    )]
    NoShare {
        /// The share, or the total of a side.
        place: String,
        /// Its value.
        value: f64,
    },
    /// Demand has no slope: fixed points of participation merge in a fold.
    #[error(
        "demand has no slope at participation {shares:.4?}: fixed points of participation merge \
         there; use smaller externalities or other prices"
    )]
    NoSlope {
        /// Participation, platform by platform.
        shares: Vec<f64>,
    },

    // Equilibria.
    /// A solver did not converge.
    #[error("{what} not found: {}", not_converged(*.reached, *.residual, *.has_externalities))]
    NotConverged {
        /// Name of the solution, such as competition or collusion.
        what: &'static str,
        /// Largest share of the externalities for which there was a solution, below 1.
        reached: f64,
        /// Largest residual of the first-order conditions, in units of the largest amount of money
        /// in the market; NaN if it could not be computed.
        residual: f64,
        /// Whether the market has externalities.
        has_externalities: bool,
    },
    /// A maximization of profit did not converge.
    #[error(
        "{what} not found: from every start, the first-order conditions kept a residual of \
         {residual:.1e} or more; {}",
        remedy(*.has_externalities)
    )]
    NoMaximum {
        /// Name of the maximum.
        what: String,
        /// Smallest residual over the starts, in units of the largest amount of money in the
        /// market; NaN if it could not be computed.
        residual: f64,
        /// Whether the market has externalities.
        has_externalities: bool,
    },
    /// A formula for identical platforms was used for platforms that differ.
    #[error(
        "the symmetric formula requires platforms with equal quality and cost: use `competition` \
         or `asymmetric_competition`"
    )]
    NotSymmetric,
    /// The caller stopped the computation of the benchmarks.
    #[error("stopped before the benchmarks were found")]
    BenchmarksStopped,

    // Games.
    /// Prices are not increasing.
    #[error(
        "prices[{index}] = {price} is not above prices[{}] = {before}: list prices in ascending \
         order, each once",
        index - 1
    )]
    NotAscending {
        /// Position of the price that is too small.
        index: usize,
        /// That price.
        price: f64,
        /// Previous price.
        before: f64,
    },
    /// A range has no width.
    #[error(
        "{points} prices from {low} to {high}: the range is too narrow for distinct prices; give \
         other ends, a list of prices, or 1 price"
    )]
    NoWidth {
        /// Lower end.
        low: f64,
        /// Upper end.
        high: f64,
        /// Number of prices requested.
        points: usize,
    },
    /// A grid has more prices than a game can enumerate.
    #[error("a price grid with {points} prices: give at most {limit}")]
    TooManyPoints {
        /// Number of prices requested.
        points: usize,
        /// Largest number of prices.
        limit: usize,
    },
    /// A game on price grids has more joint actions than fit into memory.
    #[error(
        "{platforms} platforms with {actions:?} actions have {joint_actions:.3e} joint actions, \
         and their profits take {bytes:.3e} bytes, above the limit of {limit}: use fewer prices \
         per side"
    )]
    GameTooLarge {
        /// Number of platforms.
        platforms: usize,
        /// Actions of each platform; saturates on overflow.
        actions: Vec<usize>,
        /// Number of joint actions.
        joint_actions: f64,
        /// Bytes of the table of profits.
        bytes: f64,
        /// Limit in bytes.
        limit: usize,
    },
    /// The game has no agents.
    #[error("a game needs at least one agent: give the number of actions of each")]
    NoAgents,
    /// An agent has no actions.
    #[error("agent {agent} has no actions: give each agent at least one")]
    NoActions {
        /// The agent.
        agent: usize,
    },
    /// A table of a game has the wrong number of entries.
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
    /// An entry of a table of a game is not finite.
    #[error(
        "{what}: agent {agent} has {value} in joint action {joint}: every entry must be finite"
    )]
    Entry {
        /// Name of the table.
        what: &'static str,
        /// The agent.
        agent: usize,
        /// The joint action.
        joint: usize,
        /// Value of the entry.
        value: f64,
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

    // Environments.
    /// `step` was called before the first `reset`.
    #[error("no episode is running: call `reset` before `step`")]
    NotReset,
    /// `step` was called after the end of the episode.
    #[error("the episode is over after {periods} periods: call `reset` to start another")]
    Ended {
        /// Length of the episode.
        periods: u64,
    },
    /// The initial state does not exist.
    #[error("the initial state is {state}, but there are only {states}, counted from 0")]
    InitialState {
        /// The state.
        state: usize,
        /// Number of states.
        states: usize,
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

    // Learners.
    /// No decay of exploration gives the number of expected visits.
    #[error("exploration: {visits} expected visits {reason}")]
    Visits {
        /// Requested number of visits.
        visits: f64,
        /// Reason and suggested correction.
        reason: String,
    },
    /// Exploration by visits requires a game.
    #[error(
        "exploration by visits requires a game: give beta instead, for example from \
         `beta_for_visits`"
    )]
    VisitsWithoutGame,
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
    /// A table of values has the wrong size.
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
    /// A file does not contain a table of values.
    #[error("{path} is not a table of values: {reason}", path = path.display())]
    NotATable {
        /// The file.
        path: PathBuf,
        /// Reason.
        reason: String,
    },

    // Policies and scenarios.
    /// The number of caps is not the number of sides.
    #[error("{found} price caps, but the market has {sides} sides: give one for each")]
    Caps {
        /// Number of caps.
        found: usize,
        /// Number of sides.
        sides: usize,
    },
    /// A cap excludes all prices of a grid.
    #[error(
        "a price cap of {cap} on side {side} excludes all prices of platform {platform}: its \
         lowest is {lowest}; raise the cap or extend the grid"
    )]
    NothingRemains {
        /// Cap.
        cap: f64,
        /// The side.
        side: usize,
        /// The platform.
        platform: usize,
        /// Lowest price of the platform.
        lowest: f64,
    },
    /// The benchmarks belong to another market.
    #[error("benchmarks of {found} prices for a market of {expected}: solve them for this market")]
    OtherMarket {
        /// Number of prices of the benchmarks.
        found: usize,
        /// Number of prices of the market.
        expected: usize,
    },
    /// The benchmarks were computed for a different demand process.
    #[error("the benchmarks belong to another demand process: use `Scenario::benchmarks`")]
    OtherDemand,

    // Sessions.
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
    /// The caller stopped the session.
    #[error("stopped after {periods} periods, before convergence")]
    Stopped {
        /// Number of periods played.
        periods: u64,
    },

    // Analysis.
    /// All platforms deviate at the same time although they move in turn.
    #[error("platforms move in turn, so they cannot deviate at the same time: select one platform")]
    TurnDeviation,
    /// A number of periods is too large.
    #[error("{found} {what}: give at most {most}, or a permanent deviation")]
    TooManyPeriods {
        /// Name of the periods.
        what: &'static str,
        /// Number requested.
        found: usize,
        /// Largest number.
        most: usize,
    },
}

impl PricingError {
    /// Returns whether the caller stopped the computation.
    pub fn was_stopped(&self) -> bool {
        matches!(self, Self::Stopped { .. } | Self::BenchmarksStopped)
    }

    /// Returns the error with the place where it occurred.
    pub(super) fn at(self, place: impl Into<String>) -> Self {
        Self::At {
            place: place.into(),
            cause: Box::new(self),
        }
    }

    /// Returns the error of the learner of an agent.
    pub(super) fn of_learner(agent: usize) -> impl FnOnce(Self) -> Self {
        move |cause| cause.at(format!("learner of agent {agent}"))
    }
}

// Not `#[from]`, which also sets the source: the message already has all parts of the cause.
impl From<SettingError> for PricingError {
    fn from(error: SettingError) -> Self {
        Self::Setting(error)
    }
}

fn not_converged(reached: f64, residual: f64, has_externalities: bool) -> String {
    let left = format!("the first-order conditions have a residual of {residual:.1e}");
    match has_externalities {
        true => format!(
            "starting from no externalities, the solver reached {:.1} % of them, where {left}; the \
             branch of equilibria ends there; {}",
            100.0 * reached,
            remedy(true)
        ),
        false => format!("{left}; {}", remedy(false)),
    }
}

fn remedy(has_externalities: bool) -> &'static str {
    match has_externalities {
        true => "use smaller externalities or more heterogeneity",
        false => {
            "qualities, costs and outside utilities are too far apart for floating point: bring \
             them within 10^6 times the heterogeneity"
        }
    }
}
