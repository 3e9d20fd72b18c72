use serde::Serialize;

use super::AnyPolicy;
use crate::pricing::{
    PricingError,
    analysis::{Estimate, SessionMeasures},
    equilibrium::Benchmarks,
    scenario::{PreparedScenario, Scenario},
};

/// Sessions of one scenario under several policies.
#[derive(Clone, Debug)]
pub struct PolicyStudy {
    /// Scenario; its policy is replaced by each of the policies.
    pub scenario: Scenario,
    /// Number of sessions under each policy.
    pub sessions: u64,
}

/// The results of policies: the same scenario under each, measured by session.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PolicyComparison {
    /// Benchmarks of the market, without a policy.
    pub benchmarks: Benchmarks,
    /// Names of the measures.
    pub names: Vec<String>,
    /// Outcome of each policy, in the given order.
    pub outcomes: Vec<PolicyOutcome>,
    /// Policies after the first that are incompatible with the scenario, such as hidden prices if
    /// platforms move in turn, with the reason.
    pub left_out: Vec<(AnyPolicy, String)>,
}

/// A scenario under one policy.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PolicyOutcome {
    /// The policy.
    pub policy: AnyPolicy,
    /// Measures of each session.
    pub sessions: Vec<SessionMeasures>,
    /// Each measure over sessions; `None` if it applies to no session.
    pub estimates: Vec<Option<Estimate>>,
}

impl PolicyStudy {
    /// Runs sessions under each policy, on the threads of the current rayon pool. All policies use
    /// the same random numbers. A policy that would change the memory of platforms that move in
    /// turn is skipped.
    ///
    /// # Errors
    /// Returns an error if a policy does not fit the market, or sessions were stopped.
    pub fn compare(
        &self,
        policies: &[AnyPolicy],
        should_stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<PolicyComparison, PricingError> {
        let market = &self.scenario.market;
        let benchmarks = self.scenario.benchmarks()?;
        let (mut outcomes, mut left_out) = (Vec::new(), Vec::new());
        for policy in policies {
            let scenario = self.scenario.clone().with_policy(policy.clone());
            let prepared = match PreparedScenario::with_benchmarks(&scenario, benchmarks.clone()) {
                Err(error @ PricingError::TurnMemory { .. }) => {
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
    /// Returns the estimate of a measure under a policy; `None` if the measure does not exist or
    /// applies to no session.
    ///
    /// # Panics
    /// Panics if the policy does not exist.
    pub fn estimate(&self, policy: usize, name: &str) -> Option<Estimate> {
        let place = self.names.iter().position(|one| one == name)?;
        self.outcomes[policy].estimates[place]
    }

    /// Returns the difference of a measure from that under the first policy, with its standard
    /// error.
    ///
    /// # Panics
    /// Panics if the policy does not exist.
    pub fn effect(&self, policy: usize, name: &str) -> Option<(f64, f64)> {
        let (with, without) = (self.estimate(policy, name)?, self.estimate(0, name)?);
        Some(with.minus(&without))
    }
}
