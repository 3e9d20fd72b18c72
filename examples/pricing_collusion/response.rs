use std::{error::Error, fmt::Write, path::Path};

use fireweed::{
    pricing::{
        analysis::{
            Deviation, DeviationAction, DeviationLength, Deviators, Estimate, ImpulseResponse,
            ResponseEstimate,
        },
        scenario::PreparedScenario,
        session::SessionResult,
    },
    report::{Chart, Figure, Series, Spread},
};

use super::{cli::say, output};

/// Number of periods shown before the deviation, and from it on.
const BEFORE: usize = 3;
const AFTER: usize = 17;
/// Colors of the palette for platforms, cyclically; black is for competition, the fifth for
/// collusion.
pub(crate) const COLORS: [usize; 5] = [0, 1, 2, 3, 5];

/// The responses of all sessions to deviations of one platform.
pub(crate) struct Responses<'a> {
    pub(crate) prepared: &'a PreparedScenario,
    pub(crate) results: &'a [SessionResult],
    /// Platform that deviates.
    pub(crate) platform: usize,
    /// Lengths of the deviation in periods, one row of the figure each.
    pub(crate) lengths: &'a [usize],
}

/// The responses to deviations of one length.
struct Found {
    length: usize,
    estimate: ResponseEstimate,
    says: String,
}

impl Responses<'_> {
    /// Draws and writes the responses, and reports whether deviations pay.
    pub(crate) fn write(&self, folder: &Path) -> Result<(), Box<dyn Error>> {
        let found = self.lengths.iter().map(|&length| self.respond(length));
        let found = found.collect::<Result<Vec<_>, _>>()?;
        for one in &found {
            say(&format!(
                "Static best reply of platform {} for {}: {}.",
                self.platform,
                periods(one.length),
                one.says
            ));
        }
        say("");
        output::write(folder, "impulse_response.csv", &self.csv(&found))?;
        let (market, first) = (self.prepared.game().market(), &found[0]);
        let panels = found.iter().flat_map(|one| {
            let sides = 0..market.sides();
            let prices = sides.map(|side| self.prices(one, side));
            prices.chain([self.profits(one)]).collect::<Vec<_>>()
        });
        let text = format!(
            "{}, mean with 95 % interval; {}",
            output::counted(self.results.len() as u64, "session"),
            first.says
        );
        let figure = Figure {
            title: format!("Response to undercutting by platform {}", self.platform),
            subtitle: output::subtitle(text, self.prepared.benchmarks()),
            panels: panels.collect(),
        };
        Ok(figure.write(folder, "impulse_response")?)
    }

    fn respond(&self, length: usize) -> Result<Found, Box<dyn Error>> {
        let deviation = Deviation {
            by: Deviators::One(self.platform),
            action: DeviationAction::StaticBestReply,
            length: DeviationLength::Periods(length),
        };
        let span = (BEFORE, AFTER.max(length + 12));
        let answers = self.results.iter();
        let answers = answers.map(|result| self.prepared.respond(result, &deviation, span));
        let answers = answers.collect::<Result<Vec<ImpulseResponse>, _>>()?;
        let estimate = ResponseEstimate::of(&answers)?;
        let says = match estimate.gain {
            None => "a deviation gains nothing in its first period".to_owned(),
            Some(gain) => format!(
                "discounted gain {} %, {:.1} % of deviations lose",
                match gain.standard_error.is_nan() {
                    true => format!("{:.2}", 100.0 * gain.mean),
                    false => format!(
                        "{:.2} ± {:.2}",
                        100.0 * gain.mean,
                        100.0 * gain.standard_error
                    ),
                },
                100.0 * estimate.unprofitable
            ),
        };
        Ok(Found {
            length,
            estimate,
            says,
        })
    }

    /// Formats the responses as CSV, with a line for each length, period, platform and side;
    /// profits have no side.
    fn csv(&self, found: &[Found]) -> String {
        let mut text = "length,period,platform,side,measure,mean,se,ci_low,ci_high\n".to_owned();
        let sides = self.prepared.game().market().sides();
        let mut line = |place: String, measure: &str, one: &Estimate| {
            let number = |value: f64| match value.is_nan() {
                true => String::new(),
                false => format!("{value:?}"),
            };
            let (low, high) = one.interval;
            let numbers = [one.mean, one.standard_error, low, high].map(number);
            let _ = writeln!(text, "{place},{measure},{}", numbers.join(","));
        };
        for Found {
            length, estimate, ..
        } in found
        {
            let rows = estimate.prices.iter().zip(&estimate.profits).enumerate();
            for (place, (prices, profits)) in rows {
                let period = place as i64 - estimate.before as i64;
                for (cell, one) in prices.iter().enumerate() {
                    let (platform, side) = (cell / sides, cell % sides);
                    line(format!("{length},{period},{platform},{side}"), "price", one);
                }
                for (platform, one) in profits.iter().enumerate() {
                    line(format!("{length},{period},{platform},"), "profit", one);
                }
            }
        }
        text
    }

    fn prices(&self, found: &Found, side: usize) -> Chart {
        let sides = self.prepared.game().market().sides();
        let benchmarks = self.prepared.benchmarks();
        let levels = [&benchmarks.competition, &benchmarks.collusion]
            .map(|one| one.outcome.prices[(self.platform, side)]);
        self.panel(
            found,
            format!("Prices of side {side}, {}", periods(found.length)),
            "price (money per user)",
            levels,
            &|place, platform| found.estimate.prices[place][platform * sides + side],
        )
    }

    fn profits(&self, found: &Found) -> Chart {
        let benchmarks = self.prepared.benchmarks();
        let levels = [&benchmarks.competition, &benchmarks.collusion]
            .map(|one| one.outcome.profits[self.platform]);
        self.panel(
            found,
            format!("Profits, {}", periods(found.length)),
            "profit (money)",
            levels,
            &|place, platform| found.estimate.profits[place][platform],
        )
    }

    /// Draws all platforms: the deviator, and each rival.
    fn panel(
        &self,
        found: &Found,
        title: String,
        y_label: &str,
        levels: [f64; 2],
        value: &dyn Fn(usize, usize) -> Estimate,
    ) -> Chart {
        let length = found.estimate.prices.len();
        let period = |place: usize| place as f64 - found.estimate.before as f64;
        let path = |platform: usize| {
            let estimates: Vec<Estimate> = (0..length).map(|at| value(at, platform)).collect();
            let points = estimates.iter().enumerate();
            Series {
                label: match platform == self.platform {
                    true => format!("platform {platform} (deviates)"),
                    false => format!("platform {platform}"),
                },
                color: COLORS[platform % COLORS.len()],
                points: points.map(|(at, one)| (period(at), one.mean)).collect(),
                spread: Spread::Bars(estimates.iter().map(Estimate::half_width).collect()),
            }
        };
        let level = |label: &str, color, level| Series {
            label: label.to_owned(),
            color,
            points: vec![(period(0), level), (period(length - 1), level)],
            spread: Spread::None,
        };
        let platforms = 0..self.prepared.game().platforms();
        let mut series: Vec<Series> = platforms.map(path).collect();
        series.push(level("competition", 6, levels[0]));
        series.push(level("collusion", 4, levels[1]));
        Chart {
            title,
            x_label: "period after the deviation".into(),
            y_label: y_label.into(),
            log_y: false,
            series,
        }
    }
}

fn periods(length: usize) -> String {
    output::counted(length as u64, "period")
}
