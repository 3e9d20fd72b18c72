use crate::pricing::{
    analysis::SessionMeasures,
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
fn penalties_and_caps_lower_profit_and_help_consumers() {
    let study = study(3e-5, 24);
    let cap = study.grids.platform(0)[0].prices()[1];
    let policies = [
        Policy::None,
        penalty(1.0),
        Policy::PriceCap(PriceCap::new(vec![cap; 2]).unwrap()),
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
}

/// Without memory nobody can be punished, so what is stable is a Nash equilibrium of one period.
#[test]
fn hidden_prices_leave_equilibria_of_one_period_only() {
    let study = study(1e-4, 12);
    let learners = study.learners.clone();
    let (market, benchmarks) = (&study.market, &study.benchmarks);
    let hidden = Policy::HiddenPrices
        .treat(market, benchmarks, &study.grids, learners)
        .unwrap();
    assert_eq!(
        (
            hidden.plan.history().memory(),
            hidden.plan.history().states()
        ),
        (0, 1)
    );
    let plan = hidden.plan.with_convergence(study.convergence);
    let nash = hidden.game.pure_nash();
    for result in plan.run_many(0..study.sessions, &|| false).unwrap() {
        let measures = SessionMeasures::new(&hidden.game, benchmarks, &plan, &result).unwrap();
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
