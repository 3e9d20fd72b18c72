use super::{
    Estimate,
    checks::{check_count, miscounted},
};
use crate::pricing::{PricingError, session::MeanPath};

/// The prices and profits of one session during learning, including exploration.
#[derive(Clone, Debug, PartialEq)]
pub struct PricePath {
    /// Mean prices, platform by platform and side by side, over bins of periods, followed by the
    /// mean profit of each platform. Profits are missing if platforms observe varying demand, since
    /// they then do not depend on prices alone.
    pub path: MeanPath,
    /// Number of prices among these quantities.
    pub prices: usize,
    /// The same quantities on the limit cycle of the session.
    pub after: Vec<f64>,
}

/// Prices and profits during learning, as means over sessions.
///
/// All sessions use the bins of the longest one; a session that has ended is continued with the
/// means of its limit cycle, so that each mean is over all sessions.
#[derive(Clone, Debug, PartialEq)]
pub struct PricePathEstimate {
    /// Number of periods of each bin.
    pub width: u64,
    /// Prices of each bin, platform by platform and side by side.
    pub prices: Vec<Vec<Estimate>>,
    /// Profit of each platform in each bin, in money; empty if platforms observe varying demand.
    pub profits: Vec<Vec<Estimate>>,
    /// Number of sessions that are still learning in the first period of each bin.
    pub learning: Vec<usize>,
}

impl PricePathEstimate {
    /// Computes the estimate from the paths of several sessions.
    ///
    /// # Errors
    /// Returns [`PricingError::Count`] if there are no sessions, or if the sessions differ in the
    /// number of platforms or bins.
    pub fn of(paths: &[PricePath]) -> Result<Self, PricingError> {
        let first = paths.first().ok_or_else(|| miscounted("sessions", 0, 1))?;
        let (mut width, mut periods) = (1, 0);
        for one in paths {
            check_count("numbers of a session", one.after.len(), first.after.len())?;
            check_count("prices of a session", one.prices, first.prices)?;
            width = width.max(one.path.width());
            periods = periods.max(one.path.periods());
        }
        let bins = periods.div_ceil(width) as usize;
        let common = paths.iter().map(|one| {
            let means = one.path.continued(width, bins, &one.after);
            means.ok_or_else(|| {
                miscounted(
                    "periods of a bin",
                    one.path.width() as usize,
                    width as usize,
                )
            })
        });
        let common = common.collect::<Result<Vec<_>, _>>()?;
        let estimates = |cells: std::ops::Range<usize>| -> Vec<Vec<Estimate>> {
            let row = |bin: usize| {
                let cell = |cell: usize| {
                    let values: Vec<f64> = common.iter().map(|rows| rows[bin][cell]).collect();
                    // Prices and profits are finite, so there is an estimate of each.
                    Estimate::of(&values)
                };
                cells.clone().filter_map(cell).collect()
            };
            (0..bins).map(row).collect()
        };
        let learning = (0..bins as u64).map(|bin| {
            let still = |one: &&PricePath| one.path.periods() > bin * width;
            paths.iter().filter(still).count()
        });
        Ok(Self {
            width,
            prices: estimates(0..first.prices),
            profits: estimates(first.prices..first.after.len()),
            learning: learning.collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pricing::session::{PathRecorder, Watch};

    /// Returns a session with price 1 and then, on its cycle, price 3.
    fn session(values: &[Vec<f64>], periods: u64) -> PricePath {
        let mut recorder = PathRecorder::new(values, 2);
        (0..periods).for_each(|_| recorder.played(0));
        let path = recorder.finish();
        let after = values[1].clone();
        PricePath {
            path,
            prices: 1,
            after,
        }
    }

    #[test]
    fn ended_sessions_are_continued_on_their_cycle() {
        let values = [vec![1.0], vec![3.0]];
        let paths = [150, 600].map(|periods| session(&values, periods));
        let found = PricePathEstimate::of(&paths).unwrap();
        assert_eq!((found.width, found.prices.len()), (200, 3));
        let means: Vec<f64> = found.prices.iter().map(|row| row[0].mean).collect();
        // The short session has ended by the last quarter of the first bin.
        assert_eq!(means, [1.25, 2.0, 2.0]);
        assert_eq!(found.learning, [2, 1, 1]);
    }

    #[test]
    fn incompatible_paths_are_rejected() {
        let none = PricePathEstimate::of(&[]).unwrap_err().to_string();
        assert!(none.contains("sessions"), "{none}");
        let (one, two) = ([vec![1.0], vec![3.0]], [vec![1.0, 1.0], vec![3.0, 3.0]]);
        let paths = [session(&one, 100), session(&two, 100)];
        assert!(PricePathEstimate::of(&paths).is_err());
    }
}
