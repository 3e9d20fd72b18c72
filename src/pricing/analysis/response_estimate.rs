use serde::{Deserialize, Serialize};

use super::{
    Estimate, ImpulseResponse, ResponsePeriod,
    checks::{check_count, miscounted},
};
use crate::pricing::PricingError;

/// The response to a deviation over sessions, with standard errors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResponseEstimate {
    /// Number of periods before the deviation, with which the path starts.
    pub before: usize,
    /// Prices of each period, platform by platform and side by side.
    pub prices: Vec<Vec<Estimate>>,
    /// Profit of each platform in each period.
    pub profits: Vec<Vec<Estimate>>,
    /// Mean relative discounted gain of the deviators of each session; `None` if no platform
    /// deviates.
    pub gain: Option<Estimate>,
    /// Share of deviations with a loss; NaN if no platform deviates.
    pub unprofitable: f64,
}

impl ResponseEstimate {
    /// Computes the estimate from the responses of several sessions to one deviation.
    ///
    /// # Errors
    /// Returns [`PricingError::Count`] if there are no sessions, or if the paths differ in length
    /// or number of platforms.
    pub fn of(responses: &[ImpulseResponse]) -> Result<Self, PricingError> {
        let first = responses
            .first()
            .ok_or_else(|| miscounted("sessions", 0, 1))?;
        for response in responses {
            let (found, expected) = (response.path.len(), first.path.len());
            check_count("periods of a path", found, expected)?;
            check_count("periods before", response.before, first.before)?;
        }
        let path = |of: &dyn Fn(&ResponsePeriod) -> &[f64]| {
            let periods = 0..first.path.len();
            periods
                .map(|period| {
                    let rows: Vec<&[f64]> =
                        responses.iter().map(|one| of(&one.path[period])).collect();
                    columns(&rows)
                })
                .collect::<Result<Vec<_>, _>>()
        };
        let gains: Vec<f64> = responses.iter().map(ImpulseResponse::mean_gain).collect();
        let all = || responses.iter().flat_map(|response| &response.gains);
        let lose = all().filter(|gain| gain.absolute < 0.0);
        let weights: f64 = all().map(|gain| gain.weight).sum();
        Ok(Self {
            before: first.before,
            prices: path(&|period| period.prices.as_slice())?,
            profits: path(&|period| &period.profits)?,
            gain: Estimate::of(&gains),
            unprofitable: lose.map(|gain| gain.weight).sum::<f64>() / weights,
        })
    }
}

fn columns(rows: &[&[f64]]) -> Result<Vec<Estimate>, PricingError> {
    let count = rows[0].len();
    for row in rows {
        check_count("numbers in a period", row.len(), count)?;
    }
    let columns = (0..count).map(|column| rows.iter().map(|row| row[column]).collect::<Vec<_>>());
    // Prices and profits are finite, so there is an estimate of each.
    Ok(columns.filter_map(|values| Estimate::of(&values)).collect())
}
