//! Adversarial training on molecules: milliseconds of each step, and molecules sampled per second.

mod common;

use burn::{
    data::dataloader::DataLoader,
    module::Module,
    optim::ModuleOptimizer,
    tensor::Device,
    train::{TrainOutput, TrainStep},
};
use common::Timing;
use fireweed::{
    data::{MoleculeSource, Source},
    generative::GraphGenerator,
    molecule::Parts,
    study::{
        GraphTask,
        gan::{MoleculeTask, Preset},
    },
    train::{
        PlainAdam,
        gan::{Gan, GanBatch, GanLoader, GanPhase},
    },
};
use rand::{SeedableRng, rngs::ChaCha8Rng};

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
    let task = MoleculeTask::new(&molecules.data.molecules, molecules.provenance)
        .unwrap_or_else(|error| panic!("{error}"));
    println!(
        "device {}, threads {}, batch 64; median milliseconds (fastest), of the processor",
        options.device, options.threads
    );
    for (name, preset) in [
        ("published", Preset::qm9_published(task.features())),
        ("default", Preset::qm9(task.features())),
    ] {
        run(name, &preset, &task, &device, options.steps);
    }
}

fn run(name: &str, preset: &Preset, task: &MoleculeTask, device: &Device, steps: usize) {
    let tracked = device.clone().autodiff();
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let (generator, critic) = (&preset.generator, &preset.critic);
    let gan = Gan::try_init(generator, critic, &preset.training, &tracked, &mut rng)
        .unwrap_or_else(|error| panic!("{error}"));
    // The schedule would skip repeats of the generator.
    let phases: &[GanPhase] = match preset.training.joint {
        true => &[GanPhase::Critic, GanPhase::Joint],
        false => &[GanPhase::Critic, GanPhase::Features, GanPhase::Structure],
    };
    let (mut iteration, mut processor) = (0.0, 0.0);
    for &phase in phases {
        let batches = |count: usize| -> Vec<GanBatch> {
            let loader = GanLoader::new(task.source(), &preset.training, count, 1, 1, &tracked);
            let all = loader.iter().filter_map(Result::ok);
            all.filter(|batch| batch.phase == phase && batch.repeat == 0)
                .collect()
        };
        let mut queue = batches(steps + 3).into_iter();
        let mut optimizer = ModuleOptimizer::from(PlainAdam::new([0.5, 0.999], 1e-8));
        let mut model = gan.clone();
        let timing = common::time(steps, || {
            if let Some(batch) = queue.next() {
                let TrainOutput { grads, .. } = TrainStep::step(&model, batch);
                model = model.clone().optimize(&mut optimizer, 1e-6.into(), grads);
                let _ = device.sync();
            }
        });
        iteration += timing.wall_median;
        processor += timing.cpu_median;
        print(name, &format!("{phase:?}").to_lowercase(), timing);
    }
    println!(
        "{name:<10} {:<12} {iteration:>8.1} {:>7} {processor:>8.1}",
        "iteration", ""
    );
    let sampler = gan.valid();
    let sampler = sampler.sampler();
    for size in [64, 128, 256, 512] {
        let mut count = 0;
        let timing = common::time(steps.div_ceil(5), || {
            sampler.generate_many(512, size, device, &mut rng, |made| {
                count += made.sampled().len();
            });
        });
        println!(
            "{name:<10} {:<12} {:>8.0} molecules per second, {:.0} of the processor's",
            format!("sampling {size}"),
            512.0 / timing.wall_median * 1e3,
            512.0 / timing.cpu_median * 1e3
        );
    }
    println!();
}

fn print(name: &str, step: &str, timing: Timing) {
    println!(
        "{name:<10} {step:<12} {:>8.1} ({:>5.1}) {:>8.1}",
        timing.wall_median, timing.wall_min, timing.cpu_median
    );
}
