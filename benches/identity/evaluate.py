#!/usr/bin/env python3
"""How well clusters of records agree with the truth: one evaluator for every tool, standard library only.

  evaluate.py --write-truth febrl3 --data FOLDER --out TRUTH.csv       the answer key of a set: record, entity
  evaluate.py --truth TRUTH.csv --clusters CLUSTERS.csv                one row of figures
      [--pairs PAIRS.csv] [--candidates PAIRS.csv] [--name WORD] [--bare]
  evaluate.py --self-test                                              an example worked out by hand

A record is its row number in the file, from 1; where two files are linked it is `a:N` or `b:N`, and then only pairs across the files count.
All files are CSV with a header; their first two columns are read: record, entity; record, cluster; left, right. A record that is in no
cluster is one of its own. Everything is counted over all records and all true pairs: a pair that blocking missed is a miss.
"""

import argparse
import csv
import gzip
import math
import pathlib
import sys
from collections import Counter


def febrl_entity(rec_id):
    """rec-N-org and rec-N-dup-K are records of the entity N."""
    return rec_id.split("-")[1]


# Set -> the files of its records, the column with the answer, what of it is the entity.
FEBRL, FAKE = "dedup_febrl/dataset{}.csv", "dedup_splink_fake/{}"
SETS = {
    "febrl1": ([FEBRL.format("1")], "rec_id", febrl_entity),
    "febrl2": ([FEBRL.format("2")], "rec_id", febrl_entity),
    "febrl3": ([FEBRL.format("3")], "rec_id", febrl_entity),
    "febrl4": ([FEBRL.format("4a"), FEBRL.format("4b")], "rec_id", febrl_entity),
    "fake_1000": ([FAKE.format("fake_1000.csv")], "cluster", str),
    "fake_20000": ([FAKE.format("fake_20000.csv.gz")], "group", str),
    "chicago": (["dedup_org_chicago/csv_example_input_with_true_ids.csv"], "True Id", str),
    # Of the example people of benches, which writes the answers in the order of the records.
    "generated_20000": (["generated_20000/truth.csv"], "entity", str),
    "generated_1000000": (["generated_1000000/truth.csv"], "entity", str),
}


def main():
    options = arguments()
    if options.self_test:
        self_test()
    elif options.write_truth:
        write_truth(options.write_truth, options.data, options.out)
    else:
        truth = dict(read_pairs(options.truth))
        figures = evaluate(truth, read_clusters(options.clusters), *(path and read_pairs(path) for path in (options.pairs, options.candidates)))
        show({"set": options.name} | figures, options.bare)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--truth", type=pathlib.Path)
    parser.add_argument("--clusters", type=pathlib.Path)
    parser.add_argument("--pairs", type=pathlib.Path, help="the pairs taken for matches, for their precision and recall before clustering")
    parser.add_argument("--candidates", type=pathlib.Path, help="all pairs that were compared, for pair completeness and reduction ratio")
    parser.add_argument("--name", default="-", help="the first column of the row")
    parser.add_argument("--bare", action="store_true", help="the row without the line of names above")
    parser.add_argument("--write-truth", choices=SETS)
    parser.add_argument("--data", type=pathlib.Path, help="the folder of the public sets, or that of the generated ones")
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if not (options.self_test or (options.write_truth and options.data and options.out) or (options.truth and options.clusters)):
        parser.error("give --truth and --clusters, or --write-truth, --data and --out, or --self-test")
    return options


def write_truth(name, folder, out):
    files, column, entity = SETS[name]
    with open(out, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["record", "entity"])
        for prefix, path in zip(("a:", "b:") if len(files) == 2 else ("",), files):
            for number, answer in enumerate(read_column(folder / path, column), 1):
                writer.writerow([f"{prefix}{number}", entity(answer)])


def read_column(path, column):
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        # FEBRL has a blank after every comma, in the header too.
        at = [name.strip() for name in next(rows)].index(column)
        for row in rows:
            yield row[at].strip()


