use crate::pricing::{
    analysis::{
        Deviation, DeviationAction, DeviationLength, Deviators, ImpulseResponse, ResponseEstimate,
        Strategies,
    },
    environment::ActionHistory,
    game::{MarketGame, MarketGrids, NormalFormGame, PriceGrid},
    market::Market,
    session::LimitCycle,
};

const DELTA: f64 = 0.9;

/// Two prices each; the high one is 1, and both platforms earn more with it.
fn game() -> MarketGame {
    let market = Market::symmetric(2, 1).unwrap();
    let grid = PriceGrid::fixed(vec![1.5, 1.9]).unwrap();
    MarketGame::new(&market, &MarketGrids::shared(2, &[grid])).unwrap()
}

fn grim() -> [Vec<u32>; 2] {
    [vec![0, 0, 0, 1], vec![0, 0, 0, 1]]
}

fn respond(
    market: &MarketGame,
    strategies: &[Vec<u32>],
    start: usize,
    deviation: &Deviation,
) -> ImpulseResponse {
    let game: NormalFormGame = market.to_normal_form().unwrap();
    let history = ActionHistory::new(&game, 1).unwrap();
    let cycle = LimitCycle::new(&game, history, strategies, start);
    let strategies = Strategies::new(&game, history, strategies).unwrap();
    ImpulseResponse::new(market, &strategies, &cycle, &[DELTA; 2], deviation, (2, 4)).unwrap()
}

fn prices(response: &ImpulseResponse, platform: usize) -> Vec<f64> {
    let path = response.path.iter();
    path.map(|period| period.prices[(platform, 0)]).collect()
}

#[test]
fn grim_trigger_punishes_forever() {
    let game = game();
    let deviation = Deviation::static_best_reply(0);
    let response = respond(&game, &grim(), 3, &deviation);
    assert_eq!(prices(&response, 0), [1.9, 1.9, 1.5, 1.5, 1.5, 1.5]);
    assert_eq!(prices(&response, 1), [1.9, 1.9, 1.9, 1.5, 1.5, 1.5]);
    assert_eq!(response.path[2].profits, game.profits_of(1));
    let stay = game.profit(0, 3) / (1.0 - DELTA);
    let leave = game.profit(0, 1) + DELTA / (1.0 - DELTA) * game.profit(0, 0);
    let [gain] = response.gains[..] else {
        panic!("{:?}", response.gains)
    };
    assert!((gain.absolute - (leave - stay)).abs() < 1e-12 && gain.absolute < 0.0);
    assert!((gain.relative - (leave / stay - 1.0)).abs() < 1e-12);

    // A permanent deviation is the same as one of one period here, and so is a cut of any size.
    for (action, length) in [
        (DeviationAction::Fixed(0), DeviationLength::Permanent),
        (DeviationAction::Fixed(0), DeviationLength::Periods(3)),
        (
            DeviationAction::PriceCut(vec![1]),
            DeviationLength::Periods(1),
        ),
        (
            DeviationAction::PriceCut(vec![9]),
            DeviationLength::Permanent,
        ),
    ] {
        let by = Deviators::One(0);
        let other = respond(&game, &grim(), 3, &Deviation { by, action, length });
        assert_eq!(other.path, response.path);
        assert!((other.gains[0].absolute - gain.absolute).abs() < 1e-12);
    }
}

#[test]
fn tit_for_tat_returns_after_a_joint_deviation() {
    let game = game();
    let tit_for_tat = [vec![0, 1, 0, 1], vec![0, 0, 1, 1]];
    let cut = |by, length| Deviation {
        by,
        action: DeviationAction::PriceCut(vec![1]),
        length,
    };
    let together = cut(Deviators::All, DeviationLength::Periods(2));
    let together = respond(&game, &tit_for_tat, 3, &together);
    assert_eq!(prices(&together, 0), [1.9, 1.9, 1.5, 1.5, 1.5, 1.5]);
    assert_eq!(together.gains.len(), 2);
    assert!((together.gains[0].absolute - together.gains[1].absolute).abs() < 1e-12);
    let alone = cut(Deviators::One(1), DeviationLength::Periods(1));
    let alone = respond(&game, &tit_for_tat, 3, &alone);
    assert_eq!(prices(&alone, 0), [1.9, 1.9, 1.9, 1.5, 1.9, 1.5]);
    assert_eq!(prices(&alone, 1), [1.9, 1.9, 1.5, 1.9, 1.5, 1.9]);
}

