use super::Strategies;
use crate::pricing::PricingError;

/// Relative gain that a better action must have; less is rounding.
const ROUNDING: f64 = 1e-12;

/// The highest payoffs of one agent against the others' fixed strategies, in every state.
///
/// Against fixed strategies, the repeated game is a Markov decision process with deterministic
/// transitions. It is solved by policy iteration (Howard 1960) with exact values of each policy.
/// The iteration stops when no action in any state gains more than 1e-12 of the value, so values
/// are within `1e-12 max|V| / (1 - delta)` of the optimum.
#[derive(Clone, Debug, PartialEq)]
pub struct DynamicBestReply {
    /// Discounted payoffs from each state on.
    pub values: Vec<f64>,
    /// The agent's action in each state; if another agent moves, the action that it holds.
    pub actions: Vec<usize>,
}

impl DynamicBestReply {
    /// Computes the best reply of an agent; of several, one that keeps the agent's own actions if
    /// possible.
    ///
    /// Complexity: states times actions in each of a few iterations.
    ///
    /// # Errors
    /// Returns an error if the agent does not exist, or if `delta` is not a discount factor.
    pub fn new(
        strategies: &Strategies<'_>,
        agent: usize,
        delta: f64,
    ) -> Result<Self, PricingError> {
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
