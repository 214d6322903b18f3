"""What is drawn for a case: the delay of every project and factor that is still to come, every premise that varies, prices as paths.

Each has a stream of its own, named by its key, so that the draws of one do not depend on what else the case holds. What is drawn once
a year or once a quarter has a stream for each (`power.dry@2024`, `price.aluminium_ingot@2024-Q3`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from lvlian.outlook.case import Case, Factor, Premise, Project
from lvlian.outlook.risk.law import Law, gamma_of, law_of, log_spread
from lvlian.outlook.risk.price import PriceLaw, load_price_laws
from lvlian.outlook.risk.stream import Floats, RiskError, Streams

COMMON = "slip.common"
COMMON_SHARE = 0.2
"""Correlation of the delays of any two projects beyond the factors that they share (assumption; premise `slip.common`)."""
COMMON_KINDS = ("project", "factor")


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """How late one project or factor may still come: a gamma law in quarters, of mean shape × scale, and the chance that it never comes.
    `source` says where the figures are from, in Chinese and English."""

    shape: float
    scale: float
    never: float = 0.0
    source: tuple[str, str] = ("", "")

    @property
    def mean(self) -> float:
        """Quarters, of those that come."""
        return self.shape * self.scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """Something that varies. `parts` are the streams that it is drawn from: one, or one a year or a quarter with its place among the case's
    quarters in `spans` (first, last + 1). `law` for a premise, `path` for a price, `delay` for a project or factor."""

    key: str
    zh: str
    en: str
    group: str
    parts: tuple[str, ...]
    spans: tuple[tuple[int, int], ...] = ()
    law: Law | None = None
    path: PriceLaw | None = None
    delay: Delay | None = None
    value: float = 0.0


@dataclass(frozen=True, eq=False)
class Draws:
    """The draws first … first + count − 1. `delay` (n, J) and `factor_delay` (n, F) quarters, inf for never, in the order of the
    case; `values` premise key → (n,), or (n, Q) for what is drawn by year; `paths` premise key → (n, Q) factors on the price premise."""

    first: int
    count: int
    delay: Floats
    factor_delay: Floats
    values: Mapping[str, Floats] = field(default_factory=dict)
    paths: Mapping[str, Floats] = field(default_factory=dict)

    def part(self, begin: int, end: int) -> Draws:
        """Some of the draws, so that the arrays made from them stay in the cache."""
        return Draws(
            self.first + begin,
            end - begin,
            self.delay[begin:end],
            self.factor_delay[begin:end],
            {key: value[begin:end] for key, value in self.values.items()},
            {key: path[begin:end] for key, path in self.paths.items()},
        )


@dataclass(frozen=True, eq=False)
class Plan:
    """All inputs of a case, in a fixed order, and the rows that each has among the normal draws."""

    case: Case
    inputs: tuple[Input, ...]
    common: float
    rows: Mapping[str, slice]
    keys: tuple[str, ...]

    def scores(self, streams: Streams, first: int, count: int) -> Floats:
        """(K, n) standard normal draws of all parts; those of delays share a common cause."""
        z = streams.normals(self.keys, first, count)
        if self.common > 0 and COMMON in self.rows:
            shared = z[self.rows[COMMON]] * np.sqrt(self.common)
            own = np.sqrt(1.0 - self.common)
            for one in self.inputs:
                if one.delay is not None:
                    rows = self.rows[one.key]
                    z[rows] *= own
                    z[rows] += shared
        return z

    def draws(self, z: Floats, first: int = 0, fixed: Mapping[str, float] | None = None) -> Draws:
        """The draws at scores (K, n). `fixed` puts inputs at one value for all draws: quarters of delay, a premise's figure, a factor on a
        price. Raises RiskError for a key that does not vary."""
        held = dict(fixed or {})
        if unknown := set(held) - set(self.rows):
            raise RiskError(
                f"input {min(unknown)}: does not vary in {self.case.region}, expected one of {', '.join(sorted(self.rows)[:12])} …"
            )
        count, width = z.shape[1], self.case.count
        # Rows are drawn one by one and read by draw: the transposed view costs nothing here.
        late = np.zeros((len(self.case.projects), count))
        late_factor = np.zeros((len(self.case.factors), count))
        projects = {f"project.{one.id}.slip": row for row, one in enumerate(self.case.projects)}
        factors = {f"factor.{one.id}.slip": row for row, one in enumerate(self.case.factors)}
        values: dict[str, Floats] = {}
        paths: dict[str, Floats] = {}
        for one in self.inputs:
            rows, fix = self.rows[one.key], held.get(one.key)
            if one.key in projects or one.key in factors:
                target = late[projects[one.key]] if one.key in projects else late_factor[factors[one.key]]
                target[:] = _delays(one, z[rows][0]) if fix is None else fix
            elif one.path is not None:
                paths[one.key] = one.path.paths(z[rows]).T if fix is None else np.full((width, count), fix).T
            elif one.law is not None and one.spans:
                found = np.full((width, count), one.value if fix is None else fix)
                if fix is None:
                    for row, (begin, end) in zip(z[rows], one.spans, strict=True):
                        found[begin:end] = one.law.of(row)
                values[one.key] = found.T
            elif one.law is not None:
                values[one.key] = one.law.of(z[rows][0]) if fix is None else np.full(count, fix)
        return Draws(first, count, late.T, late_factor.T, values, paths)

    def direction(self, one: Input, year: int = 0) -> Floats:
        """(parts,) of length 1: the scores that move an input by one sd with the greatest likelihood; those of a path by its mean in a year."""
        parts = len(one.parts)
        if parts == 1:
            return np.ones(1)
        inside = np.array([not year or quarter.year == year for quarter in self.case.quarters])
        if not inside.any():
            inside[:] = True
        if one.path is not None:
            weights = np.log(one.path.paths(np.eye(parts)))[inside].mean(axis=0)
        else:
            weights = np.array([float(inside[begin:end].any()) for begin, end in one.spans])
        size = float(np.sqrt(weights @ weights))
        return weights / size if size > 0 else np.zeros(parts)

    def driver_scores(self, z: Floats, year: int = 0) -> Floats:
        """(I, n) one score an input: its own draw; for what is drawn by year that of the year (0: the mean of all); for a path the
        mean deviation over the quarters of the year. Monotone in what the input does, which is all that ranks and bins ask."""
        return np.stack([self.direction(one, year) @ z[self.rows[one.key]] for one in self.inputs])


def _delays(one: Input, z: Floats) -> Floats:
    if one.delay is not None:
        return gamma_of(z, one.delay.shape, one.delay.scale, one.delay.never)
    assert one.law is not None
    # The premise's own value already moves the pipeline: only what strays from it is drawn.
    return one.law.of(z) - one.value


def plan_draws(
    case: Case,
    delays: Mapping[str, Delay],
    *,
    laws: Mapping[str, PriceLaw] | None = None,
) -> Plan:
    """What varies in a case. `delays`: project or factor id as `project.<id>` or `factor.<id>` → its law (those that are done are left out);
    `laws`: price premise key → law of its path, before the shipped ones. Raises RiskError for a law that cannot be."""
    inputs: list[Input] = []
    premises = {one.key: one for one in case.premises}
    for project in case.projects:
        _add_delay(inputs, f"project.{project.id}", project, premises, delays)
    for factor in case.factors:
        _add_delay(inputs, f"factor.{factor.id}", factor, premises, delays)
    taken = {one.key for one in inputs}
    for premise in case.premises:
        if premise.key in taken or premise.key == COMMON:
            continue
        if premise.key.startswith("price."):
            if (path := _path(case, premise, laws or {})) is not None:
                inputs.append(path)
        elif (law := law_of(premise)) is not None:
            inputs.append(_varying(case, premise, law))
    common = case.figure(COMMON, COMMON_SHARE)
    if not 0 <= common < 1:
        raise RiskError(f"premise {COMMON}: found {common:g}, expected a correlation from 0 to below 1")
    if common > 0 and any(one.delay is not None for one in inputs):
        inputs.insert(
            0,
            Input(
                key=COMMON,
                zh="项目普遍晚（共同原因）",
                en="all projects late together",
                group="project",
                parts=(COMMON,),
            ),
        )
    rows: dict[str, slice] = {}
    keys: list[str] = []
    for one in inputs:
        rows[one.key] = slice(len(keys), len(keys) + len(one.parts))
        keys += one.parts
    return Plan(case, tuple(inputs), common, rows, tuple(keys))


def _add_delay(
    inputs: list[Input], name: str, one: Project | Factor, premises: Mapping[str, Premise], delays: Mapping[str, Delay]
) -> None:
    key = f"{name}.slip"
    premise = premises.get(key)
    title = one.name if isinstance(one, Project) else one.title
    group = "project" if isinstance(one, Project) else "factor"
    delay = delays.get(name)
    if delay is None:
        return
    if premise is not None and premise.spread > 0:
        inputs.append(
            Input(
                key=key,
                zh=premise.zh,
                en=premise.en,
                group=group,
                parts=(key,),
                law=law_of(premise),
                value=premise.value,
            )
        )
    elif delay.mean > 0 or delay.never > 0:
        inputs.append(Input(key=key, zh=title, en=title, group=group, parts=(key,), delay=delay))


def _path(case: Case, premise: Premise, laws: Mapping[str, PriceLaw]) -> Input | None:
    """A price as a path. A law fitted on a series comes before a spread, which is an assumption even where the price is not, unless a person
    stands for it; a price without a series is as persistent as aluminium's."""
    if premise.value <= 0:
        return None
    shipped, goods = load_price_laws()
    law = laws.get(premise.key) or shipped.get(goods.get(premise.key.removeprefix("price."), ""))
    own = law_of(replace(premise, law="lognormal"))
    if law is None and own is None:
        return None
    if own is not None and (law is None or (premise.ref.kind == "person" and premise.key not in laws)):
        law = (law or shipped["aluminium"]).with_spread(log_spread(premise.value, premise.spread))
    assert law is not None
    parts = tuple(f"{premise.key}@{quarter}" for quarter in case.quarters)
    return Input(
        key=premise.key, zh=premise.zh, en=premise.en, group="price", parts=parts, path=law, value=premise.value
    )


def _varying(case: Case, premise: Premise, law: Law) -> Input:
    if premise.key != "power.dry":
        return Input(
            key=premise.key, zh=premise.zh, en=premise.en, group=premise.group, parts=(premise.key,), law=law, value=premise.value
        )  # fmt: skip
    parts, spans = _by_year(case)
    return Input(
        key=premise.key, zh=premise.zh, en=premise.en, group=premise.group, law=law, value=premise.value,
        parts=tuple(f"{premise.key}@{part}" for part in parts), spans=spans,
    )  # fmt: skip


def _by_year(case: Case) -> tuple[Sequence[int], tuple[tuple[int, int], ...]]:
    years = [quarter.year for quarter in case.quarters]
    found = sorted(set(years))
    return found, tuple((years.index(year), len(years) - years[::-1].index(year)) for year in found)
