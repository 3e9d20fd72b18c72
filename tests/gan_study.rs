//! Adversarial training in a folder: stopping and resuming equals not stopping, and devices agree.
#![cfg(all(feature = "train", feature = "flex"))]
#![allow(clippy::unwrap_used)]

mod common;

use std::{
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use burn::{
    module::{Module, ModuleVisitor, Param},
    tensor::{Device, Tensor},
};
use fireweed::{
    data::Provenance,
    device::DeviceSpec,
    generative::{
        CriticConfig, GeneratorConfig, GraphFeatures, GraphGenerator, GraphSource, StageConfig,
    },
    graph::{GraphBatch, generate::Waxman},
    nn::{Baseline, ReinforceLossConfig, unpooling::NodeSelection},
    study::{
        GraphTask, StudyEnd, StudyError,
        gan::{GanStudy, GanStudyConfig, PlacedTask, load_generator},
    },
    train::{
        BestEpoch, EpochDisplay, RunEnd, SharedJudge, StopHandle,
        gan::{GanConfig, GanLoss},
    },
};
use rand::{SeedableRng, rngs::ChaCha8Rng};

const EPOCHS: usize = 4;
const KINDS: &str = "two coordinates at nodes";

/// Small, with two rounds of generator steps that depend on the critic's lead, a moving baseline,
/// dropout and an average: everything that a checkpoint must hold.
fn config() -> GanStudyConfig {
    let select = |random| NodeSelection::ByPosition { kept: 0, random };
    let stages = vec![
        StageConfig::new(select(2), 6, vec![12]),
        StageConfig::new(select(5), 12, vec![8]),
    ];
    let features = GraphFeatures::continuous(2);
    let baseline = Baseline::MovingAverage { momentum: 0.9 };
    GanStudyConfig {
        generator: GeneratorConfig::new(features, 8, 12, vec![12], 4, stages),
        critic: CriticConfig::new(2, 0)
            .with_widths(vec![8, 6])
            .with_readout(6)
            .with_hidden(vec![5])
            .with_dropout(0.2),
        training: GanConfig::new()
            .with_batch_size(8)
            .with_max_repeats(2)
            .with_lead(0.0)
            .with_reinforce(ReinforceLossConfig::new().with_baseline(baseline))
            .with_weight_deviation(0.2)
            .with_average_decay(Some(0.9)),
        capacities: None,
        epochs: EPOCHS,
        iterations: 5,
        judged: 30,
        seed: 3,
        device: DeviceSpec::default(),
    }
}

/// Waxman graphs; asks for a stop when a given batch of real graphs is made.
struct Stopping {
    task: PlacedTask<2>,
    stop: StopHandle,
    at: Option<usize>,
}

struct StoppingSource {
    inner: Arc<dyn GraphSource>,
    stop: StopHandle,
    at: usize,
    made: AtomicUsize,
}

impl GraphSource for StoppingSource {
    fn len(&self) -> usize {
        self.inner.len()
    }
    fn batch(&self, graphs: &[usize], device: &Device) -> GraphBatch {
        if self.made.fetch_add(1, Ordering::SeqCst) == self.at {
            self.stop.stop();
        }
        self.inner.batch(graphs, device)
    }
}

impl GraphTask for Stopping {
    fn provenance(&self) -> &Provenance {
        self.task.provenance()
    }
    fn kinds(&self) -> String {
        self.task.kinds()
    }
    fn source(&self) -> Arc<dyn GraphSource> {
        let inner = self.task.source();
        match self.at {
            None => inner,
            Some(at) => Arc::new(StoppingSource {
                inner,
                stop: self.stop.clone(),
                at,
                made: AtomicUsize::new(0),
            }),
        }
    }
    fn judge(&self, sample_size: usize) -> SharedJudge {
        self.task.judge(sample_size)
    }
    fn best(&self) -> BestEpoch {
        self.task.best()
    }
}

fn provenance() -> Provenance {
    Provenance {
        title: "Waxman graphs".into(),
        synthetic: false,
        sha256: Vec::new(),
    }
}

fn task(at: Option<usize>) -> Stopping {
    let graphs = Waxman::new().dataset(5, 0..60, 1).unwrap();
    Stopping {
        task: PlacedTask::new(&graphs, provenance()),
        stop: StopHandle::new(),
        at,
    }
}

fn run(study: &GanStudy, at: Option<usize>) -> Result<StudyEnd, StudyError> {
    let task = task(at);
    study.run(&task, &task.stop.clone(), EpochDisplay::Lines)
}

/// The history, and the weights of the best epoch's sampler. Burn writes random ids beside weights,
/// so files are not compared byte by byte.
fn results(directory: &Path) -> (String, Vec<Vec<u32>>) {
    struct Bits(Vec<Vec<u32>>);
    impl ModuleVisitor for Bits {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let data = param.val().into_data();
            self.0.push(data.iter::<f32>().map(f32::to_bits).collect());
        }
    }
    let mut bits = Bits(Vec::new());
    load_generator(directory, KINDS, &Device::flex())
        .unwrap()
        .visit(&mut bits);
    let history = fs::read_to_string(directory.join("history.csv")).unwrap();
    (history, bits.0)
}

