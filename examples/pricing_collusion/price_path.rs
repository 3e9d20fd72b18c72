use std::{error::Error, fmt::Write, path::Path};

use fireweed::{
    pricing::{
        analysis::{PricePath, PricePathEstimate},
        scenario::PreparedScenario,
    },
    report::{Chart, Figure, Series, Spread},
};

use super::{output, response::COLORS};

/// The least number of points of a path.
pub(crate) const BINS: usize = 100;

/// Draws and writes prices while sessions learn: means over sessions, and the first session.
pub(crate) fn write(
    prepared: &PreparedScenario,
    paths: &[PricePath],
    folder: &Path,
) -> Result<(), Box<dyn Error>> {
    let estimate = PricePathEstimate::of(paths)?;
    let sides = prepared.game().market().sides();
    output::write(folder, "price_path.csv", &means_csv(&estimate, sides))?;
    output::write(folder, "price_path_sessions.csv", &csv(paths, sides))?;
    let panels = (0..sides).map(|side| mean_panel(prepared, &estimate, side));
    let single = (0..sides).map(|side| session_panel(prepared, &paths[0], side));
    let text = format!(
        "{} sessions, means over {} periods with 95 % interval, exploration included; \
         what has converged goes on at its limit cycle",
        paths.len(),
        estimate.width
    );
    let figure = Figure {
        title: "Prices during learning".into(),
        subtitle: output::subtitle(text, prepared.benchmarks()),
        panels: panels.chain(single).collect(),
    };
    Ok(figure.write(folder, "price_path")?)
}

fn mean_panel(prepared: &PreparedScenario, estimate: &PricePathEstimate, side: usize) -> Chart {
    let sides = prepared.game().market().sides();
    let middle = |bin: usize| (bin as f64 + 0.5) * estimate.width as f64;
    let series = (0..prepared.game().platforms()).map(|platform| {
        let cells = estimate.prices.iter();
        let cells: Vec<_> = cells.map(|row| row[platform * sides + side]).collect();
        let points = cells.iter().enumerate();
        Series {
            label: format!("platform {platform}"),
            colour: COLORS[platform % COLORS.len()],
            points: points.map(|(bin, one)| (middle(bin), one.mean)).collect(),
            spread: Spread::Band(cells.iter().map(|one| one.half_width()).collect()),
        }
    });
    let end = estimate.prices.len() as f64 * estimate.width as f64;
    panel(prepared, side, "mean over sessions", end, series.collect())
}

fn session_panel(prepared: &PreparedScenario, one: &PricePath, side: usize) -> Chart {
    let sides = prepared.game().market().sides();
    let bins: Vec<(u64, Vec<f64>)> = one.path.bins().collect();
    let series = (0..prepared.game().platforms()).map(|platform| {
        let points = bins.iter().enumerate().map(|(bin, (periods, means))| {
            let first = bin as u64 * one.path.width();
            let middle = first as f64 + 0.5 * *periods as f64;
            (middle, means[platform * sides + side])
        });
        Series {
            label: format!("platform {platform}"),
            colour: COLORS[platform % COLORS.len()],
            points: points.collect(),
            spread: Spread::None,
        }
    });
    let end = one.path.periods() as f64;
    panel(prepared, side, "session 0", end, series.collect())
}

fn panel(
    prepared: &PreparedScenario,
    side: usize,
    of: &str,
    end: f64,
    mut series: Vec<Series>,
) -> Chart {
    let benchmarks = prepared.benchmarks();
    let platforms = prepared.game().platforms();
    let levels = [
        ("competition", 6, &benchmarks.competition),
        ("collusion", 4, &benchmarks.collusion),
    ];
    for (label, colour, point) in levels {
        let price = |platform: usize| point.outcome.prices[(platform, side)];
        let same = |platform: usize| (price(platform) - price(0)).abs() <= 1e-9 * price(0).abs();
        let all_same = (1..platforms).all(same);
        for platform in 0..if all_same { 1 } else { platforms } {
            series.push(Series {
                label: match all_same {
                    true => label.to_owned(),
                    false => format!("{label}, platform {platform}"),
                },
                colour,
                points: vec![(0.0, price(platform)), (end, price(platform))],
                spread: Spread::None,
            });
        }
    }
    Chart {
        title: format!("Prices of side {side}, {of}"),
        x_label: "period".into(),
        y_label: "price (money per user)".into(),
        log_y: false,
        series,
    }
}

/// A line for each bin, platform and side; periods are counted from 1.
fn means_csv(estimate: &PricePathEstimate, sides: usize) -> String {
    let mut text =
        "period_first,period_last,platform,side,mean,se,ci_low,ci_high,sessions_learning\n"
            .to_owned();
    let bins = estimate.prices.iter().zip(&estimate.learning).enumerate();
    for (bin, (row, learning)) in bins {
        let first = bin as u64 * estimate.width;
        for (cell, one) in row.iter().enumerate() {
            let (low, high) = one.interval;
            let numbers =
                [one.mean, one.standard_error, low, high].map(|value| match value.is_nan() {
                    true => String::new(),
                    false => format!("{value:?}"),
                });
            let _ = writeln!(
                text,
                "{},{},{},{},{},{learning}",
                first + 1,
                first + estimate.width,
                cell / sides,
                cell % sides,
                numbers.join(",")
            );
        }
    }
    text
}

/// A line for each session, bin, platform and side; sessions are counted from 0, periods from 1.
fn csv(paths: &[PricePath], sides: usize) -> String {
    let mut text = "session,period_first,period_last,platform,side,price\n".to_owned();
    for (session, one) in paths.iter().enumerate() {
        let mut first = 0;
        for (periods, means) in one.path.bins() {
            for (cell, price) in means.iter().enumerate() {
                let (platform, side) = (cell / sides, cell % sides);
                let (from, to) = (first + 1, first + periods);
                let _ = writeln!(text, "{session},{from},{to},{platform},{side},{price:?}");
            }
            first += periods;
        }
    }
    text
}
