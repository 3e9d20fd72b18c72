use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use rand::Rng;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeOwned, Error as _},
};

use super::{
    Bandit, Exploration, FixedAction, InitialQ, Learner, LearnerRule, QLearning, QTable,
    SarsaLearning, SynchronousQLearning,
};
use crate::pricing::{
    PricingError, checks::check_delta, environment::ActionHistory, game::NormalFormGame,
};

/// The learner of one platform in a scenario: a kind with its settings.
///
/// In TOML it is a table with the settings of the kind, next to its name in the field `kind`.
/// Without a name it is Q-learning:
///
#[derive(Clone, Debug, PartialEq)]
pub enum AnyLearner {
    /// Q-learning, for which sessions have a specialized engine.
    QLearning(QLearning),
    /// Any other kind.
    Other(OtherLearner),
}

/// A learner other than Q-learning: the rule with its settings.
#[derive(Clone, Debug)]
pub struct OtherLearner {
    rule: Arc<dyn LearnerRule>,
    settings: toml::Table,
    read: Read,
}

/// Reads the settings of one kind.
type Read = fn(toml::Table) -> Result<AnyLearner, PricingError>;

static REGISTERED: RwLock<BTreeMap<&'static str, Read>> = RwLock::new(BTreeMap::new());

/// The field that names the kind, and the name of Q-learning.
const KIND: &str = "kind";
const Q_LEARNING: &str = "q_learning";

const KINDS: &str = "\"q_learning\", \"sarsa\", \"synchronous_q_learning\", \"bandit\", \"fixed\"";

