#!/usr/bin/env python3
"""Lead scores in DuckDB: generates the raw files (--generate), or scores all leads of them and prints what that cost."""

import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "duckdb"))
from leads import run  # noqa: E402

# Of scoring.yaml; `until` is the end of as_of in its time zone.
PARAMS = {"as_of": "date '2026-06-30'", "until": "timestamp '2026-06-30 16:00'"}
PHASES = {
    "entities": (HERE / "prelude.sql").read_text(),
    "scoring": (HERE.parent / "duckdb" / "scoring.sql").read_text(),
    "marts": "copy (from scoring.lead_scores order by lead_id) to 'marts/lead_scores.parquet' (compression zstd)",
}

if __name__ == "__main__":
    run(__doc__, HERE, PARAMS, PHASES)
