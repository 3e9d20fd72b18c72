use serde::{Deserialize, Serialize};

use crate::{
    device::DeviceSpec,
    generative::{BondCapacities, CriticConfig, GeneratorConfig, GraphGeneratorConfig},
    study::{ModelSettings, StudyError},
    train::gan::GanConfig,
};

/// Settings of a [`GanStudy`](super::GanStudy).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GanStudyConfig<G = GeneratorConfig> {
    /// The generator.
    pub generator: G,
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

impl<G: GraphGeneratorConfig> ModelSettings for GanStudyConfig<G> {
    fn validate(&self) -> Result<(), StudyError> {
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

    fn epoch_count(&self) -> usize {
        self.epochs
    }
}
