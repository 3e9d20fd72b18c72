use serde::{Deserialize, Serialize};

use super::{
    Continuation, EquilibriumTest, Strategies,
    checks::{check_below, check_count},
    sums::add_times,
};
use crate::pricing::{
    PricingError,
    equilibrium::Benchmarks,
    game::MarketGame,
    market::BySide,
    session::{SessionResult, profit_gain},
};

/// The measures of one session, on the limit cycle of the learned strategies.
///
/// Prices, shares, profits and surplus are means over the periods of the cycle; if demand varies,
/// also over demand. Measures that do not apply are NaN: the time to convergence without
/// convergence, gains if both benchmarks are equal, and equilibrium off the path if all states are
/// on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SessionMeasures {
    /// Whether the session ended by convergence, not by its cap.
    pub converged: bool,
    /// Number of periods played, including those of the convergence window.
    pub periods: u64,
    /// Number of periods before the window.
    pub time_to_convergence: f64,
    /// Number of periods after which prices repeat on the limit cycle; if platforms observe varying
    /// demand, the number of recurrent states.
    pub cycle_length: usize,
    /// Profit of each platform, in money.
    pub profits: Vec<f64>,
    /// Profit gain Δ of each platform between its own benchmarks.
    pub profit_gains: Vec<f64>,
    /// Profit gain Δ of the mean profit between the mean benchmarks.
    pub profit_gain: f64,
    /// Mean profit divided by that of competition, minus 1.
    pub gain_over_competition: f64,
    /// Prices, in money per user.
    pub prices: BySide,
    /// Share of each side on each platform.
    pub participation: BySide,
    /// Share of each side that joins no platform.
    pub outside: Vec<f64>,
    /// Consumer surplus of each side.
    pub consumer_surplus: Vec<f64>,
    /// Equilibrium test with a return to the own strategy.
    pub one_shot: EquilibriumTest,
    /// Equilibrium test against dynamic best replies.
    pub dynamic: EquilibriumTest,
}

impl SessionMeasures {
    /// Measures a session whose game has the joint actions of `market`, with or without learning
    /// rewards. `deltas` are the discount factors of the agents. Learners may be of any kind, with
    /// or without memory.
    ///
    /// # Errors
    /// Returns an error if game, strategies, benchmarks and session do not match.
    pub fn new(
        market: &MarketGame,
        benchmarks: &Benchmarks,
        strategies: &Strategies<'_>,
        deltas: &[f64],
        result: &SessionResult,
    ) -> Result<Self, PricingError> {
        let platforms = market.platforms();
        let sides = market.market().sides();
        let game = strategies.game();
        check_count("agents of the game", game.agents(), platforms)?;
        for (&found, &expected) in game.action_counts().iter().zip(market.actions()) {
            check_count("actions of an agent of the game", found, expected)?;
        }
        let competition = &benchmarks.competition.outcome;
        let collusion = &benchmarks.collusion.outcome;
        for outcome in [competition, collusion] {
            let found = outcome.profits.len();
            check_count("platforms of the benchmarks", found, platforms)?;
        }
        let test = |continuation| {
            EquilibriumTest::new(strategies, &result.cycle.states, deltas, continuation)
        };
        let (one_shot, dynamic) = (
            test(Continuation::OwnStrategy)?,
            test(Continuation::BestReply)?,
        );

        let mut sums = Sums::new(platforms, sides);
        for (place, &joint) in result.cycle.joint_actions.iter().enumerate() {
            check_below("joint action", joint, market.joint_actions())?;
            let demand = strategies.demand(result.cycle.states[place]);
            let outcome = market.in_demand(demand).outcome(joint)?;
            let weight = result.cycle.weight(place);
            add_times(&mut sums.profits, weight, &outcome.profits);
            add_times(&mut sums.prices, weight, outcome.prices.as_slice());
            let participation = outcome.participation.as_slice();
            add_times(&mut sums.participation, weight, participation);
            add_times(&mut sums.outside, weight, &outcome.outside);
            add_times(&mut sums.surplus, weight, &outcome.consumer_surplus);
        }
        let sums = sums.over(result.cycle.len() as f64);
        let profit = mean(&sums.profits);
        let (low, high) = (mean(&competition.profits), mean(&collusion.profits));
        let gains = (0..platforms).map(|platform| {
            let (low, high) = (competition.profits[platform], collusion.profits[platform]);
            profit_gain(sums.profits[platform], low, high)
        });
        Ok(Self {
            converged: result.learned.converged,
            periods: result.learned.periods,
            time_to_convergence: result
                .time_to_convergence
                .map_or(f64::NAN, |periods| periods as f64),
            cycle_length: result.cycle.repeats_after(),
            profit_gains: gains.collect(),
            profit_gain: profit_gain(profit, low, high),
            gain_over_competition: profit / low - 1.0,
            profits: sums.profits,
            prices: BySide::from_values(sides, sums.prices),
            participation: BySide::from_values(sides, sums.participation),
            outside: sums.outside,
            consumer_surplus: sums.surplus,
            one_shot,
            dynamic,
        })
    }

