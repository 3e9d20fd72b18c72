use std::{fmt, sync::Arc};

use burn::{
    module::{Module, RunningState},
    optim::{
        GradientsParams, ModuleOptimizer, lr_scheduler::module_lr_scheduler::ModuleLearningRate,
    },
    tensor::{Device, Tensor},
    train::{InferenceStep, TrainOutput, TrainStep},
};
use rand::Rng;

use super::{
    VaeExamples, VaeObjective, VaeStep, VaeTrainingConfig,
    losses::{drawn, replay},
    same_graph,
};
use crate::{
    generative::{
        GenerativeError,
        vae::{LatentPrior, Vae, VaeConfig},
    },
    train::{
        EpochEnd, NonFinite, NonFiniteWatch, Scalars, SharedJudge,
        finite::finite_gradients,
        streams::{JUDGING, stream},
        update_average,
    },
};

/// Number of graphs per forward pass in evaluation; bounds memory only.
const PASS: usize = 256;
/// Weight of the past in the baseline of the published policy gradient.
const MOMENTUM: f64 = 0.9;

/// A [`Vae`] in training, with the moving average of its weights.
#[derive(Module, Debug)]
pub struct VaeTrainer {
    /// The trained model.
    pub vae: Vae,
    /// The moving average, which is evaluated and sampled from.
    pub average: Option<Vae>,
    /// The baseline of the policy gradient; negative before the first step.
    baseline: RunningState<Tensor<1>>,
    #[module(skip)]
    config: VaeTrainingConfig,
    #[module(skip)]
    shared: Shared,
}

/// State shared by clones of a trainer.
#[derive(Clone, Default)]
struct Shared {
    training: Option<Arc<VaeExamples>>,
    held_out: Option<Arc<VaeExamples>>,
    judge: Option<SharedJudge>,
    watch: NonFiniteWatch,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shared")
    }
}

impl VaeTrainer {
    /// Metrics of the steps: the loss; its parts for structure and features; the divergence of the
    /// codes in nats.
    pub const STEP_METRICS: [&'static str; 4] =
        ["Loss", "Structure loss", "Feature loss", "Divergence"];
    /// Share of held-out graphs that the mean of their code decodes to.
    pub const RECONSTRUCTED: &'static str = "Reconstructed";

    /// Creates the model with random weights, distributed as in Burn's linear layers.
    ///
    /// Consumes one draw for each weight.
    ///
    /// # Errors
    /// Returns an error if the model cannot be built.
    pub fn try_init(
        model: &VaeConfig,
        config: &VaeTrainingConfig,
        device: &Device,
        rng: &mut impl Rng,
    ) -> Result<Self, GenerativeError> {
        let vae = crate::generative::initialize_uniform(model.try_init(device)?, rng);
        let average = config
            .average_decay
            .map(|_| update_average(vae.clone().no_grad(), &vae, 0.0));
        Ok(Self {
            vae,
            average,
            baseline: RunningState::new(Tensor::ones([1], device) * -1.0),
            config: config.clone(),
            shared: Shared::default(),
        })
    }

    /// Fits the prior to these graphs at the end of every epoch.
    #[must_use]
    pub fn with_training(mut self, examples: Arc<VaeExamples>) -> Self {
        self.shared.training = Some(examples);
        self
    }

    /// Reconstructs these graphs at the end of every epoch.
    #[must_use]
    pub fn with_held_out(mut self, examples: Arc<VaeExamples>) -> Self {
        self.shared.held_out = Some(examples);
        self
    }

    /// Evaluates a sample at the end of every epoch.
    #[must_use]
    pub fn with_judge(mut self, judge: SharedJudge) -> Self {
        self.shared.judge = Some(judge);
        self
    }

    /// Returns the watch to which steps report numbers that are not finite. Nothing is trained
    /// after a report.
    pub fn watch(&self) -> &NonFiniteWatch {
        &self.shared.watch
    }

    /// Returns the model that samples are drawn from, with its prior fitted to the codes of
    /// `examples`.
    ///
    /// The prior is one of codes or of the encoder's output, according to the model's settings.
    pub fn sampler(&self, examples: &VaeExamples, device: &Device) -> Vae {
        let vae = self.average.as_ref().unwrap_or(&self.vae).valid();
        let of_encoder = vae.prior.of_encoder();
        let count = examples.len().min(self.config.prior_graphs);
        // Spread over the data, which may be sorted.
        let all: Vec<usize> = (0..count).map(|k| k * examples.len() / count).collect();
        let mut rng = stream(0, JUDGING);
        let rows = all.chunks(PASS).map(|indices| {
            let encoded = vae.encoder.forward(&examples.batch(indices, device));
            match of_encoder {
                true => encoded,
                false => vae.posterior(encoded).sample(&mut rng),
            }
        });
        let rows = Tensor::cat(rows.collect(), 0);
        vae.with_prior(LatentPrior::fit(rows, self.config.prior, of_encoder))
    }

    fn device(&self) -> Device {
        self.baseline.value().device()
    }
}

/// Returns the share of graphs that the mean of their code decodes to, in the same structure,
/// categories and kinds of edges.
pub(crate) fn reconstructed(vae: &Vae, examples: &VaeExamples, device: &Device) -> f64 {
    let all: Vec<usize> = (0..examples.len()).collect();
    let mut same = 0;
    for indices in all.chunks(PASS) {
        let codes = vae.encode(&examples.batch(indices, device)).mean;
        let decoded = vae.decode_mode(codes).sampled();
        let pairs = decoded.iter().zip(indices);
        same += pairs
            .filter(|(graph, index)| same_graph(graph, &examples.graph(**index)))
            .count();
    }
    same as f64 / examples.len().max(1) as f64
}

impl TrainStep for VaeTrainer {
    type Input = VaeStep;
    type Output = Scalars;

