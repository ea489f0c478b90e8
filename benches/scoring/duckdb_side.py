#!/usr/bin/env python3
"""Lead scores in DuckDB: generates the raw files (--generate), or scores all leads of them and prints what that cost."""

import argparse
import json
import os
import pathlib
import shutil
import sys

import duckdb

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "duckdb"))
from nightly import measured, total  # noqa: E402

# Of scoring.yaml; `until` is the end of as_of in its time zone.
PARAMS = {"as_of": "date '2026-06-30'", "until": "timestamp '2026-06-30 16:00'"}
MART = "copy (from scoring.lead_scores order by lead_id) to 'marts/lead_scores.parquet' (compression zstd)"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--generate", type=int, metavar="LEADS", help="write raw files of so many leads into --data instead")
    parser.add_argument("--data", type=pathlib.Path, required=True, help="the folder with the raw files")
    parser.add_argument("--sql", type=pathlib.Path, help="the project's sql/, for its reference rows")
    parser.add_argument("--out", type=pathlib.Path, help="marts/ is written here; the folder is replaced")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    connection = duckdb.connect(":memory:", config={"threads": options.threads})
    connection.execute("set timezone = 'UTC'")
    connection.execute("set enable_progress_bar = false")
    if options.generate:
        for folder in ("crm", "forms", "touchpoints"):
            (options.data / folder).mkdir(parents=True, exist_ok=True)
        connection.execute(f"set variable leads = {options.generate}")
        connection.execute(f"set variable out = '{options.data.resolve()}'")
        connection.execute((HERE / "generate.sql").read_text())
        return
    folders = {"data": f"'{options.data.resolve()}'", "reference": f"'{options.sql.resolve()}/reference'"}
    for name, value in (PARAMS | folders).items():
        connection.execute(f"set variable {name} = {value}")
    shutil.rmtree(options.out, ignore_errors=True)
    (options.out / "marts").mkdir(parents=True)
    os.chdir(options.out)
    texts = {"entities": (HERE / "prelude.sql").read_text(), "scoring": (HERE.parent / "duckdb" / "scoring.sql").read_text(), "marts": MART}
    phases = {phase: measured(connection, text) for phase, text in texts.items()}
    print(json.dumps({"engine": f"duckdb {duckdb.__version__}", "phases": phases, "total": total(phases)}, indent=1))


if __name__ == "__main__":
    main()
