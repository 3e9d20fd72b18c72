use burn::{
    module::{Module, RunningState},
    optim::{
        GradientsParams, ModuleOptimizer, lr_scheduler::module_lr_scheduler::ModuleLearningRate,
    },
    tensor::{Device, Tensor},
    train::{InferenceStep, TrainOutput, TrainStep},
};
use rand::rngs::ChaCha8Rng;

use super::{GanBatch, GanConfig, GanMetric, GanPhase};
use crate::{
    generative::{
        BondCapacities, Critic, CriticConfig, GenerativeError, GraphGenerator,
        GraphGeneratorConfig, initialize_normal,
    },
    nn::ReinforceLoss,
    train::{
        EpochEnd, NonFinite, NonFiniteWatch, Scalars, SharedJudge, SharedReward,
        finite::finite_gradients,
        streams::{JUDGING, stream},
        update_average,
    },
};

/// A generator and its critic, in adversarial training.
///
/// Reference: Section 3.4 of the dissertation.
#[derive(Module, Debug)]
pub struct Gan<G: GraphGenerator> {
    /// The trained generator.
    pub generator: G,
    /// The critic.
    pub critic: Critic,
    /// The moving average of the generator, which samples are drawn from.
    pub average: Option<G>,
    pub(super) reinforce: ReinforceLoss,
    /// Number of trainings of the generator in this iteration; stored in checkpoints.
    repeats: RunningState<Tensor<1>>,
    #[module(skip)]
    pub(super) config: GanConfig,
    #[module(skip)]
    judge: Option<SharedJudge>,
    #[module(skip)]
    pub(super) reward: Option<SharedReward>,
    #[module(skip)]
    watch: NonFiniteWatch,
}

/// Number of samples per forward pass in evaluation; bounds memory only.
const SAMPLING_BATCH: usize = 256;

impl<G: GraphGenerator> Gan<G> {
    /// Creates generator and critic with weights from N(0, `weight_deviation`²).
    ///
    /// Consumes one normal draw for each weight, generator first.
    ///
    /// # Errors
    /// Returns [`GenerativeError`] if a part cannot be built.
    pub fn try_init(
        generator: &impl GraphGeneratorConfig<Generator = G>,
        critic: &CriticConfig,
        config: &GanConfig,
        device: &Device,
        rng: &mut ChaCha8Rng,
    ) -> Result<Self, GenerativeError> {
        let draw = config.weight_deviation;
        let model = initialize_normal(generator.try_init(device)?, draw, rng);
        let model = model.with_gradients_of_categories(config.reinforce_features);
        let features = generator.features();
        for (what, made, taken) in [
            ("node", features.nodes.width(), critic.node_features),
            ("edge", features.edge_kinds, critic.edge_features),
        ] {
            if made != taken {
                return Err(GenerativeError::Widths {
                    what,
                    generator: made,
                    critic: taken,
                });
            }
        }
        let critic = initialize_normal(critic.try_init(device)?, draw, rng);
        let average = match config.average_decay {
            None => None,
            Some(_) => {
                let fresh = generator.try_init(device)?.no_grad();
                Some(update_average(fresh, &model, 0.0))
            }
        };
        let reinforce = config.reinforce.try_init(device)?;
        Ok(Self {
            generator: model,
            critic,
            average,
            reinforce,
            repeats: RunningState::new(Tensor::ones([1], device)),
            config: config.clone(),
            judge: None,
            reward: None,
            watch: NonFiniteWatch::default(),
        })
    }

    /// Keeps valences legal when categories are drawn.
    ///
    /// # Errors
    /// Returns [`GenerativeError::Setting`] if the capacities are for other categories.
    pub fn with_capacities(
        mut self,
        capacities: Option<BondCapacities>,
    ) -> Result<Self, GenerativeError> {
        self.generator = self.generator.with_legal_bonds(capacities.clone())?;
        let average = self.average.take();
        self.average = average
            .map(|average| average.with_legal_bonds(capacities))
            .transpose()?;
        Ok(self)
    }

    /// Evaluates graphs at the end of every epoch.
    pub fn with_judge(mut self, judge: SharedJudge) -> Self {
        self.judge = Some(judge);
        self
    }

    /// Adds a reward to the critic's score.
    pub fn with_reward(mut self, reward: SharedReward) -> Self {
        self.reward = Some(reward);
        self
    }

