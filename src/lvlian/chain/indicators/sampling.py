"""The spread of a ratio by sampling, to stand beside the linearised one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lvlian.chain.indicators.value import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """`sd` and the 80 % interval of `draws` ratios, in the indicator's unit; `agrees`: the linearised interval differs by less than
    5 % of its width at both ends."""

    sd: float
    low: float
    high: float
    draws: int
    agrees: bool


def sampled(value: Value, draws: int = 10_000, seed: int = 1) -> Sampled | None:
    """Draws numerator and denominator together from their joint normal distribution: both are linear in the streams, so this is the
    same as drawing all streams from the posterior. None where the value is no settled ratio."""
    if value.moments is None or value.value is None or value.interval80 is None:
        return None
    n, d, a, b, ab = value.moments
    noise = np.random.default_rng(seed).standard_normal((draws, 2))
    root_a = np.sqrt(a)
    share = ab / root_a if root_a > 0 else 0.0
    top = n + root_a * noise[:, 0]
    bottom = d + share * noise[:, 0] + np.sqrt(max(b - share**2, 0.0)) * noise[:, 1]
    ratio = value.scale * top[bottom > 0] / bottom[bottom > 0]
    low, high = (float(v) for v in np.quantile(ratio, [0.1, 0.9]))
    width = max(value.interval80[1] - value.interval80[0], 1e-300)
    apart = max(abs(low - value.interval80[0]), abs(high - value.interval80[1]))
    return Sampled(sd=float(ratio.std()), low=low, high=high, draws=draws, agrees=apart < 0.05 * width)
