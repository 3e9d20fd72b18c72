//! Comparison with scipy and numpy; `tests/data/divergence.json` records their versions and how the
//! file was made.

use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
struct Golden {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    source: Vec<f64>,
    generated: Vec<f64>,
    wasserstein: f64,
    kl_published: Vec<(usize, f64)>,
    kl_smoothed: Vec<(usize, f64)>,
    kl_density: Option<f64>,
    kl_counts: f64,
}

#[test]
fn agrees_with_scipy_and_numpy() {
    let text = include_str!("../../../tests/data/divergence.json");
    let golden: Golden = serde_json::from_str(text).unwrap();
    assert_eq!(golden.cases.len(), 7);
    for case in golden.cases {
        let close = |found: f64, expected: f64, what: &str| {
            let allowed = 1e-9 * (1.0 + expected.abs());
            assert!(
                (found - expected).abs() < allowed,
                "{what} of {}: {found}, not {expected}",
                case.name
            );
        };
        let (source, generated) = (&case.source, &case.generated);
        let found = wasserstein(source, generated).unwrap();
        close(found, case.wasserstein, "W1");
        if let Some(expected) = case.kl_density {
            let found = kl_density(source, generated, DENSITY_POINTS).unwrap();
            close(found, expected, "KL of densities");
        }
        let found = kl_counts(source, generated).unwrap();
        // Bins that are empty in both samples contain 1e-10 there.
        assert!((found - case.kl_counts).abs() < 1e-6, "{}", case.name);
        for &(edges, expected) in &case.kl_published {
            let found = kl_published(source, generated, edges).unwrap();
            close(found, expected, "published KL");
        }
        for &(edges, expected) in &case.kl_smoothed {
            let found = kl_smoothed(source, generated, edges).unwrap();
            close(found, expected, "smoothed KL");
        }
    }
}
