use burn::{
    module::Module,
    optim::{GradientsParams, SgdConfig},
    tensor::{DType, TensorData, Tolerance},
};

use rand::{SeedableRng, rngs::ChaCha8Rng};

use super::*;
use crate::overparam::network_testing::{TOKENS, data, product, tokens};

fn config(alpha: f64) -> OverparamRnnConfig {
    OverparamRnnConfig::new(12, 16, 3)
        .with_alpha(alpha)
        .with_layers(2)
        .with_seed(5)
}

/// Returns the network in plain loops, for the tokens of one row without its padding.
fn reference(network: &OverparamRnn, tokens: &[i64]) -> Vec<f64> {
    let alpha = network.activation.alpha();
    let activate = |z: f64| if z >= 0.0 { z } else { alpha * z } / (1.0 + alpha * alpha).sqrt();
    let table = data(network.embedding.val());
    let width = network.embedding.dims()[1];
    let mut inputs: Vec<Vec<f64>> = tokens
        .iter()
        .map(|&token| {
            let row = &table[token as usize * width..][..width];
            let scale = (tokens.len() as f64).sqrt();
            row.iter().map(|&x| f64::from(x) / scale).collect()
        })
        .collect();
    let mut state = vec![0.0; width];
    for layer in &network.layers {
        state = vec![0.0; width];
        for (t, input) in inputs.iter_mut().enumerate() {
            let (recurrent, driven) = (product(&state, &layer.state), product(input, &layer.input));
            let sums = recurrent.iter().zip(driven).map(|(w, u)| w + u);
            state = sums.map(activate).collect();
            let scale = ((t + 1) as f64).sqrt();
            *input = state.iter().map(|h| h / scale).collect();
        }
    }
    product(&state, &network.readout)
}

fn without_padding(row: &[i64]) -> Vec<i64> {
    row.iter().copied().filter(|&token| token != 0).collect()
}

#[test]
fn forward_matches_the_definition() {
    let device = Device::flex();
    for (alpha, layers) in [(-2.0, 1), (-1.0, 2), (0.0, 3), (0.05, 2)] {
        let network = config(alpha).with_layers(layers).init(&device);
        let expected: Vec<f32> = TOKENS
            .iter()
            .flat_map(|row| reference(&network, &without_padding(row)))
            .map(|value| value as f32)
            .collect();
        let output = network.forward(tokens(&device)).into_data();
        output.assert_approx_eq::<f32>(
            &TensorData::new(expected, [4, 3]),
            Tolerance::absolute(1e-5),
        );
    }
}

