use std::fmt;

use super::{
    Advice, MapTrial, SlopeAdvice,
    judge::{self, FINITE},
    text,
};
use crate::overparam::{InputMap, infinite_width::Reach, theory::Optimizer};

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (data, budget) = (&self.data, &self.budget);
        let inputs = match self.input_map {
            InputMap::Raw => "raw",
            InputMap::RawWithConstant => "raw, with a constant coordinate",
            InputMap::Unit => "scaled to norm 1",
            InputMap::UnitWithConstant => "scaled to norm 1, with a constant coordinate",
        };
        writeln!(
            f,
            "Data: {} samples, {} coordinates in and {} out, inputs {inputs}; separation {}{}",
            data.samples,
            data.coordinates,
            data.outputs,
            text::number(data.separation),
            match data.measured {
                Some(measured) => match data.lines {
                    Some([a, b]) => format!(" between lines {a} and {b}"),
                    None => {
                        let [a, b] = measured.rows;
                        format!(" between rows {a} and {b}, counted from 0")
                    }
                },
                None => String::new(),
            }
        )?;
        let optimizer = match budget.optimizer {
            Optimizer::Gd => "gradient descent".to_string(),
            Optimizer::Sgd { batch } => format!("SGD with batches of {batch}"),
        };
        writeln!(
            f,
            "Budget: width {}, depth {}, {} epochs of {optimizer}\n",
            budget.width, budget.depth, budget.epochs
        )?;
        match self.tied.len() + 1 == self.slopes.len() && !self.tied.is_empty() {
            true => writeln!(
                f,
                "All slopes tie on these data, so any of them works; the theorem's choice is alpha \
                 = {}.",
                self.alpha
            )?,
            false => writeln!(f, "Use alpha = {}.", self.alpha)?,
        }
        if let Some(expected) = self.expected() {
            writeln!(f, "{expected}")?;
        }
        if let Some(choice) = self.choice_of_map() {
            writeln!(f, "{choice}")?;
        }
        sentences(f, "  for: ", &self.reasons)?;
        sentences(f, "  against: ", &self.against)?;
        writeln!(
            f,
            "Use the step {:.3e} for a loss that is a sum over the samples of a step{}.",
            self.step,
            match self.from_data {
                true =>
                    ", half of the largest stable one at infinite width (networks of finite width \
                     may allow more)",
                false => "; it is the theorem's, with a constant of 1",
            }
        )?;
        if let Some(merged) = data.merged
            && let Some(step) = merged.step
        {
            writeln!(
                f,
                "It is for all {} rows; with coinciding rows merged into {}, use {step:.3e}.",
                merged.rows, data.samples
            )?;
        }
        writeln!(f, "Stop {}.\n", self.stop)?;
        self.table(f)?;
        writeln!(f)?;
        self.map_table(f)?;
        sentences(f, "Note: ", &self.notes)
    }
}

impl Advice {
    /// Describes how many epochs to expect; `None` without data.
    fn expected(&self) -> Option<String> {
        let goal = format!("{} % of the first loss", text::count(100.0 * self.target));
        let slope = self.slopes.iter().find(|slope| slope.alpha == self.alpha)?;
        let initial_loss = slope.predicted?.initial_loss;
        if let Some(merged) = self.data.merged
            && judge::unreachable(&self.data, self.target * initial_loss)
        {
            return Some(format!(
                "Do not expect {goal} over all rows: rows that are the same input have different \
                 targets, and a mean squared error of {} remains.",
                text::number(merged.irreducible)
            ));
        }
        let (Some([from, to]), Some(predicted)) = (self.expected_epochs, self.predicted_epochs)
        else {
            return Some(match self.run {
                Some(run) if self.predicted_epochs.is_some() => format!(
                    "Do not expect {goal}: after {} epochs of a run the loss did not fall further.",
                    text::count(run.length)
                ),
                _ => format!("Do not expect {goal}: this slope is predicted never to reach it."),
            });
        };
        let beyond = match (from > self.budget.epochs, to > self.budget.epochs) {
            (true, _) => ", beyond the budget",
            (_, true) => ", perhaps beyond the budget",
            _ => "",
        };
        let source = match self.run.and_then(|run| Some((run.length, run.to_target?))) {
            Some((length, epochs)) if epochs <= length => format!(
                "a run took {}, and {predicted} are predicted at infinite width",
                text::count(epochs.ceil())
            ),
            Some((length, _)) => format!(
                "extrapolated from a run of {} epochs; {predicted} are predicted at infinite width",
                text::count(length)
            ),
            None if from == to => {
                return Some(format!("Expect about {to} epochs to {goal}{beyond}."));
            }
            None => format!(
                "{predicted} are predicted at infinite width, and networks of width 1000 took {} to \
                 {} times as many on most of the measured tables. A run (--calibrate) tells more",
                FINITE[0], FINITE[1]
            ),
        };
        Some(format!(
            "Expect {from} to {to} epochs to {goal}{beyond}: {source}."
        ))
    }

