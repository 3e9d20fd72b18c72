use serde::{Deserialize, Serialize};

use super::{
    DynamicBestReply, Strategies,
    checks::{check_below, check_count},
};
use crate::pricing::PricingError;

/// Share of the value below which a loss is rounding.
const ROUNDING: f64 = 1e-10;

/// The strategy of a deviating agent after its deviation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Continuation {
    /// Return to the own learned strategy: the test of Calvano et al. (2020).
    OwnStrategy,
    /// The dynamic best reply to the others' strategies: the stricter test.
    BestReply,
}

/// Tests whether learned strategies are best replies to each other.
///
/// The Q-loss of an agent in a state is its loss from following its strategy,
///
/// ```text
/// loss = (max_a Q(s, a) - Q(s, a_own)) / |max_a Q(s, a)|
/// ```
///
/// where Q is the true discounted payoff against the others' strategies. With
/// [`Continuation::OwnStrategy`], one deviation is followed by the own strategy; with
/// [`Continuation::BestReply`], the best of all replies is compared with always following the own
/// strategy. A state is in equilibrium if no agent loses more than 1e-10 of the value. If agents
/// move in turn, only the mover of a state can lose there: means are over the moves of all agents.
///
/// Reference: Calvano, Calzolari, Denicolò and Pastorello (2020), section IV.B, for the former.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EquilibriumTest {
    /// Whether all states of the limit cycle are in equilibrium.
    pub on_path: bool,
    /// Share of the other states that are in equilibrium; NaN if there are none.
    pub off_path: f64,
    /// Mean loss over the choices of agents in the states of the limit cycle, without weights.
    pub loss_on_path: f64,
    /// Mean loss over the choices of agents in all states.
    pub loss: f64,
}

impl EquilibriumTest {
    /// Tests strategies with the given states of the limit cycle and discount factor of each agent.
    ///
    /// # Errors
    /// Returns an error if a discount factor is missing or invalid, or if a state does not exist.
    pub fn new(
        strategies: &Strategies<'_>,
        cycle: &[usize],
        deltas: &[f64],
        continuation: Continuation,
    ) -> Result<Self, PricingError> {
        let (agents, states) = (strategies.game().agents(), strategies.states());
        check_count("discount factors for agents", deltas.len(), agents)?;
        let mut on_cycle = vec![false; states];
        for &state in cycle {
            check_below("state", state, states)?;
            on_cycle[state] = true;
        }
        let mut largest = vec![0.0_f64; states];
        let (mut on_path, mut everywhere) = (0.0, 0.0);
        for (agent, &delta) in deltas.iter().enumerate() {
            let losses = losses(strategies, agent, delta, continuation)?;
            for (state, loss) in losses.into_iter().enumerate() {
                largest[state] = largest[state].max(loss);
                everywhere += loss;
                on_path += if on_cycle[state] { loss } else { 0.0 };
            }
        }
        let stable = |&state: &usize| largest[state] <= ROUNDING;
        let off_cycle = || (0..states).filter(|&state| !on_cycle[state]);
        let of_cycle = || (0..states).filter(|&state| on_cycle[state]);
        let share = |part: usize, all: usize| part as f64 / all as f64;
        let choices = |state: usize| {
            let agents = 0..agents;
            agents
                .filter(|&agent| strategies.chooses(state, agent))
                .count()
        };
        Ok(Self {
            on_path: of_cycle().all(|state| stable(&state)),
            off_path: share(off_cycle().filter(stable).count(), off_cycle().count()),
            loss_on_path: on_path / of_cycle().map(choices).sum::<usize>() as f64,
            loss: everywhere / (0..states).map(choices).sum::<usize>() as f64,
        })
    }
}

/// Returns the loss of an agent in each state.
fn losses(
    strategies: &Strategies<'_>,
    agent: usize,
    delta: f64,
    continuation: Continuation,
) -> Result<Vec<f64>, PricingError> {
    let own = strategies.values(agent, delta)?;
    let best = match continuation {
        Continuation::BestReply => DynamicBestReply::new(strategies, agent, delta)?.values,
        Continuation::OwnStrategy => {
            let actions = 0..strategies.game().action_counts()[agent];
            let best = |state| {
                if !strategies.chooses(state, agent) {
                    return own[state];
                }
                let values = actions
                    .clone()
                    .map(|action| strategies.value_of_action(state, agent, action, &own, delta));
                values.fold(f64::NEG_INFINITY, f64::max)
            };
            (0..strategies.states()).map(best).collect()
        }
    };
    let pairs = best.iter().zip(&own);
    Ok(pairs
        .map(|(best, own)| match best - own {
            gain if gain > 0.0 => gain / best.abs(),
            _ => 0.0,
        })
        .collect())
}
