use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};

use super::{
    baseline::{EPISODE, benchmark_profits, price_grid},
    *,
};
use crate::pricing::{
    environment::ActionHistory,
    learner::{Exploration, InitialQ, Learner, QLearner, QLearning, QTable, Transition},
    session::SessionPlan,
};

fn close(found: f64, expected: f64, tolerance: f64) {
    assert!(
        (found - expected).abs() <= tolerance,
        "{found} is not {expected}"
    );
}

fn first_values(game: &crate::pricing::game::NormalFormGame) -> QTable {
    let history = ActionHistory::new(game, 1).unwrap();
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(0);
    InitialQ::UniformRivals
        .table(game, &history, 0, 0.95, &mut rng)
        .unwrap()
}

#[test]
fn the_grid_and_the_tables_match_the_program() {
    let grid = price_grid();
    close(grid[0], 1.427725, 1e-12);
    close(grid[1], 1.46647214, 5e-9);
    close(grid[14], 1.970185, 1e-12);
    let game = baseline_game().unwrap();
    let profits = |one, two| game.payoffs(game.joint_index(&[one, two]).unwrap());
    for ((one, two), expected) in [
        ((0, 0), [0.20354698, 0.20354698]),
        ((0, 14), [0.35187673, 0.09114460]),
        ((14, 14), [0.33598585, 0.33598585]),
        ((6, 9), [0.35023715, 0.25873941]),
    ] {
        close(profits(one, two)[0], expected[0], 5e-9);
        close(profits(one, two)[1], expected[1], 5e-9);
        assert_eq!(profits(two, one)[0], profits(one, two)[1]);
    }
    let values = first_values(&game);
    close(values.row(100)[0], 5.78979409, 5e-9);
    close(values.row(100)[4], 6.27801690, 5e-9);
    close(values.row(100)[14], 4.11119880, 5e-9);
    let best = values.row(0).iter().copied().fold(0.0, f64::max);
    assert_eq!(best, values.row(0)[4]);
    let symmetric = |price: usize| price * 15 + price;
    assert_eq!(game.pure_nash(), [symmetric(1), symmetric(2)]);
    let (competition, collusion) = benchmark_profits();
    close(competition, 0.222927, 1e-5);
    close(collusion, 0.337490, 1e-5);
}

/// Two sides with four prices each and a cross externality of 0.1; participation by iteration.
#[test]
fn a_two_sided_game_has_the_recomputed_tables() {
    let grid = [1.33731060_f64, 1.55743971, 1.77756882, 1.99769793];
    let game = crate::pricing::game::NormalFormGame::from_fn(vec![16, 16], |actions| {
        let prices = [0, 1].map(|i| [grid[actions[i] / 4], grid[actions[i] % 4]]);
        let mut shares = [[0.3_f64; 2]; 2];
        for _ in 0..200 {
            let attraction = [0, 1].map(|i: usize| {
                [0, 1].map(|k: usize| ((2.0 + 0.1 * shares[i][1 - k] - prices[i][k]) / 0.25).exp())
            });
            let total = [0, 1].map(|k| 1.0 + attraction[0][k] + attraction[1][k]);
            shares = [0, 1].map(|i: usize| [0, 1].map(|k: usize| attraction[i][k] / total[k]));
        }
        let profit = |i: usize| (0..2).map(|k| (prices[i][k] - 1.0) * shares[i][k]).sum();
        vec![profit(0), profit(1)]
    })
    .unwrap();
    for ((one, two), expected) in [
        ((0, 0), [0.32778390, 0.32778390]),
        ((0, 15), [0.61356749, 0.09153644]),
        ((5, 10), [0.75466185, 0.36572431]),
        ((15, 15), [0.69730648, 0.69730648]),
        ((3, 12), [0.37258858, 0.37258858]),
    ] {
        let found = game.payoffs(game.joint_index(&[one, two]).unwrap());
        close(found[0], expected[0], 1e-7);
        close(found[1], expected[1], 1e-7);
    }
    let values = first_values(&game);
    for (action, expected) in [
        (0, 10.10078767),
        (5, 12.28698134),
        (10, 10.47637317),
        (15, 6.88687259),
    ] {
        close(values.row(7)[action], expected, 1e-6);
    }
    assert_eq!(
        game.pure_nash(),
        [0, 1, 4, 5].map(|action: usize| 17 * action)
    );
}

