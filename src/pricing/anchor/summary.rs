use super::baseline::{EPISODE, benchmark_profits};
use crate::pricing::session::{SessionResult, profit_gain};

/// Summary of sessions of the baseline in the published measures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// Number of sessions.
    pub sessions: usize,
    /// Share of sessions that converged.
    pub converged: f64,
    /// Mean profit gain Δ.
    pub profit_gain: f64,
    /// Standard deviation of the profit gain over sessions.
    pub profit_gain_spread: f64,
    /// Mean time to convergence without the window, in units of 25,000 periods.
    pub episodes: f64,
    /// Shares of sessions whose cycle has one period, two, or more.
    pub cycles: [f64; 3],
}

impl Summary {
    /// Summarizes sessions; all shares and means are NaN if there are none.
    pub fn new(sessions: &[SessionResult]) -> Self {
        let (competition, collusion) = benchmark_profits();
        let gain = |session: &SessionResult| {
            let profits = &session.mean_payoffs;
            let mean = profits.iter().sum::<f64>() / profits.len() as f64;
            profit_gain(mean, competition, collusion)
        };
        let mean = |of: &dyn Fn(&SessionResult) -> f64| {
            sessions.iter().map(of).sum::<f64>() / sessions.len() as f64
        };
        let share =
            |of: &dyn Fn(&SessionResult) -> bool| mean(&|session| f64::from(u8::from(of(session))));
        let profit_gain = mean(&gain);
        let times: Vec<u64> = sessions
            .iter()
            .filter_map(|session| session.time_to_convergence)
            .collect();
        Self {
            sessions: sessions.len(),
            converged: share(&|session| session.learned.converged),
            profit_gain,
            profit_gain_spread: mean(&|session| (gain(session) - profit_gain).powi(2)).sqrt(),
            episodes: times.iter().sum::<u64>() as f64 / times.len() as f64 / EPISODE as f64,
            cycles: [
                share(&|session| session.cycle.len() == 1),
                share(&|session| session.cycle.len() == 2),
                share(&|session| session.cycle.len() > 2),
            ],
        }
    }
}
