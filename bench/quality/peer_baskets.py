"""TIFU-KNN and UP-CF@r in NumPy and SciPy, over blocks of households so that nothing dense is
larger than a block, on as many threads as asked (sparse products release the lock)."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy import sparse

BLOCK = 256


def _blocks(n, threads, run):
    firsts = range(0, n, BLOCK)
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(lambda first: run(first, min(first + BLOCK, n)), firsts))


def _best(dense, k):
    """The k best columns of each row: count, column, score; scores of 0 are left out."""
    k = min(k, dense.shape[1])
    column = np.argpartition(-dense, k - 1, axis=1)[:, :k]
    score = np.take_along_axis(dense, column, 1)
    order = np.lexsort((column, -score), axis=1)
    column = np.take_along_axis(column, order, 1)
    score = np.take_along_axis(score, order, 1)
    return (score > 0).sum(1), column, score


def _gather(parts):
    return tuple(np.concatenate([part[i] for part in parts]) for i in range(3))


def _baskets(lines):
    """Of each line the number of its basket, and of each basket its user, day, and how many the
    user had after it."""
    user = np.repeat(np.arange(lines["users"]), np.diff(lines["offset"]))
    new = np.r_[True, np.diff(lines["basket"]) != 0]
    of_line = np.cumsum(new) - 1
    owner, day = user[new], lines["day"][new]
    end = np.searchsorted(owner, np.arange(lines["users"]), side="right")
    after = end[owner] - 1 - np.arange(owner.size)
    return user, of_line, owner, day, after


def _matrix(lines, user, weight):
    m = sparse.coo_matrix((weight, (user, lines["item"])), shape=(lines["users"], lines["items"]),
                          dtype=np.float32)
    return m.tocsr()


class TifuKnn:
    """Hu et al. 2020, groups counted from the last basket."""

    def __init__(self, threads, groups=10, within=.9, between=.8, neighbours=100, alpha=.5):
        self.threads, self.groups, self.within, self.between = threads, groups, within, between
        self.neighbours, self.alpha = neighbours, alpha

    def fit(self, lines):
        user, of_line, owner, _, after = _baskets(lines)
        count = np.bincount(owner, minlength=lines["users"])
        size = -(-count // self.groups)          # baskets of a group
        used = -(-count // np.maximum(size, 1))  # groups of a user
        group, place = after // size[owner], after % size[owner]
        in_group = np.minimum(size[owner], count[owner] - group * size[owner])
        weight = self.within ** place / in_group * self.between ** group / used[owner]
        self.vectors = _matrix(lines, user, weight[of_line].astype(np.float32))
        square = np.asarray(self.vectors.multiply(self.vectors).sum(1)).ravel()
        transposed = self.vectors.T.tocsr()
        n, k = lines["users"], min(self.neighbours, lines["users"] - 1)

        def nearest(first, end):
            near = square[None, :] - 2 * (self.vectors[first:end] @ transposed).toarray()
            near[np.arange(end - first), np.arange(first, end)] = np.inf
            return np.argpartition(near, k - 1, axis=1)[:, :k]

        near = np.concatenate(_blocks(n, self.threads, nearest))
        self.mean = sparse.csr_matrix(
            (np.full(n * k, 1 / k, np.float32), near.ravel().astype(np.int32),
             np.arange(0, n * k + 1, k, dtype=np.int32)), shape=(n, n))

    def recommend(self, n, k):
        def lists(first, end):
            scores = self.alpha * self.vectors[first:end] + \
                (1 - self.alpha) * (self.mean[first:end] @ self.vectors)
            return _best(scores.toarray(), k)

        return _gather(_blocks(n, self.threads, lists))


class UpCf:
    """Faggioli et al. 2020: popularity by household, weighted by recency; asymmetric similarity."""

    def __init__(self, threads, decay=.95, power=10, a=.25):
        self.threads, self.decay, self.power, self.a = threads, decay, power, a

    def fit(self, lines):
        user, of_line, owner, day, _ = _baskets(lines)
        weight = self.decay ** ((lines["as_of"] - day) / 7)
        weight /= np.bincount(owner, weight, minlength=lines["users"])[owner]
        self.popularity = _matrix(lines, user, weight[of_line].astype(np.float32))
        self.binary = self.popularity.copy()
        self.binary.data[:] = 1
        self.sizes = np.diff(self.popularity.indptr).astype(np.float32)
        self.transposed = self.binary.T.tocsr()
        self.by_item = self.popularity.T.tocsr()

    def recommend(self, n, k):
        def lists(first, end):
            both = (self.binary[first:end] @ self.transposed).toarray()
            both /= self.sizes[first:end, None] ** self.a
            both /= self.sizes[None, :] ** (1 - self.a)
            np.power(both, self.power, out=both)
            both[np.arange(end - first), np.arange(first, end)] = 1
            return _best(np.ascontiguousarray((self.by_item @ both.T).T), k)

        return _gather(_blocks(n, self.threads, lists))
