"""Stocks in use and what leaves them, from what enters or for a stock that is wanted, without a cube of cohorts.

A lifetime that is the same for all cohorts makes the stock a convolution of what enters with the share that survives: by a loop over periods where
that is short, else by FFT. Where lifetimes change by cohort the loop goes over cohorts and holds one at a time. Memory is that of a
few arrays of the inflow's size in every case.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lvlian.outlook.case import CaseError
from lvlian.outlook.stocks.lifetime import Lifetime

Floats = NDArray[np.float64]
FFT_FROM = 64
"""Periods from which FFT is faster than the loop."""
COLUMNS = 512
"""Series that are transformed at once, so that memory stays small."""


@dataclass(frozen=True, eq=False)
class InUse:
    """(T, …) each: what entered in each period, the stock at its end, what left in it. inflow − outflow is the stock's change."""

    inflow: Floats
    stock: Floats
    outflow: Floats


def in_use(inflow: ArrayLike, lifetime: Lifetime, *, by: Literal["loop", "fft"] | None = None) -> InUse:
    """The stock that inflows (T, …) build up from nothing, and what leaves it. `by` None chooses by size. Stock and outflow by FFT
    are right to about 1e-14 of the largest stock of their series. Raises CaseError where shapes do not fit or a figure is not finite."""
    entered = _checked(inflow, "inflow")
    if lifetime.by_cohort:
        stock = _by_cohort(entered, lifetime)
    else:
        share = _share(entered, lifetime)
        way = by or ("fft" if len(entered) >= FFT_FROM else "loop")
        stock = _fft(entered, share) if way == "fft" else _loop(entered, share)
    return InUse(entered, stock, _outflow(entered, stock))


def inflow_for(stock: ArrayLike, lifetime: Lifetime) -> InUse:
    """What has to enter so that the stock at the end of each period is `stock` (T, …); negative where it shrinks faster than things
    wear out. Raises CaseError where nothing survives the period in which it enters."""
    level = _checked(stock, "stock")
    periods = len(level)
    entered = np.zeros_like(level)
    if lifetime.by_cohort:
        rest = level.copy()
        for period in range(periods):
            share = _fitting(lifetime.of_cohort(period, periods - period), level)
            entered[period] = rest[period] / _first(share)
            rest[period:] -= entered[period] * share
        return InUse(entered, level, _outflow(entered, level))
    share = _share(level, lifetime)
    first = _first(share)
    flat, wide = entered.reshape(periods, -1), share.reshape(periods, -1)
    want, top = level.reshape(periods, -1), np.broadcast_to(first, level.shape[1:]).reshape(-1)
    for period in range(periods):
        kept = np.einsum("cp,cp->p", flat[:period], wide[period:0:-1]) if period else 0.0
        flat[period] = (want[period] - kept) / top
    return InUse(entered, level, _outflow(entered, level))


def _checked(values: ArrayLike, name: str) -> Floats:
    found = np.asarray(values, float)
    if found.ndim == 0 or not len(found):
        raise CaseError(f"stocks, field {name}: found an array of {found.shape}, expected (periods, …)")
    if not np.all(np.isfinite(found)):
        raise CaseError(f"stocks, field {name}: found a figure that is not finite, expected tonnes")
    return found


def _share(inflow: Floats, lifetime: Lifetime) -> Floats:
    return np.ascontiguousarray(_fitting(lifetime.survival(len(inflow)), inflow))


def _fitting(share: Floats, inflow: Floats) -> Floats:
    """The survival of each series. Raises CaseError where the lifetimes are of another shape."""
    if share.ndim == 1:
        share = share.reshape(-1, *(1,) * (inflow.ndim - 1))
    try:
        return np.broadcast_to(share, (len(share), *inflow.shape[1:]))
    except ValueError:
        raise CaseError(
            f"stocks, field lifetime: found figures of shape {share.shape[1:]}, expected {inflow.shape[1:]} as of the flows"
        ) from None


def _first(share: Floats) -> Floats:
    if np.any(share[0] <= 0):
        raise CaseError(
            "stocks, field lifetime: found one below half a period, expected that a part survives the period of entry"
        )
    return np.asarray(share[0])


def _outflow(inflow: Floats, stock: Floats) -> Floats:
    out = inflow.copy()
    out -= stock
    out[1:] += stock[:-1]
    return out


def _loop(inflow: Floats, share: Floats) -> Floats:
    periods = len(inflow)
    flat, wide = inflow.reshape(periods, -1), share.reshape(periods, -1)
    stock = np.empty_like(flat)
    for period in range(periods):
        stock[period] = np.einsum("cp,cp->p", flat[: period + 1], wide[period::-1])
    return stock.reshape(inflow.shape)


def _fft(inflow: Floats, share: Floats) -> Floats:
    """A convolution along the first axis, some series at a time."""
    periods = len(inflow)
    flat, wide = inflow.reshape(periods, -1), share.reshape(periods, -1)
    length = _fast(2 * periods)
    stock = np.empty_like(flat)
    for first in range(0, flat.shape[1], COLUMNS):
        part = slice(first, first + COLUMNS)
        spectrum = np.fft.rfft(flat[:, part], length, axis=0)
        spectrum *= np.fft.rfft(wide[:, part], length, axis=0)
        stock[:, part] = np.fft.irfft(spectrum, length, axis=0)[:periods]
    return stock.reshape(inflow.shape)


def _fast(least: int) -> int:
    """The next length whose only factors are 2, 3 and 5."""
    here = least
    while True:
        rest = here
        for factor in (2, 3, 5):
            while rest % factor == 0:
                rest //= factor
        if rest == 1:
            return here
        here += 1


def _by_cohort(inflow: Floats, lifetime: Lifetime) -> Floats:
    periods = len(inflow)
    for name, values in (("mean", lifetime.mean), ("sd", lifetime.sd)):
        if values.ndim and len(values) < periods:
            raise CaseError(f"lifetime, field {name}: found {len(values)} cohorts, expected {periods}")
    stock = np.zeros_like(inflow)
    for period in range(periods):
        stock[period:] += inflow[period] * _fitting(lifetime.of_cohort(period, periods - period), inflow)
    return stock
