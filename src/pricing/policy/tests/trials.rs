use crate::pricing::{
    equilibrium::Benchmarks,
    game::{MarketGrids, PriceGrid},
    learner::{Exploration, QLearning},
    market::Market,
    policy::{Penalty, PenaltyForm, Policy, PolicyStudy, PriceCap},
    session::Convergence,
};

fn study(beta: f64, sessions: u64) -> PolicyStudy {
    let market = Market::builder(2, 2)
        .cross_externality(0.1)
        .build()
        .unwrap();
    let benchmarks = Benchmarks::of(&market).unwrap();
    let [low, high] = [&benchmarks.competition, &benchmarks.collusion]
        .map(|equilibrium| equilibrium.outcome.prices[(0, 0)]);
    let grid = PriceGrid::rescaled(low, high, 3, 0.1).unwrap();
    let learner = QLearning::new(0.15, 0.95, Exploration::Exponential { beta }).unwrap();
    PolicyStudy {
        benchmarks,
        grids: MarketGrids::shared(2, &[grid.clone(), grid]),
        market,
        learners: vec![learner; 2],
        convergence: Convergence {
            window: 20_000,
            cap: 5_000_000,
        },
        seed: 3,
        sessions,
    }
}

fn penalty(lambda: f64) -> Policy {
    Policy::Penalty(Penalty::new(PenaltyForm::ExcessProfit, lambda).unwrap())
}

#[test]
fn a_penalty_without_weight_changes_no_bit() {
    let study = study(1e-4, 1);
    let result = |policy: &Policy| {
        let learners = study.learners.clone();
        let (market, benchmarks) = (&study.market, &study.benchmarks);
        let treated = policy
            .treat(market, benchmarks, &study.grids, learners)
            .unwrap();
        treated.plan.keeping_values().run(5, &|| false).unwrap()
    };
    let without = result(&Policy::None);
    for form in PenaltyForm::ALL {
        let free = Penalty::new(form, 0.0).unwrap();
        assert_eq!(result(&Policy::Penalty(free)), without);
        let dear = Penalty::new(form, 0.5).unwrap();
        assert_ne!(
            result(&Policy::Penalty(dear)).learned.values,
            without.learned.values
        );
    }
}

#[test]
fn policies_lower_profit_and_help_consumers() {
    let study = study(3e-5, 24);
    let cap = study.grids.platform(0)[0].prices()[1];
    let policies = [
        Policy::None,
        penalty(1.0),
        Policy::PriceCap(PriceCap::new(vec![cap; 2]).unwrap()),
        Policy::HiddenPrices,
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
            println!("{tried}: {name} {effect:.4} +- {error:.4}");
            assert!(
                sign * effect > 2.0 * error,
                "{tried}: {name} {effect} {error}"
            );
        }
    }
    let capped = compared.estimate(2, "price_side_0").unwrap();
    assert!(capped.quantiles[4] <= cap + 1e-12);
    assert!(compared.estimate(0, "profits").is_none());
}
