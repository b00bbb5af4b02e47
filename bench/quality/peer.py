"""The peers' side of script/bench level1: the commands of bench_level1.c, in a process of its own.

    peer.py THREADS

    counts FILE, weights FILE, lines FILE   take what bench_level1 wrote
    fit NAME {"option": …}                  {"seconds": …}
    fill K N, lists FILE, similar FILE K, loss, reset, memory
"""

import json
import os
import sys
import time
import warnings

THREADS = int(sys.argv[1])
for name in ("OMP_NUM_THREADS",):
    os.environ[name] = str(THREADS)
for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # as implicit asks for: it has threads of its own

import numpy as np  # noqa: E402
from implicit.als import AlternatingLeastSquares  # noqa: E402
from implicit.nearest_neighbours import (BM25Recommender, CosineRecommender,  # noqa: E402
                                         ItemItemRecommender, TFIDFRecommender)

import bench_io  # noqa: E402
from peer_baskets import TifuKnn, UpCf  # noqa: E402
from peer_serve import serve  # noqa: E402

warnings.filterwarnings("ignore")  # implicit's about its own matrices

ITEM_ITEM = {"item_count": ItemItemRecommender, "item_cosine": CosineRecommender,
             "item_tfidf": TFIDFRecommender, "item_bm25": BM25Recommender}
BASKETS = {"tifu_knn": TifuKnn, "up_cf": UpCf}


def memory_mb(name):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) // 1024 for line in status if line.startswith(name))


class Peer:
    def __init__(self):
        self.counts = self.weights = self.baskets = self.model = self.made = None
        self.base = 0

    def fit(self, name, options):
        start = time.perf_counter()
        if name == "als":
            self.model = AlternatingLeastSquares(num_threads=THREADS, use_gpu=False, **options)
            self.model.fit(self.weights, show_progress=False)
        elif name in ITEM_ITEM:
            self.model = ITEM_ITEM[name](num_threads=THREADS, **options)
            # Its kernel takes doubles; the other three make them of what they are given.
            counts = self.counts.astype(np.float64) if name == "item_count" else self.counts
            start = time.perf_counter()
            self.model.fit(counts, show_progress=False)
        else:
            self.model = BASKETS[name](THREADS, **options)
            self.model.fit(self.baskets)
        return {"seconds": time.perf_counter() - start}

    def fill(self, k, n):
        if isinstance(self.model, (TifuKnn, UpCf)):
            n = min(n, self.baskets["users"])
            start = time.perf_counter()
            self.made = self.model.recommend(n, k)
            return {"seconds": time.perf_counter() - start, "households": n}
        matrix = self.counts if self.weights is None else self.weights
        n = min(n, matrix.shape[0])
        users, rows = np.arange(n), matrix[:n]
        start = time.perf_counter()
        item, score = self.model.recommend(users, rows, N=k, filter_already_liked_items=False)
        seconds = time.perf_counter() - start
        self.made = ((score > 0).sum(1) if self.weights is None else np.full(n, item.shape[1]),
                     item, score)
        return {"seconds": seconds, "households": n}

    def similar(self, path, k):
        rows = self.model.similarity
        n = rows.shape[0]
        count, item = np.zeros(n, int), np.zeros((n, k), int)
        score = np.zeros((n, k), np.float32)
        for i in range(n):
            part = slice(rows.indptr[i], rows.indptr[i + 1])
            column, value = rows.indices[part], rows.data[part]
            keep = (column != i) & (value > 0)
            order = np.lexsort((column[keep], -value[keep]))[:k]
            count[i] = order.size
            item[i, :order.size] = column[keep][order]
            score[i, :order.size] = value[keep][order]
        bench_io.write_lists(path, count, item, score)
        return {}

    def loss(self, options):
        return {"loss": bench_io.als_loss(self.weights, self.model.user_factors,
                                          self.model.item_factors, options["regularization"])}

    def run(self, name, argument):
        words = argument.split(" ", 1)
        if name in ("counts", "weights"):
            setattr(self, name, bench_io.read_matrix(argument))
        elif name == "lines":
            self.baskets = bench_io.read_lines(argument)
        elif name == "fit":
            return self.fit(words[0], json.loads(words[1]))
        elif name == "fill":
            return self.fill(int(words[0]), int(words[1]))
        elif name == "lists":
            bench_io.write_lists(argument, *self.made)
        elif name == "similar":
            return self.similar(words[0], int(words[1]))
        elif name == "loss":
            return self.loss(json.loads(argument))
        elif name == "reset":
            with open("/proc/self/clear_refs", "w") as f:
                f.write("5\n")
            self.base = memory_mb("VmRSS:")
        elif name == "memory":
            return {"base_mb": self.base, "peak_mb": memory_mb("VmHWM:")}
        else:
            raise ValueError(f"no command '{name}'")
        return {}


if __name__ == "__main__":
    serve(Peer())
