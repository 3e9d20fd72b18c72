use super::{period::Rules, tables::Tables};
use crate::pricing::{
    PricingError,
    environment::ActionHistory,
    game::NormalFormGame,
    learner::{BLOCK, Parts},
    session::{AgentRng, Convergence, Learned, Stability, Watch, play::BETWEEN_CHECKS},
};

/// A session before its first period.
pub(in crate::pricing::session) struct Start<'a> {
    pub(in crate::pricing::session) game: &'a NormalFormGame,
    pub(in crate::pricing::session) history: ActionHistory,
    pub(in crate::pricing::session) state: usize,
    pub(in crate::pricing::session) convergence: Convergence,
    pub(in crate::pricing::session) keep_values: bool,
}

/// Returns whether the engine supports this number of agents.
pub(in crate::pricing::session) fn supports(agents: usize) -> bool {
    (1..=4).contains(&agents)
}

/// Runs a session of up to four agents.
pub(in crate::pricing::session) fn run<W: Watch + ?Sized>(
    start: &Start<'_>,
    parts: Vec<Parts>,
    generators: Vec<AgentRng>,
    watch: &mut W,
    should_stop: &dyn Fn() -> bool,
) -> Result<Learned, PricingError> {
    match start.game.agents() {
        1 => sized::<1, W>(start, parts, generators, watch, should_stop),
        2 => sized::<2, W>(start, parts, generators, watch, should_stop),
        3 => sized::<3, W>(start, parts, generators, watch, should_stop),
        _ => sized::<4, W>(start, parts, generators, watch, should_stop),
    }
}

fn sized<const N: usize, W: Watch + ?Sized>(
    start: &Start<'_>,
    parts: Vec<Parts>,
    generators: Vec<AgentRng>,
    watch: &mut W,
    should_stop: &dyn Fn() -> bool,
) -> Result<Learned, PricingError> {
    let found = parts.len().min(generators.len());
    let (Ok(parts), Ok(generators)) = (parts.try_into(), generators.try_into()) else {
        return Err(PricingError::Agents {
            found,
            what: "learners",
            agents: N,
        });
    };
    if start.history.memory() == 1 {
        learn::<N, true, W>(start, parts, generators, watch, should_stop)
    } else {
        learn::<N, false, W>(start, parts, generators, watch, should_stop)
    }
}

/// With `LAST`, states are the last joint actions.
fn learn<const N: usize, const LAST: bool, W: Watch + ?Sized>(
    start: &Start<'_>,
    parts: [Parts; N],
    mut generators: [AgentRng; N],
    watch: &mut W,
    should_stop: &dyn Fn() -> bool,
) -> Result<Learned, PricingError> {
    let counts = start.game.action_counts();
    let (rewards, _) = start.game.all_learning_rewards().as_chunks::<N>();
    let rules = Rules {
        alpha: std::array::from_fn(|agent| parts[agent].alpha),
        delta: std::array::from_fn(|agent| parts[agent].delta),
        places: std::array::from_fn(|agent| counts[agent + 1..].iter().product()),
        rewards,
        history: start.history,
    };
    let mut schedules = parts.each_ref().map(|part| part.schedule.clone());
    let mut tables = Tables::new(&parts.map(|part| part.values));

    let mut explored = Box::new([[0; BLOCK]; N]);
    let mut stability = Stability::new(start.convergence);
    let mut state = start.state;
    let mut periods = 0;
    let last_state = 'blocks: loop {
        for agent in 0..N {
            schedules[agent].next_block(&mut explored[agent], &mut generators[agent]);
        }
        let mut at = 0;
        while at < BLOCK {
            let first = periods - at as u64 + 1;
            let to_end = stability.earliest_end() - periods;
            let until = BLOCK.min(at.saturating_add(usize::try_from(to_end).unwrap_or(BLOCK)));
            let before;
            (state, before) = rules.play::<LAST, W>(
                &mut tables,
                &explored,
                at..until,
                first,
                state,
                &mut stability,
                watch,
            );
            periods += (until - at) as u64;
            at = until;
            if stability.is_over(periods) {
                break 'blocks before;
            }
        }
        if periods % BETWEEN_CHECKS == 0 && should_stop() {
            return Err(PricingError::Stopped { periods });
        }
    };
    Ok(Learned {
        converged: stability.converged(periods),
        periods,
        last_state,
        greedy: (0..N).map(|agent| tables.strategy(agent)).collect(),
        values: if start.keep_values {
            (0..N)
                .map(|agent| tables.table(agent, counts[agent]))
                .collect()
        } else {
            None
        },
    })
}
