#!/usr/bin/env python3
"""Leads and their stages in DuckDB: generates the raw files (--generate), or makes the marts of funnel.sql from them and prints what that cost."""

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

# Those of funnel.yaml and sql/params.yaml.
PARAMS = {"as_of": "date '2026-06-30'", "time_zone": "'Asia/Shanghai'", "window_days": "60", "silent_days": "30"}


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
        (options.data / "crm").mkdir(parents=True, exist_ok=True)
        connection.execute(f"set variable leads = {options.generate}")
        connection.execute(f"set variable out = '{options.data.resolve()}'")
        connection.execute((HERE / "generate.sql").read_text())
        return
    folders = {"data": f"'{options.data.resolve()}'", "sql": f"'{options.sql.resolve()}'"}
    for name, value in (PARAMS | folders).items():
        connection.execute(f"set variable {name} = {value}")
    shutil.rmtree(options.out, ignore_errors=True)
    (options.out / "marts").mkdir(parents=True)
    os.chdir(options.out)
    phases = {"funnel": measured(connection, (HERE / "funnel.sql").read_text())}
    print(json.dumps({"engine": f"duckdb {duckdb.__version__}", "phases": phases, "total": total(phases)}, indent=1))


if __name__ == "__main__":
    main()
