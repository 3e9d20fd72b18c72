use super::NormalFormGame;
use crate::pricing::{PricingError, market::DemandShocks};

/// The games of low and of high demand, one of which is played in each period.
#[derive(Clone, Debug, PartialEq)]
pub struct DemandGames {
    shocks: DemandShocks,
    games: [NormalFormGame; 2],
}

impl DemandGames {
    /// Creates the pair from the game of low and that of high demand, with the same actions.
    ///
    /// # Errors
    /// Returns [`PricingError::Agents`] or [`PricingError::Entries`] if the games differ in agents
    /// or actions.
    pub fn new(
        shocks: DemandShocks,
        low: NormalFormGame,
        high: NormalFormGame,
    ) -> Result<Self, PricingError> {
        if low.agents() != high.agents() {
            let (found, agents) = (high.agents(), low.agents());
            return Err(PricingError::Agents {
                found,
                what: "actions",
                agents,
            });
        }
        if low.action_counts() != high.action_counts() {
            return Err(PricingError::Entries {
                what: "payoffs in high demand",
                found: high.joint_count() * high.agents(),
                joints: low.joint_count(),
                agents: low.agents(),
                expected: low.joint_count() * low.agents(),
            });
        }
        Ok(Self {
            shocks,
            games: [low, high],
        })
    }

    /// Returns the process of demand.
    pub fn shocks(&self) -> DemandShocks {
        self.shocks
    }

    /// Returns the number of demand signals that agents observe: 1 if they do not observe demand,
    /// otherwise 2.
    pub(in crate::pricing) fn signals(&self) -> usize {
        match self.shocks.observed {
            true => 2,
            false => 1,
        }
    }

    /// Returns the game of low (0) or high (1) demand.
    ///
    /// # Panics
    /// Panics for any other state.
    pub fn game(&self, state: usize) -> &NormalFormGame {
        &self.games[state]
    }

    /// Returns the game of expected payoffs and learning rewards, weighted by the shares of periods
    /// with low and high demand.
    ///
    /// # Errors
    /// Returns an error if a number is no longer finite.
    pub fn expected(&self) -> Result<NormalFormGame, PricingError> {
        let [low, high] = &self.games;
        let mean = |low: &[f64], high: &[f64]| {
            let pairs = low.iter().zip(high);
            let means = pairs.map(|(&low, &high)| self.shocks.mean([low, high]));
            means.collect::<Vec<f64>>()
        };
        let joints = 0..low.joint_count();
        let payoffs = joints.flat_map(|joint| mean(low.payoffs(joint), high.payoffs(joint)));
        let game = NormalFormGame::new(low.action_counts().to_vec(), payoffs.collect())?;
        if !low.has_learning_rewards() && !high.has_learning_rewards() {
            return Ok(game);
        }
        let rewards = mean(low.all_learning_rewards(), high.all_learning_rewards());
        game.with_learning_rewards(rewards)
    }
}
