use serde::{Deserialize, Serialize};

use crate::{
    device::DeviceSpec,
    generative::{BondCapacities, CriticConfig, GeneratorConfig, GraphGeneratorConfig},
    study::{ModelSettings, StudyError},
    train::gan::GanConfig,
};

/// Configuration of a [`GanStudy`](super::GanStudy).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GanStudyConfig<G = GeneratorConfig> {
    /// The generator.
    pub generator: G,
    /// The critic.
    pub critic: CriticConfig,
    /// The training settings.
    pub training: GanConfig,
    /// Bond capacities that keep valences legal when categories are drawn. Default: `None`.
    pub capacities: Option<BondCapacities>,
    /// Number of epochs; each ends with an evaluated sample and a checkpoint.
    pub epochs: usize,
    /// Number of iterations in an epoch.
    pub iterations: usize,
    /// Number of graphs that are sampled and evaluated after every epoch.
    pub judged: usize,
    /// Seed of weights, order of data, and all draws.
    pub seed: u64,
    /// Device to compute on.
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
                return Err(StudyError::setting(name, value, "at least 1"));
            }
        }
        self.training.validate()?;
        Ok(())
    }

    fn epoch_count(&self) -> usize {
        self.epochs
    }
}
