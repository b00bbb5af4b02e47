"""Proves that the item-item models make implicit's similarity matrices, on the real receipts.

    item_item.py DATA_FOLDER PROGRAM [--threads N] [--k 20,100]

Makes the matrix of counts of the receipts before the last three weeks, lets implicit and PROGRAM
(peer_item_item of the build) find the K most similar items of each item, and compares: each row's
values in order, ids wherever a value stands apart from its neighbours. Prints a line a model with
both times; the exit code is 1 where something differs by more than 1e-5 (relative).
"""
import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from implicit.nearest_neighbours import BM25Recommender, CosineRecommender, ItemItemRecommender, TFIDFRecommender
from scipy import sparse

from cleaning import CATEGORIES, DEPARTMENTS

LEAST = 1e-5
K1, B = 1.2, .2


def counts(folder):
    lines = pd.read_parquet(folder / "transactions.parquet")
    products = pd.read_parquet(folder / "products.parquet")
    kept = products[~products.department.isin(DEPARTMENTS) & products.product_category.notna()
                    & ~products.product_category.isin(CATEGORIES)]
    lines = lines[(lines.quantity > 0) & (lines.sales_value > 0) & (lines.week <= 50)
                  & lines.product_id.isin(set(kept.product_id))]
    lines = lines[["household_id", "product_id", "basket_id"]].drop_duplicates()
    users = np.unique(lines.household_id, return_inverse=True)[1]
    items = np.unique(lines.product_id, return_inverse=True)[1]
    matrix = sparse.csr_matrix((np.ones(len(lines)), (users, items)))
    matrix.sum_duplicates()
    matrix.sort_indices()
    return matrix


def write(matrix, path):
    with open(path, "wb") as file:
        np.array([*matrix.shape, matrix.nnz], dtype=np.uint64).tofile(file)
        matrix.indptr.astype(np.uint64).tofile(file)
        matrix.indices.astype(np.uint32).tofile(file)
        matrix.data.astype(np.float32).tofile(file)


def ours(program, folder, measure, k, threads):
    out = folder / "out.bin"
    seconds = subprocess.run([program, folder / "matrix.bin", measure, str(k), str(K1), str(B), str(threads), out],
                             check=True, capture_output=True, text=True).stdout
    raw = np.fromfile(out, dtype=np.uint32)
    n, k = raw[:4].view(np.uint64)
    ids = raw[4:4 + n * k].reshape(n, k)
    return ids, raw[4 + n * k:].view(np.float32).reshape(n, k).astype(float), float(seconds)


def theirs(model, matrix, k, width):
    start = time.perf_counter()
    model.fit(matrix, show_progress=False)
    seconds = time.perf_counter() - start
    s = model.similarity
    ids = np.full((s.shape[0], width), 0xffffffff, dtype=np.uint32)
    values = np.zeros((s.shape[0], width))
    row = np.repeat(np.arange(s.shape[0]), np.diff(s.indptr))
    order = np.lexsort((s.indices, -s.data, row))
    kept = order[s.data[order] > 0]
    place = np.arange(len(kept)) - np.searchsorted(row[kept], row[kept])
    ids[row[kept], place] = s.indices[kept]
    values[row[kept], place] = s.data[kept]
    return ids, values, seconds


def compare(a, b):
    """Rows whose values differ; rows with another id where no tie excuses it."""
    near = lambda x, y: np.abs(x - y) <= LEAST * np.maximum(np.abs(x), np.abs(y)) + 1e-12
    wrong = ~near(a[1], b[1]).all(axis=1)
    tied = np.zeros(a[0].shape, dtype=bool)
    same = near(b[1][:, 1:], b[1][:, :-1])
    tied[:, 1:] |= same
    tied[:, :-1] |= same
    tied[:, -1] = True  # what it may be tied with was cut off
    return int(wrong.sum()), int(((a[0] != b[0]) & ~tied).any(axis=1).sum())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("program")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--k", default="20,100")
    arguments = parser.parse_args()
    matrix = counts(arguments.data)
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        write(matrix, folder / "matrix.bin")
        for k in map(int, arguments.k.split(",")):
            shared = {"K": k, "num_threads": arguments.threads}
            for measure, model in (("count", ItemItemRecommender(**shared)), ("cosine", CosineRecommender(**shared)),
                                   ("tfidf", TFIDFRecommender(**shared)),
                                   ("bm25", BM25Recommender(K1=K1, B=B, **shared))):
                mine = ours(arguments.program, folder, measure, k, arguments.threads)
                peer = theirs(model, matrix, k, mine[0].shape[1])
                values, ids = compare(mine, peer)
                bad += values + ids
                print(f"{measure:6} K={k:<4} items {matrix.shape[1]}  rows that differ: values {values}, ids {ids}  "
                      f"seconds {mine[2]:.3f}, implicit {peer[2]:.3f}")
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
