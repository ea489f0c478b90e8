//! The column types a contract or a source may name, and the Arrow type each stands for.

use arrow::datatypes::{DataType, TimeUnit};
use std::fmt;

/// Plain types only: every reader of Parquet knows them. Decimals stay within 38 digits, marts within 28 (BI tools).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Type {
    Text,
    Boolean,
    /// 64-bit integer.
    Bigint,
    Double,
    Decimal {
        precision: u8,
        scale: i8,
    },
    /// Days, no zone.
    Date,
    /// Microseconds since the epoch, UTC.
    Timestamp,
}

impl Type {
    pub fn arrow(self) -> DataType {
        match self {
            Type::Text => DataType::Utf8,
            Type::Boolean => DataType::Boolean,
            Type::Bigint => DataType::Int64,
            Type::Double => DataType::Float64,
            Type::Decimal { precision, scale } => DataType::Decimal128(precision, scale),
            Type::Date => DataType::Date32,
            Type::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        }
    }

    /// Parses `text`, `boolean`, `bigint`, `double`, `decimal(18,4)`, `date`, `timestamp`; `None` for anything else.
    pub fn parse(word: &str) -> Option<Type> {
        match word {
            "text" => Some(Type::Text),
            "boolean" => Some(Type::Boolean),
            "bigint" => Some(Type::Bigint),
            "double" => Some(Type::Double),
            "date" => Some(Type::Date),
            "timestamp" => Some(Type::Timestamp),
            _ => {
                let (precision, scale) = word.strip_prefix("decimal(")?.strip_suffix(')')?.split_once(',')?;
                let (precision, scale) = (precision.trim().parse().ok()?, scale.trim().parse().ok()?);
                (1..=38).contains(&precision).then_some(())?;
                (0..=precision as i8).contains(&scale).then_some(Type::Decimal { precision, scale })
            }
        }
    }

    /// The words [`Type::parse`] knows, for hints.
    pub const WORDS: [&'static str; 7] = ["text", "boolean", "bigint", "double", "decimal(18,4)", "date", "timestamp"];
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Text => f.write_str("text"),
            Type::Boolean => f.write_str("boolean"),
            Type::Bigint => f.write_str("bigint"),
            Type::Double => f.write_str("double"),
            Type::Decimal { precision, scale } => write!(f, "decimal({precision},{scale})"),
            Type::Date => f.write_str("date"),
            Type::Timestamp => f.write_str("timestamp"),
        }
    }
}
