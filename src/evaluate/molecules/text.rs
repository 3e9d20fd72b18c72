use std::fmt;

use super::{
    Distribution, MoleculeReport, PUBLISHED_SCORES, PropertyReport, Scores, scores::share,
};

/// Tables in plain text: the scores, next to published ones if the data are a published data set;
/// then the shares next to those of the data, and properties if the report has them.
impl fmt::Display for MoleculeReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "{} graphs: {:.2} % connected, {:.2} % follow the valence rule",
            self.samples - self.unreadable,
            100.0 * share(self.connected, self.samples - self.unreadable),
            100.0 * share(self.valence_rule, self.samples - self.unreadable),
        )?;
        if self.unreadable > 0 {
            writeln!(
                formatter,
                "{} further samples are not graphs and count as invalid, of {} in all",
                self.unreadable, self.samples
            )?;
        }
        writeln!(
            formatter,
            "\n{:<34}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}",
            "", "valid", "unique", "novel", "G-mean", "uniq@1k", "uniq@10k"
        )?;
        write_scores(formatter, "with stereo marks", &self.corrected)?;
        write_scores(formatter, "without stereo marks", &self.stereo_free)?;
        if let (Some(scores), Some(data)) = (&self.published, self.data) {
            write_scores(formatter, "by the paper's definitions", scores)?;
            for row in PUBLISHED_SCORES.iter().filter(|row| row.data == data) {
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
        if let Some(properties) = &self.properties {
            write!(formatter, "\n{properties}")?;
        }
        Ok(())
    }
}

impl MoleculeReport {
    /// Returns the scores as CSV, and the properties if the report has them.
    ///
    /// Columns are those of [`PropertyReport::to_csv`]. The group is `with stereo marks`, `without
    /// stereo marks` or `paper`; the names are `samples`, `valid`, `distinct`, `novel`, `validity`,
    /// `uniqueness`, `novelty` and `g_mean`, with their values in the column `generated`.
    pub fn to_csv(&self) -> String {
        let mut text = PropertyReport::CSV_HEAD.to_owned();
        let groups = [
            ("with stereo marks", Some(&self.corrected)),
            ("without stereo marks", Some(&self.stereo_free)),
            ("paper", self.published.as_ref()),
        ];
        for (group, scores) in groups {
            let Some(scores) = scores else { continue };
            for (name, value) in [
                ("samples", self.samples as f64),
                ("valid", scores.valid as f64),
                ("distinct", scores.distinct as f64),
                ("novel", scores.novel as f64),
                ("validity", scores.validity),
                ("uniqueness", scores.uniqueness),
                ("novelty", scores.novelty),
                ("g_mean", scores.g_mean),
            ] {
                text += &format!("{group},{name},,,,{value},,,,,\n");
            }
        }
        if let Some(properties) = &self.properties {
            text += &properties.csv_rows();
        }
        text
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
