use super::{AlphaStudy, AlphaStudyResults, Case};
use crate::{
    overparam::theory::Optimizer,
    report::{Chart, Figure, Series, Spread},
};

/// The curves of a study: training and test loss, and beside them those of the closed form where
/// there is one.
pub(super) fn figure(study: &AlphaStudy, results: &AlphaStudyResults) -> Figure {
    let mut panels = vec![
        measured(study, results, "training data", "train_loss"),
        measured(study, results, "test data", "test_loss"),
    ];
    if !results.predictions.is_empty() {
        panels.push(predicted(study, results));
    }
    Figure {
        title: "Which slope trains fastest?".into(),
        subtitle: study.summary(),
        panels,
    }
}

/// The training loss at the end against the step, for every step that a search has tried.
pub(super) fn search_figure(study: &AlphaStudy, results: &AlphaStudyResults) -> Figure {
    let series = cases(study).map(|(color, case)| {
        let of_case = results.tried.iter().filter(|tried| tried.case == case);
        let points = of_case.clone().filter_map(|tried| {
            // In powers of 2.
            Some((0.5 * f64::from(tried.power), tried.loss?))
        });
        let diverged = of_case.filter(|tried| tried.loss.is_none());
        let diverged = diverged.map(|tried| tried.step).reduce(f64::min);
        let label = study.config().label(case);
        Series {
            label: match diverged {
                Some(step) => format!("{label}, diverges at {step:.1e}"),
                None => label,
            },
            color,
            points: points.collect(),
            spread: Spread::None,
        }
    });
    Figure {
        title: "Which step is the best?".into(),
        subtitle: study.summary(),
        panels: vec![Chart {
            title: "training loss at the end".into(),
            x_label: "log₂ of the step over the common step".into(),
            y_label: format!("{}, log scale", study.problem().loss),
            log_y: true,
            series: series.collect(),
        }],
    }
}

fn measured(study: &AlphaStudy, results: &AlphaStudyResults, title: &str, metric: &str) -> Chart {
    let series = cases(study).map(|(color, case)| {
        let curve = results.curve(case, metric);
        let point = |&(epoch, m): &(usize, crate::report::MeanStd)| (time(study, epoch), m.mean);
        Series {
            label: study.config().label(case),
            color,
            points: curve.iter().map(point).collect(),
            spread: Spread::Band(curve.iter().filter_map(|(_, m)| m.std).collect()),
        }
    });
    chart(study, title, series.collect())
}

fn predicted(study: &AlphaStudy, results: &AlphaStudyResults) -> Chart {
    let series = cases(study).filter_map(|(color, case)| {
        let one = results.predictions.iter().find(|one| one.case == case)?;
        let losses = one.train_loss.iter().zip(1..);
        Some(Series {
            label: study.config().label(case),
            color,
            points: losses
                .map(|(&loss, epoch)| (time(study, epoch), loss))
                .collect(),
            spread: Spread::None,
        })
    });
    let title = "training data, closed form at infinite width";
    chart(study, title, series.collect())
}

fn chart(study: &AlphaStudy, title: &str, series: Vec<Series>) -> Chart {
    Chart {
        title: title.into(),
        x_label: match study.config().optimizer {
            Optimizer::Gd => "step of gradient descent".into(),
            Optimizer::Sgd { .. } => "epoch".into(),
        },
        y_label: format!("{}, log scale", study.problem().loss),
        log_y: true,
        series,
    }
}

/// Steps of gradient descent, or epochs.
fn time(study: &AlphaStudy, epoch: usize) -> f64 {
    match study.config().optimizer {
        Optimizer::Gd => study.config().steps(epoch) as f64,
        Optimizer::Sgd { .. } => epoch as f64,
    }
}

fn cases(study: &AlphaStudy) -> impl Iterator<Item = (usize, Case)> {
    study.config().cases().into_iter().enumerate()
}
