use super::{Benchmarks, Equilibrium, SecondOrder};
use crate::pricing::{
    PricingError,
    market::{BySide, DemandShocks, Market, Outcome},
};

impl Benchmarks {
    /// Computes the benchmarks of a market with varying demand: those of low and of high demand.
    /// `competition` and `collusion` are their means over the shares of periods.
    ///
    /// As in the authors' program, platforms know the demand of a period in both benchmarks, even
    /// if learners do not. Prices that do not depend on demand can earn slightly less than the
    /// collusive profit. The warnings are those of both demand states.
    ///
    /// Reference: Calvano, Calzolari, Denicolò and Pastorello (2020), the robustness section on
    /// stochastic demand, and their program.
    ///
    /// # Errors
    /// Returns an error if a benchmark is not found, or if `should_stop` returns `true` between two
    /// steps.
    pub fn under_shocks(
        market: &Market,
        shocks: &DemandShocks,
        should_stop: &dyn Fn() -> bool,
    ) -> Result<Self, PricingError> {
        let [low, high] = shocks.markets(market)?;
        let low = Self::of_unless(&low, should_stop)?;
        let high = Self::of_unless(&high, should_stop)?;
        Ok(Self {
            competition: mean(shocks, &low.competition, &high.competition),
            collusion: mean(shocks, &low.collusion, &high.collusion),
            heterogeneity: low.heterogeneity,
            by_demand: vec![low, high],
        })
    }

    /// Returns the benchmarks of low demand, then of high demand; empty if demand does not vary.
    pub fn by_demand(&self) -> &[Self] {
        &self.by_demand
    }

    /// Returns the competitive and the collusive prices between which grids are placed. If demand
    /// varies, these are the lowest competitive and the highest collusive prices, as in the
    /// authors' program.
    pub(in crate::pricing) fn ends_of_grids(&self) -> (BySide, BySide) {
        let (competitive, collusive) = (
            &self.competition.outcome.prices,
            &self.collusion.outcome.prices,
        );
        let [low, high] = &self.by_demand[..] else {
            return (competitive.clone(), collusive.clone());
        };
        let widest = |of: &dyn Fn(&Self) -> &BySide, other: &BySide, own: &BySide| {
            let both = of(low).as_slice().iter().zip(of(high).as_slice());
            let mean = own.as_slice().iter().zip(other.as_slice());
            let ends = both.zip(mean).map(|((&a, &b), (own, other))| {
                // Away from the other benchmark.
                if own <= other { a.min(b) } else { a.max(b) }
            });
            BySide::from_values(own.sides(), ends.collect())
        };
        (
            widest(
                &|one| &one.competition.outcome.prices,
                collusive,
                competitive,
            ),
            widest(&|one| &one.collusion.outcome.prices, competitive, collusive),
        )
    }
}

/// Returns the mean over demand, or the worse of the two for quantities that have no mean.
fn mean(shocks: &DemandShocks, low: &Equilibrium, high: &Equilibrium) -> Equilibrium {
    let mut warnings = low.warnings.clone();
    let more = high
        .warnings
        .iter()
        .filter(|one| !low.warnings.contains(one));
    warnings.extend(more.cloned());
    let eigenvalues = [low, high].map(|one| one.second_order.largest_eigenvalue);
    Equilibrium {
        outcome: Outcome::mean(shocks, &low.outcome, &high.outcome),
        residual: worse([low.residual, high.residual]),
        second_order: SecondOrder {
            largest_eigenvalue: worse(eigenvalues),
        },
        warnings,
    }
}

/// Returns the larger number; NaN if one is NaN.
fn worse([one, other]: [f64; 2]) -> f64 {
    match one.is_nan() || other.is_nan() {
        true => f64::NAN,
        false => one.max(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pricing::equilibrium::best_reply;

    fn market() -> Market {
        Market::builder(2, 2)
            .cross_externality(0.1)
            .cost([[1.0, 1.0], [1.0, 0.9]])
            .build()
            .unwrap()
    }

    #[test]
    fn benchmarks_with_spread_0_equal_those_of_the_market() {
        let market = market();
        let shocks = DemandShocks {
            high: 0.3,
            ..DemandShocks::new(0.0).unwrap()
        };
        let plain = Benchmarks::of(&market).unwrap();
        let found = Benchmarks::under_shocks(&market, &shocks, &|| false).unwrap();
        assert_eq!(found.by_demand(), [plain.clone(), plain.clone()]);
        assert_eq!(found.competition, plain.competition);
        assert_eq!(found.collusion, plain.collusion);
        assert_eq!(found.ends_of_grids(), plain.ends_of_grids());
    }

    /// In each demand state the competitive prices are best replies, and expected profits are their
    /// mean over the stationary distribution.
    #[test]
    fn competition_is_confirmed_by_best_replies_in_each_state() {
        let market = market();
        let shocks = DemandShocks {
            high: 0.25,
            ..DemandShocks::new(0.2).unwrap()
        };
        let found = Benchmarks::under_shocks(&market, &shocks, &|| false).unwrap();
        let markets = shocks.markets(&market).unwrap();
        let mut expected = [0.0; 2];
        for ((market, one), share) in markets.iter().zip(found.by_demand()).zip(shocks.shares()) {
            let outcome = &one.competition.outcome;
            for (platform, expected) in expected.iter_mut().enumerate() {
                let reply = best_reply(market, &outcome.prices, platform).unwrap();
                assert!(reply.profit - outcome.profits[platform] < 1e-9);
                *expected += share * outcome.profits[platform];
            }
        }
        for (found, expected) in found.competition.outcome.profits.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-14);
        }
        let [low, high] =
            [0, 1].map(|state| found.by_demand()[state].competition.outcome.joint_profit());
        assert!(high > low);
        assert!(found.verdict().is_sound());
    }

    /// The two states of the anchor's market in the published robustness check, with a0 = 0.15 and
    /// -0.15. The prices solve the one-sided first-order condition p = c + theta / (1 - n).
    #[test]
    fn the_grid_reaches_from_the_lowest_competitive_to_the_highest_collusive_price() {
        let market = Market::symmetric(2, 1).unwrap();
        let shocks = DemandShocks::new(0.15).unwrap();
        let found = Benchmarks::under_shocks(&market, &shocks, &|| false).unwrap();
        let nash = |a0: f64| {
            let mut price = 1.5_f64;
            for _ in 0..2_000 {
                let inside = ((2.0 - price) / 0.25).exp();
                let share = inside / (2.0 * inside + (a0 / 0.25).exp());
                price += 0.5 * (1.0 + 0.25 / (1.0 - share) - price);
            }
            price
        };
        let joint = |a0: f64| {
            let mut price = 1.9_f64;
            for _ in 0..20_000 {
                let inside = ((2.0 - price) / 0.25).exp();
                let outside = (a0 / 0.25).exp() / (2.0 * inside + (a0 / 0.25).exp());
                price += 0.1 * (1.0 + 0.25 / outside - price);
            }
            price
        };
        let (lowest, highest) = found.ends_of_grids();
        assert!((lowest[(0, 0)] - nash(0.15).min(nash(-0.15))).abs() < 1e-6);
        assert!((highest[(1, 0)] - joint(0.15).max(joint(-0.15))).abs() < 1e-6);
        let mean = 0.5 * (nash(0.15) + nash(-0.15));
        assert!((found.competition.outcome.prices[(0, 0)] - mean).abs() < 1e-6);
    }
}
