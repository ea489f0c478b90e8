#!/usr/bin/env bash
# The whole night at scale, DuckDB side by side: benches/nightly.sh [N] [--memory 512MiB] [--threads 2] [--profile release] [--alone]
#
# Generates N touchpoints with matching CRM data into out/bench/N (kept for the next time), runs pipelines/nightly.yaml over it cold, does the
# same cuts and marts in DuckDB, compares the marts and prints seconds, CPU seconds and peak RSS per phase. --memory limits Sluice's
# operators; DuckDB keeps its own default unless --duckdb-memory is given. --alone leaves DuckDB out.
# What DuckDB is not asked for: who is who (it takes that from Sluice's marts), windows of segments, stored stages, rejects with their lines, accounts, coverage, findings, checks, a commit;
# of attribution the models that learn from all journeys (markov_steps, channel_values, removal_effects, shapley_values), paths, reasons of excluded touches, claims by touch.
set -euo pipefail
cd "$(dirname "$0")/.."
source benches/duckdb/common.sh

touchpoints=1000000
profile=release
threads=2
memory=()
duckdb_memory=()
alone=

main() {
    read_arguments "$@"
    local folder="out/bench/$touchpoints"
    build "$profile" --bin sluice --example generate
    # Its books are written last: with them the raw files are whole.
    if [[ ! -s $folder/facts.csv ]]; then
        echo "generating $touchpoints touchpoints" >&2
        "$built/examples/generate" --touchpoints "$touchpoints" --compress --out "$folder"
    fi
    prepare_python
    prepare_project "$folder"

    echo "sluice run" >&2
    run_sluice "$built/sluice" "$folder" --threads "$threads" "${memory[@]}" >"$folder/sluice.json"
    if [[ $alone ]]; then
        cat "$folder/sluice.json"
        return
    fi
    echo "duckdb" >&2
    "$python" benches/duckdb/nightly.py --data "$folder/raw" --out "$folder/duckdb" --members "$folder/sluice/marts/latest/identity_members.parquet" --threads "$threads" "${duckdb_memory[@]}" >"$folder/duckdb.json"
    "$python" benches/duckdb/beside.py "$folder/sluice.json" "$folder/duckdb.json"
    # Whether addresses and numbers reach anybody is asked of libphonenumber, what records reach by themselves of nobody else, and markov_steps learns;
    # rates of what DuckDB has no tables for, and leads told apart by more than their channel.
    "$python" benches/duckdb/compare.py "$folder/sluice/marts/latest" "$folder/duckdb/marts" --leave-out rate={inaccurate,unusable,any_bad,contactable,record_contacted,record_qualified,record_won,unique,valid,captured,in_icp,decided,accepted,verified,wrong_close,complete_handoff,logged_win,unmapped} dimension={campaign,owner,product_line,region,segment,source} model=markov_steps
}

read_arguments() {
    while (($#)); do
        case $1 in
            --memory) memory=(--memory "$2") && shift ;;
            --duckdb-memory) duckdb_memory=(--memory-limit "$2") && shift ;;
            --threads) threads=$2 && shift ;;
            --profile) profile=$2 && shift ;;
            --alone) alone=1 ;;
            [0-9]*) touchpoints=$1 ;;
            *) sed -n '2,9s/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
        esac
        shift
    done
}

main "$@"
