use crate::{SettingError, pricing::PricingError};

const POSITIVE: &str = "it must be finite and above 0";

/// Returns the expected number of visits to a value off the greedy action by exploration alone, if
/// every agent explores with probability `exp(-beta t)`.
///
/// A value of agent i has a state, k joint actions of N agents, and an action of i. Exploration
/// visits it when all agents explore in k periods and then i explores,
///
/// ```text
///                   prod_j (A_j - 1)/A_j
/// nu = ------------------------------------------------
///       J^k A_i (1 - exp(-(k N + 1) beta)),   J = prod_j A_j
/// ```
///
/// where the decay within the k + 1 periods is neglected. With N agents of m actions and k = 1 it
/// is `((m - 1)/m)^N / (m^(N+1) (1 - exp(-(N+1) beta)))`. For two agents this is the formula of
/// Calvano et al. (2020), American Economic Review 110(10), section II, who explain the first
/// factor: an exploring agent picks its greedy action once in m times. Different action counts and
/// memories other than one period are our generalization.
///
/// # Errors
/// Returns [`PricingError::Setting`] unless `beta` is finite and positive.
///
/// # Panics
/// Panics if the agent does not exist.
pub fn expected_visits(
    beta: f64,
    actions: &[usize],
    memory: usize,
    agent: usize,
) -> Result<f64, PricingError> {
    if !(beta.is_finite() && beta > 0.0) {
        return Err(SettingError::new("exploration: beta", beta, POSITIVE).into());
    }
    let decay = decays(actions, memory) * beta;
    Ok(once(actions, memory, agent) / -(-decay).exp_m1())
}

/// Returns the decay rate beta of exploration that gives an expected number of visits; the inverse
/// of [`expected_visits`].
///
/// # Errors
/// Returns an error if `nu` is not finite and positive, or if no rate gives that number of visits.
/// The smallest possible number is that of the first period alone.
///
/// # Panics
/// Panics if the agent does not exist.
pub fn beta_for_visits(
    nu: f64,
    actions: &[usize],
    memory: usize,
    agent: usize,
) -> Result<f64, PricingError> {
    if !(nu.is_finite() && nu > 0.0) {
        return Err(SettingError::new("exploration: nu", nu, POSITIVE).into());
    }
    let least = once(actions, memory, agent);
    if nu <= least {
        return Err(PricingError::Visits {
            visits: nu,
            reason: format!(
                "are fewer than the {least} from exploration in the first period alone: increase \
                 the number, or use fewer actions"
            ),
        });
    }
    let beta = -(-least / nu).ln_1p() / decays(actions, memory);
    if beta > 0.0 {
        Ok(beta)
    } else {
        // Also if the greedy action is the only one.
        Err(PricingError::Visits {
            visits: nu,
            reason: "need a decay that rounds to 0: decrease the number".to_owned(),
        })
    }
}

/// Returns the visits from one period of certain exploration.
fn once(actions: &[usize], memory: usize, agent: usize) -> f64 {
    let counts = || actions.iter().map(|&count| count as f64);
    let off: f64 = counts().map(|count| (count - 1.0) / count).product();
    let joints: f64 = counts().product();
    off / (joints.powf(memory as f64) * actions[agent] as f64)
}

/// Number of explorations in a visit.
fn decays(actions: &[usize], memory: usize) -> f64 {
    memory as f64 * actions.len() as f64 + 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_visits_are_reproduced() {
        for (actions, beta, visits) in [
            (15, 4e-6, 21.5),
            (15, 2e-5, 4.3),
            (16, 4e-6, 17.9),
            (25, 4e-6, 4.9),
            (25, 1e-6, 19.7),
            (49, 1e-7, 27.2),
            (225, 1e-9, 29.0),
        ] {
            let found = expected_visits(beta, &[actions; 2], 1, 0).unwrap();
            assert!((found - visits).abs() < 0.051, "{actions} {beta} {found}");
            let back = beta_for_visits(found, &[actions; 2], 1, 1).unwrap();
            assert!((back / beta - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn visits_generalize_to_memories_and_unequal_agents() {
        // Without memory: only the agent's own exploration.
        let found = expected_visits(0.01, &[4, 2], 0, 0).unwrap();
        let by_hand = (0.75 * 0.5) / 4.0
            * (0..5_000)
                .map(|t| (-0.01 * f64::from(t)).exp())
                .sum::<f64>();
        assert!((found / by_hand - 1.0).abs() < 1e-9);
        // Two periods of three agents: seven explorations.
        let found = expected_visits(1e-3, &[2, 3, 2], 2, 1).unwrap();
        let by_hand: f64 = (0..10_000).map(|t| (-7e-3 * f64::from(t)).exp()).sum();
        let by_hand = by_hand * (0.5 * 2.0 / 3.0 * 0.5) / (12.0 * 12.0 * 3.0);
        assert!((found / by_hand - 1.0).abs() < 1e-9);
    }

    #[test]
    fn impossible_visits_are_rejected() {
        let error = |nu| beta_for_visits(nu, &[15; 2], 1, 0).unwrap_err().to_string();
        assert!(error(1e-5).contains("fewer than the 0.0002"));
        assert!(error(f64::NAN).contains("nu is NaN"));
        let nothing = beta_for_visits(1.0, &[1, 1], 1, 0).unwrap_err();
        assert!(nothing.to_string().contains("decrease the number"));
        assert!(expected_visits(0.0, &[15; 2], 1, 0).is_err());
    }
}
