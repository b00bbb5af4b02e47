"""Level 2's columns of pair, household, item and category in pandas: the peer of
script/bench level2.

    peer_features.py

    lines FILE      take what bench_level2 wrote
    features        {"seconds": …, "columns": …}: the columns for all candidates
    compare FILE    {"difference": …, "column": …}: the largest relative difference from the columns
                    that Aisle wrote, in the order of `names`
    names           {"names": […]}
"""

import time

import numpy as np
import pandas as pd

from peer_serve import serve

WINDOWS = {"1w": 7, "2w": 14, "4w": 28, "8w": 56, "13w": 91, "26w": 182}
RATES = {"98": .98, "95": .95, "80": .80}


def read_source(path):
    data = np.fromfile(path, np.uint8).data
    at = 0

    def take(kind, n):
        nonlocal at
        values = np.frombuffer(data, kind, n, at)
        at += values.nbytes
        return values

    users, items, n, as_of, rows, categories = take("<i8", 6)
    counts = np.diff(take("<i8", users + 1))
    lines = pd.DataFrame({"user": np.repeat(np.arange(users, dtype=np.int32), counts),
                          **{name: take("<i4", n) for name in ("item", "day", "basket")},
                          "quantity": take("<f4", n), "value": take("<f8", n)})
    counts = np.diff(take("<i8", users + 1))
    candidates = pd.DataFrame({"user": np.repeat(np.arange(users, dtype=np.int32), counts),
                               "item": take("<i4", rows)})
    codes = {}
    for _ in range(categories):
        name = bytes(take("u1", 64)).rstrip(b"\0").decode()
        codes[name] = take("<i4", items)
    return {"lines": lines, "candidates": candidates, "codes": codes, "as_of": int(as_of)}


def gaps_of(lines, keys):
    """Days with a purchase: number, first, last, and the gaps between them."""
    days = lines[[*keys, "day"]].drop_duplicates()
    days["gap"] = days.groupby(keys, sort=False)["day"].diff()
    return days, days.groupby(keys, sort=False)


def pair_columns(lines, as_of):
    """Lines come sorted by user, day: so do those of a pair."""
    age = as_of - lines["day"]
    wide = lines[["user", "item", "quantity"]].assign(lines=1.0)
    for name, days in WINDOWS.items():
        wide[f"lines_{name}"] = (age <= days).astype(float)
    for name, rate in RATES.items():
        wide[f"decayed_{name}"] = rate ** (age / 7)
    wide["quantity"] = wide["quantity"].astype(float)
    out = wide.groupby(["user", "item"], sort=False).sum()
    out["quantity"] /= out["lines"]
    days, grouped = gaps_of(lines, ["user", "item"])
    span = grouped["day"].agg(["first", "last"])
    gap = grouped["gap"]
    out["recency"] = as_of - span["last"]
    out["first"] = as_of - span["first"]
    out["gap_mean"] = gap.mean()
    out["gap_median"] = gap.median()
    out["gap_deviation"] = gap.std(ddof=0).where(gap.count() > 1)
    out["gap_last"] = gap.last()
    out["recency_over_mean"] = out["recency"] / out["gap_mean"]
    out["recency_over_median"] = out["recency"] / out["gap_median"]
    out["days"] = grouped.size()
    return out.add_prefix("pair_")


def household_columns(lines, as_of):
    grouped = lines.groupby("user", sort=False)
    total = grouped[["value", "quantity"]].sum()
    count = grouped.size()
    baskets = grouped["basket"].nunique()
    distinct = grouped["item"].nunique()
    days, by_day = gaps_of(lines, ["user"])
    first, last = by_day["day"].first(), by_day["day"].last()
    out = pd.DataFrame({
        "basket_value": total["value"] / baskets,
        "basket_lines": count / baskets,
        "lines": count,
        "lines_4w": (as_of - lines["day"] <= 28).groupby(lines["user"], sort=False).sum(),
        "baskets": baskets,
        "visit_gap": by_day["gap"].mean(),
        "recency": as_of - last,
        "tenure": as_of - first,
        "distinct": distinct,
        "repeat_share": (count - distinct) / count,
        "price": total["value"] / lines["quantity"].astype(float).groupby(lines["user"]).sum(),
    })
    out["recency_over_gap"] = out["recency"] / out["visit_gap"]
    out["visit"] = out["tenure"] / by_day.size()
    return out.add_prefix("household_")


