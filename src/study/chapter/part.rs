use serde::{Deserialize, Serialize};

use super::{Experiment, Subject};
use crate::study::{AlphaStudyConfig, StepSearch};

/// One study of an experiment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// The experiment that it belongs to.
    pub experiment: Experiment,
    /// What distinguishes it from the experiment's main study; none for that.
    pub variant: Option<Variant>,
    /// What is learned.
    pub subject: Subject,
    /// The settings.
    pub config: AlphaStudyConfig,
}

/// How a study differs from the main one of its experiment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Variant {
    /// Inputs on the unit sphere, without a constant coordinate.
    NoConstant,
    /// A step far below the largest stable one.
    SmallSteps,
    /// House prices instead of the synthetic function.
    Housing,
    /// Each slope at its own best step.
    BestSteps,
}

impl Variant {
    /// The name for folders.
    pub fn slug(self) -> &'static str {
        match self {
            Self::NoConstant => "no-constant",
            Self::SmallSteps => "small-steps",
            Self::Housing => "housing",
            Self::BestSteps => "best-steps",
        }
    }

    /// The headline in a report.
    pub fn title(self) -> &'static str {
        match self {
            Self::NoConstant => "on the unit sphere, without a constant coordinate",
            Self::SmallSteps => "with small steps",
            Self::Housing => "on California housing",
            Self::BestSteps => "each slope at its best step",
        }
    }

    /// Why somebody should look at it.
    pub fn question(self) -> &'static str {
        match self {
            Self::NoConstant => {
                "Without biases, a network with α = −1 is an even function, N(x) = N(−x): wherever \
                 the data hold x and −x with different targets it cannot fit them but by what is \
                 random in its finite width. The published ranking is then not to be expected."
            }
            Self::SmallSteps => {
                "Far below the largest stable step, the directions that learn slowly dominate, and \
                 the ranking of slopes can change. Compare slopes near the largest stable step."
            }
            Self::Housing => "The second published data set for the rate.",
            Self::BestSteps => {
                "A common step can favor the slopes that happen to need it. Here each slope has the \
                 step at which it ends with the smallest training loss, found by a search with other \
                 weights."
            }
        }
    }
}

impl Part {
    /// The same study with each slope at its best step.
    pub(super) fn at_best_steps(&self) -> Self {
        let mut part = self.clone();
        part.variant = Some(Variant::BestSteps);
        part.config.search = Some(StepSearch::default());
        part
    }

    /// The name of its folder, unique among the parts of a study.
    pub fn slug(&self) -> String {
        match self.variant {
            Some(variant) => format!("{}-{}", self.experiment.slug(), variant.slug()),
            None => self.experiment.slug().into(),
        }
    }

    /// The headline in a report.
    pub fn title(&self) -> String {
        match self.variant {
            Some(variant) => format!("{}, {}", self.experiment.title(), variant.title()),
            None => self.experiment.title().into(),
        }
    }
}
