use crate::pricing::market::MarketError;

/// Why a benchmark of a market was not found.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EquilibriumError {
    /// Participation or demand failed.
    #[error(transparent)]
    Market(#[from] MarketError),
    /// A solver did not arrive.
    #[error(
        "{what} not found: from no externalities the solver came to {reached:.4} of these, where \
         {residual:e} of its first-order conditions was left, in money per user; the branch of \
         equilibria ends there, use smaller externalities or more heterogeneity"
    )]
    NotConverged {
        /// Competition or collusion.
        what: &'static str,
        /// The share of the externalities up to which there was a solution, below 1.
        reached: f64,
        /// The largest first-order condition left, NaN where there is no value.
        residual: f64,
    },
    /// A maximisation of profit did not arrive.
    #[error(
        "{what} not found: {residual:e} of its first-order conditions was left from every start; use \
         smaller externalities or more heterogeneity"
    )]
    NoMaximum {
        /// What was maximised.
        what: String,
        /// The smallest residual over the starts, NaN where there is no value.
        residual: f64,
    },
    /// A formula for identical platforms, asked of others.
    #[error(
        "the symmetric formula needs platforms with equal quality and cost: use `competition` or \
         `asymmetric_competition`"
    )]
    NotSymmetric,
}
