//! Tests that any [`Environment`] must pass, for those who write their own.
//!
//! ```
//! use fireweed::pricing::{
//!     environment::{InitialState, RepeatedGame, conformance},
//!     game::NormalFormGame,
//! };
//!
//! let game = NormalFormGame::new(vec![1, 2], vec![0.0, 1.0, 2.0, 3.0])?;
//! let mut environment = RepeatedGame::new(game, 1, InitialState::Random)?;
//! conformance::check(&mut environment, 42)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod rollout;
mod violation;

pub use rollout::{Record, rollout};
pub use violation::Violation;

use super::{Environment, EnvironmentError};

/// The periods of each rollout of [`check`]; an episode may end before.
pub const PERIODS: usize = 500;

/// Whether an environment keeps the rules of [`Environment`], tried with this seed and three after
/// it: sizes are positive, observations and rewards are in range and finite, one seed gives one
/// rollout, actions that do not exist are refused and leave no trace, and nothing can be played after
/// the end of an episode.
///
/// # Errors
/// The first [`Violation`] found.
pub fn check<E: Environment + ?Sized>(environment: &mut E, seed: u64) -> Result<(), Violation> {
    sizes(environment)?;
    for seed in (0..4).map(|more| seed.wrapping_add(more)) {
        let before = sizes(environment)?;
        let plain = rollout(environment, seed, PERIODS, false)?;
        let ended = plain.last().is_some_and(Record::is_last);
        if ended {
            after_the_end(environment)?;
        }
        same(&plain, &rollout(environment, seed, PERIODS, false)?, || {
            Violation::NotReproducible { seed, period: 0 }
        })?;
        // The same with attempts of what must be refused before each period.
        same(&plain, &rollout(environment, seed, PERIODS, true)?, || {
            Violation::RefusalLeavesTrace { seed, period: 0 }
        })?;
        if sizes(environment)? != before {
            return Err(Violation::SizesChange { seed });
        }
    }
    Ok(())
}

/// Whether two environments, or two copies of one, give equal rollouts for a seed.
///
/// # Errors
/// [`Violation::NotReproducible`] with the first period that differs, or what a rollout violates.
pub fn rollouts_equal<A: Environment + ?Sized, B: Environment + ?Sized>(
    first: &mut A,
    second: &mut B,
    seed: u64,
    periods: usize,
) -> Result<(), Violation> {
    let records = rollout(first, seed, periods, false)?;
    same(&records, &rollout(second, seed, periods, false)?, || {
        Violation::NotReproducible { seed, period: 0 }
    })
}

fn same(
    first: &[Record],
    second: &[Record],
    violation: impl FnOnce() -> Violation,
) -> Result<(), Violation> {
    let longer = first.len().max(second.len());
    match (0..longer).find(|&period| first.get(period) != second.get(period)) {
        None => Ok(()),
        Some(period) => Err(violation().at(period)),
    }
}

fn sizes<E: Environment + ?Sized>(environment: &E) -> Result<(Vec<usize>, usize), Violation> {
    if environment.agents() == 0 {
        return Err(Violation::NoAgents);
    }
    let actions: Vec<usize> = (0..environment.agents())
        .map(|agent| environment.actions(agent))
        .collect();
    if let Some(agent) = actions.iter().position(|&count| count == 0) {
        return Err(Violation::NoActions { agent });
    }
    if environment.states() == 0 {
        return Err(Violation::NoStates);
    }
    Ok((actions, environment.states()))
}

fn after_the_end<E: Environment + ?Sized>(environment: &mut E) -> Result<(), Violation> {
    let nothing = vec![0; environment.agents()];
    match environment.step(&nothing) {
        Ok(_) => Err(Violation::StepAfterEnd),
        Err(_) => Ok(()),
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
