use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use super::LabeledTexts;
use crate::{
    data::{
        CsvTable, DataError, DataPlaces, DownloadProgress, Loaded, Provenance, Source, Splits,
        splits::hold_out, unpack,
    },
    one_line::counted,
};

/// Your own texts: a table with a column of texts and a column of classes.
///
/// See [`CsvTable::read`] for the format. Classes are any short texts or numbers, in alphabetical
/// order. One text in five of each class is for testing, chosen at random with a fixed seed. Rows
/// without a text or a class are left out with a notice. [`load`](Source::load) ignores its
/// `places`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextFile {
    /// The file.
    pub path: PathBuf,
    /// Name of the column with the texts. Default: `text`, or the column with the longest cells.
    pub text_column: Option<String>,
    /// Name of the column with the classes. Default: `label` or `class`, or the other column if
    /// there are two.
    pub label_column: Option<String>,
}

/// Class numbers are bytes.
const MOST_CLASSES: usize = 256;

impl Source for TextFile {
    type Data = Splits<LabeledTexts>;

    fn title(&self) -> &'static str {
        "a table of texts"
    }

    fn load(
        &self,
        _: &DataPlaces,
        _: &mut dyn FnMut(DownloadProgress<'_>),
    ) -> Result<Loaded<Self::Data>, DataError> {
        let table = CsvTable::read(&self.path, None)?;
        let text = self.text_column(&table)?;
        let label = self.label_column(&table, text)?;
        let rows: Vec<(&str, &str)> = (0..table.len())
            .map(|row| (table.cell(row, text).trim(), table.cell(row, label).trim()))
            .filter(|(text, label)| !text.is_empty() && !label.is_empty())
            .collect();
        let classes: BTreeSet<&str> = rows.iter().map(|(_, label)| *label).collect();
        let classes: Vec<&str> = classes.into_iter().collect();
        let column = &table.columns()[label];
        if !(2..=MOST_CLASSES).contains(&classes.len()) {
            return Err(self.unusable(format!(
                "has {} classes in column {column:?}, but 2 to {MOST_CLASSES} are needed; name the \
                 column of classes",
                classes.len()
            )));
        }
        let number = |label: &str| classes.partition_point(|class| *class < label);
        let labels: Vec<usize> = rows.iter().map(|(_, label)| number(label)).collect();
        let positions = hold_out(&labels);
        if positions.test.is_empty() {
            return Err(
                self.unusable("has no class with two texts, and none can be held out".into())
            );
        }
        let texts = rows.iter().zip(&labels);
        let texts = texts.map(|((text, _), &label)| ((*text).to_owned(), label as u8));
        let all = LabeledTexts::new(texts, classes.iter().map(|&c| c.to_owned()).collect());
        let skipped = table.len() - rows.len();
        let mut notes = table.notes().to_vec();
        if skipped > 0 {
            let rows = counted(skipped, "row");
            notes.push(format!("left out {rows} without a text or a class"));
        }
        let name = self.path.file_name().unwrap_or(self.path.as_os_str());
        let title = format!(
            "texts in {} ({} of {} classes)",
            name.to_string_lossy(),
            all.len(),
            classes.len()
        );
        let sha256 = unpack::sha256(&unpack::read(&self.path)?);
        Ok(Loaded {
            data: positions.map(|positions| all.select(positions)),
            provenance: Provenance::files(title, vec![sha256]),
            notice: (!notes.is_empty()).then(|| notes.join("; ")),
        })
    }
}

impl TextFile {
    /// A file with its columns identified.
    pub fn new(path: impl AsRef<Path>) -> Self {
        Self {
            path: path.as_ref().into(),
            text_column: None,
            label_column: None,
        }
    }

    fn text_column(&self, table: &CsvTable) -> Result<usize, DataError> {
        if let Some(name) = &self.text_column {
            return self.named(table, name);
        }
        if let Some(column) = position(table, "text") {
            return Ok(column);
        }
        let length = |column: &usize| -> usize {
            (0..table.len())
                .map(|row| table.cell(row, *column).len())
                .sum()
        };
        (0..table.columns().len())
            .max_by_key(length)
            .ok_or_else(|| self.unusable("has no columns".into()))
    }

    fn label_column(&self, table: &CsvTable, text: usize) -> Result<usize, DataError> {
        let column = match &self.label_column {
            Some(name) => Some(self.named(table, name)?),
            None => position(table, "label")
                .or_else(|| position(table, "class"))
                .or_else(|| (table.columns().len() == 2).then_some(1 - text.min(1))),
        };
        column.filter(|&column| column != text).ok_or_else(|| {
            self.unusable(format!(
                "has no column label or class besides {:?}; name the column of classes, one of {}",
                table.columns()[text],
                table.columns().join(", ")
            ))
        })
    }

    fn named(&self, table: &CsvTable, name: &str) -> Result<usize, DataError> {
        position(table, name).ok_or_else(|| {
            let columns = table.columns().join(", ");
            self.unusable(format!("has no column {name:?}; its columns are {columns}"))
        })
    }

    fn unusable(&self, problem: String) -> DataError {
        DataError::Unusable {
            path: self.path.clone(),
            problem,
        }
    }
}

fn position(table: &CsvTable, name: &str) -> Option<usize> {
    let columns = table.columns();
    columns
        .iter()
        .position(|column| column == name)
        .or_else(|| {
            columns
                .iter()
                .position(|column| column.eq_ignore_ascii_case(name))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::testing::write;

    fn load(
        content: &str,
        change: fn(&mut TextFile),
    ) -> Result<Loaded<Splits<LabeledTexts>>, String> {
        let folder = tempfile::tempdir().unwrap();
        let mut file = TextFile::new(write(folder.path(), "mine.csv", content.as_bytes()));
        change(&mut file);
        let loaded = file.load(&DataPlaces::default(), &mut |_| {});
        loaded.map_err(|error| error.to_string())
    }

    #[test]
    fn columns_are_recognized_and_one_text_in_five_is_held_out() {
        let mut content = "id,topic,body\n".to_owned();
        for number in 0..10 {
            content += &format!("{number},sport,\"A game, number {number}\"\n");
            content += &format!("{number},art,A picture number {number}\n");
        }
        content += "10,sport,\n";
        let named = |file: &mut TextFile| file.label_column = Some("topic".into());
        let loaded = load(&content, named).unwrap();
        let Splits { train, test } = &loaded.data;
        assert_eq!(train.class_names(), ["art", "sport"]);
        assert_eq!((train.len(), test.len()), (16, 4));
        assert_eq!(test.labels().iter().filter(|&&label| label == 0).count(), 2);
        assert!(train.texts().all(|text| text.starts_with("A ")));
        assert!(loaded.notice.unwrap().contains("left out 1 row without"));
        let unnamed = load(&content, |_| {}).unwrap_err();
        assert!(unnamed.contains("name the column of classes, one of id, topic, body"));
        let wrong = |file: &mut TextFile| file.text_column = Some("texts".into());
        assert!(
            load(&content, wrong)
                .unwrap_err()
                .contains("has no column \"texts\"")
        );
    }

    #[test]
    fn invalid_class_tables_are_errors() {
        let two = load("text;label\nred;1\nblue;1\ngreen;1\n", |_| {}).unwrap_err();
        assert!(two.contains("has 1 classes in column \"label\""), "{two}");
        let single = load("text,label\na,1\nb,2\n", |_| {}).unwrap_err();
        assert!(single.contains("no class with two texts"), "{single}");
    }
}
