use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};

use super::*;

/// Three agents with 2, 3 and 2 actions; agent 1 receives 100 a + 10 b + c.
fn game() -> NormalFormGame {
    NormalFormGame::from_fn(vec![2, 3, 2], |played| {
        let [a, b, c] = played else { unreachable!() };
        vec![0.0, (100 * a + 10 * b + c) as f64, 1.0]
    })
    .unwrap()
}

fn table(initial: &InitialQ, agent: usize) -> Result<QTable, PricingError> {
    let game = game();
    let history = ActionHistory::new(&game, 1).unwrap();
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(5);
    initial.table(&game, &history, agent, 0.75, &mut rng)
}

#[test]
fn values_against_rivals_are_discounted_sums() {
    let uniform = table(&InitialQ::UniformRivals, 1).unwrap();
    let fixed = table(&InitialQ::FixedRivals(vec![1, 0]), 1).unwrap();
    for state in 0..12 {
        assert_eq!(uniform.row(state), [202.0, 242.0, 282.0]);
        assert_eq!(fixed.row(state), [400.0, 440.0, 480.0]);
    }
}

#[test]
fn penalties_enter_the_initial_values() {
    let fined = game()
        .with_penalty(2.0, |actions, _| vec![0.0, actions[1] as f64, 0.0])
        .unwrap();
    let history = ActionHistory::new(&fined, 0).unwrap();
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(5);
    let values = InitialQ::UniformRivals
        .table(&fined, &history, 1, 0.75, &mut rng)
        .unwrap();
    assert_eq!(values.row(0), [202.0, 234.0, 266.0]);
}

#[test]
fn random_values_fill_their_range_and_are_stable() {
    let initial = InitialQ::Random {
        low: -1.0,
        high: 3.0,
    };
    let values = table(&initial, 1).unwrap();
    assert_eq!(values.values().len(), 36);
    assert!(
        values
            .values()
            .iter()
            .all(|value| (-1.0..3.0).contains(value))
    );
    assert_eq!(
        values.row(0),
        [0.16809148616186986, 1.4457576563241012, -0.60814697345758]
    );
}

#[test]
fn tables_and_files_must_fit() {
    let constant = table(&InitialQ::Constant(2.5), 0).unwrap();
    assert_eq!(constant.values(), [2.5; 24]);
    assert_eq!(
        table(&InitialQ::Table(constant.clone()), 0).unwrap(),
        constant
    );
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("q.json");
    constant.write(&path).unwrap();
    let file = InitialQ::File(path);
    assert_eq!(table(&file, 2).unwrap(), constant);
    let message = table(&file, 1).unwrap_err().to_string();
    assert!(message.contains("12 states and 2 actions, but 12 states and 3"));
}

#[test]
fn invalid_settings_are_reported() {
    let message = |initial: &InitialQ| table(initial, 1).unwrap_err().to_string();
    assert!(message(&InitialQ::FixedRivals(vec![1])).contains("one action for each"));
    assert!(message(&InitialQ::FixedRivals(vec![1, 2])).contains("does not exist"));
    assert!(message(&InitialQ::Constant(f64::NAN)).contains("constant is NaN"));
    for (low, high) in [(1.0, 0.0), (0.0, f64::INFINITY), (-1e308, 1e308)] {
        assert!(message(&InitialQ::Random { low, high }).contains("high is"));
    }
    assert!(message(&InitialQ::File("/none/q.json".into())).contains("/none/q.json"));
}

#[test]
fn the_documented_toml_is_read() {
    #[derive(Deserialize)]
    struct File {
        initial_q: InitialQ,
    }
    let read = |text: &str| toml::from_str::<File>(text).unwrap().initial_q;
    assert_eq!(read(r#"initial_q = "uniform_rivals""#), InitialQ::default());
    assert_eq!(
        read("initial_q = { constant = 0.0 }"),
        InitialQ::Constant(0.0)
    );
    assert_eq!(
        read("initial_q = { fixed_rivals = [3] }"),
        InitialQ::FixedRivals(vec![3])
    );
    assert_eq!(
        read(r#"initial_q = { file = "q.json" }"#),
        InitialQ::File("q.json".into())
    );
}
