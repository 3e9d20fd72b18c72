//! One training step of the Fashion-MNIST network: 784-2000-2000-2000-10, batch 64, first and
//! last matrices frozen.
//!
//! Prints one line with milliseconds per step. `embedded` computes A x beforehand, as the study
//! does; `from images` computes it in each step. `update Burn` uses Burn's `Sgd` instead of this
//! crate's one-pass step.

mod common;

use burn::{
    optim::{GradientsParams, ModuleOptimizer, SgdConfig},
    tensor::{Distribution, Int, Tensor, TensorData},
    train::TrainStep,
};
use fireweed::{
    data::ClassificationBatch,
    overparam::{ClassifierNetwork, EmbeddedMlp, InputMap, OverparamMlpConfig},
    train::{Classifier, PlainSgd},
};

fn main() {
    let options = common::options();
    let device = match options.device.open() {
        Ok(device) => device.autodiff(),
        Err(error) => {
            eprintln!("error: {error}");
            std::process::exit(1);
        }
    };
    let network = OverparamMlpConfig::new(784, options.width, 10)
        .with_input_map(InputMap::Raw)
        .init(&device);
    let rows = options.batch;
    let images = Tensor::<2>::random([rows, 784], Distribution::Default, &device);
    let labels: Vec<i64> = (0..rows as i64).map(|row| row % 10).collect();
    let targets = Tensor::<1, Int>::from_data(TensorData::new(labels, [rows]), &device);
    let embedded = network.embed(images.clone());
    println!(
        "device {}, threads {}, width {}, batch {rows}: milliseconds per step",
        options.device, options.threads, options.width
    );
    let embedded_mlp = || Classifier::new(EmbeddedMlp::from(network.clone()));
    let (plain, burn) = (ModuleOptimizer::from(PlainSgd), SgdConfig::new().init());
    time(
        "embedded",
        &options,
        embedded_mlp(),
        plain.clone(),
        &embedded,
        &targets,
    );
    let mlp = Classifier::new(network.clone());
    time("from images", &options, mlp, plain, &images, &targets);
    let name = "embedded, update Burn";
    time(name, &options, embedded_mlp(), burn, &embedded, &targets);
}

fn time<N: ClassifierNetwork<Input = Tensor<2>>>(
    name: &str,
    options: &common::Options,
    classifier: Classifier<N>,
    mut optimizer: ModuleOptimizer,
    features: &Tensor<2>,
    targets: &Tensor<1, Int>,
) {
    let device = features.device();
    let mut model = Some(classifier);
    let timing = common::time(options.steps, || {
        let Some(current) = model.take() else { return };
        let batch = ClassificationBatch {
            features: features.clone(),
            targets: targets.clone(),
        };
        let output = TrainStep::step(&current, batch);
        let grads: GradientsParams = output.grads;
        model = Some(optimizer.step(1e-6, current, grads));
        // On a GPU the step is only queued so far.
        if device.sync().is_err() {
            std::process::exit(1);
        }
    });
    println!(
        "{name:<22} wall min {:7.2}  median {:7.2}  cpu median {:7.2}",
        timing.wall_min, timing.wall_median, timing.cpu_median
    );
}
