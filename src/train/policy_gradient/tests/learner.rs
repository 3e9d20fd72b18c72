//! Trainings through Burn's `Learner`.

use std::path::Path;

use burn::{
    lr_scheduler::constant::ConstantLr,
    module::{Module, ModuleDisplay, ModuleVisitor, Param},
    optim::AdamConfig,
    tensor::{Tensor, activation::log_softmax},
    train::{Learner, metric::LossMetric},
};
use rand::{Rng, RngExt, SeedableRng, rngs::ChaCha8Rng};

use super::*;
use crate::{
    nn::unpooling::{InitialGraph, InitialGraphConfig, InitialStructure},
    testing::randomize,
    train::{Run, RunEnd, RunOutcome},
};

/// Arms with probabilities of their own.
#[derive(Module, Debug)]
struct Bandit {
    logits: Param<Tensor<1>>,
}

impl Bandit {
    fn new(arms: usize, device: &Device) -> Self {
        Self {
            logits: Param::from_tensor(Tensor::zeros([arms], device)),
        }
    }

    fn probabilities(&self) -> Vec<f32> {
        let log_p = log_softmax(self.logits.val(), 0);
        log_p.exp().into_data().try_into_vec().unwrap()
    }
}

impl Policy for Bandit {
    type Input = usize;
    type Sample = Vec<usize>;

    fn sample(&self, count: usize, rng: &mut impl Rng) -> Sampled<Vec<usize>> {
        let p = self.probabilities();
        let draw = |mut at: f32| {
            let below = |p: &f32| {
                at -= p;
                at < 0.0
            };
            p.iter().position(below).unwrap_or(p.len() - 1)
        };
        let samples: Vec<usize> = (0..count).map(|_| draw(rng.random())).collect();
        let log_p = log_softmax(self.logits.val(), 0);
        let log_prob = samples.iter().map(|&arm| log_p.clone().slice(arm..arm + 1));
        Sampled {
            log_prob: Tensor::cat(log_prob.collect(), 0),
            samples,
        }
    }
}

/// The four connected graphs with three nodes.
#[derive(Module, Debug)]
struct FourGraphs {
    layer: InitialGraph,
}

impl FourGraphs {
    fn new(device: &Device) -> Self {
        let layer = InitialGraphConfig::new(2, 4, 0).init(device);
        Self {
            layer: randomize(layer, 1.0, &mut ChaCha8Rng::seed_from_u64(3)),
        }
    }
}

impl Policy for FourGraphs {
    type Input = usize;
    type Sample = Vec<InitialStructure>;

    fn sample(&self, count: usize, rng: &mut impl Rng) -> Sampled<Vec<InitialStructure>> {
        let device = self.devices().remove(0);
        let initial = self.layer.forward(Tensor::ones([count, 2], &device), rng);
        Sampled {
            samples: initial.structures,
            log_prob: initial.log_prob,
        }
    }
}

/// 10 for one of the paths, 9 for the other graphs.
// A reward sees the type that the policy draws.
#[allow(clippy::ptr_arg)]
fn one_graph(samples: &Vec<InitialStructure>) -> Vec<f32> {
    let worth = |&graph: &_| {
        if graph == InitialStructure::Without02 {
            10.0
        } else {
            9.0
        }
    };
    samples.iter().map(worth).collect()
}

fn train<M>(
    directory: &Path,
    epochs: usize,
    policy: M,
    loss: ReinforceLossConfig,
    reward: impl Reward<M::Sample> + Send + Sync + 'static,
) -> RunOutcome<PolicyGradientTrainer<M>>
where
    M: Module + ModuleDisplay + Policy<Input = usize> + 'static,
{
    let device = Device::flex().autodiff();
    let trainer = PolicyGradientTrainer::new(policy, loss.init(&device), reward);
    let optimizer = AdamConfig::new().init();
    let learner = Learner::new(trainer, optimizer, ConstantLr::new(0.05));
    let loaders = |epoch| {
        let valid = SeededLoader::fixed(counts(64, 64, &device), 8);
        (
            Arc::new(SeededLoader::new(counts(230, 16, &device), 7, epoch))
                as Arc<dyn DataLoader<_>>,
            Arc::new(valid) as Arc<dyn DataLoader<_>>,
        )
    };
    let run = Run::new(directory, epochs).launch(learner, loaders, |training| {
        training
            .metric_train_numeric(LossMetric::new())
            .metric_train_numeric(RewardMetric::new())
            .metric_valid_numeric(RewardMetric::new())
            .metric_valid_numeric(LogProbMetric::new())
    });
    run.unwrap()
}

const BASELINES: [Baseline; 3] = [
    Baseline::BatchMean,
    Baseline::LeaveOneOut,
    Baseline::MovingAverage { momentum: 0.9 },
];