/// Registers a kind of learner for files that are read later in this process. A kind that is
/// already registered is replaced; built-in kinds are not.
pub fn register_learner<L>(kind: &'static str)
where
    L: LearnerRule + Serialize + DeserializeOwned + 'static,
{
    let mut known = REGISTERED.write().unwrap_or_else(PoisonError::into_inner);
    known.insert(kind, read::<L>);
}

fn one_line(error: impl std::fmt::Display) -> PricingError {
    PricingError::Settings {
        reason: error.to_string().trim().replace('\n', " "),
    }
}

fn read<L>(settings: toml::Table) -> Result<AnyLearner, PricingError>
where
    L: LearnerRule + Serialize + DeserializeOwned + 'static,
{
    AnyLearner::new(settings.try_into::<L>().map_err(one_line)?)
}

impl AnyLearner {
    /// Creates a learner other than Q-learning; its settings are the fields that serde serializes.
    ///
    /// # Errors
    /// Returns [`PricingError::Settings`] if TOML cannot represent the settings.
    pub fn new<L>(rule: L) -> Result<Self, PricingError>
    where
        L: LearnerRule + Serialize + DeserializeOwned + 'static,
    {
        let settings = toml::Table::try_from(&rule).map_err(one_line)?;
        Ok(Self::Other(OtherLearner {
            rule: Arc::new(rule),
            settings,
            read: read::<L>,
        }))
    }

    /// Returns the name of the kind.
    pub fn kind(&self) -> &str {
        match self {
            Self::QLearning(_) => Q_LEARNING,
            Self::Other(other) => other.rule.kind(),
        }
    }

    /// Returns the settings of Q-learning; `None` for other kinds.
    pub fn as_q_learning(&self) -> Option<&QLearning> {
        match self {
            Self::QLearning(learning) => Some(learning),
            Self::Other(_) => None,
        }
    }

    /// Returns the discount factor delta.
    pub fn discount_factor(&self) -> f64 {
        match self {
            Self::QLearning(learning) => learning.delta,
            Self::Other(other) => other.rule.discount_factor(),
        }
    }

    /// Returns whether the learner reads rewards from the game; see [`LearnerRule::reads_game`].
    pub fn reads_game(&self) -> bool {
        match self {
            Self::QLearning(_) => false,
            Self::Other(other) => other.rule.reads_game(),
        }
    }

    /// Returns the learning rate alpha; `None` if the kind has none.
    pub fn learning_rate(&self) -> Option<f64> {
        match self {
            Self::QLearning(learning) => Some(learning.alpha),
            Self::Other(other) => other.settings.get("alpha")?.as_float(),
        }
    }

    /// Returns the exploration; `None` if the kind has no such setting.
    pub fn exploration(&self) -> Option<Exploration> {
        match self {
            Self::QLearning(learning) => Some(learning.exploration),
            Self::Other(other) => {
                let value = other.settings.get("exploration")?.clone();
                value.try_into().ok()
            }
        }
    }

    /// Returns the learner with another learning rate.
    ///
    /// # Errors
    /// Returns an error if the value is out of range, or if the kind does not have the setting.
    pub fn with_learning_rate(self, alpha: f64) -> Result<Self, PricingError> {
        match self {
            Self::QLearning(one) => QLearning { alpha, ..one }.validated().map(Self::QLearning),
            Self::Other(other) => other.with("alpha", toml::Value::Float(alpha)),
        }
    }

    /// Returns the learner with another discount factor.
    ///
    /// # Errors
    /// Returns an error if the value is out of range, or if the kind does not have the setting.
    pub fn with_discount_factor(self, delta: f64) -> Result<Self, PricingError> {
        match self {
            Self::QLearning(one) => QLearning { delta, ..one }.validated().map(Self::QLearning),
            Self::Other(other) => other.with("delta", toml::Value::Float(delta)),
        }
    }

    /// Returns the learner with another exploration.
    ///
    /// # Errors
    /// Returns an error if the value is out of range, or if the kind does not have the setting.
    pub fn with_exploration(self, exploration: Exploration) -> Result<Self, PricingError> {
        match self {
            Self::QLearning(one) => {
                let changed = QLearning { exploration, ..one };
                changed.validated().map(Self::QLearning)
            }
            Self::Other(other) => {
                let value = toml::Value::try_from(exploration).map_err(one_line)?;
                other.with("exploration", value)
            }
        }
    }

    /// Checks that the settings are in range.
    ///
    /// # Errors
    /// Returns an error for the first setting that is out of range. User-defined kinds are checked
    /// when they are created.
    pub fn validate(&self) -> Result<(), PricingError> {
        match self {
            Self::QLearning(one) => one.clone().validated().map(|_| ()),
            Self::Other(_) => check_delta(self.discount_factor()),
        }
    }

    /// Replaces a file of initial values by its table, so that the settings are self-contained.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read.
    pub(crate) fn with_file_read(mut self) -> Result<Self, PricingError> {
        if let Self::QLearning(learning) = &mut self
            && let InitialQ::File(path) = &learning.initial_q
        {
            learning.initial_q = InitialQ::Table(QTable::read(path)?);
        }
        Ok(self)
    }

    /// Returns the initial learner of an agent of a game.
    ///
    /// # Errors
    /// Returns an error if a setting is out of range or does not fit the game.
    pub fn learner(
        &self,
        game: &NormalFormGame,
        history: &ActionHistory,
        agent: usize,
        rng: &mut dyn Rng,
    ) -> Result<Box<dyn Learner>, PricingError> {
        match self {
            Self::QLearning(one) => Ok(Box::new(one.learner(game, history, agent, rng)?)),
            Self::Other(other) => other.rule.learner(game, history, agent, rng),
        }
    }

    fn of_table(mut table: toml::Table) -> Result<Self, PricingError> {
        let kind = match table.remove(KIND) {
            None => Q_LEARNING.to_owned(),
            Some(toml::Value::String(kind)) => kind,
            Some(other) => return Err(one_line(format!("kind is {other}: give a name"))),
        };
        let read = match kind.as_str() {
            Q_LEARNING => {
                let learning = table.try_into::<QLearning>().map_err(one_line)?;
                return Ok(Self::QLearning(learning));
            }
            "sarsa" => read::<SarsaLearning>,
            "synchronous_q_learning" => read::<SynchronousQLearning>,
            "bandit" => read::<Bandit>,
            "fixed" => read::<FixedAction>,
            other => {
                let known = REGISTERED.read().unwrap_or_else(PoisonError::into_inner);
                let found = known.get(other).copied();
                found.ok_or_else(|| PricingError::UnknownKind {
                    what: "learner",
                    kind: kind.clone(),
                    known: KINDS,
                    registered: known.keys().map(|&name| name.to_owned()).collect(),
                })?
            }
        };
        read(table)
    }
}

impl OtherLearner {
    /// Returns the rule.
    pub fn rule(&self) -> &dyn LearnerRule {
        &*self.rule
    }

    /// Returns the learner with another value of an existing setting.
    fn with(mut self, field: &'static str, value: toml::Value) -> Result<AnyLearner, PricingError> {
        if !self.settings.contains_key(field) {
            return Err(PricingError::NoSetting {
                kind: self.rule.kind().to_owned(),
                field,
            });
        }
        self.settings.insert(field.to_owned(), value);
        (self.read)(self.settings)
    }
}

/// Compares the kinds and their settings.
impl PartialEq for OtherLearner {
    fn eq(&self, other: &Self) -> bool {
        self.rule.kind() == other.rule.kind() && self.settings == other.settings
    }
}

impl From<QLearning> for AnyLearner {
    fn from(learning: QLearning) -> Self {
        Self::QLearning(learning)
    }
}

macro_rules! built_in {
    ($($kind:ty),*) => {$(
        impl From<$kind> for AnyLearner {
            fn from(rule: $kind) -> Self {
                Self::Other(OtherLearner {
                    // The settings of built-in kinds are tables of numbers and names.
                    settings: toml::Table::try_from(&rule).unwrap_or_default(),
                    rule: Arc::new(rule),
                    read: read::<$kind>,
                })
            }
        }
    )*};
}

built_in!(SarsaLearning, SynchronousQLearning, Bandit, FixedAction);

impl Serialize for AnyLearner {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::QLearning(learning) => learning.serialize(serializer),
            Self::Other(other) => {
                let mut table = toml::Table::new();
                let kind = other.rule.kind().to_owned();
                table.insert(KIND.to_owned(), toml::Value::String(kind));
                table.extend(other.settings.clone());
                table.serialize(serializer)
            }
        }
    }
}

