#!/usr/bin/env python3
"""Whether the marts of two engines agree: all marts and columns of the right side, same rows; everything exact but doubles (1e-9, relative above 1).

Row order does not count: both sides are sorted by all columns that compare exactly, doubles last. Prints a line per mart; exit 1 on a difference.
"""

import argparse
import pathlib
import sys

import duckdb


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("left", type=pathlib.Path, help="folder of marts: <mart>.parquet or <mart>/**/*.parquet")
    parser.add_argument("right", type=pathlib.Path)
    parser.add_argument("--leave-out", nargs="*", default=[], metavar="COLUMN=VALUE",
                        help="rows that the right side does not make: every mart with such a column is compared without them")
    options = parser.parse_args()
    left_out = [given.split("=", 1) for given in options.leave_out]
    left, right = marts(options.left), marts(options.right)
    faults = {mart: ["is missing on the left"] for mart in right.keys() - left.keys()}
    for mart in sorted(left.keys() - right.keys()):
        print(f"{mart:<24} on the left only")
    connection = duckdb.connect(":memory:")
    connection.execute("set timezone = 'UTC'")
    for mart in sorted(left.keys() & right.keys()):
        rows, found = compare(connection, left[mart], right[mart], left_out)
        print(f"{mart:<24} {rows:>12,} rows  {'differs' if found else 'agrees'}")
        if found:
            faults[mart] = found
    for mart, found in sorted(faults.items()):
        for fault in found:
            print(f"{mart}: {fault}", file=sys.stderr)
    if not left.keys() & right.keys():
        sys.exit(f"no mart is in both {options.left} and {options.right}")
    sys.exit(1 if faults else 0)


def marts(folder):
    """Mart -> glob of its files."""
    found = {path.stem: str(path) for path in folder.glob("*.parquet")}
    found |= {path.name: f"{path}/**/*.parquet" for path in folder.iterdir() if path.is_dir()}
    return found


def compare(connection, left, right, left_out):
    """Rows of the left side, and what differs."""
    columns = [schema(connection, files) for files in (left, right)]
    columns[0] = {name: kind for name, kind in columns[0].items() if name in columns[1]}
    if list(columns[0].items()) != list(columns[1].items()):
        return 0, schema_faults(*columns)
    exact = [quoted(name) for name, kind in columns[0].items() if kind != "DOUBLE"]
    doubles = [quoted(name) for name, kind in columns[0].items() if kind == "DOUBLE"]
    order = ", ".join(exact + doubles)
    for name, files in (("left_rows", left), ("right_rows", right)):
        named = [(column, value) for column, value in left_out if column in columns[0]]
        kept = "where " + " and ".join(f"{quoted(column)} is distinct from ?" for column, _ in named) if named else ""
        rows = f"select {', '.join(map(quoted, columns[0]))} from read_parquet('{files}', hive_partitioning = false) {kept} order by {order}"
        connection.execute(f"create or replace temp table {name} as {rows}", [value for _, value in named])
    counts = [connection.execute(f"select count(*) from {name}").fetchone()[0] for name in ("left_rows", "right_rows")]
    if counts[0] != counts[1]:
        return counts[0], [f"{counts[0]:,} rows against {counts[1]:,}"]
    tests = {name: f"l.{name} is distinct from r.{name}" for name in exact}
    tests |= {name: different_double(name) for name in doubles}
    sums = ", ".join(f"count(*) filter (where {test})" for test in tests.values())
    found = connection.execute(f"select {sums} from left_rows l positional join right_rows r").fetchone()
    return counts[0], [f"column {name}: {count:,} rows differ" for name, count in zip(tests, found) if count]


def schema(connection, files):
    rows = connection.execute(f"describe select * from read_parquet('{files}', hive_partitioning = false)").fetchall()
    return {name: kind for name, kind, *_ in rows}


def schema_faults(left, right):
    return [f"column {name}: {left.get(name, 'absent')} against {right.get(name, 'absent')}" for name in left | right if left.get(name) != right.get(name)] or [
        "the columns come in another order"
    ]


def different_double(name):
    return f"""(l.{name} is null) <> (r.{name} is null)
        or abs(l.{name} - r.{name}) > 1e-9 * greatest(1, abs(l.{name}), abs(r.{name}))"""


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


if __name__ == "__main__":
    main()
