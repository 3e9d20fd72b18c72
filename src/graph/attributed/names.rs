use serde::{Deserialize, Serialize};

/// The attributes of all nodes, or all edges, of a set of graphs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributeNames {
    /// Names of the numeric attributes.
    pub numbers: Vec<String>,
    /// The categorical attributes.
    pub kinds: Vec<KindNames>,
}

impl AttributeNames {
    /// Returns whether there are no attributes.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty() && self.kinds.is_empty()
    }

    /// Returns the names of all attributes, numbers first.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        let kinds = self.kinds.iter().map(|kind| &*kind.name);
        self.numbers.iter().map(String::as_str).chain(kinds)
    }
}

/// A categorical attribute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindNames {
    /// Name of the attribute.
    pub name: String,
    /// Names of the kinds, in the order of their numbers.
    pub values: Vec<String>,
}
