use crate::pricing::{
    equilibrium::{Benchmarks, Verdict},
    market::Market,
};

fn verdict(market: Market) -> Verdict {
    Benchmarks::of(&market).unwrap().verdict()
}

#[test]
fn invalid_benchmarks_have_a_verdict() {
    let two_sided = |phi| {
        Market::builder(2, 2)
            .cross_externality(phi)
            .build()
            .unwrap()
    };
    assert_eq!(verdict(two_sided(0.1)), Verdict::Sound);
    // The cases that used to have no warning.
    assert_eq!(verdict(two_sided(0.45)), Verdict::NoJointMaximum);
    let strong = Benchmarks::of(&two_sided(0.6)).unwrap();
    assert_eq!(strong.verdict(), Verdict::NeitherHolds);
    assert!(!strong.warnings().is_empty());
    assert!(
        strong
            .verdict()
            .caveat()
            .unwrap()
            .contains("not an equilibrium")
    );
}

#[test]
fn profits_of_zero_have_a_verdict() {
    for cost in [5.0, 8.0, 40.0] {
        let market = Market::builder(2, 2)
            .quality(1.0)
            .cost(cost)
            .build()
            .unwrap();
        assert_eq!(verdict(market), Verdict::NoProfit, "{cost}");
    }
    // The small profits of a small market are not zero.
    let small = Market::builder(2, 1)
        .quality(2e-3)
        .cost(1e-3)
        .heterogeneity(2.5e-4)
        .build()
        .unwrap();
    assert_eq!(verdict(small), Verdict::Sound);
    assert_eq!(
        verdict(Market::builder(1, 1).build().unwrap()),
        Verdict::NothingToGain
    );
    assert_eq!(
        verdict(Market::builder(1, 2).build().unwrap()),
        Verdict::NothingToGain
    );
}

#[test]
fn messages_have_no_raw_numbers() {
    for phi in [0.45, 0.6, 1.0, 3.0] {
        let market = Market::builder(2, 2)
            .cross_externality(phi)
            .build()
            .unwrap();
        let Ok(found) = Benchmarks::of(&market) else {
            continue;
        };
        for line in found.warnings() {
            let long = line
                .split(|c: char| !c.is_ascii_digit())
                .map(str::len)
                .max();
            assert!(long.unwrap_or(0) <= 7, "{line}");
        }
    }
}
