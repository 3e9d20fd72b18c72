use super::{PartResult, Variant, published::published_shrink};
use crate::{
    overparam::theory::{CalibratedRate, Rate, squared_gap},
    report::{Chart, Figure, MeanStd, Series, Spread, Table},
    study::CaseResult,
};

/// The figure like 2.2 and its table: measured rates over α, the theorem's shape through the rate at
/// α = 0, and the closed form.
pub(super) struct Rates {
    title: String,
    subtitle: String,
    cases: Vec<CaseResult>,
    /// C₀.
    shrink: f64,
    /// The theorem's rate, calibrated at α = 0 by equation 2.17; none without that slope.
    calibrated: Option<CalibratedRate>,
}

impl Rates {
    pub(super) fn of(part: &PartResult) -> Self {
        let mut cases = part.results.by_case(part.study.config());
        cases.sort_by(|a, b| a.case.alpha.total_cmp(&b.case.alpha));
        let shrink = published_shrink(part.part.variant == Some(Variant::Housing));
        let relu = cases.iter().find(|case| case.case.alpha == 0.0);
        let calibrated = relu.and_then(|case| {
            let rate = Rate::from_decrease(case.decrease?.mean).ok()?;
            CalibratedRate::from_run(0.0, rate, shrink).ok()
        });
        Self {
            title: part.part.title(),
            subtitle: part.study.summary(),
            cases,
            shrink,
            calibrated,
        }
    }

    fn theorem(&self, alpha: f64) -> Option<f64> {
        Some(self.calibrated?.rate(alpha).ok()?.decrease())
    }

    pub(super) fn figure(&self) -> Figure {
        let scaled = |value: f64| 1e5 * value;
        let measured: Vec<(f64, MeanStd)> = self
            .cases
            .iter()
            .filter_map(|case| Some((case.case.alpha, case.decrease?)))
            .collect();
        let predicted = self.cases.iter().filter_map(|case| {
            let decrease = case.predicted_decrease?;
            Some((case.case.alpha, scaled(decrease)))
        });
        let lowest = self.cases.first().map_or(-10.0, |case| case.case.alpha);
        let highest = self.cases.last().map_or(0.5, |case| case.case.alpha);
        const POINTS: i32 = 400;
        let fine =
            (0..=POINTS).map(|at| lowest + (highest - lowest) * f64::from(at) / f64::from(POINTS));
        let series = vec![
            Series {
                label: "measured, mean ± s.d.".into(),
                colour: 0,
                points: measured
                    .iter()
                    .map(|(alpha, m)| (*alpha, scaled(m.mean)))
                    .collect(),
                spread: Spread::Bars(
                    measured
                        .iter()
                        .map(|(_, m)| scaled(m.std.unwrap_or(f64::NAN)))
                        .collect(),
                ),
            },
            Series {
                label: "theorem's shape C g(α), C from α = 0".into(),
                colour: 1,
                points: fine
                    .filter_map(|alpha| Some((alpha, scaled(self.theorem(alpha)?))))
                    .collect(),
                spread: Spread::None,
            },
            Series {
                label: "closed form at infinite width".into(),
                colour: 2,
                points: predicted.collect(),
                spread: Spread::None,
            },
        ];
        Figure {
            title: self.title.clone(),
            subtitle: self.subtitle.clone(),
            panels: vec![Chart {
                title: "share of the loss that a step takes".into(),
                x_label: "slope α".into(),
                y_label: "(1 − γ̂) · 10⁵".into(),
                log_y: false,
                series,
            }],
        }
    }

    pub(super) fn table(&self) -> Table {
        let number = |value: Option<f64>| {
            value.map_or("–".to_owned(), |value| format!("{:.0}", 1e5 * value))
        };
        let relu = self.cases.iter().find(|case| case.case.alpha == 0.0);
        let relu = relu.and_then(|case| Some(case.decrease?.mean));
        let rows = self.cases.iter().map(|case| {
            let measured = case.decrease.map(|decrease| decrease.mean);
            let over = |value: Option<f64>, base: Option<f64>| match (value, base) {
                (Some(value), Some(base)) => format!("{:.2}", value / base),
                _ => "–".into(),
            };
            let alpha = case.case.alpha;
            vec![
                alpha.to_string(),
                format!("{:.3}", squared_gap(alpha)),
                case.decrease.map_or("–".into(), |decrease| {
                    let scaled = MeanStd {
                        mean: 1e5 * decrease.mean,
                        std: decrease.std.map(|std| 1e5 * std),
                        count: decrease.count,
                    };
                    format!("{scaled:.0}")
                }),
                number(self.theorem(alpha)),
                number(case.predicted_decrease),
                over(measured, relu),
            ]
        });
        let head = [
            "α",
            "g(α)",
            "measured",
            "theorem's shape",
            "closed form",
            "measured over α = 0",
        ];
        Table {
            title: format!("{}: (1 − γ̂) · 10⁵ per step", self.title),
            head: head.map(str::to_owned).to_vec(),
            rows: rows.collect(),
            notes: vec![format!(
                "{}. The theorem's shape goes through the measured rate at α = 0, times C₀ = {} as in \
                 the chapter; its constant is not known otherwise.",
                self.subtitle, self.shrink
            )],
        }
    }

    /// Whether the measured rates have the theorem's shape.
    pub(super) fn findings(&self) -> Vec<String> {
        let best = self.cases.iter().filter_map(|case| {
            let decrease = case.decrease?.mean;
            Some((case.case.alpha, decrease))
        });
        let rates: Vec<_> = best.collect();
        let rate = |alpha: f64| rates.iter().find(|(at, _)| *at == alpha).map(|(_, r)| *r);
        let mut sentences = Vec::new();
        if let Some((alpha, _)) = rates.iter().max_by(|a, b| a.1.total_cmp(&b.1)) {
            sentences.push(format!(
                "The loss falls fastest at α = {alpha}; the theorem says α = −1."
            ));
        }
        if let (Some(minus_one), Some(relu)) = (rate(-1.0), rate(0.0)) {
            sentences.push(format!(
                "At α = −1 a step takes {:.2} times the share of the loss that it takes at α = 0. The \
                 theorem's shape says 2: a bound, which need not be reached.",
                minus_one / relu
            ));
        }
        sentences
    }
}
