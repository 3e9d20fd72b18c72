use serde::{Deserialize, Serialize};

use crate::{
    device::DeviceSpec,
    generative::{BondCapacities, CriticConfig, GeneratorConfig},
    study::StudyError,
    train::gan::GanConfig,
};

/// Settings of a [`GanStudy`](super::GanStudy).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GanStudyConfig {
    /// The generator.
    pub generator: GeneratorConfig,
    /// Its critic.
    pub critic: CriticConfig,
    /// The training.
    pub training: GanConfig,
    /// Keeps valences legal while categories are drawn; none by default.
    pub capacities: Option<BondCapacities>,
    /// Epochs; each ends with a sample that is judged, and a checkpoint.
    pub epochs: usize,
    /// Iterations of an epoch.
    pub iterations: usize,
    /// Graphs that are sampled and judged after every epoch.
    pub judged: usize,
    /// Seed of weights, order of data, and everything that is drawn.
    pub seed: u64,
    /// Where to compute.
    pub device: DeviceSpec,
}

impl GanStudyConfig {
    /// Checks the settings.
    ///
    /// # Errors
    /// [`StudyError`] naming the first that is out of range.
    pub fn validate(&self) -> Result<(), StudyError> {
        for (name, value) in [
            ("epochs", self.epochs),
            ("iterations", self.iterations),
            ("judged", self.judged),
        ] {
            if value == 0 {
                return Err(StudyError::Setting {
                    name,
                    value: value.to_string(),
                    expected: "at least 1",
                });
            }
        }
        self.training.validate()?;
        Ok(())
    }
}
