//! Maximum likelihood training of an unpooling model in a folder: resuming, devices, weights.
#![cfg(all(feature = "train", feature = "flex"))]
#![allow(clippy::unwrap_used)]

mod common;

use std::{path::Path, sync::Arc};

use burn::tensor::Device;
use fireweed::{
    data::Provenance,
    generative::{
        SampledGraph,
        likelihood::{
            GraphKinds, NetworkConfig, SamplingOptions, TypedGraph, UnpoolingModelConfig, sizes_of,
        },
    },
    graph::generate::random_connected,
    study::{
        ModelSettings, StudyError,
        likelihood::{
            LikelihoodStudy, LikelihoodStudyConfig, LikelihoodTask, ModelDescription, load_model,
            save_model,
        },
    },
    train::{
        EpochDisplay, GraphJudge, RunEnd, SharedJudge, StopHandle, likelihood::LikelihoodConfig,
    },
};
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

/// Random connected graphs whose nodes have a kind that says something of their degree.
struct Graphs {
    provenance: Provenance,
    training: Arc<Vec<TypedGraph>>,
    held_out: Arc<Vec<TypedGraph>>,
    /// Stops the training when the first sample is judged.
    stop: Option<StopHandle>,
}

fn kinds() -> GraphKinds {
    GraphKinds {
        nodes: 3,
        edges: 2,
        marks: 1,
        capacities: None,
    }
}

impl Graphs {
    fn new(seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let graphs: Vec<TypedGraph> = (0..80)
            .map(|_| {
                let nodes = rng.random_range(1..=10usize);
                let extra = rng
                    .random_range(0..3)
                    .min((nodes * nodes - nodes) / 2 - (nodes - 1));
                let topology = random_connected(nodes, extra, &mut rng).unwrap();
                let mut graph = TypedGraph::untyped(topology);
                for node in 0..nodes {
                    graph.nodes[node] = graph.topology.degree(node).min(2);
                }
                graph
            })
            .collect();
        Self {
            provenance: Provenance {
                title: format!("random graphs {seed}"),
                synthetic: true,
                sha256: Vec::new(),
            },
            held_out: Arc::new(graphs[..20].to_vec()),
            training: Arc::new(graphs[20..].to_vec()),
            stop: None,
        }
    }

    fn config(&self) -> LikelihoodStudyConfig {
        let small = NetworkConfig {
            node_features: 12,
            edge_features: 8,
            layers: 2,
        };
        LikelihoodStudyConfig {
            model: UnpoolingModelConfig {
                structure: small.clone(),
                types: small,
                ..UnpoolingModelConfig::new(kinds(), sizes_of(&self.training, 0))
            },
            training: LikelihoodConfig::new(11).with_batch_size(8).with_warm_up(3),
            epochs: 4,
            judged: 10,
            sampling: SamplingOptions::default(),
            seed: 5,
            device: "flex".parse().unwrap(),
        }
    }
}

struct Judge(Option<StopHandle>);

impl GraphJudge for Judge {
    fn sample_size(&self) -> usize {
        10
    }

    fn metrics(&self) -> Vec<(String, bool)> {
        vec![("Nodes".into(), true)]
    }

    fn judge(&self, graphs: &[SampledGraph]) -> Vec<f64> {
        if let Some(stop) = &self.0 {
            stop.stop();
        }
        let nodes = graphs.iter().map(|graph| graph.topology.node_count());
        vec![nodes.sum::<usize>() as f64 / graphs.len() as f64]
    }
}

impl LikelihoodTask for Graphs {
    fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    fn digest(&self) -> String {
        self.provenance.title.clone()
    }

    fn training(&self) -> Arc<Vec<TypedGraph>> {
        self.training.clone()
    }

    fn held_out(&self) -> Arc<Vec<TypedGraph>> {
        self.held_out.clone()
    }

    fn judge(&self, _sample_size: usize) -> Option<SharedJudge> {
        Some(SharedJudge(Arc::new(Judge(self.stop.clone()))))
    }
}

fn create(directory: &Path, task: &Graphs) -> Result<LikelihoodStudy, StudyError> {
    LikelihoodStudy::create(directory, task.config(), &(), task)
}

/// The weights of the best epoch, as bytes.
fn weights(study: &LikelihoodStudy, directory: &Path) -> Vec<u8> {
    let model = study.model(&Device::flex()).unwrap();
    let description = ModelDescription {
        version: String::new(),
        data: String::new(),
        synthetic: true,
        seed: 5,
        codec: (),
        model: model.config().clone(),
    };
    std::fs::create_dir_all(directory).unwrap();
    save_model(directory, &model, &description, false).unwrap();
    let (again, _) = load_model::<()>(directory, &Device::flex()).unwrap();
    let draw = |model: &fireweed::generative::likelihood::UnpoolingModel| {
        let options = SamplingOptions::default();
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let sample = model.sample(20, &options, &Device::flex(), &mut rng);
        sample
            .into_iter()
            .map(|path| path.graph)
            .collect::<Vec<_>>()
    };
    assert_eq!(draw(&again), draw(&model), "weights survive the file");
    let half = directory.join("half");
    std::fs::create_dir_all(&half).unwrap();
    save_model(&half, &model, &description, true).unwrap();
    let (rounded, _) = load_model::<()>(&half, &Device::flex()).unwrap();
    assert_eq!(draw(&rounded).len(), 20, "weights in f16 are read as f32");
    let size = |directory: &Path| {
        let file = directory.join("model.safetensors");
        std::fs::metadata(file).unwrap().len() as f64
    };
    assert!(size(&half) < 0.75 * size(directory));
    std::fs::read(directory.join("model.safetensors")).unwrap()
}

