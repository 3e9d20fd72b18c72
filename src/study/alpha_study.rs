use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use burn::{
    data::{
        dataloader::{DataLoader, DataLoaderBuilder, batcher::Batcher},
        dataset::Dataset,
    },
    module::Module,
    optim::{ModuleOptimizer, lr_scheduler::constant::ConstantLr},
    tensor::Device,
    train::{
        Learner,
        metric::{AccuracyMetric, LossMetric},
    },
};
use rand::{SeedableRng, rngs::ChaCha8Rng};
use serde::{Deserialize, Serialize};

use super::{
    AlphaStudyConfig, AlphaStudyResults, RunResult, StudyError,
    folder::{Folder, io_error},
    output::pretty,
};
use crate::{
    data::{
        ClassificationBatch, DataError, ImageBatcher, ImageSet, ImageSplits, Provenance, TensorRows,
    },
    files::write_whole,
    overparam::{OverparamMlp, OverparamMlpConfig},
    train::{
        CHECKPOINT_DIR, EpochDataLoader, EvaluationLoader, EvaluationSplit, HISTORY_FILE, History,
        MlpClassifier, OnSplit, Patience, PlainSgd, Run, RunEnd, RunOutcome, StopHandle,
    },
};

const END_FILE: &str = "end.json";
/// Samples per batch where nothing is learned; bounds memory only.
const EVALUATION_BATCH: usize = 1000;

/// What happens in a study, for progress output.
#[derive(Clone, Debug, PartialEq)]
pub enum StudyEvent {
    /// A training begins or continues.
    Started {
        /// The slope.
        alpha: f64,
        /// The repeat, from 1.
        repeat: usize,
        /// Position among all trainings, from 1.
        number: usize,
        /// Number of all trainings.
        total: usize,
    },
    /// A training was finished before.
    Skipped {
        /// The slope.
        alpha: f64,
        /// The repeat, from 1.
        repeat: usize,
    },
    /// A training ended.
    Ended {
        /// The slope.
        alpha: f64,
        /// The repeat, from 1.
        repeat: usize,
        /// How.
        end: RunEnd,
    },
}

/// One network per slope and repeat, trained in a folder that can be resumed.
pub struct AlphaStudy {
    folder: Folder,
    record: StudyRecord,
}

/// `config.json` of a study's folder.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct StudyRecord {
    /// Version of this crate that began the study.
    version: String,
    pub(super) provenance: Provenance,
    #[serde(flatten)]
    pub(super) config: AlphaStudyConfig,
}

/// `end.json` of a training's folder: written once, when it needs no more work.
#[derive(Serialize, Deserialize)]
#[serde(tag = "end", rename_all = "kebab-case")]
enum EndRecord {
    Completed,
    StoppedEarly,
    Diverged { epoch: usize },
}

impl AlphaStudy {
    /// Begins a study of `data` in a folder, which is created where it does not exist.
    ///
    /// # Errors
    /// [`StudyError`]: settings out of range, more images asked for than there are, a folder that
    /// cannot be written or has a study.
    pub fn create(
        directory: &Path,
        config: AlphaStudyConfig,
        data: &ImageSplits,
    ) -> Result<Self, StudyError> {
        config.validate()?;
        for (split, requested, available) in [
            ("training", config.samples, data.train.len()),
            ("test", config.test_samples, data.test.len()),
        ] {
            if requested > available {
                return Err(StudyError::Data(DataError::TooFew {
                    dataset: format!("the {split} part of {}", data.provenance.title),
                    requested,
                    available,
                }));
            }
        }
        let record = StudyRecord {
            version: env!("CARGO_PKG_VERSION").into(),
            provenance: data.provenance.clone(),
            config,
        };
        let folder = Folder::create(directory, &record)?;
        Ok(Self { folder, record })
    }

    /// Opens the study of a folder.
    ///
    /// # Errors
    /// [`StudyError`]: no study there, or its settings are damaged or out of range.
    pub fn open(directory: &Path) -> Result<Self, StudyError> {
        let (folder, record): (_, StudyRecord) = Folder::open(directory)?;
        record.config.validate()?;
        Ok(Self { folder, record })
    }

    /// The settings.
    pub fn config(&self) -> &AlphaStudyConfig {
        &self.record.config
    }

    /// The data that the study was begun on.
    pub fn provenance(&self) -> &Provenance {
        &self.record.provenance
    }

