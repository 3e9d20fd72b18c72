//! Conformance tests for implementations of [`Environment`].
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

use super::Environment;

/// Number of periods of each rollout of [`check`]; an episode may end earlier.
pub const PERIODS: usize = 500;

/// Checks that an environment follows the rules of [`Environment`], with this seed and the next
/// three. Sizes must be positive, and observations and rewards in range and finite. A seed must
/// always give the same rollout. Invalid actions must be rejected without a change of state, and so
/// must a step after the end of an episode.
///
/// # Errors
/// Returns the first [`Violation`] found.
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
        // The same with invalid calls before each period.
        same(&plain, &rollout(environment, seed, PERIODS, true)?, || {
            Violation::RefusalLeavesTrace { seed, period: 0 }
        })?;
        if sizes(environment)? != before {
            return Err(Violation::SizesChange { seed });
        }
    }
    Ok(())
}

/// Checks that two environments, or two copies of one, give equal rollouts for a seed.
///
/// # Errors
/// Returns [`Violation::NotReproducible`] with the first period that differs, or the violation that
/// a rollout finds.
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
