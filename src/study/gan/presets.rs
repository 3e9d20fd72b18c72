use std::ops::RangeInclusive;

use crate::{
    generative::{
        CriticConfig, CriticNorm, GeneratorConfig, GradientPenalty, GraphFeatures, StageConfig,
        TrivialFeatures, growth,
    },
    nn::unpooling::NodeSelection,
    train::gan::{GanConfig, GanLoss},
};

/// Models and training settings of an experiment.
#[derive(Clone, Debug)]
pub struct Preset {
    /// The generator.
    pub generator: GeneratorConfig,
    /// The critic.
    pub critic: CriticConfig,
    /// The training settings.
    pub training: GanConfig,
}

fn select(kept: usize, random: usize) -> NodeSelection {
    NodeSelection::ByPosition { kept, random }
}

/// Heavy atoms of the largest molecules for which QM9's generator is used.
const QM9_LARGEST: RangeInclusive<usize> = 8..=9;

impl Preset {
    /// Creates a preset for molecules of any sizes, such as those of a user-supplied file; `sizes`
    /// are heavy atoms.
    ///
    /// If the largest have 8 or 9 heavy atoms, it is [`qm9`](Self::qm9). Otherwise graphs grow in
    /// as many rounds as doubling takes. For 11 to 36 atoms these are the rounds published for
    /// ZINC, whose widths are used for all sizes.
    pub fn molecules(features: GraphFeatures, sizes: RangeInclusive<usize>) -> Self {
        if QM9_LARGEST.contains(sizes.end()) {
            return Self::qm9(features);
        }
        let rounds = growth(sizes);
        let last = rounds.len() - 1;
        let stages = rounds.iter().enumerate().map(|(index, round)| {
            let widths = match last - index {
                0 => vec![128, 256],
                1 => vec![128],
                2 => vec![64, 128],
                _ => vec![64],
            };
            StageConfig::new(round.selection, round.largest, widths)
        });
        let critic = CriticConfig::new(features.nodes.width(), features.edge_kinds)
            .with_widths(vec![128; 4]);
        let generator = GeneratorConfig::new(features, 128, 32, vec![32, 64], 32, stages.collect())
            .with_initial_hidden(Some(6 * 32));
        Self {
            generator,
            critic,
            training: GanConfig::new().with_frequency_weight(0.2),
        }
    }

    /// Creates a preset for molecules of 6 to 9 heavy atoms, such as those of QM9: 3 → 4–5 → 6–9
    /// nodes.
    ///
    /// The generator is the published one, with bonds that depend on the sampled atoms. The
    /// published training is unstable, so it is changed in these points:
    ///
    /// - each graph of a batch has an independent score (no batch normalization or dropout in the
    ///   critic);
    /// - generated graphs are compared with real ones;
    /// - all slopes of the critic are penalized, so that training can converge;
    /// - samples are drawn from a moving average of the generator;
    /// - the frequencies of atoms and bonds are compared with the data, so that rare kinds are
    ///   kept.
    pub fn qm9(features: GraphFeatures) -> Self {
        let critic = CriticConfig::new(features.nodes.width(), features.edge_kinds);
        Self {
            generator: qm9_generator(features),
            critic,
            training: GanConfig::new().with_frequency_weight(0.2),
        }
    }

    /// Creates the preset of the published training on QM9: batch normalization and dropout in the critic, up to
    /// two rounds of generator steps, no moving average.
    pub fn qm9_published(features: GraphFeatures) -> Self {
        let critic = CriticConfig::new(features.nodes.width(), features.edge_kinds);
        Self {
            generator: qm9_generator(features).with_edges_see_samples(false),
            critic: published_molecule_critic(critic),
            training: published_wasserstein(),
        }
    }

    /// Creates the preset of the published training on molecules of 11 to 36 heavy atoms, such as those of ZINC:
    /// 3 → 5 → 9 → 10–18 → 11–36 nodes.
    pub fn zinc_published(features: GraphFeatures) -> Self {
        let critic = CriticConfig::new(features.nodes.width(), features.edge_kinds)
            .with_widths(vec![128; 4]);
        let stages = vec![
            StageConfig::new(select(1, 0), 5, vec![64]),
            StageConfig::new(select(1, 0), 9, vec![64, 128]),
            StageConfig::new(select(0, 8), 18, vec![128]),
            StageConfig::new(select(0, 17), 36, vec![128, 256]),
        ];
        Self {
            generator: GeneratorConfig::new(features, 128, 32, vec![32, 64], 32, stages)
                .with_initial_hidden(Some(6 * 32))
                .with_additional_edge(false)
                .with_scorer_batch_norm(true)
                .with_edges_see_samples(false),
            critic: published_molecule_critic(critic),
            training: published_wasserstein()
                .with_structure_weight(2e-3)
                .with_generator_rate(1e-3)
                .with_critic_rate(2e-4),
        }
    }

