//! Times of training steps and of sampling.

use std::{error::Error, time::Instant};

use burn::{
    data::dataloader::DataLoader,
    module::Module,
    optim::ModuleOptimizer,
    tensor::{Device, Distribution, Int, Tensor, TensorData},
    train::TrainStep,
};
use fireweed::{
    data::{ClassificationBatch, MoleculeSource, Source},
    generative::{GraphGenerator, likelihood::SamplingOptions},
    molecule::Parts,
    overparam::{InputMap, OverparamMlpConfig},
    study::{
        GraphTask,
        gan::{MoleculeTask, Preset},
        likelihood::{LikelihoodTask, MoleculeLikelihood},
    },
    train::{
        Classifier, PlainAdam, PlainSgd,
        gan::{Gan, GanLoader},
        likelihood::{LikelihoodConfig, LikelihoodLoader, LikelihoodTrainer},
    },
};
use rand::{SeedableRng, rngs::ChaCha8Rng};

/// Molecules that are drawn in one call.
const DRAWN: usize = 2048;
/// Seconds after which a measurement ends.
const PATIENCE: f64 = 20.0;

/// Measures a device; `report` gets the name and the result of each measurement.
pub(crate) fn run(
    device: &Device,
    sizes: &[usize],
    steps: usize,
    report: &mut impl FnMut(String, String),
) -> Result<(), Box<dyn Error>> {
    for &size in sizes {
        let milliseconds = images(device, size, steps);
        report(
            format!("Fashion-MNIST step, m = 2000, batch {size}"),
            milliseconds,
        );
    }
    let source = MoleculeSource {
        smiles_column: None,
        parts: Parts::LeaveOut,
        heavy_atoms: 6..=9,
    };
    let molecules = source.stand_in()?;
    let all = &molecules.data.molecules;
    let task = MoleculeLikelihood::new(all, molecules.provenance.clone(), 0, false)?;
    for &size in sizes {
        let result = likelihood(device, &task, size, steps)?;
        report(format!("likelihood step, batch {size}"), result);
    }
    report(
        format!("likelihood, {DRAWN} molecules drawn"),
        drawing(device, &task, steps)?,
    );
    let task = MoleculeTask::new(all, molecules.provenance)?;
    for &size in sizes {
        let result = adversarial(device, &task, size, steps)?;
        report(format!("UL GAN iteration, batch {size}"), result);
    }
    report(
        format!("UL GAN, {DRAWN} molecules drawn"),
        generating(device, &task, steps)?,
    );
    Ok(())
}

/// Median milliseconds of up to `steps` calls after two that are not counted.
fn median(device: &Device, steps: usize, mut call: impl FnMut()) -> f64 {
    let mut times = Vec::new();
    let begun = Instant::now();
    for step in 0..steps + 2 {
        let start = Instant::now();
        call();
        // On a GPU the call has only queued its work so far.
        let _ = device.sync();
        if step >= 2 {
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
        if !times.is_empty() && begun.elapsed().as_secs_f64() > PATIENCE {
            break;
        }
    }
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn milliseconds(time: f64) -> String {
    format!("{time:.2} ms")
}

fn per_second(time: f64) -> String {
    format!("{:.0} molecules/s", DRAWN as f64 / time * 1e3)
}

fn images(device: &Device, rows: usize, steps: usize) -> String {
    let device = device.clone().autodiff();
    let config = OverparamMlpConfig::new(784, 2000, 10).with_input_map(InputMap::Raw);
    let images = Tensor::<2>::random([rows, 784], Distribution::Default, &device);
    let labels: Vec<i64> = (0..rows as i64).map(|row| row % 10).collect();
    let batch = ClassificationBatch {
        features: images,
        targets: Tensor::<1, Int>::from_data(TensorData::new(labels, [rows]), &device),
    };
    let mut optimizer = ModuleOptimizer::from(PlainSgd);
    let mut model = Some(Classifier::new(config.init(&device)));
    milliseconds(median(&device, steps, || {
        if let Some(current) = model.take() {
            let output = TrainStep::step(&current, batch.clone());
            model = Some(optimizer.step(1e-6, current, output.grads));
        }
    }))
}

fn likelihood(
    device: &Device,
    task: &MoleculeLikelihood,
    size: usize,
    steps: usize,
) -> Result<String, Box<dyn Error>> {
    let (model, total) = (task.model(), steps + 2);
    let config = LikelihoodConfig::new(total);
    let device = device.clone().autodiff();
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let mut trainer = LikelihoodTrainer::try_init(&model, &config, &device, &mut rng)?;
    let mut optimizer = config.optimizer();
    let loader = LikelihoodLoader::new(task.training(), &model, size, [total, total], 0, 1);
    let mut batches = loader.iter().filter_map(Result::ok);
    let mut last = f64::NAN;
    let time = median(&device, steps, || {
        if let Some(batch) = batches.next() {
            let output = TrainStep::step(&trainer, batch);
            last = output.item.0.first().map_or(f64::NAN, |(_, loss)| *loss);
            let next = trainer.clone();
            trainer = next.optimize(&mut optimizer, 1e-3.into(), output.grads);
        }
    });
    match last.is_finite() {
        true => Ok(milliseconds(time)),
        false => Err(format!("the loss of maximum likelihood is {last}").into()),
    }
}

fn drawing(
    device: &Device,
    task: &MoleculeLikelihood,
    steps: usize,
) -> Result<String, Box<dyn Error>> {
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let config = LikelihoodConfig::new(1);
    let trainer = LikelihoodTrainer::try_init(&task.model(), &config, device, &mut rng)?;
    let options = SamplingOptions {
        batch: DRAWN,
        ..SamplingOptions::default()
    };
    let time = median(device, steps.min(3), || {
        trainer.average.sample(DRAWN, &options, device, &mut rng);
    });
    Ok(per_second(time))
}

fn adversarial(
    device: &Device,
    task: &MoleculeTask,
    size: usize,
    steps: usize,
) -> Result<String, Box<dyn Error>> {
    let preset = Preset::qm9(task.features());
    let training = preset.training.with_batch_size(size);
    let device = device.clone().autodiff();
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let mut gan = Gan::try_init(
        &preset.generator,
        &preset.critic,
        &training,
        &device,
        &mut rng,
    )?;
    let mut optimizer = ModuleOptimizer::from(PlainAdam::new([0.5, 0.999], 1e-8));
    let loader = GanLoader::new(task.source(), &training, steps + 2, 1, 1, &device);
    let mut batches = loader.iter().filter_map(Result::ok).peekable();
    let time = median(&device, steps, || {
        let iteration = batches.peek().map(|batch| batch.iteration);
        while let Some(batch) = batches.next_if(|batch| Some(batch.iteration) == iteration) {
            let output = TrainStep::step(&gan, batch);
            gan = gan
                .clone()
                .optimize(&mut optimizer, 1e-6.into(), output.grads);
        }
    });
    Ok(milliseconds(time))
}

fn generating(
    device: &Device,
    task: &MoleculeTask,
    steps: usize,
) -> Result<String, Box<dyn Error>> {
    let preset = Preset::qm9(task.features());
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let (generator, critic) = (&preset.generator, &preset.critic);
    let gan = Gan::try_init(generator, critic, &preset.training, device, &mut rng)?.valid();
    let sampler = gan.sampler();
    let mut count = 0;
    let time = median(device, steps.min(3), || {
        sampler.generate_many(DRAWN, 512, device, &mut rng, |made| {
            count += made.sampled().len();
        });
    });
    Ok(per_second(time))
}