def read_pairs(path):
    """The first two columns."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        for row in rows:
            yield row[0], row[1]


def read_clusters(path):
    clusters = {}
    for record, cluster in read_pairs(path):
        if clusters.setdefault(record, cluster) != cluster:
            sys.exit(f"record {record} is in two clusters: {clusters[record]} and {cluster}")
    return clusters


def evaluate(truth, clusters, pairs=None, candidates=None):
    """Name -> figure. Counts per (cluster, entity) say all; pairs are never listed, so a million records are no matter."""
    if stray := clusters.keys() - truth.keys():
        sys.exit(f"{len(stray)} records of the clusters are not in the truth, such as {min(stray)}")
    records = list(truth)
    entities = list(truth.values())
    # Clusters are numbered by tools; a record of no cluster gets a name that no tool gives.
    found = [clusters.get(record, ("alone", record)) for record in records]
    files = [record.partition(":")[0] for record in records] if ":" in records[0] else None
    return {
        "records": len(records),
        "true_pairs": pairs_within(entities, files),
        **of_pairs(entities, found, files),
        **of_clusters(entities, found),
        **of_list("pairs", truth, pairs, entities, files),
        **of_list("blocking", truth, candidates, entities, files),
    }


def of_pairs(entities, found, files):
    """After clustering: two records of one cluster are a pair."""
    true, said = pairs_within(entities, files), pairs_within(found, files)
    both = pairs_within(list(zip(found, entities)), files)
    return {"precision": ratio(both, said), "recall": ratio(both, true), "f1": ratio(2 * both, said + true), "fp": said - both, "fn": true - both}


def pairs_within(groups, files):
    """Pairs of records with the same group; with files only those across them."""
    count = choose_two(groups)
    return count - choose_two(zip(groups, files)) if files else count


def choose_two(groups):
    return sum(n * (n - 1) // 2 for n in Counter(groups).values())


def of_clusters(entities, found):
    cells, cluster_sizes, entity_sizes = Counter(zip(found, entities)), Counter(found), Counter(entities)
    exact = [n for (cluster, entity), n in cells.items() if n == cluster_sizes[cluster] == entity_sizes[entity]]
    exact_many = sum(n > 1 for n in exact)
    b3_precision = sum(n * n / cluster_sizes[cluster] for (cluster, _), n in cells.items()) / len(found)
    b3_recall = sum(n * n / entity_sizes[entity] for (_, entity), n in cells.items()) / len(found)
    over_merged, split = (torn(cells, side, sizes) for side, sizes in ((0, cluster_sizes), (1, entity_sizes)))
    return {
        "clusters": len(cluster_sizes),
        "exact": len(exact),
        "exact_p": ratio(len(exact), len(cluster_sizes)),
        "exact_r": ratio(len(exact), len(entity_sizes)),
        # The same without records that stand alone: they are easy, and most of a big set.
        "exact2_p": ratio(exact_many, many(cluster_sizes)),
        "exact2_r": ratio(exact_many, many(entity_sizes)),
        "b3_p": b3_precision,
        "b3_r": b3_recall,
        "b3_f1": ratio(2 * b3_precision * b3_recall, b3_precision + b3_recall),
        "over_merge": over_merged,
        "split": split,
    }


def torn(cells, side, sizes):
    """Of the groups of two records and more on this side, the share that falls into several groups of the other."""
    parts = Counter(cell[side] for cell in cells)
    return ratio(sum(n > 1 for n in parts.values()), many(sizes))


def many(sizes):
    return sum(n > 1 for n in sizes.values())


def of_list(word, truth, pairs, entities, files):
    """Figures of a list of pairs: those taken for matches, or those that blocking let through."""
    if pairs is None:
        return {}
    listed, right = count_pairs(truth, pairs)
    true = pairs_within(entities, files)
    if word == "pairs":
        return {"pairs": listed, "pairs_p": ratio(right, listed), "pairs_r": ratio(right, true), "pairs_f1": ratio(2 * right, listed + true)}
    possible = pairs_within([None] * len(entities), files)
    return {"candidates": listed, "completeness": ratio(right, true), "reduction": 1 - ratio(listed, possible)}


def count_pairs(truth, pairs):
    """How many different pairs, and how many of them are true. A pair counts once, in whatever order and however often it is listed."""
    places = {record: place for place, record in enumerate(truth)}
    seen = set()
    right = 0
    for left, other in pairs:
        low, high = sorted((places[left], places[other]))
        key = low * len(places) + high
        # One integer per pair: half the memory of a tuple.
        if low != high and key not in seen:
            seen.add(key)
            right += truth[left] == truth[other]
    return len(seen), right


def ratio(part, whole):
    """NaN where there is nothing to judge: no clusters of two, no pairs at all."""
    return part / whole if whole else math.nan


def show(figures, bare):
    cells = {name: f"{value:.4f}" if isinstance(value, float) else str(value) for name, value in figures.items()}
    widths = [max(len(name), len(cell), 6) for name, cell in cells.items()]
    for row in ([] if bare else [cells.keys()]) + [cells.values()]:
        print("  ".join(cell.rjust(width) for cell, width in zip(row, widths)))


def self_test():
    """Ten records in two sets of groups; then two files of two records, of which one link is found right, one wrong and one missed."""
    truth = dict(zip("123456789_", "AAABBCDEEF"))
    # {1 2} {3 4 5} {6 7} {8 9}, and _ in none.
    clusters = dict(zip("123456789", "XXYYYZZWW"))
    pairs, candidates = [("1", "2"), ("3", "4"), ("4", "5")], [("1", "2"), ("2", "1"), ("3", "4"), ("5", "5")]
    expect(evaluate(truth, clusters, pairs, candidates), {
        "records": 10, "true_pairs": 5, "precision": 3 / 6, "recall": 3 / 5, "f1": 6 / 11, "fp": 3, "fn": 2,
        # Exact are {8 9} and _ alone.
        "clusters": 5, "exact": 2, "exact_p": 2 / 5, "exact_r": 2 / 6, "exact2_p": 1 / 4, "exact2_r": 1 / 3,
        # Record by record: (1 + 1 + 1/3 + 2/3 + 2/3 + 1/2 + 1/2 + 3) / 10 and (2/3 + 2/3 + 1/3 + 7) / 10.
        "b3_p": 23 / 30, "b3_r": 26 / 30, "b3_f1": 2 * 23 * 26 / (30 * 49), "over_merge": 2 / 4, "split": 1 / 3,
        "pairs": 3, "pairs_p": 2 / 3, "pairs_r": 2 / 5, "pairs_f1": 4 / 8,
        "candidates": 2, "completeness": 1 / 5, "reduction": 1 - 2 / 45,
    })
    linked = evaluate({"a:1": "1", "a:2": "2", "b:1": "1", "b:2": "2"}, {"a:1": "X", "a:2": "X", "b:1": "X"}, None, [("a:1", "b:1")])
    # In {a:1 a:2 b:1} the pair within file a does not count.
    wanted = {"true_pairs": 2, "precision": 1 / 2, "recall": 1 / 2, "fp": 1, "fn": 1, "completeness": 1 / 2, "reduction": 3 / 4}
    expect({name: linked[name] for name in wanted}, wanted)
    print("the evaluator gives the figures worked out by hand")


def expect(got, wanted):
    wrong = {name for name in got.keys() | wanted.keys() if not math.isclose(got.get(name, math.nan), wanted.get(name, math.nan))}
    if wrong:
        sys.exit(f"wrong: {[(name, got.get(name), wanted.get(name)) for name in sorted(wrong)]}")


if __name__ == "__main__":
    main()
