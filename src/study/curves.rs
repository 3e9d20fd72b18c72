use std::path::Path;

use crate::{
    report::{Chart, Figure, Series, Spread},
    study::StudyError,
    train::History,
};

/// Draws the metrics of a training by epoch to `curves.svg` and `curves.png`, with separate panels
/// for samples and losses.
pub(super) fn write_curves(
    directory: &Path,
    title: &str,
    subtitle: &str,
    history: &History,
) -> Result<(), StudyError> {
    let Some(first) = history.epochs().first() else {
        return Ok(());
    };
    let names: Vec<String> = first.values.keys().cloned().collect();
    let (losses, judged): (Vec<&String>, Vec<&String>) =
        names.iter().partition(|name| name.starts_with("running_"));
    let mut panels = Vec::new();
    if !judged.is_empty() {
        panels.extend(chart(history, ["Samples", "score"], &judged).by_scale());
    }
    panels.extend(chart(history, ["Training", "loss"], &losses).by_scale());
    let figure = Figure {
        title: title.into(),
        subtitle: subtitle.into(),
        panels,
    };
    figure.write(directory, "curves")?;
    Ok(())
}

/// Draws metrics of a history by epoch, with a title and the name of the values.
pub(super) fn chart(history: &History, [title, values]: [&str; 2], names: &[&String]) -> Chart {
    let series = names.iter().enumerate().map(|(color, name)| Series {
        label: name.replace("running_", "").replace('_', " "),
        color,
        points: history
            .series(name)
            .into_iter()
            .map(|(epoch, value)| (epoch as f64, value))
            .collect(),
        spread: Spread::None,
    });
    Chart {
        title: title.into(),
        x_label: "epoch".into(),
        y_label: values.into(),
        log_y: false,
        series: series.collect(),
    }
}
