use proptest::prelude::*;

use crate::pricing::{
    PricingError,
    analysis::{
        Continuation, Deviation, DeviationAction, DeviationLength, Deviators, DynamicBestReply,
        EquilibriumTest, ImpulseResponse, Strategies,
    },
    environment::{ActionHistory, GameStates, Moves},
    game::{MarketGame, MarketGrids, NormalFormGame, PriceGrid},
    market::Market,
    session::LimitCycle,
};

const DELTA: f64 = 0.9;

fn market() -> MarketGame {
    let market = Market::symmetric(2, 1).unwrap();
    let grid = PriceGrid::range(1.45, 1.95, 3).unwrap();
    MarketGame::new(&market, &MarketGrids::shared(2, &[grid])).unwrap()
}

fn states(game: &NormalFormGame) -> GameStates {
    let history = ActionHistory::new(game, 1).unwrap();
    GameStates::new(history, Moves::InTurn, game.agents())
}

/// Strategies from each agent's action for each held joint action.
fn strategies(game: &NormalFormGame, replies: &[Vec<u32>]) -> Vec<Vec<u32>> {
    let held = game.joint_count();
    let agent = |agent: usize| {
        let all = (0..game.agents()).flat_map(|mover| (0..held).map(move |held| (mover, held)));
        let action = |(mover, held)| match mover == agent {
            true => replies[agent][held],
            false => game.action_of(held, agent) as u32,
        };
        all.map(action).collect()
    };
    (0..game.agents()).map(agent).collect()
}

/// The payoffs of an agent from a state on, period by period.
fn simulated(
    game: &NormalFormGame,
    replies: &[Vec<u32>],
    agent: usize,
    start: (usize, usize),
) -> f64 {
    let ((mut mover, mut held), mut weight, mut sum) = (start, 1.0, 0.0);
    for _ in 0..400 {
        held = game.with_action(held, mover, replies[mover][held] as usize);
        sum += weight * game.payoffs(held)[agent];
        weight *= DELTA;
        mover = (mover + 1) % game.agents();
    }
    sum
}

proptest! {
    /// Values, one-shot losses and best replies against a simulation of all moves.
    #[test]
    fn equilibrium_tests_match_a_simulation_of_moves_in_turn(
        first in prop::collection::vec(0_u32..3, 9),
        second in prop::collection::vec(0_u32..3, 9),
    ) {
        let market = market();
        let game = market.to_normal_form().unwrap();
        let (states, replies) = (states(&game), [first, second]);
        let played = strategies(&game, &replies);
        let learned = Strategies::new(&game, states, &played).unwrap();
        let mut losses = 0.0;
        for agent in 0..2 {
            let values = learned.values(agent, DELTA).unwrap();
            let best = DynamicBestReply::new(&learned, agent, DELTA).unwrap();
            for mover in 0..2 {
                for held in 0..9 {
                    let state = states.of_turn(mover, held);
                    let own = simulated(&game, &replies, agent, (mover, held));
                    prop_assert!((values[state] - own).abs() < 1e-10);
                    prop_assert!(best.values[state] >= own - 1e-10);
                    if mover != agent {
                        prop_assert_eq!(best.actions[state], game.action_of(held, agent));
                        continue;
                    }
                    // One other move, followed by the strategy.
                    let after = |action: usize| {
                        let joint = game.with_action(held, agent, action);
                        let rest = simulated(&game, &replies, agent, (1 - agent, joint));
                        game.payoffs(joint)[agent] + DELTA * rest
                    };
                    let most = (0..3).map(after).fold(f64::NEG_INFINITY, f64::max);
                    losses += (most - own).max(0.0) / most.abs();
                }
            }
        }
        let test = EquilibriumTest::new(&learned, &[0], &[DELTA; 2], Continuation::OwnStrategy);
        // 18 moves: each agent chooses in the 9 states of its turn.
        prop_assert!((test.unwrap().loss - losses / 18.0).abs() < 1e-10);
    }
}

/// Klein's deviation: one price cut at the own turn, held until the next one.
#[test]
fn a_price_is_held_until_the_next_turn() {
    let market = market();
    let game = market.to_normal_form().unwrap();
    let states = states(&game);
    // Each plays the highest price if the rival holds it, otherwise the lowest.
    let reply = |agent: usize| {
        let reply = |held| match game.action_of(held, 1 - agent) {
            2 => 2,
            _ => 0,
        };
        (0..9).map(reply).collect()
    };
    let played = strategies(&game, &[reply(0), reply(1)]);
    let cycle = LimitCycle::new(&game, states, &played, states.of_turn(1, 8));
    let learned = Strategies::new(&game, states, &played).unwrap();
    let respond = |by, length| {
        let action = DeviationAction::Fixed(1);
        let deviation = Deviation { by, action, length };
        ImpulseResponse::new(&market, &learned, &cycle, &[DELTA; 2], &deviation, (2, 5))
    };
    let prices = |found: &ImpulseResponse, platform: usize| -> Vec<f64> {
        let path = found.path.iter();
        path.map(|one| one.prices[(platform, 0)]).collect()
    };
    let once = respond(Deviators::One(0), DeviationLength::Periods(1)).unwrap();
    // The rival responds with the lowest price in its turn, and prices do not return.
    assert_eq!(prices(&once, 0), [1.95, 1.95, 1.7, 1.7, 1.45, 1.45, 1.45]);
    assert_eq!(prices(&once, 1), [1.95, 1.95, 1.95, 1.45, 1.45, 1.45, 1.45]);
    assert_eq!(once.gains.len(), 1);
    let kept = respond(Deviators::One(0), DeviationLength::Permanent).unwrap();
    assert_eq!(prices(&kept, 0), [1.95, 1.95, 1.7, 1.7, 1.7, 1.7, 1.7]);
    let together = respond(Deviators::All, DeviationLength::Periods(1));
    assert!(matches!(together, Err(PricingError::TurnDeviation)));
}
