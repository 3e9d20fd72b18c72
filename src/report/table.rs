use std::fmt;

/// A table with a title, for display as text or Markdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Title of the table.
    pub title: String,
    /// Column heads; the first column is the rows' names.
    pub head: Vec<String>,
    /// Rows, each as long as the head.
    pub rows: Vec<Vec<String>>,
    /// Notes below the table.
    pub notes: Vec<String>,
}

impl Table {
    /// Formats the table as Markdown.
    pub fn to_markdown(&self) -> String {
        format!("# {}\n\n{}", self.title, self.to_markdown_without_title())
    }

    /// Formats rows and notes as Markdown, for embedding in another text.
    pub fn to_markdown_without_title(&self) -> String {
        let mut text = String::new();
        let line = |cells: &[String]| {
            let cells: Vec<_> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
            format!("| {} |\n", cells.join(" | "))
        };
        text += &line(&self.head);
        let rules: Vec<_> = (0..self.head.len())
            .map(|column| if column == 0 { "---" } else { "---:" }.to_owned())
            .collect();
        text += &line(&rules);
        for row in &self.rows {
            text += &line(row);
        }
        for note in &self.notes {
            text += &format!("\n{note}\n");
        }
        text
    }
}

impl fmt::Display for Table {
    /// Formats the table as text with aligned columns.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |column: usize| {
            std::iter::once(&self.head)
                .chain(&self.rows)
                .filter_map(|row| row.get(column))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<_> = (0..self.head.len()).map(width).collect();
        let line = |f: &mut fmt::Formatter<'_>, row: &[String]| {
            for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
                match column {
                    0 => write!(f, "{cell:<width$}")?,
                    _ => write!(f, "   {cell:>width$}")?,
                }
            }
            writeln!(f)
        };
        writeln!(f, "{}\n", self.title)?;
        line(f, &self.head)?;
        let total = widths.iter().sum::<usize>() + 3 * widths.len().saturating_sub(1);
        writeln!(f, "{}", "─".repeat(total))?;
        for row in &self.rows {
            line(f, row)?;
        }
        for note in &self.notes {
            writeln!(f, "\n{note}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let texts = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        Table {
            title: "Losses".into(),
            head: texts(["", "α = -1", "α = 0"]),
            rows: vec![
                texts(["train", "0.1 ± 0.0", "0.25"]),
                texts(["a|b", "–", "1"]),
            ],
            notes: vec!["One run.".into()],
        }
    }

    #[test]
    fn text_is_aligned() {
        let expected = "Losses\n\n           α = -1   α = 0\n────────────────────────\n\
                        train   0.1 ± 0.0    0.25\na|b             –       1\n\nOne run.\n";
        assert_eq!(
            table().to_string(),
            expected.replace("────────────────────────", &"─".repeat(25))
        );
    }

    #[test]
    fn markdown_escapes_bars() {
        let expected = "# Losses\n\n|  | α = -1 | α = 0 |\n| --- | ---: | ---: |\n\
                        | train | 0.1 ± 0.0 | 0.25 |\n| a\\|b | – | 1 |\n\nOne run.\n";
        assert_eq!(table().to_markdown(), expected);
    }
}
