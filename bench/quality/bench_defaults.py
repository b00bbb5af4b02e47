"""Two levels with no key but data and catalogue, beside every retriever alone, on many kinds of shop.

Each set is a configuration that names data alone. A row: the metric of the two levels (of seed 1, and
the mean over --seeds), what their lists go by, the best of all retrievers, and the paired difference
with its interval, as `aisle evaluate` gives them. Shops of one size are pooled below, against the
retriever that is best over all of them. "below": the interval reaches under -.002.

Sets: The Complete Journey as A, S, T (prefilters), N (new products only), cut by household to shops of
30 to 300, with only the first purchase of each product ("firsts"), with the last 5 baskets of each
household alone; Ta-Feng, whole and with the last 5 baskets; made-up shops. Those whose data are not
there are left out.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
JOURNEY = ROOT / "data" / "complete-journey" / "transactions.parquet"
TA_FENG = ROOT / "data" / "ta-feng" / "receipts.parquet"
ALIGNED = ("DATE '2001-01-01' + CAST(7 * (number - max(number) OVER (PARTITION BY {user})) AS INTEGER)"
           " AS day")

RETRIEVERS = ["popular", "popular_all", "own_count", "own_decay", "own_last", "own_due", "als", "item_count",
       "item_cosine", "item_tfidf", "item_bm25", "co_basket", "up_cf", "tifu_knn", "similar_users", "mix"]
WITH_CATEGORIES = ["popular_category", "substitutes"]


def example_blocks(*names):
    """Top-level keys of the example with all that is under them, and no other."""
    text = (ROOT / "examples" / "complete-journey.yaml").read_text()
    blocks = re.split(r"^(?=[a-z_]+:)", text, flags=re.M)
    kept = [re.sub(r"^#.*\n", "", b, flags=re.M) for b in blocks if b.split(":")[0] in names]
    return "".join(kept).replace("../data/", f"{ROOT}/data/")


def journey(where="true", catalogues=False):
    """The Complete Journey, of some receipts."""
    text = example_blocks("data", *(["catalogue_as_of", "catalogues"] if catalogues else []))
    sql = f"SELECT * FROM read_parquet('{JOURNEY}') WHERE {where}"
    return text.replace(f"path: {JOURNEY}", f'sql: "{sql}"', 1)


def shop(households, seed):
    """Of so many households, drawn by the seed."""
    draw = f"md5(concat('{seed}/', household_id))"
    return (f"household_id IN (SELECT household_id FROM (SELECT DISTINCT household_id FROM "
            f"read_parquet('{JOURNEY}')) ORDER BY {draw} LIMIT {households})")


def numbered(source, user, basket_number, most, without):
    """Numbered baskets without dates, aligned at the end; the last `most` of each household."""
    return f"""data:
  receipts:
    sql: >
      SELECT {user} AS user_id, item AS item_id, number AS basket, {ALIGNED.format(user=user)} FROM (
        SELECT {user}, item, back, {basket_number} AS number FROM {source})
      WHERE back >= {without} AND back < {most + without}
    basket: basket
    time: day
