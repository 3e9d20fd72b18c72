use super::tables::Tables;
use crate::pricing::{
    environment::ActionHistory,
    learner::{BLOCK, NO_EXPLORATION},
    session::{Stability, Watch},
};

/// The constants of a session of N agents.
pub(super) struct Rules<'a, const N: usize> {
    pub(super) alpha: [f64; N],
    pub(super) delta: [f64; N],
    /// Factor of an agent's action in the joint index.
    pub(super) places: [usize; N],
    /// Rewards of each joint action.
    pub(super) rewards: &'a [[f64; N]],
    pub(super) history: ActionHistory,
}

impl<const N: usize> Rules<'_, N> {
    /// Plays some periods of a block from the given state, and returns the final state and the
    /// state before the last period. `watch` is called in each period. With `LAST`, the state is
    /// the last joint action.
    ///
    /// `first` is the number of the block's first period, counted from 1.
    #[inline(always)]
    #[expect(
        clippy::too_many_arguments,
        reason = "all of it changes from call to call"
    )]
    pub(super) fn play<const LAST: bool, W: Watch + ?Sized>(
        &self,
        tables: &mut Tables<N>,
        explored: &[[u32; BLOCK]; N],
        within: std::ops::Range<usize>,
        first: u64,
        start: usize,
        stability: &mut Stability,
        watch: &mut W,
    ) -> (usize, usize) {
        let stride = tables.stride;
        let (cells, greedy) = (&mut tables.cells[..], &mut tables.greedy[..]);
        let (mut state, mut before) = (start, start);
        let mut changed_at = None;
        for period in within {
            let mut actions = [0; N];
            let mut joint = 0;
            for agent in 0..N {
                let explores = explored[agent][period];
                let best = greedy[state][agent].action;
                actions[agent] = if explores == NO_EXPLORATION {
                    best
                } else {
                    explores
                } as usize;
                joint += actions[agent] * self.places[agent];
            }
            watch.played(joint);
            let next = if LAST {
                joint
            } else {
                self.history.next(state, joint)
            };
            let mut targets = [0.0; N];
            for agent in 0..N {
                let value = greedy[next][agent].value;
                targets[agent] = self.rewards[joint][agent] + self.delta[agent] * value;
            }
            let rows = &mut cells[state * N * stride..][..N * stride];
            let best = &mut greedy[state];
            let mut changed = false;
            for agent in 0..N {
                let row = &mut rows[agent * stride..][..stride];
                changed |=
                    best[agent].update(row, actions[agent], targets[agent], self.alpha[agent]);
            }
            if changed {
                changed_at = Some(period);
            }
            (before, state) = (state, next);
        }
        if let Some(period) = changed_at {
            stability.changed(first + period as u64);
        }
        (state, before)
    }
}
