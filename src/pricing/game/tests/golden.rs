//! Grids and tables against reference values.

use crate::pricing::{
    equilibrium::Benchmarks,
    game::{GridRule, MarketGame, MarketGrids, PriceGrid},
    market::Market,
};

fn assert_close(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() <= 1e-8,
        "{found} is not {expected}"
    );
}

/// Mean profit of platform 0's action against a uniformly random rival over 1 - delta.
fn initial_value(game: &MarketGame, action: usize) -> f64 {
    let rivals = game.actions()[1];
    let profits = (0..rivals).map(|rival| game.profit(0, game.joint(&[action, rival])));
    profits.sum::<f64>() / rivals as f64 / (1.0 - 0.95)
}

#[test]
fn one_sided_game_matches_calvano_et_al() {
    let market = Market::symmetric(2, 1).unwrap();
    let grid = PriceGrid::rescaled(1.47293, 1.92498, 15, 0.1).unwrap();
    assert_close(grid.prices()[0], 1.427725);
    assert_close(grid.prices()[1], 1.46647214);
    assert_close(grid.prices()[14], 1.970185);
    let game = MarketGame::new(&market, &MarketGrids::shared(2, &[grid])).unwrap();
    assert_eq!(
        (game.actions(), game.joint_actions()),
        ([15, 15].as_slice(), 225)
    );
    for (actions, profits) in [
        ([0, 0], [0.20354698, 0.20354698]),
        ([0, 14], [0.35187673, 0.09114460]),
        ([14, 14], [0.33598585, 0.33598585]),
        ([6, 9], [0.35023715, 0.25873941]),
    ] {
        let joint = game.joint(&actions);
        assert_eq!(joint, 15 * actions[0] + actions[1]);
        assert_close(game.profit(0, joint), profits[0]);
        assert_close(game.profit(1, joint), profits[1]);
    }
    for (action, value) in [(0, 5.78979409), (4, 6.27801690), (14, 4.11119880)] {
        assert_close(initial_value(&game, action), value);
    }
    assert_eq!(game.pure_nash(), [game.joint(&[1, 1]), game.joint(&[2, 2])]);
}

#[test]
fn two_sided_game_with_four_prices_per_side() {
    let market = Market::builder(2, 2)
        .cross_externality(0.1)
        .build()
        .unwrap();
    let benchmarks = Benchmarks::of(&market).unwrap();
    let rules = [GridRule::rescaled(4), GridRule::rescaled(4)];
    let competitive = &benchmarks.competition.outcome.prices;
    let collusive = &benchmarks.collusion.outcome.prices;
    let grids = MarketGrids::from_rules(&rules, competitive, collusive).unwrap();
    for platform in 0..2 {
        for grid in grids.platform(platform) {
            let expected = [1.33731060, 1.55743971, 1.77756882, 1.99769793];
            for (price, expected) in grid.prices().iter().zip(expected) {
                assert_close(*price, expected);
            }
        }
    }
    let game = MarketGame::new(&market, &grids).unwrap();
    assert_eq!(game.actions(), [16, 16]);
    assert!(game.several_fixed_points().is_empty());
    // action = 4 i_1 + i_2
    let prices = game.prices(0, 4 * 3 + 1);
    assert_close(prices[0], 1.99769793);
    assert_close(prices[1], 1.55743971);
    for (actions, profits) in [
        ([0, 0], [0.32778390, 0.32778390]),
        ([0, 15], [0.61356749, 0.09153644]),
        ([5, 10], [0.75466185, 0.36572431]),
        ([15, 15], [0.69730648, 0.69730648]),
        ([3, 12], [0.37258858, 0.37258858]),
    ] {
        let joint = game.joint(&actions);
        assert_close(game.profit(0, joint), profits[0]);
        assert_close(game.profit(1, joint), profits[1]);
    }
    for (action, value) in [
        (0, 10.10078767),
        (5, 12.28698134),
        (10, 10.47637317),
        (15, 6.88687259),
    ] {
        assert_close(initial_value(&game, action), value);
    }
    let nash: Vec<_> = game
        .pure_nash()
        .iter()
        .map(|&joint| game.actions_of(joint))
        .collect();
    assert_eq!(nash, [[0, 0], [1, 1], [4, 4], [5, 5]]);
}
