"""Price paths: the logarithm of a price strays from its premise and is drawn back to it, quarter by quarter.

x(t) = φ x(t−1) + σ ε(t), price(t) = premise × exp(x(t)), x(−1) = 0: the median of every quarter is the premise (first-order autoregression,
the discrete form of the Ornstein–Uhlenbeck process; Schwartz, "The stochastic behavior of commodity prices", J. Finance 52 (1997) 923–973).
φ and σ were fitted on real series and stand in prices.yaml with their source; `fit` does the same for a series of your own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from lvlian.outlook.risk.stream import Floats, RiskError

DATA = Path(__file__).parent / "prices.yaml"
FEWEST = 12
"""Quarters that a series must have at least before anything is fitted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceLaw:
    """`phi` what is left of a deviation after a quarter, `sigma` the sd of a quarter's surprise, both of the logarithm; `count` quarters
    fitted, `years` from–to, `level` the price that the series is drawn to, in its own unit."""

    series: str
    phi: float
    sigma: float
    level: float = 0.0
    count: int = 0
    years: tuple[int, int] = (0, 0)
    source: str = ""
    method: str = ""
    verified: bool = False

    @property
    def spread(self) -> float:
        """The sd of the logarithm in the long run."""
        return self.sigma / float(np.sqrt(1.0 - self.phi**2))

    @property
    def half_life(self) -> float:
        """Quarters until half of a deviation is gone."""
        return float(np.log(0.5) / np.log(self.phi)) if self.phi > 0 else 0.0

    def with_spread(self, spread: float) -> PriceLaw:
        """The same pull with another sd in the long run."""
        from dataclasses import replace

        return replace(self, years=(0, 0), source="", sigma=spread * float(np.sqrt(1.0 - self.phi**2)))

    def paths(self, z: Floats) -> Floats:
        """Factors on the premise (Q, n) from standard normal draws (Q, n)."""
        out = np.empty_like(z)
        strayed = np.zeros(z.shape[1])
        for quarter, surprise in enumerate(z):
            strayed = self.phi * strayed + self.sigma * surprise
            out[quarter] = strayed
        return np.exp(out, out=out)


def fit(prices: Sequence[float], *, series: str = "", first_year: int = 0, source: str = "") -> PriceLaw:
    """The law of a series of prices by quarter, oldest first: least squares of the log price on the one before, φ corrected for the bias of
    short series by (1 + 3φ)/n (Kendall, Biometrika 41 (1954) 403–404) and held in 0 … 0.99. Raises RiskError where the series is
    shorter than 12 quarters or has a price that is no figure above 0."""
    values = np.asarray(prices, float)
    if values.ndim != 1 or len(values) < FEWEST:
        raise RiskError(f"price series {series}: found {values.size} quarters, expected at least {FEWEST}")
    bad = np.flatnonzero(~(np.isfinite(values) & (values > 0)))
    if len(bad):
        raise RiskError(
            f"price series {series}, quarter {bad[0] + 1}: found {values[bad[0]]}, expected a figure above 0"
        )
    logs = np.log(values)
    before, after = logs[:-1], logs[1:]
    count = len(before)
    spread = float(((before - before.mean()) ** 2).sum())
    raw = float(((before - before.mean()) * (after - after.mean())).sum() / spread) if spread > 0 else 0.0
    phi = min(max(raw + (1 + 3 * raw) / count, 0.0), 0.99)
    left = after - after.mean() - phi * (before - before.mean())
    return PriceLaw(
        series=series,
        phi=phi,
        sigma=float(np.sqrt((left**2).sum() / max(count - 2, 1))),
        level=float(np.exp(logs.mean())),
        count=len(values),
        years=(first_year, first_year + (len(values) - 1) // 4) if first_year else (0, 0),
        source=source,
        method="AR(1) of the log of quarterly means, least squares, bias corrected",
    )


@lru_cache(maxsize=1)
def load_price_laws() -> tuple[Mapping[str, PriceLaw], Mapping[str, str]]:
    """The shipped laws by series, and good → series. Raises RiskError where prices.yaml is not as expected."""
    import yaml

    document: Any = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    laws = {}
    for name, row in document["series"].items():
        phi, sigma = float(row["phi"]), float(row["sigma"])
        if not 0 <= phi < 1 or sigma < 0:
            raise RiskError(
                f"prices.yaml, series {name}: found phi {phi:g}, sigma {sigma:g}, expected 0 ≤ phi < 1, sigma ≥ 0"
            )
        laws[name] = PriceLaw(
            series=name, phi=phi, sigma=sigma, level=float(row["level"]), count=int(row["quarters"]),
            years=(int(row["years"][0]), int(row["years"][1])), source=row["source"], method=row["method"], verified=bool(row["verified"]),
        )  # fmt: skip
    goods = {good: name for name, row in document["series"].items() for good in row["goods"]}
    return laws, goods
