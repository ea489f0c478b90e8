#!/usr/bin/env python3
"""The nightly pipeline in DuckDB: the same table cuts and the same marts from the same raw files.

The SQL beside this file is the best DuckDB we can write, not a translation: it is changed only to make it faster. A table read once
is a view; nothing but the marts is written. Prints one JSON object: seconds, CPU seconds and peak resident bytes of every phase.
"""

import argparse
import json
import os
import pathlib
import resource
import shutil
import time

import duckdb

HERE = pathlib.Path(__file__).resolve().parent
PHASES = ["staging", "entities", "identity", "journey", "scoring", "attribution", "funnel", "marts"]


def main():
    options = arguments()
    shutil.rmtree(options.out, ignore_errors=True)
    (options.out / "marts").mkdir(parents=True)
    texts = {phase: (HERE / f"{phase}.sql").read_text() for phase in PHASES}
    connection = connect(options)
    phases = {phase: measured(connection, text) for phase, text in texts.items()}
    print(json.dumps({"engine": f"duckdb {duckdb.__version__}", "phases": phases, "total": total(phases)}, indent=1))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=pathlib.Path, required=True, help="the folder with the raw files")
    parser.add_argument("--sql", type=pathlib.Path, default=HERE.parent.parent / "sql", help="the project's sql/, for its reference rows")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="marts/ is written here; the folder is replaced")
    parser.add_argument("--as-of", required=True, help="the date the night is run for, YYYY-MM-DD")
    parser.add_argument("--memory-limit", help="DuckDB's memory_limit, such as 512MiB; its own default otherwise")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    options.data, options.sql, options.out = (path.resolve() for path in (options.data, options.sql, options.out))
    return options


def connect(options):
    settings = {"threads": options.threads, "preserve_insertion_order": False, "temp_directory": str(options.out / "spill")}
    if options.memory_limit:
        settings["memory_limit"] = options.memory_limit
    connection = duckdb.connect(":memory:", config=settings)
    connection.execute("set timezone = 'UTC'")
    connection.execute("set enable_progress_bar = false")
    for name, value in {"raw": options.data, "reference": options.sql / "reference"}.items():
        connection.execute(f"set variable {name} = '{value}'")
    connection.execute(f"set variable as_of = date '{options.as_of}'")
    os.chdir(options.out)
    return connection


def measured(connection, text):
    """Runs the statements of one phase; what they cost. The peak is of this phase alone (Linux)."""
    reset_peak()
    began, cpu = time.perf_counter(), cpu_seconds()
    connection.execute(text)
    return {
        "seconds": round(time.perf_counter() - began, 3),
        "cpu_seconds": round(cpu_seconds() - cpu, 3),
        "peak_rss": peak_rss(),
    }


def total(phases):
    return {
        "seconds": round(sum(phase["seconds"] for phase in phases.values()), 3),
        "cpu_seconds": round(sum(phase["cpu_seconds"] for phase in phases.values()), 3),
        "peak_rss": max(phase["peak_rss"] for phase in phases.values()),
    }


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def reset_peak():
    try:
        pathlib.Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        pass  # Without it the peak is that of the process so far.


def peak_rss():
    """Bytes."""
    for line in pathlib.Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main()
