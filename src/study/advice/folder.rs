use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{Rehearsal, figure::figure};
use crate::{
    files::write_whole,
    overparam::{
        advisor::{Advice, SlopeAdvice},
        infinite_width::Reach,
    },
    study::{
        StudyError,
        folder::io_error,
        output::{csv, pretty},
    },
};

const ADVICE_FILE: &str = "advice.json";

/// A folder for the results of the advisor.
///
/// | file | holds |
/// |---|---|
/// | `advice.json` | everything |
/// | `advice.txt` | the advice as text |
/// | `slopes.csv` | one row per slope |
/// | `curves.csv` | the predicted curves: one row per slope and epoch |
/// | `measured.csv` | the losses of a [`Rehearsal`], if there was one |
/// | `curves.svg`, `curves.png` | all curves |
#[derive(Clone, Debug)]
pub struct AdviceFolder {
    path: PathBuf,
}

impl AdviceFolder {
    /// Sets the folder; nothing is created before [`write`](Self::write).
    ///
    /// # Errors
    /// Returns [`StudyError::HoldsAdvice`] if the folder already contains advice.
    pub fn new(path: impl Into<PathBuf>) -> Result<Self, StudyError> {
        let path = path.into();
        match path.join(ADVICE_FILE).exists() {
            true => Err(StudyError::HoldsAdvice { path }),
            false => Ok(Self { path }),
        }
    }

    /// Returns the folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes all files, and creates the folder if it does not exist; `title` names the data in
    /// each file.
    ///
    /// # Errors
    /// Returns [`StudyError`] if a file cannot be written.
    pub fn write(
        &self,
        title: &str,
        advice: &Advice,
        measured: Option<&Rehearsal>,
    ) -> Result<(), StudyError> {
        fs::create_dir_all(&self.path).map_err(io_error(&self.path))?;
        let file = |name: &str, content: &[u8]| {
            let path = self.path.join(name);
            write_whole(&path, content).map_err(io_error(&path))
        };
        figure(title, advice, measured).write(&self.path, "curves")?;
        file("advice.txt", format!("{title}\n\n{advice}").as_bytes())?;
        file("slopes.csv", &slopes_csv(title, advice))?;
        file("curves.csv", &curves_csv(title, advice))?;
        if let Some(measured) = measured {
            file("measured.csv", &measured_csv(title, measured))?;
        }
        let record = Record {
            version: env!("CARGO_PKG_VERSION"),
            title,
            advice,
        };
        file(ADVICE_FILE, &pretty(&record))
    }
}

#[derive(serde::Serialize)]
struct Record<'a> {
    version: &'static str,
    title: &'a str,
    #[serde(flatten)]
    advice: &'a Advice,
}

type Column = (&'static str, fn(&SlopeAdvice) -> Option<f64>);

const COLUMNS: [Column; 16] = [
    ("alpha", |slope| Some(slope.alpha)),
    ("squared_gap", |slope| Some(slope.squared_gap)),
    ("largest_stable_step", |slope| {
        Some(slope.predicted?.largest_stable_step)
    }),
    ("initial_loss", |slope| Some(slope.predicted?.initial_loss)),
    ("final_loss", |slope| Some(slope.predicted?.final_loss)),
    ("decrease_per_epoch", |slope| slope.predicted?.decrease),
    // Empty if the target is never reached.
    ("epochs_to_target", |slope| {
        match slope.predicted?.epochs_to_target {
            Reach::After { steps } => Some(steps as f64),
            Reach::Never { .. } | Reach::Diverges => None,
        }
    }),
    ("held_out_best_epoch", |slope| {
        Some(slope.predicted?.held_out?.best_epoch)
    }),
    ("held_out_best_loss", |slope| {
        Some(slope.predicted?.held_out?.best_loss)
    }),
    ("held_out_final_loss", |slope| {
        Some(slope.predicted?.held_out?.final_loss)
    }),
    ("theorem_step", |slope| Some(slope.theorem.step)),
    ("theorem_decrease_relative_to_relu", |slope| {
        Some(slope.theorem.relative_to_relu)
    }),
    ("theorem_epochs_to_target", |slope| {
        Some(slope.theorem.epochs_to_target)
    }),
    ("theorem_required_width", |slope| {
        Some(slope.theorem.required_width)
    }),
    ("calibrated_decrease_per_epoch", |slope| {
        Some(slope.calibrated?.decrease)
    }),
    ("calibrated_epochs_to_target", |slope| {
        Some(slope.calibrated?.epochs_to_target)
    }),
];

fn slopes_csv(title: &str, advice: &Advice) -> Vec<u8> {
    let head = ["data"].into_iter().chain(COLUMNS.map(|(name, _)| name));
    let rows = advice.slopes.iter().map(|slope| {
        let values = COLUMNS.map(|(_, value)| number(value(slope)));
        [title.to_owned()].into_iter().chain(values).collect()
    });
    csv([head.map(str::to_owned).collect()].into_iter().chain(rows))
}

fn curves_csv(title: &str, advice: &Advice) -> Vec<u8> {
    let head = ["data", "alpha", "epoch", "training_loss", "held_out_loss"];
    let rows = advice.curves.iter().flat_map(|curve| {
        curve.points.iter().map(|point| {
            vec![
                title.to_owned(),
                curve.alpha.to_string(),
                point.epoch.to_string(),
                point.loss.to_string(),
                number(point.held_out),
            ]
        })
    });
    csv([head.map(str::to_owned).to_vec()].into_iter().chain(rows))
}

fn measured_csv(title: &str, measured: &Rehearsal) -> Vec<u8> {
    let head = ["data", "alpha", "epoch", "training_loss", "held_out_loss"];
    let rows = measured.points.iter().map(|point| {
        vec![
            title.to_owned(),
            measured.alpha.to_string(),
            point.epoch.to_string(),
            point.loss.to_string(),
            number(point.held_out),
        ]
    });
    csv([head.map(str::to_owned).to_vec()].into_iter().chain(rows))
}

fn number(value: Option<f64>) -> String {
    value.map_or(String::new(), |value| value.to_string())
}
