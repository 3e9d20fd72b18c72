use burn::{
    module::Module,
    optim::{GradientsParams, SgdConfig},
    tensor::{TensorData, Tolerance},
};

use rand::{SeedableRng, rngs::ChaCha8Rng};

use super::*;

fn config(alpha: f64, input_map: InputMap) -> OverparamMlpConfig {
    OverparamMlpConfig::new(4, 16, 3)
        .with_depth(3)
        .with_alpha(alpha)
        .with_input_map(input_map)
        .with_seed(5)
}

fn inputs(device: &Device) -> Tensor<2> {
    let values = [[0.3, -1.0, 2.0, 0.5], [-0.7, 0.1, 0.0, -2.5]];
    Tensor::from_floats(values, device)
}

fn data(tensor: Tensor<2>) -> Vec<f32> {
    tensor.into_data().try_into_vec().unwrap()
}

/// h_0 = A x, h_l = σ̃(W_l h_{l−1}), ŷ = B h_L, written out with plain loops.
#[test]
fn forward_matches_the_definition() {
    let device = Device::flex();
    let network = config(-2.0, InputMap::Raw).init(&device);
    let matrix = |p: &Param<Tensor<2>>| {
        let [_, columns] = p.dims();
        let values = data(p.val());
        values
            .chunks(columns)
            .map(<[f32]>::to_vec)
            .collect::<Vec<_>>()
    };
    let multiply = |h: &[f32], w: &[Vec<f32>]| -> Vec<f32> {
        (0..w[0].len())
            .map(|j| h.iter().zip(w).map(|(x, row)| x * row[j]).sum())
            .collect()
    };
    let mut expected = Vec::new();
    for x in data(inputs(&device)).chunks(4) {
        let mut h = multiply(x, &matrix(&network.embedding));
        for weights in &network.hidden {
            h = multiply(&h, &matrix(weights))
                .into_iter()
                .map(|z| if z >= 0.0 { z } else { -2.0 * z } / 5f32.sqrt())
                .collect();
        }
        expected.extend(multiply(&h, &matrix(&network.readout)));
    }
    let output = network.forward(inputs(&device)).into_data();
    output.assert_approx_eq::<f32>(
        &TensorData::new(expected, [2, 3]),
        Tolerance::relative(1e-4),
    );
}

#[test]
fn embedding_once_changes_nothing() {
    let device = Device::flex();
    let network = config(-1.0, InputMap::UnitWithConstant).init(&device);
    let direct = data(network.forward(inputs(&device)));
    let embedded = network.embed(inputs(&device));
    assert_eq!(embedded.dims(), [2, 16]);
    assert_eq!(data(network.forward_embedded(embedded)), direct);
}

#[test]
fn alpha_minus_1_without_a_constant_is_even_and_with_one_is_not() {
    let device = Device::flex();
    for (map, even) in [
        (InputMap::Raw, true),
        (InputMap::Unit, true),
        (InputMap::RawWithConstant, false),
        (InputMap::UnitWithConstant, false),
    ] {
        let network = config(-1.0, map).init(&device);
        let (plus, minus) = (
            network.forward(inputs(&device)),
            network.forward(-inputs(&device)),
        );
        assert_eq!(data(plus) == data(minus), even, "{map:?}");
    }
    let relu = config(0.0, InputMap::Raw).init(&device);
    assert_ne!(
        data(relu.forward(inputs(&device))),
        data(relu.forward(-inputs(&device)))
    );
}

#[test]
fn positively_homogeneous_in_raw_inputs() {
    let device = Device::flex();
    for alpha in [-2.0, -1.0, 0.0, 0.3] {
        let network = config(alpha, InputMap::Raw).init(&device);
        let scaled = data(network.forward(inputs(&device) * 4.0));
        let expected = data(network.forward(inputs(&device)) * 4.0);
        assert_eq!(scaled, expected, "α {alpha}: a power of two is exact");
    }
}

#[test]
fn weights_depend_on_the_seed_and_not_on_alpha() {
    let device = Device::flex();
    let weights = |config: OverparamMlpConfig| {
        let network = config.init(&device);
        let mut all = data(network.embedding.val());
        network
            .hidden
            .iter()
            .for_each(|w| all.extend(data(w.val())));
        all.extend(data(network.readout.val()));
        all
    };
    let base = weights(config(-1.0, InputMap::Unit));
    assert_eq!(base, weights(config(0.05, InputMap::Unit)));
    assert_ne!(base, weights(config(-1.0, InputMap::Unit).with_seed(6)));
}

#[test]
fn only_the_hidden_matrices_get_gradients_and_change() {
    let device = Device::flex().autodiff();
    let network = config(-1.0, InputMap::Unit).init(&device);
    let before = network.clone();
    let grads = network.forward(inputs(&device)).square().sum().backward();
    let grads = GradientsParams::from_grads(grads, &network);
    assert_eq!(grads.len(), 3, "one gradient for each hidden matrix");
    assert!(grads.get::<2>(network.embedding.id).is_none());
    assert!(grads.get::<2>(network.readout.id).is_none());
    let after = SgdConfig::new().init().step(0.1, network, grads);
    assert_eq!(data(after.embedding.val()), data(before.embedding.val()));
    assert_eq!(data(after.readout.val()), data(before.readout.val()));
    for (new, old) in after.hidden.iter().zip(&before.hidden) {
        assert_ne!(data(new.val()), data(old.val()));
    }
}

