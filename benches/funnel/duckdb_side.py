#!/usr/bin/env python3
"""Leads and their stages in DuckDB: generates the raw files (--generate), or makes the marts of funnel.sql from them and prints what that cost."""

import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "duckdb"))
from leads import run  # noqa: E402

# Those of funnel.yaml and sql/params.yaml.
PARAMS = {"as_of": "date '2026-06-30'", "time_zone": "'Asia/Shanghai'", "window_days": "60", "silent_days": "30"}

if __name__ == "__main__":
    run(__doc__, HERE, PARAMS, {"funnel": (HERE / "funnel.sql").read_text()})
