use burn::{
    optim::{AdamConfig, GradientsParams, ModuleOptimizer},
    prelude::*,
    tensor::TensorData,
};
use fireweed::{
    SettingError,
    pricing::{
        PricingError,
        environment::ActionHistory,
        game::NormalFormGame,
        learner::{Learner, LearnerRule, Transition},
    },
};
use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};

use crate::network::Network;

/// Deep Q-learning: a network computes the values of a platform's actions from the remembered
/// prices. It is trained by Adam on random past transitions, toward targets of a copy that is
/// updated periodically.
///
/// ```text
/// loss = mean over a batch of (Q(s, a) - (r + delta max_b Q_copy(s', b)))^2
/// ```
///
/// Prices are encoded by their position on the grid, from -1 to 1. Rewards are standardized over
/// the joint actions of the game and multiplied by 1 - delta, which does not change the best
/// actions.
///
/// Reference: Mnih et al. (2015), "Human-level control through deep reinforcement learning", Nature 518.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeepQLearning {
    /// Discount factor δ, in [0, 1).
    pub(crate) delta: f64,
    /// Decay rate β: exploration in period t has the probability exp(-β t).
    pub(crate) beta: f64,
    /// Step size of Adam; it decays like the square root of exploration.
    pub(crate) step_size: f64,
    /// Number of units of the hidden layer.
    pub(crate) hidden: usize,
    /// Number of transitions of a batch.
    pub(crate) batch: usize,
    /// Number of transitions in the replay memory.
    pub(crate) replay: usize,
    /// Number of periods between two steps of training.
    pub(crate) every: u64,
    /// Number of steps of training between two copies of the network.
    pub(crate) renewal: u64,
}

impl Default for DeepQLearning {
    fn default() -> Self {
        Self {
            delta: 0.95,
            beta: 2e-5,
            step_size: 2e-3,
            hidden: 32,
            batch: 64,
            replay: 10_000,
            every: 8,
            renewal: 100,
        }
    }
}

impl DeepQLearning {
    /// Name of the kind in files.
    pub(crate) const KIND: &str = "deep_q_learning";

    fn validate(&self) -> Result<(), PricingError> {
        if !(0.0..1.0).contains(&self.delta) {
            let error = SettingError {
                name: "delta",
                value: self.delta.to_string(),
                expected: "a discount factor is at least 0 and below 1",
            };
            return Err(error.into());
        }
        let reason = match self {
            one if !(one.beta.is_finite() && one.beta >= 0.0) => "beta must be at least 0",
            one if !(one.step_size.is_finite() && one.step_size > 0.0) => {
                "step_size must be above 0"
            }
            one if one.hidden == 0 || one.batch == 0 || one.replay < one.batch => {
                "hidden and batch must be at least 1, and replay at least batch"
            }
            one if one.every == 0 || one.renewal == 0 => "every and renewal must be at least 1",
            _ => return Ok(()),
        };
        let reason = format!("{}: {reason}", Self::KIND);
        Err(PricingError::Settings { reason })
    }
}

impl LearnerRule for DeepQLearning {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn discount_factor(&self) -> f64 {
        self.delta
    }

    fn learner(
        &self,
        game: &NormalFormGame,
        history: &ActionHistory,
        agent: usize,
        rng: &mut dyn Rng,
    ) -> Result<Box<dyn Learner>, PricingError> {
        self.validate()?;
        let features = features(game, history);
        let (inputs, actions) = (
            features.len() / history.states(),
            game.action_counts()[agent],
        );
        let device = Device::flex().autodiff();
        let rewards: Vec<f64> = (0..game.joint_count())
            .map(|joint| game.learning_rewards(joint)[agent])
            .collect();
        let count = rewards.len() as f64;
        let mean = rewards.iter().sum::<f64>() / count;
        let variance = rewards.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / count;
        let mut learner = DeepLearner {
            settings: self.clone(),
            network: Network::new([inputs, self.hidden, actions], &device, rng),
            optimizer: AdamConfig::new().init(),
            device,
            inputs,
            actions,
            features,
            center: mean,
            scale: (1.0 - self.delta) / variance.sqrt().max(1e-12),
            seen: Vec::new(),
            oldest: 0,
            periods: 0,
            steps: 0,
            best: Vec::new(),
            targets: Vec::new(),
        };
        learner.look();
        learner.targets = learner.best.iter().map(|&(_, value)| value).collect();
        Ok(Box::new(learner))
    }
}

