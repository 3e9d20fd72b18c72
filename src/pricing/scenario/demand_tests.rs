use super::*;
use crate::pricing::{
    PricingError,
    analysis::{Continuation, Deviation, DynamicBestReply, EquilibriumTest},
    collusion::CollusionReport,
    environment::{Environment, InitialState, Moves, RepeatedGame},
    learner::{AnyLearner, Exploration, QLearning, SarsaLearning, SynchronousQLearning},
    market::{DemandShocks, Market},
    policy::{AnyPolicy, HiddenPrices, Penalty, PenaltyForm, PolicyStudy},
    session::Convergence,
};

fn scenario() -> Scenario {
    let market = Market::symmetric(2, 1).unwrap();
    let learner = QLearning::new(0.15, 0.9, Exploration::Exponential { beta: 1e-3 }).unwrap();
    Scenario::new(market, ScenarioGrids::rescaled(4), learner).with_convergence(Convergence {
        window: 2_000,
        cap: 60_000,
    })
}

fn shocks(spread: f64, observed: bool) -> DemandShocks {
    DemandShocks {
        spread,
        high: 0.3,
        persistence: 0.4,
        observed,
    }
}

/// Includes markets with several sides, penalties and other learners.
#[test]
fn without_spread_results_equal_those_of_constant_demand() {
    let penalty = Penalty::new(PenaltyForm::ExcessProfit, 0.5).unwrap();
    let sarsa = SarsaLearning::new(0.15, 0.9, Exploration::Exponential { beta: 1e-3 }).unwrap();
    let sided = Market::builder(2, 2)
        .cross_externality(0.1)
        .build()
        .unwrap();
    let mut two_sided = scenario();
    two_sided.market = sided;
    two_sided.grids = ScenarioGrids::rescaled(2);
    for plain in [
        scenario(),
        scenario().with_policy(penalty),
        scenario().with_learners(vec![sarsa.into()]),
        two_sided,
    ] {
        let varying = plain.clone().with_demand(shocks(0.0, false));
        let (plain, varying) = (plain.prepare().unwrap(), varying.prepare().unwrap());
        assert_eq!(plain.game().grids(), varying.game().grids());
        let [one, other] = [&plain, &varying].map(|prepared| prepared.run_all(0..3).unwrap());
        assert_eq!(one, other);
        for result in &one {
            let [one, other] = [&plain, &varying].map(|prepared| prepared.measure(result).unwrap());
            // Compared as text, in which NaN equals itself.
            assert_eq!(format!("{one:?}"), format!("{other:?}"));
            let deviation = Deviation::static_best_reply(0);
            let [one, other] = [&plain, &varying]
                .map(|prepared| prepared.respond(result, &deviation, (2, 9)).unwrap());
            assert_eq!(one, other);
        }
    }
}

/// Measures against a long simulation of the same strategies.
#[test]
fn measures_are_means_over_demand() {
    for observed in [false, true] {
        let varying = scenario().with_demand(shocks(0.3, observed));
        let text = varying.to_toml().unwrap();
        assert_eq!(Scenario::from_toml_str(&text).unwrap(), varying);
        let prepared = varying.prepare().unwrap();
        let result = &prepared.run_all(0..1).unwrap()[0];
        assert_eq!(result, &prepared.run_all(0..1).unwrap()[0]);
        let measures = prepared.measure(result).unwrap();
        for (paid, measured) in result.mean_payoffs.iter().zip(&measures.profits) {
            assert!((paid - measured).abs() < 1e-10);
        }
        let (plan, greedy) = (prepared.plan(), &result.learned.greedy);
        let games = plan.demand().unwrap().clone();
        let mut game = RepeatedGame::new(
            plan.game().clone(),
            1,
            InitialState::Fixed(result.learned.last_state / if observed { 2 } else { 1 }),
        )
        .unwrap()
        .with_demand(games)
        .unwrap();
        let mut state = game.reset(7).unwrap();
        let (mut sums, mut price) = ([0.0; 2], 0.0);
        const PERIODS: usize = 200_000;
        for _ in 0..PERIODS {
            let actions = [0, 1].map(|agent: usize| greedy[agent][state] as usize);
            let step = game.step(&actions).unwrap();
            sums[0] += step.rewards[0];
            sums[1] += step.rewards[1];
            price += prepared.game().prices(0, actions[0])[0];
            state = step.observation;
        }
        for (sum, measured) in sums.iter().zip(&measures.profits) {
            let mean = sum / PERIODS as f64;
            assert!(
                (mean - measured).abs() < 2e-3,
                "{observed} {mean} {measured}"
            );
        }
        let price = price / PERIODS as f64;
        assert!((price - measures.prices[(0, 0)]).abs() < 4e-3, "{observed}");
    }
}

