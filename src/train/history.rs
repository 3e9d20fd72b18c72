use std::{collections::BTreeMap, fs, path::Path};

use super::RunError;
use crate::{FileError, files::write_whole};

/// Name of the history file of a run.
pub const HISTORY_FILE: &str = "history.csv";

/// The metrics of one epoch by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EpochMetrics {
    /// Number of the epoch, from 1.
    pub epoch: usize,
    /// Value by name, such as `train_loss`.
    pub values: BTreeMap<String, f64>,
}

/// The metrics of consecutive epochs, from epoch 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    epochs: Vec<EpochMetrics>,
}

impl History {
    /// Returns the epochs in order.
    pub fn epochs(&self) -> &[EpochMetrics] {
        &self.epochs
    }

    /// Returns the number of epochs.
    pub fn len(&self) -> usize {
        self.epochs.len()
    }

    /// Returns whether there are no epochs.
    pub fn is_empty(&self) -> bool {
        self.epochs.is_empty()
    }

    /// Returns the value of a metric in an epoch, from 1.
    pub fn value(&self, name: &str, epoch: usize) -> Option<f64> {
        let metrics = self.epochs.get(epoch.checked_sub(1)?)?;
        metrics.values.get(name).copied()
    }

    /// Returns the values of a metric, one for each epoch that has it.
    pub fn series(&self, name: &str) -> Vec<(usize, f64)> {
        self.epochs
            .iter()
            .filter_map(|metrics| Some((metrics.epoch, *metrics.values.get(name)?)))
            .collect()
    }

    /// Returns the value of a metric in the last epoch.
    pub fn last(&self, name: &str) -> Option<f64> {
        self.value(name, self.len())
    }

    /// Appends the next epoch.
    ///
    /// # Panics
    /// Panics if `metrics.epoch` is not the number of epochs so far, plus one.
    pub fn push(&mut self, metrics: EpochMetrics) {
        assert_eq!(
            metrics.epoch,
            self.len() + 1,
            "epochs of a History must be consecutive"
        );
        self.epochs.push(metrics);
    }

    /// Removes all epochs after the first `epochs`.
    pub fn truncate(&mut self, epochs: usize) {
        self.epochs.truncate(epochs);
    }

