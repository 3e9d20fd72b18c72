use proptest::prelude::*;
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

use super::*;
use crate::pricing::learner::{Exploration, InitialQ, Learner, QLearning};

fn never() -> bool {
    false
}

/// Random payoffs.
fn random_game(actions: Vec<usize>, seed: u64) -> NormalFormGame {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let agents = actions.len();
    NormalFormGame::from_fn(actions, |_| (0..agents).map(|_| rng.random()).collect()).unwrap()
}

fn learner(beta: f64) -> QLearning {
    QLearning::new(0.15, 0.95, Exploration::Exponential { beta }).unwrap()
}

/// Returns the session by the generic loop.
fn plainly(plan: &SessionPlan, session: u64) -> Learned {
    let mut generators = SessionGenerators::new(plan.seed, session, plan.game.agents());
    let learners = plan.begin(&mut generators).unwrap().unwrap();
    let mut learners: Vec<Box<dyn Learner>> = learners
        .into_iter()
        .map(|learner| Box::new(learner) as Box<dyn Learner>)
        .collect();
    let mut environment =
        RepeatedGame::new(Arc::clone(&plan.game), plan.history.memory(), plan.initial).unwrap();
    play(
        &mut environment,
        &mut learners,
        &mut generators,
        plan.convergence,
        &never,
    )
    .unwrap()
}

fn bits(learned: &Learned) -> Vec<u64> {
    let tables = learned.values.as_ref().unwrap();
    let values = tables.iter().flat_map(|table| table.values());
    values.map(|value| value.to_bits()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_engine_and_the_generic_loop_agree_bit_for_bit(
        actions in prop::collection::vec(1_usize..6, 1..5),
        memory in 0_usize..3,
        beta in prop::sample::select(vec![0.0, 1e-4, 1e-3, 0.1]),
        window in prop::sample::select(vec![1_u64, 100, 255, 256, 257, 2_000]),
        cap in prop::sample::select(vec![1_u64, 256, 511, 6_000]),
        seed in any::<u64>(),
    ) {
        prop_assume!(actions.iter().product::<usize>().pow(memory as u32) < 20_000);
        let agents = actions.len();
        let game = random_game(actions, seed);
        let mut learners = vec![learner(beta); agents];
        learners[0] = QLearning::new(0.5, 0.3, Exploration::Constant { epsilon: 0.2 })
            .unwrap()
            .with_initial_q(InitialQ::Random { low: 0.0, high: 2.0 });
        let plan = SessionPlan::new(game, learners)
            .unwrap()
            .with_memory(memory)
            .unwrap()
            .with_seed(seed)
            .with_convergence(Convergence { window, cap })
            .keeping_values();
        let (fast, plain) = (plan.run(3, &never).unwrap().learned, plainly(&plan, 3));
        prop_assert_eq!(bits(&fast), bits(&plain));
        prop_assert_eq!(fast, plain);
    }
}

#[test]
fn engine_and_generic_loop_agree_over_a_whole_session() {
    let plan = SessionPlan::new(random_game(vec![9, 9], 4), vec![learner(2e-5); 2])
        .unwrap()
        .with_convergence(Convergence {
            window: 20_000,
            cap: 1_000_000,
        })
        .keeping_values();
    let fast = plan.run(1, &never).unwrap().learned;
    assert!(fast.converged && fast.periods > 200_000, "{}", fast.periods);
    assert_eq!(bits(&fast), bits(&plainly(&plan, 1)));
}

#[test]
fn a_penalty_changes_results_unless_it_is_0() {
    let game = random_game(vec![4, 4], 1);
    let run = |weight| {
        let fined = game
            .clone()
            .with_penalty(weight, |actions, payoffs| {
                vec![payoffs[0].powi(2), actions[1] as f64]
            })
            .unwrap();
        let plan = SessionPlan::new(fined, vec![learner(1e-3); 2])
            .unwrap()
            .with_convergence(Convergence {
                window: 2_000,
                cap: 50_000,
            })
            .keeping_values();
        plan.run(5, &never).unwrap()
    };
    let free = SessionPlan::new(game.clone(), vec![learner(1e-3); 2])
        .unwrap()
        .with_convergence(Convergence {
            window: 2_000,
            cap: 50_000,
        })
        .keeping_values()
        .run(5, &never)
        .unwrap();
    assert_eq!(bits(&run(0.0).learned), bits(&free.learned));
    assert_eq!(run(0.0), free);
    let fined = run(0.5);
    assert_ne!(bits(&fined.learned), bits(&free.learned));
    // Evaluated with payoffs, for any learning rewards.
    assert_eq!(fined.mean_payoffs, fined.cycle.mean_payoffs(&game));
}

#[test]
fn results_do_not_depend_on_threads_or_other_sessions() {
    let plan = SessionPlan::new(random_game(vec![5, 5], 2), vec![learner(1e-3); 2])
        .unwrap()
        .with_convergence(Convergence {
            window: 2_000,
            cap: 50_000,
        });
    let on = |threads, sessions| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let pool = pool.build().unwrap();
        pool.install(|| plan.run_many(sessions, &never).unwrap())
    };
    let all = on(1, 0..12);
    assert_eq!(on(2, 0..12), all);
    assert_eq!(on(2, 5..9), all[5..9]);
    assert!((1..12).any(|other| all[other].learned != all[0].learned));
}

