use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Benchmarks, Equilibrium, Warning};
use crate::pricing::market::BySide;

/// Joint profits below this, in units of the sides' heterogeneity, count as zero.
const NOTHING: f64 = 1e-6;
/// Relative difference of joint profits below which benchmarks are the same.
const SAME: f64 = 1e-9;

/// Whether gains between two benchmarks are valid. Results divided by benchmarks include the
/// verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Verdict {
    /// Both benchmarks are valid.
    Sound,
    /// The competitive point is not an equilibrium, or was not checked: see its warnings.
    NoEquilibrium,
    /// The collusive point is not the greatest joint profit, or was not checked: see its warnings.
    NoJointMaximum,
    /// Neither benchmark is valid.
    NeitherHolds,
    /// Profits are numerically zero, so their ratios are meaningless.
    NoProfit,
    /// Competition and collusion earn the same, as with one platform.
    NothingToGain,
}

impl Verdict {
    /// Returns whether both benchmarks are valid.
    pub fn is_sound(self) -> bool {
        self == Self::Sound
    }

    /// Returns the verdict as one word for files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Sound => "sound",
            Self::NoEquilibrium => "no_equilibrium",
            Self::NoJointMaximum => "no_joint_maximum",
            Self::NeitherHolds => "neither_holds",
            Self::NoProfit => "no_profit",
            Self::NothingToGain => "nothing_to_gain",
        }
    }

    /// Returns a note for readers of gains, if there is one.
    pub fn caveat(self) -> Option<&'static str> {
        match self {
            Self::Sound => None,
            Self::NoEquilibrium => Some("the competitive benchmark is not an equilibrium"),
            Self::NoJointMaximum => {
                Some("the collusive benchmark is not the greatest joint profit")
            }
            Self::NeitherHolds => Some(
                "the competitive benchmark is not an equilibrium, nor is the collusive one the \
                 greatest joint profit",
            ),
            Self::NoProfit => Some("profits of the benchmarks are numerically zero"),
            Self::NothingToGain => Some("both benchmarks earn the same"),
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl Benchmarks {
    /// Returns whether gains between the two benchmarks are valid, and if not, why.
    pub fn verdict(&self) -> Verdict {
        let theta = self.heterogeneity;
        let (low, high) = (
            self.competition.outcome.joint_profit(),
            self.collusion.outcome.joint_profit(),
        );
        let number = low.is_finite() && high.is_finite();
        if number && high.abs().max(low.abs()) <= NOTHING * theta {
            return Verdict::NoProfit;
        }
        if number && (high - low).abs() <= SAME * high.abs().max(low.abs()) {
            return Verdict::NothingToGain;
        }
        match (self.competition.is_sound(), self.collusion.is_sound()) {
            (true, true) => Verdict::Sound,
            (false, true) => Verdict::NoEquilibrium,
            (true, false) => Verdict::NoJointMaximum,
            (false, false) => Verdict::NeitherHolds,
        }
    }

    /// Returns all warnings of both benchmarks, each on one line with the name of its benchmark.
    pub fn warnings(&self) -> Vec<String> {
        let named = [
            ("competition", &self.competition),
            ("collusion", &self.collusion),
        ];
        let lines = named.into_iter().flat_map(|(name, found)| {
            let warnings = found.warnings.iter();
            warnings.map(move |warning| format!("{name}: {warning}"))
        });
        lines.collect()
    }
}

impl Equilibrium {
    /// Returns the prices of other points found that also satisfy the conditions of an equilibrium.
    pub fn others(&self) -> &[BySide] {
        let found = self.warnings.iter().find_map(|warning| match warning {
            Warning::OtherEquilibria { prices } => Some(prices.as_slice()),
            _ => None,
        });
        found.unwrap_or_default()
    }
}
