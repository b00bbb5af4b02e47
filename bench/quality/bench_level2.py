"""Level 2 beside its peers: scoring beside LightGBM's own batch prediction, features beside pandas.

Scoring: build/bench/quality/bench_level2 has both sides in one process, on the same matrix: the
candidates of all households of the example configuration, 460,000 rows, 300 trees; scores must be
the same bits. Features: both sides make the columns of the families pair, household, item and
category for the same candidates, and these must agree. Sides take turns, a first turn each does
not count; medians.
"""

import argparse
import json
import os
import pathlib
import platform
import statistics
import sys
import tempfile

from bench_level1 import CONFIG, ROOT, Refused, Side, say

AISLE = ROOT / "build" / "bench" / "quality" / "bench_level2"
PEER = ROOT / "bench" / "quality" / "peer_features.py"
ROWS, TREES = 460000, 300


def take_turns(sides, runs):
    """Seconds of both sides, the first turn left out; sides: name -> function."""
    seconds = {name: [] for name in sides}
    for turn in range(runs + 1):
        for name, ask in sides.items():
            took = ask()["seconds"]
            say(f"  {name}: {took:.3f} s{'' if turn else ' (warm-up)'}")
            if turn:
                seconds[name].append(took)
    return seconds


class Bench:
    def __init__(self, runs, folder):
        self.runs, self.folder, self.rows = runs, folder, []

    def add(self, name, seconds, **more):
        middle = {side: statistics.median(values) for side, values in seconds.items()}
        row = {"name": name, "seconds": middle, "ratio": middle["peer"] / middle["aisle"],
               "runs": seconds, **more}
        self.rows.append(row)
        shown = ", ".join(f"{key} {value}" for key, value in more.items())
        print(f"{name:<26} {middle['aisle']:>8.3f} {middle['peer']:>8.3f} {row['ratio']:>6.1f}  "
              f"{shown}", flush=True)

    def score(self, aisle, about, threads):
        seconds = take_turns({"aisle": lambda: aisle.ask("score", threads),
                              "peer": lambda: aisle.ask("lightgbm", threads)}, self.runs)
        self.add(f"scoring, {threads} threads" if threads > 1 else "scoring, 1 thread", seconds,
                 rows=about["rows"], columns=about["columns"], trees=about["trees"],
                 different_scores=aisle.ask("compare")["different"])

    def features(self, aisle, peer, about, threads):
        columns = {}

        def ask(name, side, *words):
            answer = side.ask("features", *words)
            columns[name] = answer["columns"]
            return answer

        seconds = take_turns({"aisle": lambda: ask("aisle", aisle, threads),
                              "peer": lambda: ask("peer", peer)}, self.runs)
        path = os.path.join(self.folder, "columns")
        aisle.ask("columns", path, *peer.ask("names")["names"])
        found = peer.ask("compare", path)
        self.add(f"features, {threads} threads" if threads > 1 else "features, 1 thread", seconds,
                 rows=about["candidates"], aisle_columns=columns["aisle"],
                 pandas_columns=columns["peer"], largest_difference=f"{found['difference']:.1e}",
                 of=found["column"])


def main():
    parser = argparse.ArgumentParser(prog="script/bench level2",
                                     description=__doc__.splitlines()[0])
    parser.add_argument("--json", help="also write the numbers to this file")
    parser.add_argument("--quick", action="store_true", help="one run each")
    parser.add_argument("--runs", type=int, default=3, help="runs that count (3)")
    options = parser.parse_args()
    runs = 1 if options.quick else options.runs
    if runs < 1:
        parser.error("--runs must be at least 1")
    print(f"{platform.machine()}, {len(os.sched_getaffinity(0))} cores, load "
          f"{os.getloadavg()[0]:.1f} at the start, medians of {runs}; ratio: peer / aisle; "
          "peer: LightGBM, pandas (which has one thread)")
    print(f"{'row':<26} {'aisle s':>8} {'peer s':>8} {'ratio':>6}", flush=True)
    cores = len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as folder, \
            Side([AISLE, ROWS, TREES, CONFIG], cores) as aisle, \
            Side([sys.executable, PEER], cores) as peer:
        bench = Bench(runs, folder)
        source = os.path.join(folder, "lines")
        try:
            for threads in (1, 2):
                bench.score(aisle, aisle.about, threads)
            aisle.ask("lines", source)
            peer.ask("lines", source)
            for threads in (1, 2):
                bench.features(aisle, peer, aisle.about, threads)
        except Refused as why:
            sys.exit(f"bench: {why}")
    if options.json:
        report = {"machine": platform.machine(), "cores": cores, "runs": runs, "rows": bench.rows}
        pathlib.Path(options.json).write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
