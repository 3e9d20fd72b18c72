use crate::pricing::{
    equilibrium::Benchmarks,
    learner::{Exploration, QLearning},
    market::Market,
    policy::{
        AnyPolicy, BenchmarkCap, HiddenPrices, NoPolicy, Penalty, PenaltyForm, PolicyStudy,
        PriceCap,
    },
    scenario::{Scenario, ScenarioGrids},
    session::Convergence,
};

fn study(beta: f64, sessions: u64) -> PolicyStudy {
    let market = Market::builder(2, 2)
        .cross_externality(0.1)
        .build()
        .unwrap();
    let learner = QLearning::new(0.15, 0.95, Exploration::Exponential { beta }).unwrap();
    let scenario = Scenario::new(market, ScenarioGrids::rescaled(3), learner)
        .with_seed(3)
        .with_convergence(Convergence {
            window: 20_000,
            cap: 5_000_000,
        });
    PolicyStudy { scenario, sessions }
}

fn penalty(lambda: f64) -> AnyPolicy {
    Penalty::new(PenaltyForm::ExcessProfit, lambda)
        .unwrap()
        .into()
}

#[test]
fn a_penalty_with_weight_0_changes_nothing() {
    let study = study(1e-4, 1);
    let result = |policy: AnyPolicy| {
        let prepared = study
            .scenario
            .clone()
            .with_policy(policy)
            .prepare()
            .unwrap();
        let plan = prepared.plan().clone().keeping_values();
        plan.run(5, &|| false).unwrap()
    };
    let without = result(NoPolicy::default().into());
    for form in PenaltyForm::ALL {
        let free = Penalty::new(form, 0.0).unwrap();
        assert_eq!(result(free.into()), without);
        let dear = Penalty::new(form, 0.5).unwrap();
        assert_ne!(result(dear.into()).learned.values, without.learned.values);
    }
}

#[test]
fn penalties_and_caps_lower_profit_and_help_consumers() {
    let study = study(3e-5, 24);
    let benchmarks = Benchmarks::of(&study.scenario.market).unwrap();
    let grids = study.scenario.grids.of(&benchmarks).unwrap();
    let cap = grids.platform(0)[0].prices()[1];
    let policies = [
        AnyPolicy::default(),
        penalty(1.0),
        PriceCap::new(vec![cap; 2]).unwrap().into(),
        // The midpoint of the grid is half way between the benchmarks.
        BenchmarkCap { share: 0.5 + 1e-9 }.into(),
    ];
    let compared = study.compare(&policies, &|| false).unwrap();
    for (policy, tried) in policies.iter().enumerate().skip(1) {
        for (name, sign) in [
            ("profit", -1.0),
            ("profit_gain", -1.0),
            ("price_side_0", -1.0),
            ("price_side_1", -1.0),
            ("participation_side_0", 1.0),
            ("consumer_surplus", 1.0),
        ] {
            let (effect, error) = compared.effect(policy, name).unwrap();
            assert!(
                sign * effect > 2.0 * error,
                "{tried}: {name} {effect} {error}"
            );
        }
    }
    let capped = compared.estimate(2, "price_side_0").unwrap();
    assert!(capped.quantiles[4] <= cap + 1e-12);
    assert!(compared.estimate(0, "profits").is_none());
    // The same cap in two forms, with the same random numbers.
    assert_eq!(compared.outcomes[3].sessions, compared.outcomes[2].sessions);
}

/// Without memory there is no punishment, so stable prices are a Nash equilibrium of one period.
#[test]
fn hidden_prices_leave_equilibria_of_one_period_only() {
    let study = study(1e-4, 12);
    let scenario = study.scenario.clone().with_policy(HiddenPrices::default());
    let hidden = scenario.prepare().unwrap();
    let history = hidden.plan().history();
    assert_eq!((history.memory(), history.states()), (0, 1));
    let nash = hidden.game().pure_nash();
    for result in hidden.run(0..study.sessions, &|| false).unwrap() {
        let measures = hidden.measure(&result).unwrap();
        let [joint] = result.cycle.joint_actions[..] else {
            panic!("{:?}", result.cycle)
        };
        let stable = nash.contains(&joint);
        assert_eq!(
            (measures.one_shot.on_path, measures.dynamic.on_path),
            (stable, stable)
        );
        assert!(measures.one_shot.off_path.is_nan());
    }
}
