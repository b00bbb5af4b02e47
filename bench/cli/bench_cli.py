"""Times whole commands of build/aisle on the real data.

Each command runs --runs times, one at a time; the table has the median, the fastest and the
slowest wall time, the median processor time, and the most memory (peak resident set) of any run.
"""

import argparse
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
AISLE = ROOT / "build" / "aisle"
CONFIG = ROOT / "examples" / "complete-journey.yaml"


def commands(folder, threads):
    """Name and arguments, in an order in which each finds the files that it needs."""
    limit = ["--threads", str(threads)] if threads else []
    model = os.path.join(folder, "bench.model")
    lists = os.path.join(folder, "lists.csv")
    return [
        ("check", ["check", str(CONFIG)]),
        ("fit", ["fit", str(CONFIG), "--out", model, *limit]),
        ("recommend", ["recommend", model, "--k", "5", "--out", lists]),
        ("evaluate", ["evaluate", str(CONFIG), *limit]),
    ]


def run_once(arguments):
    """Seconds of wall and processor time, and peak MB, of one run."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as log:
        child = subprocess.Popen([str(AISLE), *arguments], stdin=subprocess.DEVNULL,
                                 stdout=subprocess.DEVNULL, stderr=log)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            log.seek(0)
            sys.stderr.write(log.read().decode(errors="replace"))
            sys.exit(f"bench: aisle {arguments[0]} ended with {child.returncode}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def measure(name, arguments, runs):
    walls, processors, peaks = zip(*(run_once(arguments) for _ in range(runs)))
    result = {
        "seconds": statistics.median(walls),
        "fastest": min(walls),
        "slowest": max(walls),
        "processor_seconds": statistics.median(processors),
        "peak_mb": max(peaks),
        "runs": runs,
    }
    print(f"{name:<10} {result['seconds']:>8.2f} {result['fastest']:>8.2f} "
          f"{result['slowest']:>8.2f} {result['processor_seconds']:>9.2f} "
          f"{result['peak_mb']:>8.0f}", flush=True)
    return result


def main():
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3, help="runs of each command (3)")
    parser.add_argument("--threads", type=int, default=0, help="threads of aisle (all cores)")
    parser.add_argument("--json", help="also write the numbers to this file")
    options = parser.parse_args()
    if options.runs < 1:
        parser.error("--runs must be at least 1")

    cores = len(os.sched_getaffinity(0))
    print(f"{platform.machine()}, {cores} cores, load {os.getloadavg()[0]:.1f} at the start, "
          f"{options.runs} runs each; seconds and MB")
    print(f"{'command':<10} {'median':>8} {'fastest':>8} {'slowest':>8} {'processor':>9} {'peak MB':>8}")
    with tempfile.TemporaryDirectory() as folder:
        results = {name: measure(name, arguments, options.runs)
                   for name, arguments in commands(folder, options.threads)}
    if options.json:
        report = {"machine": platform.machine(), "cores": cores, "threads": options.threads,
                  "commands": results}
        pathlib.Path(options.json).write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
