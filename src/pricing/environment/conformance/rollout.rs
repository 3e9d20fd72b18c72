use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

use super::{Environment, Violation};

/// One period of a rollout; the first record is that of the reset and has no rewards.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// State observed.
    pub observation: usize,
    /// Reward of each agent.
    pub rewards: Vec<f64>,
    /// Whether the episode terminated.
    pub terminated: bool,
    /// Whether the episode was truncated.
    pub truncated: bool,
}

impl Record {
    /// Returns whether the episode is over.
    pub fn is_last(&self) -> bool {
        self.terminated || self.truncated
    }
}

/// Plays up to `periods` random periods of one episode, and checks each. With `intrude`, invalid
/// calls are made before each period, which the environment must reject.
///
/// # Errors
/// Returns the first [`Violation`] found.
pub fn rollout<E: Environment + ?Sized>(
    environment: &mut E,
    seed: u64,
    periods: usize,
    intrude: bool,
) -> Result<Vec<Record>, Violation> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let refused = |period| {
        move |cause| Violation::Refused {
            seed,
            period,
            cause,
        }
    };
    let observation = environment.reset(seed).map_err(refused(0))?;
    in_range(environment, seed, 0, observation)?;
    let mut records = vec![Record {
        observation,
        rewards: Vec::new(),
        terminated: false,
        truncated: false,
    }];
    for period in 1..=periods {
        let agents = environment.agents();
        let actions: Vec<usize> = (0..agents)
            .map(|agent| rng.random_range(0..environment.actions(agent)))
            .collect();
        if intrude {
            refuses(environment, &actions)?;
        }
        let step = environment.step(&actions).map_err(refused(period))?;
        let record = Record {
            observation: step.observation,
            rewards: step.rewards.to_vec(),
            terminated: step.terminated,
            truncated: step.truncated,
        };
        in_range(environment, seed, period, record.observation)?;
        if record.rewards.len() != agents {
            return Err(Violation::Rewards {
                seed,
                period,
                found: record.rewards.len(),
                agents,
            });
        }
        if let Some(agent) = record.rewards.iter().position(|value| !value.is_finite()) {
            return Err(Violation::RewardNotFinite {
                seed,
                period,
                agent,
                value: record.rewards[agent],
            });
        }
        let last = record.is_last();
        records.push(record);
        if last {
            break;
        }
    }
    Ok(records)
}

fn in_range<E: Environment + ?Sized>(
    environment: &E,
    seed: u64,
    period: usize,
    observation: usize,
) -> Result<(), Violation> {
    let states = environment.states();
    if observation < states {
        return Ok(());
    }
    Err(Violation::Observation {
        seed,
        period,
        observation,
        states,
    })
}

/// Calls `step` with actions that do not exist, and with wrong numbers of actions.
fn refuses<E: Environment + ?Sized>(
    environment: &mut E,
    actions: &[usize],
) -> Result<(), Violation> {
    let agents = actions.len();
    for agent in 0..agents {
        let count = environment.actions(agent);
        for action in [count, usize::MAX] {
            let mut wrong = actions.to_vec();
            wrong[agent] = action;
            if environment.step(&wrong).is_ok() {
                return Err(Violation::ActionAccepted {
                    agent,
                    action,
                    actions: count,
                });
            }
        }
    }
    let longer = [actions, &[0]].concat();
    for wrong in [&actions[..agents - 1], &longer] {
        if environment.step(wrong).is_ok() {
            return Err(Violation::CountAccepted {
                found: wrong.len(),
                agents,
            });
        }
    }
    Ok(())
}
