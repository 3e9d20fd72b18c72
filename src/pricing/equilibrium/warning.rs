use std::fmt;

use serde::Serialize;

use crate::pricing::market::BySide;

/// A warning about a benchmark that affects comparisons with it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub enum Warning {
    /// There are several fixed points of participation at the prices of the benchmark.
    SeveralFixedPoints {
        /// Number of fixed points found.
        found: usize,
    },
    /// The participation of the benchmark is not the one selected at its prices.
    NotSelected {
        /// Largest difference between the shares.
        distance: f64,
    },
    /// Participation is unstable under gradual adjustment: the market tips.
    Unstable {
        /// Largest real part of an eigenvalue of the logit map's Jacobian, above 1.
        eigenvalue: f64,
    },
    /// Second-order conditions fail, so the point is not a local maximum of profit.
    SecondOrder {
        /// Largest eigenvalue of the Hessian, above 0.
        eigenvalue: f64,
    },
    /// An uneven division of the market has a higher joint profit.
    AsymmetricEarnsMore {
        /// Joint profit of the symmetric point.
        symmetric: f64,
        /// Joint profit of the best point found.
        best: f64,
        /// Prices of that point, up to a permutation of the platforms.
        prices: BySide,
    },
    /// A platform gains by another price: the point is not an equilibrium.
    ProfitableDeviation {
        /// The platform.
        platform: usize,
        /// Gain in profit.
        gain: f64,
        /// Prices of the deviation.
        prices: Vec<f64>,
    },
    /// The best replies of a platform could not be computed, so the point is not checked.
    Unchecked {
        /// The platform.
        platform: usize,
        /// Reason of the failure.
        reason: String,
    },
    /// Other points also satisfy the conditions of an equilibrium.
    OtherEquilibria {
        /// Prices of each point.
        prices: Vec<BySide>,
    },
}

impl Warning {
    /// Returns whether the benchmark is still valid.
    pub(super) fn leaves_sound(&self) -> bool {
        matches!(
            self,
            Self::SeveralFixedPoints { .. } | Self::OtherEquilibria { .. }
        )
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SeveralFixedPoints { found } => write!(
                f,
                "there are {found} fixed points of participation at these prices: outcomes depend \
                 on the selection rule of `Market::participation`"
            ),
            Self::NotSelected { distance } => write!(
                f,
                "at these prices the selection rule selects another participation, at a distance \
                 of {distance:.6}"
            ),
            Self::Unstable { eigenvalue } => write!(
                f,
                "participation is unstable (eigenvalue {eigenvalue:.3} above 1): the market tips"
            ),
            Self::SecondOrder { eigenvalue } => write!(
                f,
                "second-order conditions fail (eigenvalue {eigenvalue:.4} above 0): not a local \
                 maximum"
            ),
            Self::AsymmetricEarnsMore {
                symmetric, best, ..
            } => write!(
                f,
                "an uneven market has a joint profit of {best:.6}, the symmetric point \
                 {symmetric:.6}: symmetric collusion is not the joint optimum; see `joint_maximum`"
            ),
            Self::ProfitableDeviation {
                platform,
                gain,
                prices,
            } => {
                let prices: Vec<String> = prices.iter().map(|p| format!("{p:.4}")).collect();
                write!(
                    f,
                    "platform {platform} gains {gain:.1e} at the prices {}: not an equilibrium",
                    prices.join(", ")
                )
            }
            Self::Unchecked { platform, reason } => {
                write!(
                    f,
                    "best replies of platform {platform} could not be computed: {reason}"
                )
            }
            Self::OtherEquilibria { prices } => write!(
                f,
                "{} more points found that satisfy the conditions of an equilibrium",
                prices.len()
            ),
        }
    }
}
