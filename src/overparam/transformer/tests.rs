use burn::{
    module::{Module, Param},
    optim::{GradientsParams, SgdConfig},
    tensor::{Device, Int, Tensor, TensorData, Tolerance},
};
use rand::{SeedableRng, rngs::ChaCha8Rng};

use super::*;
use crate::{
    nn::{RescaledInit, normal_tensor},
    overparam::{
        ClassifierNetwork,
        network_testing::{TOKENS, data, product, tokens},
    },
};

fn config(alpha: f64) -> OverparamTransformerConfig {
    OverparamTransformerConfig::new(12, 8, 3)
        .with_heads(2)
        .with_expansion(3)
        .with_max_length(20)
        .with_alpha(alpha)
        .with_seed(5)
}

fn norm(x: &[f64]) -> Vec<f64> {
    let n = x.len() as f64;
    let mean = x.iter().sum::<f64>() / n;
    let variance = x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n;
    x.iter()
        .map(|x| (x - mean) / (variance + 1e-5).sqrt())
        .collect()
}

/// Attention of every position to every token.
fn attend(block: &EncoderBlock, x: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let of = |weights: &Param<Tensor<2>>| -> Vec<Vec<f64>> {
        x.iter().map(|x| product(x, weights)).collect()
    };
    let attention = &block.attention;
    let (query, key) = (of(&attention.query.weight), of(&attention.key.weight));
    let value = of(&attention.value.weight);
    let (heads, size) = (attention.n_heads, attention.d_k);
    let context = |query: &Vec<f64>| -> Vec<f64> {
        (0..heads)
            .flat_map(|head| {
                let part = head * size..(head + 1) * size;
                let weights: Vec<f64> = key
                    .iter()
                    .map(|key| {
                        let pairs = query[part.clone()].iter().zip(&key[part.clone()]);
                        let score: f64 = pairs.map(|(q, k)| q * k).sum();
                        (score / (size as f64).sqrt()).exp()
                    })
                    .collect();
                let total: f64 = weights.iter().sum();
                let mean = |j: usize| -> f64 {
                    let pairs = weights.iter().zip(&value);
                    pairs.map(|(weight, value)| weight * value[j]).sum::<f64>() / total
                };
                part.map(mean).collect::<Vec<f64>>()
            })
            .collect()
    };
    query
        .iter()
        .map(|query| product(&context(query), &attention.output.weight))
        .collect()
}

/// Returns the network in plain loops, for the tokens of one row and their positions.
fn reference(network: &OverparamTransformer, tokens: &[(usize, i64)]) -> Vec<f64> {
    let alpha = network.activation.alpha();
    let activate = |z: f64| if z >= 0.0 { z } else { alpha * z } / (1.0 + alpha * alpha).sqrt();
    let table = data(network.embedding.val());
    let width = network.embedding.dims()[1];
    let mut x: Vec<Vec<f64>> = tokens
        .iter()
        .map(|&(position, token)| {
            let row = &table[token as usize * width..][..width];
            let coordinate = |(j, a): (usize, &f32)| {
                let frequency = 10_000f64.powf(-((j / 2 * 2) as f64) / width as f64);
                let phase = position as f64 * frequency;
                let sinusoid = if j % 2 == 0 { phase.sin() } else { phase.cos() };
                let position = sinusoid * (2.0 / width as f64).sqrt();
                (15f64 / 16.0).sqrt() * f64::from(*a) + 0.25 * position
            };
            row.iter().enumerate().map(coordinate).collect()
        })
        .collect();
    let scale = 1.0 / (2.0 * network.blocks.len() as f64 * width as f64).sqrt();
    let add = |x: &mut Vec<Vec<f64>>, branch: Vec<Vec<f64>>| {
        for (x, branch) in x.iter_mut().flatten().zip(branch.into_iter().flatten()) {
            *x += scale * branch;
        }
    };
    for block in &network.blocks {
        let normed: Vec<Vec<f64>> = x.iter().map(|x| norm(x)).collect();
        let attended = attend(block, &normed);
        add(&mut x, attended);
        let feed = |x: &Vec<f64>| {
            let constant = (width as f64).sqrt();
            let input = norm(x).into_iter().chain([constant]);
            let input: Vec<f64> = input.map(|x| x / 2f64.sqrt()).collect();
            let hidden = product(&input, &block.expand).into_iter();
            product(&hidden.map(activate).collect::<Vec<f64>>(), &block.contract)
        };
        let fed = x.iter().map(feed).collect();
        add(&mut x, fed);
    }
    let count = x.len().max(1) as f64;
    let sum = |j: usize| x.iter().map(|x| x[j]).sum::<f64>() / count.sqrt();
    product(&(0..width).map(sum).collect::<Vec<f64>>(), &network.readout)
}

