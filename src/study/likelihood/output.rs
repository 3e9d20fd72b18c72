use std::path::Path;

use crate::{
    report::{Chart, Figure, Series, Spread},
    study::StudyError,
    train::{History, likelihood::LikelihoodTrainer},
};

/// Draws how the training went: `curves.svg` and `curves.png`.
pub(super) fn write_curves(
    directory: &Path,
    subtitle: &str,
    history: &History,
) -> Result<(), StudyError> {
    if history.is_empty() {
        return Ok(());
    }
    let nll = LikelihoodTrainer::NLL.to_lowercase();
    let names: Vec<String> = history.epochs()[0].values.keys().cloned().collect();
    let judged = names
        .iter()
        .filter(|name| !name.starts_with("running_") && **name != nll);
    let chart = |title: &str, y_label: &str, names: Vec<&String>| Chart {
        title: title.into(),
        x_label: "epoch".into(),
        y_label: y_label.into(),
        log_y: false,
        series: names
            .into_iter()
            .enumerate()
            .map(|(colour, name)| Series {
                label: name.replace("running_", "").replace('_', " "),
                colour,
                points: history
                    .series(name)
                    .into_iter()
                    .map(|(epoch, value)| (epoch as f64, value))
                    .collect(),
                spread: Spread::None,
            })
            .collect(),
    };
    let mut panels = Vec::new();
    if names.contains(&nll) {
        panels.push(chart(
            "Held-out graphs",
            "−log probability (nats)",
            vec![&nll],
        ));
    }
    let judged: Vec<&String> = judged.collect();
    if !judged.is_empty() {
        panels.push(chart("Samples", "share", judged));
    }
    let figure = Figure {
        title: "Training by maximum likelihood".into(),
        subtitle: subtitle.into(),
        panels,
    };
    figure.write(directory, "curves")?;
    Ok(())
}