/// Returns the input of each state: the remembered actions, from -1 to 1; a constant without
/// memory.
fn features(game: &NormalFormGame, history: &ActionHistory) -> Vec<f32> {
    let counts = game.action_counts();
    let place = |action: usize, count: usize| match count {
        1 => 0.0,
        _ => 2.0 * action as f32 / (count - 1) as f32 - 1.0,
    };
    let state = |state: usize| {
        let joints = history.joint_actions(state);
        let all = joints.into_iter().flat_map(|joint| game.actions_of(joint));
        let mut seen: Vec<f32> = all
            .zip(counts.iter().cycle())
            .map(|(action, &count)| place(action, count))
            .collect();
        if seen.is_empty() {
            seen.push(1.0);
        }
        seen
    };
    (0..history.states()).flat_map(state).collect()
}

/// A transition in the replay memory.
#[derive(Clone, Copy)]
struct Seen {
    state: usize,
    action: usize,
    reward: f32,
    next: usize,
    terminated: bool,
}

/// The state of the learner.
struct DeepLearner {
    settings: DeepQLearning,
    network: Network,
    optimizer: ModuleOptimizer,
    device: Device,
    inputs: usize,
    actions: usize,
    /// Input of the network, state by state.
    features: Vec<f32>,
    center: f64,
    scale: f64,
    seen: Vec<Seen>,
    /// Position at which the next transition replaces an old one.
    oldest: usize,
    periods: u64,
    steps: u64,
    /// For each state, the best action and its value.
    best: Vec<(usize, f32)>,
    /// For each state, the value of the best action by the target network.
    targets: Vec<f32>,
}

impl DeepLearner {
    fn exploration(&self) -> f64 {
        (-self.settings.beta * self.periods as f64).exp()
    }

    /// Trains one step on a batch of past transitions.
    fn train(&mut self, rng: &mut dyn Rng) {
        let (size, inputs) = (self.settings.batch, self.inputs);
        let mut states: Vec<f32> = Vec::with_capacity(size * inputs);
        let (mut taken, mut targets) = (Vec::with_capacity(size), Vec::with_capacity(size));
        for _ in 0..size {
            let one = self.seen[rng.random_range(0..self.seen.len())];
            states.extend(&self.features[one.state * inputs..][..inputs]);
            taken.push(one.action as i64);
            let kept = match one.terminated {
                true => 0.0,
                false => self.settings.delta as f32,
            };
            targets.push(one.reward + kept * self.targets[one.next]);
        }
        let states = Tensor::from_data(TensorData::new(states, [size, inputs]), &self.device);
        let taken = TensorData::new(taken, [size, 1]);
        let taken = Tensor::<2, Int>::from_data(taken, &self.device);
        let targets = Tensor::<2>::from_data(TensorData::new(targets, [size, 1]), &self.device);
        let error = self.network.forward(states).gather(1, taken) - targets;
        let loss = (error.clone() * error).mean();
        let gradients = GradientsParams::from_grads(loss.backward(), &self.network);
        let step_size = self.settings.step_size * self.exploration().sqrt();
        let network = self.network.clone();
        self.network = self.optimizer.step(step_size, network, gradients);
        self.look();
        self.steps += 1;
        if self.steps.is_multiple_of(self.settings.renewal) {
            self.targets = self.best.iter().map(|&(_, value)| value).collect();
        }
    }

    /// Recomputes the best action of every state.
    fn look(&mut self) {
        let states = self.features.len() / self.inputs;
        let all = TensorData::new(self.features.clone(), [states, self.inputs]);
        let all = Tensor::from_data(all, &self.device).inner();
        let values = self.network.valid().forward(all).into_data();
        let values: Vec<f32> = values.iter::<f32>().collect();
        let best = values.chunks_exact(self.actions).map(|row| {
            let better = |best: (usize, f32), (action, &value): (usize, &f32)| match value > best.1
            {
                true => (action, value),
                false => best,
            };
            row.iter().enumerate().fold((0, f32::NEG_INFINITY), better)
        });
        self.best = best.collect();
    }
}

impl Learner for DeepLearner {
    fn act(&mut self, state: usize, rng: &mut dyn Rng) -> usize {
        match rng.random::<f64>() < self.exploration() {
            true => rng.random_range(0..self.actions),
            false => self.greedy_action(state),
        }
    }

    fn learn(&mut self, transition: &Transition, rng: &mut dyn Rng) {
        let one = Seen {
            state: transition.state,
            action: transition.action,
            reward: ((transition.reward - self.center) * self.scale) as f32,
            next: transition.next_state,
            terminated: transition.terminated,
        };
        match self.seen.len() < self.settings.replay {
            true => self.seen.push(one),
            false => self.seen[self.oldest] = one,
        }
        self.oldest = (self.oldest + 1) % self.settings.replay;
        self.periods += 1;
        let enough = self.seen.len() >= self.settings.batch;
        if enough && self.periods.is_multiple_of(self.settings.every) {
            self.train(rng);
        }
    }

    fn greedy_action(&self, state: usize) -> usize {
        self.best[state].0
    }
}
