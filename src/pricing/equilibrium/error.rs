use crate::pricing::market::MarketError;

/// Why a benchmark of a market was not found.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EquilibriumError {
    /// Participation or demand failed.
    #[error(transparent)]
    Market(#[from] MarketError),
    /// A solver did not arrive.
    #[error("{what} not found: {}", not_converged(*.reached, *.residual, *.has_externalities))]
    NotConverged {
        /// Competition or collusion.
        what: &'static str,
        /// The share of the externalities up to which there was a solution, below 1.
        reached: f64,
        /// The largest first-order condition left, in units of the largest amount of money in the
        /// market; NaN where there is no value.
        residual: f64,
        /// Whether the market has externalities.
        has_externalities: bool,
    },
    /// A maximisation of profit did not arrive.
    #[error(
        "{what} not found: {residual:.1e} of its first-order conditions was left from every start; {}",
        remedy(*.has_externalities)
    )]
    NoMaximum {
        /// What was maximised.
        what: String,
        /// The smallest residual over the starts, in units of the largest amount of money in the
        /// market; NaN where there is no value.
        residual: f64,
        /// Whether the market has externalities.
        has_externalities: bool,
    },
    /// The caller asked to stop.
    #[error("stopped before the benchmarks were found")]
    Stopped,
    /// A formula for identical platforms, asked of others.
    #[error(
        "the symmetric formula needs platforms with equal quality and cost: use `competition` or \
         `asymmetric_competition`"
    )]
    NotSymmetric,
}

fn not_converged(reached: f64, residual: f64, has_externalities: bool) -> String {
    let left = format!("{residual:.1e} of its first-order conditions was left");
    match has_externalities {
        true => format!(
            "from no externalities the solver came to {:.1} % of these, where {left}; the branch of \
             equilibria ends there, {}",
            100.0 * reached,
            remedy(true)
        ),
        false => format!("{left}; {}", remedy(false)),
    }
}

fn remedy(has_externalities: bool) -> &'static str {
    match has_externalities {
        true => "use smaller externalities or more heterogeneity",
        false => {
            "qualities, costs and outside utilities are too far apart for numbers: bring them within \
             10^6 times the heterogeneity"
        }
    }
}
