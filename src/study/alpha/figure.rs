use super::{AlphaStudy, AlphaStudyResults, Case};
use crate::{
    overparam::theory::Optimiser,
    report::{Chart, Figure, Series, Spread},
};

/// The curves of a study: training and test loss, and beside them those of the closed form where
/// there is one.
pub fn figure(study: &AlphaStudy, results: &AlphaStudyResults) -> Figure {
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

fn measured(study: &AlphaStudy, results: &AlphaStudyResults, title: &str, metric: &str) -> Chart {
    let series = cases(study).map(|(colour, case)| {
        let curve = results.curve(case, metric);
        let point = |&(epoch, m): &(usize, crate::report::MeanStd)| (time(study, epoch), m.mean);
        Series {
            label: study.config().label(case),
            colour,
            points: curve.iter().map(point).collect(),
            spread: Spread::Band(curve.iter().filter_map(|(_, m)| m.std).collect()),
        }
    });
    chart(study, title, series.collect())
}

fn predicted(study: &AlphaStudy, results: &AlphaStudyResults) -> Chart {
    let series = cases(study).filter_map(|(colour, case)| {
        let one = results.predictions.iter().find(|one| one.case == case)?;
        let losses = one.train_loss.iter().zip(1..);
        Some(Series {
            label: study.config().label(case),
            colour,
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
        x_label: match study.config().optimiser {
            Optimiser::Gd => "step of gradient descent".into(),
            Optimiser::Sgd { .. } => "epoch".into(),
        },
        y_label: format!("{}, log scale", study.problem().loss),
        log_y: true,
        series,
    }
}

/// Steps of gradient descent, or epochs.
fn time(study: &AlphaStudy, epoch: usize) -> f64 {
    match study.config().optimiser {
        Optimiser::Gd => study.config().steps(epoch) as f64,
        Optimiser::Sgd { .. } => epoch as f64,
    }
}

fn cases(study: &AlphaStudy) -> impl Iterator<Item = (usize, Case)> {
    study.config().cases().into_iter().enumerate()
}
