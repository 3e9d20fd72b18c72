use burn::{
    module::Module,
    optim::{GradientsParams, SgdConfig},
    tensor::{DType, TensorData, Tolerance},
};

use rand::{SeedableRng, rngs::ChaCha8Rng};

use super::*;
use crate::overparam::network_testing::data;

fn config(alpha: f64) -> OverparamCnnConfig {
    sized(alpha, [7, 10])
}

fn sized(alpha: f64, image_size: [usize; 2]) -> OverparamCnnConfig {
    OverparamCnnConfig::new(2, image_size, 6, 3)
        .with_alpha(alpha)
        .with_seed(5)
}

/// Images of both signs, without symmetries that would hide a wrong order of dimensions.
fn images(shape: [usize; 4], device: &Device) -> Tensor<4> {
    let count = shape.iter().product();
    let values: Vec<f32> = (0..count)
        .map(|i| (1.7 * i as f32).sin() + 0.3 * (0.013 * i as f32).cos())
        .collect();
    Tensor::from_data(TensorData::new(values, shape), device)
}

/// A map by channel, row and column, in `f64`.
#[derive(Clone)]
struct Map {
    size: [usize; 2],
    channels: Vec<Vec<f64>>,
}

impl Map {
    fn at(&self, channel: usize, row: isize, column: isize) -> f64 {
        let [rows, columns] = self.size.map(|size| size as isize);
        if (0..rows).contains(&row) && (0..columns).contains(&column) {
            self.channels[channel][(row * columns + column) as usize]
        } else {
            0.0
        }
    }

    fn transform(
        &self,
        size: [usize; 2],
        channels: usize,
        value: impl Fn(usize, isize, isize) -> f64,
    ) -> Self {
        let channel = |c| {
            let positions = (0..size[0] * size[1]).map(|p| (p / size[1], p % size[1]));
            positions
                .map(|(row, column)| value(c, row as isize, column as isize))
                .collect()
        };
        Self {
            size,
            channels: (0..channels).map(channel).collect(),
        }
    }

    fn convolve(&self, filters: &Param<Tensor<4>>, activate: impl Fn(f64) -> f64) -> Self {
        let [outputs, inputs, ..] = filters.dims();
        let weights = data(filters.val());
        self.transform(self.size, outputs, |output, row, column| {
            let mut sum = 0.0;
            for input in 0..inputs {
                for i in 0..3 {
                    for j in 0..3 {
                        let weight = weights[((output * inputs + input) * 3 + i) * 3 + j];
                        let (row, column) = (row + i as isize - 1, column + j as isize - 1);
                        sum += f64::from(weight) * self.at(input, row, column);
                    }
                }
            }
            activate(sum)
        })
    }

    fn pool(&self) -> Self {
        let size = self.size;
        if size[0] < 2 || size[1] < 2 {
            return self.clone();
        }
        self.transform(
            [size[0] / 2, size[1] / 2],
            self.channels.len(),
            |c, row, column| {
                let window = [(0, 0), (0, 1), (1, 0), (1, 1)];
                let values = window.map(|(i, j)| self.at(c, 2 * row + i, 2 * column + j));
                values.into_iter().fold(f64::NEG_INFINITY, f64::max)
            },
        )
    }
}

fn product(x: &[f64], matrix: &Param<Tensor<2>>) -> Vec<f64> {
    let [inputs, outputs] = matrix.dims();
    assert_eq!(x.len(), inputs);
    let weights = data(matrix.val());
    (0..outputs)
        .map(|j| {
            let column = weights.iter().skip(j).step_by(outputs);
            x.iter().zip(column).map(|(x, &w)| x * f64::from(w)).sum()
        })
        .collect()
}

