"""Sluice's side of the identity bench: one set through its pipeline, its clusters for the evaluator.

sluice_side.py <set> --data FOLDER --out DIR --binary PATH [--project FOLDER] [--memory 512MiB]

The project's SQL and pipelines are copied; its match weights, terms and prior are estimated from the records of the set, by the queries a
user would run, and put into the copy's reference rows. Levels, blocking rules and threshold are the project's own for every set. Labels are
not among the columns the pipelines declare. Prints one JSON object: seconds, CPU seconds and peak resident bytes of each step. Needs the Python
package duckdb, to read the marts.
"""

import argparse
import csv
import gzip
import json
import os
import shutil
import subprocess
import time
from pathlib import Path

import duckdb

SETS = {
    "febrl1": ("febrl", "dataset1.csv"),
    "febrl2": ("febrl", "dataset2.csv"),
    "febrl3": ("febrl", "dataset3.csv"),
    "febrl4": ("febrl", "dataset4*.csv"),
    "fake_1000": ("splink_fake", "fake_1000.csv"),
    "fake_20000": ("splink_fake", "fake_20000.csv.gz"),
    "chicago": ("chicago", None),
    "generated_20000": ("people", None),
    "generated_1000000": ("people", None),
}
EXACT = ("email", "registered_id", "phone", "visitor", "crm_record", "crm_person")
RANDOM_PAIRS = 1_000_000


def main():
    arguments = parsed()
    pipeline, files = SETS[arguments.set]
    data = Path(arguments.data) / arguments.set if pipeline == "people" else Path(arguments.data)
    project = copied(Path(arguments.project), Path(arguments.out) / f"{arguments.set}.project", pipeline, arguments.memory)
    params = ["--param", f"data={data.resolve()}"] + (["--param", f"files={files}"] if files else [])
    sluice = Sluice(Path(arguments.binary).resolve(), project, pipeline, params)
    estimate(sluice)
    sluice.run()
    number = record_numbers(arguments.set, data)
    out = Path(arguments.out)
    members = sluice.rows("select entity_id, cluster_id from identity_members")
    write(out / f"{arguments.set}.sluice.clusters.csv", ("record", "cluster"), ((number(e), c) for e, c in members))
    edges = sluice.rows("select left_id, right_id, rule from identity_edges where weight > 0")
    write(out / f"{arguments.set}.sluice.pairs.csv", ("left", "right"), ((number(a), number(b)) for a, b, _ in edges))
    floor = closed(members, [(a, b) for a, b, rule in edges if rule in EXACT])
    write(out / f"{arguments.set}.exact.clusters.csv", ("record", "cluster"), ((number(e), c) for e, c in floor))
    write(out / f"{arguments.set}.sluice.candidates.csv", ("left", "right"), ((number(a), number(b)) for a, b in sluice.compared()))
    print(json.dumps({"set": arguments.set, "memory": arguments.memory, "steps": sluice.steps}))


def parsed():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", choices=SETS)
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--project", default=Path(__file__).parents[2])
    parser.add_argument("--memory", help="what the operators may reserve, in the run and in the queries that estimate: 512MiB")
    return parser.parse_args()


def copied(project, into, pipeline, memory):
    shutil.rmtree(into, ignore_errors=True)
    for folder in ("sql", "pipelines"):
        shutil.copytree(project / folder, into / folder)
    if memory:
        # Queries have no option for it, so it stands where both look.
        with open(into / f"pipelines/{pipeline}.yaml", "a") as opened:
            opened.write(f"limits: {{memory: {memory}}}\n")
    return into


