use crate::SettingError;

/// Error returned when a generator or a critic cannot be built.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum GenerativeError {
    /// A setting is out of range.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// Generator and critic are for different features.
    #[error("the generator has {generator} {what} features, but the critic has {critic}")]
    Widths {
        /// Nodes or edges.
        what: &'static str,
        /// Number of features of the generator.
        generator: usize,
        /// Number of features of the critic.
        critic: usize,
    },
    /// A layer of the generator cannot be built.
    #[error("unpooling layer {stage}: {reason}")]
    Stage {
        /// Number of the layer, from 1.
        stage: usize,
        /// The reason.
        reason: String,
    },
}

impl GenerativeError {
    pub(super) fn setting(
        name: &'static str,
        value: impl std::fmt::Display,
        expected: &'static str,
    ) -> Self {
        SettingError::new(name, value, expected).into()
    }
}