#[test]
fn a_resumed_study_equals_an_uninterrupted_one() {
    let root = tempfile::tempdir().unwrap();
    let whole = root.path().join("whole");
    let study = GanStudy::create(&whole, config(), &task(None)).unwrap();
    let end = run(&study, None).unwrap();
    assert_eq!((end.end, end.history.len()), (RunEnd::Completed, EPOCHS));
    let steps = 3 * 5;
    // In the first epoch, at the end of one, in the middle.
    for (number, stops) in [vec![2], vec![steps], vec![steps + 7, 4]]
        .into_iter()
        .enumerate()
    {
        let directory = root.path().join(format!("stopped-{number}"));
        GanStudy::create(&directory, config(), &task(None)).unwrap();
        for at in stops {
            let study = GanStudy::open(&directory).unwrap();
            assert_eq!(run(&study, Some(at)).unwrap().end, RunEnd::Interrupted);
        }
        let study = GanStudy::open(&directory).unwrap();
        assert_eq!(run(&study, None).unwrap().end, RunEnd::Completed);
        let (found, expected) = (results(&directory), results(&whole));
        assert_eq!(found.0, expected.0, "stop {number}");
        assert!(found.1 == expected.1, "weights after stop {number}");
        // A finished training stays as it is.
        assert_eq!(run(&study, None).unwrap().end, RunEnd::Completed);
    }
}

/// Published weights are those of the best epoch's sampler.
#[test]
fn published_weights_sample_the_same_graphs() {
    let root = tempfile::tempdir().unwrap();
    let study = GanStudy::create(root.path(), config(), &task(None)).unwrap();
    assert!(matches!(
        study.sampler(&task(None), &Device::flex()),
        Err(StudyError::NothingTrained { .. })
    ));
    run(&study, None).unwrap();
    let device = Device::flex();
    let sample = |generator: fireweed::generative::Generator| {
        let mut graphs = Vec::new();
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        generator.generate_many(20, 8, &device, &mut rng, |made| {
            graphs.extend(made.sampled());
        });
        graphs
    };
    let own = sample(study.sampler(&task(None), &device).unwrap());
    let published = sample(load_generator(root.path(), KINDS, &device).unwrap());
    assert_eq!(own, published);
    let foreign = load_generator(root.path(), "colors at nodes", &device);
    assert!(matches!(foreign, Err(StudyError::OtherKinds { .. })));
    fs::write(root.path().join("generator.safetensors"), b"{}").unwrap();
    let error = load_generator(root.path(), KINDS, &device)
        .unwrap_err()
        .to_string();
    assert!(error.starts_with("cannot use the weights "), "{error}");
    assert_eq!(error.lines().count(), 1);
}

