use proptest::prelude::*;

use super::random::markets;
use crate::pricing::market::{BySide, Market, Outcome};

fn message(text: &str) -> String {
    Market::from_toml_str(text).unwrap_err().to_string()
}

#[test]
fn omitted_settings_are_those_of_the_baseline() {
    let read = Market::from_toml_str("platforms = 3\nsides = 2").unwrap();
    assert_eq!(read, Market::symmetric(3, 2).unwrap());
    let number = (
        read.quality(2, 1),
        read.cost(0, 0),
        read.heterogeneity(1),
        read.outside(0),
    );
    assert_eq!(number, (2.0, 1.0, 0.25, 0.0));
    assert_eq!(read.externality(0, 1), 0.0);
}

#[test]
fn one_number_one_per_side_and_one_per_platform_are_the_same() {
    let market = |cost: &str| {
        Market::from_toml_str(&format!("platforms = 2\nsides = 2\ncost = {cost}")).unwrap()
    };
    assert_eq!(market("1"), market("[1.0, 1]"));
    assert_eq!(market("1.0"), market("[[1.0, 1.0], [1.0, 1.0]]"));
    let built = Market::builder(2, 2)
        .cost([[1.0, 0.5], [0.75, 1.0]])
        .build()
        .unwrap();
    assert_eq!(market("[[1.0, 0.5], [0.75, 1.0]]"), built);
    assert!(!built.is_symmetric() && market("[1.0, 0.5]").is_symmetric());
}

#[test]
fn mistakes_in_a_file_are_named() {
    assert_eq!(
        message("platforms = 2\nsides = 1\nqualty = 2.0"),
        "not a market file: line 3: unknown field `qualty`, expected one of `platforms`, `sides`, \
         `quality`, `cost`, `heterogeneity`, `outside`, `externality`"
    );
    let missing = message("sides = 1");
    assert!(missing.contains("missing field `platforms`"), "{missing}");
    let text = message("platforms = 2\nsides = 1\ncost = \"low\"");
    assert!(
        text.starts_with("not a market file: line 3: expected a number, a list"),
        "{text}"
    );
    assert!(message("platforms = -1\nsides = 1").contains("line 1"));
    assert!(message("platforms = 2 2").contains("line 1"));
    assert_eq!(
        message("platforms = 2\nsides = 1\ncost = nan"),
        "cost is NaN: give a finite number"
    );
}

#[test]
fn an_outcome_is_read_back_from_json() {
    let market = Market::symmetric(2, 2).unwrap();
    let outcome = market.outcome(&BySide::uniform(2, &[1.5, 1.25])).unwrap();
    let text = serde_json::to_string(&outcome).unwrap();
    assert!(
        text.contains(r#""prices":[[1.5,1.25],[1.5,1.25]]"#),
        "{text}"
    );
    let back: Outcome = serde_json::from_str(&text).unwrap();
    assert_eq!(back.prices, outcome.prices);
    assert!(serde_json::from_str::<BySide>("[[1.0], [1.0, 2.0]]").is_err());
}

proptest! {
    #[test]
    fn a_market_is_read_back_from_toml(market in markets(true)) {
        let text = market.to_toml().unwrap();
        prop_assert_eq!(Market::from_toml_str(&text).unwrap(), market);
    }
}
