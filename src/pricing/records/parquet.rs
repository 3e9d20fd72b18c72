use std::sync::Arc;

use parquet::{
    basic::{Compression, LogicalType, Repetition, Type as Physical},
    data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type},
    errors::ParquetError,
    file::{
        properties::WriterProperties,
        writer::{SerializedFileWriter, SerializedRowGroupWriter},
    },
    schema::types::Type,
};

use super::{Column, SessionTable, Values};

impl SessionTable {
    /// Formats the table as a Parquet file with the given key-value metadata. Missing numbers are
    /// null. The file is not compressed, for compatibility with all readers.
    ///
    /// # Errors
    /// Returns [`std::io::Error`] if the columns differ in length.
    pub fn to_parquet(&self, metadata: &[(&str, String)]) -> std::io::Result<Vec<u8>> {
        self.write_parquet(metadata).map_err(std::io::Error::other)
    }

    fn write_parquet(&self, metadata: &[(&str, String)]) -> Result<Vec<u8>, ParquetError> {
        let columns = self.columns();
        let fields = columns.iter().map(|column| field(column).map(Arc::new));
        let schema = Type::group_type_builder("sessions")
            .with_fields(fields.collect::<Result<_, _>>()?)
            .build()?;
        let metadata = metadata.iter().map(|(name, text)| {
            parquet::file::metadata::KeyValue::new((*name).to_owned(), text.clone())
        });
        let properties = WriterProperties::builder()
            .set_compression(Compression::UNCOMPRESSED)
            .set_key_value_metadata(Some(metadata.collect()))
            .build();
        let mut bytes = Vec::new();
        let mut file =
            SerializedFileWriter::new(&mut bytes, Arc::new(schema), Arc::new(properties))?;
        let mut rows = file.next_row_group()?;
        for column in columns {
            write(column, &mut rows)?;
        }
        rows.close()?;
        file.close()?;
        Ok(bytes)
    }
}

fn field(column: &Column) -> Result<Type, ParquetError> {
    let (physical, repetition, logical) = match column.values {
        Values::Whole(_) => (Physical::INT64, Repetition::OPTIONAL, None),
        Values::Truth(_) => (Physical::BOOLEAN, Repetition::REQUIRED, None),
        Values::Text(_) => (
            Physical::BYTE_ARRAY,
            Repetition::REQUIRED,
            Some(LogicalType::String),
        ),
        Values::Number(_) => (Physical::DOUBLE, Repetition::OPTIONAL, None),
    };
    Type::primitive_type_builder(&column.name, physical)
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
    // Definition level 1 is a value, 0 is null.
    match &column.values {
        Values::Whole(values) => {
            let levels: Vec<i16> = values.iter().map(|value| value.is_some().into()).collect();
            let there = values.iter().flatten();
            let numbers: Vec<i64> = there
                .map(|&n| i64::try_from(n).unwrap_or(i64::MAX))
                .collect();
            let typed = writer.typed::<Int64Type>();
            typed.write_batch(&numbers, Some(&levels), None)?;
        }
        Values::Truth(values) => {
            writer.typed::<BoolType>().write_batch(values, None, None)?;
        }
        Values::Text(texts) => {
            let texts = texts.iter().map(|text| ByteArray::from(text.as_str()));
            let typed = writer.typed::<ByteArrayType>();
            typed.write_batch(&texts.collect::<Vec<_>>(), None, None)?;
        }
        Values::Number(values) => {
            let levels: Vec<i16> = values.iter().map(|v| (!v.is_nan()).into()).collect();
            let values: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
            let typed = writer.typed::<DoubleType>();
            typed.write_batch(&values, Some(&levels), None)?;
        }
    }
    writer.close()
}
