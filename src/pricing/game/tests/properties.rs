use proptest::{collection::vec, prelude::*};

use crate::pricing::{
    game::{GridRule, MarketGame, MarketGrids, PriceGrid, pure_nash::pure_nash},
    market::{BySide, Market},
};

fn grid(prices: &[f64]) -> PriceGrid {
    PriceGrid::fixed(prices.to_vec()).unwrap()
}

#[test]
fn a_side_with_one_price_shifts_profit_by_a_constant() {
    let own = grid(&[1.4, 1.6, 1.8, 2.0]);
    let one = Market::symmetric(2, 1).unwrap();
    let one = MarketGame::new(&one, &MarketGrids::shared(2, std::slice::from_ref(&own))).unwrap();
    let two = Market::symmetric(2, 2).unwrap();
    let side = two.only(0).unwrap();
    assert_eq!(side.sides(), 2);
    let two = MarketGame::new(&two, &MarketGrids::shared(2, &[own, grid(&[1.5])])).unwrap();
    assert_eq!(two.actions(), one.actions());
    let constant = 0.5 * two.outcome(0).unwrap().participation[(0, 1)];
    for joint in 0..one.joint_actions() {
        for platform in 0..2 {
            let shift = two.profit(platform, joint) - one.profit(platform, joint);
            assert!(
                (shift - constant).abs() < 1e-12,
                "{shift} is not {constant}"
            );
        }
    }
    assert_eq!(two.pure_nash(), one.pure_nash());
}

#[test]
fn platforms_may_have_different_grids() {
    let market = Market::builder(3, 2)
        .cross_externality(0.1)
        .build()
        .unwrap();
    let grids = MarketGrids::per_platform(vec![
        vec![grid(&[1.2, 1.4]), grid(&[1.1, 1.3, 1.5])],
        vec![grid(&[1.6]), grid(&[1.0, 2.0])],
        vec![grid(&[1.2, 1.3, 1.4]), grid(&[1.7])],
    ]);
    let game = MarketGame::new(&market, &grids).unwrap();
    assert_eq!(game.actions(), [6, 2, 3]);
    assert_eq!(game.joint_actions(), 36);
    for joint in 0..36 {
        let actions = game.actions_of(joint);
        assert_eq!(joint, actions[0] * 6 + actions[1] * 3 + actions[2]);
        assert_eq!(game.joint(&actions), joint);
        let outcome = game.outcome(joint).unwrap();
        for (platform, &action) in actions.iter().enumerate() {
            assert_eq!(
                game.prices(platform, action),
                outcome.prices.platform(platform)
            );
            assert_eq!(game.profit(platform, joint), outcome.profits[platform]);
        }
    }
    assert_eq!(game.prices(0, 4), [1.4, 1.3]);
    assert_eq!(game.prices(1, 1), [1.6, 2.0]);
}

#[test]
fn joint_actions_with_several_participations_are_flagged() {
    let market = Market::builder(2, 1).externality(&[[0.8]]).build().unwrap();
    let game = MarketGame::new(&market, &MarketGrids::shared(2, &[grid(&[1.5, 2.0, 6.0])]));
    let game = game.unwrap();
    let flagged = game.several_fixed_points();
    assert!(flagged.contains(&game.joint(&[0, 0])), "{flagged:?}");
    // At a price that nobody pays, one platform and one participation remain.
    assert!(!flagged.contains(&game.joint(&[2, 2])), "{flagged:?}");
    for &joint in flagged {
        let found = market.fixed_points(&game.joint_prices(joint)).unwrap();
        assert!(found.are_several());
    }
}

#[test]
fn rescaled_grids_surround_the_benchmarks_of_each_platform() {
    let competitive = BySide::from_rows(&[[1.5], [1.2]]).unwrap();
    let collusive = BySide::from_rows(&[[1.9], [1.1]]).unwrap();
    let rules = [GridRule::Rescaled {
        points: 3,
        xi: 0.25,
    }];
    let grids = MarketGrids::from_rules(&rules, &competitive, &collusive).unwrap();
    let expected = [[1.4, 1.7, 2.0], [1.075, 1.15, 1.225]];
    for (platform, expected) in expected.into_iter().enumerate() {
        let prices = grids.platform(platform)[0].prices();
        assert!(
            prices
                .iter()
                .zip(expected)
                .all(|(p, q)| (p - q).abs() < 1e-12),
            "{prices:?}"
        );
    }
}

proptest! {
    #[test]
    fn pure_nash_equilibria_match_the_definition(
        (sizes, profits) in vec(1..4_usize, 1..4).prop_flat_map(|sizes| {
            let cells = sizes.iter().product::<usize>() * sizes.len();
            (Just(sizes), vec(0..5_i32, cells))
        })
    ) {
        let profit = |platform: usize, joint: usize| {
            f64::from(profits[joint * sizes.len() + platform])
        };
        let digits = |joint: usize| {
            let mut rest = joint;
            let mut digits: Vec<usize> = sizes.iter().rev().map(|size| {
                let digit = rest % size;
                rest /= size;
                digit
            }).collect();
            digits.reverse();
            digits
        };
        let joint_actions: usize = sizes.iter().product();
        let expected: Vec<usize> = (0..joint_actions).filter(|&joint| {
            (0..joint_actions).all(|other| {
                let (here, there) = (digits(joint), digits(other));
                let moved: Vec<usize> = (0..sizes.len()).filter(|&i| here[i] != there[i]).collect();
                moved.len() != 1 || profit(moved[0], other) <= profit(moved[0], joint)
            })
        }).collect();
        prop_assert_eq!(pure_nash(&sizes, profit), expected);
    }

    #[test]
    fn grids_are_equally_spaced_and_keep_their_ends(
        low in -2.0..2.0_f64, width in 0.01..3.0_f64, points in 2..40_usize,
    ) {
        let grid = PriceGrid::range(low, low + width, points).unwrap();
        prop_assert_eq!(grid.len(), points);
        let step = width / (points - 1) as f64;
        for (index, price) in grid.prices().iter().enumerate() {
            prop_assert!((price - (low + index as f64 * step)).abs() < 1e-12);
        }
    }
}