/// Returns the network in direct loops, for one image.
fn reference(network: &OverparamCnn, size: [usize; 2], pixels: &[f32]) -> Vec<f64> {
    let alpha = network.activation.alpha();
    let activate = |z: f64| if z >= 0.0 { z } else { alpha * z } / (1.0 + alpha * alpha).sqrt();
    let pixels: Vec<f64> = pixels.iter().map(|&pixel| f64::from(pixel)).collect();
    let mean_square = pixels.iter().map(|pixel| pixel * pixel).sum::<f64>() / pixels.len() as f64;
    let scaled: Vec<f64> = pixels.iter().map(|x| x / mean_square.sqrt()).collect();
    let image = Map {
        size,
        channels: scaled
            .chunks(size[0] * size[1])
            .map(<[f64]>::to_vec)
            .collect(),
    };
    let map = network
        .convolutions
        .iter()
        .fold(image, |map, filters| map.convolve(filters, activate).pool());
    let hidden = product(&map.channels.concat(), &network.hidden);
    let hidden: Vec<f64> = hidden.into_iter().map(activate).collect();
    product(&hidden, &network.readout)
}

#[test]
fn forward_matches_the_definition() {
    let device = Device::flex();
    for (alpha, size) in [
        (-2.0, [7, 10]),
        (-1.0, [16, 16]),
        (0.0, [5, 5]),
        (0.05, [1, 9]),
    ] {
        let network = sized(alpha, size).init(&device);
        let images = images([3, 2, size[0], size[1]], &device);
        let expected: Vec<f32> = data(images.clone())
            .chunks(2 * size[0] * size[1])
            .flat_map(|pixels| reference(&network, size, pixels))
            .map(|value| value as f32)
            .collect();
        network.forward(images).into_data().assert_approx_eq::<f32>(
            &TensorData::new(expected, [3, 3]),
            Tolerance::absolute(1e-5),
        );
    }
}

#[test]
fn every_image_size_and_batch_has_logits() {
    let device = Device::flex();
    for size in [[1, 1], [2, 2], [3, 2], [1, 8], [9, 1], [15, 17], [28, 28]] {
        for batch in [1, 4] {
            let network = sized(-1.0, size).init(&device);
            let output = network.forward(images([batch, 2, size[0], size[1]], &device));
            assert_eq!(output.dims(), [batch, 3], "{size:?}");
            assert!(data(output).iter().all(|y| y.is_finite()), "{size:?}");
        }
    }
}

#[test]
fn rows_are_images_channel_after_channel() {
    let device = Device::flex();
    let network = config(-1.0).init(&device);
    let images = images([3, 2, 7, 10], &device);
    let rows = images.clone().reshape([3, 140]);
    let expected = data(network.forward(images));
    assert_eq!(data(network.forward_rows(rows.clone())), expected);
    assert_eq!(data(network.logits(rows)), expected);
}

#[test]
fn brightness_does_not_matter_and_black_is_zero() {
    let device = Device::flex();
    for alpha in [-2.0, -1.0, 0.0, 0.05] {
        let network = config(alpha).init(&device);
        let images = images([2, 2, 7, 10], &device);
        let output = data(network.forward(images.clone()));
        for factor in [4.0, 0.25, 2f32.powi(-100), 2f32.powi(100)] {
            let scaled = data(network.forward(images.clone() * factor));
            assert_eq!(scaled, output, "a power of two is exact");
        }
        assert_eq!(data(network.forward(images * 0.0)), [0.0; 6]);
    }
}

#[test]
fn positively_homogeneous_in_each_layer() {
    let device = Device::flex();
    let images = images([2, 2, 7, 10], &device);
    for alpha in [-2.0, -1.0, 0.0, 0.05] {
        let network = config(alpha).init(&device);
        let output = data(network.forward(images.clone()) * 4.0);
        for layer in 0..4 {
            let mut scaled = network.clone();
            let filters = scaled.convolutions[layer].val();
            scaled.convolutions[layer] = Param::from_tensor(filters * 4.0);
            assert_eq!(data(scaled.forward(images.clone())), output, "{layer}");
        }
    }
}

#[test]
fn even_only_for_alpha_minus_1() {
    let device = Device::flex();
    let images = images([2, 2, 7, 10], &device);
    for (alpha, even) in [(-1.0, true), (0.0, false), (-2.0, false)] {
        let network = config(alpha).init(&device);
        let (plus, minus) = (
            network.forward(images.clone()),
            network.forward(-images.clone()),
        );
        assert_eq!(data(plus) == data(minus), even, "α {alpha}");
    }
}

