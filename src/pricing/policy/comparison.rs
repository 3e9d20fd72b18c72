use serde::Serialize;

use super::{Policy, PolicyError};
use crate::pricing::{
    analysis::{Estimate, SessionMeasures},
    equilibrium::Benchmarks,
    game::MarketGrids,
    learner::QLearning,
    market::Market,
    session::Convergence,
};

/// Sessions of one market that policies are tried in.
#[derive(Clone, Debug)]
pub struct PolicyStudy {
    /// The market.
    pub market: Market,
    /// Its benchmarks, without policy.
    pub benchmarks: Benchmarks,
    /// Its price grids, without policy.
    pub grids: MarketGrids,
    /// A learner for each platform.
    pub learners: Vec<QLearning>,
    /// When sessions end.
    pub convergence: Convergence,
    /// The seed of all sessions.
    pub seed: u64,
    /// The number of sessions under each policy.
    pub sessions: u64,
}

/// What policies do: the same market under each, measured by session.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PolicyComparison {
    /// The names of the measures.
    pub names: Vec<String>,
    /// Each policy's outcome, in the order given.
    pub outcomes: Vec<PolicyOutcome>,
}

/// A market under one policy.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PolicyOutcome {
    /// The policy.
    pub policy: Policy,
    /// Each measure over sessions; none where it applies to no session.
    pub estimates: Vec<Option<Estimate>>,
}

impl PolicyStudy {
    /// Runs sessions under each policy, on the threads of the current rayon pool.
    ///
    /// # Errors
    /// [`PolicyError`] where a policy does not fit the market, or sessions were stopped.
    pub fn compare(
        &self,
        policies: &[Policy],
        should_stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<PolicyComparison, PolicyError> {
        let outcomes = policies.iter().map(|policy| {
            let sessions = self.measure(policy, should_stop)?;
            Ok(PolicyOutcome {
                policy: policy.clone(),
                estimates: Estimate::of_sessions(&sessions),
            })
        });
        Ok(PolicyComparison {
            outcomes: outcomes.collect::<Result<_, PolicyError>>()?,
            names: SessionMeasures::names(self.market.platforms(), self.market.sides()),
        })
    }

    /// Measures the sessions under one policy.
    ///
    /// # Errors
    /// As [`compare`](Self::compare).
    pub fn measure(
        &self,
        policy: &Policy,
        should_stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<SessionMeasures>, PolicyError> {
        let learners = self.learners.clone();
        let treated = policy.treat(&self.market, &self.benchmarks, &self.grids, learners)?;
        let plan = treated.plan.with_seed(self.seed);
        let plan = plan.with_convergence(self.convergence);
        let results = plan.run_many(0..self.sessions, should_stop)?;
        let measure = |result| SessionMeasures::new(&treated.game, &self.benchmarks, &plan, result);
        Ok(results.iter().map(measure).collect::<Result<_, _>>()?)
    }
}

impl PolicyComparison {
    /// A measure under a policy; none where there is no such measure, or it applies to no session.
    ///
    /// # Panics
    /// Where there is no such policy.
    pub fn estimate(&self, policy: usize, name: &str) -> Option<Estimate> {
        let place = self.names.iter().position(|one| one == name)?;
        self.outcomes[policy].estimates[place]
    }

    /// What a policy changes of a measure against the first policy, with the standard error.
    ///
    /// # Panics
    /// Where there is no such policy.
    pub fn effect(&self, policy: usize, name: &str) -> Option<(f64, f64)> {
        let (with, without) = (self.estimate(policy, name)?, self.estimate(0, name)?);
        Some(with.minus(&without))
    }
}
