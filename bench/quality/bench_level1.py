"""Level 1 beside its peers: speed, memory and quality, both sides in one run.

Each row has two processes that hold the same data, build/bench/quality/bench_level1 and peer.py;
they take turns, a first turn each does not count, and the table has the medians. One side works
while the other waits. Quality: precision@5 and recall@200 on the test window by the same judge for
both, or the loss, and for item-item models how far the similarities differ.
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

import numpy as np

import bench_io

ROOT = pathlib.Path(__file__).resolve().parents[2]
AISLE = ROOT / "build" / "bench" / "quality" / "bench_level1"
CONFIG = ROOT / "examples" / "complete-journey.yaml"
REAL, MADE = "A", "100,000 x 20,000 x 20 M"
PLACES = 200


def say(text):
    print(text, file=sys.stderr, flush=True)


class Refused(Exception):
    pass


class Side:
    """A process that answers a line of JSON for each command."""

    def __init__(self, arguments, threads):
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("OMP_", "GOMP_"))}
        environment["OMP_NUM_THREADS"] = str(threads)
        self.child = subprocess.Popen([str(a) for a in arguments], stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, text=True, env=environment)
        self.about = self.answer()

    def answer(self):
        line = self.child.stdout.readline()
        if not line:
            sys.exit(f"bench: {self.child.args[0]} ended with {self.child.wait()}")
        answer = json.loads(line)
        if "error" in answer:
            raise Refused(answer["error"])
        return answer

    def ask(self, *words):
        self.child.stdin.write(" ".join(str(w) for w in words) + "\n")
        self.child.stdin.flush()
        return self.answer()

    def close(self):
        self.child.stdin.close()
        self.child.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Bench:
    def __init__(self, options, folder):
        self.options, self.folder, self.rows, self.scaling = options, folder, [], []

    def path(self, name):
        return os.path.join(self.folder, name)

    def aisle(self, data):
        made = ["made", *data] if isinstance(data, tuple) else [CONFIG]
        return Side([AISLE, self.options.threads, *made], self.options.threads)

    def peer(self):
        return Side([sys.executable, ROOT / "bench" / "quality" / "peer.py", self.options.threads],
                    self.options.threads)

    def wanted(self, name):
        return not self.options.only or any(part in name for part in self.options.only)

    def add(self, name, data, seconds, memory, **more):
        middle = {side: statistics.median(values) for side, values in seconds.items()}
        row = {"name": name, "data": data, "seconds": middle,
               "ratio": middle["peer"] / middle["aisle"], "runs": seconds,
               "peak_mb": {side: memory[side]["peak_mb"] for side in memory},
               "grown_mb": {side: memory[side]["peak_mb"] - memory[side]["base_mb"]
                            for side in memory}, **more}
        self.rows.append(row)
        print_row(row)


def print_row(row):
    quality = row.get("quality", {})
    memory = {side: f"{row['peak_mb'][side]} (+{row['grown_mb'][side]})" for side in row["peak_mb"]}
    shown = [f"{key} {quality['aisle'][key]:.4f} | {quality['peer'][key]:.4f}"
             for key in quality.get("aisle", {}) if key in quality.get("peer", {})]
    shown += [f"{key} {row[key]:.3g}" for key in ("iterations", "largest_difference", "other_ids")
              if key in row]
    print(f"{row['name']:<26} {row['data']:<24} {row['seconds']['aisle']:>8.3f} "
          f"{row['seconds']['peer']:>8.3f} {row['ratio']:>6.2f} {memory['aisle']:>12} "
          f"{memory['peer']:>12}  {', '.join(shown)}", flush=True)


def take_turns(sides, runs, households):
    """Seconds of fit and fill of both sides; sides: name -> (process, words of fit)."""
    fit, fill = {name: [] for name in sides}, {name: [] for name in sides}
    for turn in range(runs + 1):
        for name, (side, words) in sides.items():
            if turn == 0:
                side.ask("reset")
            a = side.ask("fit", *words)["seconds"]
            b = side.ask("fill", PLACES, households)["seconds"]
            say(f"  {name} {words[0]}: fit {a:.3f} s, top {PLACES} {b:.3f} s"
                f"{'' if turn else ' (warm-up)'}")
            if turn:
                fit[name].append(a)
                fill[name].append(b)
    return fit, fill, {name: side.ask("memory") for name, (side, _) in sides.items()}


def judge(bench, aisle, peer, data):
    """Quality of the lists that both have filled last, by Aisle's judge."""
    aisle.ask("lists", bench.path("aisle.lists"))
    peer.ask("lists", bench.path("peer.lists"))
    if data == REAL:
        return {"aisle": aisle.ask("judge", bench.path("aisle.lists")),
                "peer": aisle.ask("judge", bench.path("peer.lists"))}
    a, b = (bench_io.read_lists(bench.path(name)) for name in ("aisle.lists", "peer.lists"))
    same = [len(np.intersect1d(a[1][i, :a[0][i]], b[1][i, :b[0][i]])) / max(1, min(a[0][i], b[0][i]))
            for i in range(0, len(a[0]), 20)]
    return {"aisle": {"share of the other's": float(np.mean(same))},
            "peer": {"share of the other's": float(np.mean(same))}}


