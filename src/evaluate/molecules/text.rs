use std::fmt;

use super::{Distribution, MoleculeReport, PUBLISHED_SCORES, Scores, scores::share};

/// Tables in plain text: the scores beside the published ones, then the shares beside the data's.
impl fmt::Display for MoleculeReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "{} graphs: {:.2} % connected, {:.2} % follow the valence rule",
            self.samples,
            100.0 * share(self.connected, self.samples),
            100.0 * share(self.valence_rule, self.samples),
        )?;
        writeln!(
            formatter,
            "\n{:<34}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}",
            "", "valid", "unique", "novel", "G-mean", "uniq@1k", "uniq@10k"
        )?;
        let rows = [
            ("published definitions", &self.published),
            ("corrected, with stereo", &self.corrected),
            ("corrected, stereo-free", &self.stereo_free),
        ];
        for (name, scores) in rows {
            write_scores(formatter, name, scores)?;
        }
        for row in PUBLISHED_SCORES {
            writeln!(
                formatter,
                "{:<34}{:>9.3}{:>9.3}{:>9.3}{:>9.3}",
                format!("paper: {}, {}", row.model, row.data),
                row.validity,
                row.uniqueness,
                row.novelty,
                row.g_mean(),
            )?;
        }
        writeln!(
            formatter,
            "\naromatic: {:.1} % of the valid molecules, {:.1} % of the data",
            100.0 * self.aromatic,
            100.0 * self.aromatic_in_data,
        )?;
        for distribution in &self.distributions {
            write!(formatter, "\n{distribution}")?;
        }
        Ok(())
    }
}

fn write_scores(formatter: &mut fmt::Formatter<'_>, name: &str, scores: &Scores) -> fmt::Result {
    let optional = |score: Option<f64>| score.map_or("–".into(), |score| format!("{score:.3}"));
    writeln!(
        formatter,
        "{name:<34}{:>9.3}{:>9.3}{:>9.3}{:>9.3}{:>9}{:>9}",
        scores.validity,
        scores.uniqueness,
        scores.novelty,
        scores.g_mean,
        optional(scores.uniqueness_at_1k),
        optional(scores.uniqueness_at_10k),
    )
}

/// A small table: value, share in the generated molecules, share in the data.
impl fmt::Display for Distribution {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "{:<22}{:>11}{:>9}   total variation {:.3}",
            self.property, "generated", "data", self.total_variation
        )?;
        for share in &self.shares {
            writeln!(
                formatter,
                "  {:<20}{:>9.2} %{:>7.2} %",
                share.value,
                100.0 * share.generated,
                100.0 * share.data
            )?;
        }
        Ok(())
    }
}
