"""What a reconciliation gives: values, spreads, classes and tests, and the covariance of whatever is computed from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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
    """`value`, `sd`: (m,), NaN where a stream cannot be found. `kind`: (m,) index into CLASSES. `z`: (r,) per reading: its distance
    from what all other readings imply, in standard deviations of that distance; NaN where nothing checks it. `chi2` on `dof`
    independent balances among the readings, `limit_95` its 95 % point (NaN for dof 0). `spread(W)`: covariance k × k of the k linear
    combinations W (k × m sparse or dense) of streams, NaN rows where one touches an unobservable stream. `rounds` of linearisation.
    `at_bound`: streams held at their lower bound. `exact_sd`: False where spreads are estimated by probing (says so in reports)."""

    system: System
    value: Floats
    sd: Floats
    kind: Ints
    z: Floats
    chi2: float
    dof: int
    limit_95: float
    spread: Callable[[Any], Floats]
    rounds: int = 1
    at_bound: tuple[int, ...] = ()
    exact_sd: bool = True

    def classes(self) -> list[str]:
        return [CLASSES[int(k)] for k in self.kind]

    def balanced(self) -> float:
        """The largest imbalance left, relative to the flow through its balance."""
        value = np.nan_to_num(self.value)
        through = np.maximum(abs(self.system.balance) @ np.abs(value), 1e-300)
        known = abs(self.system.balance) @ np.isnan(self.value).astype(float) == 0
        gap = np.abs(self.system.balance @ value + self.system.constant) / through
        return float(np.max(gap[known], initial=0.0))
