//! Tabular learners for any [`Environment`](super::environment::Environment), independent of the
//! meaning of actions and rewards.

mod any_learner;
mod bandit;
mod exploration;
mod explorer;
mod fixed;
mod greedy;
mod initial_q;
mod interface;
mod q_learner;
mod q_learning;
mod q_table;
mod rule;
mod sarsa;
mod sarsa_learning;
mod schedule;
mod synchronous;
mod tabular;
mod values;
mod visits;

pub use any_learner::{AnyLearner, OtherLearner, register_learner};
pub use bandit::{Bandit, BanditRule};
pub use exploration::Exploration;
pub use fixed::FixedAction;
pub(crate) use greedy::Greedy;
pub use initial_q::InitialQ;
pub use interface::{Learner, Transition};
pub(crate) use q_learner::Parts;
pub use q_learner::QLearner;
pub use q_learning::QLearning;
pub use q_table::QTable;
pub use rule::LearnerRule;
pub use sarsa::Sarsa;
pub use sarsa_learning::SarsaLearning;
pub(crate) use schedule::{BLOCK, NO_EXPLORATION, Schedule};
pub use synchronous::SynchronousQLearning;
pub(crate) use values::Values;
pub use visits::{beta_for_visits, expected_visits};
