use super::{Convergence, Learned, SessionGenerators, Stability};
use crate::pricing::{
    PricingError,
    environment::Environment,
    learner::{Learner, Transition},
};

/// Number of periods between two calls of `should_stop`.
pub(super) const BETWEEN_CHECKS: u64 = 1 << 20;
/// The same for learners of any kind, which may need long for a period.
const BETWEEN_CHECKS_OF_ANY: u64 = 1 << 12;

/// Lets learners play in an environment until their greedy actions converge.
///
/// All agents choose at the same time, then all learn. When an episode ends, the next one starts.
/// `should_stop` is called once in 2^12 periods.
///
/// [`SessionPlan`](super::SessionPlan) gives bit-for-bit the same results for Q-learners in a
/// repeated game, and is faster.
///
/// # Errors
/// Returns an error if the number of learners is not the number of agents, or if a learner does not
/// fit the environment. The same holds if the environment fails, reports a state that does not
/// exist, or does not give one finite reward for each agent, and if the session was stopped.
pub fn play<E: Environment + ?Sized, L: Learner>(
    environment: &mut E,
    learners: &mut [L],
    generators: &mut SessionGenerators,
    convergence: Convergence,
    should_stop: &dyn Fn() -> bool,
) -> Result<Learned, PricingError> {
    convergence.validate()?;
    let (agents, states) = (environment.agents(), environment.states());
    let found = learners.len().min(generators.agents.len());
    if learners.len() != agents || generators.agents.len() != agents {
        return Err(PricingError::Agents {
            found,
            what: "learners",
            agents,
        });
    }
    for (agent, learner) in learners.iter().enumerate() {
        learner
            .check(states, environment.actions(agent))
            .map_err(PricingError::of_learner(agent))?;
    }

    let check = |state: usize| match state < states {
        true => Ok(state),
        false => Err(PricingError::Observation { state, states }),
    };
    let mut stability = Stability::new(convergence);
    let mut state = check(environment.reset(generators.episode_seed())?)?;
    let (mut actions, mut best) = (vec![0; agents], vec![0; agents]);
    let mut periods = 0;
    loop {
        for (agent, learner) in learners.iter_mut().enumerate() {
            best[agent] = learner.greedy_action(state);
            actions[agent] = learner.act(state, &mut generators.agents[agent]);
        }
        let step = environment.step(&actions)?;
        periods += 1;
        check(step.observation)?;
        if step.rewards.len() != agents {
            let found = step.rewards.len();
            return Err(PricingError::Rewards { found, agents });
        }
        if let Some(agent) = step.rewards.iter().position(|reward| !reward.is_finite()) {
            let value = step.rewards[agent];
            return Err(PricingError::Reward {
                agent,
                value,
                periods,
            });
        }
        for (agent, learner) in learners.iter_mut().enumerate() {
            let transition = Transition {
                state,
                action: actions[agent],
                reward: step.rewards[agent],
                next_state: step.observation,
                terminated: step.terminated,
            };
            learner.learn(&transition, &mut generators.agents[agent]);
            if learner.greedy_action(state) != best[agent] {
                stability.changed(periods);
            }
        }
        if stability.is_over(periods) {
            break;
        }
        if periods % BETWEEN_CHECKS_OF_ANY == 0 && should_stop() {
            return Err(PricingError::Stopped { periods });
        }
        let (next, is_last) = (step.observation, step.is_last());
        state = if is_last {
            check(environment.reset(generators.episode_seed())?)?
        } else {
            next
        };
    }
    let greedy = |learner: &L| {
        let all = 0..states;
        all.map(|state| learner.greedy_action(state) as u32)
            .collect()
    };
    Ok(Learned {
        converged: stability.converged(periods),
        periods,
        last_state: state,
        greedy: learners.iter().map(greedy).collect(),
        values: learners.iter().map(Learner::values).collect(),
    })
}

#[cfg(test)]
#[path = "play_tests.rs"]
mod tests;
