use serde::{Deserialize, Serialize};

use super::pure_nash::pure_nash;
use crate::{
    SettingError,
    pricing::{
        PricingError,
        table_size::{memory_limit, table_bytes},
    },
};

/// A finite game in normal form: the payoff of each agent in each joint action.
///
/// Joint actions are numbered with the first agent as the most significant digit,
///
/// ```text
/// joint = a_0 A_1 A_2 ... + a_1 A_2 ... + ... + a_{N-1}
/// ```
///
/// for actions `a_i` of `A_i` possible ones. In addition to the payoffs, which every evaluation
/// uses, a game may have *learning rewards*: the rewards of the learners, such as a payoff minus a
/// penalty.
///
/// Memory: `8 N A_0 A_1 ...` bytes, twice that with learning rewards.
///
/// ```
/// use fireweed::pricing::game::NormalFormGame;
///
/// // A prisoner's dilemma; action 1 is to cooperate.
/// let game = NormalFormGame::from_fn(vec![2, 2], |actions| match actions {
///     [0, 0] => vec![2.0, 2.0],
///     [0, 1] => vec![5.0, 0.0],
///     [1, 0] => vec![0.0, 5.0],
///     _ => vec![4.0, 4.0],
/// })?;
/// assert_eq!(game.payoffs(game.joint_index(&[0, 1])?), [5.0, 0.0]);
/// assert_eq!(game.pure_nash(), [0]);
/// # Ok::<(), fireweed::pricing::PricingError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Listed", into = "Listed")]
pub struct NormalFormGame {
    actions: Vec<usize>,
    /// Factor of an agent's action in the joint index.
    places: Vec<usize>,
    joints: usize,
    /// Agent by agent within a joint action.
    payoffs: Vec<f64>,
    rewards: Option<Vec<f64>>,
}

const WEIGHT: &str = "give a finite number, 0 for no penalty";
const PAYOFFS: &str = "payoffs";
const REWARDS: &str = "learning rewards";

impl NormalFormGame {
    /// Creates a game from the payoffs of all agents in joint action 0, then in joint action 1, and
    /// so on.
    ///
    /// # Errors
    /// Returns an error if there are no agents or no actions, or if the table has the wrong size,
    /// does not fit into memory, or contains an entry that is not finite.
    pub fn new(actions: Vec<usize>, payoffs: Vec<f64>) -> Result<Self, PricingError> {
        let mut game = Self::frame(actions)?;
        game.check(PAYOFFS, &payoffs)?;
        game.payoffs = payoffs;
        Ok(game)
    }

    /// Creates a game from a function that maps a joint action, one action per agent, to one payoff
    /// per agent.
    ///
    /// # Errors
    /// Same as [`new`](Self::new).
    pub fn from_fn(
        actions: Vec<usize>,
        mut payoffs_of: impl FnMut(&[usize]) -> Vec<f64>,
    ) -> Result<Self, PricingError> {
        let mut game = Self::frame(actions)?;
        let mut payoffs = Vec::with_capacity(game.joints * game.agents());
        for joint in 0..game.joints {
            let found = payoffs_of(&game.actions_of(joint));
            if found.len() != game.agents() {
                return Err(PricingError::Agents {
                    found: found.len(),
                    what: "payoffs",
                    agents: game.agents(),
                });
            }
            payoffs.extend(found);
        }
        game.check(PAYOFFS, &payoffs)?;
        game.payoffs = payoffs;
        Ok(game)
    }

    /// Sets `rewards` as the learning rewards, listed as in [`new`](Self::new).
    ///
    /// # Errors
    /// Returns an error if the table has the wrong size or an entry is not finite.
    pub fn with_learning_rewards(mut self, rewards: Vec<f64>) -> Result<Self, PricingError> {
        self.check(REWARDS, &rewards)?;
        self.rewards = Some(rewards);
        Ok(self)
    }

    /// Sets the learning rewards to `payoff - weight * penalty`. The function returns the penalty
    /// of each agent in a joint action, from its actions and payoffs.
    ///
    /// With a weight of 0, every session is bit for bit the same as without a penalty.
    ///
    /// # Errors
    /// Returns an error if the weight or a penalty is not finite, or if the number of penalties is
    /// not the number of agents.
    pub fn with_penalty(
        self,
        weight: f64,
        mut penalties_of: impl FnMut(&[usize], &[f64]) -> Vec<f64>,
    ) -> Result<Self, PricingError> {
        if !weight.is_finite() {
            return Err(SettingError::new("the weight of the penalty", weight, WEIGHT).into());
        }
        let mut rewards = Vec::with_capacity(self.payoffs.len());
        for joint in 0..self.joints {
            let payoffs = self.payoffs(joint);
            let penalties = penalties_of(&self.actions_of(joint), payoffs);
            if penalties.len() != payoffs.len() {
                return Err(PricingError::Agents {
                    found: penalties.len(),
                    what: "penalties",
                    agents: payoffs.len(),
                });
            }
            let told = payoffs.iter().zip(penalties);
            rewards.extend(told.map(|(payoff, penalty)| payoff - weight * penalty));
        }
        self.with_learning_rewards(rewards)
    }

    /// Returns the number of agents, N.
    pub fn agents(&self) -> usize {
        self.actions.len()
    }

    /// Returns the number of actions of each agent.
    pub fn action_counts(&self) -> &[usize] {
        &self.actions
    }

