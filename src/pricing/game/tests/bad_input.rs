use crate::pricing::{
    PricingError,
    game::{GridRule, MarketGame, MarketGrids, PriceGrid},
    market::{BySide, Market},
};

fn message(grid: Result<PriceGrid, PricingError>) -> String {
    grid.unwrap_err().to_string()
}

#[test]
fn invalid_grids_are_rejected() {
    let empty = "a price grid with 0 prices: give at least 1";
    assert_eq!(message(PriceGrid::fixed(Vec::new())), empty);
    assert_eq!(message(PriceGrid::range(1.0, 2.0, 0)), empty);
    assert_eq!(
        message(PriceGrid::fixed(vec![1.0, f64::NAN])),
        "prices[1] is NaN: give a finite number"
    );
    assert_eq!(
        message(PriceGrid::fixed(vec![1.0, 1.5, 1.5])),
        "prices[2] = 1.5 is not above prices[1] = 1.5: list prices in ascending order, each once"
    );
    assert_eq!(
        message(PriceGrid::range(f64::NEG_INFINITY, 2.0, 3)),
        "low is -inf: give a finite number"
    );
    for high in [1.0, 0.5, 1.0 + f64::EPSILON] {
        let text = message(PriceGrid::range(1.0, high, 4));
        assert!(text.contains("too narrow"), "{text}");
    }
    assert!(message(PriceGrid::range(1.0, 2.0, usize::MAX)).contains("give at most"));
    assert!(message(PriceGrid::rescaled(1.5, f64::NAN, 3, 0.1)).starts_with("the collusive price"));
    assert!(message(PriceGrid::rescaled(1.5, 1.9, 3, -0.5)).starts_with("xi is -0.5"));
    // Ends so far apart that their distance overflows.
    assert!(PriceGrid::range(-1e308, 1e308, 3).is_err());
}

#[test]
fn a_single_price_is_the_midpoint_even_without_width() {
    assert_eq!(
        PriceGrid::rescaled(1.5, 1.5, 1, 0.1).unwrap().prices(),
        [1.5]
    );
    assert_eq!(PriceGrid::range(1.0, 2.0, 1).unwrap().prices(), [1.5]);
}

#[test]
fn grids_are_checked_when_deserialized() {
    let read = |text: &str| serde_json::from_str::<PriceGrid>(text);
    assert_eq!(read("[1.0, 2.0]").unwrap().prices(), [1.0, 2.0]);
    assert!(read("[]").is_err() && read("[2.0, 1.0]").is_err());
    let rule = |text: &str| toml::from_str::<std::collections::BTreeMap<String, GridRule>>(text);
    let rules = rule("grid = { rule = \"rescaled\", points = 15 }").unwrap();
    assert_eq!(rules["grid"], GridRule::rescaled(15));
    assert!(rule("grid = { rule = \"range\", low = 1.0, high = 2.0 }").is_err());
    let unknown = rule("grid = { rule = \"prices\", prices = [1.0], points = 3 }");
    assert!(unknown.unwrap_err().to_string().contains("points"));
}

#[test]
fn grids_for_another_market_are_rejected() {
    let market = Market::symmetric(2, 2).unwrap();
    let grid = PriceGrid::fixed(vec![1.5]).unwrap();
    let message = |grids: MarketGrids| MarketGame::new(&market, &grids).unwrap_err().to_string();
    assert_eq!(
        message(MarketGrids::shared(3, &[grid.clone(), grid.clone()])),
        "3 lists of price grids for platforms, but there are 2: give one for each"
    );
    assert_eq!(
        message(MarketGrids::shared(2, &[grid])),
        "1 price grids of platform 0 for sides, but there are 2: give one for each"
    );
    let prices = BySide::uniform(2, &[1.5, 1.5]);
    let rules = [GridRule::rescaled(3)];
    assert!(MarketGrids::from_rules(&rules, &prices, &prices).is_err());
}

#[test]
fn a_game_larger_than_memory_is_rejected_with_its_size() {
    let market = Market::symmetric(4, 2).unwrap();
    let grid = PriceGrid::range(1.0, 2.0, 15).unwrap();
    let grids = MarketGrids::shared(4, &[grid.clone(), grid]);
    let error = MarketGame::new(&market, &grids).unwrap_err();
    assert_eq!(
        error.to_string(),
        "4 platforms with [225, 225, 225, 225] actions have 2.563e9 joint actions, and their \
         profits take 8.201e10 bytes, above the limit of 1073741824: use fewer prices per side"
    );
    // A number of actions that overflows.
    let market = Market::symmetric(1, 16).unwrap();
    let grid = PriceGrid::range(1.0, 2.0, 100).unwrap();
    let grids = MarketGrids::shared(1, &vec![grid; 16]);
    let error = MarketGame::new(&market, &grids).unwrap_err();
    assert!(
        matches!(error, PricingError::GameTooLarge { .. }),
        "{error}"
    );
}
