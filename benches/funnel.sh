#!/usr/bin/env bash
# Stages and funnel at scale, DuckDB side by side: benches/funnel.sh [LEADS] [--memory 512MiB] [--threads 2] [--profile release]
#
# Generates LEADS leads (1,000,000) with five stage events each into out/bench/funnel-LEADS, makes marts.funnel and marts.durations of the path
# `crm` with Sluice and with DuckDB, compares every row and prints seconds, CPU seconds and peak RSS. Beside DuckDB's one script stand Sluice's
# phases funnel and marts; the others are what it does besides: who is who, accounts, stored tables, checks, a commit.
set -euo pipefail
cd "$(dirname "$0")/.."

leads=1000000
profile=release
threads=2
memory=()

main() {
    read_arguments "$@"
    local target="${CARGO_TARGET_DIR:-target}"
    local built="$target/$([[ $profile == dev ]] && echo debug || echo "$profile")"
    local folder="$PWD/out/bench/funnel-$leads"
    echo "building ($profile)" >&2
    cargo build --locked --quiet --profile "$profile" --bin sluice
    prepare_python "$target/bench-venv"
    if [[ ! -s $folder/raw/crm/stage_history.csv ]]; then
        echo "generating $leads leads" >&2
        "$python" benches/funnel/duckdb_side.py --generate "$leads" --data "$folder/raw"
    fi
    prepare_project "$folder"
    echo "sluice run" >&2
    (cd "$folder" && "$python" "$OLDPWD/benches/duckdb/sluice.py" --binary "$OLDPWD/$built/sluice" --pipeline pipelines/funnel.yaml \
        --data raw --out sluice --threads "$threads" "${memory[@]}") >"$folder/sluice.json"
    echo "duckdb" >&2
    "$python" benches/funnel/duckdb_side.py --data "$folder/raw" --sql "$folder/sql" --out "$folder/duckdb" --threads "$threads" >"$folder/duckdb.json"
    "$python" benches/duckdb/beside.py "$folder/sluice.json" "$folder/duckdb.json"
    "$python" benches/duckdb/compare.py "$folder/sluice/marts/latest" "$folder/duckdb/marts"
}

read_arguments() {
    while (($#)); do
        case $1 in
            --memory) memory=(--memory "$2") && shift ;;
            --threads) threads=$2 && shift ;;
            --profile) profile=$2 && shift ;;
            [0-9]*) leads=$1 ;;
            *) sed -n '2,7s/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
        esac
        shift
    done
}

# Sets python to one that has DuckDB.
prepare_python() {
    python="$PWD/$1/bin/python"
    [[ -x $python ]] || python3 -m venv "$1"
    "$python" -c 'import duckdb, pytz' 2>/dev/null || "$python" -m pip install --quiet --only-binary :all: 'duckdb==2.0.0' pytz
}

# The packaged SQL with one path and one window, so that both sides do the same.
prepare_project() {
    rm -rf "$1/sql" "$1/pipelines"
    mkdir -p "$1"
    cp -r sql pipelines "$1/"
    cp benches/funnel/funnel.yaml "$1/pipelines/"
    sed -i -n '1p;/^crm,/p' "$1"/sql/reference/stage_{paths,requirements}.csv
    sed -i 1q "$1/sql/reference/segment_windows.csv"
}

main "$@"
