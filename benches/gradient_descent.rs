//! One step of gradient descent on the whole synthetic data set of chapter 2: 1,000 rows of 6
//! coordinates (a constant included), five hidden layers, one output.
//!
//! Prints, for each width, milliseconds per step beside those of the matrix products in it. With
//! `--memory` a training with history and checkpoints instead, and the process's resident memory,
//! which has to stay flat.

mod common;

use std::{error::Error, hint::black_box, process::ExitCode, sync::Arc};

use burn::{
    data::dataloader::DataLoader,
    lr_scheduler::constant::ConstantLr,
    optim::{GradientsParams, ModuleOptimizer},
    tensor::{Device, Distribution, Tensor},
    train::{Learner, TrainStep, logger::TrainingProgressLogger, metric::LossMetric},
};
use clap::Parser;
use fireweed::{
    data::RegressionBatch,
    device::DeviceSpec,
    overparam::{InputMap, OverparamMlp, OverparamMlpConfig},
    train::{
        EvaluationLoader, EvaluationSplit, FullBatchLoader, MlpRegressor, OnSplit, PlainSgd, Run,
    },
};

/// Steps between evaluations and checkpoints.
const STEPS_PER_EPOCH: usize = 10;

/// Options: `cargo bench --bench gradient_descent -- --threads 1 --width 500,1000`.
#[derive(Parser)]
struct Options {
    /// The device.
    #[arg(long, default_value = "flex")]
    device: DeviceSpec,
    /// Threads of the CPU backends; 0 for one per core.
    #[arg(long, default_value_t = 0)]
    threads: usize,
    /// Timed steps.
    #[arg(long, default_value_t = 7)]
    steps: usize,
    /// Widths of the hidden layers.
    #[arg(long, value_delimiter = ',', default_values_t = [250, 500, 1000])]
    width: Vec<usize>,
    /// Hidden layers.
    #[arg(long, default_value_t = 5)]
    depth: usize,
    /// Rows.
    #[arg(long, default_value_t = 1000)]
    samples: usize,
    /// Watch the resident memory of a training instead.
    #[arg(long)]
    memory: bool,
    /// Epochs of 10 steps with --memory.
    #[arg(long, default_value_t = 60)]
    epochs: usize,
    /// Epochs between two lines of --memory.
    #[arg(long, default_value_t = 5)]
    every: usize,
    /// What Cargo adds.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    let options = Options::parse();
    common::set_threads(options.threads);
    let result = options
        .device
        .open()
        .map_err(Into::into)
        .and_then(|device| {
            let work = if options.memory {
                watch_memory
            } else {
                time_steps
            };
            let mut widths = options.width.iter();
            widths.try_for_each(|&width| work(&options, width, &device))
        });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn network(options: &Options, width: usize, device: &Device) -> OverparamMlp {
    OverparamMlpConfig::new(5, width, 1)
        .with_depth(options.depth)
        .with_input_map(InputMap::RawWithConstant)
        .init(&device.clone().autodiff())
}

/// Rows `h_0 = A x` and targets.
fn data(network: &OverparamMlp, samples: usize, device: &Device) -> RegressionBatch {
    let normal =
        |columns| Tensor::<2>::random([samples, columns], Distribution::Normal(0.0, 1.0), device);
    RegressionBatch {
        features: network.embed(normal(5)).without_autodiff(),
        targets: normal(1),
    }
}

fn time_steps(options: &Options, width: usize, device: &Device) -> Result<(), Box<dyn Error>> {
    let network = network(options, width, device);
    let batch = data(&network, options.samples, device);
    let weights = network.hidden[0].val().without_autodiff();
    let product = common::time(options.steps, || {
        black_box(batch.features.clone().matmul(weights.clone()));
        wait(device);
    });
    let mut model = Some(MlpRegressor::new(network).on_embedded_rows());
    let mut optimizer = ModuleOptimizer::from(PlainSgd);
    let step = common::time(options.steps, || {
        let Some(current) = model.take() else { return };
        let output = TrainStep::step(&current, batch.clone());
        let grads: GradientsParams = output.grads;
        model = Some(optimizer.step(1e-9, current, grads));
        wait(device);
    });
    // Forward and for the weights one product per layer, for the inputs one less: the first
    // layer's input is not trained.
    let products = 3 * options.depth - 1;
    let flops = 2.0 * (options.samples * width * width) as f64;
    println!(
        "device {}, threads {}, rows {}, depth {}, width {width:5}: step wall min {:8.2}  median \
         {:8.2}  cpu median {:8.2} ms; one product {:7.2} ms ({:.1} GFLOP/s), {products} products \
         {:.0} % of a step",
        options.device,
        options.threads,
        options.samples,
        options.depth,
        step.wall_min,
        step.wall_median,
        step.cpu_median,
        product.wall_min,
        flops / (product.wall_min * 1e6),
        100.0 * products as f64 * product.wall_min / step.wall_min
    );
    Ok(())
}

/// On a GPU a step is only queued so far.
fn wait(device: &Device) {
    if device.sync().is_err() {
        std::process::exit(1);
    }
}

fn watch_memory(options: &Options, width: usize, device: &Device) -> Result<(), Box<dyn Error>> {
    let network = network(options, width, device);
    let train = data(&network, options.samples, device);
    let test = data(&network, options.samples, device);
    let folder = tempfile::tempdir()?;
    // Far inside the stable range, so that the numbers stay ordinary ones.
    let step = 0.05 / (options.samples * width) as f64;
    let learner = Learner::new(
        MlpRegressor::new(network).on_embedded_rows(),
        ModuleOptimizer::from(PlainSgd),
        ConstantLr::new(step),
    );
    let loaders = |_| {
        let once = |batch| Arc::new(FullBatchLoader::new(batch, 1)) as Arc<dyn DataLoader<_>>;
        let evaluation = EvaluationLoader::new(once(train.clone()), once(test));
        (
            Arc::new(FullBatchLoader::new(train, STEPS_PER_EPOCH)) as Arc<dyn DataLoader<_>>,
            Arc::new(evaluation) as Arc<dyn DataLoader<_>>,
        )
    };
    println!(
        "device {}, rows {}, depth {}, width {width}, {STEPS_PER_EPOCH} steps per epoch",
        options.device, options.samples, options.depth
    );
    let on = |split, name| OnSplit::new(LossMetric::new(), split, name);
    Run::new(folder.path(), options.epochs).launch(learner, loaders, |training| {
        training
            .metric_train_numeric(LossMetric::new())
            .metric_valid_numeric(on(EvaluationSplit::Train, "Train loss"))
            .metric_valid_numeric(on(EvaluationSplit::Test, "Test loss"))
            .with_progress_logger(MemoryAfterEpochs {
                every: options.every.max(1),
            })
    })?;
    Ok(())
}

struct MemoryAfterEpochs {
    every: usize,
}

impl TrainingProgressLogger for MemoryAfterEpochs {
    fn start(&mut self, _: usize, _: usize, _: Option<usize>, _: Option<&str>) {}
    fn update_epoch(&mut self, epoch: usize) {
        if epoch.is_multiple_of(self.every) {
            println!("after epoch {epoch}: {}", resident_memory());
        }
    }
    fn start_split(&mut self, _: &str, _: usize) {}
    fn update_split(&mut self, _: usize) {}
    fn end_split(&mut self) {}
    fn end(&mut self) {}
    fn log_event_training(&mut self, _: String) {}
}

/// Resident memory now and at most, where the system tells.
fn resident_memory() -> String {
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else {
        return "this system does not tell the resident memory".into();
    };
    let lines = status.lines();
    let memory = lines.filter(|line| line.starts_with("VmRSS") || line.starts_with("VmHWM"));
    let memory = memory.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    memory.collect::<Vec<_>>().join(", ")
}
