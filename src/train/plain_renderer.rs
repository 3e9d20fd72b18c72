use std::{
    collections::HashMap,
    io::{IsTerminal, Write},
    time::{Duration, Instant},
};

use burn::train::{
    Interrupter,
    logger::{EvaluationProgressLogger, TrainingProgressLogger},
    metric::{MetricDefinition, MetricId, NumericEntry},
    renderer::{
        EvaluationName, MetricState, MetricsRenderer, MetricsRendererEvaluation,
        MetricsRendererTraining,
    },
};

/// A Burn [`MetricsRenderer`] for logs and pipes: one line per epoch with the metrics and the
/// remaining time.
///
/// ```text
/// α = -1 · epoch 20/50 · running loss 0.1744 · train loss 0.1692 · … · 3 s, 5 s left
/// ```
pub struct PlainRenderer {
    label: String,
    names: HashMap<MetricId, String>,
    /// Values at the end of the current epoch, in order of arrival.
    values: Vec<(String, f64)>,
    epochs: usize,
    first_epoch: usize,
    start: Instant,
    /// Width of the widest line part so far, to keep columns in place.
    widths: Vec<usize>,
    /// If `None`, nothing is shown.
    interrupter: Option<Interrupter>,
    /// The current part of the epoch, on a terminal.
    part: Option<Part>,
    epoch: usize,
    /// Metrics that are shown, in lower case; all if empty.
    shown: Vec<String>,
}

/// The progress of one part of an epoch, training or validation, on a line that is overwritten.
struct Part {
    name: String,
    total: usize,
    drawn: Option<Instant>,
}

/// Time between two updates of the progress within an epoch.
const REDRAW: Duration = Duration::from_millis(200);

impl PlainRenderer {
    /// Creates the renderer of a training that `interrupter` stops. An interrupted epoch gets no
    /// line.
    pub fn new(interrupter: Interrupter) -> Self {
        Self {
            interrupter: Some(interrupter),
            ..Self::hidden()
        }
    }

    /// Shows only the metrics with these names, to keep lines short; all if none are given.
    #[must_use]
    pub fn with_shown(mut self, names: &[String]) -> Self {
        self.shown = names.iter().map(|name| name.to_lowercase()).collect();
        self
    }

    /// Creates a renderer that shows nothing.
    pub fn hidden() -> Self {
        Self {
            label: String::new(),
            names: HashMap::new(),
            values: Vec::new(),
            epochs: 0,
            first_epoch: 1,
            start: Instant::now(),
            widths: Vec::new(),
            interrupter: None,
            part: None,
            epoch: 0,
            shown: Vec::new(),
        }
    }

    fn collect(&mut self, state: &MetricState, prefix: &str) {
        let MetricState::Numeric(entry, Some(NumericEntry::Final(value))) = state else {
            return;
        };
        if let Some(name) = self.names.get(&entry.metric_id) {
            let name = name.to_lowercase();
            if self.shown.is_empty() || self.shown.contains(&name) {
                self.values.push((format!("{prefix}{name}"), *value));
            }
        }
    }

    /// Overwrites the progress line.
    fn overwrite(&self, text: &str) {
        let mut stdout = std::io::stdout();
        // Moves to the start of the line and erases it.
        let _ = write!(stdout, "\r\x1b[K{text}");
        let _ = stdout.flush();
    }

    fn line(&mut self, epoch: usize, elapsed: f64) -> String {
        let mut parts = Vec::new();
        if !self.label.is_empty() {
            parts.push(self.label.clone());
        }
        let digits = self.epochs.to_string().len();
        parts.push(format!("epoch {epoch:>digits$}/{}", self.epochs));
        for (name, value) in self.values.drain(..) {
            parts.push(format!("{name} {}", significant(value)));
        }
        let done = (epoch + 1).saturating_sub(self.first_epoch).max(1) as f64;
        let left = elapsed / done * self.epochs.saturating_sub(epoch) as f64;
        parts.push(format!("{}, {} left", duration(elapsed), duration(left)));
        self.widths.resize(parts.len(), 0);
        let padded: Vec<String> = parts
            .iter()
            .zip(&mut self.widths)
            .map(|(part, width)| {
                *width = part.chars().count().max(*width);
                format!("{part:<width$}", width = *width)
            })
            .collect();
        padded.join(" · ").trim_end().to_owned()
    }
}

/// Progress as text, with a bar of 30 characters.
fn bar(done: usize, total: usize) -> String {
    const WIDTH: usize = 30;
    let done = done.min(total);
    let filled = (WIDTH * done).checked_div(total).unwrap_or(WIDTH);
    let (filled, rest) = ("#".repeat(filled), ".".repeat(WIDTH - filled));
    format!("{filled}{rest} {done}/{total}")
}

/// Formats four significant digits.
fn significant(value: f64) -> String {
    if !value.is_finite() || value == 0.0 {
        return value.to_string();
    }
    let magnitude = value.abs().log10().floor();
    match magnitude {
        -3.0..6.0 => format!("{value:.*}", (3.0 - magnitude).max(0.0) as usize),
        _ => format!("{value:.3e}"),
    }
}

fn duration(seconds: f64) -> String {
    let whole = seconds.round() as u64;
    match whole {
        0..60 => format!("{whole} s"),
        60..3600 => format!("{} min {:02} s", whole / 60, whole % 60),
        _ => format!("{} h {:02} min", whole / 3600, whole / 60 % 60),
    }
}

