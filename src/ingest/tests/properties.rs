//! What holds for any table and any damage.

use super::*;
use proptest::prelude::*;

fn written(table: &[Vec<String>], delimiter: u8, terminator: ::csv::Terminator) -> Vec<u8> {
    let mut writer = ::csv::WriterBuilder::new().delimiter(delimiter).terminator(terminator).from_writer(Vec::new());
    table.iter().for_each(|row| writer.write_record(row).unwrap());
    writer.into_inner().unwrap()
}

fn names(width: usize) -> Vec<String> {
    (0..width).map(|at| format!("column {at}")).collect()
}

/// A table of `width` columns whose cells are full of what matters to a reader.
fn tables() -> impl Strategy<Value = Vec<Vec<String>>> {
    (2usize..6).prop_flat_map(|width| prop::collection::vec(prop::collection::vec("[a-c,;|\t\"\r\n '\\\\é客]{0,6}", width), 0..12))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_written_is_read(
        table in tables(),
        delimiter in prop::sample::select(vec![b',', b';', b'\t', b'|']),
        crlf: bool,
        block_bytes in 1usize..200,
        batch_rows in 1usize..5,
        workers in 1usize..4,
    ) {
        let width = table.first().map_or(2, Vec::len);
        let names = names(width);
        let source = csv_with(texts(&names.iter().map(String::as_str).collect::<Vec<_>>()), |csv| csv.delimiter = delimiter);
        let terminator = if crlf { ::csv::Terminator::CRLF } else { ::csv::Terminator::Any(b'\n') };
        let whole: Vec<Vec<String>> = std::iter::once(names).chain(table.iter().cloned()).collect();
        let loaded = load(written(&whole, delimiter, terminator), &source, Options { block_bytes, batch_rows, workers }).unwrap();
        let cell = |cell: &String| if cell.is_empty() { "~".to_string() } else { cell.clone() };
        let expected: Vec<String> = table.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>().join("|")).collect();
        let got: Vec<&str> = loaded.rows.iter().map(|row| row.split_once(": ").unwrap().1).collect();
        prop_assert_eq!(got, expected);
        prop_assert_eq!(loaded.summary.rejects, 0);
    }

    /// Flipped, dropped and added bytes: every record is a row or a reject (checked in `loaded`), whatever the blocks.
    #[test]
    fn damage_is_accounted_for(
        table in tables(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3), 1..8),
        block_bytes in 1usize..60,
    ) {
        let names = names(table.first().map_or(2, Vec::len));
        let source = texts(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let header = written(&[names], b',', ::csv::Terminator::Any(b'\n'));
        let mut body = written(&table, b',', ::csv::Terminator::Any(b'\n'));
        for (at, byte, kind) in damage {
            let at = at.index(body.len() + 1);
            match kind {
                0 => body.insert(at, byte),
                1 if at < body.len() => body[at] = byte,
                _ if at < body.len() => drop(body.remove(at)),
                _ => {}
            }
        }
        let bytes = [header, body].concat();
        let whole = load(bytes.clone(), &source, Options::default()).unwrap();
        let cut = load(bytes, &source, Options { block_bytes, ..SMALL }).unwrap();
        prop_assert_eq!(whole, cut);
    }

    /// Numbers written by Rust are read back to the last digit.
    #[test]
    fn numbers_are_exact(integers in prop::collection::vec(any::<i64>(), 1..20), doubles in prop::collection::vec(any::<f64>(), 1..20), units in any::<i64>()) {
        let rows: Vec<String> = integers.iter().map(|integer| integer.to_string()).collect();
        let loaded = load(format!("v\n{}\n", rows.join("\n")), &source("v bigint"), SMALL).unwrap();
        prop_assert_eq!(loaded.rows, rows.iter().enumerate().map(|(at, row)| format!("{}: {row}", at + 2)).collect::<Vec<_>>());
        let finite: Vec<f64> = doubles.into_iter().filter(|double| double.is_finite()).collect();
        let text: String = finite.iter().map(|double| format!("{double:?}\n")).collect();
        let loaded = load(format!("v\n{text}"), &source("v double"), SMALL).unwrap();
        let got: Vec<f64> = loaded.rows.iter().map(|row| row.split_once(": ").unwrap().1.parse().unwrap()).collect();
        prop_assert_eq!(got, finite);
        let decimal = format!("{}{}.{:04}", if units < 0 { "-" } else { "" }, units.unsigned_abs() / 10_000, units.unsigned_abs() % 10_000);
        let loaded = load(format!("v\n{decimal}\n"), &source("v decimal(19,4)"), SMALL).unwrap();
        prop_assert_eq!(loaded.rows, vec![format!("2: {decimal}")]);
    }
}
