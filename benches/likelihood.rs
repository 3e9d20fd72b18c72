//! Maximum likelihood on molecules: milliseconds of a training step, molecules drawn per second, and
//! how far the matrix products alone would be.

mod common;

use burn::{
    data::dataloader::DataLoader,
    module::Module,
    tensor::{Device, Distribution, Tensor},
    train::TrainStep,
};
use fireweed::{
    data::{MoleculeSource, Source},
    generative::likelihood::SamplingOptions,
    molecule::Parts,
    study::likelihood::{LikelihoodTask, MoleculeLikelihood},
    train::likelihood::{LikelihoodConfig, LikelihoodLoader, LikelihoodTrainer},
};
use rand::{SeedableRng, rngs::ChaCha8Rng};

/// Molecules of a step, as in the example.
const BATCH: usize = 256;
/// Molecules that are drawn.
const DRAWN: usize = 512;

fn main() {
    let options = common::options();
    let device = match options.device.open() {
        Ok(device) => device,
        Err(error) => {
            eprintln!("error: {error}");
            std::process::exit(1);
        }
    };
    let source = MoleculeSource {
        smiles_column: None,
        parts: Parts::LeaveOut,
        heavy_atoms: 6..=9,
    };
    let molecules = source.stand_in().unwrap_or_else(|error| panic!("{error}"));
    let task = MoleculeLikelihood::new(&molecules.data.molecules, molecules.provenance, 0, false)
        .unwrap_or_else(|error| panic!("{error}"));
    let (config, settings) = (task.model(), LikelihoodConfig::new(options.steps + 3));
    println!(
        "device {}, threads {}; medians, wall and processor time",
        options.device, options.threads
    );
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let tracked = device.clone().autodiff();
    let trainer = LikelihoodTrainer::try_init(&config, &settings, &tracked, &mut rng)
        .unwrap_or_else(|error| panic!("{error}"));
    let steps = options.steps + 3;
    let loader = LikelihoodLoader::new(task.training(), &config, BATCH, [steps, steps], 0, 1);
    let batches: Vec<_> = loader.iter().filter_map(Result::ok).collect();

    let mut queue = batches.clone().into_iter();
    let mut model = trainer.clone();
    let mut optimizer = settings.optimizer();
    let timing = common::time(options.steps, || {
        if let Some(batch) = queue.next() {
            let output = TrainStep::step(&model, batch);
            model = model
                .clone()
                .optimize(&mut optimizer, 1e-6.into(), output.grads);
            let _ = device.sync();
        }
    });
    println!(
        "training step, {BATCH} molecules   {:>8.1} ms wall, {:>8.1} ms of the processor",
        timing.wall_median, timing.cpu_median
    );
    let average = trainer.average.valid();
    let mut queue = batches.into_iter();
    let timing = common::time(options.steps, || {
        if let Some(step) = queue.next() {
            for loss in [
                average.structure_loss(&step.batch, &device),
                average.type_loss(&step.batch, &device),
            ] {
                let _ = loss.map(Tensor::into_data);
            }
        }
    });
    println!(
        "evaluation of the same           {:>8.1} ms wall, {:>8.1} ms of the processor",
        timing.wall_median, timing.cpu_median
    );
    for (choices_per_round, certainty) in [(1, 1.0), (1, 0.99), (1, 0.95), (2, 1.0)] {
        let sampling = SamplingOptions {
            choices_per_round,
            certainty,
            ..SamplingOptions::default()
        };
        let timing = common::time(options.steps.div_ceil(8), || {
            average.sample(DRAWN, &sampling, &device, &mut rng);
        });
        println!(
            "drawing, {choices_per_round} choices a round, certainty {certainty:<4} {:>8.0} molecules per second, {:>6.0} of the processor's",
            DRAWN as f64 / timing.wall_median * 1e3,
            DRAWN as f64 / timing.cpu_median * 1e3
        );
    }
    products(&device, options.steps);
}

/// The rate of the matrix product that most of the time goes to: normalized nodes times weights of the
/// hidden layer.
fn products(device: &Device, steps: usize) {
    let (rows, inputs, outputs) = (10 * BATCH, 96, 192);
    let draw = |shape: [usize; 2]| Tensor::<2>::random(shape, Distribution::Default, device);
    let (x, w) = (draw([rows, inputs]), draw([inputs, outputs]));
    let timing = common::time(steps, || {
        for _ in 0..16 {
            let _ = x.clone().matmul(w.clone()).into_data();
        }
    });
    let operations = 2.0 * 16.0 * (rows * inputs * outputs) as f64;
    println!(
        "products of {rows} × {inputs} × {outputs}     {:>8.1} GFLOP per second of the processor",
        operations / timing.cpu_median / 1e6
    );
}