    /// Explains the choice of the input map; `None` if it was given.
    fn choice_of_map(&self) -> Option<String> {
        let best = MapTrial::best(&self.maps)?;
        // The default, or the second best if the default was chosen; the table lists all.
        let others = self.maps.iter().filter(|trial| *trial != best);
        let other = match self.maps.first().filter(|first| *first != best) {
            Some(first) => Some(first),
            None => others.min_by(|a, b| a.held_out.total_cmp(&b.held_out)),
        };
        let other = other.map_or(String::new(), |other| {
            format!(
                ", with {} it is {}",
                name(other),
                text::number(other.held_out)
            )
        });
        let mean = match best.held_out < best.mean_alone {
            true => format!(
                "predicting the mean target gives {}",
                text::number(best.mean_alone)
            ),
            false => format!(
                "but predicting the mean target gives {}: none of them learns anything that \
                 generalizes to other rows",
                text::number(best.mean_alone)
            ),
        };
        Some(format!(
            "Use the input map {}: its predicted loss on held-out rows within the budget is \
             {}{other}; {mean}.",
            name(best),
            text::number(best.held_out),
        ))
    }

    fn map_table(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(first) = self.maps.first() else {
            return Ok(());
        };
        let mut rows = vec![
            ["input map", "alpha", "held-out loss"]
                .map(String::from)
                .to_vec(),
        ];
        rows.extend(self.maps.iter().map(|trial| {
            vec![
                name(trial),
                trial.alpha.to_string(),
                text::number(trial.held_out),
            ]
        }));
        aligned(f, &rows)?;
        let ([train, held_out], splits) = (first.rows, first.splits);
        let times = match splits {
            1 => String::new(),
            _ => format!(", mean of {splits} random splits"),
        };
        writeln!(
            f,
            "{train} rows in the closed form, {held_out} held out{times}\n"
        )
    }

    fn table(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let to_target = format!("epochs to {} %", text::count(100.0 * self.target));
        let (data, run) = (
            self.slopes.iter().any(|slope| slope.predicted.is_some()),
            self.slopes.iter().any(|slope| slope.calibrated.is_some()),
        );
        let mut header = vec!["alpha", "g"];
        if data {
            header.extend(["largest step", "loss at end", "per epoch", &to_target]);
            header.extend(["held-out best", "at epoch"]);
        }
        if run {
            header.extend(["calibrated", "theorem's epochs"]);
        }
        header.extend(["bound/ReLU", "bound's epochs*", "bound's width*"]);
        let mut rows = vec![header.into_iter().map(String::from).collect::<Vec<_>>()];
        rows.extend(self.slopes.iter().map(|slope| cells(slope, data, run)));
        aligned(f, &rows)?;
        writeln!(f, "* with constants of 1: only for comparing slopes")
    }
}

fn name(trial: &MapTrial) -> String {
    let map = match trial.map {
        InputMap::Raw => "raw",
        InputMap::RawWithConstant => "raw-constant",
        InputMap::Unit => "unit",
        InputMap::UnitWithConstant => "unit-constant",
    };
    match trial.standardized {
        true => map.into(),
        false => format!("{map} of unscaled columns"),
    }
}

/// Writes a table with right-aligned columns.
fn aligned(f: &mut fmt::Formatter<'_>, rows: &[Vec<String>]) -> fmt::Result {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..rows[0].len()).map(width).collect();
    for row in rows {
        let cells = row.iter().zip(&widths);
        let cells: Vec<_> = cells
            .map(|(cell, &width)| format!("{cell:>width$}"))
            .collect();
        writeln!(f, "{}", cells.join("  "))?;
    }
    Ok(())
}

fn cells(slope: &SlopeAdvice, data: bool, run: bool) -> Vec<String> {
    let mut cells = vec![slope.alpha.to_string(), format!("{:.4}", slope.squared_gap)];
    if data {
        cells.extend(match &slope.predicted {
            Some(predicted) => {
                let held_out = predicted.held_out.as_ref();
                [
                    format!("{:.3e}", predicted.largest_stable_step),
                    text::number(predicted.final_loss),
                    predicted.decrease.map_or("-".into(), text::number),
                    match predicted.epochs_to_target {
                        Reach::After { steps } => text::count(steps as f64),
                        Reach::Never { .. } => "never".into(),
                        Reach::Diverges => "diverges".into(),
                    },
                    held_out.map_or("-".into(), |h| text::number(h.best_loss)),
                    held_out.map_or("-".into(), |h| text::count(h.best_epoch)),
                ]
            }
            None => std::array::from_fn(|_| "-".into()),
        });
    }
    if run {
        cells.extend(match &slope.calibrated {
            Some(calibrated) => [
                text::number(calibrated.decrease),
                text::count(calibrated.epochs_to_target.ceil()),
            ],
            None => std::array::from_fn(|_| "-".into()),
        });
    }
    cells.extend([
        format!("{:.2}", slope.theorem.relative_to_relu),
        text::number(slope.theorem.epochs_to_target),
        text::number(slope.theorem.required_width),
    ]);
    cells
}

fn sentences(f: &mut fmt::Formatter<'_>, label: &str, sentences: &[String]) -> fmt::Result {
    sentences
        .iter()
        .try_for_each(|sentence| writeln!(f, "{label}{sentence}."))
}
