//! Published and recomputed values of the baseline of Calvano et al. (2020), with another
//! generator.

use crate::pricing::{
    analysis::{
        Deviation, DeviationAction, DeviationLength, Deviators, Estimate, ImpulseResponse,
        SessionMeasures, Strategies,
    },
    equilibrium::Benchmarks,
    game::{MarketGame, MarketGrids, PriceGrid},
    learner::{Exploration, QLearning},
    market::Market,
    session::{SessionPlan, SessionResult},
};

const SESSIONS: u64 = 80;
const DELTA: f64 = 0.95;

struct Baseline {
    game: MarketGame,
    benchmarks: Benchmarks,
    plan: SessionPlan,
    sessions: Vec<SessionResult>,
}

fn baseline() -> Baseline {
    let market = Market::symmetric(2, 1).unwrap();
    let grid = PriceGrid::rescaled(1.47293, 1.92498, 15, 0.1).unwrap();
    let game = MarketGame::new(&market, &MarketGrids::shared(2, &[grid])).unwrap();
    let learner = QLearning::new(0.15, DELTA, Exploration::Exponential { beta: 4e-6 }).unwrap();
    let plan = SessionPlan::new(game.to_normal_form().unwrap(), vec![learner; 2]).unwrap();
    Baseline {
        benchmarks: Benchmarks::of(&market).unwrap(),
        sessions: plan.run_many(0..SESSIONS, &|| false).unwrap(),
        game,
        plan,
    }
}

impl Baseline {
    fn check_measures(&self) {
        let measured = self.sessions.iter().map(|session| {
            let strategies = Strategies::of(&self.plan, session).unwrap();
            SessionMeasures::new(
                &self.game,
                &self.benchmarks,
                &strategies,
                &[DELTA; 2],
                session,
            )
            .unwrap()
        });
        let measured: Vec<_> = measured.collect();
        let estimates = Estimate::of_sessions(&measured);
        let names = SessionMeasures::names(2, 1);
        // Name, reference value, and tolerance of about four standard errors of this many sessions.
        for (name, expected, tolerance) in [
            ("converged", 1.0, 0.0),
            ("profit_gain", 0.85, 0.05),
            ("equilibrium_on_path", 0.5, 0.2),
            ("q_loss_on_path", 0.0017, 0.0015),
            ("q_loss", 0.0178, 0.002),
            ("best_reply_on_path", 0.003, 0.025),
        ] {
            let place = names.iter().position(|one| one == name).unwrap();
            let found = estimates[place].unwrap();
            assert!(
                (found.mean - expected).abs() <= tolerance,
                "{name}: {found:?}"
            );
        }
    }

    fn respond(&self, session: &SessionResult, deviation: &Deviation) -> ImpulseResponse {
        let strategies = Strategies::of(&self.plan, session).unwrap();
        let span = (1, 12);
        let deltas = [DELTA; 2];
        ImpulseResponse::new(
            &self.game,
            &strategies,
            &session.cycle,
            &deltas,
            deviation,
            span,
        )
        .unwrap()
    }

    /// The path after a static best reply, and every one-period undercut, in sessions that end in
    /// one pair of prices.
    fn check_deviations(&self) {
        let steady = || {
            self.sessions
                .iter()
                .filter(|session| session.cycle.len() == 1)
        };
        let mut paths = [vec![0.0; 13], vec![0.0; 13]];
        let mut gains = Vec::new();
        for session in steady() {
            for platform in 0..2 {
                let deviation = Deviation::static_best_reply(platform);
                let response = self.respond(session, &deviation);
                for (period, found) in response.path.iter().enumerate() {
                    paths[0][period] += found.prices[(platform, 0)];
                    paths[1][period] += found.prices[(1 - platform, 0)];
                }
                let own = session.learned.greedy[platform][session.cycle.states[0]];
                for lower in 0..own as usize {
                    let undercut = Deviation {
                        by: Deviators::One(platform),
                        action: DeviationAction::Fixed(lower),
                        length: DeviationLength::Periods(1),
                    };
                    let response = self.respond(session, &undercut);
                    gains.extend(response.gains.iter().map(|gain| gain.relative));
                }
            }
        }
        let runs = 2.0 * steady().count() as f64;
        let own = [
            1.791, 1.612, 1.560, 1.579, 1.647, 1.703, 1.737, 1.767, 1.780, 1.786,
        ];
        let rival = [1.791, 1.791, 1.552, 1.574, 1.645, 1.700, 1.744, 1.767];
        for (sums, expected) in paths.iter().zip([&own[..], &rival[..]]) {
            for (sum, expected) in sums.iter().zip(expected) {
                assert!(
                    (sum / runs - expected).abs() < 0.04,
                    "{} {expected}",
                    sum / runs
                );
            }
        }
        let mean = gains.iter().sum::<f64>() / gains.len() as f64;
        let lose = gains.iter().filter(|&&gain| gain < 0.0).count() as f64 / gains.len() as f64;
        assert!((mean + 0.032).abs() < 0.008, "{mean}");
        assert!((0.95..=0.99).contains(&lose), "{lose}");
    }
}

#[test]
fn the_baseline_reproduces_the_published_values() {
    let baseline = baseline();
    baseline.check_measures();
    baseline.check_deviations();
}
