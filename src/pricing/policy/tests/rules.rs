use proptest::prelude::*;

use crate::pricing::{
    equilibrium::Benchmarks,
    game::{MarketGame, MarketGrids, PriceGrid},
    market::Market,
    policy::{
        AnyPolicy, BenchmarkCap, HiddenPrices, NoPolicy, Penalty, PenaltyForm, Policy, PriceCap,
    },
};

fn duopoly() -> (MarketGame, Benchmarks) {
    let market = Market::builder(2, 2)
        .cross_externality(0.1)
        .build()
        .unwrap();
    let grid = PriceGrid::range(1.25, 2.0, 4).unwrap();
    let game = MarketGame::new(&market, &MarketGrids::shared(2, &[grid.clone(), grid])).unwrap();
    (game, Benchmarks::of(&market).unwrap())
}

#[test]
fn penalties_follow_their_formulas() {
    let (game, benchmarks) = duopoly();
    let competition = &benchmarks.competition.outcome;
    let at = competition.prices[(0, 0)];
    // Platform 0 sets 1.5 and 1.75, platform 1 sets 1.25 (below competition) and 2.
    let joint = game.joint(&[4 + 2, 3]);
    let excess = [1.5 - at + 1.75 - at, 2.0 - at];
    let levels = |form| {
        Penalty::new(form, 1.0)
            .unwrap()
            .levels(&game, &benchmarks, joint)
    };
    let close = |found: Vec<f64>, expected: [f64; 2]| {
        let pairs = found.iter().zip(expected);
        assert!(
            pairs.clone().all(|(x, y)| (x - y).abs() < 1e-12),
            "{found:?} {expected:?}"
        );
    };
    close(levels(PenaltyForm::ExcessPrice), excess);
    close(
        levels(PenaltyForm::SquaredExcessPrice),
        excess.map(|h| h * h),
    );
    close(
        levels(PenaltyForm::JointExcessPrice),
        [excess[0].min(excess[1]); 2],
    );
    let over = [0, 1].map(|i| (game.profit(i, joint) - competition.profits[i]).max(0.0));
    close(levels(PenaltyForm::ExcessProfit), over);
    assert!(over.iter().any(|&h| h > 0.0));
}

#[test]
fn competition_is_not_penalized() {
    let (game, benchmarks) = duopoly();
    for form in PenaltyForm::ALL {
        let penalty = Penalty::new(form, 3.0).unwrap();
        let told = |joint| {
            penalty
                .learning_rewards(&game, &benchmarks, joint)
                .unwrap()
                .unwrap()
        };
        // The lowest prices are below competition on both sides.
        assert_eq!(told(0), game.profits_of(0));
        let high = game.joint_actions() - 1;
        for platform in 0..2 {
            assert!(told(high)[platform] < game.profit(platform, high));
        }
    }
}

#[test]
fn invalid_policies_are_reported() {
    let message = |lambda| {
        Penalty::new(PenaltyForm::ExcessPrice, lambda)
            .unwrap_err()
            .to_string()
    };
    assert!(message(-1.0).starts_with("lambda is -1"));
    assert!(message(f64::NAN).starts_with("lambda is NaN"));
    let (game, _) = duopoly();
    let cap = |caps: &[f64]| {
        let cap = PriceCap::new(caps.to_vec());
        cap.and_then(|cap| cap.apply(game.grids()))
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        cap(&[f64::INFINITY, 1.0]),
        "a price cap of 1 on side 1 excludes all prices of platform 0: its lowest is 1.25; raise \
         the cap or extend the grid"
    );
    assert_eq!(
        cap(&[1.5]),
        "1 price caps, but the market has 2 sides: give one for each"
    );
    assert!(cap(&[1.5, f64::NAN]).starts_with("the price cap of side 1 is NaN"));
    let other = Benchmarks::of(&Market::symmetric(2, 1).unwrap()).unwrap();
    let penalty = Penalty::new(PenaltyForm::ExcessPrice, 1.0).unwrap();
    let error = penalty
        .learning_rewards(&game, &other, 0)
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("benchmarks of 2 prices for a market of 4"),
        "{error}"
    );
}

#[test]
fn policies_are_read_from_files() {
    #[derive(serde::Deserialize)]
    struct File {
        try_: AnyPolicy,
    }
    let read = |text: &str| toml::from_str::<File>(&format!("try_ = {text}")).map(|f| f.try_);
    let penalty = Penalty::new(PenaltyForm::SquaredExcessPrice, 0.5).unwrap();
    for (text, expected) in [
        ("{ policy = \"none\" }", NoPolicy::default().into()),
        (
            "{ policy = \"hidden_prices\" }",
            HiddenPrices::default().into(),
        ),
        (
            "{ policy = \"benchmark_cap\", share = 0.25 }",
            BenchmarkCap { share: 0.25 }.into(),
        ),
        (
            "{ policy = \"penalty\", form = \"squared_excess_price\", lambda = 0.5 }",
            penalty.into(),
        ),
        (
            "{ policy = \"price_cap\", caps = [1.5, inf] }",
            PriceCap::new(vec![1.5, f64::INFINITY]).unwrap().into(),
        ),
    ] {
        assert_eq!(read(text).unwrap(), expected);
        #[derive(serde::Serialize)]
        struct Out<'a> {
            try_: &'a AnyPolicy,
        }
        let text = toml::to_string(&Out { try_: &expected }).unwrap();
        assert_eq!(toml::from_str::<File>(&text).unwrap().try_, expected);
    }
    for (wrong, part) in [
        (
            "{ policy = \"penalty\", form = \"excess_price\", lambda = -0.5 }",
            "lambda is -0.5",
        ),
        (
            "{ policy = \"penalty\", form = \"excess_price\", lamda = 0.5 }",
            "unknown field `lamda`",
        ),
        ("{ policy = \"price_cap\", caps = [nan] }", "side 0 is NaN"),
        ("{ policy = \"tax\" }", "\"tax\" is unknown"),
    ] {
        let error = read(wrong).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
}

proptest! {
    #[test]
    fn a_cap_keeps_exactly_the_prices_below(caps in prop::collection::vec(1.25..2.5_f64, 2)) {
        let (game, _) = duopoly();
        let capped = PriceCap::new(caps.clone()).unwrap().apply(game.grids()).unwrap();
        for platform in 0..2 {
            for (side, cap) in caps.iter().enumerate() {
                let all = game.grids().platform(platform)[side].prices();
                let kept = capped.platform(platform)[side].prices();
                let count = all.iter().filter(|&price| price <= cap).count();
                prop_assert_eq!(kept, &all[..count]);
            }
        }
    }
}