# ---- ALS ---------------------------------------------------------------------------------------

def iterations_to(bench, aisle, weights, regularisation, loss, most):
    """The fewest iterations after which the loss is no larger, and that loss."""
    for n in range(1, most + 1):
        aisle.ask("set", "candidates.als.iterations", n)
        aisle.ask("fit", "als")
        aisle.ask("factors", bench.path("factors"))
        mine = bench_io.als_loss(weights, *bench_io.read_factors(bench.path("factors")),
                                 regularisation)
        say(f"  aisle als: loss {mine:.6f} after {n} iterations, peer's {loss:.6f}")
        if mine <= loss:
            return n, mine
    return most, mine


def als(bench, data, place, factors, regularisation, households):
    runs, iterations = bench.options.runs, 15
    with bench.aisle(place) as aisle, bench.peer() as peer:
        for key, value in (("factors", factors), ("regularisation", regularisation),
                           ("iterations", iterations)):
            aisle.ask("set", f"candidates.als.{key}", value)
        aisle.ask("weights", bench.path("weights"))
        peer.ask("weights", bench.path("weights"))
        options = {"factors": factors, "regularization": regularisation, "alpha": 1,
                   "iterations": iterations, "random_state": 1}
        sides = {"aisle": (aisle, ["als"]), "peer": (peer, ["als", json.dumps(options)])}
        fit, fill, memory = take_turns(sides, runs, households)
        weights = bench_io.read_matrix(bench.path("weights"))
        aisle.ask("factors", bench.path("factors"))
        loss = {"aisle": {"loss": bench_io.als_loss(
                    weights, *bench_io.read_factors(bench.path("factors")), regularisation)},
                "peer": peer.ask("loss", json.dumps(options))}
        bench.add(f"als{factors} {iterations} iterations", data, fit, memory, quality=loss)
        bench.add(f"als{factors} top {PLACES}", data, fill, memory,
                  quality=judge(bench, aisle, peer, data))
        n, mine = iterations_to(bench, aisle, weights, regularisation, loss["peer"]["loss"],
                                iterations + 5)
        again = [aisle.ask("fit", "als")["seconds"] for _ in range(runs)]
        bench.add(f"als{factors} to the loss", data, {"aisle": again, "peer": fit["peer"]}, memory,
                  iterations=n, quality={"aisle": {"loss": mine}, "peer": loss["peer"]})


# ---- Item-item ---------------------------------------------------------------------------------

