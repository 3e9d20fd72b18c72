use std::fmt;

use super::{PropertyDivergences, PropertyReport, ScoreWithFloor};

/// Tables in plain text: the KL score, properties, shares, similarities and scaffolds, each next to
/// its floor.
impl fmt::Display for PropertyReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} generated, compared with {} of the data; floor: {} others of the data",
            molecules(self.generated_molecules),
            self.reference_molecules,
            self.floor_molecules
        )?;
        if self.floor_molecules < self.generated_molecules {
            writeln!(
                f,
                "The floor has fewer molecules than the sample, so it is too far from the data."
            )?;
        }
        if self.left_out > 0 {
            writeln!(f, "Without properties, left out: {}", self.left_out)?;
        }
        let score = self.kl_score;
        writeln!(
            f,
            "\nKL score {:.4}, floor {:.4}: the mean of exp(-KL) over the properties marked *",
            score.generated, score.floor
        )?;
        writeln!(
            f,
            "\n  {:<28}{:>10}{:>11}{:>9}{:>9}{:>10}{:>10}",
            "mean of", "data", "generated", "KL", "floor", "W1", "floor"
        )?;
        for score in &self.properties {
            let mark = if score.property.is_in_kl_score() {
                '*'
            } else {
                ' '
            };
            let unit = score.property.unit();
            let name = match unit.is_empty() {
                true => score.property.name().to_owned(),
                false => format!("{}, {unit}", score.property.name()),
            };
            let mean = |mean: Option<f64>| mean.map_or("–".into(), |mean| format!("{mean:.3}"));
            let distance = |found: Option<PropertyDivergences>,
                            of: fn(&PropertyDivergences) -> f64| {
                found.map_or("–".into(), |found| format!("{:.4}", of(&found)))
            };
            writeln!(
                f,
                "{mark} {name:<28}{:>10}{:>11}{:>9}{:>9}{:>10}{:>10}",
                mean(score.reference_mean),
                mean(score.generated_mean),
                distance(score.divergences, |found| found.kl),
                distance(score.floor, |found| found.kl),
                distance(score.divergences, |found| found.wasserstein),
                distance(score.floor, |found| found.wasserstein),
            )?;
        }
        writeln!(
            f,
            "\n  {:<33}{:>10}{:>11}{:>20}",
            "share of", "data", "generated", "data held out"
        )?;
        for share in &self.shares {
            writeln!(
                f,
                "  {:<33}{:>10.4}{:>11.4}{:>20.4}",
                share.name, share.reference, share.generated, share.held_out
            )?;
        }
        writeln!(f, "\n  {:<43}{:>11}{:>10}", "", "generated", "floor")?;
        let rows = self.similarity_rows();
        for (name, score) in rows
            .into_iter()
            .filter_map(|(name, score)| Some((name, score?)))
        {
            let number = |value: f64| match name == DISTINCT {
                true => format!("{value}"),
                false => format!("{value:.4}"),
            };
            writeln!(
                f,
                "  {name:<43}{:>11}{:>10}",
                number(score.generated),
                number(score.floor)
            )?;
        }
        Ok(())
    }
}

/// Returns the number of molecules as text.
pub(super) fn molecules(count: usize) -> String {
    match count {
        1 => "1 molecule".into(),
        count => format!("{count} molecules"),
    }
}

const DISTINCT: &str = "different scaffolds";

impl PropertyReport {
    fn similarity_rows(&self) -> [(&'static str, Option<ScoreWithFloor>); 5] {
        [
            ("internal diversity", self.similarity.internal_diversity),
            (
                "similarity to the nearest molecule",
                Some(self.similarity.nearest_neighbor),
            ),
            (DISTINCT, Some(self.scaffolds.distinct)),
            (
                "share of scaffolds new to the data",
                Some(self.scaffolds.new),
            ),
            (
                "similarity of scaffold frequencies",
                Some(self.scaffolds.similarity),
            ),
        ]
    }

    /// Returns the report as CSV.
    ///
    /// Columns: `group` (`score`, `property`, `share`, `similarity`), `name`, `unit`,
    /// `in_kl_score`, `data` (mean or share in the data), `generated` (likewise, or the score),
    /// `floor` (of shares and scores), `kl`, `kl_floor`, `wasserstein`, `wasserstein_floor`. Cells
    /// that do not apply are empty.
    pub fn to_csv(&self) -> String {
        Self::CSV_HEAD.to_owned() + &self.csv_rows()
    }

    pub(in crate::evaluate::molecules) const CSV_HEAD: &str = "group,name,unit,in_kl_score,data,\
        generated,floor,kl,kl_floor,wasserstein,wasserstein_floor\n";

    pub(in crate::evaluate::molecules) fn csv_rows(&self) -> String {
        let mut text = String::new();
        let number = |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
        let score = |group: &str, name: &str, score: ScoreWithFloor| {
            format!(
                "{group},{name},,,,{},{},,,,\n",
                score.generated, score.floor
            )
        };
        text += &score("score", "KL score", self.kl_score);
        for one in &self.properties {
            text += &format!(
                "property,{},{},{},{},{},,{},{},{},{}\n",
                one.property.name(),
                one.property.unit(),
                one.property.is_in_kl_score(),
                number(one.reference_mean),
                number(one.generated_mean),
                number(one.divergences.map(|found| found.kl)),
                number(one.floor.map(|found| found.kl)),
                number(one.divergences.map(|found| found.wasserstein)),
                number(one.floor.map(|found| found.wasserstein)),
            );
        }
        for one in &self.shares {
            text += &format!(
                "share,{},,,{},{},{},,,,\n",
                one.name, one.reference, one.generated, one.held_out
            );
        }
        for (name, found) in self.similarity_rows() {
            if let Some(found) = found {
                text += &score("similarity", name, found);
            }
        }
        text
    }
}
