"""How well wrong readings are found: in networks of a country's size, in published networks and in a region, and in what time."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from benchmarks.figure import Figure, Scale, repeat, scale_asked

PART = "gross errors"
SHARE, LEAST, MOST = 0.002, 10.0, 50.0
"""Of a network's readings so many are wrong, by so many of their standard deviations."""


def main(scale: Scale) -> None:
    from lvlian.chain.account.suspects import screen

    screen(supply_chain(3_000, 1)[0])  # loops are compiled
    country(scale.pick(10_000, 1_200), range(1, scale.pick(11, 3)), None)
    country(scale.pick(100_000, 3_000), range(1, scale.pick(4, 2)), 2.0)
    sound(scale.pick(10_000, 1_200), scale.pick(40, 2))
    region(scale.pick(30, 2))
    published(scale.pick(2_000, 20))


def tell(
    what: str, value: float, unit: str = "", bound: float | None = None, least: bool = False, note: str = ""
) -> None:
    Figure(part=PART, what=what, value=value, unit=unit, bound=bound, least=least, note=note).tell()


def country(readings: int, seeds: range, bound: float | None) -> None:
    """Precision, recall and time over networks of one size."""
    from lvlian.chain.account.suspects import screen

    rows = []
    for seed in seeds:
        system, wrong, truth = supply_chain(readings, seed)
        begun = time.perf_counter()
        got = screen(system)
        spent = time.perf_counter() - begun
        right = len(set(got.out) & wrong)
        inside = sum(bool(set(s.readings) & wrong) for s in got.sets)
        rows.append(
            (
                right / max(len(got.out), 1),
                right / len(wrong),
                ceiling(system, truth, wrong, got),
                spent,
                len(got.sets),
                inside,
            )
        )
    table = np.array(rows)
    mean, worst = table.mean(axis=0), table.min(axis=0)
    name = f"{readings:,} readings, 0.2 % wrong by 10–50 sd"
    runs = f"{len(table)} networks"
    asked = bound is not None
    tell(f"precision, {name}", float(mean[0]), bound=0.85 if asked else None, least=True,
         note=f"worst {worst[0]:.2f} of {runs}; each |z| > 1.96 once: 0.03, worst of each neighbourhood in batches: 0.78")  # fmt: skip
    tell(f"recall, {name}", float(mean[1]), bound=0.74 if asked else None, least=True,
         note=f"worst {worst[1]:.2f}; with an expected distance beyond the family limit: {mean[2]:.2f}; batches: 0.70")  # fmt: skip
    tell(
        f"all of it, {name}",
        float(np.median(table[:, 3])),
        "s",
        bound,
        note=f"longest {table[:, 3].max():.2f} s; batches: 2.3 s",
    )
    tell(
        f"sets that cannot be told apart, {name}",
        float(mean[4]),
        note=f"with a wrong reading among them: {mean[5]:.1f}",
    )


def sound(readings: int, networks: int) -> None:
    """How often something is called wrong where nothing is."""
    from lvlian.chain.account.suspects import screen

    alarms = sum(bool(screen(supply_chain(readings, seed, 0.0)[0]).out) for seed in range(100, 100 + networks))
    tell(
        f"sound networks of {readings:,} readings in which something is called wrong",
        alarms / networks,
        note=f"{networks} networks, 0.05 allowed",
    )


def region(runs: int) -> None:
    """Time for a region's month, with several errors."""
    from lvlian.chain.account.suspects import screen

    for readings in (60, 150, 400):
        system, _, _ = supply_chain(readings, 1, 0.0)
        rng = np.random.default_rng(3)
        reading = system.reading.copy()
        reading[rng.choice(readings, 4, replace=False)] += 25 * np.sqrt(system.variance.max())
        system = replace(system, reading=reading)
        times = repeat(partial(screen, system), runs)
        tell(f"{readings} readings, 4 wrong: tests, removals, sets, robust estimate", times.median * 1000, "ms",
             15.0 if readings <= 150 else None, note=times.note())  # fmt: skip


