use serde::Serialize;

use super::Column;

/// Version of the format of result files. It is incremented when a column changes its meaning,
/// independently of the crate version.
pub const FORMAT: u32 = 1;

/// Settings of a run, stored as `run.json` next to the results.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Settings {
    /// Name and version of the program.
    pub program: String,
    /// [Format](FORMAT) of the files.
    pub format: u32,
    /// Command of the run.
    pub command: String,
    /// Seed of the run.
    pub seed: u64,
    /// Number of sessions, for each point or policy.
    pub sessions: u64,
}

impl Settings {
    /// Creates the settings of a run of this version.
    pub fn new(command: impl Into<String>, seed: u64, sessions: u64) -> Self {
        Self {
            program: format!("fireweed {}", env!("CARGO_PKG_VERSION")),
            format: FORMAT,
            command: command.into(),
            seed,
            sessions,
        }
    }

    /// Formats the settings as JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}

#[derive(Serialize)]
struct Schema<'a> {
    format: u32,
    rows: &'a str,
    missing: &'a str,
    columns: Vec<Field<'a>>,
}

#[derive(Serialize)]
struct Field<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    unit: &'static str,
    meaning: String,
}

/// Returns a schema of columns as JSON: name, type, unit and meaning of each.
pub fn schema_json(columns: &[Column]) -> String {
    let schema = Schema {
        format: FORMAT,
        rows: "one session each",
        missing: "empty in CSV, null in Parquet: the measure does not apply",
        columns: columns
            .iter()
            .map(|column| {
                let (unit, meaning) = describe(&column.name);
                Field {
                    name: &column.name,
                    kind: column.kind(),
                    unit,
                    meaning,
                }
            })
            .collect(),
    };
    serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"
}

/// Returns the unit and meaning of a column.
fn describe(name: &str) -> (&'static str, String) {
    let cycle = "mean over the periods of the limit cycle";
    let fixed = |unit, meaning: &str| (unit, meaning.to_owned());
    match name {
        "point" => return fixed("", "number of the point of the sweep, from 0"),
        "policy" => return fixed("", "number of the policy in the table, from 0"),
        "policy_name" => return fixed("", "name of the policy with its settings"),
        "session" => {
            return fixed(
                "",
                "number of the session, from 0; determines the random numbers",
            );
        }
        "learner_kind" => return fixed("", "kinds of the learners"),
        "grid" => return fixed("", "name of the price grid"),
        "converged" => return fixed("", "the session ended by convergence, not by its cap"),
        "periods" => return fixed("periods", "periods played, with those of the window"),
        "time_to_convergence" => return fixed("periods", "periods before the window"),
        "cycle_length" => {
            return fixed(
                "periods",
                "periods after which prices repeat on the limit cycle; if demand is observed, \
                 number of recurrent states",
            );
        }
        "profit" => return ("money", format!("{cycle} and over platforms")),
        "profit_gain" => {
            return fixed(
                "",
                "(profit - competitive_profit) / (collusive_profit - competitive_profit)",
            );
        }
        "gain_over_competition" => return fixed("", "profit / competitive_profit - 1"),
        "consumer_surplus" => return ("money", format!("{cycle}, summed over sides")),
        "equilibrium_on_path" => {
            return fixed(
                "",
                "no one-shot deviation pays on the limit cycle (Calvano et al. 2020)",
            );
        }
        "equilibrium_off_path" => return fixed("share", "states off the cycle in which none pays"),
        "q_loss_on_path" | "q_loss" => {
            return fixed(
                "share of value",
                "loss of the strategy relative to the best one-shot deviation",
            );
        }
        "best_reply_on_path" => {
            return fixed("", "strategies are dynamic best replies on the cycle");
        }
        "best_reply_off_path" => return fixed("share", "states off the cycle in which they are"),
        "best_reply_loss_on_path" | "best_reply_loss" => {
            return fixed(
                "share of value",
                "loss of the strategy relative to the best reply",
            );
        }
        "benchmarks" => {
            return fixed(
                "",
                "sound, or why gains relative to the benchmarks are not valid",
            );
        }
        _ => {}
    }
    let kinds = [
        ("competitive_profit", "money", "profit in competition"),
        ("collusive_profit", "money", "profit in collusion"),
        (
            "competitive_price",
            "money per user",
            "price in competition",
        ),
        ("collusive_price", "money per user", "price in collusion"),
        (
            "profit_gain_platform",
            "",
            "profit gain between the platform's own benchmarks",
        ),
        ("profit_platform", "money", "profit on the limit cycle"),
        ("price", "money per user", "price on the limit cycle"),
        (
            "participation",
            "share of the side",
            "users on the platform",
        ),
        ("outside", "share of the side", "users on no platform"),
        ("consumer_surplus", "money", "consumer surplus of the side"),
    ];
    let found = kinds.iter().find(|(prefix, ..)| name.starts_with(prefix));
    let (unit, meaning) = found.map_or(("", "parameter of the sweep"), |(_, unit, text)| {
        (*unit, *text)
    });
    let whole = name.contains("_side_") && !name.contains("_platform_");
    let mean = whole && !name.starts_with("outside") && !name.starts_with("consumer");
    let note = if mean { ", mean over platforms" } else { "" };
    (unit, format!("{meaning}{note}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pricing::{
        analysis::SessionMeasures,
        records::{benchmark_names, measure_column},
    };

    #[test]
    fn every_measure_and_benchmark_has_its_own_meaning() {
        let names = SessionMeasures::names(2, 2)
            .into_iter()
            .chain(benchmark_names(2, 2));
        for name in names {
            let (_, meaning) = describe(&name);
            assert_ne!(meaning, "parameter of the sweep", "{name}");
        }
        assert_eq!(
            describe("price_side_1").1,
            "price on the limit cycle, mean over platforms"
        );
        assert_eq!(
            describe("price_platform_0_side_1").1,
            "price on the limit cycle"
        );
        let text = schema_json(&[measure_column("converged", vec![])]);
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["columns"][0]["type"], "boolean");
        assert_eq!(read["format"], 1);
    }
}