def compare_similar(bench):
    """The largest relative difference of similarities at the same place, and how many products stand above
    the last place's ties on one side only."""
    a, b = (bench_io.read_lists(bench.path(name)) for name in ("aisle.similar", "peer.similar"))
    largest, other = 0.0, 0
    for i in range(len(a[0])):
        m = min(a[0][i], b[0][i])
        other += max(0, abs(int(a[0][i]) - int(b[0][i])) - 1)  # itself may take a place
        if m == 0:
            continue
        x, y = a[2][i, :m], b[2][i, :m]
        largest = max(largest, float(np.max(np.abs(x - y) / np.maximum(np.abs(y), 1e-30))))
        edge = max(x[-1], y[-1]) * (1 + 1e-5) + 1e-7
        other += len(np.setdiff1d(a[1][i, :m][x > edge], b[1][i, :b[0][i]]))
        other += len(np.setdiff1d(b[1][i, :m][y > edge], a[1][i, :a[0][i]]))
    return {"largest_difference": largest, "other_ids": other}


def item_item(bench, data, place, name, keys, options, households):
    with bench.aisle(place) as aisle, bench.peer() as peer:
        for key, value in keys.items():
            aisle.ask("set", f"candidates.{name}.{key}", value)
        aisle.ask("counts", bench.path("counts"))
        peer.ask("counts", bench.path("counts"))
        sides = {"aisle": (aisle, [name]), "peer": (peer, [name, json.dumps(options)])}
        fit, fill, memory = take_turns(sides, bench.options.runs, households)
        aisle.ask("similar", bench.path("aisle.similar"), options["K"])
        peer.ask("similar", bench.path("peer.similar"), options["K"])
        bench.add(f"{name} fit", data, fit, memory, **compare_similar(bench))
        bench.add(f"{name} top {PLACES}", data, fill, memory,
                  quality=judge(bench, aisle, peer, data))


# ---- Baskets -----------------------------------------------------------------------------------

def baskets(bench, data, place, name, households):
    with bench.aisle(place) as aisle, bench.peer() as peer:
        aisle.ask("lines", bench.path("lines"))
        peer.ask("lines", bench.path("lines"))
        sides = {"aisle": (aisle, [name]), "peer": (peer, [name, "{}"])}
        fit, fill, memory = take_turns(sides, bench.options.runs, households)
        both = {side: [x + y for x, y in zip(fit[side], fill[side])] for side in fit}
        bench.add(f"{name} fit + top {PLACES}", data, both, memory,
                  quality=judge(bench, aisle, peer, data))


# ---- Households times 1, 4, 16 -----------------------------------------------------------------

def scale_one(bench, name):
    """Medians of fit and fill for 1, 4 and 16 times the households, each with the same history."""
    users, items, mean = 5000, 10000, 60
    seconds = {"fit": [], "fill": []}
    for times in (1, 4, 16):
        n = users * times
        with bench.aisle((n, items, n * mean)) as aisle:
            turns = {"fit": [], "fill": []}
            for turn in range(bench.options.runs + 1):
                fit = aisle.ask("fit", name)["seconds"]
                fill = aisle.ask("fill", PLACES, n)["seconds"]
                if turn:
                    turns["fit"].append(fit)
                    turns["fill"].append(fill)
                if fit + fill > 60:  # a stage that is far from linear: one run has to do
                    turns = {"fit": [fit], "fill": [fill]}
                    break
        for stage in seconds:
            seconds[stage].append(statistics.median(turns[stage]))
        say(f"  {name}, {n} households: fit {seconds['fit'][-1]:.3f} s, "
            f"top {PLACES} {seconds['fill'][-1]:.3f} s")
    for stage, values in seconds.items():
        row = {"name": name, "stage": stage, "households": [users, 4 * users, 16 * users],
               "seconds": values, "of_linear": None}
        shown = f"{'-':>8} {'-':>8}"
        if values[2] >= 1e-3:  # less is nothing but the clock
            row["of_linear"] = [values[1] / values[0] / 4, values[2] / values[0] / 16]
            shown = f"{row['of_linear'][0]:>8.2f} {row['of_linear'][1]:>8.2f}"
        bench.scaling.append(row)
        print(f"{name:<16} {stage:<5} "
              + " ".join(f"{1e6 * s / n:>10.2f}" for s, n in zip(values, row["households"]))
              + f" {shown}", flush=True)


