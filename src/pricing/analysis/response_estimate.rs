use serde::{Deserialize, Serialize};

use super::{AnalysisError, Estimate, ImpulseResponse, ResponsePeriod};

/// The answer to a deviation over sessions, with standard errors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResponseEstimate {
    /// The periods before the deviation, which begin the path.
    pub before: usize,
    /// For each period, the prices platform by platform, side by side.
    pub prices: Vec<Vec<Estimate>>,
    /// For each period, the profit of each platform.
    pub profits: Vec<Vec<Estimate>>,
    /// The relative discounted gain of deviators, as a mean for each session; none where nobody
    /// deviates.
    pub gain: Option<Estimate>,
    /// The share of deviations that lose; not a number where nobody deviates.
    pub unprofitable: f64,
}

impl ResponseEstimate {
    /// Of the answers of several sessions to one deviation.
    ///
    /// # Errors
    /// [`AnalysisError::Count`] where there are no sessions, or paths differ in length or platforms.
    pub fn of(responses: &[ImpulseResponse]) -> Result<Self, AnalysisError> {
        let none = AnalysisError::Count {
            what: "sessions",
            found: 0,
            expected: 1,
        };
        let first = responses.first().ok_or(none)?;
        for response in responses {
            let (found, expected) = (response.path.len(), first.path.len());
            AnalysisError::check_count("periods of a path", found, expected)?;
            AnalysisError::check_count("periods before", response.before, first.before)?;
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

fn columns(rows: &[&[f64]]) -> Result<Vec<Estimate>, AnalysisError> {
    let count = rows[0].len();
    for row in rows {
        AnalysisError::check_count("numbers in a period", row.len(), count)?;
    }
    let columns = (0..count).map(|column| rows.iter().map(|row| row[column]).collect::<Vec<_>>());
    // Prices and profits are numbers, so there is an estimate of each.
    Ok(columns.filter_map(|values| Estimate::of(&values)).collect())
}
