"""What the DuckDB sides of the benches over generated leads share: their command line, the raw files they generate, and what their phases cost."""

import argparse
import json
import os
import pathlib
import shutil

import duckdb

from nightly import measured, total


def run(description, here, params, phases):
    """Generates raw files by generate.sql beside `here` (--generate), or runs `phases`, SQL by name, over them and prints what each cost."""
    parser = argparse.ArgumentParser(description=description)
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
        connection.execute((here / "generate.sql").read_text())
        return
    folders = {name: f"'{getattr(options, name).resolve()}'" for name in ("data", "sql")}
    for name, value in (params | folders).items():
        connection.execute(f"set variable {name} = {value}")
    shutil.rmtree(options.out, ignore_errors=True)
    (options.out / "marts").mkdir(parents=True)
    os.chdir(options.out)
    costs = {phase: measured(connection, text) for phase, text in phases.items()}
    print(json.dumps({"engine": f"duckdb {duckdb.__version__}", "phases": costs, "total": total(costs)}, indent=1))