def scale_all(bench):
    with bench.aisle((100, 100, 1000)) as aisle:
        names = [name for name in aisle.ask("names")["names"] if bench.wanted(f"scaling {name}")]
    if not names:
        return
    print(f"\nmicroseconds a household at 1, 4, 16 times 5,000 households, and the time over that "
          f"of linear growth\n{'retriever':<16} {'stage':<5} {'x1':>10} {'x4':>10} {'x16':>10} "
          f"{'x4':>8} {'x16':>8}")
    for name in names:
        try:
            scale_one(bench, name)
        except Refused as why:
            say(f"bench: scaling of {name} is left out: {why}")


# ---- All rows ----------------------------------------------------------------------------------

def all_rows(quick):
    """Name and function of each pair of processes."""
    made, all_of_a, some = (100000, 20000, 20000000), 1000000, 20000
    bm25 = {"neighbours": 100, "weight": "lines", "bm25_k1": 1.2, "bm25_b": .2}
    plain = {"neighbours": 100, "weight": "lines"}
    k = {"K": 100}
    rows = []
    for factors, regularisation in ((64, .1), (128, 1)):
        rows.append((f"als{factors} A", als, (REAL, CONFIG, factors, regularisation, all_of_a)))
    for name in ("item_count", "item_cosine", "item_tfidf"):
        rows.append((f"{name} A", item_item, (REAL, CONFIG, name, plain, k, all_of_a)))
    rows.append(("item_bm25 A", item_item,
                 (REAL, CONFIG, "item_bm25", bm25, {**k, "K1": 1.2, "B": .2}, all_of_a)))
    for name in ("tifu_knn", "up_cf"):
        rows.append((f"{name} A", baskets, (REAL, CONFIG, name, all_of_a)))
    if quick:
        return rows
    for factors, regularisation in ((64, .1), (128, 1)):
        rows.append((f"als{factors} made", als, (MADE, made, factors, regularisation, some)))
    rows.append(("item_cosine made", item_item, (MADE, made, "item_cosine", plain, k, some)))
    rows.append(("item_bm25 made", item_item,
                 (MADE, made, "item_bm25", bm25, {**k, "K1": 1.2, "B": .2}, some)))
    return rows


def main():
    parser = argparse.ArgumentParser(prog="script/bench level1",
                                     description=__doc__.splitlines()[0])
    parser.add_argument("--json", help="also write the numbers to this file")
    parser.add_argument("--quick", action="store_true",
                        help="the real data only, one run each, no scaling")
    parser.add_argument("--only", action="append",
                        help="only rows with this in their name (als64, item_cosine, 'bm25 made', "
                             "scaling, …); may be given often")
    parser.add_argument("--runs", type=int, default=3, help="runs that count (3)")
    parser.add_argument("--threads", type=int, default=2, help="threads of each side (2)")
    options = parser.parse_args()
    options.runs = 1 if options.quick else options.runs
    if options.runs < 1 or options.threads < 1:
        parser.error("--runs and --threads must be at least 1")
    print(f"{platform.machine()}, {len(os.sched_getaffinity(0))} cores, load "
          f"{os.getloadavg()[0]:.1f} at the start, {options.threads} threads a side, "
          f"medians of {options.runs}; ratio: peer / aisle;\n"
          "memory in all (and beyond the data); quality: aisle | peer")
    print(f"{'row':<26} {'data':<24} {'aisle s':>8} {'peer s':>8} {'ratio':>6} {'peak MB':>12} "
          f"{'peer MB':>12}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options, folder)
        for name, run, arguments in all_rows(options.quick):
            if not bench.wanted(name):
                continue
            say(f"{name}:")
            try:
                run(bench, *arguments)
            except Refused as why:
                say(f"bench: {name} is left out: {why}")
        if not options.quick:
            scale_all(bench)
    if options.json:
        report = {"machine": platform.machine(), "cores": len(os.sched_getaffinity(0)),
                  "threads": options.threads, "runs": options.runs, "rows": bench.rows,
                  "scaling": bench.scaling}
        pathlib.Path(options.json).write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