#[test]
fn boltzmann_and_many_agents_use_the_generic_loop() {
    let settings = Exploration::Boltzmann {
        temperature: 1.0,
        decay: 1e-3,
    };
    let hot = QLearning::new(0.15, 0.5, settings).unwrap();
    for (actions, learners) in [
        (vec![3, 3], vec![hot.clone(), learner(1e-3)]),
        (vec![2; 5], vec![learner(1e-3); 5]),
    ] {
        let plan = SessionPlan::new(random_game(actions, 3), learners)
            .unwrap()
            .with_convergence(Convergence {
                window: 2_000,
                cap: 100_000,
            });
        let result = plan.run(1, &never).unwrap();
        assert!(result.learned.converged && result.learned.values.is_none());
        let plain = plainly(&plan, 1);
        assert_eq!(
            result.learned,
            Learned {
                values: None,
                ..plain
            }
        );
    }
}

#[test]
fn a_session_can_be_stopped_and_its_cap_ends_it() {
    for beta in [0.0, 1e-3] {
        let game = random_game(vec![3, 3], 3);
        let plan = SessionPlan::new(game, vec![learner(beta); 2]).unwrap();
        let endless = plan.clone().with_convergence(Convergence {
            window: u64::MAX,
            cap: u64::MAX,
        });
        let error = endless.run(0, &|| true).unwrap_err();
        assert!(matches!(
            error,
            PricingError::Stopped { periods: 1_048_576 }
        ));
        assert!(endless.run_many(0..3, &|| true).is_err());
        let capped = plan.with_convergence(Convergence {
            window: 5_000,
            cap: 4_999,
        });
        let result = capped.run(0, &never).unwrap();
        assert_eq!(
            (result.learned.converged, result.learned.periods),
            (false, 4_999)
        );
        assert_eq!(result.time_to_convergence, None);
    }
}

#[test]
fn settings_that_do_not_fit_are_reported() {
    let message = |plan: &SessionPlan| plan.run(0, &never).unwrap_err().to_string();
    let game = random_game(vec![3, 2], 3);
    let error = SessionPlan::new(game.clone(), vec![learner(0.1); 3]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "3 learners were given for 2 agents: give one for each"
    );
    let plan = SessionPlan::new(game.clone(), vec![learner(0.1); 2]).unwrap();
    let far = plan.clone().with_initial_state(InitialState::Fixed(6));
    assert!(message(&far).contains("initial state is 6"));
    let none = plan
        .clone()
        .with_convergence(Convergence { window: 0, cap: 1 });
    assert!(message(&none).contains("window is 0"));
    let mut wrong = learner(0.1);
    wrong.alpha = f64::NAN;
    let wrong = SessionPlan::new(game.clone(), vec![learner(0.1), wrong]).unwrap();
    assert_eq!(
        message(&wrong),
        "learner of agent 1: alpha is NaN: a learning rate is above 0 and at most 1"
    );
    let rivals = learner(0.1).with_initial_q(InitialQ::FixedRivals(vec![5]));
    let wrong = SessionPlan::new(game, vec![rivals, learner(0.1)]).unwrap();
    assert!(message(&wrong).contains("learner of agent 0: initial Q"));
    assert!(plan.with_memory(30).is_err());
}

/// Records every joint action.
struct All(Vec<usize>);

impl Watch for All {
    fn played(&mut self, joint: usize) {
        self.0.push(joint);
    }
}

#[test]
fn watching_covers_every_period_and_changes_nothing() {
    // The engine does not support five agents.
    for (actions, memory) in [
        (vec![3, 4], 1),
        (vec![3, 4], 0),
        (vec![2, 2], 2),
        (vec![2; 5], 1),
    ] {
        let game = random_game(actions, 5);
        let agents = game.agents();
        let plan = SessionPlan::new(game, vec![learner(2e-3); agents])
            .unwrap()
            .with_memory(memory)
            .unwrap()
            .with_seed(11)
            .with_convergence(Convergence {
                window: 1_000,
                cap: 30_000,
            });
        let mut all = All(Vec::new());
        let seen = plan.run_watched(2, &mut all, &never).unwrap();
        assert_eq!(seen, plan.run(2, &never).unwrap());
        assert_eq!(all.0.len() as u64, seen.learned.periods);

        // The joint actions of the generic loop.
        let mut generators = SessionGenerators::new(11, 2, agents);
        let mut learners = plan.begin(&mut generators).unwrap().unwrap();
        let mut plainly = All(Vec::new());
        let learned = plan
            .play(&mut learners, generators, &mut plainly, &never)
            .unwrap();
        assert_eq!(learned, seen.learned);
        assert_eq!(all.0, plainly.0);
        if memory == 1 {
            // The second last state is the joint action before the last.
            assert_eq!(seen.learned.last_state, all.0[all.0.len() - 2]);
        }
    }
}
