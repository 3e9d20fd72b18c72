use super::*;

fn ramp() -> NormalFormGame {
    NormalFormGame::from_fn(vec![2, 3, 4], |actions| {
        let [a, b, c] = actions else { unreachable!() };
        vec![*a as f64, *b as f64, (100 * a + 10 * b + c) as f64]
    })
    .unwrap()
}

#[test]
fn the_first_agent_is_the_most_significant_digit() {
    let game = ramp();
    assert_eq!((game.agents(), game.joint_count()), (3, 24));
    assert_eq!(game.joint_index(&[1, 2, 3]).unwrap(), 12 + 2 * 4 + 3);
    for joint in 0..24 {
        let actions = game.actions_of(joint);
        assert_eq!(game.joint_index(&actions).unwrap(), joint);
        let [a, b, c] = actions[..] else {
            unreachable!()
        };
        assert_eq!(game.payoffs(joint)[2], (100 * a + 10 * b + c) as f64);
        let moved = game.with_action(joint, 1, 0);
        assert_eq!(game.actions_of(moved), [a, 0, c]);
    }
}

#[test]
fn a_penalty_changes_only_learning_rewards() {
    let game = ramp();
    let fined = game
        .clone()
        .with_penalty(0.5, |actions, payoffs| {
            vec![payoffs[0], actions[1] as f64 * 2.0, 0.0]
        })
        .unwrap();
    for joint in 0..24 {
        let payoffs = game.payoffs(joint);
        assert_eq!(fined.payoffs(joint), payoffs);
        let told = [payoffs[0] / 2.0, 0.0, payoffs[2]];
        assert_eq!(fined.learning_rewards(joint), told);
    }
    let free = game.clone().with_penalty(0.0, |_, _| vec![7.0; 3]).unwrap();
    let bits = |game: &NormalFormGame| -> Vec<u64> {
        let rows = (0..24).flat_map(|joint| game.learning_rewards(joint).to_vec());
        rows.map(f64::to_bits).collect()
    };
    assert_eq!(bits(&free), bits(&game));
}

#[test]
fn records_are_checked_when_read() {
    let game = ramp().with_penalty(1.0, |_, _| vec![1.0; 3]).unwrap();
    let text = serde_json::to_string(&game).unwrap();
    assert_eq!(serde_json::from_str::<NormalFormGame>(&text).unwrap(), game);
    let read = |text: &str| {
        serde_json::from_str::<NormalFormGame>(text)
            .unwrap_err()
            .to_string()
    };
    assert!(read(r#"{"actions":[2],"payoffs":[1.0]}"#).contains("payoffs have 1 entries"));
    assert!(read(r#"{"actions":[1],"payoffs":[1.0],"price":1}"#).contains("unknown field"));
}

#[test]
fn invalid_games_are_reported() {
    let message = |game: Result<NormalFormGame, PricingError>| game.unwrap_err().to_string();
    assert!(message(NormalFormGame::new(vec![], vec![])).contains("at least one agent"));
    assert!(message(NormalFormGame::new(vec![2, 0], vec![])).contains("agent 1 has no actions"));
    let nan = NormalFormGame::new(vec![1, 2], vec![0.0, 1.0, 2.0, f64::NAN]);
    assert!(message(nan).contains("agent 1 has NaN in joint action 1"));
    let huge = NormalFormGame::new(vec![usize::MAX; 4], vec![]);
    assert!(matches!(
        huge,
        Err(PricingError::TooLarge {
            bytes: u128::MAX,
            ..
        })
    ));
    let short = NormalFormGame::from_fn(vec![2, 2], |_| vec![1.0]);
    assert!(message(short).contains("1 payoffs were given for 2 agents"));
    let endless = ramp().with_penalty(f64::INFINITY, |_, _| vec![0.0; 3]);
    assert!(message(endless).contains("inf"));
    let action = ramp().joint_index(&[0, 3, 0]).unwrap_err();
    assert_eq!(
        action.to_string(),
        "agent 1 has no action 3: it has 3, counted from 0"
    );
}

#[test]
fn pure_equilibria_agree_with_the_definition() {
    // Matching pennies has none, a coordination game two, a constant game all.
    let game = |payoffs: [[f64; 2]; 4]| {
        NormalFormGame::new(vec![2, 2], payoffs.into_iter().flatten().collect()).unwrap()
    };
    let pennies = game([[1.0, -1.0], [-1.0, 1.0], [-1.0, 1.0], [1.0, -1.0]]);
    assert!(pennies.pure_nash().is_empty());
    let coordination = game([[2.0, 2.0], [0.0, 0.0], [0.0, 0.0], [1.0, 1.0]]);
    assert_eq!(coordination.pure_nash(), [0, 3]);
    assert_eq!(game([[1.0; 2]; 4]).pure_nash(), [0, 1, 2, 3]);
}
