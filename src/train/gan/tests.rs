use std::sync::Arc;

use burn::{
    data::dataloader::DataLoader,
    module::{Module, ModuleMapper, ModuleVisitor, Param},
    nn::LinearConfig,
    optim::GradientsParams,
    tensor::{Device, Tensor},
    train::{InferenceStep, TrainStep},
};
use rand::{SeedableRng, rngs::ChaCha8Rng};

use super::*;
use crate::{
    generative::{
        CriticConfig, Generator, GeneratorConfig, GraphFeatures, GraphGenerator, GraphSource,
        SampledGraph, StageConfig,
    },
    graph::{GraphBatch, GraphTopology, generate::random_connected},
    nn::unpooling::NodeSelection,
    testing::randomize,
    train::{
        EpochEnd, EpochEndLoader, GraphJudge, NonFinite, ScalarMetric, SharedJudge, SharedReward,
        update_average,
    },
};

/// Random graphs with one-hot nodes and edges.
struct Graphs(Vec<GraphTopology>);

impl Graphs {
    fn new(count: usize) -> Arc<Self> {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let graphs = (0..count).map(|i| random_connected(4 + i % 3, 1, &mut rng).unwrap());
        Arc::new(Self(graphs.collect()))
    }
}

impl GraphSource for Graphs {
    fn len(&self) -> usize {
        self.0.len()
    }

    /// The first feature identifies the graph.
    fn batch(&self, graphs: &[usize], device: &Device) -> GraphBatch {
        let topology = GraphTopology::disjoint_union(graphs.iter().map(|&g| &self.0[g]));
        let nodes: Vec<f32> = topology
            .graph_of_nodes()
            .iter()
            .flat_map(|&g| [graphs[g] as f32 / 10.0, 1.0])
            .collect();
        let (n, e) = (topology.node_count(), topology.edge_count());
        let nodes = Tensor::<1>::from_floats(nodes.as_slice(), device).reshape([n, 2]);
        GraphBatch::new(topology, nodes, Tensor::ones([e, 1], device)).unwrap()
    }
}

fn gan(config: &GanConfig, device: &Device) -> Gan<Generator> {
    let all = NodeSelection::ByPosition { kept: 0, random: 2 };
    let stage = StageConfig::new(all, 6, vec![8]);
    let features = GraphFeatures::categorical(vec![2], 1);
    let generator = GeneratorConfig::new(features, 4, 8, vec![8], 4, vec![stage]);
    let critic = CriticConfig::new(2, 1)
        .with_widths(vec![6])
        .with_readout(5)
        .with_hidden(vec![4]);
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let mut gan = Gan::try_init(&generator, &critic, config, device, &mut rng).unwrap();
    // Large enough that every part matters.
    gan.generator = randomize(gan.generator, 1.5, &mut rng);
    gan.critic = randomize(gan.critic, 1.5, &mut rng);
    gan
}

fn small() -> GanConfig {
    GanConfig::new().with_batch_size(6)
}

fn steps(config: &GanConfig, epochs: std::ops::Range<usize>) -> Vec<GanBatch> {
    let device = Device::flex().autodiff();
    let loader = GanLoader::new(Graphs::new(10), config, 3, 5, epochs.start, &device);
    let mut all = Vec::new();
    for _ in epochs {
        all.extend(loader.iter().map(Result::unwrap));
    }
    all
}

fn data<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().convert::<f64>().iter::<f64>().collect()
}

/// Which parameters have a gradient that is not 0, by path.
fn moved<M: Module>(module: &M, grads: &GradientsParams) -> Vec<(String, bool)> {
    struct Moved<'a> {
        grads: &'a GradientsParams,
        path: Vec<String>,
        found: Vec<(String, bool)>,
    }
    impl ModuleVisitor for Moved<'_> {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let gradient = self.grads.get::<D>(param.id);
            let moved = gradient.is_some_and(|g| data(g).iter().any(|&g| g != 0.0));
            self.found.push((self.path.join("."), moved));
        }
        fn enter_module(&mut self, name: &str, _: &str) {
            self.path.push(name.into());
        }
        fn exit_module(&mut self, _: &str, _: &str) {
            self.path.pop();
        }
    }
    let mut visitor = Moved {
        grads,
        path: Vec::new(),
        found: Vec::new(),
    };
    module.visit(&mut visitor);
    visitor.found
}