    /// Returns the number of joint actions, the product of the numbers of actions.
    pub fn joint_count(&self) -> usize {
        self.joints
    }

    /// Returns the index of a joint action.
    ///
    /// # Errors
    /// Returns an error if an action is missing or does not exist.
    pub fn joint_index(&self, actions: &[usize]) -> Result<usize, PricingError> {
        if actions.len() != self.agents() {
            return Err(PricingError::Agents {
                found: actions.len(),
                what: "actions",
                agents: self.agents(),
            });
        }
        let mut joint = 0;
        for (agent, (&action, &count)) in actions.iter().zip(&self.actions).enumerate() {
            if action >= count {
                return Err(PricingError::NoSuchAction {
                    agent,
                    action,
                    actions: count,
                });
            }
            joint += action * self.places[agent];
        }
        Ok(joint)
    }

    /// Returns the action of each agent in a joint action.
    pub fn actions_of(&self, joint: usize) -> Vec<usize> {
        let agents = 0..self.agents();
        agents.map(|agent| self.action_of(joint, agent)).collect()
    }

    /// Returns the action of one agent in a joint action.
    ///
    /// # Panics
    /// Panics if the agent does not exist.
    pub fn action_of(&self, joint: usize, agent: usize) -> usize {
        joint / self.places[agent] % self.actions[agent]
    }

    /// Returns the payoffs of all agents in a joint action.
    ///
    /// # Panics
    /// Panics if the joint action does not exist.
    pub fn payoffs(&self, joint: usize) -> &[f64] {
        self.row(&self.payoffs, joint)
    }

    /// Returns the learning rewards of all agents in a joint action; the payoffs if there are no
    /// learning rewards.
    ///
    /// # Panics
    /// Panics if the joint action does not exist.
    pub fn learning_rewards(&self, joint: usize) -> &[f64] {
        self.row(self.all_learning_rewards(), joint)
    }

    /// Returns whether learning rewards differ from payoffs.
    pub(crate) fn has_learning_rewards(&self) -> bool {
        self.rewards.is_some()
    }

    /// Returns the learning rewards of all joint actions, agent by agent within each.
    pub(crate) fn all_learning_rewards(&self) -> &[f64] {
        self.rewards.as_ref().unwrap_or(&self.payoffs)
    }

    /// Returns the joint action with the action of one agent replaced.
    ///
    /// # Panics
    /// Panics if the agent does not exist.
    pub fn with_action(&self, joint: usize, agent: usize, action: usize) -> usize {
        let place = self.places[agent];
        joint - self.action_of(joint, agent) * place + action * place
    }

    /// Returns the joint actions in which no agent gains by a unilateral deviation: pure Nash
    /// equilibria of the one-shot game, in payoffs.
    ///
    /// Complexity: the number of joint actions times the number of agents.
    pub fn pure_nash(&self) -> Vec<usize> {
        pure_nash(&self.actions, |agent, joint| self.payoffs(joint)[agent])
    }

    fn row<'a>(&self, table: &'a [f64], joint: usize) -> &'a [f64] {
        &table[joint * self.agents()..][..self.agents()]
    }

    /// Creates a game without payoffs.
    fn frame(actions: Vec<usize>) -> Result<Self, PricingError> {
        if actions.is_empty() {
            return Err(PricingError::NoAgents);
        }
        if let Some(agent) = actions.iter().position(|&count| count == 0) {
            return Err(PricingError::NoActions { agent });
        }
        let bytes = table_bytes(actions.iter().copied().chain([actions.len()]));
        let limit = memory_limit();
        if bytes > limit {
            return Err(PricingError::TooLarge {
                tables: format!(
                    "the payoffs of {} agents with {actions:?} actions take",
                    actions.len()
                ),
                bytes,
                limit,
                remedy: "use fewer actions",
            });
        }
        let mut joints = 1;
        let mut places = vec![1; actions.len()];
        for (place, count) in places.iter_mut().zip(&actions).rev() {
            *place = joints;
            joints *= count;
        }
        Ok(Self {
            actions,
            places,
            joints,
            payoffs: Vec::new(),
            rewards: None,
        })
    }

    fn check(&self, what: &'static str, table: &[f64]) -> Result<(), PricingError> {
        let agents = self.agents();
        if table.len() != self.joints * agents {
            return Err(PricingError::Entries {
                what,
                found: table.len(),
                joints: self.joints,
                agents,
                expected: self.joints * agents,
            });
        }
        match table.iter().position(|value| !value.is_finite()) {
            None => Ok(()),
            Some(entry) => Err(PricingError::Entry {
                what,
                agent: entry % agents,
                joint: entry / agents,
                value: table[entry],
            }),
        }
    }
}

/// The serialized form of a game.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    actions: Vec<usize>,
    payoffs: Vec<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    learning_rewards: Option<Vec<f64>>,
}

impl TryFrom<Listed> for NormalFormGame {
    type Error = PricingError;

    fn try_from(listed: Listed) -> Result<Self, PricingError> {
        let game = Self::new(listed.actions, listed.payoffs)?;
        match listed.learning_rewards {
            None => Ok(game),
            Some(rewards) => game.with_learning_rewards(rewards),
        }
    }
}

impl From<NormalFormGame> for Listed {
    fn from(game: NormalFormGame) -> Self {
        Self {
            actions: game.actions,
            payoffs: game.payoffs,
            learning_rewards: game.rewards,
        }
    }
}

#[cfg(test)]
#[path = "normal_form_tests.rs"]
mod tests;
