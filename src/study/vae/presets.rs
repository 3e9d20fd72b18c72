use crate::{
    generative::{
        GeneratorConfig, GraphFeatures, LatentDistribution, StageConfig,
        vae::{Covariance, EncoderConfig, VaeConfig},
    },
    nn::unpooling::NodeSelection,
    study::gan::Preset,
    train::vae::{VaeObjective, VaeTrainingConfig},
};

/// Model and training of a variational autoencoder.
#[derive(Clone, Debug)]
pub struct VaePreset {
    /// The model.
    pub model: VaeConfig,
    /// The training settings.
    pub training: VaeTrainingConfig,
}

fn select(kept: usize, random: usize) -> NodeSelection {
    NodeSelection::ByPosition { kept, random }
}

impl VaePreset {
    /// Creates an autoencoder that is trained by replay of the choices of each graph. The decoder
    /// has the stages of the given generator.
    ///
    /// The encoder is wider than the published one. Batch normalization is off, so that the
    /// decoding of a code does not depend on the batch.
    pub fn replay(generator: &GeneratorConfig, steps: usize) -> Self {
        let features = &generator.features;
        let width = 128;
        let decoder = GeneratorConfig {
            latent: width,
            distribution: LatentDistribution::Normal,
            ..generator.clone()
        };
        Self {
            model: VaeConfig::new(
                EncoderConfig::new(features.nodes.width(), features.edge_kinds)
                    .with_widths(vec![64, 128, 128])
                    .with_output(256)
                    .with_negative_slope(0.05),
                decoder,
            ),
            // On QM9, 0.5 gave more valid molecules than 0.1 and 0.3, at the same length and seed.
            training: VaeTrainingConfig::new(steps).with_kl_weight(match features.edge_kinds {
                0 => 0.1,
                _ => 0.5,
            }),
        }
    }

    /// Creates the published autoencoder of molecules of 6 to 9 heavy atoms: 3 → 5 → 6–9 nodes,
    /// trained by matching.
    pub fn qm9_published(features: GraphFeatures, steps: usize) -> Self {
        let stages = vec![
            StageConfig::new(select(1, 0), 5, vec![128, 256]),
            StageConfig::new(select(1, 3), 9, vec![256]),
        ];
        let encoder = EncoderConfig::new(features.nodes.width(), features.edge_kinds);
        let decoder = GeneratorConfig::new(features, 128, 128, vec![128, 128], 32, stages)
            .with_preference(false)
            .with_additional_edge(false)
            .with_edges_see_samples(false)
            .with_distribution(LatentDistribution::Normal);
        Self {
            model: VaeConfig::new(encoder, decoder).with_prior_of_encoder(true),
            training: VaeTrainingConfig::new(steps)
                .with_objective(VaeObjective::Matching)
                // Divided by the square of the largest number of nodes.
                .with_kl_weight(1.0 / 81.0)
                .with_final_rate(1.0)
                .with_average_decay(None)
                .with_prior(Covariance::Diagonal),
        }
    }

    /// Creates the published form for larger molecules, with the stages of a generator for them.
    pub fn molecules_published(generator: &GeneratorConfig, steps: usize) -> Self {
        let features = &generator.features;
        let largest = generator.stages.last().map_or(3, |stage| stage.max_nodes);
        let decoder = GeneratorConfig {
            latent: 128,
            preference: false,
            additional_edge: false,
            edges_see_samples: false,
            distribution: LatentDistribution::Normal,
            ..generator.clone()
        };
        let published = Self::qm9_published(features.clone(), steps).training;
        Self {
            model: VaeConfig::new(
                EncoderConfig::new(features.nodes.width(), features.edge_kinds),
                decoder,
            )
            .with_prior_of_encoder(true),
            training: published.with_kl_weight(1.0 / (largest * largest) as f64),
        }
    }

    /// Creates the published autoencoder of Waxman graphs.
    pub fn waxman_published(steps: usize) -> Self {
        Self::placed(Preset::waxman_published().generator, steps, 1e-4, 0.05)
            .with_kl_weight(0.1 * 64.0)
    }

    /// Creates the published autoencoder of protein graphs.
    pub fn protein_published(steps: usize) -> Self {
        let mut preset = Self::placed(Preset::protein_published().generator, steps, 2e-4, 0.1)
            .with_kl_weight(0.0);
        preset.training = preset.training.with_node_weight(2.0).with_edge_weight(3.0);
        preset
    }

    fn placed(decoder: GeneratorConfig, steps: usize, rate: f64, weight: f64) -> Self {
        let features = decoder.features.clone();
        let decoder = decoder.with_distribution(LatentDistribution::Normal);
        Self {
            model: VaeConfig::new(
                EncoderConfig::new(features.nodes.width(), features.edge_kinds),
                decoder,
            )
            .with_prior_of_encoder(true),
            training: VaeTrainingConfig::new(steps)
                .with_objective(VaeObjective::StoredOrder)
                .with_structure_weight(weight)
                .with_learning_rate(rate)
                .with_beta_1(0.5)
                .with_final_rate(1.0)
                .with_average_decay(None)
                .with_prior(Covariance::Diagonal),
        }
    }

    fn with_kl_weight(mut self, weight: f64) -> Self {
        self.training = self.training.with_kl_weight(weight);
        self
    }
}