#[test]
fn losses_are_their_definitions() {
    let device = Device::flex();
    let (real, fake) = ([0.5f64, -1.0, 2.0], [1.5f64, 0.0, -0.3]);
    let tensor = |values: [f64; 3]| Tensor::<1>::from_floats(values, &device);
    let log_sigmoid = |x: f64| -(1.0 + (-x).exp()).ln();
    let mean = |f: &dyn Fn(usize) -> f64| (0..3).map(f).sum::<f64>() / 3.0;
    type Terms<'a> = (GanLoss, &'a dyn Fn(usize) -> f64, &'a dyn Fn(usize) -> f64);
    let cases: [Terms<'_>; 4] = [
        (GanLoss::Wasserstein, &|i| fake[i] - real[i], &|i| fake[i]),
        (
            GanLoss::BinaryCrossEntropy,
            &|i| -log_sigmoid(real[i]) - log_sigmoid(-fake[i]),
            &|i| log_sigmoid(fake[i]),
        ),
        (
            GanLoss::Hinge,
            &|i| (1.0 - real[i]).max(0.0) + (1.0 + fake[i]).max(0.0),
            &|i| fake[i],
        ),
        (
            GanLoss::Relativistic,
            &|i| -log_sigmoid(real[i] - fake[i]),
            &|i| log_sigmoid(fake[i] - real[i]),
        ),
    ];
    for (loss, critic, value) in cases {
        let found = data(loss.critic(tensor(real), tensor(fake)))[0];
        assert!((found - mean(critic)).abs() < 1e-6, "{loss:?}: {found}");
        let found = data(loss.value(tensor(fake), Some(tensor(real))));
        for (i, found) in found.into_iter().enumerate() {
            assert!((found - value(i)).abs() < 1e-6, "{loss:?}: {found}");
        }
    }
}

#[test]
fn steps_depend_on_the_seed_and_the_iteration_alone() {
    let config = small().with_critic_steps(2).with_max_repeats(2);
    let describe = |batch: &GanBatch| {
        use rand::Rng;
        let real = batch.real.as_ref().map(|real| data(real.nodes()));
        (
            batch.iteration,
            batch.phase,
            batch.repeat,
            real,
            batch.rng().next_u64(),
        )
    };
    let whole: Vec<_> = steps(&config, 1..4).iter().map(describe).collect();
    let late: Vec<_> = steps(&config, 3..4).iter().map(describe).collect();
    assert_eq!(whole.len(), 3 * 3 * 4);
    assert_eq!(whole[24..], late);
    let phases: Vec<_> = whole[..4].iter().map(|step| (step.1, step.2)).collect();
    use GanPhase::{Critic, Joint};
    assert_eq!(phases, [(Critic, 0), (Critic, 0), (Joint, 0), (Joint, 1)]);
    assert!(
        whole[..4].iter().all(|step| step.3.is_some()),
        "this loss compares"
    );
    let mut streams: Vec<_> = whole.iter().map(|step| step.4).collect();
    streams.sort_unstable();
    streams.dedup();
    assert_eq!(streams.len(), whole.len(), "every step draws its own");

    let alone = small().with_loss(GanLoss::Wasserstein).with_joint(false);
    let phases: Vec<_> = steps(&alone, 1..2)
        .iter()
        .map(|step| (step.phase, step.real.is_some()))
        .take(3)
        .collect();
    let expected = [
        (GanPhase::Critic, true),
        (GanPhase::Features, false),
        (GanPhase::Structure, false),
    ];
    assert_eq!(phases, expected);
}

/// Every pass has every graph once, for all batch sizes.
#[test]
fn real_graphs_come_in_passes() {
    let config = small().with_loss(GanLoss::Wasserstein);
    let device = Device::flex();
    let loader = GanLoader::new(Graphs::new(10), &config, 5, 5, 1, &device);
    let seen: Vec<usize> = loader
        .iter()
        .filter_map(|step| step.unwrap().real)
        .flat_map(|real| {
            let topology = real.topology().clone();
            let nodes = data(real.nodes());
            (0..topology.graph_count())
                .map(|g| (nodes[2 * topology.nodes_of(g).start] * 10.0).round() as usize)
                .collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(seen.len(), 30);
    for pass in seen.chunks(10) {
        let mut sorted = pass.to_vec();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..10).collect::<Vec<_>>());
    }
    assert_ne!(seen[..10], seen[10..20]);
}

/// A step has gradients of its own part only.
#[test]
fn phases_train_their_parts() {
    let device = Device::flex().autodiff();
    let config = small().with_loss(GanLoss::Wasserstein).with_joint(false);
    let gan = gan(&config, &device);
    for batch in steps(&config, 1..2) {
        let phase = batch.phase;
        let output = TrainStep::step(&gan, batch);
        let of = |part: Vec<(String, bool)>| part.iter().any(|(_, moved)| *moved);
        let critic = of(moved(&gan.critic, &output.grads));
        let generator = of(moved(&gan.generator, &output.grads));
        let average = of(moved(gan.average.as_ref().unwrap(), &output.grads));
        assert_eq!(
            (critic, generator),
            (phase == GanPhase::Critic, phase != GanPhase::Critic)
        );
        assert!(!average);
    }
}

