use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeOwned, Error as _},
};

use super::{BenchmarkCap, HiddenPrices, NoPolicy, Penalty, Policy, PriceCap};
use crate::pricing::{PricingError, toml_text::reason};

/// A policy of any kind: the rule with its settings.
///
/// In TOML it is a table whose field `policy` names the kind, next to the settings of the kind:
///
#[derive(Clone, Debug)]
pub struct AnyPolicy {
    rule: Arc<dyn Policy>,
    settings: toml::Table,
    read: Read,
}

/// Reads the settings of one kind.
type Read = fn(toml::Table) -> Result<AnyPolicy, PricingError>;

static REGISTERED: RwLock<BTreeMap<&'static str, Read>> = RwLock::new(BTreeMap::new());

/// The field that names the kind.
const KIND: &str = "policy";

const KINDS: &str = "\"none\", \"penalty\", \"price_cap\", \"benchmark_cap\", \"hidden_prices\"";

/// Registers a kind of policy for files that are read later in this process. A kind that is already
/// registered is replaced; built-in kinds are not.
pub fn register_policy<P>(kind: &'static str)
where
    P: Policy + Serialize + DeserializeOwned + 'static,
{
    let mut known = REGISTERED.write().unwrap_or_else(PoisonError::into_inner);
    known.insert(kind, read::<P>);
}

fn invalid(reason: &str) -> PricingError {
    PricingError::Settings {
        reason: format!("policy: {}", reason.replace('\n', " ")),
    }
}

fn read<P>(settings: toml::Table) -> Result<AnyPolicy, PricingError>
where
    P: Policy + Serialize + DeserializeOwned + 'static,
{
    let policy: P = settings
        .try_into()
        .map_err(|error| invalid(error.to_string().trim()))?;
    AnyPolicy::new(policy)
}

impl AnyPolicy {
    /// Creates a policy; its settings are the fields that serde serializes.
    ///
    /// # Errors
    /// Returns [`PricingError::Settings`] if TOML cannot represent the settings, for example a list
    /// at the top level.
    pub fn new<P>(policy: P) -> Result<Self, PricingError>
    where
        P: Policy + Serialize + DeserializeOwned + 'static,
    {
        let settings =
            toml::Table::try_from(&policy).map_err(|error| invalid(&error.to_string()))?;
        Ok(Self {
            rule: Arc::new(policy),
            settings,
            read: read::<P>,
        })
    }

    /// Returns the rule.
    pub fn rule(&self) -> &dyn Policy {
        &*self.rule
    }

    /// Returns a short name with the settings.
    pub fn name(&self) -> String {
        self.rule.name()
    }

    /// Returns the settings, without the name of the kind.
    pub fn settings(&self) -> &toml::Table {
        &self.settings
    }

    /// Returns the value of the field that a sweep can vary; `None` if there is none.
    pub fn weight(&self) -> Option<f64> {
        let value = self.settings.get(self.rule.weight()?)?;
        value
            .as_float()
            .or_else(|| value.as_integer().map(|n| n as f64))
    }

    /// Returns the policy with another value of the field that a sweep can vary.
    ///
    /// # Errors
    /// Returns [`PricingError::NoWeight`] if the policy has no weight, and the error of the kind if
    /// it rejects the value.
    pub fn with_weight(&self, weight: f64) -> Result<Self, PricingError> {
        let field = self.rule.weight().ok_or_else(|| PricingError::NoWeight {
            kind: self.rule.kind().to_owned(),
        })?;
        let mut settings = self.settings.clone();
        settings.insert(field.to_owned(), toml::Value::Float(weight));
        (self.read)(settings)
    }

    /// Reads policies from TOML text, one table `[[policies]]` each.
    ///
    /// # Errors
    /// Returns a [`PricingError::Settings`] that names the line and the field.
    pub fn list_from_toml_str(text: &str) -> Result<Vec<Self>, PricingError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            policies: Vec<AnyPolicy>,
        }
        let file: File = toml::from_str(text).map_err(|error| invalid(&reason(text, &error)))?;
        Ok(file.policies)
    }

    /// Reads a policy from a table with the name of its kind.
    fn of_table(mut table: toml::Table) -> Result<Self, PricingError> {
        let Some(toml::Value::String(kind)) = table.remove(KIND) else {
            return Err(invalid(
                "a policy needs its kind, for example policy = \"none\"",
            ));
        };
        let read = match kind.as_str() {
            "none" => read::<NoPolicy>,
            "penalty" => read::<Penalty>,
            "price_cap" => read::<PriceCap>,
            "benchmark_cap" => read::<BenchmarkCap>,
            "hidden_prices" => read::<HiddenPrices>,
            other => {
                let known = REGISTERED.read().unwrap_or_else(PoisonError::into_inner);
                let found = known.get(other).copied();
                found.ok_or_else(|| PricingError::UnknownKind {
                    what: "policy",
                    kind: kind.clone(),
                    known: KINDS,
                    registered: known.keys().map(|&name| name.to_owned()).collect(),
                })?
            }
        };
        read(table)
    }
}

impl Default for AnyPolicy {
    fn default() -> Self {
        NoPolicy::default().into()
    }
}

/// Compares the kinds and their settings.
impl PartialEq for AnyPolicy {
    fn eq(&self, other: &Self) -> bool {
        self.rule.kind() == other.rule.kind() && self.settings == other.settings
    }
}

impl std::fmt::Display for AnyPolicy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.name())
    }
}

macro_rules! built_in {
    ($($kind:ty),*) => {$(
        impl From<$kind> for AnyPolicy {
            fn from(policy: $kind) -> Self {
                Self {
                    // The settings of built-in kinds are tables of numbers and names.
                    settings: toml::Table::try_from(&policy).unwrap_or_default(),
                    rule: Arc::new(policy),
                    read: read::<$kind>,
                }
            }
        }
    )*};
}

built_in!(NoPolicy, Penalty, PriceCap, BenchmarkCap, HiddenPrices);

impl Serialize for AnyPolicy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut table = toml::Table::new();
        let kind = self.rule.kind().to_owned();
        table.insert(KIND.to_owned(), toml::Value::String(kind));
        table.extend(self.settings.clone());
        table.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for AnyPolicy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::of_table(toml::Table::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
