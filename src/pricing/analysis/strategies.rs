use super::{
    checks::{check_below, check_count},
    discounted::{discounted, expected_discounted},
};
use crate::pricing::{
    PricingError,
    checks::check_delta,
    environment::GameStates,
    game::{DemandGames, NormalFormGame},
    session::{SessionPlan, SessionResult},
};

/// Deterministic strategies of all agents in a repeated game: an action of each in each state.
///
/// Payoffs are those of the game, never its learning rewards. If agents move in turn, one agent
/// chooses in each state; the others' actions are the held ones. If demand varies, payoffs are
/// those of the state if agents observe it, and expected ones otherwise.
#[derive(Clone, Debug)]
pub struct Strategies<'a> {
    game: &'a NormalFormGame,
    rule: GameStates,
    /// Games of low and high demand, if agents observe it.
    demand: Option<&'a DemandGames>,
    /// Joint action chosen in each state.
    joints: Vec<usize>,
}

impl<'a> Strategies<'a> {
    /// Creates strategies from the action of each agent in each state.
    ///
    /// # Errors
    /// Returns an error if an agent or a state is missing, or if an action does not exist.
    pub fn new(
        game: &'a NormalFormGame,
        states: impl Into<GameStates>,
        actions: &[Vec<u32>],
    ) -> Result<Self, PricingError> {
        let rule = states.into();
        let (states, agents) = (rule.states(), game.agents());
        check_count("strategies for agents", actions.len(), agents)?;
        let mut joints = vec![0; states];
        for (strategy, &count) in actions.iter().zip(game.action_counts()) {
            check_count("actions for states", strategy.len(), states)?;
            for (joint, &action) in joints.iter_mut().zip(strategy) {
                check_below("action", action as usize, count)?;
                *joint = *joint * count + action as usize;
            }
        }
        Ok(Self {
            game,
            rule,
            demand: None,
            joints,
        })
    }

    /// Returns the strategies learned in a session.
    ///
    /// # Errors
    /// Same as [`new`](Self::new), and if the session belongs to another plan.
    pub fn of(plan: &'a SessionPlan, result: &SessionResult) -> Result<Self, PricingError> {
        let found = Self::new(plan.game(), plan.states(), &result.learned.greedy)?;
        Ok(Self {
            demand: plan.observed(),
            ..found
        })
    }

    /// Returns the game.
    pub fn game(&self) -> &'a NormalFormGame {
        self.game
    }

    /// Returns the number of states.
    pub fn states(&self) -> usize {
        self.joints.len()
    }

    /// Returns the joint action in a state.
    ///
    /// # Panics
    /// Panics if the state does not exist.
    pub fn joint(&self, state: usize) -> usize {
        self.joints[state]
    }

    /// Returns the states after a joint action, with their probabilities; a single one unless
    /// agents observe varying demand.
    pub fn successors(
        &self,
        state: usize,
        joint: usize,
    ) -> impl Iterator<Item = (usize, f64)> + use<> {
        self.rule.successors(state, joint)
    }

    /// Returns the payoffs of all agents if a joint action is played in a state.
    ///
    /// # Panics
    /// Panics if the joint action does not exist.
    pub fn payoffs(&self, state: usize, joint: usize) -> &'a [f64] {
        match (self.demand, self.rule.demand(state)) {
            (Some(games), Some(demand)) => games.game(demand).payoffs(joint),
            _ => self.game.payoffs(joint),
        }
    }

    /// Returns the demand of a state, 0 for low and 1 for high; `None` if agents do not observe it.
    pub fn demand(&self, state: usize) -> Option<usize> {
        self.rule.demand(state)
    }

    /// Returns whether an agent chooses in a state; if agents move in turn, one of them does.
    pub fn chooses(&self, state: usize, agent: usize) -> bool {
        self.rule.chooses(state, agent)
    }

    /// Returns whether agents move in turn.
    pub fn are_in_turn(&self) -> bool {
        self.rule.are_in_turn()
    }

    /// Returns the joint action in a state, with the action of one agent replaced.
    ///
    /// # Panics
    /// Panics if the state or the agent does not exist.
    pub fn deviation(&self, state: usize, agent: usize, action: usize) -> usize {
        self.game.with_action(self.joints[state], agent, action)
    }

    /// Returns the discounted payoffs of an agent from each state on, if all follow their
    /// strategies.
    ///
    /// Exact up to rounding. Complexity: the number of states, and if agents observe varying
    /// demand, a few hundred times that.
    ///
    /// # Errors
    /// Returns an error if the agent does not exist, or if `delta` is not a discount factor.
    pub fn values(&self, agent: usize, delta: f64) -> Result<Vec<f64>, PricingError> {
        self.check(agent, delta)?;
        Ok(self.values_of(&self.joints, agent, delta))
    }

    /// Returns the discounted payoffs of an agent from each state on, given a joint action in each.
    pub(super) fn values_of(&self, joints: &[usize], agent: usize, delta: f64) -> Vec<f64> {
        let states = || joints.iter().enumerate();
        let rewards: Vec<f64> = states()
            .map(|(state, &joint)| self.payoffs(state, joint)[agent])
            .collect();
        if !self.rule.are_certain() {
            let next = |state: usize| self.successors(state, joints[state]);
            return expected_discounted(&rewards, next, delta);
        }
        let next = states().flat_map(|(state, &joint)| self.successors(state, joint));
        let next: Vec<usize> = next.map(|(state, _)| state).collect();
        discounted(&rewards, &next, delta)
    }

    /// Returns the discounted payoffs of an agent who takes an action in a state, given the values
    /// afterwards.
    pub(super) fn value_of_action(
        &self,
        state: usize,
        agent: usize,
        action: usize,
        after: &[f64],
        delta: f64,
    ) -> f64 {
        let joint = self.deviation(state, agent, action);
        let expected = self
            .successors(state, joint)
            .map(|(next, probability)| probability * after[next]);
        self.payoffs(state, joint)[agent] + delta * expected.sum::<f64>()
    }

    pub(super) fn check(&self, agent: usize, delta: f64) -> Result<(), PricingError> {
        check_below("agent", agent, self.game.agents())?;
        check_delta(delta)
    }
}