    /// Writes one row per epoch; numbers round-trip bit for bit.
    ///
    /// The file is replaced atomically.
    ///
    /// # Errors
    /// Returns [`RunError::File`] if the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), RunError> {
        let failed = |error: csv::Error| FileError::at("use", path)(error.into());
        let names: Vec<&String> = self
            .epochs
            .first()
            .map_or(Vec::new(), |metrics| metrics.values.keys().collect());
        let mut writer = csv::Writer::from_writer(Vec::new());
        let header = std::iter::once("epoch").chain(names.iter().map(|name| name.as_str()));
        writer.write_record(header).map_err(failed)?;
        for metrics in &self.epochs {
            let values = names.iter().map(|name| match metrics.values.get(*name) {
                Some(value) => value.to_string(),
                None => String::new(),
            });
            let row = std::iter::once(metrics.epoch.to_string()).chain(values);
            writer.write_record(row).map_err(failed)?;
        }
        let bytes = writer
            .into_inner()
            .map_err(|error| failed(error.into_error().into()))?;
        write_whole(path, &bytes).map_err(FileError::at("use", path))?;
        Ok(())
    }

    /// Reads a file of [`write`](Self::write).
    ///
    /// # Errors
    /// Returns [`RunError`] if the file is missing or damaged.
    pub fn read(path: &Path) -> Result<Self, RunError> {
        let text = fs::read(path).map_err(FileError::at("use", path))?;
        Self::parse(path, &text)
    }

    /// Reads the rows that are whole: a row that a crash or a full disk has cut off is left out.
    pub(super) fn read_whole_rows(path: &Path) -> Result<Self, RunError> {
        let text = fs::read(path).map_err(FileError::at("use", path))?;
        let end = text.iter().rposition(|&byte| byte == b'\n');
        Self::parse(path, &text[..end.map_or(0, |end| end + 1)])
    }

    fn parse(path: &Path, text: &[u8]) -> Result<Self, RunError> {
        let failed = |error: csv::Error| FileError::at("use", path)(error.into());
        let mut reader = csv::Reader::from_reader(text);
        let names: Vec<String> = reader
            .headers()
            .map_err(failed)?
            .iter()
            .skip(1)
            .map(str::to_owned)
            .collect();
        let mut history = Self::default();
        for (index, record) in reader.records().enumerate() {
            let record = record.map_err(failed)?;
            let row = index + 1;
            let malformed = |problem: String| RunError::DamagedHistory {
                path: path.to_path_buf(),
                row,
                problem,
            };
            if record.get(0).and_then(|epoch| epoch.parse().ok()) != Some(row) {
                return Err(malformed(format!("its epoch is not {row}")));
            }
            let mut values = BTreeMap::new();
            for (name, field) in names.iter().zip(record.iter().skip(1)) {
                if field.is_empty() {
                    continue;
                }
                let value = field
                    .parse()
                    .map_err(|_| malformed(format!("{name} is {field:?}")))?;
                values.insert(name.clone(), value);
            }
            history.push(EpochMetrics { epoch: row, values });
        }
        Ok(history)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(rows: &[(f64, f64)]) -> History {
        let mut history = History::default();
        for (index, &(loss, accuracy)) in rows.iter().enumerate() {
            history.push(EpochMetrics {
                epoch: index + 1,
                values: [("loss".to_owned(), loss), ("accuracy".to_owned(), accuracy)].into(),
            });
        }
        history
    }

    #[test]
    fn files_read_back_bit_for_bit() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(HISTORY_FILE);
        let saved = history(&[
            (0.1 + 0.2, 1.0 / 3.0),
            (1e-310, f64::MAX),
            (f64::INFINITY, 0.0),
        ]);
        saved.write(&path).unwrap();
        assert_eq!(History::read(&path).unwrap(), saved);
        History::default().write(&path).unwrap();
        assert_eq!(History::read(&path).unwrap(), History::default());
        assert_eq!(
            fs::read_dir(dir.path()).unwrap().count(),
            1,
            "no partial file left"
        );
    }

    #[test]
    fn series_values_and_truncation() {
        let mut history = history(&[(3.0, 0.1), (2.0, 0.2), (1.0, 0.3)]);
        assert_eq!(history.value("loss", 2), Some(2.0));
        assert_eq!(
            [history.value("loss", 0), history.value("loss", 4)],
            [None; 2]
        );
        history.truncate(2);
        assert_eq!(history.series("accuracy"), [(1, 0.1), (2, 0.2)]);
        assert_eq!(history.last("loss"), Some(2.0));
    }

    #[test]
    fn rows_that_are_cut_off_are_left_out() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(HISTORY_FILE);
        let saved = history(&[(3.0, 0.1), (2.0, 0.25)]);
        saved.write(&path).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let rows: Vec<usize> = text.match_indices('\n').map(|(at, _)| at + 1).collect();
        for length in 0..=text.len() {
            fs::write(&path, &text[..length]).unwrap();
            let whole = rows.iter().filter(|&&end| end <= length).count();
            let mut expected = saved.clone();
            expected.truncate(whole.saturating_sub(1));
            assert_eq!(History::read_whole_rows(&path).unwrap(), expected);
        }
    }

    #[test]
    fn damaged_files_are_rejected() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(HISTORY_FILE);
        let message = |text: &str| {
            fs::write(&path, text).unwrap();
            History::read(&path).unwrap_err().to_string()
        };
        assert!(message("epoch,loss\n1,0.5\n3,0.4\n").contains("row 2: its epoch is not 2"));
        assert!(message("epoch,loss\n1,half\n").contains("row 1: loss is \"half\""));
        assert!(message("epoch,loss\n1,0.5,7\n").contains("cannot use"));
        fs::remove_file(&path).unwrap();
        assert!(
            History::read(&path)
                .unwrap_err()
                .to_string()
                .contains("cannot use")
        );
    }
}