#[test]
fn padding_at_any_position_changes_nothing() {
    let device = Device::flex();
    let network = config(-1.0).init(&device);
    let run = |row: &[i64]| {
        let row = TensorData::new(row.to_vec(), [1, row.len()]);
        data(network.forward(Tensor::from_data(row, &device)))
    };
    let expected = run(&[4, 9, 2]);
    for padded in [
        &[4, 9, 2, 0][..],
        &[0, 4, 9, 2],
        &[4, 0, 0, 9, 0, 2],
        &[4, 9, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ] {
        for (found, expected) in run(padded).iter().zip(&expected) {
            assert!((found - expected).abs() < 1e-6, "{padded:?}");
        }
    }
    assert_ne!(run(&[9, 4, 2]), expected, "the order of tokens counts");
}

#[test]
fn a_row_without_tokens_has_logits_and_gradients_of_0() {
    let device = Device::flex().autodiff();
    let network = config(-1.0).init(&device);
    let padding = Tensor::<2, Int>::zeros([2, 4], &device);
    let output = network.forward(padding);
    assert_eq!(data(output.clone().inner()), [0.0; 6]);
    let grads = (output + 1.0).square().sum().backward();
    let grads = GradientsParams::from_grads(grads, &network);
    for layer in &network.layers {
        for weights in [&layer.input, &layer.state] {
            let gradient = data(grads.get::<2>(weights.id).unwrap());
            assert!(gradient.iter().all(|&g| g == 0.0), "{gradient:?}");
        }
    }
}

#[test]
fn padding_gives_no_gradient() {
    let device = Device::flex().autodiff();
    let network = config(-2.0).init(&device);
    let gradients = |row: &[i64]| {
        let row = TensorData::new(row.to_vec(), [1, row.len()]);
        let output = network.forward(Tensor::from_data(row, &device));
        let grads = output.square().sum().backward();
        let grads = GradientsParams::from_grads(grads, &network);
        let of = |weights: &Param<Tensor<2>>| data(grads.get::<2>(weights.id).unwrap());
        let layers = network.layers.iter();
        layers
            .flat_map(|layer| [of(&layer.input), of(&layer.state)].concat())
            .collect::<Vec<f32>>()
    };
    let expected = gradients(&[4, 9, 2]);
    for (found, expected) in gradients(&[0, 4, 9, 0, 2, 0, 0]).iter().zip(expected) {
        assert!((found - expected).abs() < 1e-5 * (1.0 + expected.abs()));
    }
}

#[test]
fn every_length_and_batch_has_logits() {
    let device = Device::flex();
    let network = config(-1.0).init(&device);
    for (batch, length) in [(1, 1), (1, 6), (5, 1), (3, 13)] {
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
fn rows_do_not_depend_on_their_batch() {
    let device = Device::flex();
    let network = config(-2.0).init(&device);
    let together = data(network.forward(tokens(&device)));
    for (row, expected) in together.chunks(3).enumerate() {
        let alone = data(network.forward(tokens(&device).narrow(0, row, 1)));
        for (found, expected) in alone.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-6, "row {row}");
        }
    }
}

/// Logits are linear in embeddings scaled by a positive number.
#[test]
fn positively_homogeneous_in_the_embedding() {
    let device = Device::flex();
    for alpha in [-2.0, -1.0, 0.0, 0.05] {
        let network = config(alpha).init(&device);
        let mut scaled = network.clone();
        scaled.embedding = Param::from_tensor(network.embedding.val() * 4.0);
        assert_eq!(
            data(scaled.forward(tokens(&device))),
            data(network.forward(tokens(&device)) * 4.0),
            "α {alpha}: a power of two is exact"
        );
    }
}

/// Squared norms of the last state over draws, for one row of different tokens.
fn squared_norms(config: &OverparamRnnConfig, length: usize, draws: u64) -> Vec<f64> {
    let device = Device::flex();
    let ids: Vec<i64> = (1..=length as i64).collect();
    let tokens = Tensor::from_data(TensorData::new(ids, [1, length]), &device);
    (0..draws)
        .map(|seed| {
            let network = config.clone().with_seed(seed).init(&device);
            let state = network.last_state(tokens.clone());
            f64::from(data(state.square().sum())[0])
        })
        .collect()
}

/// Mean, and standard deviation of the logarithm.
fn moments(norms: &[f64]) -> [f64; 2] {
    let mean = |values: &mut dyn Iterator<Item = f64>| values.sum::<f64>() / norms.len() as f64;
    let log = mean(&mut norms.iter().map(|norm| norm.ln()));
    let variance = mean(&mut norms.iter().map(|norm| (norm.ln() - log).powi(2)));
    [mean(&mut norms.iter().copied()), variance.sqrt()]
}

#[test]
fn the_last_state_keeps_the_norm_for_every_alpha_where_width_exceeds_length_squared() {
    let length = 10;
    for (alpha, layers, spread) in [
        (-2.0, 1, 0.45),
        (-1.0, 1, 0.45),
        (-1.0, 2, 0.8),
        (0.0, 1, 0.9),
        (0.05, 1, 0.9),
    ] {
        let config = OverparamRnnConfig::new(length + 1, 256, 2)
            .with_alpha(alpha)
            .with_layers(layers);
        let norms = squared_norms(&config, length, 24);
        let [mean, found] = moments(&norms);
        assert!((mean - 1.0).abs() < 0.35, "α {alpha}, {layers}: {mean}");
        let spread = spread * length as f64 / 16.0;
        assert!(
            found < 1.5 * spread && found > 0.5 * spread,
            "α {alpha}, {layers} layers: the logarithm spreads by {found}, not about {spread}"
        );
    }
}

/// As documented, at 50 tokens and width 256 draws differ by orders of magnitude.
#[test]
fn draws_differ_widely_where_length_squared_exceeds_the_width() {
    for alpha in [-2.0, -1.0, 0.0, 0.05] {
        let config = OverparamRnnConfig::new(51, 256, 2).with_alpha(alpha);
        let mut norms = squared_norms(&config, 50, 16);
        let [_, spread] = moments(&norms);
        assert!((1.0..4.0).contains(&spread), "α {alpha}: {spread}");
        norms.sort_by(f64::total_cmp);
        assert!((0.2..5.0).contains(&norms[8]), "α {alpha}: {norms:?}");
    }
}

fn weights(network: &OverparamRnn) -> Vec<f32> {
    let mut all = data(network.embedding.val());
    for layer in &network.layers {
        all.extend(data(layer.input.val()));
        all.extend(data(layer.state.val()));
    }
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
fn weights_are_those_of_algorithm_1_in_the_documented_order() {
    let device = Device::flex();
    let network = config(-1.0).init(&device);
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let mut expected = data(RescaledInit::Input.tensor(12, 16, &device, &mut rng));
    for _ in 0..4 {
        expected.extend(data(RescaledInit::Hidden.tensor(16, 16, &device, &mut rng)));
    }
    expected.extend(data(RescaledInit::Output.tensor(16, 3, &device, &mut rng)));
    assert_eq!(weights(&network), expected);
    let small = OverparamRnnConfig::new(4, 1, 1).with_seed(7).init(&device);
    assert_eq!(weights(&small)[..4], STABLE_WEIGHTS);
}

/// The first draws of seed 7, as in the tests of `RescaledInit`.
const STABLE_WEIGHTS: [f32; 4] = [-0.7753719, -1.3834218, 0.889713, 0.35977906];

#[test]
fn only_the_recurrent_layers_get_gradients_and_change() {
    let device = Device::flex().autodiff();
    let network = config(-1.0).init(&device);
    let before = network.clone();
    let grads = network.forward(tokens(&device)).square().sum().backward();
    let grads = GradientsParams::from_grads(grads, &network);
    assert_eq!(grads.len(), 4, "two matrices for each of two layers");
    assert!(grads.get::<2>(network.embedding.id).is_none());
    assert!(grads.get::<2>(network.readout.id).is_none());
    let after = SgdConfig::new().init().step(0.1, network, grads);
    assert_eq!(data(after.embedding.val()), data(before.embedding.val()));
    assert_eq!(data(after.readout.val()), data(before.readout.val()));
    for (new, old) in after.layers.iter().zip(&before.layers) {
        assert_ne!(data(new.input.val()), data(old.input.val()));
        assert_ne!(data(new.state.val()), data(old.state.val()));
    }
}

#[test]
fn gradients_match_finite_differences() {
    let device = Device::flex().autodiff();
    for alpha in [-2.0, -1.0, 0.0, 0.05] {
        let network = config(alpha).init(&device);
        let report = crate::testing::check_gradients(&network, 16, 1e-6, |network| {
            network.forward(tokens(&device)).square().sum()
        })
        .unwrap();
        let compared: usize = report.compared.iter().map(|(_, count)| count).sum();
        assert_eq!(compared, 4 * 16, "α {alpha}");
    }
}

#[test]
fn positions_are_slices() {
    let x = Tensor::<3>::random(
        [2, 7, 3],
        burn::tensor::Distribution::Default,
        &Device::flex(),
    );
    let slices = positions(x.clone());
    assert_eq!(slices.len(), 7);
    for (t, slice) in slices.into_iter().enumerate() {
        let expected: Tensor<2> = x.clone().narrow(1, t, 1).squeeze_dim(1);
        assert_eq!(data(slice), data(expected));
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
fn no_layers_panic() {
    config(-1.0).with_layers(0).init(&Device::flex());
}

#[test]
#[should_panic(expected = "at least one position")]
fn rows_without_positions_panic() {
    let device = Device::flex();
    config(-1.0)
        .init(&device)
        .forward(Tensor::zeros([2, 0], &device));
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
    assert!(
        loaded
            .layers
            .iter()
            .all(|layer| layer.state.is_require_grad())
    );
    assert_eq!(data(loaded.forward(tokens(&device)).inner()), expected);
}

#[test]
fn display() {
    let network = config(-1.0).init(&Device::flex());
    assert_eq!(
        network.to_string(),
        "OverparamRnn {vocabulary: 12, width: 16, layers: 2, classes: 3, alpha: -1, params: 1264}"
    );
}

#[test]
fn token_masks_count_and_sum() {
    let device = Device::flex();
    let mask = TokenMask::new(tokens(&device), DType::F32);
    assert_eq!(data(mask.counts()), [5.0, 2.0, 2.0, 1.0]);
    let running = data(mask.running_counts());
    assert_eq!(running[..5], [1.0, 2.0, 3.0, 4.0, 5.0]);
    assert_eq!(
        running[10..],
        [1.0, 1.0, 1.0, 2.0, 2.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    );
    let states = Tensor::arange(0..40, &device).float().reshape([4, 5, 2]);
    // The means over tokens, times √T.
    let (sums, [five, two]) = (
        data(mask.sum_over_root(states)),
        [5.0f32.sqrt(), 2f32.sqrt()],
    );
    let expected = [
        4.0 * five,
        5.0 * five,
        11.0 * two,
        12.0 * two,
        24.0 * two,
        25.0 * two,
        0.0,
        0.0,
    ];
    for (sum, expected) in sums.iter().zip(expected) {
        assert!((sum - expected).abs() < 1e-4, "{sums:?}");
    }
}
