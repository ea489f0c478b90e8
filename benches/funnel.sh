#!/usr/bin/env bash
# Stages and funnel at scale, DuckDB side by side: benches/funnel.sh [LEADS] [--memory 512MiB] [--threads 2] [--profile release]
#
# Generates LEADS leads (1,000,000) with five stage events each into out/bench/funnel-LEADS, makes marts.funnel and marts.durations of the path
# `crm` with Sluice and with DuckDB, compares every row and prints seconds, CPU seconds and peak RSS. Beside DuckDB's one script stand Sluice's
# phases funnel and marts; the others are what it does besides: who is who, accounts, stored tables, checks, a commit.
set -euo pipefail
cd "$(dirname "$0")/.."
source benches/duckdb/common.sh

main() {
    read_lead_arguments "$@"
    local folder="out/bench/funnel-$leads"
    build "$profile" --bin sluice
    prepare_python
    if [[ ! -s $folder/raw/crm/stage_history.csv ]]; then
        echo "generating $leads leads" >&2
        "$python" benches/funnel/duckdb_side.py --generate "$leads" --data "$folder/raw"
    fi
    prepare_project "$folder"
    # One path, so that both sides do the same.
    cp benches/funnel/funnel.yaml "$folder/pipelines/"
    sed -i -n '1p;/^crm,/p' "$folder"/sql/reference/stage_{paths,requirements}.csv
    echo "sluice run" >&2
    run_sluice "$built/sluice" "$folder" --pipeline pipelines/funnel.yaml --threads "$threads" "${memory[@]}" >"$folder/sluice.json"
    echo "duckdb" >&2
    "$python" benches/funnel/duckdb_side.py --data "$folder/raw" --sql "$folder/sql" --out "$folder/duckdb" --threads "$threads" >"$folder/duckdb.json"
    "$python" benches/duckdb/beside.py "$folder/sluice.json" "$folder/duckdb.json"
    "$python" benches/duckdb/compare.py "$folder/sluice/marts/latest" "$folder/duckdb/marts"
}

main "$@"
