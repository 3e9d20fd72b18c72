use super::{AnalysisError, Strategies};

/// A better action must gain this, relative to the values compared; less is rounding.
const ROUNDING: f64 = 1e-12;

/// The most that one agent can earn against the others' fixed strategies, in every state.
///
/// Against fixed strategies the repeated game is a Markov decision process with certain transitions.
/// It is solved by policy iteration (Howard 1960) with exact values of each policy; it ends when no
/// action in any state gains more than 1e-12 of the value, so values are within
/// `1e-12 max|V| / (1 - delta)` of the optimum.
#[derive(Clone, Debug, PartialEq)]
pub struct DynamicBestReply {
    /// The discounted payoffs from each state on.
    pub values: Vec<f64>,
    /// The agent's action in each state; where another moves, the one that it holds.
    pub actions: Vec<usize>,
}

impl DynamicBestReply {
    /// The best reply of an agent; of several, one that keeps the agent's own actions where it can.
    ///
    /// Complexity: states times actions in each of a few iterations.
    ///
    /// # Errors
    /// [`AnalysisError`] for an agent that is not there, or a delta that is no discount factor.
    pub fn new(
        strategies: &Strategies<'_>,
        agent: usize,
        delta: f64,
    ) -> Result<Self, AnalysisError> {
        strategies.check(agent, delta)?;
        let game = strategies.game();
        let mut joints: Vec<usize> = (0..strategies.states())
            .map(|state| strategies.joint(state))
            .collect();
        loop {
            let values = strategies.values_of(&joints, agent, delta);
            let mut improved = false;
            for (state, joint) in joints.iter_mut().enumerate() {
                if !strategies.chooses(state, agent) {
                    continue;
                }
                let mut best = values[state] + ROUNDING * values[state].abs();
                for action in 0..game.action_counts()[agent] {
                    let value = strategies.value_of_action(state, agent, action, &values, delta);
                    if value > best {
                        best = value;
                        *joint = strategies.deviation(state, agent, action);
                        improved = true;
                    }
                }
            }
            if !improved {
                let actions = joints.iter().map(|&joint| game.action_of(joint, agent));
                return Ok(Self {
                    actions: actions.collect(),
                    values,
                });
            }
        }
    }
}
