//! Closed forms that hold in special cases.

use proptest::prelude::*;

use crate::pricing::{
    equilibrium::{collusion, competition},
    market::Market,
};

#[test]
fn without_an_outside_option_prices_follow_armstrong() {
    let (phi, theta) = ([[0.05, 0.15], [-0.1, 0.02]], [0.25, 0.4]);
    for platforms in [2, 3, 4] {
        let market = Market::builder(platforms, 2)
            .outside(-60.0)
            .heterogeneity(theta)
            .externality(&phi)
            .build()
            .unwrap();
        let found = competition(&market).unwrap();
        assert!(
            found.residual < 1e-9 && found.warnings.is_empty(),
            "{found:?}"
        );
        for side in 0..2 {
            // p_k = c_k + (N theta_k - sum_l Phi_lk) / (N - 1)
            let n = platforms as f64;
            let given: f64 = phi.iter().map(|row| row[side]).sum();
            let expected = 1.0 + (n * theta[side] - given) / (n - 1.0);
            let price = found.outcome.prices[(0, side)];
            assert!(
                (price - expected).abs() < 1e-9,
                "{platforms}: {price} is not {expected}"
            );
            assert!((found.outcome.participation[(0, side)] - 1.0 / n).abs() < 1e-12);
        }
    }
}

#[test]
fn without_externalities_margins_match_logit() {
    let market = Market::builder(3, 2)
        .quality([[2.0, 1.5], [1.8, 2.2], [2.5, 1.0]])
        .heterogeneity([0.2, 0.4])
        .build()
        .unwrap();
    let (nash, joint) = (competition(&market).unwrap(), collusion(&market).unwrap());
    for platform in 0..3 {
        for (side, theta) in [0.2, 0.4].into_iter().enumerate() {
            let share = nash.outcome.participation[(platform, side)];
            let margin = nash.outcome.prices[(platform, side)] - 1.0;
            assert!((margin - theta / (1.0 - share)).abs() < 1e-9);
            let margin = joint.outcome.prices[(platform, side)] - 1.0;
            assert!((margin - theta / joint.outcome.outside[side]).abs() < 1e-9);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn collusion_depends_only_on_the_sum_of_cross_externalities(
        given in -0.15..0.3, back in -0.15..0.3, moved in -0.1..0.1,
    ) {
        let joint = |phi_12: f64, phi_21: f64| {
            let phi = [[0.0, phi_12], [phi_21, 0.0]];
            let market = Market::builder(2, 2).externality(&phi).build().unwrap();
            collusion(&market).unwrap().outcome
        };
        let (one, other) = (joint(given, back), joint(given + moved, back - moved));
        let n = one.participation[(0, 0)];
        // Equal on both sides, and the same for the same sum.
        prop_assert!((one.participation[(0, 1)] - n).abs() < 1e-9);
        prop_assert!(one.participation.distance(&other.participation) < 1e-9);
        let gap = one.prices[(0, 0)] - one.prices[(0, 1)];
        prop_assert!((gap - (given - back) * n).abs() < 1e-8);
    }
}