    /// One line of the data and the settings that matter for reading results.
    pub fn summary(&self) -> String {
        self.config().summary(self.provenance())
    }

    pub(super) fn record(&self) -> &StudyRecord {
        &self.record
    }

    /// The folder.
    pub fn directory(&self) -> &Path {
        self.folder.path()
    }

    /// Trains what is not trained yet; returns early, with `complete` false, when asked to stop.
    ///
    /// A training that diverges ends alone; the study goes on.
    ///
    /// # Errors
    /// [`StudyError`]. Finished trainings and complete epochs are on disk.
    pub fn run(
        &self,
        data: &ImageSplits,
        stop: &StopHandle,
        dashboard: bool,
        notify: &mut dyn FnMut(StudyEvent),
    ) -> Result<AlphaStudyResults, StudyError> {
        if data.provenance != *self.provenance() {
            return Err(StudyError::OtherData {
                path: self.directory().to_path_buf(),
                begun: self.provenance().title.clone(),
                loaded: data.provenance.title.clone(),
            });
        }
        let config = self.config();
        let _lock = self.folder.lock()?;
        let device = config.device.open()?;
        let seeds = config.subset_seeds();
        let data = Subsets {
            train: data
                .train
                .random_subset(config.samples, &mut ChaCha8Rng::seed_from_u64(seeds.train))?,
            test: data.test.random_subset(
                config.test_samples,
                &mut ChaCha8Rng::seed_from_u64(seeds.test),
            )?,
        };
        let total = config.repeats * config.alphas.len();
        let mut results = AlphaStudyResults {
            runs: Vec::with_capacity(total),
            complete: true,
        };
        for repeat in 1..=config.repeats {
            for &alpha in &config.alphas {
                if let Some(result) = self.finished(alpha, repeat)? {
                    notify(StudyEvent::Skipped { alpha, repeat });
                    results.runs.push(result);
                    continue;
                }
                if stop.is_stopped() {
                    results.complete = false;
                    return Ok(results);
                }
                notify(StudyEvent::Started {
                    alpha,
                    repeat,
                    number: results.runs.len() + 1,
                    total,
                });
                let outcome = self.train(alpha, repeat, &data, &device, stop, dashboard)?;
                let end = outcome.end;
                notify(StudyEvent::Ended { alpha, repeat, end });
                if end == RunEnd::Interrupted {
                    results.complete = false;
                    return Ok(results);
                }
                self.finish(alpha, repeat, end)?;
                results.runs.push(RunResult {
                    alpha,
                    repeat,
                    history: outcome.history,
                    end,
                });
            }
        }
        Ok(results)
    }

    /// The folder of one training.
    pub fn run_directory(&self, alpha: f64, repeat: usize) -> PathBuf {
        self.directory()
            .join("runs")
            .join(format!("alpha_{}", short(alpha)))
            .join(format!("repeat_{repeat:02}"))
    }

    fn train(
        &self,
        alpha: f64,
        repeat: usize,
        data: &Subsets,
        device: &Device,
        stop: &StopHandle,
        dashboard: bool,
    ) -> Result<RunOutcome<MlpClassifier>, StudyError> {
        let config = self.config();
        let seeds = config.repeat_seeds(repeat);
        let pixels = data.train.pixels_per_image();
        let network = OverparamMlpConfig::new(pixels, config.width, data.train.classes())
            .with_depth(config.depth)
            .with_alpha(alpha)
            .with_input_map(config.input_map)
            .try_init_with(
                &device.clone().autodiff(),
                &mut ChaCha8Rng::seed_from_u64(seeds.weights),
            )?;
        let train = embedded_rows(&data.train, &network, device)?;
        let test = embedded_rows(&data.test, &network, device)?;
        let learner = Learner::new(
            MlpClassifier::new(network).on_embedded_rows(),
            ModuleOptimizer::from(PlainSgd),
            ConstantLr::new(config.learning_rate),
        );
        let loaders = |first_epoch| {
            let order = EpochDataLoader::new(
                train.clone(),
                train.clone(),
                config.batch_size,
                seeds.order,
                first_epoch,
                device,
            );
            let evaluation = EvaluationLoader::new(in_order(train), in_order(test));
            (
                Arc::new(order) as Arc<dyn DataLoader<_>>,
                Arc::new(evaluation) as Arc<dyn DataLoader<_>>,
            )
        };
        let on = |split, name| OnSplit::new(LossMetric::new(), split, name);
        let test_loss = on(EvaluationSplit::Test, "Test loss");
        let mut run = Run::new(self.run_directory(alpha, repeat), config.epochs)
            .with_label(self.label(alpha, repeat))
            .with_stop_handle(stop.clone())
            .with_dashboard(dashboard);
        if let Some(epochs) = config.patience {
            run = run.with_early_stopping(Patience::new(&test_loss, epochs));
        }
        let outcome = run.launch(learner, loaders, |training| {
            let accuracy = |split, name| OnSplit::new(AccuracyMetric::new(), split, name);
            training
                .metric_train_numeric(LossMetric::new())
                .metric_valid_numeric(on(EvaluationSplit::Train, "Train loss"))
                .metric_valid_numeric(test_loss)
                .metric_valid_numeric(accuracy(EvaluationSplit::Train, "Train accuracy"))
                .metric_valid_numeric(accuracy(EvaluationSplit::Test, "Test accuracy"))
        })?;
        Ok(outcome)
    }

