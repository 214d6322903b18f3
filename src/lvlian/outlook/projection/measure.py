"""Aims and indicators as figures of a run: numerator and denominator by quarter and draw, by calendar year and over four quarters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lvlian.chain.indicators.formula import Formula, FormulaBook, Term, Variant
from lvlian.chain.indicators.given import Facts, facts_of
from lvlian.chain.indicators.scene import Scene
from lvlian.chain.indicators.value import Missing
from lvlian.outlook.model import PER_YEAR
from lvlian.outlook.projection.chain import Chain
from lvlian.outlook.projection.form import Desk, Part, Side
from lvlian.outlook.projection.run import Run
from lvlian.outlook.projection.stage import GROUPS, Stage, group_en
from lvlian.outlook.projection.streams import Template, template_of

if TYPE_CHECKING:
    from lvlian.chain.library import Library

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Figures:
    """(D, Q) numerator and, of ratios, denominator in base units; `missing` says why there are none."""

    numerator: Floats | None
    denominator: Floats | None
    missing: tuple[Missing, ...] = ()
    assumptions: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        return self.numerator is not None


@dataclass(frozen=True)
class Measure:
    """One variant of an indicator over the streams of a run. `firms`: (firm, its sides) where an indicator looks at firms one by one
    (threshold, concentration). `scale` takes base units to the indicator's `unit`; `over` says how quarters become a year."""

    indicator: str
    variant: str
    kind: str
    over: str
    unit: str
    scale: float
    numerator: Side
    denominator: Side | None = None
    firms: tuple[tuple[str, tuple[Side, ...]], ...] = ()
    limit: float = 0.0
    below: bool = True
    share: bool = False
    top: int = 1
    zh: str = ""
    en: str = ""
    assumed: bool = False
    group: str = ""

    def figures(self, stage: Stage) -> Figures:
        """Numerator and denominator of every quarter and draw."""
        if self.group:
            return self._group(stage)
        if self.kind == "threshold":
            return self._threshold(stage)
        if self.kind == "concentration":
            return self._concentration(stage)
        over, missing = self.numerator.figures(stage)
        assumed = self.numerator.assumptions
        if self.denominator is None:
            return Figures(None if missing else over, None, missing, assumed)
        under, lost = self.denominator.figures(stage)
        missing = tuple(dict.fromkeys((*missing, *lost)))
        assumed = tuple(dict.fromkeys((*assumed, *self.denominator.assumptions)))
        if missing:
            return Figures(None, None, missing, assumed)
        if self.kind == "difference":
            return Figures(over - under, None, (), assumed)
        return Figures(over, under, (), assumed)

    def _group(self, stage: Stage) -> Figures:
        """Only what the projects of a list bring: their output value; of other indicators nothing is told."""
        streams = [stream for part in self.numerator.parts for stream in part.streams]
        facts = [fact for part in self.numerator.parts for fact in part.known]
        if not any(stream.startswith("value:") for stream in streams) and not set(facts) & set(GROUPS):
            gap = Missing(zh=f"{self.group}各自的数", en=f"figures of {group_en(self.group)} alone", ask=("项目台账",))
            return Figures(None, None, (gap,))
        value, missing = stage.group_value(self.group, whole=self.over == "last")
        return Figures(None if missing else value, None, missing)

    def _threshold(self, stage: Stage) -> Figures:
        inside, whole = np.zeros(stage.shape), np.zeros(stage.shape)
        missing: list[Missing] = []
        for _, (capacity, used, made) in self.firms:
            size, lost = capacity.figures(stage)
            top, less = used.figures(stage)
            bottom, least = made.figures(stage)
            missing.extend((*lost, *less, *least))
            intensity = np.divide(top, bottom, out=np.full(stage.shape, np.nan), where=bottom > 0)
            fits = intensity <= self.limit if self.below else intensity > self.limit
            inside, whole = inside + size * fits, whole + size
        if missing or not self.firms:
            return Figures(None, None, tuple(dict.fromkeys(missing)) or (_nobody(),))
        return Figures(inside, whole if self.share else None)

    def _concentration(self, stage: Stage) -> Figures:
        found = [sides[0].figures(stage) for _, sides in self.firms]
        missing = tuple(dict.fromkeys(m for _, lost in found for m in lost))
        if missing or not found:
            return Figures(None, None, missing or (_nobody(),))
        each = np.sort(np.stack([figures for figures, _ in found]), axis=0)
        return Figures(each[-self.top :].sum(axis=0), each.sum(axis=0))

    def level(self, figures: Figures, over: Sequence[int] | None = None) -> Floats | None:
        """The indicator's figure: (D, Q) by quarter, or (D,) over some quarters as the indicator adds them up."""
        if figures.numerator is None:
            return None
        if over is None:
            return np.asarray(ratio(figures.numerator, figures.denominator) * self.scale)
        at = list(over)
        if self.over == "last":
            at = at[-1:]
        top = figures.numerator[:, at]
        bottom = None if figures.denominator is None else figures.denominator[:, at]
        if self.over == "mean":
            return np.asarray(ratio(top, bottom).mean(axis=1) * self.scale)
        return np.asarray(ratio(top.sum(axis=1), None if bottom is None else bottom.sum(axis=1)) * self.scale)

    def rolled(self, figures: Figures) -> Floats | None:
        """(D, Q) over the four quarters that end with each; NaN for the first three where quarters add up."""
        if figures.numerator is None:
            return None
        if self.over == "last":
            return self.level(figures)
        draws, width = figures.numerator.shape
        out = np.full((draws, width), np.nan)
        for q in range(PER_YEAR - 1, width):
            found = self.level(figures, range(q - PER_YEAR + 1, q + 1))
            if found is not None:
                out[:, q] = found
        return out