/// Squared norms at positions away from the border, before pooling, averaged over draws.
#[test]
fn convolutions_keep_the_norm_for_every_alpha() {
    let device = Device::flex();
    let (draws, width) = (20, 64);
    for alpha in [-2.0, -1.0, 0.0, 0.05] {
        let mut means = [0.0; 2];
        for seed in 0..draws {
            let network = OverparamCnnConfig::new(3, [8, 8], width, 2)
                .with_alpha(alpha)
                .with_convolutions(2)
                .with_seed(seed)
                .init(&device);
            let pixels = images([1, 3, 8, 8], &device).reshape([1, 192]);
            let mut map = scaled(pixels).reshape([1, 3, 8, 8]);
            for (layer, mean) in means.iter_mut().enumerate() {
                map = network.convolve(layer, map);
                let border = layer + 1;
                let inner = 8 - 2 * border;
                let seen = map
                    .clone()
                    .narrow(2, border, inner)
                    .narrow(3, border, inner);
                let norms = data(seen.square().sum_dim(1));
                *mean += norms.iter().sum::<f32>() / (norms.len() as f32 * draws as f32);
            }
        }
        for mean in means {
            assert!((mean - 1.0).abs() < 0.15, "α {alpha}: {means:?}");
        }
    }
}

/// The hidden linear layer turns positions of norm 1 into one vector of norm 1.
#[test]
fn the_linear_layer_keeps_the_norm_for_every_alpha() {
    let device = Device::flex();
    let map = images([1, 128, 2, 2], &device).reshape([1, 512]);
    let map = InputMap::Unit.apply(map) * 2.0;
    for alpha in [-2.0, -1.0, 0.0, 0.05] {
        let draws = 20;
        let mean = (0..draws)
            .map(|seed| {
                let network = OverparamCnnConfig::new(1, [4, 4], 128, 2)
                    .with_alpha(alpha)
                    .with_convolutions(1)
                    .with_seed(seed)
                    .init(&device);
                let hidden = map.clone().matmul(network.hidden.val());
                data(network.activation.forward(hidden).square().sum())[0]
            })
            .sum::<f32>()
            / draws as f32;
        assert!((mean - 1.0).abs() < 0.1, "α {alpha}: {mean}");
    }
}

fn weights(network: &OverparamCnn) -> Vec<f32> {
    let mut all: Vec<f32> = network
        .convolutions
        .iter()
        .flat_map(|filters| data(filters.val()))
        .collect();
    all.extend(data(network.hidden.val()));
    all.extend(data(network.readout.val()));
    all
}

#[test]
fn weights_depend_on_the_seed_and_not_on_alpha() {
    let device = Device::flex();
    let base = weights(&config(-1.0).init(&device));
    assert_eq!(base, weights(&config(0.05).init(&device)));
    assert_ne!(base, weights(&config(-1.0).with_seed(6).init(&device)));
}

#[test]
fn weights_are_stable_and_have_the_documented_variances() {
    let network = OverparamCnnConfig::new(3, [8, 8], 32, 40).init(&Device::flex());
    let mut expected = ChaCha8Rng::seed_from_u64(0);
    for (layer, variance) in [2.0 / (27.0 * 32.0), 2.0 / 288.0, 2.0 / 288.0, 2.0 / 288.0]
        .into_iter()
        .enumerate()
    {
        let filters = network.convolutions[layer].val();
        let drawn = normal_tensor(filters.dims(), variance, &Device::flex(), &mut expected);
        assert_eq!(data(filters.clone()), data(drawn), "layer {layer}");
        let second = data(filters.square().mean())[0];
        assert!((f64::from(second) / variance - 1.0).abs() < 0.2, "{layer}");
    }
    let hidden = RescaledInit::Hidden.tensor(32, 32, &Device::flex(), &mut expected);
    assert_eq!(data(network.hidden.val()), data(hidden));
    let readout = RescaledInit::Output.tensor(32, 40, &Device::flex(), &mut expected);
    assert_eq!(data(network.readout.val()), data(readout));
    let small = OverparamCnnConfig::new(1, [3, 3], 1, 1)
        .with_convolutions(1)
        .with_seed(7)
        .init(&Device::flex());
    assert_eq!(weights(&small)[..4], STABLE_WEIGHTS);
}

