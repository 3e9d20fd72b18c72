//! Sentences on what a study found, made from its numbers.

use super::{Experiment, PartResult, published};
use crate::study::{CaseResult, Ranking};

/// Every row of Table 2.1 has this order.
const CHAPTER_ORDER: [f64; 4] = [-1.0, -2.0, 0.0, 0.05];

/// Whether the slopes of Table 2.1 are in the published order; none where not all are there.
pub(super) fn chapters_order(ranking: &Ranking) -> Option<bool> {
    let slopes = ranking.slopes.iter().map(|(alpha, _)| *alpha);
    let found: Vec<f64> = slopes
        .filter(|alpha| CHAPTER_ORDER.contains(alpha))
        .collect();
    (found.len() == CHAPTER_ORDER.len()).then(|| found == CHAPTER_ORDER)
}

/// What a study shows, in sentences.
pub(super) fn findings(part: &PartResult) -> Vec<String> {
    let mut sentences = Vec::new();
    let cases = part.results.by_case(part.study.config());
    if let Some(ranking) = Ranking::of(&cases) {
        sentences.extend(match chapters_order(&ranking) {
            Some(true) => Some("This is the published order, −1 < −2 < 0 < 0.05.".to_owned()),
            Some(false) => Some(format!(
                "The published order, −1 < −2 < 0 < 0.05, does **not** come out: α = {} is first.",
                ranking.slopes[0].0
            )),
            None => None,
        });
    }
    sentences.extend(beside_relu(&cases));
    if part.part.variant.is_none() && published(part.part.experiment).is_some() {
        sentences.extend(ratios(part.part.experiment, &cases));
    }
    sentences.extend(best_test(&cases));
    sentences
}

/// α = −1 beside ReLU.
fn beside_relu(cases: &[CaseResult]) -> Option<String> {
    let loss = |alpha: f64| {
        let case = cases.iter().find(|case| case.case.alpha == alpha)?;
        Some(case.train_loss?.mean)
    };
    let one_network = cases.iter().all(|case| {
        (case.case.width, case.case.depth) == (cases[0].case.width, cases[0].case.depth)
    });
    let share = loss(-1.0)? / loss(0.0)?;
    one_network.then(|| match share < 1.0 {
        true => format!(
            "α = −1 ends at {:.0} % of ReLU's training loss.",
            100.0 * share
        ),
        false => format!(
            "α = −1 ends at {share:.2} times ReLU's training loss: here it is the slower one."
        ),
    })
}

/// Losses at the end over that of α = −1, beside the published ones.
fn ratios(experiment: Experiment, cases: &[CaseResult]) -> Option<String> {
    let [row, _] = published(experiment)?;
    let loss = |alpha: f64| {
        let case = cases.iter().find(|case| case.case.alpha == alpha)?;
        Some(case.train_loss?.mean)
    };
    let (_, base, _) = *row.values.iter().find(|(alpha, ..)| *alpha == -1.0)?;
    let texts: Option<Vec<_>> = row
        .values
        .iter()
        .filter(|(alpha, ..)| *alpha != -1.0)
        .map(|&(alpha, mean, _)| {
            let found = loss(alpha)? / loss(-1.0)?;
            Some(format!(
                "α = {alpha}: {found:.2} (published {:.2})",
                mean / base
            ))
        })
        .collect();
    Some(format!(
        "Training loss over that of α = −1: {}.",
        texts?.join(", ")
    ))
}

fn best_test(cases: &[CaseResult]) -> Option<String> {
    let mut lows: Vec<_> = cases
        .iter()
        .filter_map(|case| Some((case.best_test_loss?.mean, case)))
        .collect();
    lows.sort_by(|a, b| a.0.total_cmp(&b.0));
    let rising: Vec<_> = cases
        .iter()
        .filter_map(|case| Some(case.test_loss?.mean > 1.02 * case.best_test_loss?.mean))
        .collect();
    let (low, case) = lows.first()?;
    let (high, _) = lows.last()?;
    let stop = match rising.iter().any(|rises| *rises) {
        true => "; test losses rise again before the end, so stop early",
        false => "",
    };
    Some(format!(
        "Smallest test loss on the way: {low:.3} (α = {}); the slopes lie between {low:.3} and \
         {high:.3}{stop}.",
        case.case.alpha
    ))
}
