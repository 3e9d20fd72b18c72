//! Stopping and resuming a training equals not stopping, bit for bit.
#![cfg(all(feature = "train", feature = "flex"))]
#![allow(clippy::unwrap_used)]

use std::{fs, path::Path, sync::Arc};

use burn::{
    data::dataloader::{DataLoader, DataLoaderBuilder},
    lr_scheduler::constant::ConstantLr,
    module::Module,
    optim::{AdamConfig, ModuleOptimizer},
    tensor::{Device, Tensor},
    train::{
        Learner, SupervisedTraining,
        logger::TrainingProgressLogger,
        metric::{AccuracyMetric, LossMetric},
    },
};
use fireweed::{
    data::{ImageBatcher, RegressionBatch, synthetic_garments},
    overparam::{InputMap, OverparamMlp, OverparamMlpConfig},
    train::{
        CHECKPOINT_DIR, Classifier, EpochDataLoader, EvaluationLoader, EvaluationSplit,
        FullBatchLoader, HISTORY_FILE, MlpRegressor, OnSplit, Patience, PlainSgd, Run, RunEnd,
        RunOutcome, StopHandle, latest_checkpoint,
    },
};
use rand::{SeedableRng, rngs::ChaCha8Rng};

const EPOCHS: usize = 6;
const RATE: f64 = 0.02;

/// Asks for a stop once the given number of training items of an epoch has been processed.
struct StopAt {
    stop: StopHandle,
    epoch: usize,
    items: usize,
    now: usize,
    training: bool,
}

impl TrainingProgressLogger for StopAt {
    fn start(&mut self, _: usize, starting_epoch: usize, _: Option<usize>, _: Option<&str>) {
        self.now = starting_epoch;
    }
    fn update_epoch(&mut self, epoch: usize) {
        self.now = epoch + 1;
    }
    fn start_split(&mut self, split: &str, _: usize) {
        self.training = split == "train";
    }
    fn update_split(&mut self, items: usize) {
        if self.training && self.now == self.epoch && items >= self.items {
            self.stop.stop();
        }
    }
    fn end_split(&mut self) {}
    fn end(&mut self) {}
    fn log_event_training(&mut self, _: String) {}
}

#[derive(Clone, Copy)]
struct Options {
    rate: f64,
    adam: bool,
    stop_at: Option<(usize, usize)>,
    patience: Option<usize>,
    one_step: bool,
}

const PLAIN: Options = Options {
    rate: RATE,
    adam: false,
    stop_at: None,
    patience: None,
    one_step: false,
};

fn train(directory: &Path, options: Options) -> RunOutcome<Classifier<OverparamMlp>> {
    let device = Device::flex().autodiff();
    let network = OverparamMlpConfig::new(784, 48, 10)
        .with_input_map(InputMap::Unit)
        .with_seed(1)
        .init(&device);
    let optimizer = if options.adam {
        AdamConfig::new().init()
    } else {
        ModuleOptimizer::from(PlainSgd)
    };
    let learner = Learner::new(
        Classifier::new(network),
        optimizer,
        ConstantLr::new(options.rate),
    );
    let images = synthetic_garments(300, &mut ChaCha8Rng::seed_from_u64(9));
    let (train, test) = (images.range(0..200), images.range(200..300));
    let stop = StopHandle::new();
    let (batch, epochs) = if options.one_step {
        (200, 1)
    } else {
        (32, EPOCHS)
    };
    let loaders = |first_epoch| {
        let order =
            EpochDataLoader::new(train.clone(), ImageBatcher, batch, 4, first_epoch, &device);
        let in_order = |set| {
            DataLoaderBuilder::new(ImageBatcher)
                .batch_size(100)
                .build(set)
        };
        let evaluation = EvaluationLoader::new(in_order(train), in_order(test));
        (
            Arc::new(order) as Arc<dyn DataLoader<_>>,
            Arc::new(evaluation) as Arc<dyn DataLoader<_>>,
        )
    };
    let test_loss = OnSplit::new(LossMetric::new(), EvaluationSplit::Test, "Test loss");
    let mut run = Run::new(directory, epochs).with_stop_handle(stop.clone());
    if let Some(epochs) = options.patience {
        run = run.with_early_stopping(Patience::new(&test_loss, epochs));
    }
    let register = |training: SupervisedTraining<Classifier<OverparamMlp>>| {
        let accuracy = OnSplit::new(
            AccuracyMetric::new(),
            EvaluationSplit::Train,
            "Train accuracy",
        );
        let training = training
            .metric_train_numeric(LossMetric::new())
            .metric_valid_numeric(test_loss)
            .metric_valid_numeric(accuracy);
        match options.stop_at {
            None => training,
            Some((epoch, items)) => training.with_progress_logger(StopAt {
                stop,
                epoch,
                items,
                now: 0,
                training: false,
            }),
        }
    };
    run.launch(learner, loaders, register).unwrap()
}

