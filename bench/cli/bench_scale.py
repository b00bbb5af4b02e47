"""Times the stages of fit, evaluate and lists for all on shops made up in two sizes.

The shops come from `aisle synth` (30,000 products, 52 weeks) and stay in --folder for the next
time. A stage's seconds are processor time, which other programs disturb less than wall time; its
GB are the most memory while it ran. The ratio is that of the seconds over that of the lines: 1 is
linear.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
TICKS = os.sysconf("SC_CLK_TCK")


class Stages:
    """Processor seconds and peak memory of a running child, by the stage that its log names."""

    def __init__(self, pid):
        self.pid = pid
        self.seconds, self.wall, self.peak = {}, {}, {}
        self.name, self.lock = None, threading.Lock()
        self.last = (0.0, time.perf_counter())

    def _processor(self):
        fields = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def _most(self):
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        found = re.search(r"VmHWM:\s+(\d+)", status)
        return int(found.group(1)) / 2**20 if found else 0

    def _close(self):
        now = (self._processor(), time.perf_counter())
        if self.name:
            self.seconds[self.name] = self.seconds.get(self.name, 0) + now[0] - self.last[0]
            self.wall[self.name] = self.wall.get(self.name, 0) + now[1] - self.last[1]
            self.peak[self.name] = max(self.peak.get(self.name, 0), self._most())
        self.last = now

    def begin(self, name):
        with self.lock:
            if name == self.name:
                return
            try:
                self._close()
                pathlib.Path(f"/proc/{self.pid}/clear_refs").write_text("5")
            except (OSError, ValueError):
                pass  # it has ended
            self.name = name

    def look(self):
        """What was seen so far: nothing can be read any more once the child has ended."""
        with self.lock:
            try:
                self._close()
            except (OSError, ValueError):
                pass


def run(aisle, arguments, first):
    """Stages of one run; first: what it does before it says so."""
    environment = dict(os.environ, OMP_WAIT_POLICY="passive")
    child = subprocess.Popen([aisle, *arguments, "--log-format", "json"], env=environment,
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    stages = Stages(child.pid)
    stages.begin(first)
    ended = threading.Event()

    def watch():
        while not ended.wait(0.2):
            stages.look()

    watcher = threading.Thread(target=watch)
    watcher.start()
    said = []
    for line in child.stderr:
        said.append(line)
        event = json.loads(line)
        if event.get("level") == "progress":
            stages.begin(event["stage"])
    ended.set()
    watcher.join()
    if child.wait() != 0:
        sys.exit("bench: " + "".join(said[-3:]))
    return stages


def make_shop(aisle, folder, households):
    """The configuration, and how many lines its receipts have."""
    shop = pathlib.Path(folder) / f"shop{households}"
    count = shop / "lines"
    if not count.exists():
        shop.parent.mkdir(parents=True, exist_ok=True)
        made = subprocess.run([aisle, "synth", "--households", str(households), "--items", "30000",
                               "--out", str(shop)], check=True, stdout=subprocess.PIPE, text=True)
        count.write_text(made.stdout.split()[0].replace(",", ""))
    return str(shop / "shop.yaml"), int(count.read_text())


def commands(config, model, lists, memory, changes):
    yield "fit", ["fit", config, "--out", model, "--households", "none", *changes], "reading"
    yield "lists", ["recommend", model, "--receipts", config, "--out", lists], "reading"
    if memory:
        yield f"lists, --memory {memory}", ["recommend", model, "--receipts", config, "--out",
                                            lists + ".parts.csv", "--memory", memory], "reading"
    yield "evaluate", ["evaluate", config, "--set", "evaluate.models=[two_level]", *changes], "reading"


def measure(options, households, only):
    config, lines = make_shop(options.aisle, options.folder, households)
    folder = pathlib.Path(config).parent
    changes = [word for change in options.set for word in ("--set", change)]
    result = {"households": households, "lines": lines, "commands": {}}
    for name, arguments, first in commands(config, str(folder / "model"), str(folder / "lists.csv"),
                                           options.memory, changes):
        if only and name.split(",")[0] not in only:
            continue
        stages = run(options.aisle, arguments, first)
        result["commands"][name] = {
            stage: {"seconds": stages.seconds[stage], "wall": stages.wall[stage],
                    "gb": stages.peak[stage]} for stage in stages.seconds}
        print(f"{households} households: {name}, {sum(stages.seconds.values()):.0f} s", flush=True)
    return result


def print_table(small, large):
    ratio = large["lines"] / small["lines"]
    print(f"\n{small['lines']:,} and {large['lines']:,} lines ({ratio:.2f} times)")
    print(f"{'':<22} {'seconds':>9} {'':>9} {'GB':>6} {'':>6} {'bytes a line':>13} "
          f"{'us a line':>10} {'ratio':>6}")
    for name, stages in large["commands"].items():
        print(name)
        for stage, b in stages.items():
            a = small["commands"].get(name, {}).get(stage)
            if not a:
                continue
            times = b["seconds"] / a["seconds"] / ratio if a["seconds"] > 0.5 else float("nan")
            print(f"  {stage:<20} {a['seconds']:>9.1f} {b['seconds']:>9.1f} {a['gb']:>6.2f} "
                  f"{b['gb']:>6.2f} {b['gb'] * 2**30 / large['lines']:>13.0f} "
                  f"{b['seconds'] * 1e6 / large['lines']:>10.2f} {times:>6.2f}")


def main():
    parser = argparse.ArgumentParser(prog="script/bench scale", description=__doc__.splitlines()[0])
    parser.add_argument("--households", default="20000,175000", help="two sizes (20000,175000)")
    parser.add_argument("--folder", default="deps/bench/scale", help="where the shops are kept")
    parser.add_argument("--memory", help="lists for all in parts, too, in so much (2G)")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE",
                        help="of fit and evaluate, such as ranker.trees=10")
    parser.add_argument("--only", help="fit,lists,evaluate: these commands alone")
    parser.add_argument("--aisle", default=str(ROOT / "build" / "aisle"), help="the program")
    parser.add_argument("--json", help="also write the numbers to this file")
    options = parser.parse_args()
    only = options.only.split(",") if options.only else []
    sizes = [measure(options, int(n), only) for n in options.households.split(",")]
    small, large = sizes[0], sizes[-1]
    print_table(small, large)
    if options.json:
        report = {"cores": len(os.sched_getaffinity(0)), "small": small, "large": large}
        pathlib.Path(options.json).write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
