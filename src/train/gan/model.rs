use std::sync::{Arc, Mutex, PoisonError};

use burn::{
    module::{Module, ModuleVisitor, Param, RunningState},
    optim::{
        GradientsParams, ModuleOptimizer, lr_scheduler::module_lr_scheduler::ModuleLearningRate,
    },
    tensor::{Device, ExecutionError, Gradients, Tensor, TensorData},
    train::{InferenceStep, ItemLazy, TrainOutput, TrainStep, metric::Adaptor},
};
use rand::rngs::ChaCha8Rng;

use super::{GanBatch, GanConfig, GanPhase, SamplingRequest, SharedJudge, SharedReward};
use crate::{
    generative::{
        BondCapacities, Critic, CriticConfig, Generated, GenerativeError, Generator,
        GeneratorConfig, GradientPenalty, frequency_divergence, initialize_normal,
    },
    graph::GraphBatch,
    nn::ReinforceLoss,
    train::{
        Scalars,
        streams::{JUDGING, stream},
        update_average,
    },
};

/// A generator and its critic, in adversarial training.
///
/// Reference: section 3.4 of the dissertation.
#[derive(Module, Debug)]
pub struct Gan {
    /// The generator that is trained.
    pub generator: Generator,
    /// The critic.
    pub critic: Critic,
    /// The moving average of the generator, which samples are drawn from.
    pub average: Option<Generator>,
    reinforce: ReinforceLoss,
    /// How often the generator is trained in this iteration; in checkpoints.
    repeats: RunningState<Tensor<1>>,
    #[module(skip)]
    config: GanConfig,
    #[module(skip)]
    judge: Option<SharedJudge>,
    #[module(skip)]
    reward: Option<SharedReward>,
    #[module(skip)]
    watch: Watch,
}

/// A step in which something was not a finite number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NonFinite {
    /// Number of the iteration, from 0.
    pub iteration: usize,
    /// What was trained.
    pub phase: GanPhase,
}

/// The first step that was not finite; shared by clones of a model.
#[derive(Clone, Debug, Default)]
struct Watch(Arc<Mutex<Option<NonFinite>>>);

impl Watch {
    fn get(&self) -> Option<NonFinite> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, step: NonFinite) {
        let mut first = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        first.get_or_insert(step);
    }
}

/// The numbers of a step, for metrics.
#[derive(Clone, Debug, Default)]
pub struct GanOutput {
    /// By name.
    pub scalars: Scalars,
}

impl ItemLazy for GanOutput {
    fn sync(self) -> Result<Self, ExecutionError> {
        Ok(self)
    }
}

impl Adaptor<Scalars> for GanOutput {
    fn adapt(&self) -> Scalars {
        self.scalars.clone()
    }
}

/// The gradients of a module, where all are finite.
fn own_gradients<M: Module>(grads: &mut Gradients, module: &M) -> Option<GradientsParams> {
    struct Sums<'a> {
        grads: &'a GradientsParams,
        sums: Vec<Tensor<1>>,
    }
    impl ModuleVisitor for Sums<'_> {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let gradient = self.grads.get::<D>(param.id);
            self.sums.extend(gradient.map(Tensor::sum));
        }
    }
    let grads = GradientsParams::from_module(grads, module);
    let mut visitor = Sums {
        grads: &grads,
        sums: Vec::new(),
    };
    module.visit(&mut visitor);
    if visitor.sums.is_empty() {
        return Some(grads);
    }
    let sums = Tensor::cat(visitor.sums, 0).into_data().convert::<f64>();
    let finite = sums.iter::<f64>().all(f64::is_finite);
    finite.then_some(grads)
}

/// Samples per forward pass where graphs are judged; bounds memory only.
const SAMPLING_BATCH: usize = 256;