    fn label(&self, alpha: f64, repeat: usize) -> String {
        match self.config().repeats {
            1 => format!("α = {alpha}"),
            repeats => format!("α = {alpha}, run {repeat} of {repeats}"),
        }
    }

    /// Marks a training as finished. Only the first repeat keeps its weights: ten repeats of the
    /// published size would take gigabytes.
    fn finish(&self, alpha: f64, repeat: usize, end: RunEnd) -> Result<(), StudyError> {
        let directory = self.run_directory(alpha, repeat);
        let record = match end {
            RunEnd::Completed => EndRecord::Completed,
            RunEnd::StoppedEarly => EndRecord::StoppedEarly,
            RunEnd::Diverged { epoch } => EndRecord::Diverged { epoch },
            RunEnd::Interrupted => return Ok(()),
        };
        let path = directory.join(END_FILE);
        write_whole(&path, &pretty(&record)).map_err(io_error(&path))?;
        if repeat > 1 {
            let checkpoints = directory.join(CHECKPOINT_DIR);
            fs::remove_dir_all(&checkpoints).map_err(io_error(&checkpoints))?;
        }
        Ok(())
    }

    fn finished(&self, alpha: f64, repeat: usize) -> Result<Option<RunResult>, StudyError> {
        let directory = self.run_directory(alpha, repeat);
        let path = directory.join(END_FILE);
        if !path.exists() {
            return Ok(None);
        }
        let bytes = fs::read(&path).map_err(io_error(&path))?;
        let record: EndRecord =
            serde_json::from_slice(&bytes).map_err(|error| StudyError::NotAStudy {
                path,
                reason: error.to_string(),
            })?;
        let history =
            History::read(&directory.join(HISTORY_FILE)).map_err(crate::train::RunError::from)?;
        Ok(Some(RunResult {
            alpha,
            repeat,
            history,
            end: match record {
                EndRecord::Completed => RunEnd::Completed,
                EndRecord::StoppedEarly => RunEnd::StoppedEarly,
                EndRecord::Diverged { epoch } => RunEnd::Diverged { epoch },
            },
        }))
    }
}

/// A number as part of a file name: extreme ones would be hundreds of digits long.
fn short(number: f64) -> String {
    let plain = number.to_string();
    if plain.len() > 24 {
        format!("{number:e}")
    } else {
        plain
    }
}

/// The images of a study.
struct Subsets {
    train: ImageSet,
    test: ImageSet,
}

/// All images of a set as rows `h_0 = A x` on the device.
fn embedded_rows(
    images: &ImageSet,
    network: &OverparamMlp,
    device: &Device,
) -> Result<TensorRows, StudyError> {
    let items = images
        .get_many((0..images.len()).collect())
        .map_err(|error| StudyError::Setting {
            name: "images",
            value: error.to_string(),
            expected: "images in memory",
        })?;
    let mut batch: ClassificationBatch = ImageBatcher.batch(items, device);
    batch.features = network.valid().embed(batch.features);
    Ok(TensorRows::new(batch))
}

fn in_order(rows: TensorRows) -> Arc<dyn DataLoader<ClassificationBatch>> {
    DataLoaderBuilder::new(rows.clone())
        .batch_size(EVALUATION_BATCH)
        .build(rows)
}