fn weights(network: &OverparamMlp) -> Vec<Vec<u32>> {
    let bits = |tensor: Tensor<2>| -> Vec<u32> {
        let values: Vec<f32> = tensor.into_data().try_into_vec().unwrap();
        values.into_iter().map(f32::to_bits).collect()
    };
    let hidden = network.hidden.iter().map(|w| bits(w.val()));
    hidden
        .chain([bits(network.embedding.val()), bits(network.readout.val())])
        .collect()
}

fn assert_same(a: &RunOutcome<Classifier<OverparamMlp>>, b: &RunOutcome<Classifier<OverparamMlp>>) {
    assert_eq!(a.history, b.history);
    let [a, b] = [a, b].map(|outcome| weights(&outcome.model.network));
    assert!(a == b, "weights differ");
}

#[test]
fn a_resumed_run_equals_an_uninterrupted_one() {
    for adam in [false, true] {
        let options = Options {
            adam,
            rate: if adam { 1e-3 } else { RATE },
            ..PLAIN
        };
        let whole = tempfile::tempdir().unwrap();
        let expected = train(whole.path(), options);
        assert_eq!(expected.end, RunEnd::Completed);
        assert_eq!(expected.history.len(), EPOCHS);

        // In the middle of the first epoch (nothing to continue from), in the middle of a later
        // one, and at the end of one.
        for stop_at in [(1, 64), (4, 96), (3, 200)] {
            let dir = tempfile::tempdir().unwrap();
            let stopped = train(
                dir.path(),
                Options {
                    stop_at: Some(stop_at),
                    ..options
                },
            );
            assert_eq!(stopped.end, RunEnd::Interrupted, "stop at {stop_at:?}");
            assert!(stopped.history.len() < EPOCHS);
            let checkpoint = latest_checkpoint(&dir.path().join(CHECKPOINT_DIR), EPOCHS);
            assert!(checkpoint.unwrap_or(0) >= stop_at.0 - 1, "{checkpoint:?}");
            assert_same(&train(dir.path(), options), &expected);
        }
    }
}

/// Gradient descent: 5 steps per epoch.
fn regress(directory: &Path, stop_at: Option<(usize, usize)>) -> RunOutcome<MlpRegressor> {
    const ROWS: usize = 40;
    let device = Device::flex().autodiff();
    let network = OverparamMlpConfig::new(1, 32, 1).init(&device);
    let learner = Learner::new(
        MlpRegressor::new(network),
        ModuleOptimizer::from(PlainSgd),
        ConstantLr::new(2e-4),
    );
    let x = Tensor::<1, _>::arange(0..ROWS as i64, &device).float() / 10.0;
    let all = RegressionBatch {
        features: x.clone().unsqueeze_dim(1),
        targets: x.sin().unsqueeze_dim(1),
    };
    let loaders = |_| {
        let once: Arc<dyn DataLoader<_>> = Arc::new(FullBatchLoader::new(all.clone(), 1));
        let evaluation = EvaluationLoader::new(once.clone(), once);
        (
            Arc::new(FullBatchLoader::new(all, 5)) as Arc<dyn DataLoader<_>>,
            Arc::new(evaluation) as Arc<dyn DataLoader<_>>,
        )
    };
    let stop = StopHandle::new();
    let loss = OnSplit::new(LossMetric::new(), EvaluationSplit::Train, "Train loss");
    Run::new(directory, EPOCHS)
        .with_stop_handle(stop.clone())
        .launch(learner, loaders, |training| {
            let training = training
                .metric_train_numeric(LossMetric::new())
                .metric_valid_numeric(loss);
            match stop_at {
                None => training,
                Some((epoch, steps)) => training.with_progress_logger(StopAt {
                    stop,
                    epoch,
                    items: steps * ROWS,
                    now: 0,
                    training: false,
                }),
            }
        })
        .unwrap()
}

