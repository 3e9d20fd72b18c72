//! Goodness of fit of random graphs on a few nodes.

use std::collections::HashMap;

/// Checks by a chi-square test that `draw` has the distribution `probability` on its `outcomes`
/// possible graphs, all of which must occur.
///
/// Chi-square is approximately normal with mean `outcomes − 1` and twice that variance; five
/// deviations are allowed.
pub(super) fn assert_law(
    draws: usize,
    mut draw: impl FnMut() -> Vec<[usize; 2]>,
    probability: impl Fn(&[[usize; 2]]) -> f64,
    outcomes: usize,
) {
    let mut counts: HashMap<Vec<[usize; 2]>, usize> = HashMap::new();
    for _ in 0..draws {
        *counts.entry(draw()).or_default() += 1;
    }
    assert_eq!(counts.len(), outcomes, "{counts:?}");
    let total: f64 = counts.keys().map(|graph| probability(graph)).sum();
    assert!(
        (total - 1.0).abs() < 1e-12,
        "probabilities add up to {total}"
    );
    let chi_square: f64 = counts
        .iter()
        .map(|(graph, &count)| {
            let expected = draws as f64 * probability(graph);
            (count as f64 - expected).powi(2) / expected
        })
        .sum();
    let freedom = (outcomes - 1) as f64;
    let allowed = freedom + 5.0 * (2.0 * freedom).sqrt();
    assert!(
        chi_square < allowed,
        "chi-square {chi_square}, allowed {allowed}"
    );
}