def price_of(lines):
    total = lines.groupby("item", sort=False)[["value", "quantity"]].sum()
    return total["value"] / total["quantity"]


def item_columns(lines, as_of):
    lines = lines.assign(quantity=lines["quantity"].astype(float))
    grouped = lines.groupby("item", sort=False)
    out = pd.DataFrame({"buyers": grouped["user"].nunique()})
    for name, days in {"1w": 7, "2w": 14, "4w": 28, "13w": 91}.items():
        recent = lines[lines["day"] >= as_of - days]
        out[f"buyers_{name}"] = recent.groupby("item", sort=False)["user"].nunique()
    out = out.fillna(0.0)
    out["trend_1w_4w"] = (out["buyers_1w"] / out["buyers_4w"]).where(out["buyers_4w"] > 0)
    out["trend"] = (out["buyers_4w"] / out["buyers_13w"]).where(out["buyers_13w"] > 0)
    price = price_of(lines[lines["day"] >= as_of - 91]).reindex(out.index)
    out["price"] = price.fillna(price_of(lines))
    out["price_now"] = price_of(lines[lines["day"] >= as_of - 14]) / out["price"]
    days = lines[["user", "item", "day"]].drop_duplicates()
    pair = days.groupby(["user", "item"], sort=False)["day"].agg(["min", "max", "size"])
    pair["span"] = pair["max"] - pair["min"]
    pair["gaps"] = pair["size"] - 1
    pair["again"] = (pair["size"] > 1).astype(float)
    pair["recent"] = (pair["max"] >= as_of - 91).astype(float)
    pair["new"] = (pair["min"] >= as_of - 91).astype(float)
    by_item = pair.groupby("item", sort=False)[["span", "gaps", "again", "recent", "new"]].sum()
    out["first_buyers"] = (by_item["new"] / by_item["recent"]).where(by_item["recent"] > 0)
    out["gap"] = (by_item["span"] / by_item["gaps"]).where(by_item["gaps"] > 0)
    out["repurchase"] = by_item["again"] / out["buyers"]
    out["age"] = as_of - grouped["day"].min()
    out["recency"] = as_of - grouped["day"].max()
    return out.add_prefix("item_")


def category_columns(lines, code, name, as_of):
    """The household's purchases in the product's level."""
    age = as_of - lines["day"]
    frame = pd.DataFrame({"user": lines["user"], "level": code[lines["item"]], "lines": 1.0,
                          "lines_4w": (age <= 28).astype(float), "share": .95 ** (age / 7),
                          "day": lines["day"]})
    total = frame.groupby("user", sort=False)["share"].sum()
    frame = frame[frame["level"] != -1]
    out = frame.groupby(["user", "level"], sort=False)[["lines", "lines_4w", "share"]].sum()
    out["share"] /= total.reindex(out.index.get_level_values("user")).to_numpy()
    days = frame[["user", "level", "day"]].drop_duplicates()
    day = days.groupby(["user", "level"], sort=False)["day"].agg(["first", "last", "size"])
    gap = ((day["last"] - day["first"]) / (day["size"] - 1)).where(day["size"] > 1)
    out["recency"] = as_of - day["last"]
    out["recency_over_gap"] = out["recency"] / gap
    return out.add_prefix(f"{name}_")