    /// Returns the names of [`values`](Self::values), for a market with these numbers of platforms
    /// and sides.
    pub fn names(platforms: usize, sides: usize) -> Vec<String> {
        let (platforms, sides) = (0..platforms, 0..sides);
        let mut names = Vec::new();
        let mut list = |listed: &[&str]| names.extend(listed.iter().map(|&name| name.to_owned()));
        list(&[
            "converged",
            "periods",
            "time_to_convergence",
            "cycle_length",
            "profit",
            "profit_gain",
            "gain_over_competition",
            "consumer_surplus",
            "equilibrium_on_path",
            "equilibrium_off_path",
            "q_loss_on_path",
            "q_loss",
            "best_reply_on_path",
            "best_reply_off_path",
            "best_reply_loss_on_path",
            "best_reply_loss",
        ]);
        for what in ["profit", "profit_gain"] {
            names.extend(platforms.clone().map(|i| format!("{what}_platform_{i}")));
        }
        for what in ["price", "participation"] {
            names.extend(sides.clone().map(|k| format!("{what}_side_{k}")));
            for i in platforms.clone() {
                names.extend(
                    sides
                        .clone()
                        .map(|k| format!("{what}_platform_{i}_side_{k}")),
                );
            }
        }
        for what in ["outside", "consumer_surplus"] {
            names.extend(sides.clone().map(|k| format!("{what}_side_{k}")));
        }
        names
    }

    /// Returns all measures as numbers, in the order of [`names`](Self::names), with 1 for yes and
    /// 0 for no. Without a platform in the name, profit, prices and participation are means over
    /// platforms; without a side, consumer surplus is the sum over sides.
    pub fn values(&self) -> Vec<f64> {
        let truth = |value| f64::from(u8::from(value));
        let mut values = vec![
            truth(self.converged),
            self.periods as f64,
            self.time_to_convergence,
            self.cycle_length as f64,
            mean(&self.profits),
            self.profit_gain,
            self.gain_over_competition,
            self.consumer_surplus.iter().sum(),
        ];
        for test in [&self.one_shot, &self.dynamic] {
            let EquilibriumTest {
                on_path,
                off_path,
                loss_on_path,
                loss,
            } = *test;
            values.extend([truth(on_path), off_path, loss_on_path, loss]);
        }
        values.extend(&self.profits);
        values.extend(&self.profit_gains);
        for table in [&self.prices, &self.participation] {
            let sides = 0..table.sides();
            values.extend(sides.map(|k| mean(&table.side(k).collect::<Vec<_>>())));
            values.extend(table.as_slice());
        }
        values.extend(&self.outside);
        values.extend(&self.consumer_surplus);
        values
    }
}

/// Sums of outcomes over periods.
struct Sums {
    profits: Vec<f64>,
    prices: Vec<f64>,
    participation: Vec<f64>,
    outside: Vec<f64>,
    surplus: Vec<f64>,
}

impl Sums {
    fn new(platforms: usize, sides: usize) -> Self {
        Self {
            profits: vec![0.0; platforms],
            prices: vec![0.0; platforms * sides],
            participation: vec![0.0; platforms * sides],
            outside: vec![0.0; sides],
            surplus: vec![0.0; sides],
        }
    }

    fn over(self, periods: f64) -> Self {
        let divided = |sums: Vec<f64>| sums.iter().map(|sum| sum / periods).collect();
        Self {
            profits: divided(self.profits),
            prices: divided(self.prices),
            participation: divided(self.participation),
            outside: divided(self.outside),
            surplus: divided(self.surplus),
        }
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}
