use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Deviation, DeviationLength, Strategies,
    checks::{check_below, check_count, check_most},
    sums::add_times,
};
use crate::pricing::{PricingError, game::MarketGame, market::BySide, session::LimitCycle};

/// Largest number of periods of a path or a deviation.
const MOST_PERIODS: usize = 1_000_000;

/// The response of learned strategies to a deviation from their limit cycle, and its profitability.
///
/// Paths are means over all states of the cycle as the first state of the deviation; if platforms
/// move in turn, over the states in which the deviator moves. They are exact, because strategies
/// are deterministic. If platforms observe varying demand, paths are expectations, and the periods
/// before the deviation are the mean over all periods.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImpulseResponse {
    /// Number of periods before the deviation, with which the path starts.
    pub before: usize,
    /// Path, period by period.
    pub path: Vec<ResponsePeriod>,
    /// Gains of the deviators, one for each deviator and each state of the cycle in which the
    /// deviation differs from the strategy.
    pub gains: Vec<DeviationGain>,
}

/// The market in one period of a path.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResponsePeriod {
    /// Prices, in money per user.
    pub prices: BySide,
    /// Profit of each platform, in money.
    pub profits: Vec<f64>,
}

/// The gain of a platform from a deviation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviationGain {
    /// The platform.
    pub platform: usize,
    /// Discounted profits from the deviation on, divided by those without it, minus 1.
    pub relative: f64,
    /// Discounted profits from the deviation on, minus those without it, in money.
    pub absolute: f64,
    /// Frequency of the state relative to the mean over the states of the cycle: 1, unless
    /// platforms observe varying demand.
    pub weight: f64,
}

impl ImpulseResponse {
    /// Returns the mean relative gain of the deviators; NaN if no platform deviates.
    pub fn mean_gain(&self) -> f64 {
        let gains = self.gains.iter();
        let (sum, weights) = gains.fold((0.0, 0.0), |(sum, weights), gain| {
            (sum + gain.weight * gain.relative, weights + gain.weight)
        });
        sum / weights
    }

    /// Computes the response to a deviation. `periods` are the numbers of periods before it, and
    /// from it on.
    ///
    /// `market` is the game with the profits for which the strategies were learned; `deltas` are
    /// the discount factors of the platforms.
    ///
    /// # Errors
    /// Returns an error if game, strategies and cycle do not match, if a platform or an action does
    /// not exist, if a discount factor is missing or invalid, or if there are more than 10^6
    /// periods.
    pub fn new(
        market: &MarketGame,
        strategies: &Strategies<'_>,
        cycle: &LimitCycle,
        deltas: &[f64],
        deviation: &Deviation,
        (before, after): (usize, usize),
    ) -> Result<Self, PricingError> {
        let (platforms, sides) = (market.platforms(), market.market().sides());
        let game = strategies.game();
        check_count("joint actions", game.joint_count(), market.joint_actions())?;
        check_count("platforms", game.agents(), platforms)?;
        check_count("discount factors for agents", deltas.len(), platforms)?;
        for (what, periods) in [
            ("periods before the deviation", before),
            ("periods from the deviation on", after),
            (
                "periods of the deviation",
                deviation.length.periods().unwrap_or(0),
            ),
        ] {
            check_most(what, periods, MOST_PERIODS)?;
        }
        let deviators = deviation.deviators(platforms, strategies)?;
        let own = deviators
            .iter()
            .map(|&platform| strategies.values(platform, deltas[platform]));
        let own = own.collect::<Result<Vec<_>, _>>()?;

        let mut sums = vec![(vec![0.0; platforms * sides], vec![0.0; platforms]); before + after];
        let mut gains = Vec::new();
        let mut starts = 0.0;
        for (start, &state) in cycle.states.iter().enumerate() {
            check_below("state", state, strategies.states())?;
            if !deviators
                .iter()
                .all(|&platform| strategies.chooses(state, platform))
            {
                continue;
            }
            let weight = cycle.weight(start);
            starts += weight;
            let actions = deviators
                .iter()
                .map(|&platform| {
                    let action = deviation
                        .action
                        .choose(market, strategies, state, platform)?;
                    Ok((platform, action))
                })
                .collect::<Result<Vec<_>, PricingError>>()?;
            let run = Run {
                strategies,
                actions: &actions,
                length: deviation.length,
            };
            for (place, &(platform, action)) in actions.iter().enumerate() {
                if action != game.action_of(strategies.joint(state), platform) {
                    let stay = own[place][state];
                    let leave = run.value(state, platform, deltas[platform], &own[place]);
                    gains.push(DeviationGain {
                        platform,
                        relative: (leave - stay) / stay.abs(),
                        absolute: leave - stay,
                        weight,
                    });
                }
            }
            let (back, paths) = sums.split_at_mut(before);
            let add = |period: &mut (Vec<f64>, Vec<f64>), state, joint, share: f64| {
                let (prices, profits) = period;
                add_times(prices, share, market.joint_prices(joint).as_slice());
                let game = market.in_demand(strategies.demand(state));
                add_times(profits, share, game.profits_of(joint));
            };
            for (period, sums) in back.iter_mut().enumerate() {
                if !cycle.shares.is_empty() {
                    for (place, &share) in cycle.shares.iter().enumerate() {
                        let (state, joint) = (cycle.states[place], cycle.joint_actions[place]);
                        add(sums, state, joint, weight * share);
                    }
                    continue;
                }
                let place = (start + cycle.len() * before - before + period) % cycle.len();
                add(
                    sums,
                    cycle.states[place],
                    cycle.joint_actions[place],
                    weight,
                );
            }
            let mut now = BTreeMap::from([(state, weight)]);
            for (period, sums) in paths.iter_mut().enumerate() {
                now = run.step(&now, period, |state, joint, share| {
                    add(sums, state, joint, share);
                });
            }
        }
        let mean = |sums: Vec<f64>| sums.iter().map(|sum| sum / starts).collect::<Vec<_>>();
        let path = sums.into_iter().map(|(prices, profits)| ResponsePeriod {
            prices: BySide::from_values(sides, mean(prices)),
            profits: mean(profits),
        });
        Ok(Self {
            before,
            path: path.collect(),
            gains,
        })
    }
}