#[test]
fn gradients_match_finite_differences() {
    let device = Device::flex().autodiff();
    for alpha in [-2.0, -1.0, 0.0, 0.05] {
        let network = config(alpha, InputMap::Raw).init(&device);
        let x = inputs(&device).cast(burn::tensor::DType::F64);
        let report = crate::testing::check_gradients(&network, 16, 1e-6, |network| {
            network.forward(x.clone()).square().sum()
        })
        .unwrap();
        let compared: usize = report.compared.iter().map(|(_, count)| count).sum();
        assert_eq!(compared, 3 * 16, "three hidden matrices, α {alpha}");
    }
}

#[test]
fn input_maps_have_the_documented_norms() {
    let device = Device::flex();
    let x = Tensor::<2>::from_floats(
        [[3.0, 4.0], [0.0, 0.0], [1e-30, 0.0], [1e30, 1e30]],
        &device,
    );
    let norms = |map: InputMap| {
        let rows = map.apply(x.clone());
        assert_eq!(rows.dims(), [4, 2 + map.added_coordinates()]);
        data(rows.square().sum_dim(1).sqrt())
    };
    let close = |values: Vec<f32>, expected: [f32; 4]| {
        for (value, expected) in values.iter().zip(expected) {
            assert!((value - expected).abs() < 1e-6, "{values:?}");
        }
    };
    close(norms(InputMap::Unit), [1.0, 0.0, 1.0, 1.0]);
    let half = std::f32::consts::FRAC_1_SQRT_2;
    close(norms(InputMap::UnitWithConstant), [1.0, half, 1.0, 1.0]);
    assert_eq!(data(InputMap::Raw.apply(x.clone())), data(x.clone()));
    let appended = data(InputMap::RawWithConstant.apply(x));
    assert_eq!(appended[..6], [3.0, 4.0, 1.0, 0.0, 0.0, 1.0]);
}

/// Rows of the infinite-width predictor are mapped like tensors.
#[test]
fn input_maps_of_rows_and_tensors_agree() {
    let device = Device::flex();
    let rows = [[3.0, -4.0], [0.0, 0.0], [0.1, 0.7]];
    let points = crate::overparam::infinite_width::Points::new(&rows).unwrap();
    for map in [
        InputMap::Raw,
        InputMap::RawWithConstant,
        InputMap::Unit,
        InputMap::UnitWithConstant,
    ] {
        let mapped = points.map(map).unwrap();
        let expected = data(map.apply(Tensor::from_floats(rows, &device)));
        let found = mapped.rows().flatten();
        assert_eq!(found.clone().count(), expected.len());
        for (found, expected) in found.zip(expected) {
            assert!((found - f64::from(expected)).abs() < 1e-6, "{map:?}");
        }
    }
}

#[test]
fn a_slope_of_1_is_rejected() {
    let config = config(1.0, InputMap::Raw);
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let error = config.try_init_with(&Device::flex(), &mut rng).unwrap_err();
    assert_eq!((error.name, error.value.as_str()), ("alpha", "1"));
}

#[test]
#[should_panic(expected = "at least 1")]
fn a_width_of_0_panics() {
    OverparamMlpConfig::new(4, 0, 3).init(&Device::flex());
}

#[test]
fn record_round_trip_keeps_frozen_matrices_frozen() {
    let device = Device::flex().autodiff();
    let saved = config(-1.0, InputMap::Unit).init(&device);
    let fresh = config(-1.0, InputMap::Unit).with_seed(6).init(&device);
    let expected = data(saved.forward(inputs(&device)).inner());
    let bytes = saved.into_record().into_bytes().unwrap();
    let record = burn::store::ModuleRecord::from_bytes(bytes).unwrap();
    let loaded = fresh.load_record(record);
    assert!(!loaded.embedding.is_require_grad() && !loaded.readout.is_require_grad());
    assert!(loaded.hidden.iter().all(|w| w.is_require_grad()));
    assert_eq!(data(loaded.forward(inputs(&device)).inner()), expected);
}

#[test]
fn display() {
    let network = config(-1.0, InputMap::Unit).init(&Device::flex());
    assert_eq!(
        network.to_string(),
        "OverparamMlp {inputs: 4, width: 16, depth: 3, outputs: 3, alpha: -1, input_map: Unit, params: 880}"
    );
}

#[test]
fn input_maps_keep_the_element_type() {
    use burn::tensor::DType;

    let device = Device::flex();
    for dtype in [DType::F64, DType::F32, DType::F16] {
        let data = TensorData::from([[3.0, 4.0], [0.0, 0.0]]).convert_dtype(dtype);
        let x = Tensor::<2>::from_data(data, (&device, dtype));
        for map in [
            InputMap::Raw,
            InputMap::RawWithConstant,
            InputMap::Unit,
            InputMap::UnitWithConstant,
        ] {
            let rows = map.apply(x.clone());
            assert_eq!(rows.dtype(), dtype, "{map:?}");
            let rows: Vec<f32> = rows.try_into_vec_as().unwrap();
            assert!(
                rows.iter().all(|value| value.is_finite()),
                "{map:?}, {dtype:?}: {rows:?}"
            );
        }
    }
}
