# What the benches beside DuckDB share; sourced from the root of the repository.

# build <profile> <what...>: sets built to the folder it lies in.
build() {
    local profile=$1
    shift
    built="${CARGO_TARGET_DIR:-target}/$([[ $profile == dev ]] && echo debug || echo "$profile")"
    echo "building ($profile)" >&2
    cargo build --locked --quiet --profile "$profile" "$@"
}

# Sets python to one that has DuckDB.
prepare_python() {
    python="$PWD/out/bench/venv/bin/python"
    [[ -x $python ]] || python3 -m venv out/bench/venv
    "$python" -c 'import duckdb, pytz' 2>/dev/null || "$python" -m pip install --quiet --only-binary :all: 'duckdb==2.0.0' pytz
}

# prepare_project <folder>: the packaged project in it, with one window for all segments, as DuckDB has it.
prepare_project() {
    rm -rf "$1/sql" "$1/pipelines"
    mkdir -p "$1"
    cp -r sql pipelines "$1/"
    sed -i 1q "$1/sql/reference/windows.csv"
}

# run_sluice <binary> <folder> <arguments of sluice.py...>: the project of the folder over its raw files; what it cost goes to stdout.
run_sluice() {
    local binary root=$PWD folder=$2
    binary=$(realpath "$1")
    shift 2
    (cd "$folder" && "$python" "$root/benches/duckdb/sluice.py" --binary "$binary" --data raw --out sluice "$@")
}

# read_lead_arguments <arguments...>: sets leads, profile, threads and memory of a bench over generated leads; anything else shows the head of the script.
read_lead_arguments() {
    leads=1000000 profile=release threads=2 memory=()
    while (($#)); do
        case $1 in
            --memory) memory=(--memory "$2") && shift ;;
            --threads) threads=$2 && shift ;;
            --profile) profile=$2 && shift ;;
            [0-9]*) leads=$1 ;;
            *) sed -n '2,6s/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
        esac
        shift
    done
}
