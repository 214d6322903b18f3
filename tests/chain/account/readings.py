"""Small networks for tests of wrong readings: two published ones, chains, and random ones."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from lvlian.chain.account.system import System

P10_NODES = ["1-2-3-4-5", "2-8", "3-9", "4-6-7", "5+11-12", "6-10", "7-11", "8+9+10-13"]
P10_READ = [28.06, 3.06, 5.28, 8.89, 11.39, 3.89, 4.17, 2.78, 5.83, 4.44, 3.89, 15.0, 13.33]
P10_VARIANCE = [
    0.075618, 0.002498, 0.029749, 0.021084, 0.138439, 0.016148, 0.018556, 0.002062, 0.009067, 0.005259, 0.004037, 0.021609, 0.017065,
]  # fmt: skip
"""A water balance of eight units: Martins and others 2010, J. Clean. Prod., DOI 10.1016/j.jclepro.2010.03.014."""

P14_NODES = [
    "1+2+3+4-5", "5-6", "6-7", "7-8-9", "9-10", "10-11-15", "11-12-13", "12-14", "15-16-19", "16-17", "13+17-18", "19-20", "20-21-22",
    "8-23-24",
]  # fmt: skip
P14_READ = [
    54.4, 149.0, 157.2, 148.1, 466.0, 466.0, 510.3, 218.0, 292.3, 292.3, 84.4, 13.5, 70.9, 13.5, 208.0, 2.9, 2.9, 87.3, 189.6, 204.0, 54.3,
    149.7, 201.7, 16.3,
]  # fmt: skip
P14_VARIANCE = [
    0.284217, 2.132184, 2.373325, 2.106504, 57.932395, 57.932395, 69.470558, 4.564205, 8.205589, 8.205589, 0.684127, 0.194481, 0.596018,
    0.194481, 4.155075, 0.008974, 0.008974, 8.132763, 3.452461, 3.996801, 0.283173, 2.152265, 3.907185, 0.025517,
]  # fmt: skip
"""Fourteen units, 24 flows: github.com/EDSONCV/dr-ged-benchmarks at 98b250d, P14."""


def network(nodes: list[str], read: list[float | None], variance: list[float | None], **more) -> System:
    """Nodes are written as sums of streams counted from 1: `1-2-3`."""
    import re

    rows, cols, data = [], [], []
    for row, text in enumerate(nodes):
        for sign, stream in re.findall(r"([+-]?)(\d+)", text):
            rows.append(row)
            cols.append(int(stream) - 1)
            data.append(-1.0 if sign == "-" else 1.0)
    at = [k for k, value in enumerate(read) if value is not None]
    return System(
        balance=csr_matrix((data, (rows, cols)), shape=(len(nodes), len(read))),
        constant=np.zeros(len(nodes)),
        stream=np.array(at, np.int64),
        reading=np.array([read[k] for k in at], float),
        variance=np.array([variance[k] for k in at], float),
        **more,
    )


def p10() -> System:
    return network(P10_NODES, P10_READ, P10_VARIANCE)


def p14() -> System:
    return network(P14_NODES, P14_READ, P14_VARIANCE)


def flows(
    seed: int, streams: int, nodes: int, *, unread: int = 0, twice: int = 0, correlated: int = 0, far: float = 0.1
):
    """A random network of connected flows that closes exactly, its readings with noise; (system, truth by reading)."""
    rng = np.random.default_rng(seed)
    source, target = rng.integers(0, nodes + 1, streams), rng.integers(0, nodes + 1, streams)
    chain = np.arange(min(nodes, streams))
    source[chain], target[chain] = chain, chain + 1
    target = np.where(target == source, (target + 1) % (nodes + 1), target)
    full = np.zeros((nodes + 1, streams))
    full[target, np.arange(streams)] += 1.0
    full[source, np.arange(streams)] -= 1.0
    balance = full[:nodes]
    truth = np.linalg.svd(balance)[2][np.linalg.matrix_rank(balance) :].T @ rng.normal(
        0, 100, streams - np.linalg.matrix_rank(balance)
    )
    read = np.sort(rng.permutation(streams)[: streams - unread])
    stream = np.concatenate([read, rng.choice(read, twice, replace=False)]).astype(np.int64)
    sd = np.exp(rng.normal(0, 0.5, len(stream)))
    pairs = tuple((int(2 * k), int(2 * k + 1), float(rng.uniform(-0.6, 0.6))) for k in range(correlated))
    cov = np.diag(sd**2)
    for i, j, r in pairs:
        cov[i, j] = cov[j, i] = r * sd[i] * sd[j]
    reading = truth[stream] + np.linalg.cholesky(cov) @ rng.standard_normal(len(stream))
    system = System(csr_matrix(balance), np.zeros(nodes), stream, reading, sd**2, correlation=pairs)
    return system, truth[stream]
