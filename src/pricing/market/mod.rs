//! Market model: platforms that serve several sides, and users who join one platform or none.
//!
//! ```text
//! v_ik  = a_ik + sum_l Phi_kl n_il - p_ik
//! n_ik  = exp(v_ik/theta_k) / ( exp(a0_k/theta_k) + sum_j exp(v_jk/theta_k) )
//! pi_i  = sum_k (p_ik - c_ik) n_ik
//! CS_k  = theta_k ln( exp(a0_k/theta_k) + sum_j exp(v_jk/theta_k) )
//! ```
//!
//! The indices are platform i and side k; n is participation, p price, a quality, c cost, theta the
//! heterogeneity of users, a0 their outside utility, and Phi the externalities. Each side has a
//! unit mass of users. Prices, qualities, costs and surplus are in the same unit of money per user.
//!
//! Platforms and sides are counted from 0.

mod builder;
mod by_side;
mod checks;
mod cycle_watch;
mod demand;
mod demand_shocks;
mod fixed_points;
mod model;
mod outcome;
mod own_slopes;
mod participation;
mod slope;
mod uniqueness;
mod values;

#[cfg(test)]
mod tests;

pub use builder::MarketBuilder;
pub use by_side::BySide;
pub use demand_shocks::DemandShocks;
pub use fixed_points::{FixedPoint, FixedPoints};
pub use model::Market;
pub use outcome::Outcome;
pub use participation::Participation;
pub use slope::DemandSlope;
pub use uniqueness::Uniqueness;
pub use values::Values;

#[cfg(test)]
pub(in crate::pricing) use tests::random::markets as random_markets;
