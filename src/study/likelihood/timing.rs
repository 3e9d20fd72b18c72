use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use burn::data::dataloader::DataLoader;
use burn::train::TrainStep;

use super::LikelihoodStudyConfig;
use crate::{
    generative::likelihood::TypedGraph,
    study::{ModelSettings, StudyError},
    train::{
        likelihood::{LikelihoodLoader, LikelihoodTrainer},
        streams::{WEIGHTS, stream},
    },
};

/// Duration of the steps of a training.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepTiming {
    /// The median duration of a step.
    pub step: Duration,
}

impl StepTiming {
    /// Returns the number of steps that fit into a time, at least 1.
    pub fn steps_in(&self, time: Duration) -> usize {
        (time.as_secs_f64() / self.step.as_secs_f64().max(1e-6)).max(1.0) as usize
    }
}

/// Number of steps before and during the measurement.
const WARM_UP: usize = 3;
const TIMED: usize = 15;

/// Measures some steps of a training whose weights are discarded.
///
/// # Errors
/// Returns [`StudyError`] if settings are out of range, or if the device is not available.
pub fn time_steps(
    config: &LikelihoodStudyConfig,
    graphs: &Arc<Vec<TypedGraph>>,
) -> Result<StepTiming, StudyError> {
    config.validate()?;
    let device = config.device.open()?.autodiff();
    let mut rng = stream(config.seed, WEIGHTS);
    let mut trainer =
        LikelihoodTrainer::try_init(&config.model, &config.training, &device, &mut rng)?;
    let mut optimizer = config.training.optimizer();
    let mut rates = config.training.rates().map_err(|reason| {
        StudyError::setting(
            "learning_rate",
            format!("{} ({reason})", config.training.learning_rate),
            "a step size",
        )
    })?;
    let steps = WARM_UP + TIMED;
    let (size, seed) = (config.training.batch_size, config.seed);
    let loader =
        LikelihoodLoader::new(graphs.clone(), &config.model, size, [steps, steps], seed, 1);
    let mut times = Vec::with_capacity(steps);
    let mut steps = loader.iter();
    loop {
        let start = Instant::now();
        let Some(Ok(step)) = steps.next() else {
            break;
        };
        let output = TrainStep::step(&trainer, step);
        trainer = trainer.optimize(&mut optimizer, rates.step(), output.grads);
        times.push(start.elapsed());
    }
    let mut times = times.split_off(WARM_UP.min(times.len()));
    times.sort_unstable();
    Ok(StepTiming {
        step: times[times.len() / 2],
    })
}