#[test]
fn forward_matches_the_definition() {
    let device = Device::flex();
    for (alpha, depth) in [(-2.0, 1), (-1.0, 2), (0.0, 3), (0.05, 2)] {
        let network = config(alpha).with_depth(depth).init(&device);
        let expected: Vec<f32> = TOKENS
            .iter()
            .flat_map(|row| {
                let present = row.iter().copied().enumerate();
                let present: Vec<(usize, i64)> = present.filter(|&(_, id)| id != 0).collect();
                reference(&network, &present)
            })
            .map(|value| value as f32)
            .collect();
        network
            .forward(tokens(&device))
            .into_data()
            .assert_approx_eq::<f32>(
                &TensorData::new(expected, [4, 3]),
                Tolerance::absolute(1e-4),
            );
    }
}

fn logits(network: &OverparamTransformer, row: &[i64], device: &Device) -> Vec<f32> {
    let row = TensorData::new(row.to_vec(), [1, row.len()]);
    data(network.forward(Tensor::from_data(row, device)))
}

#[test]
fn appended_padding_changes_nothing_and_the_order_counts() {
    let device = Device::flex();
    let network = config(-1.0).init(&device);
    let expected = logits(&network, &[4, 9, 2], &device);
    for padding in [1, 2, 5, 17] {
        let row = [&[4, 9, 2][..], &vec![0; padding]].concat();
        for (found, expected) in logits(&network, &row, &device).iter().zip(&expected) {
            assert!((found - expected).abs() < 1e-6, "{padding}");
        }
    }
    assert_ne!(logits(&network, &[9, 4, 2], &device), expected);
}

#[test]
fn a_row_without_tokens_has_finite_gradients_and_logits_of_0() {
    let device = Device::flex().autodiff();
    let network = config(-1.0).init(&device);
    let output = network.forward(Tensor::zeros([2, 4], &device));
    assert_eq!(data(output.clone().inner()), [0.0; 6]);
    let grads = (output + 1.0).square().sum().backward();
    let grads = GradientsParams::from_grads(grads, &network);
    for block in &network.blocks {
        let gradient = data(grads.get::<2>(block.expand.id).unwrap());
        assert!(gradient.iter().all(|&g| g == 0.0), "{gradient:?}");
    }
}

#[test]
fn every_length_and_batch_has_logits() {
    let device = Device::flex();
    let network = config(-1.0).init(&device);
    for (batch, length) in [(1, 1), (1, 20), (5, 1), (3, 13)] {
        let output = network.forward(Tensor::ones([batch, length], &device));
        assert_eq!(output.dims(), [batch, 3]);
    }
    let rows = tokens(&device);
    assert_eq!(
        data(network.logits(rows.clone())),
        data(network.forward(rows))
    );
}

#[test]
fn positively_homogeneous_in_the_feed_forward_matrices() {
    let device = Device::flex();
    let activation = config(-2.0).init(&device).activation;
    let block = config(-2.0).with_depth(1).init(&device).blocks.remove(0);
    let x = Tensor::<2>::from_floats([[0.3, -1.0, 2.0, 0.5, -0.4, 1.1, -2.0, 0.0]], &device);
    let padding = Tensor::<2, Int>::ones([1, 1], &device).equal_elem(0);
    let branch = |block: &EncoderBlock| {
        data(block.forward(x.clone().unsqueeze(), padding.clone(), &activation))
    };
    let (mut none, mut twice) = (block.clone(), block.clone());
    none.expand = Param::from_tensor(block.expand.val() * 0.0);
    twice.expand = Param::from_tensor(block.expand.val() * 2.0);
    let (none, once, twice) = (branch(&none), branch(&block), branch(&twice));
    for ((none, once), twice) in none.iter().zip(once).zip(twice) {
        assert!((twice - none - 2.0 * (once - none)).abs() < 1e-5);
    }
}

/// Positions have squared norm 1 at the input, and between 1 and 2 after the last block.
#[test]
fn blocks_keep_the_norm_for_every_alpha_and_depth() {
    let device = Device::flex();
    let (width, length) = (64, 16);
    let ids: Vec<i64> = (1..=length as i64).collect();
    let tokens = TensorData::new(ids, [1, length]);
    for depth in [1, 4, 12] {
        for alpha in [-2.0, -1.0, 0.0, 0.05] {
            let mean = |x: Tensor<3>| data(x.square().sum_dim(2).mean())[0];
            let network = OverparamTransformerConfig::new(length + 1, width, 2)
                .with_depth(depth)
                .with_alpha(alpha)
                .init(&device);
            let tokens = Tensor::<2, Int>::from_data(tokens.clone(), &device);
            let padding = tokens.clone().equal_elem(0);
            let x = network.embed(tokens);
            let entered = mean(x.clone());
            assert!((entered - 1.0).abs() < 0.15, "{entered}");
            let left = mean(network.blocks.iter().fold(x, |x, block| {
                block.forward(x, padding.clone(), &network.activation)
            }));
            assert!(
                (1.2..2.3).contains(&left),
                "α {alpha}, depth {depth}: {left}"
            );
        }
    }
}

