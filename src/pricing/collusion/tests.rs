use super::*;
use crate::pricing::{
    analysis::Strategies,
    environment::ActionHistory,
    game::{MarketGame, MarketGrids, PriceGrid},
    learner::{Exploration, QLearning},
    market::Market,
    scenario::{Scenario, ScenarioGrids},
    session::{Convergence, LimitCycle},
};

/// Two prices each; the high one is 1, and both platforms earn more with it.
fn game() -> MarketGame {
    let market = Market::symmetric(2, 1).unwrap();
    let grid = PriceGrid::fixed(vec![1.5, 1.9]).unwrap();
    MarketGame::new(&market, &MarketGrids::shared(2, &[grid])).unwrap()
}

fn punishment(strategies: &[Vec<u32>]) -> Option<Punishment> {
    let market = game();
    let normal = market.to_normal_form().unwrap();
    let history = ActionHistory::new(&normal, 1).unwrap();
    let cycle = LimitCycle::new(&normal, history, strategies, 3);
    let strategies = Strategies::new(&normal, history, strategies).unwrap();
    Punishment::of(&market, &strategies, &cycle, &[0.9; 2]).unwrap()
}

/// States are (own, rival) prices of the last period, both low first.
#[test]
fn strategies_that_punish_and_return_are_detected() {
    // Win-stay, lose-shift: both low once after a deviation, then high again.
    let pavlov = punishment(&[vec![1, 0, 0, 1], vec![1, 0, 0, 1]]).unwrap();
    assert!(pavlov.punishes(), "{pavlov:?}");
    assert_eq!((pavlov.before, pavlov.lowest), (1.9, 1.5));
    assert!((pavlov.end - 1.9).abs() < 1e-12);
    assert!(pavlov.gain < 0.0);
    // Grim trigger punishes forever: prices do not return.
    let grim = punishment(&[vec![0, 0, 0, 1], vec![0, 0, 0, 1]]).unwrap();
    assert!(!grim.punishes() && grim.lowest < grim.before);
    // Always the high price: no punishment, and undercutting pays.
    let always = punishment(&[vec![1; 4], vec![1; 4]]).unwrap();
    assert!(!always.punishes() && always.gain > 0.0);
    // Competition: no platform gains by deviating.
    assert_eq!(punishment(&[vec![0; 4], vec![0; 4]]), None);
}

/// A patient learner with memory gains more than one with discount factor 0; against a fixed rival
/// it learns to undercut.
#[test]
fn collusion_reports_its_controls() {
    let learner = QLearning::new(0.15, 0.95, Exploration::Exponential { beta: 5e-5 }).unwrap();
    let market = Market::symmetric(2, 1).unwrap();
    let scenario =
        Scenario::new(market, ScenarioGrids::rescaled(6), learner).with_convergence(Convergence {
            window: 20_000,
            cap: 3_000_000,
        });
    let report = CollusionReport::of(&scenario, 16, &|| false).unwrap();
    let controls: Vec<Control> = report.trials.iter().map(|trial| trial.control).collect();
    assert_eq!(controls, Control::ALL);
    let gain = |trial: &Trial| {
        let gains = trial.sessions.iter().map(|one| one.profit_gain);
        gains.sum::<f64>() / trial.sessions.len() as f64
    };
    let [result, _, no_future, fixed] = &report.trials[..] else {
        panic!()
    };
    assert!(gain(result) > gain(no_future) + 0.3);
    assert_eq!(fixed.replies, [true; 16]);
    let punishes = result.punishes.iter().flatten().filter(|&&one| one).count();
    assert!(punishes > 4, "{:?}", result.punishes);
    let table = report.table();
    assert_eq!(table.rows.len(), 4);
    assert!(table.rows.iter().all(|row| row.len() == table.head.len()));
}
