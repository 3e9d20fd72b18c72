//! Errors that several modules return.

use std::fmt::Display;
#[cfg(any(feature = "molecules", feature = "tables"))]
use std::{
    io,
    path::{Path, PathBuf},
};

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

/// Error of the operating system for a file or folder.
#[cfg(any(feature = "molecules", feature = "tables"))]
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {path}: {source}")]
pub struct FileError {
    /// The failed action: `use` or `write`.
    pub action: &'static str,
    /// The file or folder.
    pub path: PathBuf,
    /// The reason.
    pub source: io::Error,
}

#[cfg(any(feature = "molecules", feature = "tables"))]
impl FileError {
    /// Returns a function that adds the action and the path to the system's reason.
    #[cfg_attr(not(any(feature = "molecules", feature = "report")), allow(dead_code))]
    pub(crate) fn at(action: &'static str, path: &Path) -> impl Fn(io::Error) -> Self + use<> {
        let path = path.to_path_buf();
        move |source| Self {
            action,
            path: path.clone(),
            source,
        }
    }
}
