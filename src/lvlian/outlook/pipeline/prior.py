"""How late things come: gamma laws of slip with a chance of never, what is known of them beforehand and what records make of it.

A prior is worth `strength` records. The update is that of the gamma family's own conjugate prior (Damsleth 1975, Scandinavian Journal of
Statistics 2): the means of slip and of its logarithm are averaged by weight and the law that has them is taken; the chance of never is
that of a beta prior. Without records it is the prior, with many it is the law of greatest likelihood for them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from lvlian.outlook.case import STAGES, Factor, Project

THERE = "there"
"""The one stage of a factor."""
LEAST = 0.02
"""Quarters (two days) as which a slip of none is read where its logarithm is asked for; what came early counts as none."""
RUNNING = STAGES.index("running")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """Slip in reaching one stage: gamma of mean `shape` × `scale` quarters, `never` the chance that it is not reached. `strength` records
    that it is worth, `observed` how many were added; `first` the law before them."""

    shape: float
    scale: float
    never: float = 0.0
    strength: float = 5.0
    observed: int = 0
    source: tuple[str, str] = ("", "")
    verified: bool = False
    first: tuple[float, float, float] | None = None

    @property
    def mean(self) -> float:
        return self.shape * self.scale

    @property
    def variance(self) -> float:
        return self.shape * self.scale**2

    @property
    def said(self) -> tuple[str, str]:
        """Prior, number of records and what they made of it, in Chinese and English."""
        if self.first is None:
            return (
                f"先验：平均晚 {self.mean:.2g} 季，落空 {self.never:.0%}，无历史记录",
                f"prior: {self.mean:.2g} quarters late on average, never {self.never:.0%}, no records",
            )
        shape, scale, never = self.first
        return (
            f"先验平均晚 {shape * scale:.2g} 季（折合 {self.strength:g} 例），历史 {self.observed} 例，合并后平均晚 {self.mean:.2g} 季，落空 {never:.0%} 改为 {self.never:.0%}",
            f"prior {shape * scale:.2g} quarters (worth {self.strength:g} records), {self.observed} records, together {self.mean:.2g} quarters; never {never:.0%}, now {self.never:.0%}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """The law of what may still come: for a project up to its first output, for a factor up to its day. Added to the day as it is told now
    (today, for what should have come already). Gamma with the mean and variance of the stages together; `never` in all."""

    shape: float
    scale: float
    never: float = 0.0
    source: tuple[str, str] = ("", "")
    verified: bool = False

    @property
    def mean(self) -> float:
        """Quarters, of those that come."""
        return self.shape * self.scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Priors:
    """`laws` (kind, stage) → prior; kinds of factors stand as `factor.<kind>` with the stage `there`."""

    laws: Mapping[tuple[str, str], Prior] = field(default_factory=dict)
    grace: float = 1.0

    def law(self, kind: str, stage: str) -> Prior | None:
        """Of a kind, else the default's."""
        fallback = "factor.default" if kind.startswith("factor.") else "default"
        return self.laws.get((kind, stage)) or self.laws.get((fallback, stage))


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What happened to a project or factor that is over: `slip` quarters in reaching `stage` beyond the slip that it had before, inf where
    it was given up."""

    kind: str
    stage: str
    slip: float
    what: str = ""


def records_of(projects: Iterable[Project], factors: Iterable[Factor] = ()) -> tuple[Record, ...]:
    """The records in steps and factors that tell both a promised and a done day."""
    from lvlian.outlook.pipeline.load_tables import DAYS_A_QUARTER

    out = []
    for project in projects:
        before = 0.0
        for stage in STAGES[1 : RUNNING + 1]:
            step = project.step(stage)
            if step is None or step.promised is None or step.done is None:
                continue
            slip = (step.done - step.promised).days / DAYS_A_QUARTER
            out.append(Record(kind=project.kind, stage=stage, slip=slip - max(before, 0.0), what=project.id))
            before = slip
    for factor in factors:
        if factor.promised is not None and factor.done is not None:
            slip = (factor.done - factor.promised).days / DAYS_A_QUARTER
            out.append(Record(kind=f"factor.{factor.kind}", stage=THERE, slip=slip, what=factor.id))
    return tuple(out)


def update(priors: Priors, history: Sequence[Record]) -> Priors:
    """The laws after the records of `history`, each law by the records of its own kind and stage."""
    groups: dict[tuple[str, str], list[float]] = {}
    for one in history:
        groups.setdefault((one.kind, one.stage), []).append(one.slip)
    laws = dict(priors.laws)
    for (kind, stage), slips in groups.items():
        prior = priors.law(kind, stage)
        if prior is not None:
            laws[kind, stage] = posterior(prior, slips)
    return replace(priors, laws=laws)


def posterior(prior: Prior, slips: Sequence[float]) -> Prior:
    """The law of one stage after records of its slips (quarters; inf: never)."""
    if not slips:
        return prior
    from scipy.special import digamma

    came = [max(slip, 0.0) for slip in slips if math.isfinite(slip)]
    worth = prior.strength
    never = (worth * prior.never + len(slips) - len(came)) / (worth + len(slips)) if worth + len(slips) else prior.never
    shape, scale = prior.shape, prior.scale
    if came:
        known = prior.mean > 0
        weight = worth if known else 0.0
        total = weight + len(came)
        mean = max((weight * prior.mean + math.fsum(came)) / total, LEAST)
        logs = (weight * (float(digamma(shape)) + math.log(scale)) if weight else 0.0) + math.fsum(
            math.log(max(slip, LEAST)) for slip in came
        )
        shape = _shape(math.log(mean) - logs / total)
        scale = mean / shape
    return replace(
        prior, shape=shape, scale=scale, never=never, observed=prior.observed + len(slips), strength=worth,
        first=prior.first or (prior.shape, prior.scale, prior.never),
    )  # fmt: skip


def _shape(gap: float) -> float:
    """The shape k of a gamma law with ln(mean) − mean(ln) = ln k − ψ(k) = `gap`; Newton from Minka's start."""
    from scipy.special import digamma, polygamma

    if gap < 1e-9:
        return 100.0  # all records alike: no law is narrower than this
    shape = (3 - gap + math.sqrt((gap - 3) ** 2 + 24 * gap)) / (12 * gap)
    for _ in range(30):
        error = math.log(shape) - float(digamma(shape)) - gap
        slope = 1 / shape - float(polygamma(1, shape))
        step = error / slope
        shape = max(shape - step, shape / 4)
        if abs(step) < 1e-12 * shape:
            break
    return min(max(shape, 0.05), 100.0)


