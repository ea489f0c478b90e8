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
# Those of pipelines/nightly.yaml.
PARAMS = {
    "as_of": "date '2026-06-30'",
    "time_zone": "'Asia/Shanghai'",
    "reporting_currency": "'CNY'",
    "lookback_days": "90",
    "cookie_days": "400",
    "half_life_days": "7::double",
    "u_shape_role_share": "0.4::double",
    "w_shape_role_share": "0.3::double",
    "full_path_role_share": "0.225::double",
    "custom_first_share": "0.5::double",
    "custom_last_share": "0.2::double",
    "window_days": "60",
    "plausible_from": "timestamp '2025-01-01'",
    "plausible_until": "timestamp '2030-01-01'",
}
PHASES = ["staging", "entities", "identity", "journey", "scoring", "attribution", "funnel", "marts"]


def main():
    options = arguments()
    shutil.rmtree(options.out, ignore_errors=True)
    (options.out / "marts").mkdir(parents=True)
    texts = {phase: (HERE / f"{phase}.sql").read_text() for phase in PHASES}
    connection = connect(options)
    phases = {}
    for phase, text in texts.items():
        phases[phase] = measured(connection, text, first=(lambda: recode(options)) if phase == "staging" else None)
    print(json.dumps({"engine": f"duckdb {duckdb.__version__}", "phases": phases, "total": total(phases)}, indent=1))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=pathlib.Path, required=True, help="the folder with the raw files")
    parser.add_argument("--sql", type=pathlib.Path, default=HERE.parent.parent / "sql", help="the project's sql/, for its reference rows")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="marts/ is written here; the folder is replaced")
    parser.add_argument("--param", action="append", default=[], type=lambda given: given.split("=", 1), metavar="NAME=SQL",
                        help="a parameter of the pipeline as an SQL value, such as as_of=\"date '2026-06-30'\"")
    parser.add_argument("--members", type=pathlib.Path, required=True, help="Sluice's mart identity_members.parquet: which records are one")
    parser.add_argument("--memory-limit", help="DuckDB's memory_limit, such as 512MiB; its own default otherwise")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    options.data, options.sql, options.out, options.members = (
        path.resolve() for path in (options.data, options.sql, options.out, options.members)
    )
    return options


def folders(options):
    return {"raw": f"'{options.data}'", "reference": f"'{options.sql / 'reference'}'", "members": f"'{options.members}'"}


def connect(options):
    settings = {"threads": options.threads, "preserve_insertion_order": False, "temp_directory": str(options.out / "spill")}
    if options.memory_limit:
        settings["memory_limit"] = options.memory_limit
    connection = duckdb.connect(":memory:", config=settings)
    connection.execute("set timezone = 'UTC'")
    connection.execute("set enable_progress_bar = false")
    for name, value in (PARAMS | folders(options) | dict(options.param)).items():
        connection.execute(f"set variable {name} = {value}")
    os.chdir(options.out)
    return connection


def recode(options):
    """DuckDB reads UTF-8; bytes that are no character become U+FFFD, by which staging.sql knows them."""
    folder = options.out / "utf8"
    folder.mkdir()
    for name in ["crm/leads_cn.csv", "ads/baidu_ads.csv"]:
        path = options.data / name
        (folder / path.name).write_bytes(path.read_bytes().decode("gb18030", errors="replace").encode())


def measured(connection, text, first=None):
    """Runs the statements of one phase; what they cost. The peak is of this phase alone (Linux)."""
    reset_peak()
    began, cpu = time.perf_counter(), cpu_seconds()
    if first:
        first()
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
