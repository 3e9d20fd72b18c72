use super::Rehearsal;
use crate::{
    overparam::{
        advisor::{Advice, PredictedPoint},
        theory::{CalibratedRate, Rate},
    },
    report::{Chart, Figure, Series, Spread},
};

/// Number of points of the theorem's curves.
const POINTS: u32 = 60;

/// Losses below this share of the first are left out: training in single precision stops earlier,
/// and hundreds of decades would hide the rest.
const LEAST_SHARE: f64 = 1e-16;

/// Draws the predicted curves, the theorem's curves, and the measured ones.
pub(super) fn figure(title: &str, advice: &Advice, measured: Option<&Rehearsal>) -> Figure {
    let mut panels = Vec::new();
    if !advice.curves.is_empty() {
        panels.push(predicted(advice, "predicted training loss", |point| {
            Some(point.loss)
        }));
        let held_out = predicted(advice, "predicted loss on held-out rows", |point| {
            point.held_out
        });
        if held_out.series.iter().any(|one| !one.points.is_empty()) {
            panels.push(held_out);
        }
    }
    panels.extend(theorem(advice));
    if let Some(measured) = measured {
        panels.push(compared(advice, measured));
    }
    let budget = advice.budget;
    let expected = match advice.expected_epochs {
        Some([from, to]) if from < to => format!(
            ", expect {from} to {to} epochs to {} % of the first loss",
            100.0 * advice.target
        ),
        _ => String::new(),
    };
    Figure {
        title: format!("Advice: use α = {}{expected}", advice.alpha),
        subtitle: format!(
            "{title}; {} samples, width {}, depth {}, step {:.3e}",
            advice.data.samples, budget.width, budget.depth, advice.step
        ),
        panels,
    }
}

fn predicted(advice: &Advice, title: &str, loss: impl Fn(&PredictedPoint) -> Option<f64>) -> Chart {
    // The decrease in the first epochs would compress the rest of the picture.
    let first = advice.budget.epochs / 100;
    let curves = advice.curves.iter().enumerate();
    let series = curves.map(|(color, curve)| {
        let points = curve.points.iter().filter(|point| point.epoch >= first);
        let points = points.filter_map(|point| Some((point.epoch as f64, loss(point)?)));
        let least = LEAST_SHARE * curve.points.first().map_or(0.0, |point| point.loss);
        let points = points.filter(|&(_, loss)| loss >= least);
        line(format!("α = {}", curve.alpha), color, points.collect())
    });
    Chart {
        title: match first {
            0 => title.into(),
            _ => format!("{title}, from epoch {first} on"),
        },
        x_label: "epoch".into(),
        y_label: "mean squared error, log scale".into(),
        log_y: true,
        series: series.collect(),
    }
}

/// The theorem's rate with a constant, and the axis on which it is drawn.
struct Shape {
    rate: CalibratedRate,
    source: String,
    x_label: &'static str,
    /// End of the axis.
    last: f64,
    /// Steps of the rate per unit of the axis.
    steps: f64,
}

impl Shape {
    /// Takes the constant from the run, or from the prediction for ReLU or the recommended slope.
    /// If it is unknown, time is in units of ReLU's bound.
    fn new(advice: &Advice) -> Option<Self> {
        let in_epochs = |alpha, decrease, source| {
            let rate = Rate::from_decrease(decrease).ok()?;
            Some(Self {
                rate: CalibratedRate::from_run(alpha, rate, 1.0).ok()?,
                source,
                x_label: "epoch",
                last: advice.budget.epochs as f64,
                steps: 1.0,
            })
        };
        let slopes = || advice.slopes.iter();
        if let Some((alpha, run)) = slopes().find_map(|one| Some((one.alpha, one.calibrated?))) {
            return in_epochs(alpha, run.decrease, "constant from the run".into());
        }
        for alpha in [0.0, advice.alpha] {
            let slope = slopes().find(|slope| slope.alpha == alpha);
            let decrease = slope.and_then(|slope| slope.predicted?.decrease);
            if let Some(decrease) = decrease {
                let source = format!("constant from the prediction for α = {alpha}");
                return in_epochs(alpha, decrease, source);
            }
        }
        let per_step = 1e-3;
        let rate = Rate::from_decrease(per_step).ok()?;
        Some(Self {
            rate: CalibratedRate::from_run(0.0, rate, 1.0).ok()?,
            source: "constant unknown".into(),
            x_label: "time, in units of the decrease of ReLU's bound to 1/e",
            last: 5.0,
            steps: 1.0 / per_step,
        })
    }
}

/// Draws γ(α)^t.
fn theorem(advice: &Advice) -> Option<Chart> {
    let shape = Shape::new(advice)?;
    let slopes = advice.slopes.iter().enumerate();
    let series = slopes.map(|(color, slope)| {
        let rate = shape.rate.rate(slope.alpha).ok()?;
        let times = (0..=POINTS).map(|k| shape.last * f64::from(k) / f64::from(POINTS));
        let points = times.map(|time| (time, rate.remaining(time * shape.steps)));
        let points = points.filter(|&(_, share)| share >= LEAST_SHARE);
        let label = format!("α = {}", slope.alpha);
        Some(line(label, color, points.collect()))
    });
    Some(Chart {
        title: format!("the theorem's curve ({})", shape.source),
        x_label: shape.x_label.into(),
        y_label: "remaining share of the loss, log scale".into(),
        log_y: true,
        series: series.collect::<Option<_>>()?,
    })
}

/// Draws predicted and measured losses of the recommended slope.
fn compared(advice: &Advice, measured: &Rehearsal) -> Chart {
    let last = measured.points.last().map_or(0.0, |point| point.epoch);
    let curve = advice.curves.iter().find(|one| one.alpha == measured.alpha);
    let predicted = curve.map_or(&[][..], |curve| &curve.points);
    // From the first to the last evaluation of the run.
    let first = measured.points.get(1).map_or(0.0, |point| point.epoch);
    let during = |epoch: f64| (first..=last).contains(&epoch);
    let predicted = predicted.iter().filter(|point| during(point.epoch as f64));
    let training = predicted
        .clone()
        .map(|point| (point.epoch as f64, point.loss));
    let held_out = predicted.filter_map(|point| Some((point.epoch as f64, point.held_out?)));
    let points = measured.points.iter().filter(|point| during(point.epoch));
    let measured_training = points.clone().map(|point| (point.epoch, point.loss));
    let measured_held_out = points.filter_map(|point| Some((point.epoch, point.held_out?)));
    let series = [
        line("training, predicted".into(), 0, training.collect()),
        line("training, measured".into(), 1, measured_training.collect()),
        line("held out, predicted".into(), 2, held_out.collect()),
        line("held out, measured".into(), 3, measured_held_out.collect()),
    ];
    Chart {
        title: format!("α = {}: prediction and run", measured.alpha),
        x_label: "epoch".into(),
        y_label: "mean squared error, log scale".into(),
        log_y: true,
        series: series
            .into_iter()
            .filter(|series| !series.points.is_empty())
            .collect(),
    }
}

fn line(label: String, color: usize, points: Vec<(f64, f64)>) -> Series {
    Series {
        label,
        color,
        points,
        spread: Spread::None,
    }
}
