use std::{path::Path, sync::Arc};

use parquet::{
    basic::{Compression, LogicalType, Repetition, Type as Physical},
    data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type},
    errors::ParquetError,
    file::{
        properties::WriterProperties,
        writer::{SerializedFileWriter, SerializedRowGroupWriter},
    },
    schema::types::Type,
};

use super::{Collected, SweepError, error::io, export::Column};
use crate::files::write_whole;

/// The name under which the digest of the results is kept in the file.
const DIGEST: &str = "fireweed.digest";

impl Collected {
    /// Writes the results as Parquet, with the columns of [`to_csv`](Self::to_csv); where there is no
    /// number, it is null. Not compressed, so that every reader reads it.
    ///
    /// # Errors
    /// [`SweepError::Io`].
    pub fn write_parquet(&self, path: &Path) -> Result<(), SweepError> {
        let failed = |error: ParquetError| io(path)(std::io::Error::other(error));
        let bytes = self.to_parquet().map_err(failed)?;
        write_whole(path, &bytes).map_err(io(path))
    }

    fn to_parquet(&self) -> Result<Vec<u8>, ParquetError> {
        let columns = self.columns();
        let fields = columns.iter().map(|column| field(column).map(Arc::new));
        let schema = Type::group_type_builder("sessions")
            .with_fields(fields.collect::<Result<_, _>>()?)
            .build()?;
        let digest = parquet::file::metadata::KeyValue::new(DIGEST.to_owned(), self.digest());
        let properties = WriterProperties::builder()
            .set_compression(Compression::UNCOMPRESSED)
            .set_key_value_metadata(Some(vec![digest]))
            .build();
        let mut bytes = Vec::new();
        let mut file =
            SerializedFileWriter::new(&mut bytes, Arc::new(schema), Arc::new(properties))?;
        let mut rows = file.next_row_group()?;
        for column in &columns {
            write(column, &mut rows)?;
        }
        rows.close()?;
        file.close()?;
        Ok(bytes)
    }
}

fn field(column: &Column) -> Result<Type, ParquetError> {
    let (physical, repetition, logical) = match column {
        Column::Numbers(..) => (Physical::INT64, Repetition::REQUIRED, None),
        Column::Texts(..) => (
            Physical::BYTE_ARRAY,
            Repetition::REQUIRED,
            Some(LogicalType::String),
        ),
        Column::Values(..) => (Physical::DOUBLE, Repetition::OPTIONAL, None),
    };
    Type::primitive_type_builder(column.name(), physical)
        .with_repetition(repetition)
        .with_logical_type(logical)
        .build()
}

fn write(
    column: &Column,
    rows: &mut SerializedRowGroupWriter<'_, &mut Vec<u8>>,
) -> Result<(), ParquetError> {
    let Some(mut writer) = rows.next_column()? else {
        return Err(ParquetError::General("no column is left".to_owned()));
    };
    match column {
        Column::Numbers(_, numbers) => {
            let numbers: Vec<i64> = numbers.iter().map(|&number| number.into()).collect();
            let typed = writer.typed::<Int64Type>();
            typed.write_batch(&numbers, None, None)?;
        }
        Column::Texts(_, texts) => {
            let texts: Vec<_> = texts
                .iter()
                .map(|text| ByteArray::from(text.as_str()))
                .collect();
            let typed = writer.typed::<ByteArrayType>();
            typed.write_batch(&texts, None, None)?;
        }
        Column::Values(_, values) => {
            // Level 1 is a value, 0 is null.
            let levels: Vec<i16> = values
                .iter()
                .map(|value| (!value.is_nan()).into())
                .collect();
            let values: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
            let typed = writer.typed::<DoubleType>();
            typed.write_batch(&values, Some(&levels), None)?;
        }
    }
    writer.close()
}