/// The value of strategies under observed demand against simulated paths; a best reply is no worse.
#[test]
fn values_are_expected_over_the_chain() {
    let prepared = scenario().with_demand(shocks(0.3, true)).prepare().unwrap();
    let result = &prepared.run_all(0..1).unwrap()[0];
    let strategies = prepared.strategies(result).unwrap();
    let values = strategies.values(0, 0.9).unwrap();
    let best = DynamicBestReply::new(&strategies, 0, 0.9).unwrap();
    for (state, &value) in values.iter().enumerate() {
        assert!(best.values[state] >= value - 1e-9);
        let joint = strategies.joint(state);
        let after = strategies.successors(state, joint);
        let expected: f64 = after.map(|(next, p)| p * values[next]).sum();
        let right = strategies.payoffs(state, joint)[0] + 0.9 * expected;
        assert!((value - right).abs() < 1e-10);
    }
    let states = &result.cycle.states;
    let total: f64 = result.cycle.shares.iter().sum();
    assert!((total - 1.0).abs() < 1e-12);
    let high = states.iter().zip(&result.cycle.shares);
    let high: f64 = high
        .filter(|(state, _)| strategies.demand(**state) == Some(1))
        .map(|(_, share)| share)
        .sum();
    assert!((high - 0.3).abs() < 1e-9, "{high}");
    for continuation in [Continuation::OwnStrategy, Continuation::BestReply] {
        let test = EquilibriumTest::new(&strategies, states, &[0.9; 2], continuation).unwrap();
        assert!(test.loss >= 0.0 && test.loss_on_path >= 0.0);
    }
    // Before the deviation, the mean over all periods; afterwards, expected paths.
    let response = prepared
        .respond(result, &Deviation::static_best_reply(1), (2, 30))
        .unwrap();
    let measures = prepared.measure(result).unwrap();
    for period in &response.path[..2] {
        assert!((period.prices[(0, 0)] - measures.prices[(0, 0)]).abs() < 1e-10);
        assert!((period.profits[0] - measures.profits[0]).abs() < 1e-10);
    }
    if response.gains.is_empty() {
        let last = &response.path[31];
        assert!((last.profits[1] - measures.profits[1]).abs() < 1e-10);
    }
}

#[test]
fn controls_and_policies_support_varying_demand() {
    for observed in [false, true] {
        let varying = scenario().with_demand(shocks(0.2, observed));
        let report = CollusionReport::of(&varying, 2, &|| false).unwrap();
        assert_eq!((report.trials.len(), report.left_out.len()), (4, 0));
        let study = PolicyStudy {
            scenario: varying,
            sessions: 2,
        };
        let penalty = Penalty::new(PenaltyForm::ExcessPrice, 0.5).unwrap();
        let policies = [
            AnyPolicy::default(),
            penalty.into(),
            HiddenPrices::default().into(),
        ];
        let found = study.compare(&policies, &|| false).unwrap();
        assert_eq!(found.outcomes.len(), 3);
        for outcome in &found.outcomes {
            assert!(
                outcome
                    .sessions
                    .iter()
                    .all(|one| one.profit_gain.is_finite())
            );
        }
    }
}

#[test]
fn incompatible_settings_are_rejected_under_varying_demand() {
    let varying = scenario().with_demand(shocks(0.2, false));
    let turns = varying.clone().with_moves(Moves::InTurn);
    let error = turns.prepare().unwrap_err().to_string();
    assert!(error.contains("leave out `demand`"), "{error}");
    let exploration = Exploration::Exponential { beta: 1e-3 };
    let synchronous = SynchronousQLearning::new(0.15, 0.9, exploration).unwrap();
    let learners = vec![AnyLearner::from(synchronous)];
    let error = varying.clone().with_learners(learners).prepare();
    let error = error.unwrap_err().to_string();
    assert!(error.contains("demand that varies"), "{error}");
    let mut far = varying.clone();
    far.demand = Some(shocks(f64::NAN, false));
    let error = far.prepare().unwrap_err().to_string();
    assert!(error.contains("demand.spread is NaN"), "{error}");
    let steady = scenario().benchmarks().unwrap();
    let error = PreparedScenario::with_benchmarks(&varying, steady);
    assert!(matches!(error.unwrap_err(), PricingError::OtherDemand));
    let error = PreparedScenario::with_benchmarks(&scenario(), varying.benchmarks().unwrap());
    assert!(matches!(error.unwrap_err(), PricingError::OtherDemand));
}
