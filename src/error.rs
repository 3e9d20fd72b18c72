//! Errors that several modules return.

use std::fmt::Display;

/// Error for a setting that is out of range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name} = {value} is out of range: {expected}")]
pub struct SettingError {
    /// Name of the setting.
    pub name: &'static str,
    /// The rejected value.
    pub value: String,
    /// The allowed values.
    pub expected: &'static str,
}

impl SettingError {
    #[cfg_attr(not(feature = "nn"), allow(dead_code))]
    pub(crate) fn new(name: &'static str, value: impl Display, expected: &'static str) -> Self {
        Self {
            name,
            value: value.to_string(),
            expected,
        }
    }
}