impl MetricsRendererTraining for PlainRenderer {
    fn update_train(&mut self, state: MetricState) {
        self.collect(&state, "running ");
    }

    fn update_valid(&mut self, state: MetricState) {
        self.collect(&state, "");
    }
}

impl TrainingProgressLogger for PlainRenderer {
    fn start(
        &mut self,
        total_epochs: usize,
        starting_epoch: usize,
        _total_items: Option<usize>,
        label: Option<&str>,
    ) {
        self.label = label.unwrap_or_default().to_owned();
        self.epochs = total_epochs;
        self.first_epoch = starting_epoch;
        self.epoch = starting_epoch;
        self.start = Instant::now();
    }

    fn update_epoch(&mut self, epoch: usize) {
        self.epoch = epoch + 1;
        let line = self.line(epoch, self.start.elapsed().as_secs_f64());
        let shown = self.interrupter.as_ref();
        if shown.is_some_and(|interrupter| !interrupter.should_stop()) {
            // The pipe may be closed; the training continues.
            let _ = writeln!(std::io::stdout(), "{line}");
        }
    }

    fn start_split(&mut self, split: &str, total_items: usize) {
        if self.interrupter.is_some() && std::io::stdout().is_terminal() {
            self.part = Some(Part {
                name: split.to_lowercase(),
                total: total_items,
                drawn: None,
            });
        }
    }

    fn update_split(&mut self, items_processed: usize) {
        let Some(part) = &mut self.part else {
            return;
        };
        if part.drawn.is_some_and(|drawn| drawn.elapsed() < REDRAW) {
            return;
        }
        part.drawn = Some(Instant::now());
        let text = format!(
            "epoch {}/{} · {} {}",
            self.epoch,
            self.epochs,
            part.name,
            bar(items_processed, part.total)
        );
        self.overwrite(&text);
    }

    fn end_split(&mut self) {
        if self.part.take().is_some_and(|part| part.drawn.is_some()) {
            self.overwrite("");
        }
    }

    fn end(&mut self) {}
    fn log_event_training(&mut self, _event: String) {}
}

impl MetricsRendererEvaluation for PlainRenderer {
    fn update_test(&mut self, name: EvaluationName, state: MetricState) {
        self.collect(&state, &format!("{name} "));
    }
}

impl EvaluationProgressLogger for PlainRenderer {
    fn start_global_progress(&mut self, _total_tests: usize) {}
    fn start_test(&mut self, _name: &str, _total_items: usize) {}
    fn update_test_progress(&mut self, _items_processed: usize) {}
    fn end_test(&mut self) {}
    fn end_global_progress(&mut self) {}
    fn log_event_evaluation(&mut self, _event: String) {}
}

impl MetricsRenderer for PlainRenderer {
    fn manual_close(&mut self) {}

    fn register_metric(&mut self, definition: MetricDefinition) {
        self.names
            .insert(definition.metric_id, definition.name.to_string());
    }
}

#[cfg(test)]
mod tests {
    use burn::train::metric::{MetricEntry, SerializedEntry};

    use super::*;

    #[test]
    fn one_line_per_epoch_with_aligned_columns() {
        let mut renderer = PlainRenderer::new(Interrupter::new());
        renderer.start(12, 1, None, Some("α = -1"));
        let id = MetricId::new(std::sync::Arc::new("Train loss".into()));
        renderer.names.insert(id.clone(), "Train loss".into());
        let mut line = |epoch, value| {
            let entry = MetricEntry::new(id.clone(), SerializedEntry::not_available(None));
            renderer.update_valid(MetricState::Numeric(
                entry,
                Some(NumericEntry::Final(value)),
            ));
            renderer.line(epoch, 2.0 * epoch as f64)
        };
        assert_eq!(
            line(1, 12.5),
            "α = -1 · epoch  1/12 · train loss 12.50 · 2 s, 22 s left"
        );
        assert_eq!(
            line(2, 0.012345),
            "α = -1 · epoch  2/12 · train loss 0.01235 · 4 s, 20 s left"
        );
        assert_eq!(
            line(3, 1.0),
            "α = -1 · epoch  3/12 · train loss 1.000   · 6 s, 18 s left"
        );
    }

    #[test]
    fn the_rest_of_a_resumed_run_is_estimated_from_its_own_epochs() {
        let mut renderer = PlainRenderer::new(Interrupter::new());
        renderer.start(20, 11, None, None);
        assert_eq!(renderer.line(15, 10.0), "epoch 15/20 · 10 s, 10 s left");
    }

    #[test]
    fn bars() {
        assert_eq!(
            bar(1, 3),
            format!("{}{} 1/3", "#".repeat(10), ".".repeat(20))
        );
        assert!(bar(5, 5).starts_with(&"#".repeat(30)));
        assert!(bar(0, 0).ends_with(" 0/0"));
    }

    #[test]
    fn numbers_and_durations() {
        assert_eq!(significant(f64::NAN), "NaN");
        assert_eq!(significant(123_456.7), "123457");
        assert_eq!(significant(1.5e-7), "1.500e-7");
        assert_eq!(duration(59.6), "1 min 00 s");
        assert_eq!(duration(7384.0), "2 h 03 min");
    }
}