impl<'de> Deserialize<'de> for AnyLearner {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::of_table(toml::Table::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_read_back() {
        #[derive(Serialize, Deserialize)]
        struct File {
            learners: Vec<AnyLearner>,
        }
        let text = "learners = [\
            { alpha = 0.15, delta = 0.95, exploration = { exponential = { beta = 4e-6 } } }, \
            { kind = \"sarsa\", alpha = 0.1, delta = 0.9, exploration = { constant = { epsilon = 0.1 } } }, \
            { kind = \"bandit\", rule = { ucb = { width = 1.0 } }, delta = 0.5 }]";
        let file: File = toml::from_str(text).unwrap();
        let kinds: Vec<_> = file.learners.iter().map(AnyLearner::kind).collect();
        assert_eq!(kinds, ["q_learning", "sarsa", "bandit"]);
        let again: File = toml::from_str(&toml::to_string(&file).unwrap()).unwrap();
        assert_eq!(again.learners, file.learners);
        let [q, sarsa, bandit] = &file.learners[..] else {
            panic!()
        };
        assert_eq!(
            sarsa
                .clone()
                .with_learning_rate(0.2)
                .unwrap()
                .learning_rate(),
            Some(0.2)
        );
        assert_eq!(
            q.clone()
                .with_discount_factor(0.3)
                .unwrap()
                .discount_factor(),
            0.3
        );
        assert!(sarsa.clone().with_learning_rate(2.0).is_err());
        let error = bandit
            .clone()
            .with_learning_rate(0.2)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("bandit") && error.contains("alpha"),
            "{error}"
        );
        let error = toml::from_str::<File>("learners = [{ kind = \"dqn\" }]")
            .err()
            .unwrap();
        assert!(error.to_string().contains("\"dqn\" is unknown"), "{error}");
    }
}