def remaining(law: Prior, elapsed: float) -> tuple[float, float, float]:
    """Mean and variance (quarters) of what is still to come when `elapsed` quarters of slip have passed without it, and the chance of never
    in the light of that."""
    if elapsed <= 0 or law.scale <= 0:
        return law.mean, law.variance, law.never
    from scipy.special import gammaincc

    at = elapsed / law.scale
    left = float(gammaincc(law.shape, at))
    if left < 1e-12:  # so far out that only the tail's rate counts
        mean, variance, left = law.scale, law.scale**2, 0.0
    else:
        first = law.mean * float(gammaincc(law.shape + 1, at)) / left
        second = law.shape * (law.shape + 1) * law.scale**2 * float(gammaincc(law.shape + 2, at)) / left
        mean, variance = first - elapsed, max(second - first**2, 0.0)
    still = law.never + (1 - law.never) * left
    # Beyond what was ever seen nothing is known of never: it is not called certain.
    return mean, variance, min(law.never / still, 0.9) if still else law.never


def together(
    parts: Sequence[tuple[float, float, float]], source: tuple[str, str] = ("", ""), verified: bool = False
) -> Slip:
    """One gamma law with the mean and variance of independent parts (mean, variance, never)."""
    mean = math.fsum(part[0] for part in parts)
    variance = math.fsum(part[1] for part in parts)
    never = 1 - math.prod(1 - part[2] for part in parts)
    if mean <= 0 or variance <= 0:
        return Slip(shape=1.0, scale=max(mean, 0.0), never=never, source=source, verified=verified)
    return Slip(shape=mean**2 / variance, scale=variance / mean, never=never, source=source, verified=verified)
