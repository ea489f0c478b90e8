#!/usr/bin/env bash
# Lead scores at scale, DuckDB side by side: benches/scoring.sh [LEADS] [--memory 512MiB] [--threads 2] [--profile release]
#
# Generates LEADS leads (1,000,000) with ten signals each on average into out/bench/scoring-LEADS, scores them by the packaged rules with Sluice and
# with DuckDB, compares fit, behaviour and total of every lead and prints seconds, CPU seconds and peak RSS. DuckDB tells the score at the end of the
# last day; Sluice's phase scoring tells it at every change and crossing since the capture, under three versions of the rules, and each point of it.
set -euo pipefail
cd "$(dirname "$0")/.."
source benches/duckdb/common.sh

main() {
    read_lead_arguments "$@"
    local folder="out/bench/scoring-$leads"
    build "$profile" --bin sluice
    prepare_python
    if [[ ! -s $folder/raw/touchpoints/touches.csv ]]; then
        echo "generating $leads leads" >&2
        "$python" benches/scoring/duckdb_side.py --generate "$leads" --data "$folder/raw"
    fi
    prepare_project "$folder"
    cp benches/scoring/scoring.yaml "$folder/pipelines/"
    echo "sluice run" >&2
    run_sluice "$built/sluice" "$folder" --pipeline pipelines/scoring.yaml --threads "$threads" "${memory[@]}" >"$folder/sluice.json"
    echo "duckdb" >&2
    "$python" benches/scoring/duckdb_side.py --data "$folder/raw" --sql "$folder/sql" --out "$folder/duckdb" --threads "$threads" >"$folder/duckdb.json"
    "$python" benches/duckdb/beside.py "$folder/sluice.json" "$folder/duckdb.json"
    "$python" benches/duckdb/compare.py "$folder/sluice/marts/latest" "$folder/duckdb/marts"
}

main "$@"
