#!/usr/bin/env python3
"""Two measurements (of sluice.py and nightly.py) as a table, phase by phase, with the ratio of the totals."""

import json
import pathlib
import sys


# The way of the data; a run builds tables as soon as their inputs are there.
ORDER = ["ingest", "reference", "staging", "entities", "identity", "journey", "scoring", "attribution", "funnel", "audit", "marts", "publish"]


def main():
    runs = [json.loads(pathlib.Path(path).read_text()) for path in sys.argv[1:3]]
    names = sorted({name for run in runs for name in run["phases"]}, key=ORDER.index)
    print(f"{'':<14}" + "".join(f"{run['engine']:>34}" for run in runs))
    print(f"{'phase':<14}" + f"{'wall s':>12}{'CPU s':>10}{'peak MiB':>12}" * len(runs))
    for name in names:
        print(f"{name:<14}" + "".join(cells(run["phases"].get(name)) for run in runs))
    print(f"{'total':<14}" + "".join(cells(run["total"]) for run in runs))
    ours, theirs = (run["total"] for run in runs)
    if rows := ours.get("rows_read"):
        for run in runs:
            print(f"{run['engine']}: {rows:,} raw rows, {rows / run['total']['seconds']:,.0f} rows/s, {rows / run['total']['cpu_seconds']:,.0f} rows per CPU second")
    print(f"spilled by {runs[0]['engine']}: {ours.get('spilled', 0) / 2**20:,.0f} MiB")
    ratios = (f"{word} {ours[key] / theirs[key]:.2f}" for word, key in (("wall", "seconds"), ("CPU", "cpu_seconds"), ("peak RSS", "peak_rss")))
    print(f"{runs[0]['engine']} / {runs[1]['engine']}: " + ", ".join(ratios))


def cells(phase):
    if phase is None:
        return f"{'-':>12}{'-':>10}{'-':>12}"
    return f"{phase['seconds']:>12.2f}{phase['cpu_seconds']:>10.2f}{phase['peak_rss'] / 2**20:>12,.0f}"


if __name__ == "__main__":
    main()
