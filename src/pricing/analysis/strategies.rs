use super::{AnalysisError, discounted::discounted};
use crate::pricing::{
    environment::GameStates,
    game::NormalFormGame,
    session::{SessionPlan, SessionResult},
};

/// Deterministic strategies of all agents in a repeated game: an action of each in each state.
///
/// Payoffs are the game's, never its learning rewards. Where agents move in turn, only one chooses in
/// each state; the others' actions are what they hold.
#[derive(Clone, Debug)]
pub struct Strategies<'a> {
    game: &'a NormalFormGame,
    rule: GameStates,
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
        Ok(Self { game, rule, joints })
    }

    /// The strategies that a session learned.
    ///
    /// # Errors
    /// As [`new`](Self::new), for a session of another plan.
    pub fn of(plan: &'a SessionPlan, result: &SessionResult) -> Result<Self, AnalysisError> {
        Self::new(plan.game(), plan.states(), &result.learned.greedy)
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

    /// The state after a joint action.
    pub fn next(&self, state: usize, joint: usize) -> usize {
        self.rule.next(state, joint)
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
    /// Exact up to rounding; complexity: the number of states.
    ///
    /// # Errors
    /// [`AnalysisError`] for an agent that is not there, or a delta that is no discount factor.
    pub fn values(&self, agent: usize, delta: f64) -> Result<Vec<f64>, AnalysisError> {
        self.check(agent, delta)?;
        Ok(self.values_of(&self.joints, agent, delta))
    }

    /// The discounted payoffs of an agent from each state on, from a joint action in each.
    pub(super) fn values_of(&self, joints: &[usize], agent: usize, delta: f64) -> Vec<f64> {
        let rewards = joints.iter().map(|&joint| self.game.payoffs(joint)[agent]);
        let next = joints.iter().enumerate();
        let next = next.map(|(state, &joint)| self.next(state, joint));
        discounted(
            &rewards.collect::<Vec<_>>(),
            &next.collect::<Vec<_>>(),
            delta,
        )
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
        self.game.payoffs(joint)[agent] + delta * after[self.next(state, joint)]
    }

    pub(super) fn check(&self, agent: usize, delta: f64) -> Result<(), AnalysisError> {
        AnalysisError::check_below("agent", agent, self.game.agents())?;
        AnalysisError::check_delta(delta)
    }
}