class Sluice:
    def __init__(self, binary, project, pipeline, params):
        self.binary, self.project, self.pipeline, self.params = binary, project, pipeline, params
        self.steps = {}
        self.environment = os.environ | {"SLUICE_WORK": str(project / "out/work"), "SLUICE_MARTS": str(project / "out/marts")}

    def call(self, step, *words):
        began = time.monotonic()
        told, errors = self.project / "told", self.project / "errors"
        with open(told, "w") as out, open(errors, "w") as err:
            process = subprocess.Popen([self.binary, *words], cwd=self.project, env=self.environment, stdout=out, stderr=err)
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(errors.read_text())
        self.steps[step] = {
            "seconds": round(time.monotonic() - began, 2),
            "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 2),
            "peak_rss": usage.ru_maxrss * 1024,
        }
        return told.read_text()

    def proposed(self, name, *more):
        """The rows a query proposes, over the reference rows of that name."""
        rows = self.call(name, "query", self.pipeline, f"identity.proposed_{name}", *self.params, *more, "--limit", "0", "--format", "csv")
        (self.project / f"sql/reference/{name}.csv").write_text(rows)

    def run(self):
        self.call("run", "run", self.pipeline, *self.params)

    def compared(self):
        """The pairs that blocking let through."""
        sql = """select lefts.entity_id, rights.entity_id from identity.pairs as pairs
            join identity.match_records as lefts on pairs.kind = lefts.kind and pairs.left_place = lefts.place
            join identity.match_records as rights on pairs.kind = rights.kind and pairs.right_place = rights.place
            where pairs.origin = 'blocked'"""
        told = self.call("pairs", "query", self.pipeline, sql, *self.params, "--limit", "0", "--format", "csv")
        rows = csv.reader(told.splitlines())
        next(rows)
        yield from rows

    def rows(self, sql):
        latest = self.project / "out/marts/latest"
        connection = duckdb.connect()
        for mart in ("identity_members", "identity_edges"):
            connection.execute(f"create view {mart} as from '{latest / mart}.parquet'")
        return connection.execute(sql).fetchall()


def estimate(sluice):
    more = ("--param", f"random_pairs={RANDOM_PAIRS}")
    sluice.proposed("match_terms")
    weights = sluice.project / "sql/reference/match_weights.csv"
    packaged = weights.read_text().splitlines()
    settings = (sluice.project / "sql/reference/match_settings.csv").read_text().splitlines()
    sluice.proposed("match_weights", *more)
    with_packaged(weights, packaged, key=3)
    sluice.proposed("match_settings", *more)
    with_packaged(sluice.project / "sql/reference/match_settings.csv", settings, key=1)


def with_packaged(file, packaged, key):
    """Fields and kinds that these records say nothing of keep their packaged rows."""
    proposed = file.read_text().splitlines()
    of = lambda line: line.split(",")[: min(key, 2)]
    known = [of(line) for line in proposed]
    file.write_text("\n".join(proposed + [line for line in packaged[1:] if of(line) not in known]) + "\n")


def record_numbers(name, data):
    """From an entity's id to the record's number in its file, from 1, as the truth counts them."""
    if name.startswith("fake"):
        file = data / "dedup_splink_fake" / SETS[name][1]
        opened = gzip.open(file, "rt") if file.suffix == ".gz" else open(file)
        numbers = {row["unique_id"]: str(at) for at, row in enumerate(csv.DictReader(opened), 1)}
        return lambda entity: numbers[entity.rsplit(":", 1)[1]]
    if SETS[name][0] == "people":
        return lambda entity: entity.rsplit(":", 1)[1]
    if name == "chicago":
        numbers = lines_of_records(data / "dedup_org_chicago/csv_example_input_with_true_ids.csv")
        return lambda entity: numbers[entity.rsplit(":", 1)[1]]
    file_of = lambda entity: {"dataset4a.csv": "a:", "dataset4b.csv": "b:"}.get(entity.split(":")[-2].split("/")[-1], "")
    return lambda entity: file_of(entity) + str(int(entity.rsplit(":", 1)[1]) - 1)


def lines_of_records(file):
    """The line a record starts on -> its number: fields hold newlines."""
    numbers, line = {}, 0
    with open(file, newline="", encoding="utf-8", errors="replace") as opened:
        reader = csv.reader(opened)
        for at, _ in enumerate(reader):
            numbers[str(line + 1)], line = str(at), reader.line_num
    return numbers


def closed(members, pairs):
    """Connected components: what exact keys alone would merge."""
    parents = {entity: entity for entity, _ in members}

    def root(entity):
        while parents[entity] != entity:
            parents[entity] = parents[parents[entity]]
            entity = parents[entity]
        return entity

    for a, b in pairs:
        parents[root(a)] = root(b)
    return [(entity, root(entity)) for entity in parents]


def write(file, header, rows):
    with open(file, "w", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    main()
