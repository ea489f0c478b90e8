#!/usr/bin/env bash
# bench.sh DATA OUT [SET...]: Sluice, its exact keys alone, and Splink on the same records, one evaluator. PYTHON has splink and duckdb 1.4.5.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
data=$1 out=$2
shift 2
python=${PYTHON:-python3} binary=${SLUICE:-$here/../../target/release/sluice}
mkdir -p "$out"
for set in "${@:-febrl1 febrl2 febrl3 febrl4 fake_1000 fake_20000 chicago}"; do
    for set in $set; do
        "$python" "$here/evaluate.py" --write-truth "$set" --data "$data" --out "$out/$set.truth.csv"
        "$python" "$here/sluice_side.py" "$set" --data "$data" --out "$out" --binary "$binary"
        "$python" "$here/splink_side.py" "$set" --data "$data" --out "$out" 2>/dev/null | grep -v '^$'
        for tool in exact sluice splink; do
            "$python" "$here/evaluate.py" --name "$set $tool" --truth "$out/$set.truth.csv" --clusters "$out/$set.$tool.clusters.csv" \
                ${bare:-}
            bare=--bare
        done
        unset bare
    done
done
