use serde::{Deserialize, Serialize};

use super::*;
use crate::pricing::{
    PricingError,
    analysis::Deviation,
    collusion::{CollusionReport, Control},
    environment::Moves,
    equilibrium::Benchmarks,
    game::MarketGame,
    learner::{
        AnyLearner, Bandit, BanditRule, Exploration, QLearning, SarsaLearning, SynchronousQLearning,
    },
    market::Market,
    policy::{AnyPolicy, HiddenPrices, Policy, PolicyStudy, register_policy},
    session::Convergence,
};

fn scenario() -> Scenario {
    let market = Market::builder(2, 2)
        .cross_externality(0.1)
        .build()
        .unwrap();
    let learner = QLearning::new(0.15, 0.9, Exploration::Exponential { beta: 1e-3 }).unwrap();
    Scenario::new(market, ScenarioGrids::rescaled(3), learner).with_convergence(Convergence {
        window: 2_000,
        cap: 100_000,
    })
}

/// A user-defined policy: a tax on profit.
#[derive(Debug, Serialize, Deserialize)]
struct Tax {
    rate: f64,
}

impl Policy for Tax {
    fn kind(&self) -> &'static str {
        "test_tax"
    }

    fn name(&self) -> String {
        format!("tax {}", self.rate)
    }

    fn learning_rewards(
        &self,
        game: &MarketGame,
        _: &Benchmarks,
        joint: usize,
    ) -> Result<Option<Vec<f64>>, PricingError> {
        if !(0.0..1.0).contains(&self.rate) {
            return Err(PricingError::Other(format!("rate is {}", self.rate).into()));
        }
        let told = game.profits_of(joint).iter();
        Ok(Some(
            told.map(|profit| profit * (1.0 - self.rate)).collect(),
        ))
    }

    fn weight(&self) -> Option<&'static str> {
        Some("rate")
    }
}

#[test]
fn scenarios_are_read_back() {
    register_policy::<Tax>("test_tax");
    let scenario = scenario()
        .with_seed(4)
        .with_memory(2)
        .with_policy(AnyPolicy::new(Tax { rate: 0.25 }).unwrap());
    let text = scenario.to_toml().unwrap();
    assert_eq!(Scenario::from_toml_str(&text).unwrap(), scenario);
    let error = Scenario::from_toml_str(&text.replace("test_tax", "other_tax")).unwrap_err();
    assert!(
        error.to_string().contains("\"other_tax\" is unknown"),
        "{error}"
    );
    let error = Scenario::from_toml_str(&text.replace("memory", "remember")).unwrap_err();
    assert!(
        error.to_string().contains("unknown field `remember`"),
        "{error}"
    );
}

/// A proportional tax on profit scales all values, so it does not change what is learned.
#[test]
fn a_user_defined_policy_changes_rewards_but_not_measured_profits() {
    let plain = scenario().prepare().unwrap();
    let half = AnyPolicy::new(Tax { rate: 0.5 }).unwrap();
    let taxed = scenario().with_policy(half.clone()).prepare().unwrap();
    let joint = plain.game().joint_actions() - 1;
    let told = taxed.plan().game().learning_rewards(joint);
    let earned = plain.game().profits_of(joint);
    assert_eq!(
        told,
        earned.iter().map(|profit| profit * 0.5).collect::<Vec<_>>()
    );
    for session in 0..4 {
        let [one, other] = [&plain, &taxed].map(|prepared| {
            let result = prepared.plan().run(session, &|| false).unwrap();
            prepared.measure(&result).unwrap()
        });
        assert_eq!(one, other);
    }
    assert_eq!(half.weight(), Some(0.5));
    assert_eq!(half.with_weight(0.25).unwrap().name(), "tax 0.25");
    let greedy = scenario().with_policy(half.with_weight(1.5).unwrap());
    assert_eq!(greedy.prepare().unwrap_err().to_string(), "rate is 1.5");
}

/// Learners of every kind, with and without memory, have the same measures.
#[test]
fn every_kind_of_learner_is_measured() {
    let sarsa = SarsaLearning::new(0.15, 0.9, Exploration::Exponential { beta: 1e-3 }).unwrap();
    let bandit = |rule| AnyLearner::from(Bandit::new(rule, 0.9).unwrap());
    let kinds: [Vec<AnyLearner>; 4] = [
        vec![sarsa.into()],
        vec![bandit(BanditRule::Ucb { width: 1.0 })],
        vec![bandit(BanditRule::Exp3 { gamma: 0.1 })],
        vec![
            scenario().learners[0].clone(),
            bandit(BanditRule::Ucb { width: 0.5 }),
        ],
    ];
    for learners in kinds {
        for memory in [0, 1] {
            let prepared = scenario()
                .with_learners(learners.clone())
                .with_memory(memory)
                .prepare()
                .unwrap();
            let results = prepared.run(0..3, &|| false).unwrap();
            let again = prepared.run(0..3, &|| false).unwrap();
            assert_eq!(results, again);
            for result in &results {
                let measures = prepared.measure(result).unwrap();
                assert!(measures.profit_gain.is_finite());
                let paid = result.mean_payoffs.iter().zip(&measures.profits);
                assert!(paid.clone().all(|(x, y)| (x - y).abs() < 1e-12));
            }
        }
    }
}

