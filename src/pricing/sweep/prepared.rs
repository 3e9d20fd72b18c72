use super::{Sweep, SweepError, SweepPoint};
use crate::pricing::{PricingError, analysis::SessionMeasures, scenario::PreparedScenario};

/// A point that is ready to run, with the positions of its measures among those of the sweep.
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

    /// Returns the measures of one session; NaN for platforms that the point does not have.
    pub(super) fn measure(
        &self,
        session: u64,
        should_stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<f64>, PricingError> {
        let mut row = vec![f64::NAN; self.width];
        // `run` also checks the memory that sessions on all threads need.
        for result in self.scenario.run(session..session + 1, should_stop)? {
            let measures = self.scenario.measure(&result)?;
            for (&column, value) in self.columns.iter().zip(measures.values()) {
                row[column] = value;
            }
        }
        Ok(row)
    }
}

/// Adds the point to an error.
pub(super) fn failed(point: &SweepPoint) -> impl FnOnce(PricingError) -> SweepError {
    |cause| SweepError::Point {
        point: point.index,
        settings: point.to_string(),
        cause: Box::new(cause),
    }
}
