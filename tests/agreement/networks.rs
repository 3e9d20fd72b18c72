//! The activation, the networks and a training give the same numbers on every device.

use burn::{
    module::{ModuleVisitor, Param},
    tensor::{Device, Gradients, Int, Tensor, TensorData, Tolerance},
};
use fireweed::{
    data::{Loaded, Provenance, Splits, synthetic_garments},
    device::DeviceSpec,
    nn::LeakyReluRescaledConfig,
    overparam::{
        ClassifierNetwork, InputMap, OverparamCnnConfig, OverparamRnnConfig,
        OverparamTransformerConfig,
    },
    study::{AlphaStudy, AlphaStudyConfig, ImageProblem, MlpFamily, StepRule},
    train::{EpochDisplay, History, StopHandle},
};
use rand::{SeedableRng, rngs::ChaCha8Rng};

use crate::common::{note, other_devices};

#[cfg_attr(test, test)]
pub(crate) fn leaky_relu_values_and_gradients_agree_across_devices() {
    let values = [-1e20, -3.0, -1.0, -1e-20, 0.0, 1e-20, 0.5, 1e20f32];
    for alpha in [-2.0, -1.0, 0.0, 0.05] {
        let layer = LeakyReluRescaledConfig::new().with_alpha(alpha).init();
        let run = |device: Device| {
            let x = Tensor::<1>::from_floats(values, &device.autodiff()).require_grad();
            let y = layer.forward(x.clone());
            let grads = y.clone().sum().backward();
            [y.into_data(), x.grad(&grads).unwrap().into_data()]
        };
        let expected = run(Device::flex());
        for (spec, device) in other_devices() {
            for (actual, expected) in run(device).iter().zip(&expected) {
                note(format!("{spec}, α = {alpha}"));
                actual.assert_approx_eq::<f32>(expected, Tolerance::relative(1e-6));
            }
        }
    }
}

/// The gradients of all trained parameters, in the order of the module.
struct CollectGradients<'a> {
    gradients: &'a Gradients,
    found: Vec<TensorData>,
}

impl ModuleVisitor for CollectGradients<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let gradient = param.val().grad(self.gradients);
        self.found.extend(gradient.map(Tensor::into_data));
    }
}

/// Logits, and gradients of their squares.
fn logits_and_gradients<N: ClassifierNetwork>(network: &N, input: N::Input) -> Vec<TensorData> {
    let logits = network.logits(input);
    let gradients = logits.clone().square().sum().backward();
    let mut collect = CollectGradients {
        gradients: &gradients,
        found: vec![logits.into_data()],
    };
    network.visit(&mut collect);
    collect.found
}

#[cfg_attr(test, test)]
pub(crate) fn network_values_and_gradients_agree_across_devices() {
    let pixels: Vec<f32> = (0..2 * 3 * 9 * 10)
        .map(|i| (1.7 * i as f32).sin())
        .collect();
    let pixels = TensorData::new(pixels, [2, 270]);
    let tokens = [[3, 7, 7, 11, 2], [5, 0, 1, 0, 0], [0, 0, 0, 0, 0]];
    for alpha in [-2.0, -1.0, 0.0, 0.05] {
        let run = |device: Device| {
            let device = device.autodiff();
            let pixels = Tensor::<2>::from_data(pixels.clone(), &device);
            let tokens = Tensor::<2, Int>::from_ints(tokens, &device);
            let cnn = OverparamCnnConfig::new(3, [9, 10], 8, 3).with_alpha(alpha);
            let rnn = OverparamRnnConfig::new(12, 16, 3)
                .with_layers(2)
                .with_alpha(alpha);
            let transformer = OverparamTransformerConfig::new(12, 16, 3).with_alpha(alpha);
            [
                logits_and_gradients(&cnn.init(&device), pixels),
                logits_and_gradients(&rnn.init(&device), tokens.clone()),
                logits_and_gradients(&transformer.init(&device), tokens),
            ]
        };
        let expected = run(Device::flex());
        assert_eq!(expected.each_ref().map(Vec::len), [6, 5, 13]);
        for (spec, device) in other_devices() {
            for (found, expected) in run(device).iter().zip(&expected) {
                assert_eq!(found.len(), expected.len());
                for (found, expected) in found.iter().zip(expected) {
                    note(format!("{spec}, α = {alpha}"));
                    let tolerance = Tolerance::relative(1e-3).set_absolute(1e-4);
                    found.assert_approx_eq::<f32>(expected, tolerance);
                }
            }
        }
    }
}

fn histories(device: DeviceSpec) -> Vec<History> {
    let all = synthetic_garments(500, &mut ChaCha8Rng::seed_from_u64(3));
    let splits = Splits {
        train: all.range(0..400),
        test: all.range(400..500),
    };
    let input_map = InputMap::Unit;
    let images = Loaded::new(splits, Provenance::drawn("synthetic garments"));
    let problem = ImageProblem::new(images, MlpFamily { input_map });
    let dir = tempfile::tempdir().unwrap();
    let config = AlphaStudyConfig {
        alphas: vec![-1.0, 0.0],
        samples: 300,
        test_samples: 100,
        widths: vec![96],
        epochs: 4,
        // Small steps: at large ones rounding grows from step to step.
        step: StepRule::PerSampleAndWidth { numerator: 40.0 },
        repeats: 1,
        device,
        ..AlphaStudyConfig::images()
    };
    let study = AlphaStudy::create(dir.path(), config, &problem).unwrap();
    let results = study
        .run(
            &problem,
            &StopHandle::new(),
            EpochDisplay::Hidden,
            &mut |_| {},
        )
        .unwrap();
    results.runs.into_iter().map(|run| run.history).collect()
}

#[cfg_attr(test, test)]
pub(crate) fn training_losses_agree_across_devices() {
    let expected = histories("flex".parse().unwrap());
    for (spec, _) in other_devices() {
        for (actual, expected) in histories(spec).iter().zip(&expected) {
            assert_eq!(actual.len(), expected.len());
            for name in ["running_loss", "train_loss", "test_loss"] {
                for ((epoch, a), (_, b)) in actual.series(name).iter().zip(expected.series(name)) {
                    assert!(
                        (a - b).abs() < 1e-3 * b,
                        "{spec}, {name}, epoch {epoch}: {a} and {b}"
                    );
                }
            }
        }
    }
}
