#!/usr/bin/env python3
"""A cold `sluice run`, measured from outside: seconds, CPU seconds and peak resident bytes of every phase.

Follows the run's JSON log: when it tells that a table is done, the process's CPU time and peak are read (Linux) and laid to the table's
phase. Prints one JSON object of the shape of nightly.py.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

TICKS = os.sysconf("SC_CLK_TCK")
# What a run does after its last table: the checks, then one commit.
AFTER = "publish"


def main():
    options = arguments()
    shutil.rmtree(options.out, ignore_errors=True)
    options.out.mkdir(parents=True)
    environment = os.environ | {
        "SLUICE_RAW": str(options.data), "SLUICE_WORK": str(options.out / "work"), "SLUICE_MARTS": str(options.out / "marts")
    }
    command = [str(options.binary), "--log", "json", "run", options.pipeline, "--threads", str(options.threads)]
    if options.memory:
        command += ["--memory", options.memory]
    phases, total, code = watch(subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True))
    if code:
        sys.exit(code)
    version = subprocess.run([options.binary, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    print(json.dumps({"engine": version, "phases": phases, "total": total | totals(options.out / "marts")}, indent=1))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", type=pathlib.Path, required=True)
    parser.add_argument("--pipeline", default="pipelines/nightly.yaml")
    parser.add_argument("--data", type=pathlib.Path, required=True, help="the folder with the raw files")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="work/ and marts/ are made here; the folder is replaced")
    parser.add_argument("--memory", help="what the operators may reserve, such as 512MiB")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    options.data, options.out = options.data.resolve(), options.out.resolve()
    return options


def watch(process):
    phases, began, last, last_cpu = {}, time.perf_counter(), time.perf_counter(), 0.0
    for line in process.stderr:
        try:
            fields = json.loads(line)["fields"]
        except (ValueError, KeyError):
            sys.stderr.write(line)
            continue
        if "table" in fields:
            now, (cpu, peak) = time.perf_counter(), usage(process.pid)
            add(phases, phase_of(fields["table"]), now - last, cpu - last_cpu, peak)
            last, last_cpu = now, cpu
        elif "commit" not in fields:
            sys.stderr.write(line)
    _, status, rusage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall, cpu = time.perf_counter(), rusage.ru_utime + rusage.ru_stime
    # The kernel forgets the peak of earlier phases when it is reset; what it tells at the end is that of the last one.
    add(phases, AFTER, wall - last, cpu - last_cpu, rusage.ru_maxrss * 1024)
    whole = {"seconds": wall - began, "cpu_seconds": cpu, "peak_rss": max(phase["peak_rss"] for phase in phases.values())}
    return phases, {name: round(value, 3) for name, value in whole.items()}, process.returncode


def phase_of(table):
    folder = table.split(".")[0]
    return "ingest" if folder == "raw" else folder


def add(phases, name, seconds, cpu, peak):
    phase = phases.setdefault(name, {"seconds": 0.0, "cpu_seconds": 0.0, "peak_rss": 0})
    phase["seconds"] = round(phase["seconds"] + seconds, 3)
    phase["cpu_seconds"] = round(phase["cpu_seconds"] + cpu, 3)
    phase["peak_rss"] = max(phase["peak_rss"], peak)


def usage(pid):
    """CPU seconds so far; bytes of the resident peak since it was last asked."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    peak = next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)
    pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")
    return (int(fields[11]) + int(fields[12])) / TICKS, peak


def totals(marts):
    """What the commit tells: rows read and spilled bytes."""
    commit = json.loads(max((marts / "_commits").glob("*.json")).read_text())
    return {
        "rows_read": sum(item["rows"] for item in commit["inputs"]),
        "spilled": sum(table["spilled"] for table in commit["report"]["tables"]),
    }


if __name__ == "__main__":
    main()
