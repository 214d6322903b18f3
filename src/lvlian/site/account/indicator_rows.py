"""Rows of the pages of indicators: each indicator with its variants as they may be told to the reader."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.safestring import SafeString

from lvlian.brief.figures import goal_value
from lvlian.site.account import saying_indicators as say
from lvlian.site.account.models import VariantChoice
from lvlian.site.account.plots_indicators import axis, ends_of
from lvlian.site.account.selectors_aims import Aim, aims_of
from lvlian.site.account.selectors_indicators import Basis, choices_of, opens, shows, with_choice
from lvlian.site.org.access import Access
from lvlian.site.org.models import Region
from lvlian.site.pages import links

if TYPE_CHECKING:
    from lvlian.chain.indicators.formula import Formula
    from lvlian.chain.indicators.value import Reading, Value


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a plan in the indicator's unit: as it is printed, and where it stands."""

    aim: Aim
    value: float
    text: str
    when: str
    url: str
    origin: str
    cite: str


@dataclass(slots=True)
class VariantRow:
    """One way to read an indicator, as it is told: `hidden` where the figure is of too few firms for the reader."""

    id: str
    name: str
    reading: str
    value: Value | None
    told: str = ""
    spread: str = ""
    interval: str = ""
    plot: SafeString = field(default_factory=lambda: SafeString(""))
    numerator: str = ""
    denominator: str = ""
    lacks: list[tuple[str, str]] = field(default_factory=list)
    hidden: bool = False
    chosen: bool = False
    touched: bool = False
    assumed: bool = False
    points: list[Point] = field(default_factory=list)

    @property
    def known(self) -> bool:
        return bool(self.told)


@dataclass(slots=True)
class IndicatorRow:
    key: str
    name: str
    unit: str
    arrow: str
    direction: str
    boundary: str
    url: str
    variants: list[VariantRow]
    points: list[Point]
    proposed: int
    choice: VariantChoice | None
    formula: Formula
    reading: Reading | None
    rules: list[str] = field(default_factory=list)

    @property
    def known(self) -> bool:
        return any(one.known for one in self.variants)

    @property
    def planned(self) -> bool:
        return bool(self.points or self.proposed)

    @property
    def touched(self) -> bool:
        return any(one.touched for one in self.variants)

    @property
    def unfixed(self) -> bool:
        return len(self.variants) > 1 and self.choice is None

    @property
    def lacks(self) -> list[tuple[str, str]]:
        """What the variants lack together, each once."""
        return list(dict.fromkeys(pair for one in self.variants for pair in one.lacks))[: say.MOST_MISSING]

    @property
    def span(self) -> int:
        return len(self.variants) if self.known else 1

    def has(self, words: str) -> bool:
        blob = f"{self.name} {self.key} {self.boundary} {' '.join(one.name + one.reading for one in self.variants)}".casefold()
        return all(word.casefold() in blob for word in words.split()[:6])


@dataclass(slots=True)
class Rows:
    """All rows by key. `whole`: the reader sees firms' figures."""

    items: dict[str, IndicatorRow]
    whole: bool
    simulated: bool
    aims: list[Aim]

    @property
    def waiting(self) -> int:
        """Goals whose indicator nobody has confirmed yet."""
        return sum(aim.state == "open" for aim in self.aims)


def rows_for(access: Access, region: Region, basis: Basis | None, over: str, only: str = "") -> Rows:
    from lvlian.chain.indicators.load_formulas import load_formulas
    from lvlian.chain.library import load_library

    book, library = load_formulas(), load_library()
    whole = opens(access, region)
    choices = choices_of(access, region)
    aims = aims_of(access, region)
    by_key: dict[str, list[Aim]] = {}
    for aim in aims:
        if aim.state in ("open", "confirmed") and aim.indicator:
            by_key.setdefault(aim.indicator, []).append(aim)
    items: dict[str, IndicatorRow] = {}
    for key, formula in book.formulas.items():
        if only and key != only:
            continue
        entry = library.indicators.get(key)
        mine = by_key.get(key, [])
        points = [_point(access, aim) for aim in mine if aim.confirmed]
        reading = with_choice(basis.reading(key, over), choices.get(key)) if basis is not None and basis.flows else None
        arrow, word = say.direction(formula.direction)
        row = IndicatorRow(
            key=key,
            name=say.pick(entry.name_zh, entry.name_en) if entry is not None else key,
            unit=say.said(formula.unit), arrow=arrow, direction=str(word), boundary=say.said(formula.boundary), url=reverse("indicator-detail", args=[key]),
            variants=[], points=points, proposed=sum(not aim.confirmed for aim in mine), choice=choices.get(key), formula=formula, reading=reading,
        )  # fmt: skip
        official = any(aim.confirmed and aim.goal.firm_id is None for aim in mine)
        row.variants = variant_rows(row, basis, whole, official)
        items[key] = row
    return Rows(items, whole, any(r.reading is not None and r.reading.simulated for r in items.values()), aims)


def variant_rows(row: IndicatorRow, basis: Basis | None, whole: bool, official: bool) -> list[VariantRow]:
    out: list[VariantRow] = []
    for variant in row.formula.variants:
        value = row.reading.value(variant.id) if row.reading is not None else None
        one = VariantRow(
            variant.id, say.pick(variant.zh, variant.en), say.said(variant.reading), None, assumed=variant.assumed
        )
        one.chosen = row.choice is not None and row.choice.variant == variant.id
        one.points = [p for p in row.points if p.aim.variant in ("", variant.id)]
        if value is not None:
            _fill(one, value, basis, whole, official)
        out.append(one)
    digits = say.digits_of(*(one.value for one in out if one.value is not None))
    for one in out:
        if one.value is not None:
            one.told, one.spread, one.interval = (
                say.written(one.value, digits),
                say.spread(one.value, digits),
                say.interval(one.value, digits),
            )
    known = [one for one in out if one.value is not None and one.known]
    ends = ends_of([
        *(v for one in known for v in (one.value.value, *(one.value.interval80 or (one.value.low, one.value.high)))),  # type: ignore[union-attr]
        *(p.value for one in out for p in one.points),
    ])  # fmt: skip
    for one in known:
        value = one.value
        assert value is not None
        low, high = value.interval80 if value.interval80 is not None else (value.low, value.high)
        one.plot = axis(value.value, low, high, [p.value for p in one.points], ends)
    return out


def _fill(one: VariantRow, value: Value, basis: Basis | None, whole: bool, official: bool) -> None:
    flows = basis.flows if basis is not None else {}
    if value.known and not shows(value, official, whole, flows):
        one.hidden = True
        return
    one.value = value
    one.lacks = [] if value.known else say.lacks(value, named=whole)
    if whole:
        one.numerator, one.denominator = say.side(value.numerator), say.side(value.denominator)
        one.touched = basis is not None and touched(value, basis)


def touched(value: Value, basis: Basis) -> bool:
    """Whether a doubtful report of the month reads one of its streams, or a set that cannot be told apart would change it."""
    if value.otherwise:
        return True
    named = {
        name
        for part in (value.numerator, value.denominator)
        if part is not None
        for weights in part.weights[-1:]
        for name in weights
    }
    return bool(named & basis.suspected)


def _point(access: Access, aim: Aim) -> Point:
    goal = aim.goal
    return Point(
        aim, goal.value * (aim.proposal.factor or 1.0), goal_value(goal), goal.when or str(goal.year or ""),  # type: ignore[arg-type]
        links.record("goal", goal.pk), links.origin(access, goal.fact_id), goal.plan.title if goal.plan else "",
    )  # fmt: skip
