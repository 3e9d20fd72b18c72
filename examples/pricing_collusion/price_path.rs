use std::{error::Error, fmt::Write, path::Path};

use fireweed::{
    pricing::{
        analysis::{Estimate, PricePath, PricePathEstimate},
        market::Outcome,
        scenario::PreparedScenario,
    },
    report::{Chart, Figure, Series, Spread},
};

use super::{output, response::COLORS};

/// Smallest number of points of a path.
pub(crate) const BINS: usize = 100;

/// Draws and writes prices and profits during learning: means over sessions, and prices of the
/// first session.
pub(crate) fn write(
    prepared: &PreparedScenario,
    paths: &[PricePath],
    folder: &Path,
) -> Result<(), Box<dyn Error>> {
    let estimate = PricePathEstimate::of(paths)?;
    let sides = prepared.game().market().sides();
    output::write(folder, "price_path.csv", &means_csv(&estimate, sides))?;
    output::write(folder, "price_path_sessions.csv", &csv(paths, sides))?;
    let has_profits = estimate.profits.iter().any(|row| !row.is_empty());
    if has_profits {
        output::write(folder, "profit_path.csv", &profits_csv(&estimate))?;
    }
    let panels = (0..sides).map(|side| mean_panel(prepared, &estimate, side));
    let profits = has_profits.then(|| profit_panel(prepared, &estimate));
    let single = (0..sides).map(|side| session_panel(prepared, &paths[0], side));
    let text = format!(
        "{}, means over {} with 95 % interval, including exploration; converged sessions continue \
         on their limit cycle",
        output::counted(paths.len() as u64, "session"),
        output::counted(estimate.width, "period")
    );
    let figure = Figure {
        title: "Prices and profits during learning".into(),
        subtitle: output::subtitle(text, prepared.benchmarks()),
        panels: panels.chain(profits).chain(single).collect(),
    };
    Ok(figure.write(folder, "price_path")?)
}

fn mean_panel(prepared: &PreparedScenario, estimate: &PricePathEstimate, side: usize) -> Chart {
    let sides = prepared.game().market().sides();
    let series = (0..prepared.game().platforms()).map(|platform| {
        let cells = estimate
            .prices
            .iter()
            .map(|row| row[platform * sides + side]);
        means(estimate, platform, cells.collect())
    });
    let end = estimate.prices.len() as f64 * estimate.width as f64;
    panel(prepared, side, "mean over sessions", end, series.collect())
}

/// Returns the means of a platform over sessions, bin by bin.
fn means(estimate: &PricePathEstimate, platform: usize, cells: Vec<Estimate>) -> Series {
    let middle = |bin: usize| (bin as f64 + 0.5) * estimate.width as f64;
    let points = cells.iter().enumerate();
    Series {
        label: format!("platform {platform}"),
        color: COLORS[platform % COLORS.len()],
        points: points.map(|(bin, one)| (middle(bin), one.mean)).collect(),
        spread: Spread::Band(cells.iter().map(|one| one.half_width()).collect()),
    }
}

fn profit_panel(prepared: &PreparedScenario, estimate: &PricePathEstimate) -> Chart {
    let platforms = 0..prepared.game().platforms();
    let series = platforms.map(|platform| {
        let cells = estimate.profits.iter().map(|row| row[platform]);
        means(estimate, platform, cells.collect())
    });
    let end = estimate.profits.len() as f64 * estimate.width as f64;
    Chart {
        title: "Profits, mean over sessions".to_owned(),
        x_label: "period".into(),
        y_label: "profit (money)".into(),
        log_y: false,
        series: series
            .chain(levels(prepared, end, &|outcome, platform| {
                outcome.profits[platform]
            }))
            .collect(),
    }
}

fn session_panel(prepared: &PreparedScenario, one: &PricePath, side: usize) -> Chart {
    let sides = prepared.game().market().sides();
    let mut bins: Vec<(u64, Vec<f64>)> = one.path.bins().collect();
    // A mean over few periods at the end is noise compared with the others.
    let is_short = |(periods, _): &(u64, Vec<f64>)| 2 * periods < one.path.width();
    if bins.len() > 1 && bins.last().is_some_and(is_short) {
        bins.pop();
    }
    let series = (0..prepared.game().platforms()).map(|platform| {
        let points = bins.iter().enumerate().map(|(bin, (periods, means))| {
            let first = bin as u64 * one.path.width();
            let middle = first as f64 + 0.5 * *periods as f64;
            (middle, means[platform * sides + side])
        });
        Series {
            label: format!("platform {platform}"),
            color: COLORS[platform % COLORS.len()],
            points: points.collect(),
            spread: Spread::None,
        }
    });
    let end = one.path.periods() as f64;
    panel(prepared, side, "session 0", end, series.collect())
}

