use serde::Serialize;

use super::AnyPolicy;
use crate::pricing::{
    analysis::{Estimate, SessionMeasures},
    equilibrium::Benchmarks,
    scenario::{PreparedScenario, Scenario, ScenarioError},
    session::SessionError,
};

/// Sessions of one scenario that policies are tried in.
#[derive(Clone, Debug)]
pub struct PolicyStudy {
    /// The scenario; each policy takes the place of its own.
    pub scenario: Scenario,
    /// The number of sessions under each policy.
    pub sessions: u64,
}

/// What policies do: the same scenario under each, measured by session.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PolicyComparison {
    /// The benchmarks of the market, without policy.
    pub benchmarks: Benchmarks,
    /// The names of the measures.
    pub names: Vec<String>,
    /// Each policy's outcome, in the order given.
    pub outcomes: Vec<PolicyOutcome>,
    /// Policies after the first that the scenario does not admit, such as hidden prices where platforms
    /// move in turn, and why.
    pub left_out: Vec<(AnyPolicy, String)>,
}

/// A scenario under one policy.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PolicyOutcome {
    /// The policy.
    pub policy: AnyPolicy,
    /// The measures of each session.
    pub sessions: Vec<SessionMeasures>,
    /// Each measure over sessions; `None` if it applies to no session.
    pub estimates: Vec<Option<Estimate>>,
}

impl PolicyStudy {
    /// Runs sessions under each policy, on the threads of the current rayon pool. All policies see the
    /// same random numbers. One that would change the memory of platforms that move in turn is left out.
    ///
    /// # Errors
    /// [`ScenarioError`] if a policy does not fit the market, or sessions were stopped.
    pub fn compare(
        &self,
        policies: &[AnyPolicy],
        should_stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<PolicyComparison, ScenarioError> {
        let market = &self.scenario.market;
        let benchmarks = self.scenario.benchmarks()?;
        let (mut outcomes, mut left_out) = (Vec::new(), Vec::new());
        for policy in policies {
            let scenario = self.scenario.clone().with_policy(policy.clone());
            let prepared = match PreparedScenario::with_benchmarks(&scenario, benchmarks.clone()) {
                Err(ScenarioError::Session(error @ SessionError::TurnMemory { .. })) => {
                    left_out.push((policy.clone(), error.to_string()));
                    continue;
                }
                prepared => prepared?,
            };
            let results = prepared.run(0..self.sessions, should_stop)?;
            let sessions = results.iter().map(|result| prepared.measure(result));
            let sessions = sessions.collect::<Result<Vec<_>, _>>()?;
            outcomes.push(PolicyOutcome {
                policy: policy.clone(),
                estimates: Estimate::of_sessions(&sessions),
                sessions,
            });
        }
        Ok(PolicyComparison {
            outcomes,
            left_out,
            names: SessionMeasures::names(market.platforms(), market.sides()),
            benchmarks,
        })
    }
}

impl PolicyComparison {
    /// A measure under a policy; `None` if there is no such measure, or it applies to no session.
    ///
    /// # Panics
    /// If there is no such policy.
    pub fn estimate(&self, policy: usize, name: &str) -> Option<Estimate> {
        let place = self.names.iter().position(|one| one == name)?;
        self.outcomes[policy].estimates[place]
    }

    /// What a policy changes of a measure against the first policy, with the standard error.
    ///
    /// # Panics
    /// If there is no such policy.
    pub fn effect(&self, policy: usize, name: &str) -> Option<(f64, f64)> {
        let (with, without) = (self.estimate(policy, name)?, self.estimate(0, name)?);
        Some(with.minus(&without))
    }
}