    /// Creates a preset for Waxman graphs of 5 to 12 nodes: 3 → 4–6 → 5–12 nodes.
    ///
    /// The sizes are the published ones, with the changes of [`qm9`](Self::qm9) and three critic
    /// steps per generator step. The critic's score captures sizes and connectivity poorly, so the
    /// structure is mostly trained by the reward for structures that are rarer than in the data.
    pub fn waxman() -> Self {
        let penalty = GradientPenalty::new().with_weight(0.01).with_target(0.0);
        Self {
            critic: CriticConfig::new(2, 0)
                .with_widths(vec![64, 128])
                .with_trivial(None),
            training: GanConfig::new()
                .with_structure_weight(0.05)
                .with_reward_weight(3.0)
                .with_critic_steps(3)
                .with_penalty(Some(penalty)),
            ..Self::waxman_published()
        }
    }

    /// Creates the preset of the published training on Waxman graphs: binary cross-entropy, joint steps.
    pub fn waxman_published() -> Self {
        let stages = vec![
            StageConfig::new(select(0, 2), 6, vec![128]),
            StageConfig::new(select(0, 5), 12, vec![512]),
        ];
        Self {
            generator: GeneratorConfig::new(
                GraphFeatures::continuous(2),
                128,
                64,
                vec![64],
                8,
                stages,
            )
            .with_message_slope(0.0),
            critic: published_graph_critic(2, vec![64, 128]),
            training: GanConfig::new()
                .with_loss(GanLoss::BinaryCrossEntropy)
                .with_penalty(None)
                .with_structure_weight(1.0)
                .with_reward_weight(0.0)
                .with_shared_batch(true)
                .with_generator_rate(2e-5)
                .with_critic_rate(1e-4)
                .with_final_rate(1.0)
                .with_max_repeats(5)
                .with_average_decay(None),
        }
    }

    /// Creates a preset for protein fragments of 8 residues in space: 3 → 4 → 8 nodes. The sizes
    /// are the published ones, with the changes of [`waxman`](Self::waxman).
    pub fn protein() -> Self {
        let Self {
            critic, training, ..
        } = Self::waxman();
        Self {
            critic: CriticConfig {
                node_features: 3,
                widths: vec![128, 256],
                ..critic
            },
            training,
            generator: Self::protein_published().generator.with_batch_norm(true),
        }
    }

    /// Creates the preset of the published training on protein graphs of 8 nodes in space: 3 → 4 → 8 nodes.
    pub fn protein_published() -> Self {
        let stages = vec![
            StageConfig::new(select(2, 0), 4, vec![128, 128]),
            StageConfig::new(select(0, 0), 8, vec![128, 256]),
        ];
        let features = GraphFeatures::continuous(3);
        Self {
            generator: GeneratorConfig::new(features, 128, 64, vec![64, 128], 16, stages)
                .with_batch_norm(false)
                .with_message_slope(0.0),
            critic: CriticConfig {
                norm: CriticNorm::None,
                ..published_graph_critic(3, vec![128, 256])
            },
            training: GanConfig::new()
                .with_loss(GanLoss::BinaryCrossEntropy)
                .with_penalty(None)
                .with_structure_weight(0.2)
                .with_shared_batch(true)
                .with_generator_rate(2e-5)
                .with_critic_rate(1e-4)
                .with_final_rate(1.0)
                .with_max_repeats(20)
                .with_average_decay(None),
        }
    }
}

fn qm9_generator(features: GraphFeatures) -> GeneratorConfig {
    let stages = vec![
        StageConfig::new(select(1, 1), 5, vec![128]),
        StageConfig::new(select(1, 1), 9, vec![64]).with_skip_hidden(Some(15 * 32)),
    ];
    GeneratorConfig::new(features, 256, 128, vec![128], 64, stages)
        .with_initial_hidden(Some(6 * 128))
}

fn published_molecule_critic(critic: CriticConfig) -> CriticConfig {
    critic
        .with_norm(CriticNorm::Batch)
        .with_dropout(0.3)
        .with_squash(Some(4.0))
        .with_trivial(Some(TrivialFeatures::new().with_penalized(false)))
}

fn published_wasserstein() -> GanConfig {
    GanConfig::new()
        .with_loss(GanLoss::Wasserstein)
        .with_penalty(Some(GradientPenalty::new()))
        .with_joint(false)
        .with_generator_rate(2e-4)
        .with_critic_rate(1e-4)
        .with_final_rate(1.0)
        .with_max_repeats(2)
        .with_average_decay(None)
}

fn published_graph_critic(node_features: usize, widths: Vec<usize>) -> CriticConfig {
    CriticConfig::new(node_features, 0)
        .with_widths(widths)
        .with_hidden(vec![128, 258])
        .with_norm(CriticNorm::Batch)
        .with_hidden_norm(true)
        .with_dropout(0.3)
        .with_hidden_dropout(true)
        .with_trivial(None::<TrivialFeatures>)
}
