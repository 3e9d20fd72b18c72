use proptest::prelude::*;

use crate::pricing::{
    analysis::{Continuation, DynamicBestReply, EquilibriumTest, Strategies},
    environment::ActionHistory,
    game::NormalFormGame,
};

/// Action 1 is cooperation.
fn dilemma() -> NormalFormGame {
    NormalFormGame::new(vec![2, 2], vec![2.0, 2.0, 5.0, 0.0, 0.0, 5.0, 4.0, 4.0]).unwrap()
}

/// Cooperation only after mutual cooperation: grim trigger with a memory of one period.
fn grim() -> Vec<Vec<u32>> {
    vec![vec![0, 0, 0, 1]; 2]
}

#[test]
fn grim_trigger_is_an_equilibrium_only_for_patient_agents() {
    let game = dilemma();
    let history = ActionHistory::new(&game, 1).unwrap();
    let (grim, cycle) = (grim(), [3]);
    let strategies = Strategies::new(&game, history, &grim).unwrap();
    // Cooperation is worth 4/(1 - delta), deviation 5 + 2 delta/(1 - delta): delta* = 1/3.
    for (delta, stable) in [(0.30, false), (0.34, true), (0.95, true)] {
        for continuation in [Continuation::OwnStrategy, Continuation::BestReply] {
            let test =
                EquilibriumTest::new(&strategies, &cycle, &[delta; 2], continuation).unwrap();
            assert_eq!((test.on_path, test.off_path), (stable, 1.0), "{delta}");
            let deviation = 5.0 + 2.0 * delta / (1.0 - delta);
            let loss = (1.0 - 4.0 / (1.0 - delta) / deviation).max(0.0);
            assert!((test.loss_on_path - loss).abs() < 1e-14);
            assert!((test.loss - loss / 4.0).abs() < 1e-14);
        }
    }
}

#[test]
fn invalid_arguments_are_reported() {
    let game = dilemma();
    let history = ActionHistory::new(&game, 1).unwrap();
    let strategies = Strategies::new(&game, history, &grim()).unwrap();
    let message = |delta, agent| {
        let reply = DynamicBestReply::new(&strategies, agent, delta);
        reply.unwrap_err().to_string()
    };
    assert!(message(1.0, 0).starts_with("delta is 1"));
    assert!(message(f64::NAN, 0).starts_with("delta is NaN"));
    assert_eq!(message(0.5, 2), "no agent 2: there are 2, counted from 0");
    let test = |cycle: &[usize], deltas: &[f64]| {
        EquilibriumTest::new(&strategies, cycle, deltas, Continuation::BestReply)
    };
    assert!(test(&[4], &[0.5; 2]).is_err() && test(&[3], &[0.5]).is_err());
}

proptest! {
    /// An agent with two actions in four states has 16 replies.
    #[test]
    fn the_dynamic_best_reply_matches_enumeration(
        payoffs in prop::collection::vec(-3.0..3.0_f64, 8),
        actions in prop::collection::vec(0_u32..2, 8),
        delta in 0.0..0.98_f64,
        agent in 0_usize..2,
    ) {
        let game = NormalFormGame::new(vec![2, 2], payoffs).unwrap();
        let history = ActionHistory::new(&game, 1).unwrap();
        let own: Vec<Vec<u32>> = actions.chunks(4).map(<[u32]>::to_vec).collect();
        let strategies = Strategies::new(&game, history, &own).unwrap();
        let reply = DynamicBestReply::new(&strategies, agent, delta).unwrap();
        let mut best = vec![f64::NEG_INFINITY; 4];
        for code in 0_u32..16 {
            let mut tried = own.clone();
            tried[agent] = (0..4).map(|state| code >> state & 1).collect();
            let strategies = Strategies::new(&game, history, &tried).unwrap();
            let values = strategies.values(agent, delta).unwrap();
            for (best, value) in best.iter_mut().zip(values) {
                *best = best.max(value);
            }
        }
        for (found, best) in reply.values.iter().zip(best) {
            prop_assert!((found - best).abs() < 1e-9, "{found} {best}");
        }
    }
}