/// A deviation from one state on.
struct Run<'a> {
    strategies: &'a Strategies<'a>,
    /// Deviators and their actions.
    actions: &'a [(usize, usize)],
    length: DeviationLength,
}

impl Run<'_> {
    /// Returns the joint action in a state, with the actions of the deviators.
    fn joint(&self, state: usize) -> usize {
        let stay = self.strategies.joint(state);
        let choose = self.actions.iter();
        let choose = choose.filter(|(platform, _)| self.strategies.chooses(state, *platform));
        choose.fold(stay, |joint, &(platform, action)| {
            self.strategies.game().with_action(joint, platform, action)
        })
    }

    /// Plays a period, counted from the deviation on, in states with these shares. Calls `see` with
    /// the joint action of each state, and returns the shares of the next states.
    fn step(
        &self,
        now: &BTreeMap<usize, f64>,
        period: usize,
        mut see: impl FnMut(usize, usize, f64),
    ) -> BTreeMap<usize, f64> {
        let deviates = match self.length {
            DeviationLength::Permanent => true,
            DeviationLength::Periods(periods) => period < periods,
        };
        let mut next = BTreeMap::new();
        for (&state, &share) in now {
            let joint = match deviates {
                true => self.joint(state),
                false => self.strategies.joint(state),
            };
            see(state, joint, share);
            for (to, probability) in self.strategies.successors(state, joint) {
                *next.entry(to).or_insert(0.0) += share * probability;
            }
        }
        next
    }

    /// Returns the discounted profits of a platform, given its values without a deviation.
    fn value(&self, start: usize, platform: usize, delta: f64, own: &[f64]) -> f64 {
        match self.length {
            DeviationLength::Permanent => {
                let states = 0..self.strategies.states();
                let joints: Vec<usize> = states.map(|state| self.joint(state)).collect();
                self.strategies.values_of(&joints, platform, delta)[start]
            }
            DeviationLength::Periods(periods) => {
                let (mut sum, mut weight) = (0.0, 1.0);
                let mut now = BTreeMap::from([(start, 1.0)]);
                for period in 0..periods {
                    now = self.step(&now, period, |state, joint, share| {
                        let payoff = self.strategies.payoffs(state, joint)[platform];
                        sum += weight * share * payoff;
                    });
                    weight *= delta;
                }
                let rest: f64 = now.iter().map(|(&state, share)| share * own[state]).sum();
                sum + weight * rest
            }
        }
    }
}