fn matrices(network: &OverparamTransformer) -> Vec<&Param<Tensor<2>>> {
    let mut all = vec![&network.embedding];
    for block in &network.blocks {
        let attention = &block.attention;
        let linears = [
            &attention.query,
            &attention.key,
            &attention.value,
            &attention.output,
        ];
        all.extend(linears.map(|linear| &linear.weight));
        all.extend([&block.expand, &block.contract]);
    }
    all.push(&network.readout);
    all
}

fn weights(network: &OverparamTransformer) -> Vec<Vec<f32>> {
    let matrices = matrices(network).into_iter();
    matrices.map(|weights| data(weights.val())).collect()
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
    let device = Device::flex();
    let found = weights(&config(-1.0).init(&device));
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let mut draw = |shape, variance| data(normal_tensor(shape, variance, &device, &mut rng));
    let mut expected = vec![draw([12, 8], 1.0 / 8.0)];
    for _ in 0..2 {
        expected.extend((0..4).map(|_| draw([8, 8], 1.0 / 8.0)));
        expected.extend([draw([9, 24], 2.0 / 8.0), draw([24, 8], 1.0 / 24.0)]);
    }
    expected.push(draw([8, 3], 1.0 / 3.0));
    assert_eq!(found, expected);
    // The first draws of seed 7, as in the tests of `RescaledInit`, scaled by 1/√2.
    let small = OverparamTransformerConfig::new(2, 2, 1)
        .with_heads(1)
        .with_seed(7)
        .init(&device);
    let first = RescaledInit::Input.tensor(2, 2, &device, &mut ChaCha8Rng::seed_from_u64(7));
    assert_eq!(weights(&small)[0], data(first));
    let pinned = [-0.7753719, -1.3834218, 0.889713, 0.35977906f32];
    for (weight, pinned) in weights(&small)[0].iter().zip(pinned) {
        assert!((weight - pinned / 2f32.sqrt()).abs() < 1e-6);
    }
}

#[test]
fn only_attention_and_feed_forward_matrices_get_gradients_and_change() {
    let device = Device::flex().autodiff();
    let network = config(-1.0).init(&device);
    let before = weights(&network);
    let grads = network.forward(tokens(&device)).square().sum().backward();
    let grads = GradientsParams::from_grads(grads, &network);
    assert_eq!(grads.len(), 2 * 6, "six matrices for each of two blocks");
    let after = SgdConfig::new().init().step(0.1, network, grads);
    let after = weights(&after);
    let last = after.len() - 1;
    for (index, (new, old)) in after.iter().zip(&before).enumerate() {
        assert_eq!(new == old, index == 0 || index == last, "matrix {index}");
    }
}

#[test]
fn gradients_match_finite_differences() {
    let device = Device::flex().autodiff();
    for alpha in [-2.0, -1.0, 0.0, 0.05] {
        let network = config(alpha).init(&device);
        let report = crate::testing::check_gradients(&network, 8, 1e-6, |network| {
            network.forward(tokens(&device)).square().sum()
        })
        .unwrap();
        assert_eq!(report.compared.len(), 12, "α {alpha}");
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
fn a_depth_of_0_panics() {
    config(-1.0).with_depth(0).init(&Device::flex());
}

#[test]
#[should_panic(expected = "width = 8: an OverparamTransformer with 3 heads")]
fn heads_that_do_not_divide_the_width_panic() {
    config(-1.0).with_heads(3).init(&Device::flex());
}

#[test]
#[should_panic(expected = "max_length = 10001")]
fn rows_longer_than_the_slowest_sinusoid_panic() {
    config(-1.0).with_max_length(10_001).init(&Device::flex());
}

#[test]
#[should_panic(expected = "rows of 1 to 20 positions, but got length 21")]
fn rows_longer_than_configured_panic() {
    let device = Device::flex();
    let network = config(-1.0).init(&device);
    network.forward(Tensor::ones([1, 21], &device));
}

#[test]
fn record_round_trip_keeps_frozen_matrices_frozen() {
    let device = Device::flex().autodiff();
    let saved = config(-1.0).init(&device);
    let fresh = config(-1.0).with_seed(6).init(&device);
    let expected = data(saved.forward(tokens(&device)).inner());
    let bytes = saved.into_record().into_bytes().unwrap();
    let record = burn::store::ModuleRecord::from_bytes(bytes).unwrap();
    let loaded = fresh.load_record(record);
    assert!(!loaded.embedding.is_require_grad() && !loaded.readout.is_require_grad());
    for block in &loaded.blocks {
        assert!(block.contract.is_require_grad());
        assert!(!block.attention_norm.gamma.is_require_grad());
        assert!(!block.feed_forward_norm.gamma.is_require_grad());
    }
    assert_eq!(data(loaded.forward(tokens(&device)).inner()), expected);
}

#[test]
fn display() {
    let network = config(-1.0).init(&Device::flex());
    assert_eq!(
        network.to_string(),
        "OverparamTransformer {vocabulary: 12, width: 8, classes: 3, depth: 2, heads: 2, \
         expansion: 3, max_length: 20, alpha: -1, params: 1480}"
    );
}