#[test]
fn values_that_are_not_finite_are_reported_with_step_and_checkpoint() {
    // A real graph that is not a number, from the second epoch on.
    struct Spoiled(Stopping, usize);
    struct SpoiledSource(Arc<dyn GraphSource>, AtomicUsize, usize);
    impl GraphSource for SpoiledSource {
        fn len(&self) -> usize {
            self.0.len()
        }
        fn batch(&self, graphs: &[usize], device: &Device) -> GraphBatch {
            let batch = self.0.batch(graphs, device);
            match self.1.fetch_add(1, Ordering::SeqCst) {
                made if made < self.2 => batch,
                _ => {
                    let nodes = batch.nodes() * f32::NAN;
                    batch.with_nodes(nodes)
                }
            }
        }
    }
    impl GraphTask for Spoiled {
        fn provenance(&self) -> &Provenance {
            self.0.provenance()
        }
        fn kinds(&self) -> String {
            self.0.kinds()
        }
        fn source(&self) -> Arc<dyn GraphSource> {
            Arc::new(SpoiledSource(self.0.source(), AtomicUsize::new(0), self.1))
        }
        fn judge(&self, sample_size: usize) -> SharedJudge {
            self.0.judge(sample_size)
        }
        fn best(&self) -> BestEpoch {
            self.0.best()
        }
    }
    // Batches of real graphs before that: one for each critic step, and for the generator's steps
    // where the loss compares.
    for (loss, good, step) in [
        (GanLoss::Wasserstein, 6, "the critic's loss in step 6"),
        (
            GanLoss::Relativistic,
            22,
            "the loss of generator and structure in step 7",
        ),
    ] {
        let root = tempfile::tempdir().unwrap();
        let task = Spoiled(task(None), good);
        let mut spoiled = config();
        spoiled.training.loss = loss;
        let study = GanStudy::create(root.path(), spoiled, &task).unwrap();
        let error = study
            .run(&task, &StopHandle::new(), EpochDisplay::Lines)
            .unwrap_err();
        let message = error.to_string();
        let expected = format!("{step} is not finite; the last good checkpoint is ");
        assert!(message.starts_with(&expected), "{message}");
        assert!(message.contains("model-1.bpk"), "{message}");
        // What was complete is still there to sample from; the broken epoch was not kept.
        study.sampler(&task, &Device::flex()).unwrap();
        assert_eq!(study.history().unwrap().len(), 1);
    }
}

/// Nothing is written where a study cannot begin.
#[test]
fn invalid_settings_leave_no_folder() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("study");
    let message = |config: GanStudyConfig, task: &Stopping| {
        let error = GanStudy::create(&path, config, task).err().unwrap();
        assert!(!path.exists());
        error.to_string()
    };
    let none = Stopping {
        task: PlacedTask::<2>::new(&[], provenance()),
        ..task(None)
    };
    assert!(message(config(), &none).contains("at least one graph"));
    let mut wrong = config();
    wrong.critic.node_features = 3;
    assert!(message(wrong, &task(None)).contains("has 2 node features, but the critic has 3"));
    let mut wrong = config();
    wrong.training.generator_rate = 2.0;
    assert!(message(wrong, &task(None)).contains("generator_rate = 2"));
    let mut wrong = config();
    wrong.generator.stages[1].max_nodes = 9;
    assert!(message(wrong, &task(None)).contains("grow to 12 nodes, and max_nodes is 9"));
}

#[test]
fn a_study_is_not_continued_on_other_data() {
    let root = tempfile::tempdir().unwrap();
    let study = GanStudy::create(root.path(), config(), &task(None)).unwrap();
    let graphs = Waxman::new().dataset(5, 0..60, 1).unwrap();
    let other = Provenance {
        title: "other graphs".into(),
        ..provenance()
    };
    let other = PlacedTask::new(&graphs, other);
    let error = study
        .run(&other, &StopHandle::new(), EpochDisplay::Lines)
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("was started on Waxman graphs, but other graphs")
    );
    let again = GanStudy::create(root.path(), config(), &task(None));
    assert!(matches!(again, Err(StudyError::Occupied { .. })));
}
