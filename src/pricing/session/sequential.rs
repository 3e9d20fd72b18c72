use rayon::prelude::*;

use super::{
    Convergence, LimitCycle, SessionError, SessionGenerators, SessionPlan, Stability, Watch,
    play::BETWEEN_CHECKS,
};
use crate::pricing::{
    environment::{ActionHistory, InitialState},
    game::NormalFormGame,
    learner::{Learner, QLearner, QLearning, Transition},
};

/// Sessions in which Q-learners take turns: in each period one sets its price, and the prices of the
/// others are held.
///
/// Agent 0 moves in the first period, agent 1 in the second, and so on. Who moves sees the prices that
/// the others hold, and learns, when its next turn comes, from what all periods of N agents between
/// brought:
///
/// ```text
/// Q(p_-i, p_i) += alpha [ r_t + delta r_(t+1) + .. + delta^(N-1) r_(t+N-1)
///                         + delta^N max_p' Q(p'_-i, p') - Q(p_-i, p_i) ]
/// ```
///
/// Exploration decays with each move of an agent, not with each period. Initial values are those of
/// prices that are held for ever, as in simultaneous play.
///
/// Tests of equilibrium and impulse responses of [`analysis`](crate::pricing::analysis) are about
/// simultaneous moves, so results are of a type of their own.
///
/// Reference: Klein (2021), "Autonomous algorithmic collusion: Q-learning under sequential pricing",
/// RAND Journal of Economics 52(3), section 3.
///
/// ```
/// use fireweed::pricing::{
///     learner::{Exploration, QLearning},
///     market::Market,
///     scenario::{Scenario, ScenarioGrids},
///     session::{Convergence, SequentialPlan},
/// };
///
/// let learner = QLearning::new(0.15, 0.95, Exploration::Exponential { beta: 1e-3 })?;
/// let grids = ScenarioGrids::rescaled(4);
/// let scenario = Scenario::new(Market::symmetric(2, 1)?, grids, learner)
///     .with_convergence(Convergence { window: 5_000, cap: 100_000 });
/// let sequential = SequentialPlan::new(scenario.prepare()?.plan())?;
/// let session = sequential.run(0, &|| false)?;
/// println!("the prices repeat after {} periods", session.cycle.len());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct SequentialPlan {
    game: NormalFormGame,
    /// The game with rewards of all periods between two turns, for initial values.
    turns: NormalFormGame,
    history: ActionHistory,
    /// With the discount factor from turn to turn.
    learners: Vec<QLearning>,
    deltas: Vec<f64>,
    convergence: Convergence,
    seed: u64,
}

/// One session with moves in turn.
#[derive(Clone, Debug, PartialEq)]
pub struct SequentialResult {
    /// The session's number in its study.
    pub session: u64,
    /// The session ended by convergence, not by its cap.
    pub converged: bool,
    /// The periods played, with those of the window.
    pub periods: u64,
    /// For each agent, its action for each joint action that is held; its own does not matter.
    pub replies: Vec<Vec<u32>>,
    /// Where the replies lead, period by period, each with what was held and what is then played. One
    /// period: a focal price; more: prices that cycle, such as an Edgeworth cycle.
    pub cycle: LimitCycle,
    /// The mean payoff of each agent on the cycle.
    pub mean_payoffs: Vec<f64>,
}

/// What an agent did in its last turn, and got since.
struct Turn {
    state: usize,
    action: usize,
    reward: f64,
    discount: f64,
}