    fn step(&self, step: VaeStep) -> TrainOutput<Scalars> {
        let nothing = || TrainOutput {
            grads: GradientsParams::new(),
            item: Scalars::default(),
        };
        if self.shared.watch.found().is_some() {
            return nothing();
        }
        let mut rng = step.rng();
        let posterior = self.vae.encode(&step.batch.autodiff());
        let codes = posterior.sample(&mut rng);
        let divergence = posterior.divergence().mean();
        let terms = match self.config.objective {
            VaeObjective::Replay => replay(&self.vae, codes, &step),
            _ => {
                let value = self.baseline.value_sync().into_data().convert::<f64>();
                let baseline = value.iter::<f64>().next().filter(|&value| value >= 0.0);
                drawn(&self.vae, codes, &step, &self.config, baseline, &mut rng)
            }
        };
        let costly = divergence.clone().clamp_min(self.config.free_nats);
        let loss = terms.loss + costly * self.config.kl_weight;
        let mut names = vec!["Loss", "Divergence"];
        let mut values = vec![loss.clone().detach(), divergence.detach()];
        for (name, value) in terms.reported {
            names.push(name);
            values.push(value);
        }
        let values = values.into_iter().map(Tensor::without_autodiff).collect();
        let values = Tensor::cat(values, 0).into_data().convert::<f64>();
        let names = names.into_iter().map(str::to_owned);
        let item = Scalars(names.zip(values.iter::<f64>()).collect());
        let finite = item.0.iter().all(|(_, value)| value.is_finite());
        let gradients = |loss: Tensor<1>| finite_gradients(&mut loss.backward(), &self.vae);
        let grads = finite.then(|| gradients(loss)).flatten();
        let Some(grads) = grads else {
            self.shared.watch.report(NonFinite {
                step: step.step,
                what: "the loss",
            });
            return nothing();
        };
        if let Some(mean) = terms.adjacency {
            let value = self.baseline.value_sync().into_data().convert::<f64>();
            let before = value.iter::<f64>().next().filter(|&value| value >= 0.0);
            let after = before.map_or(mean, |before| MOMENTUM * before + (1.0 - MOMENTUM) * mean);
            self.baseline
                .update(Tensor::ones([1], &self.device()) * after);
            self.baseline.value_sync();
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
        if self.shared.watch.found().is_some() {
            return self;
        }
        let mut trained = optim.step(rates, self, grads);
        if let Some(decay) = trained.config.average_decay {
            trained.average = trained
                .average
                .map(|average| update_average(average, &trained.vae, decay));
        }
        trained
    }
}

impl InferenceStep for VaeTrainer {
    type Input = EpochEnd;
    type Output = Scalars;

    fn step(&self, end: EpochEnd) -> Scalars {
        let mut scalars = Vec::new();
        let Some(training) = &self.shared.training else {
            return Scalars::default();
        };
        let device = self.device();
        let vae = self.sampler(training, &device);
        if let Some(held_out) = self.shared.held_out.as_ref().filter(|all| !all.is_empty()) {
            let share = reconstructed(&vae, held_out, &device);
            scalars.push((Self::RECONSTRUCTED.to_owned(), share));
        }
        if let Some(judge) = &self.shared.judge {
            let mut rng = stream(end.seed, JUDGING);
            let graphs = vae.sample(judge.0.sample_size(), PASS, &mut rng);
            scalars.extend(judge.scalars(&graphs));
        }
        Scalars(scalars)
    }
}
