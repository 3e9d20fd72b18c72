//! Pricing algorithms in two-sided markets: do they learn to collude, why, and what stops it?

pub mod anchor;
pub mod environment;
pub mod game;
pub mod learner;
pub mod session;
mod table_size;