def published(draws: int) -> None:
    """Errors drawn on two published networks: alarms without any, one found or in its set, three named."""
    from tests.chain.account.readings import p10, p14

    from lvlian.chain.account.reconcile import reconcile
    from lvlian.chain.account.serial import search
    from lvlian.chain.account.sets import sets_of
    from lvlian.chain.account.testing import evidence_of, family_limit

    for name, make in (("P10, 13 readings", p10), ("P14, 24 readings", p14)):
        evidence = evidence_of(reconcile(make()))
        information = evidence.state().information
        n = len(information)
        rng = np.random.default_rng(7)

        def drawn(errors: Any, evidence: Any = evidence) -> Any:
            score = evidence.weight @ errors
            return replace(evidence, score=score, chi2=float(errors @ score))

        alarms = sum(bool(search(drawn(rng.standard_normal(n)))) for _ in range(draws))
        tell(
            f"{name}: sound months in which something is called wrong",
            alarms / draws,
            note=f"{draws:,} draws, 0.05 allowed",
        )
        alone = told = 0
        for _ in range(draws):
            i = int(rng.integers(n))
            errors = rng.standard_normal(n)
            errors[i] += rng.choice([-1, 1]) * (family_limit(n) + 3) / np.sqrt(information[i])
            case = drawn(errors)
            out = search(case)
            sets, _ = sets_of(case, out, np.zeros(n), np.ones(n))
            inside = any(i in s.readings for s in sets)
            told += inside or i in out
            alone += i in out and not inside
        tell(
            f"{name}: one detectable error named",
            told / draws,
            bound=0.95,
            least=True,
            note=f"by itself {alone / draws:.2f}, else in a set",
        )


def ceiling(system: Any, truth: Any, wrong: set[int], got: Any) -> float:
    """The share of wrong readings whose expected distance is beyond the limit of the family."""
    from lvlian.chain.account.factor import open_fit

    power = open_fit(system).power
    at = np.array(sorted(wrong), np.int64)
    return float((np.abs(system.reading - truth)[at] * np.sqrt(power[at]) > got.limit).mean())


def supply_chain(readings: int, seed: int, share: float = SHARE) -> tuple[Any, set[int], Any]:
    """A network of processes in order, 1 % of the links long, one flow each over the boundary; its wrong readings and the truth."""
    from scipy.sparse import csr_matrix

    from lvlian.chain.account.system import System

    rng = np.random.default_rng(seed)
    n = readings // 3
    k = readings - n
    source = rng.integers(0, n, k)
    target = (source + rng.geometric(0.2, k)) % n
    far = rng.random(k) < 0.01
    target[far] = rng.integers(0, n, int(far.sum()))
    target = np.where(target == source, (target + 1) % n, target)
    inner = rng.lognormal(3.0, 1.0, k)
    net = np.bincount(target, inner, n) - np.bincount(source, inner, n)
    nodes = np.arange(n)
    rows = np.concatenate([target, source, nodes])
    cols = np.concatenate([np.arange(k), np.arange(k), k + nodes])
    data = np.concatenate([np.ones(k), -np.ones(k), np.where(net > 0, -1.0, 1.0)])
    truth = np.concatenate([inner, np.abs(net) + 1e-9])
    sd = 0.03 * truth + 0.05
    reading = truth + sd * rng.standard_normal(readings)
    count = max(1, int(share * readings)) if share else 0
    bad = rng.choice(readings, count, replace=False)
    reading[bad] += sd[bad] * rng.uniform(LEAST, MOST, count) * rng.choice([-1, 1], count)
    balance = csr_matrix((data, (rows, cols)), shape=(n, readings))
    return System(balance, np.zeros(n), np.arange(readings), reading, sd**2), set(bad.tolist()), truth


if __name__ == "__main__":
    main(scale_asked())