#[test]
fn the_update_matches_a_recorded_trace_exactly() {
    let payoffs = [[[2.0, 2.0], [5.0, 0.0]], [[0.0, 5.0], [4.0, 4.0]]];
    let start = QTable::of_equal_states(4, &[35.0, 20.0]).unwrap();
    let never = Exploration::Constant { epsilon: 0.0 };
    let learner = QLearner::new(0.5, 0.9, never, &start).unwrap();
    let mut learners = [learner.clone(), learner];
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(0);
    let mut state = 3;
    let mut trace = Vec::new();
    for actions in [[1, 1], [0, 1], [0, 0], [1, 1]] {
        let next_state = 2 * actions[0] + actions[1];
        for (agent, learner) in learners.iter_mut().enumerate() {
            let transition = Transition {
                state,
                action: actions[agent],
                reward: payoffs[actions[0]][actions[1]][agent],
                next_state,
                terminated: false,
            };
            learner.learn(&transition, &mut rng);
        }
        let rows = learners.each_ref().map(|learner| {
            let row = learner.values().unwrap().row(state).to_vec();
            [row[0], row[1]]
        });
        trace.push((state, rows));
        state = next_state;
    }
    let expected = [
        (3, [[35.0, 27.75], [35.0, 27.75]]),
        (3, [[35.75, 27.75], [35.0, 29.625]]),
        (1, [[34.25, 20.0], [34.25, 20.0]]),
        (0, [[35.0, 28.0875], [35.0, 27.75]]),
    ];
    for ((state, rows), (expected_state, expected_rows)) in trace.into_iter().zip(expected) {
        assert_eq!(state, expected_state);
        for (row, expected) in rows.iter().zip(expected_rows) {
            // 0.9 is not a binary fraction: the last one loses one bit.
            close(row[0], expected[0], 1e-14);
            close(row[1], expected[1], 4e-15);
        }
    }
}

#[test]
fn the_first_eight_sessions_match_the_originals() {
    let sessions = Replay::baseline().unwrap().run_many(1..=8, &|| false);
    let sessions = sessions.unwrap();
    let ends: Vec<(u64, usize)> = sessions
        .iter()
        .map(|session| {
            let time = session.time_to_convergence.unwrap();
            (time, session.cycle.len())
        })
        .collect();
    assert_eq!(
        ends,
        [
            (1_679_187, 3),
            (1_408_026, 1),
            (1_423_143, 3),
            (1_692_041, 1),
            (1_498_205, 1),
            (1_814_768, 1),
            (1_516_361, 1),
            (1_305_970, 3),
        ]
    );
    close(sessions[0].mean_payoffs[0], 0.32251633, 5e-9);
    close(sessions[0].mean_payoffs[1], 0.31667544, 5e-9);
}

/// Slow: `cargo test --no-default-features --features pricing --lib anchor -- --ignored --nocapture`.
#[test]
#[ignore = "a thousand sessions: minutes on all cores"]
fn a_thousand_sessions_match_the_published_moments() {
    let replay = Replay::baseline().unwrap();
    let sessions = replay.run_many(1..=1000, &|| false).unwrap();
    let first = Summary::new(&sessions[..20]);
    close(first.profit_gain, 0.865398, 5e-7);
    close(first.episodes, 67.589458, 5e-7);
    let all = Summary::new(&sessions);
    println!("{all:?}");
    close(all.profit_gain, 0.848715, 5e-7);
    close(all.profit_gain_spread, 0.111979, 5e-7);
    close(all.episodes, 70.046034, 5e-7);
    close(all.cycles[0], 0.643, 5e-4);
    close(all.cycles[1], 0.238, 5e-4);
    assert_eq!(all.converged, 1.0);
}

#[test]
fn another_generator_gives_the_same_distribution() {
    let exploration = Exploration::Exponential { beta: 4e-6 };
    let learner = QLearning::new(0.15, 0.95, exploration).unwrap();
    let plan = SessionPlan::new(baseline_game().unwrap(), vec![learner; 2])
        .unwrap()
        .with_seed(1);
    let sessions = plan.run_many(0..200, &|| false).unwrap();
    let summary = Summary::new(&sessions);
    println!("{summary:?}");
    assert_eq!(summary.converged, 1.0);
    assert!((0.82..0.88).contains(&summary.profit_gain), "{summary:?}");
    let periods = summary.episodes * EPISODE as f64 + 100_000.0;
    assert!((1.75e6..1.95e6).contains(&periods), "{summary:?}");
    assert!((0.55..0.70).contains(&summary.cycles[0]), "{summary:?}");
}
