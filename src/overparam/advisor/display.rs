use std::fmt;

use super::{Advice, SlopeAdvice, text};
use crate::overparam::{InputMap, infinite_width::Reach, theory::Optimiser};

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
                Some(measured) => {
                    format!(
                        " between rows {} and {}",
                        measured.rows[0], measured.rows[1]
                    )
                }
                None => String::new(),
            }
        )?;
        let optimiser = match budget.optimiser {
            Optimiser::Gd => "gradient descent".to_string(),
            Optimiser::Sgd { batch } => format!("SGD with batches of {batch}"),
        };
        writeln!(
            f,
            "Budget: width {}, depth {}, {} epochs of {optimiser}\n",
            budget.width, budget.depth, budget.epochs
        )?;
        writeln!(f, "Use alpha = {}.", self.alpha)?;
        sentences(f, "  for: ", &self.reasons)?;
        sentences(f, "  against: ", &self.against)?;
        writeln!(
            f,
            "Use the step {:.3e} for a loss that is a sum over the samples of a step{}.",
            self.step,
            match self.from_data {
                true => ", half of the largest stable one",
                false => "; it is the theorem's, at a constant of 1",
            }
        )?;
        writeln!(f, "Stop {}.\n", self.stop)?;
        self.table(f)?;
        writeln!(f)?;
        sentences(f, "Note: ", &self.notes)
    }
}

impl Advice {
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
            header.extend(["calibrated", &to_target]);
        }
        header.extend(["bound/ReLU", "bound's epochs*", "bound's width*"]);
        let mut rows = vec![header.into_iter().map(String::from).collect::<Vec<_>>()];
        rows.extend(self.slopes.iter().map(|slope| cells(slope, data, run)));
        let width = |column: usize| {
            let cells = rows.iter().map(|row| row[column].chars().count());
            cells.max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..rows[0].len()).map(width).collect();
        for row in &rows {
            let cells = row.iter().zip(&widths);
            let cells: Vec<_> = cells
                .map(|(cell, &width)| format!("{cell:>width$}"))
                .collect();
            writeln!(f, "{}", cells.join("  "))?;
        }
        writeln!(f, "* at constants of 1: to compare slopes only")
    }
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