#[test]
fn a_resumed_regression_equals_an_uninterrupted_one() {
    let whole = tempfile::tempdir().unwrap();
    let expected = regress(whole.path(), None);
    let losses = expected.history.series("train_loss");
    assert_eq!(losses.len(), EPOCHS);
    assert!(losses[EPOCHS - 1].1 < losses[0].1, "{losses:?}");
    for stop_at in [(1, 2), (3, 4), (4, 5)] {
        let dir = tempfile::tempdir().unwrap();
        let stopped = regress(dir.path(), Some(stop_at));
        assert_eq!(stopped.end, RunEnd::Interrupted, "stop at {stop_at:?}");
        let resumed = regress(dir.path(), None);
        assert_eq!(resumed.history, expected.history);
        let [resumed, expected] = [&resumed, &expected].map(|run| weights(&run.model.network));
        assert!(resumed == expected, "weights differ after {stop_at:?}");
    }
}

#[test]
fn training_lowers_the_loss_and_keeps_frozen_matrices() {
    let dir = tempfile::tempdir().unwrap();
    let outcome = train(dir.path(), PLAIN);
    let losses = outcome.history.series("test_loss");
    assert!(losses[EPOCHS - 1].1 < 0.7 * losses[0].1, "{losses:?}");
    let start = OverparamMlpConfig::new(784, 48, 10)
        .with_input_map(InputMap::Unit)
        .with_seed(1)
        .init(&Device::flex());
    let start = weights(&start);
    let end = weights(&outcome.model.network);
    let changed: Vec<bool> = start.iter().zip(&end).map(|(a, b)| a != b).collect();
    assert_eq!(changed, [true, true, false, false], "W_1, W_2, A, B");
    // A finished run that is launched again changes nothing.
    assert_same(&train(dir.path(), PLAIN), &outcome);
}

#[test]
fn damaged_checkpoints_are_skipped() {
    let whole = tempfile::tempdir().unwrap();
    let expected = train(whole.path(), PLAIN);
    let dir = tempfile::tempdir().unwrap();
    train(
        dir.path(),
        Options {
            stop_at: Some((5, 32)),
            ..PLAIN
        },
    );
    let checkpoints = dir.path().join(CHECKPOINT_DIR);
    let last = latest_checkpoint(&checkpoints, EPOCHS).unwrap();
    let model = checkpoints.join(format!("model-{last}.bpk"));
    let bytes = fs::read(&model).unwrap();
    fs::write(&model, &bytes[..bytes.len() / 2]).unwrap();
    assert_eq!(latest_checkpoint(&checkpoints, EPOCHS), Some(last - 1));
    assert_same(&train(dir.path(), PLAIN), &expected);
}

#[test]
fn a_damaged_history_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    train(
        dir.path(),
        Options {
            stop_at: Some((3, 32)),
            ..PLAIN
        },
    );
    fs::write(dir.path().join(HISTORY_FILE), "epoch,test_loss\n1,x\n").unwrap();
    let result = std::panic::catch_unwind(|| train(dir.path(), PLAIN));
    let message = *result.err().unwrap().downcast::<String>().unwrap();
    assert!(
        message.contains("DamagedHistory") && message.contains("row: 1"),
        "{message}"
    );
}

#[test]
fn early_stopping_is_the_same_after_a_resume() {
    // A step so large that the test loss rises and falls.
    let options = Options {
        rate: 0.2,
        patience: Some(1),
        ..PLAIN
    };
    let whole = tempfile::tempdir().unwrap();
    let expected = train(whole.path(), options);
    assert_eq!(expected.end, RunEnd::StoppedEarly);
    let epochs = expected.history.len();
    assert!((2..EPOCHS).contains(&epochs), "{epochs}");
    let dir = tempfile::tempdir().unwrap();
    let stop_at = Some((epochs, 32));
    let stopped = train(dir.path(), Options { stop_at, ..options });
    assert_eq!(stopped.end, RunEnd::Interrupted);
    assert_same(&train(dir.path(), options), &expected);
}

