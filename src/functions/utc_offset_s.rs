//! `utc_offset_s(at, zone)`: how many seconds the clocks of a time zone are ahead of UTC at that moment, below 0 where they are behind.
//!
//! `at` is a timestamp of any unit and zone, the zone an IANA name (`Europe/Berlin`) in a column or written down; an unknown name fails. The
//! zones are those of the crate `chrono-tz`: its version fixes their history. DataFusion's `at time zone` takes one zone for all rows.

use std::str::FromStr;
use std::sync::Arc;

use arrow::array::{Array, AsArray, Int64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, TimeUnit, TimestampMicrosecondType};
use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::Tz;
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

use super::fault;

pub fn function() -> Arc<ScalarUDF> {
    Arc::new(ScalarUDF::from(UtcOffset { signature: Signature::user_defined(Volatility::Immutable) }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct UtcOffset {
    signature: Signature,
}

impl ScalarUDFImpl for UtcOffset {
    fn name(&self) -> &str {
        "utc_offset_s"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        match arguments {
            [DataType::Timestamp(_, _) | DataType::Null, zone] if zone.is_string() || zone.is_null() => {
                Ok(vec![DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())), DataType::Utf8View])
            }
            _ => plan_err!("utc_offset_s is called as utc_offset_s(at, zone), a timestamp and a text"),
        }
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int64)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let constant = arguments.args.iter().all(|argument| matches!(argument, ColumnarValue::Scalar(_)));
        let rows = if constant { 1 } else { arguments.number_rows };
        let [at, zones] = [0, 1].map(|place| arguments.args[place].to_array(rows));
        let at = cast(&at?, &DataType::Timestamp(TimeUnit::Microsecond, None))?;
        let (at, zones) = (at.as_primitive::<TimestampMicrosecondType>(), zones?);
        let zones = zones.as_string_view();
        // Rows of one zone follow each other: its name is looked up once.
        let mut last: Option<(&str, Tz)> = None;
        let mut offset = |row: usize| -> Result<Option<i64>> {
            if at.is_null(row) || zones.is_null(row) {
                return Ok(None);
            }
            let name = zones.value(row);
            let zone = match last {
                Some((known, zone)) if known == name => zone,
                _ => Tz::from_str(name).map_err(|_| fault("utc_offset_s: a zone is an IANA name such as Europe/Berlin"))?,
            };
            last = Some((name, zone));
            seconds(at.value(row), zone).map(Some)
        };
        let array = (0..rows).map(&mut offset).collect::<Result<Int64Array>>()?;
        match constant {
            true => Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&array, 0)?)),
            false => Ok(ColumnarValue::Array(Arc::new(array))),
        }
    }
}

fn seconds(microseconds: i64, zone: Tz) -> Result<i64> {
    let at = DateTime::from_timestamp_micros(microseconds).ok_or_else(|| fault("utc_offset_s: the timestamp is beyond any calendar"))?;
    Ok(i64::from(zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc()))
}

#[cfg(test)]
mod tests {
    use crate::functions::tests::{check, check_fault, texts};

    /// Clocks go forward in Berlin on 2026-03-29 and in New York on 2026-03-08; Shanghai had summer time in 1986.
    #[tokio::test]
    async fn clocks_that_change() {
        let moments =
            ["2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z", "2026-03-08T06:59:59Z", "2026-03-08T07:00:00Z", "1986-07-01T00:00:00Z"];
        let zones = ["Europe/Berlin", "Europe/Berlin", "America/New_York", "America/New_York", "Asia/Shanghai"];
        let columns = [texts("at", &moments.map(Some)), texts("zone", &zones.map(Some))];
        let sql = "select at, utc_offset_s(cast(at as timestamp), zone) as s from t order by zone, at";
        let expected = [
            "2026-03-08T06:59:59Z | -18000",
            "2026-03-08T07:00:00Z | -14400",
            "1986-07-01T00:00:00Z | 32400",
            "2026-03-29T00:59:59Z | 3600",
            "2026-03-29T01:00:00Z | 7200",
        ];
        check(&columns, sql, &expected).await;
        let written =
            "select utc_offset_s(timestamp '2026-07-01T00:00:00', 'Asia/Kolkata') as s, utc_offset_s(null, zone) as n from t limit 1";
        check(&columns, written, &["19800 | NULL"]).await;
        check_fault(&columns, "select utc_offset_s(cast(at as timestamp), 'Mars/Base') from t", "IANA name").await;
        check_fault(&columns, "select utc_offset_s(zone, zone) from t", "a timestamp and a text").await;
    }
}
