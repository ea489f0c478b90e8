#!/usr/bin/env bash
# bench.sh DATA OUT [SET...]: Sluice, its exact keys alone, and Splink on the same records, one evaluator. PYTHON has splink and duckdb 1.4.5.
#
# DATA holds the public sets. generated_N is N records of invented people, written into OUT where they are not there yet; without names the
# public sets and generated_20000 are run. MEMORY=512MiB limits what Sluice's operators may reserve.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
data=$1 out=$2
shift 2
release=$here/../../target/release
python=${PYTHON:-python3} binary=${SLUICE:-$release/sluice} people=${PEOPLE:-$release/examples/people}
mkdir -p "$out"
for set in "${@:-febrl1 febrl2 febrl3 febrl4 fake_1000 fake_20000 chicago generated_20000}"; do
    for set in $set; do
        from=$data
        if [[ $set == generated_* ]]; then
            from=$out
            # The truth is written last: with it the set is whole.
            [[ -s $out/$set/truth.csv ]] || "$people" --records "${set#generated_}" --duplicates 0.15 --seed 1 --out "$out/$set"
        fi
        "$python" "$here/evaluate.py" --write-truth "$set" --data "$from" --out "$out/$set.truth.csv"
        "$python" "$here/sluice_side.py" "$set" --data "$from" --out "$out" --binary "$binary" ${MEMORY:+--memory "$MEMORY"}
        "$python" "$here/splink_side.py" "$set" --data "$from" --out "$out" 2>/dev/null | grep -v '^$'
        # Exact keys are those of the same pairs; which ones Splink compared it does not write.
        for tool in exact sluice splink; do
            compared=(--candidates "$out/$set.sluice.candidates.csv")
            [[ $tool == splink ]] && compared=()
            "$python" "$here/evaluate.py" --name "$set $tool" --truth "$out/$set.truth.csv" --clusters "$out/$set.$tool.clusters.csv" \
                "${compared[@]}" ${bare:-}
            bare=--bare
        done
        unset bare
    done
done
