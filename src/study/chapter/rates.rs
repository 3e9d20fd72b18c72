use super::{PartResult, Variant, published::published_shrink};
use crate::{
    overparam::theory::{CalibratedRate, Rate, squared_gap},
    report::{Chart, Figure, MeanStd, Series, Spread, Table},
    study::CaseResult,
};

/// The figure like 2.2 and its table: measured rates over α, the theorem's shape through the rate
/// at α = 0, and the closed form.
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
        let measured = self.measured();
        let shape = |value: &dyn Fn(f64) -> Option<f64>| -> Vec<(f64, f64)> {
            let lowest = self.cases.first().map_or(-10.0, |case| case.case.alpha);
            let highest = self.cases.last().map_or(0.5, |case| case.case.alpha);
            let at = |k: i32| lowest + (highest - lowest) * f64::from(k) / f64::from(POINTS);
            (0..=POINTS)
                .filter_map(|k| Some((at(k), value(at(k))?)))
                .collect()
        };
        let relu = self.relu();
        let share = |value: f64, base: Option<f64>| Some(value / base?);
        let predicted_relu = relu.and_then(|case| case.predicted_decrease);
        let measured_relu = relu.and_then(|case| Some(case.decrease?.mean));
        let relative: Vec<_> = measured
            .iter()
            .filter_map(|(alpha, m)| Some((*alpha, share(m.mean, measured_relu)?)))
            .collect();
        let predicted = self.cases.iter().filter_map(|case| {
            let value = share(case.predicted_decrease?, predicted_relu)?;
            Some((case.case.alpha, value))
        });
        Figure {
            title: self.title.clone(),
            subtitle: self.subtitle.clone(),
            panels: vec![
                chart(
                    "share of the loss that a step takes",
                    "(1 − γ̂) · 10⁵",
                    vec![
                        Series {
                            label: "measured, mean ± s.d.".into(),
                            color: 0,
                            points: measured
                                .iter()
                                .map(|(alpha, m)| (*alpha, 1e5 * m.mean))
                                .collect(),
                            spread: Spread::Bars(
                                measured
                                    .iter()
                                    .map(|(_, m)| 1e5 * m.std.unwrap_or(f64::NAN))
                                    .collect(),
                            ),
                        },
                        line(
                            "theorem's shape C₀ C g(α), C from α = 0",
                            1,
                            shape(&|alpha| Some(1e5 * self.theorem(alpha)?)),
                        ),
                    ],
                ),
                chart(
                    "the same over its value for ReLU",
                    "(1 − γ̂(α)) / (1 − γ̂(0))",
                    vec![
                        line("measured", 0, relative),
                        line("theorem, g(α)", 1, shape(&|alpha| Some(squared_gap(alpha)))),
                        line("closed form at infinite width", 2, predicted.collect()),
                    ],
                ),
            ],
        }
    }

    fn measured(&self) -> Vec<(f64, MeanStd)> {
        self.cases
            .iter()
            .filter_map(|case| Some((case.case.alpha, case.decrease?)))
            .collect()
    }

    fn relu(&self) -> Option<&CaseResult> {
        self.cases.iter().find(|case| case.case.alpha == 0.0)
    }

    pub(super) fn table(&self) -> Table {
        let number = |value: Option<f64>| {
            value.map_or("–".to_owned(), |value| format!("{:.0}", 1e5 * value))
        };
        let relu = self.relu().and_then(|case| Some(case.decrease?.mean));
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
                 the dissertation; its constant is not known otherwise.",
                self.subtitle, self.shrink
            )],
        }
    }

    /// Whether the measured rates have the theorem's shape.
    pub(super) fn findings(&self) -> Vec<String> {
        let measured = self.measured().into_iter();
        let rates: Vec<_> = measured.map(|(alpha, m)| (alpha, m.mean)).collect();
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

/// Points of a curve that is a formula.
const POINTS: i32 = 400;

fn line(label: &str, color: usize, points: Vec<(f64, f64)>) -> Series {
    Series {
        label: label.into(),
        color,
        points,
        spread: Spread::None,
    }
}

fn chart(title: &str, y_label: &str, series: Vec<Series>) -> Chart {
    Chart {
        title: title.into(),
        x_label: "slope α".into(),
        y_label: y_label.into(),
        log_y: false,
        series,
    }
}
