"""Scores lists with RecTools and ranx, and compares with what `aisle score` says of them.

    score.py LISTS TRUTH BEFORE JSON

The files are those that were given to `aisle score`. Prints each metric with its largest difference
over models and k; the exit code is 1 if one is over 1e-9.
"""
import json
import sys

import pandas as pd
import ranx
from rectools import Columns
from rectools import metrics as rt

TOLERANCE = 1e-9
KS = (5, 10)


def read(path):
    # A household's list holds a product once; ids are compared as texts.
    table = pd.read_parquet(path) if path.endswith(".parquet") else pd.read_csv(path, dtype={"user_id": str, "item_id": str})
    table = table.rename(columns={"user_id": Columns.User, "item_id": Columns.Item, "rank": Columns.Rank})
    for column in (Columns.User, Columns.Item):
        table[column] = table[column].astype(str)
    return table


def rectools_values(lists, truth, before, k):
    """By RecTools: means over the households of the truth, or over those with a list."""
    catalogue = before[Columns.Item].unique()
    households = truth[Columns.User].nunique()
    whole = {
        "precision": rt.Precision(k), "precision_r": rt.Precision(k, r_precision=True), "recall": rt.Recall(k),
        "map_full": rt.MAP(k), "map_div_k": rt.MAP(k, divide_by_k=True), "ndcg_full": rt.NDCG(k),
        "mrr": rt.MRR(k), "hit_rate": rt.HitRate(k),
    }
    values = {name: metric.calc_per_user(lists, truth).sum() / households for name, metric in whole.items()}
    values["novelty"] = rt.MeanInvUserFreq(k).calc(lists, before)
    values["popularity"] = rt.AvgRecPopularity(k).calc(lists, before)
    values["serendipity"] = rt.Serendipity(k).calc(lists, truth, before, catalogue)
    values["coverage"] = rt.CatalogCoverage(k, normalize=True).calc(lists, catalogue)
    return values


RANX = {"precision": "precision", "recall": "recall", "map_full": "map", "ndcg": "ndcg", "mrr": "mrr", "hit_rate": "hit_rate"}


def ranx_values(lists, qrels, households, k):
    run = {user: {} for user in households}
    for user, item, rank in lists[[Columns.User, Columns.Item, Columns.Rank]].itertuples(index=False):
        if user in run:
            run[user][item] = 1.0 / rank
    # ranx wants a document of each query: one that is nothing's.
    for user in households:
        run[user] = run[user] or {"(none)": 0.0}
    found = ranx.evaluate(qrels, ranx.Run(run), [f"{name}@{k}" for name in RANX.values()], make_comparable=True)
    return {name: found[f"{theirs}@{k}"] for name, theirs in RANX.items()}


def main():
    lists, truth, before = (read(path) for path in sys.argv[1:4])
    with open(sys.argv[4]) as file:
        said = json.load(file)["models"]
    truth = truth.drop_duplicates([Columns.User, Columns.Item])
    before = before.drop_duplicates([Columns.User, Columns.Item])
    qrels = {}
    for user, item in truth[[Columns.User, Columns.Item]].itertuples(index=False):
        qrels.setdefault(user, {})[item] = 1
    households = list(qrels)
    qrels = ranx.Qrels(qrels)
    worst = {}
    for model, own in lists.groupby("model"):
        for k in KS:
            found = {("RecTools", n): v for n, v in rectools_values(own, truth, before, k).items()}
            found.update({("ranx", n): v for n, v in ranx_values(own, qrels, households, k).items()})
            for (peer, name), value in found.items():
                difference = abs(value - said[model][f"{name}@{k}"]["value"])
                worst[peer, name] = max(worst.get((peer, name), 0), difference)
    for (peer, name), difference in sorted(worst.items()):
        print(f"{peer:9} {name:12} {difference:.2e}")
    models = lists["model"].nunique()
    print(f"{models} models, {len(lists)} rows, {len(households)} households")
    return any(difference > TOLERANCE for difference in worst.values())


if __name__ == "__main__":
    sys.exit(main())