#[test]
fn wrong_counts_are_reported() {
    let mut wrong = scenario();
    wrong.learners = vec![wrong.learners[0].clone(); 3];
    assert_eq!(
        wrong.prepare().unwrap_err().to_string(),
        "3 learners for 2 platforms: give one for all, or one for each"
    );
    let mut wrong = scenario();
    wrong.grids.rules = vec![wrong.grids.rules[0].clone(); 3];
    assert_eq!(
        wrong.prepare().unwrap_err().to_string(),
        "3 grid rules for 2 sides: give one for all, or one for each"
    );
}

/// The result of Asker, Fershtman and Pakes: learners that also update actions not taken, with
/// their counterfactual rewards, reach lower prices than learners that do not.
#[test]
fn synchronous_updates_lower_prices() {
    let exploration = Exploration::Exponential { beta: 2e-4 };
    let plain = QLearning::new(0.15, 0.0, exploration).unwrap();
    let synchronous = SynchronousQLearning::new(0.15, 0.0, exploration).unwrap();
    let gain = |learner: AnyLearner| {
        let market = Market::symmetric(2, 1).unwrap();
        let scenario = Scenario::new(market, ScenarioGrids::rescaled(8), learner).with_convergence(
            Convergence {
                window: 10_000,
                cap: 1_000_000,
            },
        );
        let prepared = scenario.prepare().unwrap();
        let results = prepared.run(0..12, &|| false).unwrap();
        let gains = results
            .iter()
            .map(|one| prepared.measure(one).unwrap().profit_gain);
        gains.sum::<f64>() / 12.0
    };
    let (plain, synchronous) = (gain(plain.into()), gain(synchronous.into()));
    assert!(
        synchronous < 0.25 && plain > synchronous,
        "{plain} {synchronous}"
    );
}

/// Moves in turn are a setting like the others: written, read, run, measured, and compared with
/// controls.
#[test]
fn moves_in_turn_are_a_setting_of_the_scenario() {
    let text = scenario().to_toml().unwrap();
    assert!(!text.contains("moves"), "{text}");
    let turns = scenario().with_moves(Moves::InTurn);
    let text = turns.to_toml().unwrap();
    assert!(text.contains("moves = \"in_turn\""), "{text}");
    assert_eq!(Scenario::from_toml_str(&text).unwrap(), turns);
    let prepared = turns.prepare().unwrap();
    let plain = scenario().prepare().unwrap();
    for (result, path) in prepared.run_with_paths(0..3, 10, &|| false).unwrap() {
        let measures = prepared.measure(&result).unwrap();
        let paid = result.mean_payoffs.iter().zip(&measures.profits);
        assert!(paid.clone().all(|(x, y)| (x - y).abs() < 1e-12));
        assert_eq!(measures.cycle_length, result.cycle.repeats_after());
        assert_eq!(path.path.periods(), measures.periods);
        let deviation = Deviation::static_best_reply(1);
        prepared.respond(&result, &deviation, (3, 10)).unwrap();
        assert_ne!(
            measures,
            plain.measure(&plain.run_all(0..1).unwrap()[0]).unwrap()
        );
    }
    let blind = turns.clone().with_memory(0).prepare().unwrap_err();
    assert!(blind.to_string().contains("give a memory of 1"), "{blind}");
    let report = CollusionReport::of(&turns, 2, &|| false).unwrap();
    assert_eq!(report.trials.len(), 3);
    let [(Control::NoMemory, why)] = &report.left_out[..] else {
        panic!("{:?}", report.left_out)
    };
    assert!(why.contains("moves in turn"), "{why}");
    let study = PolicyStudy {
        scenario: turns,
        sessions: 1,
    };
    let policies = [AnyPolicy::default(), HiddenPrices::default().into()];
    let compared = study.compare(&policies, &|| false).unwrap();
    assert_eq!((compared.outcomes.len(), compared.left_out.len()), (1, 1));
}
