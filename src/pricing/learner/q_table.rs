use std::{fs, path::Path};

use serde::{Deserialize, Serialize};

use crate::{files::write_whole, pricing::PricingError};

/// The value of each action in each state.
///
/// Serialized as JSON: `{"states": 2, "actions": 3, "values": [...]}`, state by state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Listed", into = "Listed")]
pub struct QTable {
    states: usize,
    actions: usize,
    values: Vec<f64>,
}

impl QTable {
    /// Creates a table from the values of all actions in state 0, then in state 1, and so on.
    ///
    /// # Errors
    /// Returns an error if the number of values is wrong or zero, or if a value is not finite.
    pub fn new(states: usize, actions: usize, values: Vec<f64>) -> Result<Self, PricingError> {
        let cells = states.checked_mul(actions).filter(|&cells| cells > 0);
        if cells != Some(values.len()) {
            return Err(PricingError::TableValues {
                states,
                actions,
                found: values.len(),
            });
        }
        match values.iter().position(|value| !value.is_finite()) {
            None => Ok(Self {
                states,
                actions,
                values,
            }),
            Some(cell) => Err(PricingError::Value {
                place: format!(
                    "the value of action {} in state {}",
                    cell % actions,
                    cell / actions
                ),
                value: values[cell],
                expected: "values must be finite",
            }),
        }
    }

    /// Creates a table with the same values in every state.
    ///
    /// # Errors
    /// Same as [`new`](Self::new).
    pub fn of_equal_states(states: usize, row: &[f64]) -> Result<Self, PricingError> {
        Self::new(states, row.len(), row.repeat(states))
    }

    /// Returns the number of states.
    pub fn states(&self) -> usize {
        self.states
    }

    /// Returns the number of actions.
    pub fn actions(&self) -> usize {
        self.actions
    }

    /// Returns the values of all actions in a state.
    ///
    /// # Panics
    /// Panics if the state does not exist.
    pub fn row(&self, state: usize) -> &[f64] {
        &self.values[state * self.actions..][..self.actions]
    }

    /// Returns all values, state by state.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Reads a table from a JSON file.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read or does not hold a table.
    pub fn read(path: &Path) -> Result<Self, PricingError> {
        let bytes = fs::read(path).map_err(|cause| PricingError::Io {
            path: path.to_path_buf(),
            cause,
        })?;
        serde_json::from_slice(&bytes).map_err(|error| PricingError::NotATable {
            path: path.to_path_buf(),
            reason: error.to_string(),
        })
    }

    /// Writes the table to a JSON file atomically.
    ///
    /// # Errors
    /// Returns [`PricingError::Io`] if the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), PricingError> {
        let failed = |cause| PricingError::Io {
            path: path.to_path_buf(),
            cause,
        };
        let bytes = serde_json::to_vec(self).map_err(|error| failed(error.into()))?;
        write_whole(path, &bytes).map_err(failed)
    }
}

/// The serialized form of a table.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    states: usize,
    actions: usize,
    values: Vec<f64>,
}

impl TryFrom<Listed> for QTable {
    type Error = PricingError;

    fn try_from(listed: Listed) -> Result<Self, PricingError> {
        Self::new(listed.states, listed.actions, listed.values)
    }
}

impl From<QTable> for Listed {
    fn from(table: QTable) -> Self {
        Self {
            states: table.states,
            actions: table.actions,
            values: table.values,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read_back_exactly() {
        let values = vec![
            0.1,
            -1.0 / 3.0,
            f64::MIN_POSITIVE,
            1e300,
            6.278_016_904,
            -0.0,
        ];
        let table = QTable::new(2, 3, values).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("q.json");
        table.write(&path).unwrap();
        let read = QTable::read(&path).unwrap();
        let bits = |table: &QTable| -> Vec<u64> {
            table.values().iter().map(|value| value.to_bits()).collect()
        };
        assert_eq!(bits(&read), bits(&table));
        assert_eq!(read.row(1), &table.values()[3..]);
    }

    #[test]
    fn invalid_and_missing_files_are_reported() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("q.json");
        let message = || QTable::read(&path).unwrap_err().to_string();
        assert!(message().contains("q.json"));
        for (text, part) in [
            ("price,profit\n", "is not a table of values"),
            (
                r#"{"states":2,"actions":2,"values":[1,2,3]}"#,
                "has 3 values",
            ),
            (r#"{"states":0,"actions":2,"values":[]}"#, "has 0 values"),
            (
                r#"{"states":1,"actions":1,"values":[1],"seed":2}"#,
                "unknown field",
            ),
        ] {
            fs::write(&path, text).unwrap();
            assert!(message().contains(part), "{}", message());
        }
        let error = QTable::new(1, 2, vec![0.0, f64::INFINITY]).unwrap_err();
        assert!(error.to_string().contains("action 1 in state 0 is inf"));
    }
}
