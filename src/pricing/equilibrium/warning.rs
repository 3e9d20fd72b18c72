use std::fmt;

use serde::Serialize;

use crate::pricing::market::BySide;

/// What a user of a benchmark must know before comparing with it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub enum Warning {
    /// At the prices of the benchmark, several participations agree with themselves.
    SeveralFixedPoints {
        /// How many a search found.
        found: usize,
    },
    /// The participation of the benchmark is not the one that is selected at its prices.
    NotSelected {
        /// The largest difference of the shares.
        distance: f64,
    },
    /// Users who adjust gradually leave the participation of the benchmark: the market tips.
    Unstable {
        /// The largest real part of an eigenvalue of the logit map's Jacobian, above 1.
        eigenvalue: f64,
    },
    /// Second-order conditions fail, so the point is no local maximum of profit.
    SecondOrder {
        /// The largest eigenvalue of the Hessian, above 0.
        eigenvalue: f64,
    },
    /// Platforms that divide the market unevenly earn more together.
    AsymmetricEarnsMore {
        /// The joint profit of the symmetric point.
        symmetric: f64,
        /// The joint profit of the best point found.
        best: f64,
        /// The prices of that point; platforms may swap places.
        prices: BySide,
    },
    /// A platform gains by another price: the point is no equilibrium.
    ProfitableDeviation {
        /// The platform.
        platform: usize,
        /// What it gains.
        gain: f64,
        /// The prices that gain it.
        prices: Vec<f64>,
    },
    /// A platform's best replies could not be computed, so the point is not checked.
    Unchecked {
        /// The platform.
        platform: usize,
        /// Why.
        reason: String,
    },
    /// Other points satisfy the conditions of an equilibrium too.
    OtherEquilibria {
        /// The prices of each.
        prices: Vec<BySide>,
    },
}

impl Warning {
    /// Whether the benchmark is still what it claims to be.
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
                "{found} participations agree with themselves at these prices: outcomes depend on the \
                 selection rule of `Market::participation`"
            ),
            Self::NotSelected { distance } => write!(
                f,
                "at these prices the selection rule picks another participation, {distance:.6} away"
            ),
            Self::Unstable { eigenvalue } => write!(
                f,
                "participation is unstable (eigenvalue {eigenvalue:.3} above 1): the market tips"
            ),
            Self::SecondOrder { eigenvalue } => write!(
                f,
                "second-order conditions fail (eigenvalue {eigenvalue:.4} above 0): no local maximum"
            ),
            Self::AsymmetricEarnsMore {
                symmetric, best, ..
            } => write!(
                f,
                "an uneven market earns {best:.6} together, the symmetric point {symmetric:.6}: \
                 symmetric collusion is not the joint optimum, see `joint_maximum`"
            ),
            Self::ProfitableDeviation {
                platform,
                gain,
                prices,
            } => {
                let prices: Vec<String> = prices.iter().map(|p| format!("{p:.4}")).collect();
                write!(
                    f,
                    "platform {platform} gains {gain:.1e} by the prices {}: no equilibrium",
                    prices.join(", ")
                )
            }
            Self::Unchecked { platform, reason } => {
                write!(
                    f,
                    "best replies of platform {platform} are not checked: {reason}"
                )
            }
            Self::OtherEquilibria { prices } => write!(
                f,
                "{} more found that satisfy the conditions of an equilibrium",
                prices.len()
            ),
        }
    }
}