impl Gan {
    /// Creates generator and critic with weights from N(0, `weight_deviation`²).
    ///
    /// Consumes one normal draw for each weight, generator first.
    ///
    /// # Errors
    /// [`GenerativeError`] where a part cannot be built.
    pub fn try_init(
        generator: &GeneratorConfig,
        critic: &CriticConfig,
        config: &GanConfig,
        device: &Device,
        rng: &mut ChaCha8Rng,
    ) -> Result<Self, GenerativeError> {
        let draw = config.weight_deviation;
        let model = initialize_normal(generator.try_init(device)?, draw, rng);
        let model = model.with_scored_features(config.reinforce_features);
        let features = &generator.features;
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
            watch: Watch::default(),
        })
    }

    /// Keeps valences legal while categories are drawn.
    ///
    /// # Errors
    /// [`GenerativeError::Setting`] where the capacities are for other categories.
    pub fn with_capacities(
        mut self,
        capacities: Option<BondCapacities>,
    ) -> Result<Self, GenerativeError> {
        self.generator = self.generator.with_capacities(capacities.clone())?;
        let average = self.average.take();
        self.average = average
            .map(|average| average.with_capacities(capacities))
            .transpose()?;
        Ok(self)
    }

    /// Judges graphs at the end of every epoch.
    pub fn with_judge(mut self, judge: SharedJudge) -> Self {
        self.judge = Some(judge);
        self
    }

    /// Rewards graphs beside the critic's score.
    pub fn with_reward(mut self, reward: SharedReward) -> Self {
        self.reward = Some(reward);
        self
    }

    /// The first step in which something was not a finite number, if there was one. Nothing is
    /// trained from then on.
    pub fn non_finite(&self) -> Option<NonFinite> {
        self.watch.get()
    }

    /// The handle that tells of a step that was not finite, after the model has moved on.
    pub fn non_finite_handle(&self) -> impl Fn() -> Option<NonFinite> + Send + Sync + use<> {
        let watch = self.watch.clone();
        move || watch.get()
    }

    /// The generator that samples are drawn from: the average where there is one.
    pub fn sampler(&self) -> &Generator {
        self.average.as_ref().unwrap_or(&self.generator)
    }

    fn device(&self) -> Device {
        self.repeats.value().device()
    }

    fn generate(&self, generator: &Generator, rng: &mut ChaCha8Rng) -> Generated {
        // Latent vectors are constants; plain tensors combine with both modes of a device.
        let latent = generator.latent(self.config.batch_size, &self.device(), rng);
        generator.sample(latent, rng)
    }

    /// The critic's loss, and what is worth knowing of it.
    fn critic_step(&self, real: &GraphBatch, rng: &mut ChaCha8Rng) -> (Tensor<1>, Report) {
        let fake = self.generate(&self.generator.clone().no_grad(), rng);
        let fake = fake.graphs.detach();
        let real = real.autodiff();
        let batches = match self.config.shared_batch {
            true => vec![GraphBatch::disjoint_union(&[real, fake])],
            false => vec![real, fake],
        };
        let mut scores = Vec::new();
        let mut penalties = Vec::new();
        let mut norms = Vec::new();
        for graphs in &batches {
            let Some(penalty) = &self.config.penalty else {
                scores.push(self.critic.forward(graphs, Some(rng)));
                continue;
            };
            let judged = self.critic.forward_with_gradient(graphs, Some(rng));
            penalties.push(penalty.forward(graphs, &judged));
            norms.push(GradientPenalty::norms(graphs, &judged).detach());
            scores.push(judged.scores);
        }
        let (real, fake) = match &scores[..] {
            [both] => {
                let [count] = both.dims();
                let half = count - self.config.batch_size;
                (both.clone().slice(0..half), both.clone().slice(half..count))
            }
            scores => (scores[0].clone(), scores[1].clone()),
        };
        let mut loss = self.config.loss.critic(real.clone(), fake.clone());
        let mut report = Report::default();
        let (real, fake) = (real.detach(), fake.detach());
        report.add("Real score", real.clone().mean());
        report.add("Fake score", fake.clone().mean());
        report.add("Lead", self.config.loss.lead(real, fake));
        if let Some(penalty) = &self.config.penalty {
            let sum = Tensor::cat(penalties, 0).sum() * (2.0 / batches.len() as f64);
            report.add("Penalty", sum.clone().detach());
            report.add("Gradient norm", Tensor::cat(norms, 0).mean());
            loss = loss + sum * penalty.weight;
        }
        report.add("Critic loss", loss.clone().detach());
        (loss, report)
    }

    /// The generator's loss: by features, by structure, or both.
    fn generator_step(
        &self,
        phase: GanPhase,
        real: Option<&GraphBatch>,
        rng: &mut ChaCha8Rng,
    ) -> (Tensor<1>, Report) {
        let made = self.generate(&self.generator, rng);
        let critic = self.critic.clone().no_grad();
        let mut report = Report::default();
        let graphs = match phase {
            GanPhase::Structure => made.graphs.detach(),
            _ => made.graphs.clone(),
        };
        let scores = critic.forward(&graphs, Some(rng));
        let compared = real.filter(|_| self.config.loss.compares());
        let judged = compared.map(|real| critic.forward(&real.autodiff(), Some(rng)));
        let mut losses = Vec::new();
        if phase != GanPhase::Structure {
            let value = self.config.loss.value(scores.clone(), judged.clone());
            let loss = value.mean().neg();
            report.add("Generator loss", loss.clone().detach());
            losses.push(loss);
            let weight = self.config.frequency_weight;
            if let (Some(real), true) = (real, weight != 0.0) {
                let divergence = frequency_divergence(real, &made);
                report.add("Frequency divergence", divergence.clone().detach());
                losses.push(divergence * weight);
            }
        }
        if phase != GanPhase::Features && self.config.structure_weight != 0.0 {
            let mut reward = self.config.loss.value(scores.detach(), judged);
            let own = self.reward.as_ref();
            if let Some(own) = own.filter(|_| self.config.reward_weight != 0.0) {
                let found = own.0.reward(&made.sampled());
                let options = (&reward.device(), reward.dtype());
                let count = found.len();
                assert_eq!(
                    count, self.config.batch_size,
                    "a reward gives one number for each graph"
                );
                let own = Tensor::<1>::from_data(TensorData::new(found, [count]), options);
                report.add("Reward", own.clone().mean());
                reward = reward + own * self.config.reward_weight;
            }
            let log_prob = match self.config.reinforce_features {
                true => made.log_prob(),
                false => made.structure_log_prob.clone(),
            };
            report.add("Log probability", log_prob.clone().detach().mean());
            let loss = self.reinforce.forward(log_prob, reward);
            let loss = loss * self.config.structure_weight;
            report.add("Structure loss", loss.clone().detach());
            losses.push(loss);
        }
        let loss = Tensor::cat(losses, 0).sum();
        (loss, report)
    }

    /// How often the generator is trained until the critic's next step.
    fn schedule(&self, scalars: &Scalars) {
        let Some(lead) = scalars.get("Lead") else {
            return;
        };
        let repeats = match lead > self.config.lead {
            true => (self.repeats() + 1).min(self.config.max_repeats),
            false => 1,
        };
        let device = self.device();
        self.repeats
            .update(Tensor::ones([1], &device) * repeats as f64);
        // Records are made from the value, not from updates that are pending.
        self.repeats.value_sync();
    }

    fn repeats(&self) -> usize {
        let value = self.repeats.value_sync().into_data();
        value.iter::<f64>().next().unwrap_or(1.0) as usize
    }
}

