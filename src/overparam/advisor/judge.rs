//! Chooses a slope and explains the choice in sentences.

use super::{
    Advisor, Budget, DataSummary, HeldOut, Merged, Predicted, RunEpochs, SlopeAdvice, text,
};
use crate::overparam::{InputMap, infinite_width::Reach, theory::Optimizer};

/// Losses that differ by less than this share count as equal.
const TIE: f64 = 0.01;

/// Measured epochs to a hundredth of the loss at width 1,000 and depth 3, as multiples of the
/// prediction at infinite width for all rows: on 10 of 14 real tables; three took longer.
pub(super) const FINITE: [f64; 2] = [1.1, 4.5];
/// Epochs of other initial weights, as multiples of those of a run that reached the target.
const REACHED: [f64; 2] = [0.6, 1.7];
/// Same for the epochs extrapolated from a run that ended before. Training slows down, so the range
/// of the prediction at infinite width counts too.
const EXTRAPOLATED: [f64; 2] = [0.7, 2.5];
/// A network with at least this many neurons per row follows the prediction.
const NEURONS_PER_ROW: usize = 1000;

pub(super) fn expected_epochs(
    best: &SlopeAdvice,
    data: &DataSummary,
    advisor: &Advisor,
    epochs: u64,
) -> Option<[u64; 2]> {
    let (rows, budget) = (data.samples, advisor.budget);
    let predicted = best.predicted?;
    if unreachable(data, advisor.target * predicted.initial_loss) {
        return None;
    }
    if budget.width >= NEURONS_PER_ROW * rows {
        return Some([epochs, epochs]);
    }
    Some(FINITE.map(|share| (share * epochs as f64).round() as u64))
}

/// Returns the range of epochs expected from a run; the numbers of epochs are those predicted for the
/// rows of the run and for all rows.
pub(super) fn from_run(run: RunEpochs, [part, all]: [u64; 2]) -> Option<[u64; 2]> {
    let epochs = run.to_target.filter(|epochs| *epochs < 1e15)?;
    // All rows take longer than those of the run.
    let epochs_of_all = epochs * all as f64 / part.max(1) as f64;
    let range = |shares: [f64; 2], epochs: f64| shares.map(|share| (share * epochs).round() as u64);
    if epochs <= run.length {
        return Some(range(REACHED, epochs_of_all));
    }
    let [from, to] = range(EXTRAPOLATED, epochs_of_all);
    Some([from.max(all), to.max(range(FINITE, all as f64)[1])])
}

/// Returns the epochs to the target that are predicted for a slope.
pub(super) fn predicted_epochs(slope: &SlopeAdvice) -> Option<u64> {
    match slope.predicted?.epochs_to_target {
        Reach::After { steps } => Some(steps),
        _ => None,
    }
}

/// Whether rows that are the same input have targets so different that no network reaches this loss
/// over all rows.
pub(super) fn unreachable(data: &DataSummary, target: f64) -> bool {
    data.merged
        .is_some_and(|merged| merged.irreducible >= target)
}

/// Losses below this share of the first count as zero.
const NOTHING: f64 = 1e-16;

/// Returns the slope that reaches the target first within the budget, or else the one with the
/// smallest loss at its end. Ties, and slopes without predictions, are resolved by the largest gap.
/// `None` if there are no slopes.
pub(super) fn best(slopes: &[SlopeAdvice], budget: Budget) -> Option<&SlopeAdvice> {
    let first = slopes.iter().min_by(|a, b| {
        let key = |slope: &SlopeAdvice| match &slope.predicted {
            Some(predicted) => (epochs_within(predicted, budget), left(predicted)),
            None => (0, -slope.squared_gap),
        };
        let (a, b) = (key(a), key(b));
        a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
    })?;
    let as_good = slopes.iter().filter(|slope| tie(first, slope, budget));
    as_good.max_by(|a, b| a.squared_gap.total_cmp(&b.squared_gap))
}

/// Returns the other slopes that are predicted to perform as well as `best`.
pub(super) fn tied(best: &SlopeAdvice, slopes: &[SlopeAdvice], budget: Budget) -> Vec<f64> {
    let others = slopes.iter().filter(|slope| slope.alpha != best.alpha);
    let tied = others.filter(|slope| slope.predicted.is_some() && tie(best, slope, budget));
    tied.map(|slope| slope.alpha).collect()
}

