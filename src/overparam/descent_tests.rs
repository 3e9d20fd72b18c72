//! Gradient descent on the synthetic data of Guo, Li, Lerman (2024), in finite width: the order of
//! slopes, and the losses of an independent reference implementation.

use burn::{
    module::Param,
    tensor::{Device, Tensor, TensorData},
};
use rand::{SeedableRng, rngs::ChaCha8Rng};

use super::{
    InputMap, OverparamMlpConfig, infinite_width::test_data::synthetic, loss::SumSquaredLoss,
};

const ALPHAS: [f64; 4] = [-1.0, -2.0, 0.0, 0.05];

/// A training: n samples in R⁵, L layers of width m, step c/(n m).
#[derive(Clone, Copy)]
struct Descent {
    samples: usize,
    width: usize,
    depth: usize,
    map: InputMap,
    /// Random number generator of the data.
    data: u64,
    /// Random number generator of the weights.
    weights: u64,
}

impl Descent {
    fn step(&self) -> f64 {
        let c = match self.map {
            InputMap::Unit | InputMap::UnitWithConstant => 0.8,
            InputMap::Raw | InputMap::RawWithConstant => 0.2,
        };
        c / (self.samples * self.width) as f64
    }

    /// `1/n Σ_i ‖y_i − ŷ_i‖²` after each of the given numbers of steps, in ascending order.
    fn losses<const N: usize>(&self, alpha: f64, after: [usize; N]) -> [f64; N] {
        let device = Device::flex();
        let mut rng = ChaCha8Rng::seed_from_u64(self.data);
        let (x, y) = synthetic(self.samples, self.map, &mut rng);
        let matrix = |values: Vec<f64>| {
            let columns = values.len() / self.samples;
            let values: Vec<f32> = values.into_iter().map(|value| value as f32).collect();
            Tensor::<2>::from_data(TensorData::new(values, [self.samples, columns]), &device)
        };
        let (x, y) = (matrix(x.concat()), matrix(y.concat()));
        let mut network = OverparamMlpConfig::new(5, self.width, 1)
            .with_depth(self.depth)
            .with_alpha(alpha)
            .with_input_map(self.map)
            .with_seed(self.weights)
            .init(&device);
        let embedded = network.embed(x);
        let loss = SumSquaredLoss::new();
        let mut done = 0;
        after.map(|steps| {
            for _ in done..steps {
                let weights = network.hidden.iter();
                let tracked = weights.map(|w| Param::from_tensor(w.val().autodiff()));
                network.hidden = tracked.collect();
                let predictions = network.forward_embedded(embedded.clone());
                let gradients = loss.forward(predictions, y.clone()).backward();
                let weights = network.hidden.iter().map(|w| {
                    let gradient = w.val().grad(&gradients).unwrap();
                    Param::from_tensor(w.val().inner() - gradient * self.step())
                });
                network.hidden = weights.collect();
            }
            done = steps;
            let predictions = network.forward_embedded(embedded.clone());
            let sum: f32 = loss.forward(predictions, y.clone()).into_scalar();
            f64::from(sum) / self.samples as f64
        })
    }
}

/// The weights are the same for all slopes. In 23 draws of data and weights at this size the losses
/// were at most 0.64, 0.94 and, of ReLU by α = 0.05, 0.998 times as large. In 36 draws with n = 200
/// and m = 256 they were at most 0.61, 0.66 and 0.98. That α = −1 beats −2 held in 25 of these 36
/// only.
fn assert_order(map: InputMap) {
    let descent = Descent {
        samples: 80,
        width: 128,
        depth: 3,
        map,
        data: 2,
        weights: 0,
    };
    let [one, two, relu, leaky] = ALPHAS.map(|alpha| descent.losses(alpha, [1000])[0]);
    assert!(one < 0.8 * relu, "α = -1: {one}, ReLU: {relu}");
    assert!(two < 0.9 * relu, "α = -2: {two}, ReLU: {relu}");
    assert!(relu < leaky, "ReLU: {relu}, α = 0.05: {leaky}");
}