split: {{horizon: 1}}
"""


def ta_feng(most, without):
    source = (f"(SELECT user_id, item_id AS item, basket_no, max(basket_no) OVER (PARTITION BY user_id) - "
              f"basket_no AS back FROM read_parquet('{TA_FENG}'))")
    return numbered(source, "user_id", "basket_no", most, without)


def journey_baskets(most, without):
    source = (f"(SELECT household_id, product_id AS item, dense_rank() OVER (PARTITION BY household_id "
              f"ORDER BY transaction_timestamp DESC, basket_id DESC) - 1 AS back "
              f"FROM read_parquet('{JOURNEY}'))")
    return numbered(source, "household_id", "1000000 - back", most, without)


def made(households, without, options):
    """A shop of aisle synth, without its last days."""
    aisle, items = options.aisle, 20000 if households > 100 else 300
    to = options.folder / f"synth-{households}"
    if not (to / "shop.yaml").exists():
        subprocess.run([aisle, "synth", "--households", str(households), "--items", str(items), "--out",
                        str(to), "--quiet"], check=True, stdout=subprocess.DEVNULL)
    text = (to / "shop.yaml").read_text()
    text = re.sub(r"path: (\w+\.parquet)", rf"path: {to}/\1", text)
    path = f"{to}/receipts.parquet"
    time = re.search(r"time: (\w+)", text)[1]
    sql = (f"SELECT * FROM read_parquet('{path}') WHERE CAST({time} AS DATE) <= (SELECT "
           f"max(CAST({time} AS DATE)) FROM read_parquet('{path}')) - INTERVAL {without} DAY")
    return text.replace(f"path: {path}", f'sql: "{sql}"', 1) if without else text


class Set:
    def __init__(self, name, text, arguments=(), more=(), metric="precision", k=5,
                 of=None):
        self.of = of
        self.name, self.text, self.arguments, self.metric, self.k = name, text, list(arguments), metric, k
        self.models = RETRIEVERS + list(more)


def make_sets(options):
    earlier = options.validation
    whole = "week <= 50" if earlier else "true"
    without = 1 if earlier else 0
    categories = WITH_CATEGORIES + ["popular_store", "popular_segment"]
    sets = []
    if JOURNEY.exists():
        text = journey(whole, True)
        sets.append(Set("A", text, [], categories))
        sets.append(Set("S", text, ["--catalogue", "S"], categories + ["ease"]))
        sets.append(Set("T", text, ["--catalogue", "T"], categories + ["ease"]))
        sets.append(Set("N", text, ["--new-only"], categories))
        for n, shops in ((30, 6), (60, 4), (100, 3), (200, 2), (300, 2)):
            for seed in range(1, shops + 1):
                seed += 100 if earlier else 0
                sets.append(Set(f"shop-{n}-{seed}", journey(f"{whole} AND {shop(n, seed)}"), [],
                                categories, of=f"{shops} x {n}"))
        sets.append(Set("firsts", journey(f"{whole} QUALIFY dense_rank() OVER (PARTITION BY household_id, "
                                          f"product_id ORDER BY transaction_timestamp) = 1"), [],
                        categories))
        sets.append(Set("last-5", journey_baskets(5, without), metric="recall", k=10))
    if TA_FENG.exists():
        sets.append(Set("ta-feng", ta_feng(1000000, without), more=["ease"], metric="recall", k=10))
        sets.append(Set("ta-feng-5", ta_feng(5, without), more=["ease"], metric="recall", k=10))
    for households in (int(n) for n in options.made.split(",")):
        text = made(households, 21 if earlier else 0, options)
        sets.append(Set(f"synth-{households}", text, [], WITH_CATEGORIES))
    if options.only:
        sets = [s for s in sets if any(re.fullmatch(p, s.name) for p in options.only.split(","))]
    return sets


def evaluate(s, options, seed):
    path = options.folder / f"{s.name}.yaml"
    path.write_text(s.text)
    out = options.folder / f"{s.name}.json"
    models = ["two_level"] if seed > 1 else s.models + ["blend", "two_level"]
    arguments = [options.aisle, "evaluate", str(path), *s.arguments, "--quiet", "--json", str(out),
                 "--threads", str(options.threads), "--set", f"evaluate.k=[{s.k}]", "--set",
                 f"evaluate.metrics=[{s.metric}]", "--set", f"evaluate.models=[{','.join(models)}]",
                 "--set", "evaluate.segments=[]", "--set", "data.rejected_share=0.05",
                 "--set", f"seed={seed}",
                 *[a for one in options.set for a in ("--set", one)]]
    done = subprocess.run(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(arguments)}\n{done.stderr}")
    return json.loads(out.read_text())


def measure(s, options):
    found = evaluate(s, options, 1)
    name = f"{s.metric}@{s.k}"
    value = {m: v[name]["value"] for m, v in found["models"].items()}
    alone = sorted(s.models, key=lambda m: -value[m])
    best = alone[0]
    pair = next(p for p in found["comparisons"]["pairs"]
                if {p["model"], p["less"]} == {"two_level", best})
    seeds = [value["two_level"]] + [evaluate(s, options, seed)["models"]["two_level"][name]["value"]
                                    for seed in range(2, options.seeds + 1)]
    return {"set": s.name, "metric": name, "households": found["counts"]["households"],
            "two_level": value["two_level"], "mean": sum(seeds) / len(seeds), "blend": value["blend"],
            "best": best, "alone": value[best], "second": alone[1], "difference": pair["difference"],
            "against": {p["less"]: p["difference"] for p in found["comparisons"]["pairs"]
                        if p["model"] == "two_level"},
            "by": found.get("order", {}).get("by", "trees"), "models": value,
            "seconds": sum(found["seconds"].values()) if "seconds" in found else 0}


def print_row(r):
    d = r["difference"]
    low, high = d["interval"]
    print(f"{r['set']:<14} {r['metric']:<12} {r['households']:>6} {r['two_level']:>7.4f} {r['mean']:>7.4f} "
          f"{r['blend']:>7.4f} {r['by']:<11} {r['best']:<16} {r['alone']:>7.4f} {d['value']:>+8.4f} "
          f"{low:>+8.4f} {high:>+8.4f}{'' if low > -0.002 else '  below'}", flush=True)


def pool(name, rows):
    """Shops of one size as one: against the retriever that is best over all of them."""
    n = sum(r["households"] for r in rows)
    mean = {m: sum(r["models"][m] * r["households"] for r in rows) / n for m in rows[0]["models"]}
    best = max((m for m in mean if m not in ("blend", "two_level")), key=lambda m: mean[m])
    of_best = [r["against"][best]["interval"] for r in rows]
    error = sum(((high - low) / 2 * r["households"] / n) ** 2
                for (low, high), r in zip(of_best, rows)) ** 0.5
    difference = mean["two_level"] - mean[best]
    by = sorted(r["by"] for r in rows)
    return {**rows[0], "set": name, "households": n, "two_level": mean["two_level"],
            "mean": sum(r["mean"] * r["households"] for r in rows) / n, "blend": mean["blend"],
            "by": " ".join(f"{by.count(b)}{b[:4]}" for b in sorted(set(by))), "best": best,
            "alone": mean[best], "models": mean,
            "difference": {"value": difference, "interval": [difference - error, difference + error]}}


def main():
    parser = argparse.ArgumentParser(prog="script/bench defaults", description=__doc__.splitlines()[0])
    parser.add_argument("--aisle", default=str(ROOT / "build" / "aisle"))
    parser.add_argument("--folder", type=pathlib.Path, default=ROOT / "build" / "defaults")
    parser.add_argument("--made", default="2500,200", help="households of the made-up shops")
    parser.add_argument("--only", help="sets, by name or pattern: A,shop-30-.*")
    parser.add_argument("--validation", action="store_true",
                        help="on the window before the last: what choices are made on")
    parser.add_argument("--seeds", type=int, default=1, help="mean of the two levels over so many seeds")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--set", action="append", default=[], help="another key, for trials")
    parser.add_argument("--json", help="also write the numbers to this file")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    options.folder = options.folder.resolve()
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    print(f"{'set':<14} {'metric':<12} {'houses':>6} {'two':>7} {'seeds':>7} {'blend':>7} {'by':<11} "
          f"{'best alone':<16} {'':>7} {'less':>8} {'from':>8} {'to':>8}")
    rows, shops = [], {}
    for s in make_sets(options):
        rows.append(measure(s, options))
        print_row(rows[-1])
        if s.of:
            shops.setdefault(s.of, []).append(rows[-1])
    for of, some in shops.items():
        rows.append(pool(of, some))
        print_row(rows[-1])
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