fn tie(a: &SlopeAdvice, b: &SlopeAdvice, budget: Budget) -> bool {
    let (Some(one), Some(other)) = (&a.predicted, &b.predicted) else {
        return a.squared_gap == b.squared_gap;
    };
    let [epochs, others] = [one, other].map(|predicted| epochs_within(predicted, budget));
    match (epochs, others) {
        (u64::MAX, u64::MAX) => {
            let [a, b] = [left(one), left(other)];
            (a - b).abs() <= TIE * a.max(b)
        }
        (u64::MAX, _) | (_, u64::MAX) => false,
        (a, b) => a.abs_diff(b) as f64 <= TIE * a.max(b) as f64,
    }
}

/// Returns the share of the loss that is left at the end of the budget.
fn left(predicted: &Predicted) -> f64 {
    (predicted.final_loss / predicted.initial_loss).max(NOTHING)
}

/// Returns the epochs to the target, or a number larger than any budget.
fn epochs_within(predicted: &Predicted, budget: Budget) -> u64 {
    match predicted.epochs_to_target {
        Reach::After { steps } if steps <= budget.epochs => steps,
        _ => u64::MAX,
    }
}

pub(super) fn reasons(best: &SlopeAdvice, slopes: &[SlopeAdvice], budget: Budget) -> Vec<String> {
    let mut reasons = Vec::new();
    if let Some(predicted) = &best.predicted {
        let tied: Vec<String> = tied(best, slopes, budget)
            .iter()
            .map(f64::to_string)
            .collect();
        let tied = match tied.is_empty() {
            true => String::new(),
            false => format!(
                "; alpha = {} with it",
                match &tied[..] {
                    [one] => format!("{one} ties"),
                    all => format!("{} tie", all.join(", ")),
                }
            ),
        };
        reasons.push(match epochs_within(predicted, budget) {
            u64::MAX => format!(
                "on these data its predicted training loss after {} epochs is the smallest, \
                 {}{tied}",
                budget.epochs,
                text::number(predicted.final_loss)
            ),
            epochs => format!(
                "on these data it is predicted to reach the target first, after {epochs} epochs at \
                 infinite width{tied}"
            ),
        });
    }
    let largest = slopes.iter().map(|slope| slope.squared_gap);
    let largest = largest.fold(f64::NEG_INFINITY, f64::max);
    reasons.push(match best.squared_gap == largest {
        true => format!(
            "its jump of the slope is the largest of these, g = {}, so the theorem's rate is the \
             best",
            text::number(largest)
        ),
        false => format!(
            "the theorem alone would choose the largest g, {}, not {}: its bound covers the worst \
             case, while the prediction is for these data",
            text::number(largest),
            text::number(best.squared_gap)
        ),
    });
    if held_out(best).is_some() && better_on_held_out(best, slopes).is_none() {
        reasons.push(format!(
            "on held-out rows no slope is predicted to be better by more than {} %",
            100.0 * TIE
        ));
    }
    reasons
}

fn held_out(slope: &SlopeAdvice) -> Option<HeldOut> {
    slope.predicted.and_then(|predicted| predicted.held_out)
}

/// Returns the slope with the smallest loss on held-out rows, if it is clearly below that of
/// `best`.
fn better_on_held_out(best: &SlopeAdvice, slopes: &[SlopeAdvice]) -> Option<(f64, HeldOut)> {
    let own = held_out(best)?.best_loss;
    let all = slopes
        .iter()
        .filter_map(|slope| Some((slope.alpha, held_out(slope)?)));
    all.min_by(|a, b| a.1.best_loss.total_cmp(&b.1.best_loss))
        .filter(|(_, other)| other.best_loss < (1.0 - TIE) * own)
}

pub(super) fn against(
    best: &SlopeAdvice,
    slopes: &[SlopeAdvice],
    data: &DataSummary,
    map: InputMap,
) -> Vec<String> {
    let mut against = Vec::new();
    if best.alpha == -1.0 && map.added_coordinates() == 0 && data.one_orthant != Some(true) {
        against.push(format!(
            "with alpha = -1 and no constant coordinate the network is even, N(x) = N(-x): it \
             cannot distinguish x from -x{}; add a constant coordinate, or use alpha = -2",
            match data.one_orthant {
                Some(_) => ", and these data change signs",
                None => "",
            }
        ));
    }
    if let (Some(own), Some((alpha, other))) = (held_out(best), better_on_held_out(best, slopes)) {
        against.push(format!(
            "on held-out rows alpha = {alpha} is predicted to be better: {} at epoch {}, and this \
             slope {} at epoch {}",
            text::number(other.best_loss),
            text::count(other.best_epoch),
            text::number(own.best_loss),
            text::count(own.best_epoch)
        ));
    }
    if let Some(merged) = data
        .merged
        .filter(|merged| 2 * merged.coinciding > merged.rows)
    {
        against.push(format!(
            "of {} rows only {} are different inputs: features that distinguish the others are \
             missing or were left out",
            merged.rows, data.samples
        ));
    }
    if best.squared_gap > 1.0 {
        against.push(
            "late in training, the theorem's bound on new data grows faster for larger g: a fast \
             slope needs early stopping"
                .into(),
        );
    }
    against
}

