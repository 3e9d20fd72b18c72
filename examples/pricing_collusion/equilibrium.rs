use clap::Args;
use fireweed::{
    pricing::{
        equilibrium::{Benchmarks, Equilibrium, GrimTrigger},
        market::Market,
    },
    report::Table,
};

use super::{Outcome, cli::say, interrupt::Interrupt, market_args::MarketArgs, output};

#[derive(Args)]
pub(crate) struct EquilibriumArgs {
    #[command(flatten)]
    market: MarketArgs,
}

pub(crate) fn run(args: &EquilibriumArgs, interrupt: &Interrupt) -> Outcome {
    let market = args.market.market()?;
    let should_stop = || interrupt.is_set();
    let benchmarks = match args.market.demand()? {
        None => Benchmarks::of_unless(&market, &should_stop)?,
        Some(shocks) => Benchmarks::under_shocks(&market, &shocks, &should_stop)?,
    };
    say(&table(&market, &benchmarks).to_string());
    Ok(())
}

/// Returns a table with both benchmarks.
pub(crate) fn table(market: &Market, benchmarks: &Benchmarks) -> Table {
    let both = [&benchmarks.competition, &benchmarks.collusion];
    let row = |name: String, of: &dyn Fn(&Equilibrium) -> f64| {
        let values = both
            .iter()
            .map(|equilibrium| format!("{:.6}", of(equilibrium)));
        std::iter::once(name).chain(values).collect::<Vec<_>>()
    };
    let (platforms, sides) = (market.platforms(), market.sides());
    // Identical platforms have identical rows.
    let shown = if market.is_symmetric() { 1 } else { platforms };
    let mut rows = Vec::new();
    for i in 0..shown {
        let of = if shown == 1 {
            String::new()
        } else {
            format!(" of platform {i}")
        };
        for k in 0..sides {
            rows.push(row(format!("price{of}, side {k}"), &|e| {
                e.outcome.prices[(i, k)]
            }));
        }
        for k in 0..sides {
            let name = format!("participation{of}, side {k}");
            rows.push(row(name, &|e| e.outcome.participation[(i, k)]));
        }
        rows.push(row(format!("profit{of}"), &|e| e.outcome.profits[i]));
    }
    for k in 0..sides {
        rows.push(row(format!("outside share, side {k}"), &|e| {
            e.outcome.outside[k]
        }));
    }
    for k in 0..sides {
        rows.push(row(format!("consumer surplus, side {k}"), &|e| {
            e.outcome.consumer_surplus[k]
        }));
    }
    rows.push(row("welfare".into(), &|e| e.outcome.welfare()));
    let mut notes = output::caveats(benchmarks);
    notes.push(match GrimTrigger::of(market, benchmarks) {
        _ if !benchmarks.by_demand().is_empty() => {
            "Means over periods of low and high demand, each with its own benchmarks. Grim \
             trigger: not computed if demand varies."
                .to_owned()
        }
        Err(error) => format!("Grim trigger: no threshold: {error}."),
        Ok(_) if !benchmarks.verdict().is_sound() => {
            "Grim trigger: no threshold without sound benchmarks.".to_owned()
        }
        Ok(trigger) => match trigger.threshold() {
            Some(delta) => {
                format!("Grim trigger sustains collusion from a discount factor of {delta:.4}.")
            }
            None => "Grim trigger sustains collusion at no discount factor below 1.".to_owned(),
        },
    });
    Table {
        title: format!(
            "Benchmarks of {} with {}",
            output::counted(platforms as u64, "platform"),
            output::counted(sides as u64, "side")
        ),
        head: ["each platform", "competition", "collusion"]
            .map(str::to_owned)
            .to_vec(),
        rows,
        notes,
    }
}

/// Formats the table as CSV.
pub(crate) fn csv(table: &Table) -> String {
    let mut text = "quantity,competition,collusion\n".to_owned();
    for row in &table.rows {
        let quoted = format!("\"{}\"", row[0]);
        text += &format!("{quoted},{}\n", row[1..].join(","));
    }
    text
}
