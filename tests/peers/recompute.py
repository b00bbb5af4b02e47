"""Recomputes an evaluation from its lists and the raw receipts, without a line of Aisle's code.

    recompute.py DATA_FOLDER LISTS JSON [--catalogue A|S|T] [--new-only]

Cleans the receipts, decides the catalogue, and finds what was bought, by SQL of its own; then
compares counts, ceilings and every metric with the JSON, and the metrics with what is known of
this data. Prints each difference; the exit code is 1 if there is one.
"""
import argparse
import json
import math
import sys
from collections import defaultdict

import duckdb

from cleaning import CATEGORIES, DEPARTMENTS

PREFILTER = {"S": (1, 30, .01, .5), "T": (2, 50, .02, .5)}

# Known counts: households, pairs, ceiling@5. S's 5,000th product is one of 89 of the same quantity;
# the rule here, the lower id, is Aisle's.
COUNTS = {("A", False): (1880, 75890, .9521), ("S", False): (1781, 36536, .9062),
          ("T", False): (1651, 14049, .7866), ("A", True): (1858, 42995, .9225)}
# precision@5: model, least, most.
BARS = {("A", False): (("own_decay", .386, .390), ("popular", .156, .162), ("als", .178, .198),
                       ("two_level", .405, .42)),
        ("S", False): (("own_decay", .345, .349), ("two_level", .352, 1)),
        ("T", False): (("two_level", .280, 1),),
        ("A", True): (("popular", .038, .040),)}


def clean(folder):
    db = duckdb.connect()
    db.execute(f"""
        create table bought as
        select t.household_id u, t.product_id i, t.week w, t.quantity q, t.sales_value v
        from '{folder}/transactions.parquet' t join '{folder}/products.parquet' p using (product_id)
        where t.quantity > 0 and t.sales_value > 0 and p.department not in {DEPARTMENTS}
          and p.product_category is not null and p.product_category not in {CATEGORIES}""")
    return db


def catalogue(db, name):
    """Product ids that may be recommended and count, or None for everything."""
    if name == "A":
        return None
    price_above, price_below, share_from, share_to = PREFILTER[name]
    return {row[0] for row in db.execute(f"""
        select i from bought where w <= 44 group by i
        having sum(v) / sum(q) > {price_above} and sum(v) / sum(q) < {price_below}
           and count(distinct u) / (select count(distinct u) from bought where w <= 44)
               between {share_from} and {share_to}
        order by sum(q) desc, i limit 5000""").fetchall()}


def truth(db, allowed, new_only):
    before = defaultdict(set)
    for user, item in db.execute("select distinct u, i from bought where w <= 50").fetchall():
        before[user].add(item)
    bought = defaultdict(set)
    for user, item in db.execute("select distinct u, i from bought where w >= 51").fetchall():
        if (allowed is None or item in allowed) and not (new_only and item in before[user]):
            bought[user].add(item)
    return bought, before


def read_lists(path):
    lists = defaultdict(lambda: defaultdict(list))
    rows = duckdb.execute(f"select model, user_id, item_id, rank from '{path}' order by all").fetchall()
    for model, user, item, rank in rows:
        lists[model][user].append((rank, item))
    return {m: {u: [i for _, i in sorted(l)] for u, l in users.items()} for m, users in lists.items()}


def metrics(ranked, bought, k):
    hits = [item in bought for item in ranked[:k]]
    most = min(k, len(bought))
    found, average = 0, 0.0
    for place, hit in enumerate(hits, 1):
        if hit:
            found += 1
            average += found / place
    gain = sum(1 / math.log2(place + 1) for place, hit in enumerate(hits, 1) if hit)
    ideal = sum(1 / math.log2(place + 1) for place in range(1, most + 1))
    first = next((place for place, hit in enumerate(hits, 1) if hit), None)
    return {"precision": found / k, "recall": found / len(bought), "map": average / most,
            "ndcg": gain / ideal, "mrr": 1 / first if first else 0.0, "hit_rate": float(found > 0)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data")
    parser.add_argument("lists")
    parser.add_argument("json")
    parser.add_argument("--catalogue", default="A", choices=["A", "S", "T"])
    parser.add_argument("--new-only", action="store_true")
    args = parser.parse_args()
    with open(args.json) as file:
        said = json.load(file)
    key = (args.catalogue, args.new_only)
    db = clean(args.data)
    allowed = catalogue(db, args.catalogue)
    bought, before = truth(db, allowed, args.new_only)
    wrong = []

    def compare(what, here, there, tolerance=1e-9):
        if abs(here - there) > tolerance:
            wrong.append(f"{what}: recomputed {here}, Aisle says {there}")

    pairs = sum(map(len, bought.values()))
    ceiling = sum(min(5, len(b)) for b in bought.values()) / 5 / len(bought)
    compare("households", len(bought), said["counts"]["households"])
    compare("pairs", pairs, said["counts"]["pairs"])
    compare("ceiling", ceiling, said["ceiling"]["precision@5"]["value"])
    if key in COUNTS:
        compare("known households", COUNTS[key][0], len(bought))
        compare("known pairs", COUNTS[key][1], pairs)
        compare("known ceiling", COUNTS[key][2], round(ceiling, 4))

    lists = read_lists(args.lists)
    if set(lists) != set(said["models"]):
        wrong.append(f"models: lists have {sorted(lists)}, the JSON {sorted(said['models'])}")
    compared = 0
    for model, users in lists.items():
        for user, ranked in users.items():
            if len(set(ranked)) != len(ranked):
                wrong.append(f"{model}, household {user}: a product twice")
            if allowed is not None and not allowed.issuperset(ranked):
                wrong.append(f"{model}, household {user}: a product outside of the catalogue")
            if args.new_only and before[user].intersection(ranked):
                wrong.append(f"{model}, household {user}: a product that it bought before")
        for name, value in said["models"][model].items():
            metric, _, k = name.partition("@")
            if not k:
                continue
            values = [metrics(users.get(u, []), b, int(k))[metric] for u, b in bought.items()]
            compare(f"{model} {name}", sum(values) / len(values), value["value"])
            compared += 1
    for model, least, most in BARS.get(key, ()):
        value = said["models"][model]["precision@5"]["value"]
        print(f"{args.catalogue}{' new only' if args.new_only else ''} {model} precision@5 {value:.4f}, "
              f"expected {least} to {most}")
        if not least <= value <= most:
            wrong.append(f"{model} precision@5 {value:.4f} is not from {least} to {most}")
    for line in wrong[:20]:
        print(line)
    print(f"{len(bought)} households, {pairs} pairs, {compared} metrics compared, {len(wrong)} differences")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
