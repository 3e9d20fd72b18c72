//! Learning runs from start to convergence.

mod convergence;
mod engine;
mod generators;
mod in_turn;
mod learned;
mod limit_cycle;
mod mean_path;
mod plan;
mod play;
mod profit_gain;
mod watch;
mod watched_game;

pub use convergence::Convergence;
pub(crate) use convergence::Stability;
pub use generators::{AgentRng, SessionGenerators};
pub use learned::{Learned, SessionResult};
pub use limit_cycle::LimitCycle;
pub use mean_path::{MeanPath, PathRecorder};
pub use plan::SessionPlan;
pub use play::play;
pub use profit_gain::profit_gain;
pub use watch::Watch;
