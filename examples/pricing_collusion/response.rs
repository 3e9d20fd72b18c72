use std::{error::Error, path::Path};

use fireweed::{
    pricing::{
        analysis::{ImpulseResponse, ResponseEstimate},
        equilibrium::Benchmarks,
        market::Market,
    },
    report::{Chart, Figure, Series, Spread},
};

use super::cli::say;

/// Periods that are shown before the deviation, and from it on.
pub(crate) const BEFORE: usize = 3;
pub(crate) const AFTER: usize = 17;

/// What the picture of an impulse response needs beside the responses.
pub(crate) struct Shown<'a> {
    pub(crate) market: &'a Market,
    pub(crate) benchmarks: &'a Benchmarks,
    pub(crate) sessions: u64,
}

impl Shown<'_> {
    /// Draws the answers to a deviation of platform 0, and says whether it pays.
    pub(crate) fn write(
        &self,
        responses: &[ImpulseResponse],
        folder: &Path,
    ) -> Result<(), Box<dyn Error>> {
        let found = ResponseEstimate::of(responses)?;
        let lost = match found.gain {
            None => "nobody gains by a deviation for one period".to_owned(),
            Some(gain) => format!(
                "discounted gain {:.2} ± {:.2} %, {:.1} % of deviations lose",
                100.0 * gain.mean,
                100.0 * gain.standard_error,
                100.0 * found.unprofitable
            ),
        };
        say(&format!(
            "Static best reply of platform 0 for one period: {lost}.\n"
        ));
        let sides = 0..self.market.sides();
        let figure = Figure {
            title: "Answer to an undercut of platform 0 for one period".into(),
            subtitle: format!(
                "{} sessions, mean with 95 % interval; {lost}",
                self.sessions
            ),
            panels: sides.map(|side| self.panel(&found, side)).collect(),
        };
        Ok(figure.write(folder, "impulse_response")?)
    }

    fn panel(&self, found: &ResponseEstimate, side: usize) -> Chart {
        let (platforms, sides) = (self.market.platforms(), self.market.sides());
        let period = |place: usize| place as f64 - found.before as f64;
        let path = |platform: usize| {
            let cell = move |prices: &Vec<_>| prices[platform * sides + side];
            let estimates: Vec<fireweed::pricing::analysis::Estimate> =
                found.prices.iter().map(cell).collect();
            let label = match platform {
                0 => "platform 0, which deviates in period 0".to_owned(),
                _ => format!("platform {platform}"),
            };
            let points = estimates.iter().enumerate();
            Series {
                label,
                colour: platform,
                points: points
                    .map(|(place, one)| (period(place), one.mean))
                    .collect(),
                spread: Spread::Bars(estimates.iter().map(|one| one.half_width()).collect()),
            }
        };
        let level = |label: &str, colour, price| Series {
            label: label.to_owned(),
            colour,
            points: vec![(period(0), price), (period(found.prices.len() - 1), price)],
            spread: Spread::None,
        };
        let outcomes = [&self.benchmarks.competition, &self.benchmarks.collusion]
            .map(|equilibrium| equilibrium.outcome.prices[(0, side)]);
        let mut series: Vec<Series> = (0..platforms.min(4)).map(path).collect();
        series.push(level("competition", 6, outcomes[0]));
        series.push(level("collusion", 4, outcomes[1]));
        Chart {
            title: format!("Prices of side {side}"),
            x_label: "period after the deviation".into(),
            y_label: "price (money per user)".into(),
            log_y: false,
            series,
        }
    }
}