/// The first draws of seed 7, as in the tests of `RescaledInit`, scaled by √(2/9).
const STABLE_WEIGHTS: [f32; 4] = [-0.36551383, -0.6521513, 0.41941473, 0.16960147];

#[test]
fn everything_but_the_readout_gets_gradients_and_changes() {
    let device = Device::flex().autodiff();
    let network = config(-1.0).init(&device);
    let before = network.clone();
    let images = images([3, 2, 7, 10], &device);
    let grads = network.forward(images).square().sum().backward();
    let grads = GradientsParams::from_grads(grads, &network);
    assert_eq!(grads.len(), 5, "four convolutions and the linear layer");
    assert!(grads.get::<2>(network.readout.id).is_none());
    let after = SgdConfig::new().init().step(0.1, network, grads);
    assert_eq!(data(after.readout.val()), data(before.readout.val()));
    assert_ne!(data(after.hidden.val()), data(before.hidden.val()));
    for (new, old) in after.convolutions.iter().zip(&before.convolutions) {
        assert_ne!(data(new.val()), data(old.val()));
    }
}

#[test]
fn gradients_match_finite_differences() {
    let device = Device::flex().autodiff();
    let images = images([2, 2, 7, 10], &device).cast(DType::F64);
    for alpha in [-2.0, -1.0, 0.0, 0.05] {
        let network = config(alpha).init(&device);
        let report = crate::testing::check_gradients(&network, 12, 1e-6, |network| {
            network.forward(images.clone()).square().sum()
        })
        .unwrap();
        assert_eq!(report.compared.len(), 5, "α {alpha}");
    }
}

#[test]
fn a_slope_of_1_is_rejected() {
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let error = config(1.0)
        .try_init_with(&Device::flex(), &mut rng)
        .unwrap_err();
    assert_eq!((error.name, error.value.as_str()), ("alpha", "1"));
}

#[test]
#[should_panic(expected = "at least 1")]
fn a_width_of_0_panics() {
    OverparamCnnConfig::new(3, [8, 8], 0, 3).init(&Device::flex());
}

#[test]
#[should_panic(expected = "at least 1")]
fn an_image_without_rows_panics() {
    OverparamCnnConfig::new(3, [0, 8], 4, 3).init(&Device::flex());
}

#[test]
#[should_panic(expected = "images of [2, 7, 10] channels, rows and columns, but got [2, 10, 7]")]
fn images_of_another_size_panic() {
    let device = Device::flex();
    config(-1.0)
        .init(&device)
        .forward(images([1, 2, 10, 7], &device));
}

#[test]
#[should_panic(expected = "rows of 140 pixels, but got 70")]
fn rows_of_another_size_panic() {
    let device = Device::flex();
    config(-1.0)
        .init(&device)
        .forward_rows(Tensor::ones([1, 70], &device));
}

#[test]
fn record_round_trip_keeps_the_readout_frozen() {
    let device = Device::flex().autodiff();
    let saved = config(-1.0).init(&device);
    let fresh = config(-1.0).with_seed(6).init(&device);
    let images = images([2, 2, 7, 10], &device);
    let expected = data(saved.forward(images.clone()).inner());
    let bytes = saved.into_record().into_bytes().unwrap();
    let record = burn::store::ModuleRecord::from_bytes(bytes).unwrap();
    let loaded = fresh.load_record(record);
    assert!(!loaded.readout.is_require_grad());
    assert!(loaded.hidden.is_require_grad());
    assert_eq!(data(loaded.forward(images).inner()), expected);
}

#[test]
fn display() {
    let network = config(-1.0).init(&Device::flex());
    assert_eq!(
        network.to_string(),
        "OverparamCnn {channels: 2, image_size: [7, 10], width: 6, convolutions: 4, classes: 3, \
         alpha: -1, params: 1170}"
    );
}
