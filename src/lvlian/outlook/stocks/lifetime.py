"""How long a product stays in use: the share of a cohort that is still there at each age."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lvlian.outlook.case import CaseError

Floats = NDArray[np.float64]
LAWS = ("normal", "lognormal", "weibull", "fixed")
Law = Literal["normal", "lognormal", "weibull", "fixed"]


@dataclass(frozen=True, eq=False)
class Lifetime:
    """`mean` and `sd` in periods (years or quarters), arrays of the shape of one period's products, or figures; with `by_cohort` their
    first axis is the period of entry. What enters in a period enters in its middle. A normal law is not cut at zero: what lies below leaves at
    once. Raises CaseError for an unknown law, a mean that is not above 0 or a negative sd."""

    law: Law
    mean: Floats
    sd: Floats
    by_cohort: bool = False

    def __init__(self, law: str, mean: ArrayLike, sd: ArrayLike = 0.0, by_cohort: bool = False) -> None:
        if law not in LAWS:
            raise CaseError(f"lifetime, field law: found {law!r}, expected one of {', '.join(LAWS)}")
        means, sds = np.asarray(mean, float), np.asarray(sd, float)
        if not np.all(np.isfinite(means)) or np.any(means <= 0):
            raise CaseError(f"lifetime, field mean: found {float(np.min(means)):g}, expected figures above 0")
        if not np.all(np.isfinite(sds)) or np.any(sds < 0) or (law != "fixed" and np.any(sds == 0)):
            raise CaseError(f"lifetime, field sd: found {float(np.min(sds)):g}, expected figures above 0 for {law}")
        if by_cohort and means.ndim == 0 and sds.ndim == 0:
            raise CaseError(
                "lifetime, field by_cohort: found one figure for all cohorts, expected a first axis of cohorts"
            )
        object.__setattr__(self, "law", law)
        object.__setattr__(self, "mean", means)
        object.__setattr__(self, "sd", sds)
        object.__setattr__(self, "by_cohort", by_cohort)

    def survival(self, count: int) -> Floats:
        """(count, …) share in use at the end of the periods 0, 1, … after entry. Raises CaseError for a lifetime by cohort."""
        if self.by_cohort:
            raise CaseError("lifetime: found one by cohort, expected one for all cohorts")
        shape = np.broadcast_shapes(self.mean.shape, self.sd.shape)
        age = np.arange(count, dtype=np.float64).reshape(-1, *(1,) * len(shape)) + 0.5
        return survival(self.law, age, self.mean, self.sd)

    def of_cohort(self, cohort: int, count: int) -> Floats:
        """(count, …) the same for one cohort of a lifetime by cohort."""
        mean = self.mean[cohort] if self.mean.ndim else self.mean
        sd = self.sd[cohort] if self.sd.ndim else self.sd
        return Lifetime(self.law, mean, sd).survival(count)


def survival(law: str, age: NDArray[Any], mean: Floats, sd: Floats) -> Floats:
    """The share of a law that lies above `age`. Lognormal and Weibull laws are those with this mean and sd."""
    from scipy.special import ndtr

    if law == "fixed":
        return np.where(age < mean + 0.0 * sd, 1.0, 0.0)
    if law == "normal":
        return np.asarray(ndtr((mean - age) / sd), float)
    if law == "lognormal":
        spread = np.sqrt(np.log1p((sd / mean) ** 2))
        return np.asarray(ndtr((np.log(mean) - spread**2 / 2 - np.log(age)) / spread), float)
    shape, scale = weibull_of(mean, sd)
    return np.asarray(np.exp(-((age / scale) ** shape)))


def weibull_of(mean: ArrayLike, sd: ArrayLike) -> tuple[Floats, Floats]:
    """Shape and scale of the Weibull law with a mean and sd: Newton on ln Γ(1 + 2/k) − 2 ln Γ(1 + 1/k) = ln(1 + cv²)."""
    from scipy.special import gammaln, psi

    centre = np.asarray(mean, float)
    wanted = np.log1p((np.asarray(sd, float) / centre) ** 2)
    inverse = np.clip(np.sqrt(np.expm1(wanted)) ** 1.086, 1e-4, 20.0)  # Justus et al. 1978
    for _ in range(60):
        error = gammaln(1 + 2 * inverse) - 2 * gammaln(1 + inverse) - wanted
        slope = 2 * psi(1 + 2 * inverse) - 2 * psi(1 + inverse)
        step = error / slope
        inverse = np.clip(inverse - step, inverse / 4, inverse * 4)
        if np.all(np.abs(step) <= 1e-14 * inverse):
            break
    return 1 / inverse, centre / np.exp(gammaln(1 + inverse))
