use std::path::PathBuf;

use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};

use super::QTable;
use crate::{
    SettingError,
    pricing::{PricingError, environment::ActionHistory, game::NormalFormGame},
};

/// The initial values of a learner.
///
/// In TOML: `initial_q = "uniform_rivals"`, `initial_q = { constant = 0.0 }`,
/// `initial_q = { file = "q.json" }`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum InitialQ {
    /// In every state, the discounted mean reward of an action against rivals who choose uniformly:
    /// `Q(s, a) = mean_{a_-i} r(a, a_-i) / (1 - delta)`.
    ///
    /// Reference: Calvano, Calzolari, Denicolò and Pastorello (2020), section II.
    #[default]
    UniformRivals,
    /// In every state, the discounted reward of an action against these actions of the rivals, in
    /// their order: `r(a, rivals) / (1 - delta)`.
    FixedRivals(Vec<usize>),
    /// The same value everywhere.
    Constant(f64),
    /// A uniform random number for each state and action.
    Random {
        /// Lower end of the range.
        low: f64,
        /// Upper end of the range.
        high: f64,
    },
    /// A given table, such as a learned one.
    Table(QTable),
    /// A table from a JSON file; see [`QTable::read`].
    File(PathBuf),
}

impl InitialQ {
    /// Returns the values for one agent of a game with these states. `Random` takes one 64-bit
    /// number for each state and action; the others take none.
    ///
    /// # Errors
    /// Returns an error if the setting does not fit the game, is not finite, or a file cannot be
    /// read.
    ///
    /// # Panics
    /// Panics if the agent does not exist.
    pub fn table(
        &self,
        game: &NormalFormGame,
        history: &ActionHistory,
        agent: usize,
        delta: f64,
        rng: &mut (impl Rng + ?Sized),
    ) -> Result<QTable, PricingError> {
        let (states, actions) = (history.states(), game.action_counts()[agent]);
        let forever = |row: Vec<f64>| {
            let row: Vec<f64> = row.iter().map(|reward| reward / (1.0 - delta)).collect();
            QTable::of_equal_states(states, &row)
        };
        match self {
            Self::UniformRivals => forever(mean_rewards(game, agent)),
            Self::FixedRivals(rivals) => forever(rewards_against(game, agent, rivals)?),
            Self::Constant(value) => {
                finite("initial Q: the constant", *value)?;
                QTable::of_equal_states(states, &vec![*value; actions])
            }
            Self::Random { low, high } => {
                finite("initial Q: low", *low)?;
                finite(HIGH, *high)?;
                let width = high - low;
                if !(width.is_finite() && width >= 0.0) {
                    return Err(SettingError::new(
                        HIGH,
                        high,
                        "give a number that is not below low, nor too far above it",
                    )
                    .into());
                }
                let drawn = (0..states * actions).map(|_| low + width * rng.random::<f64>());
                QTable::new(states, actions, drawn.collect())
            }
            Self::Table(table) => fitting(table.clone(), states, actions),
            Self::File(path) => fitting(QTable::read(path)?, states, actions),
        }
    }
}

fn mean_rewards(game: &NormalFormGame, agent: usize) -> Vec<f64> {
    let actions = game.action_counts()[agent];
    let mut sums = vec![0.0; actions];
    for joint in 0..game.joint_count() {
        sums[game.action_of(joint, agent)] += game.learning_rewards(joint)[agent];
    }
    let rivals = (game.joint_count() / actions) as f64;
    sums.iter().map(|sum| sum / rivals).collect()
}

fn rewards_against(
    game: &NormalFormGame,
    agent: usize,
    rivals: &[usize],
) -> Result<Vec<f64>, PricingError> {
    let refused = |reason| PricingError::Rivals {
        rivals: rivals.to_vec(),
        agent,
        reason,
    };
    if rivals.len() + 1 != game.agents() {
        return Err(refused("give one action for each of the other agents"));
    }
    let mut joint = rivals.to_vec();
    joint.insert(agent, 0);
    let first = game
        .joint_index(&joint)
        .map_err(|_| refused("an action does not exist"))?;
    let own = 0..game.action_counts()[agent];
    let joints = own.map(|action| game.with_action(first, agent, action));
    Ok(joints
        .map(|joint| game.learning_rewards(joint)[agent])
        .collect())
}

const HIGH: &str = "initial Q: high";

fn finite(name: &'static str, value: f64) -> Result<(), PricingError> {
    if value.is_finite() {
        return Ok(());
    }
    Err(SettingError::new(name, value, "give a finite number").into())
}

fn fitting(table: QTable, states: usize, actions: usize) -> Result<QTable, PricingError> {
    if (table.states(), table.actions()) == (states, actions) {
        return Ok(table);
    }
    Err(PricingError::TableSize {
        found_states: table.states(),
        found_actions: table.actions(),
        states,
        actions,
    })
}

#[cfg(test)]
#[path = "initial_q_tests.rs"]
mod tests;
