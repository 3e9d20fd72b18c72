use super::{Sweep, SweepError, SweepPoint};
use crate::pricing::{
    analysis::SessionMeasures,
    scenario::{PreparedScenario, ScenarioError},
};

/// A point that is ready to run, and where its measures stand among those of the sweep.
#[derive(Debug)]
pub(super) struct Prepared {
    scenario: PreparedScenario,
    columns: Vec<usize>,
    width: usize,
}

impl Prepared {
    pub(super) fn new(sweep: &Sweep, point: &SweepPoint) -> Result<Self, SweepError> {
        let market = point.market();
        let names = SessionMeasures::names(market.platforms(), market.sides());
        let place = |name: &String| sweep.measures().iter().position(|other| other == name);
        Ok(Self {
            scenario: point.scenario.prepare().map_err(failed(point))?,
            columns: names.iter().filter_map(place).collect(),
            width: sweep.measures().len(),
        })
    }

    /// The measures of one session; those of platforms that the point does not have are not numbers.
    pub(super) fn measure(
        &self,
        session: u64,
        should_stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<f64>, ScenarioError> {
        let mut row = vec![f64::NAN; self.width];
        // As many, for its check of the memory that all threads take.
        for result in self.scenario.run(session..session + 1, should_stop)? {
            let measures = self.scenario.measure(&result)?;
            for (&column, value) in self.columns.iter().zip(measures.values()) {
                row[column] = value;
            }
        }
        Ok(row)
    }
}

/// Names the point of an error.
pub(super) fn failed(point: &SweepPoint) -> impl FnOnce(ScenarioError) -> SweepError {
    |cause| SweepError::Point {
        point: point.index,
        settings: point.to_string(),
        cause: Box::new(cause),
    }
}
