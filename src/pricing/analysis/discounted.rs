/// Returns the discounted rewards of each state, if every state has one successor.
///
/// ```text
/// V(s) = r(s) + delta V(next(s))
/// ```
///
/// Exact: each path ends in a cycle, whose sum is geometric. Complexity: the number of states.
pub(super) fn discounted(rewards: &[f64], next: &[usize], delta: f64) -> Vec<f64> {
    let mut values = vec![f64::NAN; next.len()];
    // The walk on which a state was first visited; 0 if not visited.
    let mut met = vec![0_usize; next.len()];
    let mut path = Vec::new();
    for (walk, start) in (1..).zip(0..next.len()) {
        path.clear();
        let mut state = start;
        while met[state] == 0 {
            met[state] = walk;
            path.push(state);
            state = next[state];
        }
        if met[state] == walk {
            let from = path.iter().position(|&met| met == state).unwrap_or(0);
            values[state] = cycle_value(rewards, &path[from..], delta);
            // The part of the walk on the cycle ends before the known state.
            for &before in path[from + 1..].iter().rev() {
                values[before] = rewards[before] + delta * values[next[before]];
            }
            path.truncate(from);
        }
        for &before in path.iter().rev() {
            values[before] = rewards[before] + delta * values[next[before]];
        }
    }
    values
}

/// Relative change at which values have converged.
const SETTLED: f64 = 1e-14;

/// Returns the expected discounted rewards of each state under random transitions.
///
/// ```text
/// V(s) = r(s) + delta sum_t P(s, t) V(t)
/// ```
///
/// Uses fixed-point iteration until the values converge; each step multiplies the error by delta.
pub(super) fn expected_discounted<I: Iterator<Item = (usize, f64)>>(
    rewards: &[f64],
    successors: impl Fn(usize) -> I,
    delta: f64,
) -> Vec<f64> {
    // Rewards are bounded by this, so this many steps leave an error below rounding.
    let rounds = match delta {
        0.0 => 1,
        _ => (1e-17_f64.ln() / delta.ln()).ceil() as usize + 1,
    };
    let mut values = rewards.to_vec();
    for _ in 0..rounds {
        let (mut change, mut largest) = (0.0_f64, 0.0_f64);
        for state in 0..values.len() {
            let next: f64 = successors(state).map(|(to, p)| p * values[to]).sum();
            let value = rewards[state] + delta * next;
            change = change.max((value - values[state]).abs());
            largest = largest.max(value.abs());
            values[state] = value;
        }
        if change <= SETTLED * (1.0 - delta) * largest {
            break;
        }
    }
    values
}

/// Returns the value of the first state of a cycle.
fn cycle_value(rewards: &[f64], cycle: &[usize], delta: f64) -> f64 {
    let (mut sum, mut weight) = (0.0, 1.0);
    for &state in cycle {
        sum += weight * rewards[state];
        weight *= delta;
    }
    sum / (1.0 - weight)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn values_satisfy_their_equation(
            edges in prop::collection::vec((0_usize..12, -5.0..5.0_f64), 12),
            delta in 0.0..0.99_f64,
        ) {
            let (next, rewards): (Vec<_>, Vec<_>) = edges.into_iter().unzip();
            let values = discounted(&rewards, &next, delta);
            for state in 0..12 {
                let expected = rewards[state] + delta * values[next[state]];
                prop_assert!((values[state] - expected).abs() < 1e-10);
            }
            // The same result for deterministic transitions, and the equation for random ones.
            let sure = expected_discounted(&rewards, |state| [(next[state], 1.0)].into_iter(), delta);
            let split = |state: usize| [(next[state], 0.3), ((state + 1) % 12, 0.7)].into_iter();
            let mixed = expected_discounted(&rewards, split, delta);
            for state in 0..12 {
                prop_assert!((sure[state] - values[state]).abs() < 1e-9);
                let after: f64 = split(state).map(|(to, p)| p * mixed[to]).sum();
                prop_assert!((mixed[state] - rewards[state] - delta * after).abs() < 1e-9);
            }
        }
    }
}