/// λ = 0: the structure is not trained at all; λ ≠ 0: it is.
#[test]
fn structure_weight() {
    let device = Device::flex().autodiff();
    for (weight, trained) in [(0.0, false), (0.1, true)] {
        let config = small().with_structure_weight(weight);
        let gan = gan(&config, &device);
        let joint = steps(&config, 1..2)
            .into_iter()
            .find(|step| step.phase == GanPhase::Joint);
        let output = TrainStep::step(&gan, joint.unwrap());
        let found = moved(&gan.generator, &output.grads);
        for chooser in ["intra_link", "node_head", "pairs", "single", "both"] {
            let parts = found.iter().filter(|(path, _)| path.contains(chooser));
            let parts: Vec<bool> = parts.map(|(_, moved)| *moved).collect();
            assert!(!parts.is_empty(), "{chooser}");
            assert_eq!(parts.iter().any(|moved| *moved), trained, "{chooser}");
        }
        let maker = found.iter().find(|(path, _)| path == "nodes.output.weight");
        assert!(maker.unwrap().1);
    }
}

/// If the critic leads, the generator is trained more often, up to the maximum; else once.
#[test]
fn the_schedule_follows_the_lead_of_the_critic() {
    let device = Device::flex().autodiff();
    for (lead, expected) in [(-1e9, [2, 3, 3]), (1e9, [1, 1, 1])] {
        let config = small().with_max_repeats(3).with_lead(lead);
        let gan = gan(&config, &device);
        let mut trained = [0; 3];
        for batch in steps(&config, 1..2) {
            let (iteration, phase) = (batch.iteration, batch.phase);
            let output = TrainStep::step(&gan, batch);
            if phase == GanPhase::Joint && !output.grads.is_empty() {
                trained[iteration] += 1;
            }
        }
        assert_eq!(trained, expected);
    }
}

#[test]
fn the_average() {
    let device = Device::flex().autodiff();
    let layer = |value: f64| {
        struct Fill(f64);
        impl ModuleMapper for Fill {
            fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
                param.map(|tensor| tensor.zeros_like() + self.0)
            }
        }
        LinearConfig::new(2, 2).init(&device).map(&mut Fill(value))
    };
    let (average, module) = (layer(1.0), layer(5.0));
    let id = average.weight.id;
    let moved = update_average(average, &module, 0.75);
    assert!(data(moved.weight.val()).iter().all(|&w| w == 2.0));
    assert!(
        data(moved.bias.clone().unwrap().val())
            .iter()
            .all(|&b| b == 2.0)
    );
    assert_eq!(moved.weight.id, id);
    let copied = update_average(moved, &module, 0.0);
    assert!(data(copied.weight.val()).iter().all(|&w| w == 5.0));
}

/// A NaN ends the training without spoiling a weight.
#[test]
fn a_non_finite_step_is_reported() {
    let device = Device::flex().autodiff();
    let config = small();
    let mut gan = gan(&config, &device);
    let weights = gan.critic.clone();
    gan.critic = randomize(weights, f32::NAN, &mut ChaCha8Rng::seed_from_u64(0));
    let all = steps(&config, 2..3);
    for batch in all {
        assert!(TrainStep::step(&gan, batch).grads.is_empty());
    }
    let expected = NonFinite {
        step: 3,
        what: "the critic's loss",
    };
    assert_eq!(gan.watch().found(), Some(expected));
}

struct Count;

impl GraphJudge for Count {
    fn sample_size(&self) -> usize {
        7
    }
    fn metrics(&self) -> Vec<(String, bool)> {
        vec![("Graphs".into(), true), ("Nodes".into(), true)]
    }
    fn judge(&self, graphs: &[SampledGraph]) -> Vec<f64> {
        let nodes: usize = graphs.iter().map(|g| g.topology.node_count()).sum();
        vec![graphs.len() as f64, nodes as f64]
    }
}

#[test]
fn judging_is_reproducible() {
    let device = Device::flex().autodiff();
    let gan = gan(&small(), &device)
        .with_judge(SharedJudge(Arc::new(Count)))
        .valid();
    let judge = |seed| InferenceStep::step(&gan, EpochEnd { seed });
    assert_eq!(judge(1).get("Graphs"), Some(7.0));
    assert_eq!(judge(1), judge(1));
}

