"""The files of bench_files.h."""

import numpy as np
from scipy import sparse


def _take(data, at, kind, n):
    size = np.dtype(kind).itemsize * n
    return np.frombuffer(data, kind, n, at), at + size


def read_matrix(path):
    data = np.fromfile(path, np.uint8).data
    (rows, columns, entries), at = _take(data, 0, "<i8", 3)
    offset, at = _take(data, at, "<i8", rows + 1)
    column, at = _take(data, at, "<i4", entries)
    value, at = _take(data, at, "<f4", entries)
    small = offset.astype(np.int32) if entries < 2**31 else offset
    return sparse.csr_matrix((value.copy(), column.copy(), small), shape=(rows, columns))


def read_lines(path):
    data = np.fromfile(path, np.uint8).data
    (users, items, lines, as_of), at = _take(data, 0, "<i8", 4)
    offset, at = _take(data, at, "<i8", users + 1)
    item, at = _take(data, at, "<i4", lines)
    day, at = _take(data, at, "<i4", lines)
    basket, at = _take(data, at, "<i4", lines)
    return {"users": int(users), "items": int(items), "as_of": int(as_of), "offset": offset,
            "item": item, "day": day, "basket": basket}


def read_lists(path):
    """count [n], item [n, k], score [n, k]"""
    data = np.fromfile(path, np.uint8).data
    (n, k), at = _take(data, 0, "<i8", 2)
    count, at = _take(data, at, "<i4", n)
    item, at = _take(data, at, "<i4", n * k)
    score, at = _take(data, at, "<f4", n * k)
    return count, item.reshape(n, k), score.reshape(n, k)


def write_lists(path, count, item, score):
    with open(path, "wb") as f:
        np.array(item.shape, "<i8").tofile(f)
        count.astype("<i4").tofile(f)
        np.ascontiguousarray(item, "<i4").tofile(f)
        np.ascontiguousarray(score, "<f4").tofile(f)


def read_factors(path):
    data = np.fromfile(path, np.uint8).data
    (users, items, factors), at = _take(data, 0, "<i8", 3)
    x, at = _take(data, at, "<f4", users * factors)
    y, at = _take(data, at, "<f4", items * factors)
    return x.reshape(users, factors), y.reshape(items, factors)


def als_loss(weights, x, y, regularisation):
    """sum c (p - xy)^2 over all pairs + regularisation (|x|^2 + |y|^2), in double precision, over
    the number of bought pairs; weights: c of the bought ones, p = 1 there; elsewhere c = 1, p = 0."""
    x64, y64 = x.astype(np.float64), y.astype(np.float64)
    loss = np.sum((x64.T @ x64) * (y64.T @ y64))
    loss += regularisation * (np.sum(x64 * x64) + np.sum(y64 * y64))
    for first in range(0, weights.shape[0], 4096):
        rows = weights[first:first + 4096]
        user = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
        for at in range(0, rows.nnz, 1 << 20):
            part = slice(at, at + (1 << 20))
            score = np.einsum("ef,ef->e", x[first:first + 4096][user[part]], y[rows.indices[part]])
            score = score.astype(np.float64)
            c = rows.data[part].astype(np.float64)
            loss += np.sum(c * (1 - score) ** 2 - score ** 2)
    return float(loss / weights.nnz)
