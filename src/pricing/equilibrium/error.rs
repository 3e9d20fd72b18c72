use crate::pricing::market::MarketError;

/// A benchmark of a market was not found.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EquilibriumError {
    /// Participation or demand could not be computed.
    #[error(transparent)]
    Market(#[from] MarketError),
    /// A solver did not converge.
    #[error("{what} not found: {}", not_converged(*.reached, *.residual, *.has_externalities))]
    NotConverged {
        /// Name of the solution, such as competition or collusion.
        what: &'static str,
        /// Largest share of the externalities for which there was a solution, below 1.
        reached: f64,
        /// Largest residual of the first-order conditions, in units of the largest amount of money
        /// in the market; NaN if it could not be computed.
        residual: f64,
        /// Whether the market has externalities.
        has_externalities: bool,
    },
    /// A maximization of profit did not converge.
    #[error(
        "{what} not found: from every start, the first-order conditions kept a residual of \
         {residual:.1e} or more; {}",
        remedy(*.has_externalities)
    )]
    NoMaximum {
        /// Name of the maximum.
        what: String,
        /// Smallest residual over the starts, in units of the largest amount of money in the
        /// market; NaN if it could not be computed.
        residual: f64,
        /// Whether the market has externalities.
        has_externalities: bool,
    },
    /// The caller stopped the computation.
    #[error("stopped before the benchmarks were found")]
    Stopped,
    /// A formula for identical platforms was used for platforms that differ.
    #[error(
        "the symmetric formula requires platforms with equal quality and cost: use `competition` \
         or `asymmetric_competition`"
    )]
    NotSymmetric,
}

fn not_converged(reached: f64, residual: f64, has_externalities: bool) -> String {
    let left = format!("the first-order conditions have a residual of {residual:.1e}");
    match has_externalities {
        true => format!(
            "starting from no externalities, the solver reached {:.1} % of them, where {left}; the \
             branch of equilibria ends there; {}",
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
            "qualities, costs and outside utilities are too far apart for floating point: bring \
             them within 10^6 times the heterogeneity"
        }
    }
}
