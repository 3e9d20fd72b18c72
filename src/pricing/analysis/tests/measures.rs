use crate::pricing::{
    PricingError,
    analysis::{SessionMeasures, Strategies},
    equilibrium::Benchmarks,
    game::{GridRule, MarketGame, MarketGrids},
    learner::{Exploration, QLearning},
    market::Market,
    session::{Convergence, SessionPlan, SessionResult},
};

/// Returns a small market with two sides, its game and sessions in it.
fn small() -> (MarketGame, Benchmarks, SessionPlan) {
    let market = Market::builder(2, 2)
        .cross_externality(0.1)
        .build()
        .unwrap();
    let benchmarks = Benchmarks::of(&market).unwrap();
    let rules = [GridRule::rescaled(3), GridRule::rescaled(2)];
    let at =
        |equilibrium: &crate::pricing::equilibrium::Equilibrium| equilibrium.outcome.prices.clone();
    let (low, high) = (at(&benchmarks.competition), at(&benchmarks.collusion));
    let grids = MarketGrids::from_rules(&rules, &low, &high).unwrap();
    let game = MarketGame::new(&market, &grids).unwrap();
    let learner = QLearning::new(0.15, 0.9, Exploration::Exponential { beta: 1e-3 }).unwrap();
    let plan = SessionPlan::new(game.to_normal_form().unwrap(), vec![learner; 2])
        .unwrap()
        .with_convergence(Convergence {
            window: 2_000,
            cap: 200_000,
        });
    (game, benchmarks, plan)
}

fn measure(
    game: &MarketGame,
    benchmarks: &Benchmarks,
    plan: &SessionPlan,
    result: &SessionResult,
) -> Result<SessionMeasures, PricingError> {
    let strategies = Strategies::of(plan, result)?;
    SessionMeasures::new(
        game,
        benchmarks,
        &strategies,
        &plan.discount_factors(),
        result,
    )
}

#[test]
fn names_and_values_are_the_same_list() {
    let (game, benchmarks, plan) = small();
    let names = SessionMeasures::names(2, 2);
    let unique: std::collections::HashSet<_> = names.iter().collect();
    assert_eq!(unique.len(), names.len());
    for result in plan.run_many(0..6, &|| false).unwrap() {
        let measures = measure(&game, &benchmarks, &plan, &result).unwrap();
        let values = measures.values();
        assert_eq!(values.len(), names.len());
        let value = |name: &str| values[names.iter().position(|one| one == name).unwrap()];
        assert_eq!(value("price_platform_1_side_0"), measures.prices[(1, 0)]);
        assert_eq!(value("profit_gain_platform_1"), measures.profit_gains[1]);
        assert_eq!(
            value("profit"),
            (value("profit_platform_0") + value("profit_platform_1")) / 2.0
        );
        let mean: f64 = (0..2).map(|i| measures.participation[(i, 1)]).sum::<f64>() / 2.0;
        assert!((value("participation_side_1") - mean).abs() < 1e-15);
        assert!((value("outside_side_1") + 2.0 * mean - 1.0).abs() < 1e-12);
        assert_eq!(
            value("consumer_surplus_side_1"),
            measures.consumer_surplus[1]
        );
        assert_eq!(value("q_loss"), measures.one_shot.loss);
        assert_eq!(value("best_reply_loss"), measures.dynamic.loss);
        let paid = &result.mean_payoffs;
        assert!((value("profit_platform_0") - paid[0]).abs() < 1e-12);
        // The gain is larger if the deviator continues optimally.
        assert!(measures.dynamic.loss >= measures.one_shot.loss - 1e-12);
    }
}

#[test]
fn results_of_another_game_are_rejected() {
    let (game, benchmarks, plan) = small();
    let mut result = plan.run(0, &|| false).unwrap();
    let measure = |result: &SessionResult| measure(&game, &benchmarks, &plan, result);
    result.learned.greedy[1][4] = 6;
    let text = measure(&result).unwrap_err().to_string();
    assert_eq!(text, "no action 6: there are 6, counted from 0");
    result.learned.greedy.pop();
    assert!(
        measure(&result)
            .unwrap_err()
            .to_string()
            .contains("1 strategies for agents")
    );
}
