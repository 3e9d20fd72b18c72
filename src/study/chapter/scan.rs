use super::PartResult;
use crate::{
    overparam::infinite_width::WidthCorrection,
    report::{Chart, Figure, Series, Spread, Table},
    study::CaseResult,
};

/// Rates of networks of several widths and depths.
pub(super) struct Scan<'a> {
    part: &'a PartResult,
    cases: Vec<CaseResult>,
}

impl<'a> Scan<'a> {
    pub(super) fn of(part: &'a PartResult) -> Self {
        let cases = part.results.by_case(part.study.config());
        Self { part, cases }
    }

    /// The rate over the width, a curve for each slope and depth, beside the rate over its value in the
    /// closed form, which does not depend on the width.
    pub(super) fn figure(&self) -> Figure {
        let config = self.part.study.config();
        let curve = |alpha: f64, depth: usize, relative: bool| -> Vec<(f64, f64)> {
            let cases = self
                .cases
                .iter()
                .filter(|case| case.case.alpha == alpha && case.case.depth == depth);
            cases
                .filter_map(|case| {
                    let decrease = case.decrease?.mean;
                    let value = match relative {
                        true => decrease / case.predicted_decrease?,
                        false => 1e5 * decrease,
                    };
                    Some((case.case.width as f64, value))
                })
                .collect()
        };
        let panel = |title: &str, y_label: &str, relative| {
            let mut series = Vec::new();
            for &alpha in &config.alphas {
                for &depth in &config.depths {
                    series.push(Series {
                        label: format!("α = {alpha}, L = {depth}"),
                        color: series.len(),
                        points: curve(alpha, depth, relative),
                        spread: Spread::None,
                    });
                }
            }
            Chart {
                title: title.into(),
                x_label: "width m".into(),
                y_label: y_label.into(),
                log_y: false,
                series,
            }
        };
        Figure {
            title: self.part.part.title(),
            subtitle: self.part.study.summary(),
            panels: vec![
                panel(
                    "share of the loss that a step takes",
                    "(1 − γ̂) · 10⁵",
                    false,
                ),
                panel(
                    "the same over the closed form at infinite width",
                    "measured / closed form",
                    true,
                ),
            ],
        }
    }

    pub(super) fn table(&self) -> Table {
        let text = |value: Option<f64>, decimals: usize| {
            value.map_or("–".to_owned(), |value| format!("{value:.decimals$}"))
        };
        let rows = self.cases.iter().map(|case| {
            let measured = case.decrease.map(|decrease| 1e5 * decrease.mean);
            vec![
                case.case.width.to_string(),
                case.case.depth.to_string(),
                case.case.alpha.to_string(),
                format!("{:.2e}", case.step),
                text(case.train_loss.map(|loss| loss.mean), 4),
                text(measured, 0),
                text(case.predicted_decrease.map(|value| 1e5 * value), 0),
            ]
        });
        let head = [
            "m",
            "L",
            "α",
            "η",
            "training loss, end",
            "(1 − γ̂) · 10⁵",
            "closed form",
        ];
        Table {
            title: self.part.part.title(),
            head: head.map(str::to_owned).to_vec(),
            rows: rows.collect(),
            notes: vec![format!("{}.", self.part.study.summary())],
        }
    }

    /// The fitted correction for finite width, with its error, and that of predicting the widest
    /// network from the others.
    fn correction(&self, alpha: f64, depth: usize) -> Option<String> {
        let mut runs: Vec<(usize, f64)> = self
            .cases
            .iter()
            .filter(|case| case.case.alpha == alpha && case.case.depth == depth)
            .filter_map(|case| {
                Some((
                    case.case.width,
                    case.decrease?.mean / case.predicted_decrease?,
                ))
            })
            .collect();
        runs.sort_by_key(|(width, _)| *width);
        let fitted = WidthCorrection::fit(&runs)?;
        let mut sentence = format!(
            "At α = {alpha} and L = {depth}, the rate is 1/(1 + √({:.0}/m)) times the closed form, \
             with an error of {:.0} %",
            fitted.scale,
            100.0 * fitted.error
        );
        let (&(widest, ratio), narrower) = runs.split_last()?;
        if let Some(narrow) = WidthCorrection::fit(narrower) {
            let off = 100.0 * (narrow.factor(widest) / ratio - 1.0);
            sentence += &format!("; the narrower networks predict m = {widest} {off:+.0} % off");
        }
        Some(format!("{sentence}."))
    }

    pub(super) fn findings(&self) -> Vec<String> {
        let config = self.part.study.config();
        let rate = |alpha: f64, width: usize, depth: usize| {
            let case = self.cases.iter().find(|case| {
                (case.case.alpha, case.case.width, case.case.depth) == (alpha, width, depth)
            })?;
            Some(case.decrease?.mean)
        };
        let (Some(&narrow), Some(&wide)) = (config.widths.iter().min(), config.widths.iter().max())
        else {
            return Vec::new();
        };
        let (Some(&flat), Some(&deep)) = (config.depths.iter().min(), config.depths.iter().max())
        else {
            return Vec::new();
        };
        let mut sentences = Vec::new();
        for &alpha in &config.alphas {
            for &depth in &config.depths {
                sentences.extend(self.correction(alpha, depth));
            }
            if let (Some(a), Some(b)) = (rate(alpha, narrow, deep), rate(alpha, wide, deep)) {
                sentences.push(format!(
                    "At α = {alpha} and L = {deep}, the rate grows {:.1} times from m = {narrow} to \
                     m = {wide}: narrow networks lack the directions that learn slowly.",
                    b / a
                ));
            }
            if let (Some(a), Some(b)) = (rate(alpha, wide, flat), rate(alpha, wide, deep)) {
                sentences.push(format!(
                    "At α = {alpha} and m = {wide}, L = {deep} has {:.2} times the rate of L = {flat} \
                     (the bound, at its own steps, says {:.3} times).",
                    b / a,
                    (flat as f64 / deep as f64).powi(2)
                ));
            }
        }
        sentences
    }
}
