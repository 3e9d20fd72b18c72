use std::path::Path;

use crate::{
    report::Figure,
    study::{StudyError, curves::chart},
    train::{History, likelihood::LikelihoodTrainer},
};

/// Draws the training curves `curves.svg` and `curves.png`.
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
    let mut panels = Vec::new();
    if names.contains(&nll) {
        let held_out = ["Held-out graphs", "−log probability (nats)"];
        panels.push(chart(history, held_out, &[&nll]));
    }
    let judged: Vec<&String> = judged.collect();
    if !judged.is_empty() {
        panels.push(chart(history, ["Samples", "share"], &judged));
    }
    let figure = Figure {
        title: "Training by maximum likelihood".into(),
        subtitle: subtitle.into(),
        panels,
    };
    figure.write(directory, "curves")?;
    Ok(())
}