#[test]
fn steep_slopes_train_faster_on_unit_rows_with_a_constant() {
    assert_order(InputMap::UnitWithConstant);
}

#[test]
fn steep_slopes_train_faster_on_raw_rows_with_a_constant() {
    assert_order(InputMap::RawWithConstant);
}

/// Mean losses after 30, 100, 300 and 1000 steps of one slope, for n = 200, m = 256, L = 3.
struct Reference {
    map: InputMap,
    alpha: f64,
    /// Of an independent implementation in PyTorch 2.15 with single precision: the mean over 3
    /// draws of weights on one draw of data, which is not known.
    losses: [f64; 4],
    /// Between such means on different draws of data: of 6 draws here, data and weights together.
    deviations: [f64; 4],
}

const fn unit(alpha: f64, losses: [f64; 4], deviations: [f64; 4]) -> Reference {
    let map = InputMap::UnitWithConstant;
    Reference {
        map,
        alpha,
        losses,
        deviations,
    }
}

const fn raw(alpha: f64, losses: [f64; 4], deviations: [f64; 4]) -> Reference {
    let map = InputMap::RawWithConstant;
    Reference {
        map,
        alpha,
        losses,
        deviations,
    }
}

const REFERENCES: [Reference; 8] = [
    unit(
        -1.0,
        [0.639, 0.400, 0.227, 0.0835],
        [0.059, 0.034, 0.021, 0.011],
    ),
    unit(
        -2.0,
        [0.708, 0.440, 0.257, 0.1014],
        [0.045, 0.030, 0.020, 0.0091],
    ),
    unit(
        0.0,
        [0.747, 0.510, 0.339, 0.1662],
        [0.045, 0.031, 0.024, 0.016],
    ),
    unit(
        0.05,
        [0.761, 0.525, 0.355, 0.1814],
        [0.044, 0.031, 0.023, 0.014],
    ),
    raw(
        -1.0,
        [1.171, 0.454, 0.153, 0.0247],
        [0.10, 0.044, 0.027, 0.0084],
    ),
    raw(
        -2.0,
        [1.201, 0.481, 0.175, 0.0287],
        [0.066, 0.042, 0.025, 0.0077],
    ),
    raw(
        0.0,
        [1.252, 0.574, 0.270, 0.0780],
        [0.14, 0.052, 0.027, 0.012],
    ),
    raw(
        0.05,
        [1.264, 0.600, 0.298, 0.0912],
        [0.15, 0.054, 0.028, 0.012],
    ),
];

/// The mean over 3 draws of data and 3 of weights on each is within 3 standard deviations of the
/// reference. In terms of the weights' deviation alone one draw can be far off: rows with a long
/// tail move the losses of all slopes together.
#[test]
#[ignore = "72 trainings, some minutes"]
fn losses_match_the_reference() {
    let draws = (1..=3).flat_map(|data| (0..3).map(move |weights| (data, weights)));
    for reference in &REFERENCES {
        let losses = draws.clone().map(|(data, weights)| {
            let descent = Descent {
                samples: 200,
                width: 256,
                depth: 3,
                map: reference.map,
                data,
                weights,
            };
            descent.losses(reference.alpha, [30, 100, 300, 1000])
        });
        let sum = losses.fold([0.0; 4], |sum, losses| {
            std::array::from_fn(|k| sum[k] + losses[k])
        });
        let means = sum.map(|sum| sum / 9.0);
        println!("{:?}, α = {}: {means:.4?}", reference.map, reference.alpha);
        for k in 0..4 {
            assert!(
                (means[k] - reference.losses[k]).abs() < 3.0 * reference.deviations[k],
                "{:?}, α = {}: {means:?}",
                reference.map,
                reference.alpha
            );
        }
    }
}
