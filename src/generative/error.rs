use crate::nn::ReinforceConfigError;

/// Why a generator or a critic cannot be built.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum GenerativeError {
    /// A setting is out of range.
    #[error("{name} = {value} is out of range: {expected}")]
    Setting {
        /// Name of the setting.
        name: &'static str,
        /// Its value.
        value: String,
        /// What it should be.
        expected: &'static str,
    },
    /// The policy gradient cannot be built.
    #[error(transparent)]
    Reinforce(#[from] ReinforceConfigError),
    /// Generator and critic are for different features.
    #[error("the generator makes {generator} {what} features, and the critic takes {critic}")]
    Widths {
        /// Of nodes or edges.
        what: &'static str,
        /// Those of the generator.
        generator: usize,
        /// Those of the critic.
        critic: usize,
    },
    /// A layer of the generator cannot be built.
    #[error("unpooling layer {stage}: {reason}")]
    Stage {
        /// Number of the layer, from 1.
        stage: usize,
        /// Why.
        reason: String,
    },
}

impl GenerativeError {
    pub(super) fn setting(
        name: &'static str,
        value: impl std::fmt::Display,
        expected: &'static str,
    ) -> Self {
        Self::Setting {
            name,
            value: value.to_string(),
            expected,
        }
    }
}