/// Numbers that are still on the device.
#[derive(Default)]
struct Report {
    names: Vec<&'static str>,
    values: Vec<Tensor<1>>,
}

impl Report {
    fn add(&mut self, name: &'static str, value: Tensor<1>) {
        self.names.push(name);
        self.values.push(value.without_autodiff());
    }

    /// One transfer for all of them.
    fn read(self) -> Scalars {
        let values = Tensor::cat(self.values, 0).into_data().convert::<f64>();
        let names = self.names.into_iter().map(str::to_owned);
        Scalars(names.zip(values.iter::<f64>()).collect())
    }
}

impl TrainStep for Gan {
    type Input = GanBatch;
    type Output = GanOutput;

    fn step(&self, batch: GanBatch) -> TrainOutput<GanOutput> {
        let nothing = || TrainOutput {
            grads: GradientsParams::new(),
            item: GanOutput::default(),
        };
        let generator_turn = batch.phase != GanPhase::Critic;
        // The first turn is never skipped; only later ones need what is on the device.
        let skipped = generator_turn && batch.repeat > 0 && batch.repeat >= self.repeats();
        if self.watch.get().is_some() || skipped {
            return nothing();
        }
        let stopped = |mut item: GanOutput| {
            self.watch.set(NonFinite {
                iteration: batch.iteration,
                phase: batch.phase,
            });
            // What watches losses ends the training.
            for (name, value) in &mut item.scalars.0 {
                if name.ends_with("loss") {
                    *value = f64::NAN;
                }
            }
            TrainOutput { item, ..nothing() }
        };
        let mut rng = batch.rng();
        let (loss, report) = match (&batch.real, batch.phase) {
            (Some(real), GanPhase::Critic) => self.critic_step(real, &mut rng),
            (None, GanPhase::Critic) => return nothing(),
            (real, phase) => self.generator_step(phase, real.as_ref(), &mut rng),
        };
        let scalars = report.read();
        let item = GanOutput { scalars };
        if item.scalars.0.iter().any(|(_, value)| !value.is_finite()) {
            return stopped(item);
        }
        let mut grads = loss.backward();
        let grads = match generator_turn {
            true => own_gradients(&mut grads, &self.generator),
            false => own_gradients(&mut grads, &self.critic),
        };
        let Some(grads) = grads else {
            // A finite loss with a gradient that is not would spoil the weights for good.
            return stopped(item);
        };
        if !generator_turn {
            self.schedule(&item.scalars);
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
        // With the critic's steps, so once in an iteration however often the generator is trained.
        if let (true, Some(decay)) = (is_critic, trained.config.average_decay) {
            let decay = decay.powf(1.0 / trained.config.critic_steps as f64);
            trained.average = trained
                .average
                .map(|average| update_average(average, &trained.generator, decay));
        }
        trained
    }
}

impl InferenceStep for Gan {
    type Input = SamplingRequest;
    type Output = GanOutput;

    fn step(&self, request: SamplingRequest) -> GanOutput {
        let Some(judge) = &self.judge else {
            return GanOutput::default();
        };
        let mut rng = stream(request.seed, JUDGING);
        let mut graphs = Vec::new();
        let sampler = self.sampler();
        let count = judge.0.sample_size();
        sampler.sample_many(count, SAMPLING_BATCH, &self.device(), &mut rng, |made| {
            graphs.extend(made.sampled());
        });
        let names = judge.0.metrics().into_iter().map(|(name, _)| name);
        let numbers = judge.0.judge(&graphs);
        assert_eq!(
            numbers.len(),
            names.len(),
            "a judge gives one number for each of its metrics"
        );
        GanOutput {
            scalars: Scalars(names.zip(numbers).collect()),
        }
    }
}