#[test]
fn a_two_armed_bandit_is_solved() {
    let device = Device::flex().autodiff();
    for baseline in BASELINES {
        let directory = tempfile::tempdir().unwrap();
        let pay = |arms: &Vec<usize>| arms.iter().map(|&arm| [5.0, 6.0][arm]).collect();
        let loss = ReinforceLossConfig::new().with_baseline(baseline);
        let outcome = train(directory.path(), 8, Bandit::new(2, &device), loss, pay);
        let found = outcome.model.policy.probabilities()[1];
        assert!(found > 0.97, "{baseline:?}: {found}");
        // 64 samples of validation, each epoch the same draws.
        let reward = |epoch| outcome.history.value("reward", epoch).unwrap();
        assert!(reward(8) > 5.9 && reward(8) > reward(1), "{}", reward(8));
        assert!(outcome.history.value("running_reward", 1).unwrap() < 5.8);
        assert!(outcome.history.value("log_probability", 8).unwrap() > -0.2);
    }
}

#[test]
fn one_of_four_graphs_is_found() {
    let device = Device::flex().autodiff();
    let configs = BASELINES.map(|baseline| ReinforceLossConfig::new().with_baseline(baseline));
    let normalised = configs[1].with_normalise(true);
    for config in configs.into_iter().chain([normalised]) {
        let directory = tempfile::tempdir().unwrap();
        let outcome = train(
            directory.path(),
            12,
            FourGraphs::new(&device),
            config,
            one_graph,
        );
        let reward = outcome.history.value("reward", 12).unwrap();
        assert!(reward > 9.95, "{config:?}: {reward}");
    }
}

/// With a strong bonus, the policy stays near the softmax of reward / β, the optimum then.
#[test]
fn the_entropy_bonus_keeps_a_policy_open() {
    let device = Device::flex().autodiff();
    let directory = tempfile::tempdir().unwrap();
    let pay = |arms: &Vec<usize>| arms.iter().map(|&arm| [5.0, 6.0][arm]).collect();
    let loss = ReinforceLossConfig::new().with_entropy_weight(1.0);
    let outcome = train(directory.path(), 12, Bandit::new(2, &device), loss, pay);
    let found = outcome.model.policy.probabilities()[1];
    let optimum = 1.0 / (1.0 + (-1.0f32).exp());
    assert!((found - optimum).abs() < 0.05, "{found}, not {optimum}");
}

#[test]
fn a_reward_that_is_not_finite_ends_the_training() {
    let device = Device::flex().autodiff();
    let directory = tempfile::tempdir().unwrap();
    let pay = |arms: &Vec<usize>| vec![f32::NAN; arms.len()];
    let loss = ReinforceLossConfig::new();
    let outcome = train(directory.path(), 3, Bandit::new(2, &device), loss, pay);
    assert_eq!(outcome.end, RunEnd::Diverged { epoch: 1 });
}

#[test]
#[should_panic(expected = "one reward for each sample is needed")]
fn rewards_that_are_too_few_are_refused() {
    let device = Device::flex().autodiff();
    let loss = ReinforceLossConfig::new().init(&device);
    let too_few = |_: &Vec<usize>| vec![1.0];
    let trainer = PolicyGradientTrainer::new(Bandit::new(2, &device), loss, too_few);
    trainer.forward(3, &mut ChaCha8Rng::seed_from_u64(0));
}

/// All numbers of a module, that of the moving average included.
fn bits(module: &impl Module) -> Vec<u32> {
    struct Collect(Vec<u32>);
    impl ModuleVisitor for Collect {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let values: Vec<f32> = param.val().into_data().try_into_vec().unwrap();
            self.0.extend(values.into_iter().map(f32::to_bits));
        }
    }
    let mut found = Collect(Vec::new());
    module.visit(&mut found);
    found.0
}

#[test]
fn stopping_and_resuming_equals_not_stopping() {
    let device = Device::flex().autodiff();
    let loss = ReinforceLossConfig::new()
        .with_baseline(Baseline::MovingAverage { momentum: 0.9 })
        .with_entropy_weight(0.5);
    let train = |directory: &Path, epochs| {
        train(directory, epochs, FourGraphs::new(&device), loss, one_graph)
    };
    let (whole, parts) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let whole = train(whole.path(), 4);
    let first = train(parts.path(), 2);
    let second = train(parts.path(), 4);
    assert_eq!(second.end, RunEnd::Completed);
    assert_eq!(second.history, whole.history);
    assert_eq!(bits(&second.model), bits(&whole.model));
    assert_ne!(bits(&first.model), bits(&whole.model));
    let policy = bits(&whole.model.policy).len();
    assert_eq!(bits(&whole.model).len(), policy + 2, "with the average");
}