impl SequentialPlan {
    /// The sessions of a plan with moves in turn: its game, learners, convergence and seed. Its memory
    /// and first state are not used: agents see what is held, and begin with random prices.
    ///
    /// # Errors
    /// [`SessionError`] where a learner is not Q-learning, or tables do not fit into memory.
    pub fn new(plan: &SessionPlan) -> Result<Self, SessionError> {
        let (game, deltas) = (plan.game().clone(), plan.discount_factors());
        let agents = game.agents();
        let learners = plan.learners().iter().enumerate().map(|(agent, learner)| {
            let kind = || learner.kind().to_owned();
            let of_periods = learner.as_q_learning();
            let of_periods = of_periods.ok_or_else(|| SessionError::Turns {
                agent,
                kind: kind(),
            })?;
            Ok(QLearning {
                delta: of_periods.delta.powi(agents as i32),
                ..of_periods.clone()
            })
        });
        let learners = learners.collect::<Result<Vec<_>, SessionError>>()?;
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
            history: ActionHistory::new(&game, 1)?,
            turns: turns.map_err(|cause| SessionError::TurnRewards { cause })?,
            game,
            learners,
            deltas,
            convergence: plan.convergence(),
            seed: plan.seed(),
        })
    }

    /// Runs one session; `should_stop` is asked once in 2^20 periods.
    ///
    /// # Errors
    /// [`SessionError`] if a setting is invalid, or the session was stopped.
    pub fn run(
        &self,
        session: u64,
        should_stop: &dyn Fn() -> bool,
    ) -> Result<SequentialResult, SessionError> {
        self.run_watched(session, &mut (), should_stop)
    }

    /// Runs sessions on the threads of the current rayon pool, and returns them in their order.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn run_many(
        &self,
        sessions: std::ops::Range<u64>,
        should_stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<SequentialResult>, SessionError> {
        let sessions = sessions.into_par_iter();
        sessions
            .map(|one| self.run(one, &|| should_stop()))
            .collect()
    }

    /// The same session, each period of which is seen by `watch`.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn run_watched<W: Watch + ?Sized>(
        &self,
        session: u64,
        watch: &mut W,
        should_stop: &dyn Fn() -> bool,
    ) -> Result<SequentialResult, SessionError> {
        self.convergence.validate()?;
        let agents = self.game.agents();
        let mut generators = SessionGenerators::new(self.seed, session, agents);
        let mut learners = self.begin(&mut generators)?;
        let first = InitialState::Random;
        let mut held = first.state(self.history.states(), generators.episode_seed())?;
        let mut turns: Vec<Option<Turn>> = (0..agents).map(|_| None).collect();
        let mut stability = Stability::new(self.convergence);
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
            held = self.game.with_action(held, mover, action);
            watch.played(held);
            turns[mover] = Some(Turn {
                state,
                action,
                reward: 0.0,
                discount: 1.0,
            });
            for (agent, turn) in turns.iter_mut().enumerate() {
                if let Some(turn) = turn {
                    turn.reward += turn.discount * self.game.learning_rewards(held)[agent];
                    turn.discount *= self.deltas[agent];
                }
            }
            mover = (mover + 1) % agents;
            if periods % BETWEEN_CHECKS == 0 && should_stop() {
                return Err(SessionError::Stopped { periods });
            }
        }
        let replies = learners.iter().enumerate().map(|(agent, learner)| {
            let held = 0..self.history.states();
            let reply = |held| learner.greedy_action(self.seen(held, agent)) as u32;
            held.map(reply).collect()
        });
        let replies: Vec<Vec<u32>> = replies.collect();
        let cycle = cycle(&self.game, &self.history, &replies, (held, mover));
        Ok(SequentialResult {
            session,
            converged: stability.converged(periods),
            periods,
            mean_payoffs: cycle.mean_payoffs(&self.game),
            cycle,
            replies,
        })
    }

    fn begin(&self, generators: &mut SessionGenerators) -> Result<Vec<QLearner>, SessionError> {
        let settings = self.learners.iter().zip(&mut generators.agents);
        let learners = settings.enumerate().map(|(agent, (learner, rng))| {
            learner
                .learner(&self.turns, &self.history, agent, rng)
                .map_err(|cause| SessionError::Learner { agent, cause })
        });
        learners.collect()
    }

    /// What an agent sees of what is held: the actions of the others.
    fn seen(&self, held: usize, agent: usize) -> usize {
        self.game.with_action(held, agent, 0)
    }
}

/// Where replies lead from what is held before the turn of an agent.
///
/// A round of turns is one step of a simultaneous game in which everybody knows what those before it
/// are about to do; its limit cycle is then told period by period.
fn cycle(
    game: &NormalFormGame,
    history: &ActionHistory,
    replies: &[Vec<u32>],
    (held, mover): (usize, usize),
) -> LimitCycle {
    let agents = replies.len();
    let turn =
        |held: usize, agent: usize| game.with_action(held, agent, replies[agent][held] as usize);
    let rounds = (0..agents).map(|agent| {
        let before = (0..history.states()).map(|held| (0..agent).fold(held, turn));
        before.map(|held| replies[agent][held]).collect()
    });
    let rounds: Vec<Vec<u32>> = rounds.collect();
    // The rest of the round that is under way.
    let rest = if mover == 0 {
        agents..agents
    } else {
        mover..agents
    };
    let under_way = rest.len();
    let of_rounds = LimitCycle::new(game, history, &rounds, rest.fold(held, turn));
    let (mut states, mut joint_actions) = (Vec::new(), Vec::new());
    for &start in &of_rounds.states {
        let mut held = start;
        for agent in 0..agents {
            states.push(held);
            held = turn(held, agent);
            joint_actions.push(held);
        }
    }
    if joint_actions.iter().all(|&joint| joint == joint_actions[0]) {
        states.truncate(1);
        joint_actions.truncate(1);
    }
    LimitCycle {
        states,
        joint_actions,
        approach: agents * of_rounds.approach + under_way,
    }
}

#[cfg(test)]
#[path = "sequential_tests.rs"]
mod tests;
