use super::{Column, Values};
use crate::pricing::equilibrium::Benchmarks;

/// Returns the names of the benchmark columns for the given numbers of platforms and sides.
pub(in crate::pricing) fn benchmark_names(platforms: usize, sides: usize) -> Vec<String> {
    let mut names = Vec::new();
    for what in ["competitive", "collusive"] {
        names.push(format!("{what}_profit"));
        names.extend((0..sides).map(|k| format!("{what}_price_side_{k}")));
        for i in 0..platforms {
            names.push(format!("{what}_profit_platform_{i}"));
            names.extend((0..sides).map(|k| format!("{what}_price_platform_{i}_side_{k}")));
        }
    }
    names
}

/// Returns the values of these columns; NaN for platforms that the market does not have.
fn benchmark_values(benchmarks: &Benchmarks, platforms: usize) -> Vec<f64> {
    let mut values = Vec::new();
    for equilibrium in [&benchmarks.competition, &benchmarks.collusion] {
        let outcome = &equilibrium.outcome;
        let (count, sides) = (outcome.profits.len(), outcome.prices.sides());
        let mean = |all: &mut dyn Iterator<Item = f64>| all.sum::<f64>() / count as f64;
        values.push(mean(&mut outcome.profits.iter().copied()));
        values.extend((0..sides).map(|k| mean(&mut outcome.prices.side(k))));
        for i in 0..platforms {
            match i < count {
                true => {
                    values.push(outcome.profits[i]);
                    values.extend(outcome.prices.platform(i));
                }
                false => values.extend(vec![f64::NAN; 1 + sides]),
            }
        }
    }
    values
}

/// Returns the benchmark columns of each row: the verdict, then profits and prices. With them,
/// gains and normalized prices can be computed from the file alone.
pub(in crate::pricing) fn benchmark_columns<'a>(
    rows: impl Iterator<Item = &'a Benchmarks>,
    platforms: usize,
    sides: usize,
) -> Vec<Column> {
    let names = benchmark_names(platforms, sides);
    let mut verdicts = Vec::new();
    let mut table: Vec<Vec<f64>> = vec![Vec::new(); names.len()];
    // Rows of one point are consecutive, so their values are computed once.
    let mut last: Option<(&Benchmarks, Vec<f64>)> = None;
    for row in rows {
        if last
            .as_ref()
            .is_none_or(|(before, _)| !std::ptr::eq(*before, row))
        {
            last = Some((row, benchmark_values(row, platforms)));
        }
        verdicts.push(row.verdict().word().to_owned());
        let values = last.iter().flat_map(|(_, values)| values);
        table
            .iter_mut()
            .zip(values)
            .for_each(|(column, &value)| column.push(value));
    }
    let numbers = names.into_iter().zip(table);
    std::iter::once(Column::new("benchmarks", Values::Text(verdicts)))
        .chain(numbers.map(|(name, values)| Column::new(name, Values::Number(values))))
        .collect()
}
