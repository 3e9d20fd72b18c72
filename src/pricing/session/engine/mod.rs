//! Q-learners in a repeated game, as fast as it goes.
//!
//! The same periods as [`play`](super::play()), with everything known when it is compiled: the number
//! of agents, Q-learning, and whether states are the last joint actions. What makes it fast:
//!
//! - exploration is drawn ahead in blocks ([`Schedule`](crate::pricing::learner::Schedule)), so a
//!   period draws nothing and has no branch that depends on a random number;
//! - each row keeps its best action and a bound on the others
//!   ([`Greedy`](crate::pricing::learner::Greedy)), so that few periods scan a row, and a scan has no
//!   branch per entry;
//! - what the agents keep about one state lies side by side;
//! - the end of a session is not tested in every period: after a change, the earliest possible end is
//!   known.

mod period;
mod run;
mod tables;

pub(super) use run::{Start, run, supports};
