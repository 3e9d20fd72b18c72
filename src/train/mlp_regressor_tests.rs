use std::sync::Arc;

use burn::{
    data::dataloader::DataLoader,
    lr_scheduler::constant::ConstantLr,
    module::Param,
    optim::ModuleOptimizer,
    tensor::Device,
    train::{Learner, metric::LossMetric},
};
use rand::{SeedableRng, rngs::ChaCha8Rng};
use rand_distr::{Distribution, StandardNormal};

use super::*;
use crate::{
    overparam::{OverparamMlpConfig, loss::ReweightedLossConfig},
    train::{
        EvaluationLoader, EvaluationSplit, FullBatchLoader, OnSplit, PlainSgd, Run, RunOutcome,
    },
};

const EPOCHS: usize = 3;
const STEPS: usize = 4;
const RATE: f64 = 2e-4;

fn network(device: &Device) -> OverparamMlp {
    OverparamMlpConfig::new(2, 24, 2)
        .with_depth(3)
        .with_seed(3)
        .init(device)
}

/// Two smooth functions on the plane.
fn data(rows: usize, seed: u64) -> RegressionBatch {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let device = Device::flex();
    let mut draw = || -> f32 { StandardNormal.sample(&mut rng) };
    let x: Vec<f32> = (0..2 * rows).map(|_| draw()).collect();
    let y = x.chunks(2).flat_map(|x| [x[0].sin() + x[1], x[0] * x[1]]);
    let y: Vec<f32> = y.collect();
    let matrix = |values: &[f32]| Tensor::<1>::from_floats(values, &device).reshape([rows, 2]);
    RegressionBatch {
        features: matrix(&x),
        targets: matrix(&y),
    }
}

fn embedded(mut batch: RegressionBatch) -> RegressionBatch {
    batch.features = network(&Device::flex()).embed(batch.features);
    batch
}

fn train(
    model: MlpRegressor,
    prepare: fn(RegressionBatch) -> RegressionBatch,
) -> RunOutcome<MlpRegressor> {
    let folder = tempfile::tempdir().unwrap();
    let learner = Learner::new(
        model,
        ModuleOptimizer::from(PlainSgd),
        ConstantLr::new(RATE),
    );
    let [train, test] = [data(30, 1), data(10, 2)].map(prepare);
    let loaders = |_| {
        let once = |batch| Arc::new(FullBatchLoader::new(batch, 1)) as Arc<dyn DataLoader<_>>;
        let evaluation = EvaluationLoader::new(once(train.clone()), once(test));
        (
            Arc::new(FullBatchLoader::new(train, STEPS)) as Arc<dyn DataLoader<_>>,
            Arc::new(evaluation) as Arc<dyn DataLoader<_>>,
        )
    };
    let on = |split, name| OnSplit::new(LossMetric::new(), split, name);
    Run::new(folder.path(), EPOCHS)
        .launch(learner, loaders, |training| {
            training
                .metric_train_numeric(LossMetric::new())
                .metric_valid_numeric(on(EvaluationSplit::Train, "Train loss"))
                .metric_valid_numeric(on(EvaluationSplit::Test, "Test loss"))
        })
        .unwrap()
}

fn bits(network: &OverparamMlp) -> Vec<u32> {
    let weights = network
        .hidden
        .iter()
        .flat_map(|weights| -> Vec<f32> { weights.val().into_data().try_into_vec().unwrap() });
    weights.map(f32::to_bits).collect()
}

/// Mean squared errors, in double precision.
fn mean_squared_error(network: &OverparamMlp, batch: RegressionBatch) -> f64 {
    let rows = batch.targets.dims()[0];
    let errors = network.forward(batch.features) - batch.targets;
    let errors: Vec<f32> = errors.into_data().try_into_vec().unwrap();
    errors.iter().map(|e| f64::from(*e).powi(2)).sum::<f64>() / rows as f64
}

/// `W_l ← W_l − η ∂/∂W_l Σ_i loss_i` written out: the last W_1 … W_L, and the mean squared errors
/// of training and test data after each epoch.
fn descend(loss: impl Fn(Tensor<2>, Tensor<2>) -> Tensor<1>) -> (OverparamMlp, Vec<[f64; 2]>) {
    let mut network = network(&Device::flex());
    let (train, test) = (data(30, 1), data(10, 2));
    let h_0 = network.embed(train.features.clone());
    let mut curve = Vec::new();
    for step in 1..=EPOCHS * STEPS {
        let weights: Vec<Tensor<2>> = network
            .hidden
            .iter()
            .map(|weights| weights.val().autodiff().require_grad())
            .collect();
        let h_l = weights.iter().fold(h_0.clone(), |h, weights| {
            network.activation.forward(h.matmul(weights.clone()))
        });
        let predictions = h_l.matmul(network.readout.val());
        let gradients = loss(predictions, train.targets.clone()).backward();
        let updated = weights.into_iter().map(|weights| {
            let gradient = weights.grad(&gradients).unwrap();
            Param::from_tensor(weights.inner() - gradient * RATE)
        });
        network.hidden = updated.collect();
        if step % STEPS == 0 {
            let both = [train.clone(), test.clone()];
            curve.push(both.map(|batch| mean_squared_error(&network, batch)));
        }
    }
    (network, curve)
}

fn assert_equals_descent(
    outcome: &RunOutcome<MlpRegressor>,
    (network, curve): &(OverparamMlp, Vec<[f64; 2]>),
) {
    assert!(
        bits(&outcome.model.network) == bits(network),
        "weights differ"
    );
    for (epoch, losses) in (1..).zip(curve) {
        for (name, expected) in ["train_loss", "test_loss"].into_iter().zip(losses) {
            let found = outcome.history.value(name, epoch).unwrap();
            assert!(
                (found - expected).abs() < 1e-5 * expected,
                "{name} after epoch {epoch}: {found} and {expected}"
            );
        }
    }
}

#[test]
fn training_is_gradient_descent_on_the_sum_of_squared_errors() {
    let model = MlpRegressor::new(network(&Device::flex().autodiff()));
    let expected = descend(|predictions, targets| (targets - predictions).square().sum());
    assert!(
        expected.1[EPOCHS - 1][0] < 0.9 * expected.1[0][0],
        "{:?}",
        expected.1
    );
    assert_equals_descent(&train(model.clone(), |batch| batch), &expected);
    assert_equals_descent(&train(model.on_embedded_rows(), embedded), &expected);
}

#[test]
fn metrics_are_squared_errors_whatever_is_trained_on() {
    let loss = ReweightedLossConfig::new(4.0).init();
    let model = MlpRegressor::new(network(&Device::flex().autodiff())).with_loss(loss.clone());
    let expected = descend(|predictions, targets| loss.forward(predictions, targets));
    let plain = descend(|predictions, targets| (targets - predictions).square().sum());
    assert_ne!(bits(&expected.0), bits(&plain.0));
    assert_equals_descent(&train(model, |batch| batch), &expected);
}

#[test]
fn display_names_the_loss() {
    let model = MlpRegressor::new(network(&Device::flex()));
    assert!(
        model.to_string().contains("sum of squared errors"),
        "{model}"
    );
    let model = model.with_loss(ReweightedLossConfig::new(0.5).init());
    assert!(
        model
            .to_string()
            .contains("sum of exp(squared error / 0.5)"),
        "{model}"
    );
}