    /// Returns the watch to which steps report numbers that are not finite. Nothing is trained
    /// after a report.
    pub fn watch(&self) -> &NonFiniteWatch {
        &self.watch
    }

    /// Returns the generator that samples are drawn from: the average if there is one.
    pub fn sampler(&self) -> &G {
        self.average.as_ref().unwrap_or(&self.generator)
    }

    pub(super) fn device(&self) -> Device {
        self.repeats.value().device()
    }

    /// Sets the number of trainings of the generator until the critic's next step.
    fn schedule(&self, scalars: &Scalars) {
        let Some(lead) = scalars.get(GanMetric::Lead.name()) else {
            return;
        };
        let repeats = match lead > self.config.lead {
            true => (self.repeats() + 1).min(self.config.max_repeats),
            false => 1,
        };
        let device = self.device();
        self.repeats
            .update(Tensor::ones([1], &device) * repeats as f64);
        // Records are made from the value, which does not include pending updates.
        self.repeats.value_sync();
    }

    fn repeats(&self) -> usize {
        let value = self.repeats.value_sync().into_data();
        value.iter::<f64>().next().unwrap_or(1.0) as usize
    }
}

impl<G: GraphGenerator> TrainStep for Gan<G> {
    type Input = GanBatch;
    type Output = Scalars;

    fn step(&self, batch: GanBatch) -> TrainOutput<Scalars> {
        let nothing = || TrainOutput {
            grads: GradientsParams::new(),
            item: Scalars::default(),
        };
        let generator_turn = batch.phase != GanPhase::Critic;
        // The first turn is never skipped; only later ones need a value from the device.
        let skipped = generator_turn && batch.repeat > 0 && batch.repeat >= self.repeats();
        if self.watch.found().is_some() || skipped {
            return nothing();
        }
        let stopped = |item| {
            self.watch.report(NonFinite {
                step: batch.iteration,
                what: batch.phase.name(),
            });
            TrainOutput { item, ..nothing() }
        };
        let mut rng = batch.rng();
        let (loss, report) = match (&batch.real, batch.phase) {
            (Some(real), GanPhase::Critic) => self.critic_step(real, &mut rng),
            (None, GanPhase::Critic) => return nothing(),
            (real, phase) => {
                self.generator_step(phase, (real.as_ref(), batch.chain.as_ref()), &mut rng)
            }
        };
        let item = report.read();
        if item.0.iter().any(|(_, value)| !value.is_finite()) {
            return stopped(item);
        }
        let mut grads = loss.backward();
        let grads = match generator_turn {
            true => finite_gradients(&mut grads, &self.generator),
            false => finite_gradients(&mut grads, &self.critic),
        };
        let Some(grads) = grads else {
            // A finite loss with a gradient that is not finite would spoil the weights permanently.
            return stopped(item);
        };
        if !generator_turn {
            self.schedule(&item);
        }
        TrainOutput { grads, item }
    }

    fn optimize(
        self,
        optim: &mut ModuleOptimizer,
        rates: ModuleLearningRate,
        grads: GradientsParams,
    ) -> Self
    where
        Self: Sized,
    {
        let critic = self.critic.output_weight();
        let is_critic = grads.get::<2>(critic).is_some();
        let mut trained = optim.step(rates, self, grads);
        // Done in the critic's steps, so once per iteration.
        if let (true, Some(decay)) = (is_critic, trained.config.average_decay) {
            let decay = decay.powf(1.0 / trained.config.critic_steps as f64);
            trained.average = trained
                .average
                .map(|average| update_average(average, &trained.generator, decay));
        }
        trained
    }
}

impl<G: GraphGenerator> InferenceStep for Gan<G> {
    type Input = EpochEnd;
    type Output = Scalars;

    fn step(&self, end: EpochEnd) -> Scalars {
        let Some(judge) = &self.judge else {
            return Scalars::default();
        };
        let mut rng = stream(end.seed, JUDGING);
        let mut graphs = Vec::new();
        let sampler = self.sampler();
        let count = judge.0.sample_size();
        sampler.generate_many(count, SAMPLING_BATCH, &self.device(), &mut rng, |made| {
            graphs.extend(made.sampled());
        });
        Scalars(judge.scalars(&graphs))
    }
}
