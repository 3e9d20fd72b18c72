use super::GanStudyConfig;
use crate::{
    generative::GraphGeneratorConfig,
    report::{Chart, Figure, Series, Spread},
    study::{ModelStudy, StudyError},
    train::History,
};

/// Draws the training curves `curves.svg` and `curves.png`, with scores of critic and samples.
pub(super) fn write_curves<G: GraphGeneratorConfig>(
    study: &ModelStudy<GanStudyConfig<G>>,
    history: &History,
) -> Result<(), StudyError> {
    if history.is_empty() {
        return Ok(());
    }
    let iterations = study.config().iterations as f64;
    let chart = |title: &str, y_label: &str, metrics: &[String]| {
        let series = metrics.iter().enumerate().map(|(color, metric)| Series {
            label: metric.replace("running_", "").replace('_', " "),
            color,
            points: history
                .series(metric)
                .into_iter()
                .map(|(epoch, value)| (epoch as f64 * iterations, value))
                .collect(),
            spread: Spread::None,
        });
        Chart {
            title: title.into(),
            x_label: "iteration".into(),
            y_label: y_label.into(),
            log_y: false,
            series: series.collect(),
        }
    };
    let critic = ["running_real_score", "running_fake_score"].map(str::to_owned);
    let judged: Vec<String> = history.epochs()[0]
        .values
        .keys()
        .filter(|name| !name.starts_with("running_"))
        .cloned()
        .collect();
    let figure = Figure {
        title: "Adversarial training".into(),
        subtitle: study.provenance().title.clone(),
        panels: (chart("samples", "score", &judged).by_scale().into_iter())
            .chain([chart("critic", "mean score", &critic)])
            .collect(),
    };
    figure.write(study.directory(), "curves")?;
    Ok(())
}
