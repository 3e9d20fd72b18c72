use super::{Sweep, SweepError, SweepPoint, error::PointError, settings::Settings};
use crate::pricing::{
    analysis::SessionMeasures,
    equilibrium::Benchmarks,
    game::{MarketGame, MarketGrids},
    session::SessionPlan,
};

/// A point that is ready to run: its benchmarks, game and learners.
#[derive(Debug)]
pub(super) struct Prepared {
    benchmarks: Benchmarks,
    game: MarketGame,
    plan: SessionPlan,
    /// The columns of the point's measures among those of the sweep.
    columns: Vec<usize>,
    width: usize,
}

impl Prepared {
    pub(super) fn new(sweep: &Sweep, point: &SweepPoint) -> Result<Self, SweepError> {
        let settings = &point.settings;
        let parts = build(settings, point.seed).map_err(failed(point))?;
        let (benchmarks, game, plan) = parts;
        let names = SessionMeasures::names(settings.market.platforms(), settings.market.sides());
        let place = |name: &String| sweep.measures().iter().position(|other| other == name);
        Ok(Self {
            benchmarks,
            game,
            plan,
            columns: names.iter().filter_map(place).collect(),
            width: sweep.measures().len(),
        })
    }

    /// The measures of one session; those of platforms that the point does not have are not numbers.
    pub(super) fn measure(
        &self,
        session: u64,
        should_stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<f64>, PointError> {
        let mut row = vec![f64::NAN; self.width];
        // As many, for its check of the memory that all threads take.
        for result in self.plan.run_many(session..session + 1, should_stop)? {
            let measures = SessionMeasures::new(&self.game, &self.benchmarks, &self.plan, &result)?;
            for (&column, value) in self.columns.iter().zip(measures.values()) {
                row[column] = value;
            }
        }
        Ok(row)
    }
}

/// Names the point of an error.
pub(super) fn failed(point: &SweepPoint) -> impl FnOnce(PointError) -> SweepError {
    |source| SweepError::Point {
        point: point.index,
        settings: point.to_string(),
        source: Box::new(source),
    }
}

fn build(
    settings: &Settings,
    seed: u64,
) -> Result<(Benchmarks, MarketGame, SessionPlan), PointError> {
    let benchmarks = Benchmarks::of(&settings.market)?;
    let base = match &settings.grid_market {
        Some(market) => Some(Benchmarks::of(market)?),
        None => None,
    };
    let around = base.as_ref().unwrap_or(&benchmarks);
    let grids = MarketGrids::from_rules(
        &settings.grid.rules,
        &around.competition.outcome.prices,
        &around.collusion.outcome.prices,
    )?;
    let game = MarketGame::new(&settings.market, &grids)?;
    let told = settings.penalty.apply(&game, &benchmarks)?;
    let plan = SessionPlan::new(told, settings.learners.clone())?
        .with_memory(settings.memory)?
        .with_convergence(settings.convergence)
        .with_seed(seed);
    Ok((benchmarks, game, plan))
}
