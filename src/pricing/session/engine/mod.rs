//! A fast engine for Q-learners in a repeated game.
//!
//! It plays the same periods as [`play`](super::play()), with the number of agents, Q-learning, and
//! the kind of states known at compile time. It is fast because:
//!
//! - exploration is drawn ahead in blocks ([`Schedule`](crate::pricing::learner::Schedule)), so a
//!   period draws nothing and has no branch that depends on a random number;
//! - each row stores its greedy action and a bound on the others
//!   ([`Greedy`](crate::pricing::learner::Greedy)), so few periods scan a row, and a scan has no
//!   branch per entry;
//! - the data of all agents for one state is contiguous;
//! - the end of a session is not tested in every period: after a change, the earliest possible end
//!   is known.

mod period;
mod run;
mod tables;

pub(super) use run::{Start, run, supports};
