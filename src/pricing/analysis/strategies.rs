use super::{
    AnalysisError,
    discounted::{discounted, expected_discounted},
};
use crate::pricing::{
    environment::GameStates,
    game::{DemandGames, NormalFormGame},
    session::{SessionPlan, SessionResult},
};

/// Deterministic strategies of all agents in a repeated game: an action of each in each state.
///
/// Payoffs are the game's, never its learning rewards. Where agents move in turn, only one chooses in
/// each state; the others' actions are what they hold. Where demand varies, payoffs are those of the
/// state if agents observe it, and expected ones if they do not.
#[derive(Clone, Debug)]
pub struct Strategies<'a> {
    game: &'a NormalFormGame,
    rule: GameStates,
    /// The games of low and high demand, where agents observe it.
    demand: Option<&'a DemandGames>,
    /// The joint action chosen in each state.
    joints: Vec<usize>,
}

impl<'a> Strategies<'a> {
    /// From the action of each agent in each state.
    ///
    /// # Errors
    /// [`AnalysisError`] where an agent or a state is missing, or an action does not exist.
    pub fn new(
        game: &'a NormalFormGame,
        states: impl Into<GameStates>,
        actions: &[Vec<u32>],
    ) -> Result<Self, AnalysisError> {
        let rule = states.into();
        let (states, agents) = (rule.states(), game.agents());
        AnalysisError::check_count("strategies for agents", actions.len(), agents)?;
        let mut joints = vec![0; states];
        for (strategy, &count) in actions.iter().zip(game.action_counts()) {
            AnalysisError::check_count("actions for states", strategy.len(), states)?;
            for (joint, &action) in joints.iter_mut().zip(strategy) {
                AnalysisError::check_below("action", action as usize, count)?;
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

    /// The strategies that a session learned.
    ///
    /// # Errors
    /// As [`new`](Self::new), for a session of another plan.
    pub fn of(plan: &'a SessionPlan, result: &SessionResult) -> Result<Self, AnalysisError> {
        let found = Self::new(plan.game(), plan.states(), &result.learned.greedy)?;
        Ok(Self {
            demand: plan.observed(),
            ..found
        })
    }

    /// The game.
    pub fn game(&self) -> &'a NormalFormGame {
        self.game
    }

    /// The number of states.
    pub fn states(&self) -> usize {
        self.joints.len()
    }

    /// The joint action in a state.
    ///
    /// # Panics
    /// Where there is no such state.
    pub fn joint(&self, state: usize) -> usize {
        self.joints[state]
    }

    /// The states after a joint action, with their probabilities; one, unless agents observe demand that
    /// varies.
    pub fn successors(
        &self,
        state: usize,
        joint: usize,
    ) -> impl Iterator<Item = (usize, f64)> + use<> {
        self.rule.successors(state, joint)
    }

    /// The payoffs of all agents if a joint action is played in a state.
    ///
    /// # Panics
    /// Where there is no such joint action.
    pub fn payoffs(&self, state: usize, joint: usize) -> &'a [f64] {
        match (self.demand, self.rule.demand(state)) {
            (Some(games), Some(demand)) => games.game(demand).payoffs(joint),
            _ => self.game.payoffs(joint),
        }
    }

    /// The demand of a state, 0 for low and 1 for high; `None` if agents do not observe it.
    pub fn demand(&self, state: usize) -> Option<usize> {
        self.rule.demand(state)
    }

    /// Whether an agent chooses in a state; where agents move in turn, one of them does.
    pub fn chooses(&self, state: usize, agent: usize) -> bool {
        self.rule.chooses(state, agent)
    }

    /// Whether agents move in turn.
    pub fn are_in_turn(&self) -> bool {
        self.rule.are_in_turn()
    }

    /// The joint action in a state in which one agent does something else.
    ///
    /// # Panics
    /// Where there is no such state or agent.
    pub fn deviation(&self, state: usize, agent: usize, action: usize) -> usize {
        self.game.with_action(self.joints[state], agent, action)
    }

    /// The discounted payoffs of an agent from each state on, if all follow their strategies.
    ///
    /// Exact up to rounding; complexity: the number of states, and where agents observe demand that varies
    /// some hundred times that.
    ///
    /// # Errors
    /// [`AnalysisError`] for an agent that is not there, or a delta that is no discount factor.
    pub fn values(&self, agent: usize, delta: f64) -> Result<Vec<f64>, AnalysisError> {
        self.check(agent, delta)?;
        Ok(self.values_of(&self.joints, agent, delta))
    }

    /// The discounted payoffs of an agent from each state on, from a joint action in each.
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

    /// The discounted payoffs of an agent who takes an action in a state, with these values
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

    pub(super) fn check(&self, agent: usize, delta: f64) -> Result<(), AnalysisError> {
        AnalysisError::check_below("agent", agent, self.game.agents())?;
        AnalysisError::check_delta(delta)
    }
}
