//! Sessions in which agents set their prices in turn.
//!
//! Agent 0 moves in the first period, agent 1 in the second, and so on. The mover observes the
//! prices that the others hold. At its next turn, it learns from the rewards of all N periods since
//! its last turn:
//!
//! ```text
//! Q(p_-i, p_i) += alpha [ r_t + delta r_(t+1) + .. + delta^(N-1) r_(t+N-1)
//!                         + delta^N max_p' Q(p'_-i, p') - Q(p_-i, p_i) ]
//! ```
//!
//! Exploration decays with each move of an agent, not with each period. Initial values are those of
//! prices that are held forever, as in simultaneous play.
//!
//! Reference: Klein (2021), "Autonomous algorithmic collusion: Q-learning under sequential pricing",
//! RAND Journal of Economics 52(3), section 3.

use super::{
    Learned, SessionGenerators, SessionPlan, Stability, Watch,
    plan::{begin_learners, begin_q_learners},
    play::BETWEEN_CHECKS,
};
use crate::pricing::{
    PricingError,
    environment::Moves,
    game::NormalFormGame,
    learner::{AnyLearner, Learner, Transition},
};

/// The data shared by sessions with moves in turn.
pub(super) struct InTurn<'a> {
    plan: &'a SessionPlan,
    /// The game with the sums of rewards between two turns, for initial values.
    turns: NormalFormGame,
    /// The learners, with the discount factor from turn to turn.
    learners: Vec<AnyLearner>,
    deltas: Vec<f64>,
}

/// An agent's action in its last turn, and its rewards since.
struct Turn {
    state: usize,
    action: usize,
    reward: f64,
    discount: f64,
}

impl<'a> InTurn<'a> {
    /// Computes the data of a plan.
    ///
    /// # Errors
    /// Returns an error if the memory of the agents is not one period, if a learner does not
    /// support moves in turn, or if the sum of rewards over several periods is not finite.
    pub(super) fn new(plan: &'a SessionPlan) -> Result<Self, PricingError> {
        let memory = plan.history().memory();
        if memory != 1 {
            return Err(PricingError::TurnMemory { memory });
        }
        if plan.demand().is_some() {
            return Err(PricingError::TurnDemand);
        }
        let (game, deltas) = (plan.game(), plan.discount_factors());
        let agents = game.agents();
        let learners = plan.learners().iter().zip(&deltas).enumerate();
        let learners = learners.map(|(agent, (learner, delta))| {
            if learner.reads_game() {
                let kind = learner.kind().to_owned();
                return Err(PricingError::ReadsGame { agent, kind });
            }
            let of_turns = learner
                .clone()
                .with_discount_factor(delta.powi(agents as i32));
            of_turns.map_err(PricingError::of_learner(agent))
        });
        let learners = learners.collect::<Result<Vec<_>, PricingError>>()?;
        let weights = deltas.iter().map(|delta| {
            let powers = (0..agents).map(|periods| delta.powi(periods as i32));
            powers.sum::<f64>()
        });
        let weights: Vec<f64> = weights.collect();
        let rewards = (0..game.joint_count()).flat_map(|joint| {
            let both = game.learning_rewards(joint).iter().zip(&weights);
            both.map(|(reward, weight)| reward * weight)
                .collect::<Vec<_>>()
        });
        let rewards = rewards.collect();
        let turns = game.clone().with_learning_rewards(rewards);
        Ok(Self {
            plan,
            turns: turns.map_err(|error| error.at("rewards of the periods between two turns"))?,
            learners,
            deltas,
        })
    }

    /// Learns from the first period to convergence.
    pub(super) fn learn<W: Watch + ?Sized>(
        &self,
        mut generators: SessionGenerators,
        watch: &mut W,
        should_stop: &dyn Fn() -> bool,
    ) -> Result<Learned, PricingError> {
        let (settings, history) = (&self.learners, &self.plan.history());
        match begin_q_learners(settings, &self.turns, history, &mut generators)? {
            Some(mut learners) => self.play(&mut learners, generators, watch, should_stop),
            None => {
                let mut learners = begin_learners(settings, &self.turns, history, &mut generators)?;
                self.play(&mut learners, generators, watch, should_stop)
            }
        }
    }