/// Returns the lines of both benchmarks: one for all platforms, or one for each if they differ.
fn levels(
    prepared: &PreparedScenario,
    end: f64,
    value: &dyn Fn(&Outcome, usize) -> f64,
) -> Vec<Series> {
    let benchmarks = prepared.benchmarks();
    let platforms = prepared.game().platforms();
    let levels = [
        ("competition", 6, &benchmarks.competition),
        ("collusion", 4, &benchmarks.collusion),
    ];
    let mut series = Vec::new();
    for (label, color, point) in levels {
        let value = |platform: usize| value(&point.outcome, platform);
        let same = |platform: usize| (value(platform) - value(0)).abs() <= 1e-9 * value(0).abs();
        let all_same = (1..platforms).all(same);
        for platform in 0..if all_same { 1 } else { platforms } {
            series.push(Series {
                label: match all_same {
                    true => label.to_owned(),
                    false => format!("{label}, platform {platform}"),
                },
                color,
                points: vec![(0.0, value(platform)), (end, value(platform))],
                spread: Spread::None,
            });
        }
    }
    series
}

fn panel(
    prepared: &PreparedScenario,
    side: usize,
    of: &str,
    end: f64,
    mut series: Vec<Series>,
) -> Chart {
    series.extend(levels(prepared, end, &|outcome, platform| {
        outcome.prices[(platform, side)]
    }));
    Chart {
        title: format!("Prices of side {side}, {of}"),
        x_label: "period".into(),
        y_label: "price (money per user)".into(),
        log_y: false,
        series,
    }
}

/// Formats the means as CSV, with a line for each bin, platform and side; periods are counted from
/// 1.
fn means_csv(estimate: &PricePathEstimate, sides: usize) -> String {
    let mut text =
        "period_first,period_last,platform,side,mean,se,ci_low,ci_high,sessions_learning\n"
            .to_owned();
    let bins = estimate.prices.iter().zip(&estimate.learning).enumerate();
    for (bin, (row, learning)) in bins {
        let first = bin as u64 * estimate.width;
        for (cell, one) in row.iter().enumerate() {
            let _ = writeln!(
                text,
                "{},{},{},{},{},{learning}",
                first + 1,
                first + estimate.width,
                cell / sides,
                cell % sides,
                numbers(one)
            );
        }
    }
    text
}

/// Formats the profits as CSV, with a line for each bin and platform; periods are counted from 1.
fn profits_csv(estimate: &PricePathEstimate) -> String {
    let mut text =
        "period_first,period_last,platform,mean,se,ci_low,ci_high,sessions_learning\n".to_owned();
    let bins = estimate.profits.iter().zip(&estimate.learning).enumerate();
    for (bin, (row, learning)) in bins {
        let first = bin as u64 * estimate.width;
        for (platform, one) in row.iter().enumerate() {
            let (from, to) = (first + 1, first + estimate.width);
            let _ = writeln!(text, "{from},{to},{platform},{},{learning}", numbers(one));
        }
    }
    text
}

/// Formats the mean, standard error and interval; empty if there is none.
fn numbers(one: &Estimate) -> String {
    let (low, high) = one.interval;
    let all = [one.mean, one.standard_error, low, high];
    all.map(|value| match value.is_nan() {
        true => String::new(),
        false => format!("{value:?}"),
    })
    .join(",")
}

/// Formats the paths as CSV, with a line for each session, bin, platform and side; sessions are
/// counted from 0, periods from 1.
fn csv(paths: &[PricePath], sides: usize) -> String {
    let mut text = "session,period_first,period_last,platform,side,price\n".to_owned();
    for (session, one) in paths.iter().enumerate() {
        let mut first = 0;
        for (periods, means) in one.path.bins() {
            for (cell, price) in means[..one.prices].iter().enumerate() {
                let (platform, side) = (cell / sides, cell % sides);
                let (from, to) = (first + 1, first + periods);
                let _ = writeln!(text, "{session},{from},{to},{platform},{side},{price:?}");
            }
            first += periods;
        }
    }
    text
}