def ratio(top: Floats, bottom: Floats | None) -> Floats:
    """top ÷ bottom, NaN where there is nothing to divide by; top alone where there is no bottom."""
    if bottom is None:
        return top
    return np.asarray(np.divide(top, bottom, out=np.full(np.shape(top), np.nan), where=bottom > 0))


def _nobody() -> Missing:
    return Missing(zh="区内没有这样的企业", en="no such firm in the region")


@dataclass(frozen=True)
class Bench:
    """The measures of one structure of a region: made once, good for every run over the same plants."""

    template: Template
    desk: Desk
    facts: Facts
    book: FormulaBook
    library: Library
    made: dict[tuple[str, str, str], Measure]

    def stage(self, run: Run, start: Floats | None = None, factor_days: Floats | None = None) -> Stage:
        """A run as measures see it."""
        return Stage(run, self.template, self.facts, start, factor_days, self.book.called)

    def measure(self, indicator: str, variant: str = "", firm: str = "") -> Measure:
        """The measure of an indicator; of its first variant that rests on no reference figures where none is named.
        Raises KeyError for an unknown indicator or variant."""
        formula = self.book[indicator]
        found = formula.variant(variant) if variant else _plain(formula)
        if found is None:
            raise KeyError(f"{indicator}.{variant}")
        key = (indicator, found.id, firm)
        held = self.made.get(key)
        if held is None:
            held = self.made[key] = self._make(formula, found, firm)
        return held

    def _make(self, formula: Formula, variant: Variant, firm: str) -> Measure:
        blank = Measure(
            indicator=formula.id,
            variant=variant.id,
            kind=formula.kind,
            over=formula.over,
            unit=formula.unit,
            scale=formula.scale,
            numerator=Side(()),
            zh=variant.zh,
            en=variant.en,
            assumed=variant.assumed,
        )
        if formula.kind == "growth":
            of, which = variant.of
            base = self.measure(of, which, firm)
            return replace(
                base,
                indicator=formula.id,
                variant=variant.id,
                kind="growth",
                zh=variant.zh,
                en=variant.en,
                assumed=variant.assumed,
                unit=formula.unit,
            )
        if formula.kind == "threshold":
            return self._firm_by_firm(blank, formula, variant, firm)
        over = self.desk.side(variant.numerator, formula.over, firm)
        if formula.kind == "concentration":
            firms = tuple(
                (one.id, (side,))
                for one in self.template.region.firms
                if (side := self.desk.side(_soft(variant.numerator), formula.over, one.id)).parts and _weighs(side)
            )
            return replace(blank, firms=firms, top=variant.top, numerator=over)
        under = self.desk.side(variant.denominator, formula.over, firm) if variant.denominator else None
        return replace(blank, numerator=over, denominator=under)

    def _firm_by_firm(self, blank: Measure, formula: Formula, variant: Variant, only: str) -> Measure:
        capacity = tuple(t for t in variant.numerator if t.source == "capacity")
        used = tuple(t for t in variant.numerator if t.source != "capacity")
        firms = []
        for firm in self.template.region.firms:
            size = self.desk.side(_soft(capacity), formula.over, firm.id)
            if _weighs(size) and only in ("", firm.id):
                sides = [self.desk.side(terms, formula.over, firm.id) for terms in (used, variant.denominator)]
                firms.append((firm.id, (size, *sides)))
        return replace(blank, firms=tuple(firms), limit=variant.limit, below=variant.side == "<=", share=variant.share)


def _plain(formula: Formula) -> Variant:
    return next((v for v in formula.variants if not v.assumed), formula.variants[0])


def _soft(terms: Sequence[Term]) -> tuple[Term, ...]:
    return tuple(replace(term, none="zero") for term in terms)


def _weighs(side: Side) -> bool:
    return any(part.streams or part.capacity or part.known or part.constant for part in side.parts)


_BENCHES: list[tuple[tuple[object, ...], tuple[object, ...], Bench]] = []
"""The last few structures: what must be the same object, what must be equal, the measures. A slider leaves the plants as they are."""
_KEPT = 8
_LOCK = Lock()


def bench_of(chain: Chain, library: Library) -> Bench:
    """The measures for a chain; kept while the case's plants, names and facts and the library are the same objects and recipes have the
    same goods. Safe in threads."""
    from lvlian.chain.indicators.load_formulas import load_formulas

    case = chain.model.case
    same = (case.plants, case.names, case.facts, library)
    alike = (case.first.year, chain.goods, (chain.coef != 0).tobytes())
    with _LOCK:
        for one, equal, held in _BENCHES:
            if all(a is b for a, b in zip(one, same, strict=True)) and equal == alike:
                return held
    template = template_of(chain, library)
    book = load_formulas()
    facts = facts_of(template.region)
    places: dict[tuple[str, str], tuple[int, ...]] = {}
    for column, plant in enumerate(case.plants):
        key = (plant.firm, plant.process)
        places[key] = (*places.get(key, ()), column)
    scene = Scene(flows=(template.flows,), over="sum", facts=facts, library=library, book=book)
    bench = Bench(
        template=template,
        desk=Desk(template=template, scene=scene, plants=places),
        facts=facts,
        book=book,
        library=library,
        made={},
    )
    with _LOCK:
        _BENCHES.append((same, alike, bench))
        del _BENCHES[:-_KEPT]
    return bench


__all__ = ["Bench", "Figures", "Measure", "Part", "bench_of", "ratio"]