#[test]
fn a_run_that_stopped_early_is_not_continued() {
    let options = Options {
        rate: 0.2,
        patience: Some(1),
        ..PLAIN
    };
    let dir = tempfile::tempdir().unwrap();
    let first = train(dir.path(), options);
    let again = train(dir.path(), options);
    assert_eq!(again.end, RunEnd::StoppedEarly);
    assert_same(&again, &first);
}

/// Killed while the first checkpoint was being written.
#[test]
fn an_incomplete_first_checkpoint_restarts_the_run() {
    let whole = tempfile::tempdir().unwrap();
    let expected = train(whole.path(), PLAIN);
    let dir = tempfile::tempdir().unwrap();
    let stop_at = Some((2, 32));
    train(dir.path(), Options { stop_at, ..PLAIN });
    let checkpoints = dir.path().join(CHECKPOINT_DIR);
    for entry in fs::read_dir(&checkpoints).unwrap() {
        let path = entry.unwrap().path();
        if !path
            .file_name()
            .unwrap()
            .to_str()
            .unwrap()
            .starts_with("model-")
        {
            fs::remove_file(path).unwrap();
        }
    }
    assert_eq!(latest_checkpoint(&checkpoints, EPOCHS), None);
    assert_same(&train(dir.path(), PLAIN), &expected);
}

/// Neither a lost history nor lost checkpoints may look like a fresh start.
#[test]
fn missing_histories_and_checkpoints_are_errors() {
    for lose in ["history", "checkpoints", "last rows"] {
        let dir = tempfile::tempdir().unwrap();
        train(dir.path(), PLAIN);
        let history = dir.path().join(HISTORY_FILE);
        match lose {
            "history" => fs::write(&history, "").unwrap(),
            "checkpoints" => fs::remove_dir_all(dir.path().join(CHECKPOINT_DIR)).unwrap(),
            _ => {
                let text = fs::read_to_string(&history).unwrap();
                let rows: Vec<_> = text.lines().take(3).collect();
                fs::write(&history, rows.join("\n")).unwrap();
            }
        }
        let result = std::panic::catch_unwind(|| train(dir.path(), PLAIN));
        let message = *result.err().unwrap().downcast::<String>().unwrap();
        assert!(message.contains("NoCheckpoint"), "{lose}: {message}");
    }
}

#[test]
fn divergence_in_the_last_step_is_reported() {
    // One epoch of one batch: its loss is measured before the step that ruins the weights.
    let dir = tempfile::tempdir().unwrap();
    let outcome = train(
        dir.path(),
        Options {
            rate: 1e30,
            one_step: true,
            ..PLAIN
        },
    );
    assert_eq!(outcome.end, RunEnd::Diverged { epoch: 1 });
    assert!(outcome.history.is_empty());
}

#[test]
fn divergence_is_reported_with_its_epoch() {
    let dir = tempfile::tempdir().unwrap();
    let outcome = train(
        dir.path(),
        Options {
            rate: 1e20,
            ..PLAIN
        },
    );
    assert!(
        matches!(outcome.end, RunEnd::Diverged { epoch: 1 | 2 }),
        "{:?}",
        outcome.end
    );
}

#[test]
fn a_read_only_folder_is_reported_by_name() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let device = Device::flex().autodiff();
    let network = OverparamMlpConfig::new(784, 4, 10).init(&device).no_grad();
    let learner = Learner::new(
        Classifier::new(network),
        ModuleOptimizer::from(PlainSgd),
        ConstantLr::new(RATE),
    );
    let loaders = |_| -> (Arc<dyn DataLoader<_>>, Arc<dyn DataLoader<_>>) { unreachable!() };
    let result = Run::new(file.path().join("run"), 1).launch(learner, loaders, |training| training);
    let message = result.err().unwrap().to_string();
    assert!(message.starts_with("cannot write "), "{message}");
    assert!(
        message.contains(&file.path().display().to_string()),
        "{message}"
    );
}