#[test]
fn paths_are_means_over_the_cycle() {
    let game = game();
    let tit_for_tat = [vec![0, 1, 0, 1], vec![0, 0, 1, 1]];
    // From (low, high), the platform with the low price alternates.
    let fixed = Deviation {
        by: Deviators::One(0),
        action: DeviationAction::Fixed(0),
        length: DeviationLength::Periods(1),
    };
    let response = respond(&game, &tit_for_tat, 1, &fixed);
    let middle = (1.5 + 1.9) / 2.0;
    assert_eq!(prices(&response, 0)[..3], [middle, middle, 1.5]);
    assert_eq!(prices(&response, 1)[..3], [middle; 3]);
    // In one of the two states, the strategy plays the low price anyway.
    assert_eq!(response.gains.len(), 1);
}

#[test]
fn a_price_cut_counts_steps_on_each_side() {
    let market = Market::symmetric(2, 2).unwrap();
    let grid = |points| PriceGrid::range(1.3, 1.9, points).unwrap();
    let game = MarketGame::new(&market, &MarketGrids::shared(2, &[grid(4), grid(3)])).unwrap();
    // Always the prices 2 and 1 of their grids: action 2 * 3 + 1.
    let always = [vec![7; 144], vec![7; 144]];
    let cut = |steps: &[usize]| Deviation {
        by: Deviators::One(1),
        action: DeviationAction::PriceCut(steps.to_vec()),
        length: DeviationLength::Periods(1),
    };
    for (steps, expected) in [
        ([1, 0], 4),
        ([0, 1], 6),
        ([1, 1], 3),
        ([9, 9], 0),
        ([2, 0], 1),
    ] {
        let response = respond(&game, &always, 0, &cut(&steps));
        assert_eq!(
            response.path[2].prices.platform(1),
            game.prices(1, expected)
        );
    }
}

#[test]
fn sessions_are_summarized_period_by_period() {
    let game = game();
    let tit_for_tat = [vec![0, 1, 0, 1], vec![0, 0, 1, 1]];
    let deviation = Deviation::static_best_reply(0);
    let both = [
        respond(&game, &grim(), 3, &deviation),
        respond(&game, &tit_for_tat, 3, &deviation),
    ];
    let found = ResponseEstimate::of(&both).unwrap();
    let means: Vec<f64> = found.prices.iter().map(|period| period[1].mean).collect();
    let halves: Vec<f64> = (0..6)
        .map(|period| (prices(&both[0], 1)[period] + prices(&both[1], 1)[period]) / 2.0)
        .collect();
    assert_eq!(means, halves);
    let gain = found.gain.unwrap();
    assert_eq!(gain.count, 2);
    assert!(
        (2.0 * gain.mean - both[0].gains[0].relative - both[1].gains[0].relative).abs() < 1e-12
    );
    assert_eq!(found.unprofitable, 1.0);
    assert!(ResponseEstimate::of(&[]).is_err());
}

#[test]
fn too_many_periods_are_rejected() {
    let market = game();
    let game: NormalFormGame = market.to_normal_form().unwrap();
    let history = ActionHistory::new(&game, 1).unwrap();
    let grim = grim();
    let cycle = LimitCycle::new(&game, history, &grim, 3);
    let strategies = Strategies::new(&game, history, &grim).unwrap();
    let respond = |length, periods| {
        let deviation = Deviation {
            length,
            ..Deviation::static_best_reply(0)
        };
        ImpulseResponse::new(
            &market,
            &strategies,
            &cycle,
            &[DELTA; 2],
            &deviation,
            periods,
        )
    };
    for (length, periods, part) in [
        (
            DeviationLength::Periods(usize::MAX),
            (1, 1),
            "periods of the deviation",
        ),
        (
            DeviationLength::Periods(1),
            (usize::MAX / 2, 3),
            "periods before",
        ),
        (
            DeviationLength::Periods(1),
            (3, usize::MAX),
            "periods from the deviation on",
        ),
    ] {
        let error = respond(length, periods).unwrap_err().to_string();
        assert!(
            error.contains(part) && error.contains("at most 1000000"),
            "{error}"
        );
    }
    assert!(respond(DeviationLength::Periods(1_000_000), (1, 1)).is_ok());
}
