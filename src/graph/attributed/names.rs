use serde::{Deserialize, Serialize};

/// The attributes that all nodes, or all edges, of a set of graphs have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributeNames {
    /// Names of the attributes that are numbers.
    pub numbers: Vec<String>,
    /// The attributes that are kinds.
    pub kinds: Vec<KindNames>,
}

impl AttributeNames {
    /// Whether there are no attributes.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty() && self.kinds.is_empty()
    }

    /// Names of all attributes, numbers first.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        let kinds = self.kinds.iter().map(|kind| &*kind.name);
        self.numbers.iter().map(String::as_str).chain(kinds)
    }
}

/// An attribute with one of several names as its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindNames {
    /// Name of the attribute.
    pub name: String,
    /// Names of the kinds, in the order of their numbers.
    pub values: Vec<String>,
}
