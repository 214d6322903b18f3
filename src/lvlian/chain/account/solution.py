"""What a reconciliation gives: values, spreads, classes and tests, and the covariance of whatever is computed from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lvlian.chain.account.system import Floats, Ints, System

CLASSES = ("redundant", "nonredundant", "exact", "observable", "unobservable")
CLASS_ZH = {
    "redundant": "可查",
    "nonredundant": "不可查",
    "exact": "定值",
    "observable": "可推得",
    "unobservable": "推不得",
}


@dataclass(frozen=True)
class Solution:
    """`value`, `sd`: (m,), NaN where a stream cannot be found. `kind`: (m,) index into CLASSES. `z`: (r,) per reading: its residual
    y − x in standard deviations of that residual (for uncorrelated readings the same as its distance from what all other readings
    imply, in standard deviations of that distance); NaN where nothing checks it. `chi2` on `dof` independent balances among the
    readings, `limit_95` its 95 % point (NaN for dof 0). `spread(W)`: covariance k × k of the k linear combinations W (k × m sparse
    or dense) of streams, NaN rows where one touches an unobservable stream. `rounds` of linearisation. `at_bound`: streams held at
    their lower bound. `exact_sd`: False where spreads are estimated by probing (says so in reports). `pull`: exact streams, and
    how half of chi2 changes with each. Asked for values only, `sd` and `z` are NaN."""

    system: System
    value: Floats
    sd: Floats
    kind: Any
    z: Floats
    chi2: float
    dof: int
    limit_95: float
    spread: Callable[[Any], Floats]
    rounds: int = 1
    at_bound: tuple[int, ...] = ()
    exact_sd: bool = True
    pull: tuple[Ints, Floats] = field(default_factory=lambda: (np.zeros(0, np.int64), np.zeros(0)))

    def classes(self) -> list[str]:
        return [CLASSES[k] for k in self.kind.tolist()]

    def balanced(self) -> float:
        """The largest imbalance left, relative to what flows through its balance by the readings or the result."""
        value = np.nan_to_num(self.value)
        size = np.abs(value)
        np.maximum.at(size, self.system.stream, np.abs(self.system.reading))
        through = np.maximum(abs(self.system.balance) @ size + np.abs(self.system.constant), 1e-300)
        known = abs(self.system.balance) @ np.isnan(self.value).astype(float) == 0
        gap = np.abs(self.system.balance @ value + self.system.constant) / through
        return float(np.max(gap[known], initial=0.0))