    fn play<L: Learner, W: Watch + ?Sized>(
        &self,
        learners: &mut [L],
        mut generators: SessionGenerators,
        watch: &mut W,
        should_stop: &dyn Fn() -> bool,
    ) -> Result<Learned, PricingError> {
        let game = self.plan.game();
        let (agents, joints) = (game.agents(), game.joint_count());
        for (agent, learner) in learners.iter().enumerate() {
            learner
                .check(joints, game.action_counts()[agent])
                .map_err(PricingError::of_learner(agent))?;
        }
        let seed = generators.episode_seed();
        let mut held = self.plan.initial_state().state(joints, seed)?;
        let mut turns: Vec<Option<Turn>> = (0..agents).map(|_| None).collect();
        let mut stability = Stability::new(self.plan.convergence());
        let (mut periods, mut mover) = (0, 0);
        while periods == 0 || !stability.is_over(periods) {
            periods += 1;
            let (learner, rng) = (&mut learners[mover], &mut generators.agents[mover]);
            let state = self.seen(held, mover);
            if let Some(turn) = turns[mover].take() {
                let best = learner.greedy_action(turn.state);
                let transition = Transition {
                    state: turn.state,
                    action: turn.action,
                    reward: turn.reward,
                    next_state: state,
                    terminated: false,
                };
                learner.learn(&transition, rng);
                if learner.greedy_action(turn.state) != best {
                    stability.changed(periods);
                }
            }
            let action = learner.act(state, rng);
            held = game.with_action(held, mover, action);
            watch.played(held);
            turns[mover] = Some(Turn {
                state,
                action,
                reward: 0.0,
                discount: 1.0,
            });
            for (agent, turn) in turns.iter_mut().enumerate() {
                if let Some(turn) = turn {
                    turn.reward += turn.discount * game.learning_rewards(held)[agent];
                    turn.discount *= self.deltas[agent];
                }
            }
            mover = (mover + 1) % agents;
            if periods % BETWEEN_CHECKS == 0 && should_stop() {
                return Err(PricingError::Stopped { periods });
            }
        }
        let strategies = learners.iter().enumerate().map(|(agent, learner)| {
            let all = (0..agents).flat_map(|mover| (0..joints).map(move |held| (mover, held)));
            let action = |(mover, held)| match mover == agent {
                true => learner.greedy_action(self.seen(held, agent)),
                false => game.action_of(held, agent),
            };
            all.map(|state| action(state) as u32).collect()
        });
        let greedy = strategies.collect();
        let values = match self.plan.keeps_values() {
            true => learners.iter().map(Learner::values).collect(),
            false => None,
        };
        Ok(Learned {
            converged: stability.converged(periods),
            periods,
            last_state: self.plan.states().of_turn(mover, held),
            greedy,
            values,
        })
    }

    /// Returns the observation of an agent: the held actions of the others.
    fn seen(&self, held: usize, agent: usize) -> usize {
        self.plan.game().with_action(held, agent, 0)
    }
}

impl SessionPlan {
    /// Sets the moves: at the same time, or in turn.
    ///
    /// # Errors
    /// Returns an error if moves are in turn and the memory of the agents is not one period, or a
    /// learner does not support moves in turn.
    pub fn with_moves(self, moves: Moves) -> Result<Self, PricingError> {
        let plan = self.moving(moves);
        if moves == Moves::InTurn {
            InTurn::new(&plan)?;
        }
        Ok(plan)
    }

    /// Plays and learns until convergence or the maximum length, with moves in turn.
    pub(super) fn learn_in_turn<W: Watch + ?Sized>(
        &self,
        generators: SessionGenerators,
        watch: &mut W,
        should_stop: &dyn Fn() -> bool,
    ) -> Result<Learned, PricingError> {
        InTurn::new(self)?.learn(generators, watch, should_stop)
    }
}

#[cfg(test)]
#[path = "in_turn_tests.rs"]
mod tests;