def weekly_lines(lines, code, as_of):
    """Lines a week over the last 13 weeks, or what there is: of each level, and of all."""
    recent = lines[lines["day"] >= as_of - 91]
    weeks = min(13.0, max(1.0, (as_of - lines["day"].min()) / 7))
    level = code[recent["item"]]
    return np.bincount(level[level != -1], minlength=code.max() + 1) / weeks, len(recent) / weeks


def with_known(rows, names, known):
    """Counts of what is in a known level, and was never bought there, are 0."""
    for name in names:
        rows[name] = rows[name].where(rows[name].notna() | ~known, 0.0)


def add_category(out, rows, lines, code, name, as_of):
    level = code[rows["item"]]
    known = level != -1
    own = category_columns(lines, code, name, as_of)
    out = out.assign(level=level).merge(own, "left", left_on=["user", "level"], right_index=True)
    with_known(out, [f"{name}_{part}" for part in ("lines", "lines_4w", "share")], known)
    weekly, total = weekly_lines(lines, code, as_of)
    of_level = np.where(known, weekly[np.where(known, level, 0)], np.nan)
    out[f"{name}_weekly"] = of_level
    with np.errstate(divide="ignore", invalid="ignore"):
        affinity = out[f"{name}_share"].to_numpy() / (of_level / total)
    out[f"{name}_affinity"] = np.where(of_level > 0, affinity, np.nan)
    return out


def features(source):
    lines, as_of, rows = source["lines"], source["as_of"], source["candidates"]
    out = rows.merge(pair_columns(lines, as_of), "left", left_on=["user", "item"],
                     right_index=True)
    out = out.merge(household_columns(lines, as_of), "left", left_on="user", right_index=True)
    out = out.merge(item_columns(lines, as_of), "left", left_on="item", right_index=True)
    counts = [f"pair_{name}" for name in ("lines", *(f"lines_{w}" for w in WINDOWS),
                                          *(f"decayed_{r}" for r in RATES))]
    out[counts] = out[counts].fillna(0.0)
    out["pair_share_of_baskets"] = out["pair_lines"] / out["household_baskets"]
    since = (out["pair_first"] / out["household_visit"]).clip(lower=1)
    out["pair_share_since_first"] = out["pair_days"] / since
    out["pair_recency_in_visits"] = out["pair_recency"] / out["household_visit"]
    out["pair_recency_over_item_gap"] = out["pair_recency"] / out["item_gap"]
    for name, code in source["codes"].items():
        out = add_category(out, rows, lines, code, name, as_of)
    out = out.drop(columns=["user", "item", "level", "pair_days", "household_visit"])
    return out, out.to_numpy(np.float32)  # the matrix that a ranker is given


def largest_difference(table, path):
    mine = np.fromfile(path, np.float32).reshape(table.shape[1], table.shape[0])
    worst, where = 0.0, ""
    for values, name in zip(mine, table.columns):
        theirs = table[name].to_numpy(np.float64)
        if not np.array_equal(np.isnan(values), np.isnan(theirs)):
            return {"difference": 1e300, "column": f"{name}: other rows are not known"}
        known = ~np.isnan(theirs)
        a, b = values[known].astype(np.float64), theirs[known]
        size = np.maximum(np.abs(a), np.abs(b))
        difference = float(np.max(np.abs(a - b) / np.where(size > 0, size, 1), initial=0))
        if difference > worst:
            worst, where = difference, name
    return {"difference": worst, "column": where}


class Peer:
    def __init__(self):
        self.source = self.table = self.matrix = None

    def run(self, name, argument):
        if name == "lines":
            self.source = read_source(argument)
            return {}
        if name == "features":
            start = time.perf_counter()
            self.table, self.matrix = features(self.source)
            return {"seconds": time.perf_counter() - start, "columns": self.table.shape[1]}
        if name == "names":
            return {"names": list(self.table.columns)}
        if name == "compare":
            return largest_difference(self.table, argument)
        raise ValueError(f"no command '{name}'")


if __name__ == "__main__":
    serve(Peer())
