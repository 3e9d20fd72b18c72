use burn::module::Module;

use super::*;

const LOG_PROB: [f32; 4] = [-0.5, -1.0, -2.0, -0.25];
const REWARD: [f32; 4] = [3.0, 1.0, 0.0, 4.0];

/// The advantages: with log-probabilities of −1 the losses of the samples are the advantages.
fn advantages(loss: &ReinforceLoss, reward: &[f32], device: &Device) -> Vec<f64> {
    let log_prob = Tensor::ones([reward.len()], device).neg();
    values(loss.forward_no_reduction(log_prob, row(reward, device)))
}

fn assert_close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (found_at, expected_at) in found.iter().zip(expected) {
        let close = (found_at - expected_at).abs() < 1e-5 * (1.0 + expected_at.abs());
        assert!(close, "{found:?}, expected {expected:?}");
    }
}

#[test]
fn baselines_match_their_definitions() {
    let device = Device::flex().autodiff();
    let expected = [
        [3.0, 1.0, 0.0, 4.0],
        [1.0, -1.0, -2.0, 2.0],
        [4.0 / 3.0, -4.0 / 3.0, -8.0 / 3.0, 8.0 / 3.0],
        [1.0, -1.0, -2.0, 2.0],
    ];
    for (baseline, expected) in BASELINES.into_iter().zip(expected) {
        let loss = ReinforceLossConfig::new()
            .with_baseline(baseline)
            .init(&device);
        assert_close(&advantages(&loss, &REWARD, &device), &expected);
    }
}

#[test]
fn the_gradient_is_the_weighted_mean_of_scores() {
    let device = Device::flex().autodiff();
    let log_prob = row(&LOG_PROB, &device).require_grad();
    // A reward with a gradient of its own, which must be ignored.
    let reward = log_prob.clone() * 0.0 + row(&REWARD, &device);
    let loss = ReinforceLossConfig::new()
        .with_baseline(Baseline::BatchMean)
        .init(&device)
        .forward(log_prob.clone(), reward);
    assert_close(
        &values(loss.clone()),
        &[-(-0.5 * 1.0 + 1.0 + 4.0 - 0.25 * 2.0) / 4.0],
    );
    let gradient = log_prob.grad(&loss.backward()).unwrap();
    assert_close(&values(gradient), &[-0.25, 0.25, 0.5, -0.5]);
}

#[test]
fn the_moving_average_covers_the_previous_batches() {
    let device = Device::flex().autodiff();
    let baseline = Baseline::MovingAverage { momentum: 0.75 };
    let config = ReinforceLossConfig::new().with_baseline(baseline);
    let loss = config.init(&device);
    let of = |loss: &ReinforceLoss, reward: f32| advantages(loss, &[reward], &device)[0];
    assert_eq!(of(&loss, 8.0), 0.0, "it starts at the first batch");
    assert_eq!(of(&loss, 4.0), 4.0 - 8.0);
    assert_eq!(of(&loss, 0.0), -7.0);
    // Evaluation reads the average without changing it.
    let evaluated = loss.valid();
    for _ in 0..2 {
        assert_eq!(advantages(&evaluated, &[0.0], &Device::flex())[0], -5.25);
    }
    // A record holds the average, including the last update.
    let record = loss.clone().into_record();
    let restored = config.init(&device).load_record(record);
    assert_eq!(of(&restored, 0.0), -5.25);
    assert_eq!(of(&loss, 0.0), -5.25);
}

#[test]
fn the_entropy_bonus_is_a_reward() {
    let device = Device::flex().autodiff();
    let plain = ReinforceLossConfig::new().init(&device);
    let bonus = ReinforceLossConfig::new()
        .with_entropy_weight(0.5)
        .init(&device);
    let reward: Vec<f32> = (0..4).map(|i| REWARD[i] - 0.5 * LOG_PROB[i]).collect();
    let log_prob = || row(&LOG_PROB, &device);
    assert_close(
        &values(bonus.forward(log_prob(), row(&REWARD, &device))),
        &values(plain.forward(log_prob(), row(&reward, &device))),
    );
}

#[test]
fn normalized_advantages_do_not_depend_on_the_unit() {
    let device = Device::flex().autodiff();
    let config = ReinforceLossConfig::new()
        .with_baseline(Baseline::BatchMean)
        .with_normalize(true);
    let loss = config.init(&device);
    let found = advantages(&loss, &REWARD, &device);
    let deviation = 2.5f64.sqrt();
    assert_close(
        &found,
        &[1.0, -1.0, -2.0, 2.0].map(|advantage| advantage / deviation),
    );
    let larger = REWARD.map(|reward| 1000.0 * reward - 500.0);
    assert_close(&advantages(&loss, &larger, &device), &found);
    assert_eq!(advantages(&loss, &[2.0; 3], &device), [0.0; 3]);
    assert_eq!(
        advantages(
            &config.with_baseline(Baseline::None).init(&device),
            &[2.0],
            &device
        ),
        [2.0],
        "one reward has no deviation"
    );
}

#[test]
fn a_batch_of_one_has_zero_gradient() {
    let device = Device::flex().autodiff();
    for (baseline, expected) in BASELINES.into_iter().zip([5.0, 0.0, 0.0, 0.0]) {
        let loss = ReinforceLossConfig::new()
            .with_baseline(baseline)
            .init(&device);
        assert_eq!(
            advantages(&loss, &[5.0], &device),
            [expected],
            "{baseline:?}"
        );
    }
}

#[test]
fn non_finite_inputs_give_a_non_finite_loss() {
    let device = Device::flex().autodiff();
    for baseline in BASELINES {
        for normalize in [false, true] {
            for reward in [f32::NAN, f32::INFINITY] {
                let loss = ReinforceLossConfig::new()
                    .with_baseline(baseline)
                    .with_normalize(normalize)
                    .init(&device);
                let reward = row(&[1.0, reward, 2.0], &device);
                let found = values(loss.forward(row(&LOG_PROB[..3], &device), reward));
                assert!(!found[0].is_finite(), "{baseline:?}: {found:?}");
            }
        }
    }
}

#[test]
fn invalid_settings_are_rejected() {
    let device = Device::flex();
    let config = ReinforceLossConfig::new();
    let cases = [
        (
            config.with_baseline(Baseline::MovingAverage { momentum: 1.0 }),
            "momentum = 1 ",
        ),
        (
            config.with_baseline(Baseline::MovingAverage { momentum: f64::NAN }),
            "momentum = NaN ",
        ),
        (config.with_epsilon(0.0), "epsilon = 0 "),
        (
            config.with_entropy_weight(f64::INFINITY),
            "entropy_weight = inf ",
        ),
    ];
    for (config, message) in cases {
        let error = config.try_init(&device).unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}");
    }
}

#[test]
#[should_panic(expected = "at least one sample")]
fn an_empty_batch_is_rejected() {
    let device = Device::flex();
    let loss = ReinforceLossConfig::new().init(&device);
    loss.forward(row(&[], &device), row(&[], &device));
}

#[test]
fn display_names_the_settings() {
    let loss = ReinforceLossConfig::new().init(&Device::flex());
    let text = loss.to_string();
    assert!(text.contains("LeaveOneOut"), "{text}");
}

#[test]
fn settings_with_the_former_name_of_a_field_are_read() {
    let config = ReinforceLossConfig::new().with_normalize(true);
    let json = serde_json::to_string(&config).unwrap();
    let former = json.replace("normalize", "normalise");
    assert_ne!(former, json);
    for json in [json, former] {
        let read: ReinforceLossConfig = serde_json::from_str(&json).unwrap();
        assert_eq!(read, config);
    }
}
