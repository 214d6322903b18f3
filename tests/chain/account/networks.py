"""Networks for tests: small ones at random with figures that are exact in binary, large ones that balance."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from lvlian.chain.account.system import System

COEFFICIENTS = (-2.0, -1.0, -0.5, -0.25, 0.125, 0.5, 1.0, 1.5, 3.0)


def small(seed: int, general: bool, spread: float = 1.0) -> System:
    """Up to eight balances; unread, exact and twice-read streams, balances that follow from others, streams in no balance."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 9))
    m = int(rng.integers(n, 2 * n + 4))
    a = np.zeros((n, m))
    for k in range(m):
        if general:
            for _ in range(rng.integers(1, 4)):
                a[rng.integers(0, n), k] = rng.choice(COEFFICIENTS)
        else:
            one, two = rng.integers(0, n + 1, 2)
            if one < n:
                a[one, k] += 1
            if two < n:
                a[two, k] -= 1
    truth = np.ceil(rng.lognormal(2, spread, m) * 64) / 64
    constant = -(a @ truth)
    if rng.random() < 0.3:
        a, constant = np.vstack([a, a[0]]), np.append(constant, constant[0])
    read = rng.random(m) > rng.choice([0.0, 0.3, 0.6])
    stream = np.flatnonzero(read)
    sd = truth[stream] * rng.choice([0.0125, 0.05, 0.2], len(stream))
    exact = rng.random(len(stream)) < rng.choice([0.0, 0.0, 0.15])
    reading = np.where(exact, truth[stream], truth[stream] + sd * rng.standard_normal(len(stream)))
    variance = np.where(exact, 0.0, sd**2)
    if rng.random() < 0.3 and len(stream):
        again = rng.choice(stream, 2)
        stream = np.concatenate([stream, again])
        reading = np.concatenate([reading, truth[again] * 1.03125])
        variance = np.concatenate([variance, (truth[again] * 0.0625) ** 2])
    return System(csr_matrix(a), constant, stream, reading, variance)


def large(
    m: int, seed: int = 0, unread: float = 0.0, random: bool = False, outside: float = 1.0
) -> tuple[System, np.ndarray]:
    """A network of m streams, a third as many nodes, links mostly short (`random`: anywhere), a part `outside` of the nodes with a flow over
    the boundary, and its true flows."""
    rng = np.random.default_rng(seed)
    n = m // 3
    k = m - n
    tail = rng.integers(0, n, k)
    head = rng.integers(0, n, k) if random else (tail + rng.geometric(0.2, k)) % n
    if not random:
        far = rng.random(k) < 0.01
        head[far] = rng.integers(0, n, far.sum())
    head = np.where(head == tail, (head + 1) % n, head)
    flow = rng.lognormal(3, 1, k)
    net = np.bincount(head, flow, n) - np.bincount(tail, flow, n)
    nodes = np.arange(n)
    rows = np.concatenate([head, tail, nodes])
    cols = np.concatenate([np.arange(k), np.arange(k), k + nodes])
    data = np.concatenate([np.ones(k), -np.ones(k), np.where(net > 0, -1.0, 1.0)])
    a = csr_matrix((data, (rows, cols)), shape=(n, m))
    truth = np.concatenate([flow, np.abs(net)])
    constant = np.zeros(n)
    if outside < 1:
        keep = np.ones(m, bool)
        keep[k:] = rng.random(n) < outside
        constant = np.asarray(a[:, ~keep] @ truth[~keep])
        a, truth = a[:, keep], truth[keep]
    sd = 0.03 * truth + 0.05
    reading = truth + sd * rng.standard_normal(len(truth))
    stream = np.flatnonzero(rng.random(len(truth)) >= unread)
    return System(a, constant, stream, reading[stream], sd[stream] ** 2), truth