/// Stopped in the middle of an epoch or not: the same history and the same weights, bit for bit.
#[test]
fn a_resumed_study_equals_an_uninterrupted_one() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    let mut task = Graphs::new(1);
    let whole = create(&at("whole"), &task).unwrap();
    let stop = StopHandle::new();
    let end = whole.run(&task, &stop, EpochDisplay::Hidden).unwrap();
    assert_eq!((end.end, end.history.len()), (RunEnd::Completed, 4));
    assert!(
        end.history
            .series("nll")
            .iter()
            .all(|(_, value)| value.is_finite())
    );
    assert!(at("whole").join("curves.png").is_file());

    create(&at("stopped"), &task).unwrap();
    let mut runs = 0;
    let end = loop {
        runs += 1;
        let study = LikelihoodStudy::open(&at("stopped")).unwrap();
        let stop = StopHandle::new();
        task.stop = (runs < 3).then(|| stop.clone());
        let end = study.run(&task, &stop, EpochDisplay::Hidden).unwrap();
        if end.end == RunEnd::Completed {
            break end;
        }
        assert!(runs < 20, "{:?}", end.end);
    };
    assert!(runs > 1, "the training was stopped");
    assert_eq!(end.best, whole_best(&whole));
    let history = |name: &str| std::fs::read(at(name).join("history.csv")).unwrap();
    assert!(history("stopped") == history("whole"));
    let stopped = LikelihoodStudy::open(&at("stopped")).unwrap();
    assert!(weights(&stopped, &at("a")) == weights(&whole, &at("b")));

    let other = Graphs::new(2);
    let error = stopped.check(&other).unwrap_err().to_string();
    assert!(error.contains("was started on random graphs 1"), "{error}");
    let error = create(&at("whole"), &task).err().unwrap().to_string();
    assert!(error.contains("already contains a study"), "{error}");
}

fn whole_best(study: &LikelihoodStudy) -> Option<usize> {
    let history = study.history().unwrap();
    let series = history.series("nll").into_iter();
    series
        .reduce(|best, next| if next.1 < best.1 { next } else { best })
        .map(|(epoch, _)| epoch)
}

/// Steps that do not divide by the epochs leave no epoch without steps.
#[test]
fn no_epoch_is_without_steps() {
    let dir = tempfile::tempdir().unwrap();
    let task = Graphs::new(6);
    let mut config = task.config();
    config.training = LikelihoodConfig::new(15).with_batch_size(4).with_warm_up(2);
    config.epochs = 10;
    assert_eq!((config.steps_per_epoch(), config.epoch_count()), (2, 8));
    let study = LikelihoodStudy::create(dir.path(), config, &(), &task).unwrap();
    let end = study
        .run(&task, &StopHandle::new(), EpochDisplay::Hidden)
        .unwrap();
    assert_eq!((end.end, end.history.len()), (RunEnd::Completed, 8));
}

/// Training lowers the −log probability of held-out graphs.
#[test]
fn training_lowers_the_held_out_loss() {
    let dir = tempfile::tempdir().unwrap();
    let task = Graphs::new(3);
    let mut config = task.config();
    config.training = LikelihoodConfig::new(120)
        .with_batch_size(32)
        .with_warm_up(10);
    let study = LikelihoodStudy::create(dir.path(), config, &(), &task).unwrap();
    let end = study
        .run(&task, &StopHandle::new(), EpochDisplay::Hidden)
        .unwrap();
    let nll = end.history.series("nll");
    assert!(nll[3].1 < 0.9 * nll[0].1, "{nll:?}");
}

#[test]
fn invalid_settings_and_graphs_are_rejected() {
    let dir = tempfile::tempdir().unwrap();
    let task = Graphs::new(1);
    let mut config = task.config();
    config.epochs = 12;
    let directory = dir.path().join("new");
    let error = LikelihoodStudy::create(&directory, config, &(), &task)
        .err()
        .unwrap();
    assert!(error.to_string().starts_with("epochs = 12"), "{error}");
    let mut config = task.config();
    config.model.kinds = GraphKinds::none();
    let error = LikelihoodStudy::create(&directory, config, &(), &task)
        .err()
        .unwrap();
    assert!(error.to_string().contains("node kinds"), "{error}");
    assert!(!directory.exists(), "nothing is left behind");
}