/// A user-supplied reward for more edges increases their number.
#[test]
fn a_user_supplied_reward_is_used() {
    use crate::train::{Run, StopHandle};
    use burn::{
        optim::{AdamConfig, ModuleOptimizer, lr_scheduler::constant::ConstantLr},
        train::Learner,
    };
    let device = Device::flex().autodiff();
    let config = GanConfig::new()
        .with_batch_size(16)
        .with_structure_weight(1.0)
        .with_reward_weight(10.0)
        .with_average_decay(None);
    let edges = |graphs: &[SampledGraph]| -> Vec<f32> {
        let edges = graphs.iter().map(|g| g.topology.edge_count() as f32);
        edges.collect()
    };
    let gan = gan(&config, &device).with_reward(SharedReward(Arc::new(edges)));
    let mean = |gan: &Gan<Generator>| {
        let mut found = Vec::new();
        let mut rng = ChaCha8Rng::seed_from_u64(8);
        let sampler = gan.sampler().valid();
        sampler.generate_many(400, 100, &Device::flex(), &mut rng, |made| {
            found.push(made.graphs.topology().edge_count() as f64 / 100.0);
        });
        found.iter().sum::<f64>() / found.len() as f64
    };
    let before = mean(&gan);
    let optimizer: ModuleOptimizer = AdamConfig::new().init();
    let learner = Learner::new(gan, optimizer, ConstantLr::new(0.01));
    let folder = tempfile::tempdir().unwrap();
    let outcome = Run::new(folder.path(), 2)
        .with_stop_handle(StopHandle::new())
        .launch(
            learner,
            |first| {
                let source = Graphs::new(10);
                let steps = GanLoader::new(source, &config, 30, 3, first, &device);
                (
                    Arc::new(steps) as Arc<dyn DataLoader<_>>,
                    Arc::new(EpochEndLoader { seed: 1 }) as Arc<dyn DataLoader<_>>,
                )
            },
            |training| training.metric_train_numeric(ScalarMetric::new("Reward", true)),
        )
        .unwrap();
    let after = mean(&outcome.model);
    assert!(after > before + 0.5, "{before} to {after} edges");
}

#[test]
fn invalid_settings_are_rejected() {
    let message = |config: GanConfig| config.validate().unwrap_err().to_string();
    assert!(message(GanConfig::new().with_batch_size(1)).contains("batch_size = 1"));
    assert!(message(GanConfig::new().with_critic_rate(0.0)).contains("critic_rate = 0"));
    let decay = GanConfig::new().with_average_decay(Some(1.0));
    assert!(message(decay).contains("average_decay = 1"));
    assert!(message(GanConfig::new().with_generator_rate(f64::NAN)).contains("NaN"));
}

/// Category frequencies are compared with the data if configured, also with a loss without real
/// graphs, and reach the generator's gradients.
#[test]
fn frequencies_reach_the_generator() {
    let device = Device::flex().autodiff();
    let step = |weight: f64| {
        let config = GanConfig::new()
            .with_batch_size(8)
            .with_loss(GanLoss::BinaryCrossEntropy)
            .with_penalty(None)
            .with_frequency_weight(weight);
        let loader = GanLoader::new(Graphs::new(20), &config, 1, 1, 1, &device);
        let joint = loader.iter().map(Result::unwrap).nth(1).unwrap();
        assert_eq!(joint.phase, GanPhase::Joint);
        assert_eq!(joint.real.is_some(), weight != 0.0);
        let gan = gan(&config, &device);
        let output = TrainStep::step(&gan, joint);
        let divergence = output.item.get("Frequency divergence");
        let loss = output.item.get("Generator loss").unwrap();
        (divergence, loss, gradient_sum(&gan, &output.grads))
    };
    let (none, without, plain) = step(0.0);
    let (some, with, held) = step(2.0);
    assert_eq!(none, None);
    assert!(some.unwrap() > 0.0);
    assert_eq!(without, with, "the critic's part is the same");
    assert_ne!(plain, held);
}

/// The sum of the sizes of the generator's gradients.
fn gradient_sum(gan: &Gan<Generator>, grads: &GradientsParams) -> f64 {
    struct Sizes<'a>(&'a GradientsParams, f64);
    impl ModuleVisitor for Sizes<'_> {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            if let Some(gradient) = self.0.get::<D>(param.id) {
                self.1 += f64::from(gradient.abs().sum().into_scalar::<f32>());
            }
        }
    }
    let mut sizes = Sizes(grads, 0.0);
    gan.generator.visit(&mut sizes);
    sizes.1
}