pub(super) fn stop(best: &SlopeAdvice, budget: Budget) -> String {
    let Some(held_out) = held_out(best) else {
        return "where the loss on rows that you hold out is smallest: the theorem's bound on new data \
                grows with the number of steps, and its constants are unknown"
            .into();
    };
    let (epochs, best) = (budget.epochs as f64, held_out.best_epoch);
    let losses = format!(
        "{} there, {} at the end of the budget",
        text::number(held_out.best_loss),
        text::number(held_out.final_loss)
    );
    match (best <= epochs, best >= 9.9 * epochs) {
        (true, _) => format!(
            "around epoch {}, where the predicted loss on held-out rows is smallest ({losses})",
            text::count(best)
        ),
        (_, true) => format!(
            "at the end of the budget: the predicted loss on held-out rows still falls at ten \
             times as many epochs ({losses})"
        ),
        _ => format!(
            "at the end of the budget: the predicted loss on held-out rows is smallest later, \
             around epoch {} ({losses})",
            text::count(best)
        ),
    }
}

fn coinciding(merged: Merged, distinct: usize) -> String {
    let Merged {
        rows,
        coinciding,
        by_length,
        difference,
        irreducible,
        ..
    } = merged;
    let targets = match difference > 0.0 {
        false => "with equal targets".to_owned(),
        true => format!(
            "with targets that differ by up to {} and are averaged: no network can distinguish \
             such rows, which adds {} to the mean loss over all rows",
            text::number(difference),
            text::number(irreducible)
        ),
    };
    let lengths = match by_length {
        0 => String::new(),
        _ => format!(
            "; {by_length} of them differ only in the length of the row, which this input map \
             discards and raw-constant keeps"
        ),
    };
    format!(
        "{coinciding} of {rows} rows are the same input to the network as an earlier one, \
         {targets}; the advice is for the {distinct} different inputs{lengths}"
    )
}

pub(super) fn notes(best: &SlopeAdvice, data: &DataSummary, advisor: &Advisor) -> Vec<String> {
    let (budget, n) = (advisor.budget, data.samples);
    let mut notes = Vec::new();
    if let Some(measured) = data.measured.filter(|measured| measured.compared < n) {
        notes.push(format!(
            "the separation was measured on {} random rows of {n}; that of all rows is not larger",
            measured.compared
        ));
    }
    if let Some(merged) = data.merged {
        notes.push(coinciding(merged, n));
    }
    if data.separation > 1.0 {
        notes.push(
            "the theorems assume a separation below 1; here they are evaluated at 1".to_string(),
        );
    }
    if matches!(advisor.input_map, InputMap::Raw | InputMap::RawWithConstant) {
        notes.push("the theorems assume inputs of norm 1; these inputs are not scaled".into());
    }
    if let Some([train, held_out]) = data.analyzed {
        notes.push(format!(
            "the prediction is for an infinitely wide network under squared loss, averaged over \
             its initial weights, from {train} of {n} rows{}; eigenvalues are scaled to all rows",
            match held_out {
                0 => String::new(),
                _ => format!(", with {held_out} others held out"),
            }
        ));
        if train + held_out < n {
            notes.push(format!(
                "{train} rows represent {n}: the slow directions of the others are missing, so \
                 small losses are reached later than predicted, and held-out losses are for \
                 training on {train} rows"
            ));
        }
        // Measured: 5 times at width 25 n, 3 times at 100 n, for a hundredth of the loss.
        if budget.width < NEURONS_PER_ROW * n {
            notes.push(format!(
                "width {} is not infinite compared with {n} rows: early losses are close to the \
                 prediction; late in training {} to {} times as many epochs were needed at width \
                 1000 on most tables, and more if rows are close together; calibrate with a run",
                budget.width, FINITE[0], FINITE[1]
            ));
        }
        if let Optimizer::Sgd { .. } = budget.optimizer {
            notes.push(
                "for SGD the prediction is the mean over batches, without their noise, and the \
                 largest step is that of a few random batches"
                    .into(),
            );
        }
    }
    let width = best.theorem.required_width;
    notes.push(format!(
        "the theorem requires a width of {} with a constant of 1, {} times this one: bounds \
         compare settings, and much narrower networks train well",
        text::number(width),
        text::number(width / budget.width as f64)
    ));
    if data.analyzed.is_none() {
        notes.push(
            "without data only the theorems are used: the step and the epochs are for constants of \
             1 and only compare slopes; pass data for absolute numbers"
                .into(),
        );
    }
    notes
}
