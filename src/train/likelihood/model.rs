use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use burn::{
    module::Module,
    optim::{
        GradientsParams, ModuleOptimizer, lr_scheduler::module_lr_scheduler::ModuleLearningRate,
    },
    tensor::{Device, Tensor},
    train::{InferenceStep, TrainOutput, TrainStep},
};

use super::{
    LikelihoodConfig, LikelihoodStep,
    gradients::{clipped, joined},
};
use crate::{
    generative::{
        GenerativeError, SampledGraph,
        likelihood::{SamplingOptions, TypedGraph, UnpoolingModel, UnpoolingModelConfig},
    },
    train::{
        EpochEnd, NonFinite, NonFiniteWatch, Scalars, SharedJudge,
        streams::{JUDGING, stream},
        update_average,
    },
};

/// State, other than weights, that is shared by clones of a trainer.
#[derive(Clone)]
struct Shared {
    held_out: Arc<Vec<TypedGraph>>,
    judge: Option<SharedJudge>,
    sampling: SamplingOptions,
    /// Number of the current step.
    step: Arc<AtomicUsize>,
    watch: NonFiniteWatch,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("held_out", &self.held_out.len())
            .finish_non_exhaustive()
    }
}

/// An [`UnpoolingModel`] in maximum likelihood training, with the moving average of its weights.
#[derive(Module, Debug)]
pub struct LikelihoodTrainer {
    /// The trained model.
    pub model: UnpoolingModel,
    /// The moving average, which is evaluated and sampled from.
    pub average: UnpoolingModel,
    #[module(skip)]
    config: LikelihoodConfig,
    #[module(skip)]
    shared: Shared,
}

impl LikelihoodTrainer {
    /// Names of the training metrics: the loss per choice, of all networks together and of
    /// structure, kinds and real features separately, in nats. The last exists only for graphs with
    /// real features.
    pub const TRAINING_METRICS: [&'static str; 4] =
        ["Loss", "Structure loss", "Type loss", "Value loss"];
    /// Name of the −log probability of held-out graphs in nats, structure and kinds together.
    pub const NLL: &'static str = "NLL";

    /// Creates the model with random weights.
    ///
    /// Consumes one draw for each weight.
    ///
    /// # Errors
    /// Returns [`GenerativeError`] if the model cannot be built.
    pub fn try_init(
        model: &UnpoolingModelConfig,
        config: &LikelihoodConfig,
        device: &Device,
        rng: &mut impl rand::Rng,
    ) -> Result<Self, GenerativeError> {
        let model = UnpoolingModel::try_init(model, device, rng)?;
        Ok(Self {
            average: update_average(model.clone().no_grad(), &model, 0.0),
            model,
            config: config.clone(),
            shared: Shared {
                held_out: Arc::default(),
                judge: None,
                sampling: SamplingOptions::default(),
                step: Arc::default(),
                watch: NonFiniteWatch::default(),
            },
        })
    }

    /// Scores these graphs at the end of every epoch.
    pub fn with_held_out(mut self, graphs: Arc<Vec<TypedGraph>>) -> Self {
        self.shared.held_out = graphs;
        self
    }

    /// Evaluates a sample at the end of every epoch.
    pub fn with_judge(mut self, judge: SharedJudge, sampling: SamplingOptions) -> Self {
        self.shared.judge = Some(judge);
        self.shared.sampling = sampling;
        self
    }

    /// Returns the watch to which steps report numbers that are not finite. Nothing is trained
    /// after a report.
    pub fn watch(&self) -> &NonFiniteWatch {
        &self.shared.watch
    }

    fn device(&self) -> Device {
        self.model.devices().into_iter().next().unwrap_or_default()
    }
}

/// The loss of a network and its gradients; `None` if they are not finite.
fn backward(
    loss: Option<Tensor<1>>,
    model: &UnpoolingModel,
    most: f64,
) -> Option<(f64, GradientsParams)> {
    let Some(loss) = loss else {
        return Some((0.0, GradientsParams::new()));
    };
    let value = loss.clone().into_data().convert::<f64>();
    let value = value.iter::<f64>().next().unwrap_or(f64::NAN);
    let (gradients, _) = clipped(loss.backward(), model, most)?;
    value.is_finite().then_some((value, gradients))
}

impl TrainStep for LikelihoodTrainer {
    type Input = LikelihoodStep;
    type Output = Scalars;

    fn step(&self, input: LikelihoodStep) -> TrainOutput<Scalars> {
        self.shared.step.store(input.step, Ordering::Relaxed);
        let stopped = || TrainOutput {
            grads: GradientsParams::new(),
            item: Scalars::default(),
        };
        if self.shared.watch.found().is_some() {
            return stopped();
        }
        let device = self.device();
        let (batch, most) = (&input.batch, self.config.gradient_norm);
        let model = &self.model;
        // The networks share no parameters, so each has a core of its own.
        let (structure, (types, values)) = rayon::join(
            || backward(model.structure_loss(batch, &device), model, most),
            || {
                rayon::join(
                    || backward(model.type_loss(batch, &device), model, most),
                    || backward(model.value_loss(batch, &device), model, most),
                )
            },
        );
        let (Some((structure, first)), Some((types, second)), Some((values, third))) =
            (structure, types, values)
        else {
            self.shared.watch.report(NonFinite {
                step: input.step,
                what: "the loss",
            });
            return stopped();
        };
        let losses = [structure + types + values, structure, types, values];
        let count = match model.config().bounds {
            Some(_) => losses.len(),
            None => losses.len() - 1,
        };
        let names = Self::TRAINING_METRICS.map(str::to_owned);
        TrainOutput {
            grads: joined(joined(first, second, model), third, model),
            item: Scalars(names.into_iter().zip(losses).take(count).collect()),
        }
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
        let decay = self
            .config
            .decay(self.shared.step.load(Ordering::Relaxed) + 1);
        let mut trained = optim.step(rates, self, grads);
        trained.average = update_average(trained.average, &trained.model, decay);
        trained
    }
}

impl InferenceStep for LikelihoodTrainer {
    type Input = EpochEnd;
    type Output = Scalars;

    fn step(&self, end: EpochEnd) -> Scalars {
        let mut rng = stream(end.seed, JUDGING);
        let device = self.device();
        let mut scalars = Vec::new();
        if !self.shared.held_out.is_empty() {
            let estimate = self.average.nll(&self.shared.held_out, &device, &mut rng);
            let estimate =
                estimate.unwrap_or_else(|error| panic!("held-out graphs were checked: {error}"));
            scalars.push((Self::NLL.to_owned(), estimate.total()));
        }
        if let Some(judge) = &self.shared.judge {
            let count = judge.0.sample_size();
            let sample = self
                .average
                .sample(count, &self.shared.sampling, &device, &mut rng);
            let graphs: Vec<SampledGraph> =
                sample.iter().map(|path| (&path.graph).into()).collect();
            scalars.extend(judge.scalars(&graphs));
        }
        Scalars(scalars)
    }
}
