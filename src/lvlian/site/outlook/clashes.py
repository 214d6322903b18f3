"""Sentences that cannot all hold, as a card of a page takes them: what is said, the sum that shows it, the ways out that were solved again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lvlian.site import saying
from lvlian.site.org.access import Access
from lvlian.site.outlook.origins import origin_of, pick
from lvlian.site.outlook.selectors import Ground

if TYPE_CHECKING:
    from lvlian.outlook.conflict import Conflict, Repair, Said

PLAN = ("goal", "quota", "date")
"""Roles of the plan's own sentences; the others are no quotes."""


@dataclass(frozen=True)
class Statement:
    """One of 甲 乙 丙. `quoted`: the plan's own words; else a figure that was reported, or a rule."""

    mark: str
    words: str
    place: str
    role: str
    quoted: bool
    origin: dict[str, Any]


@dataclass(frozen=True)
class Line:
    left: str
    sign: str
    right: str
    last: bool


@dataclass(frozen=True)
class Fix:
    """A change of one thing. `verdict` 可行 不可行 未复算; `why` why not; `assumed` what its price rests on."""

    mark: str
    words: str
    price: str
    verdict: str
    state: str
    why: str
    who: str
    assumed: str
    best: bool


@dataclass(frozen=True)
class Clash:
    """A conflict on a page. `same`: what the plan's own checks told of it already, with its address."""

    number: int
    conflict: Conflict
    title: str
    message: str
    kind: str
    statements: tuple[Statement, ...]
    lines: tuple[Line, ...]
    fixes: tuple[Fix, ...]
    assumptions: tuple[str, ...]
    same: tuple[dict[str, str], ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def anchor(self) -> str:
        return f"clash-{self.conflict.id}"

    @property
    def light(self) -> str:
        return "bad" if self.conflict.severity == "conflict" else "warn"

    @property
    def word(self) -> str:
        told = {"number": self.number}
        return _("冲突 %(number)d") % told if self.conflict.severity == "conflict" else _("提示 %(number)d") % told

    @property
    def proved(self) -> bool:
        return self.conflict.proved


def kinds() -> dict[str, str]:
    """Systems of conflicts by what they are about."""
    return {"figures": _("目标之间"), "dates": _("日期先后"), "pathway": _("目标与现有条件")}


def clash_of(access: Access, ground: Ground, one: Conflict, number: int) -> Clash:
    """A conflict as its card takes it."""
    best = next((place for place, fix in enumerate(one.repairs) if fix.tested and fix.holds), -1)
    return Clash(
        number=number, conflict=one, title=pick(one.title, one.title_en), message=pick(one.zh, one.en), kind=kinds()[one.system],
        statements=tuple(_statement(access, ground, said) for said in one.clauses),
        lines=tuple(Line(pick(line.zh, line.en), line.sign, pick(line.right, line.right_en), line.last) for line in one.lines),
        fixes=tuple(_fix(fix, place == best) for place, fix in enumerate(one.repairs)), assumptions=one.assumptions,
    )  # fmt: skip


def _statement(access: Access, ground: Ground, said: Said) -> Statement:
    quoted = bool(said.ref.quote) and said.role in PLAN
    words = said.words if quoted else pick(said.zh, said.en)
    place = said.ref.section
    if said.role == "report":
        parts = (
            said.ref.section or pick(said.ref.words, said.ref.words_en),
            said.ref.who if not said.ref.who.endswith(".yaml") else "",
            saying.day(said.ref.day) if said.ref.day else "",
        )
        place = _("，").join([*(part for part in parts if part), _("非规划原文")])
    elif said.role == "rule":
        place = said.ref.section or pick(said.ref.words, said.ref.words_en)
    role = {
        "goal": _("目标"),
        "quota": pgettext("role", "指标"),
        "date": _("时限"),
        "report": _("报数"),
        "rule": _("依据"),
    }[said.role]
    return Statement(
        mark=pick(said.mark, _english_mark(said.mark)), words=words, place=place, role=role, quoted=said.role in PLAN,
        origin=origin_of(access, ground, said.ref, pick(said.zh, said.en)),
    )  # fmt: skip


def _english_mark(mark: str) -> str:
    from lvlian.outlook.conflict.record import MARKS, MARKS_EN

    return MARKS_EN[MARKS.index(mark)] if mark and mark in MARKS else mark


def _fix(fix: Repair, best: bool) -> Fix:
    state = "open" if not fix.tested else "holds" if fix.holds else "fails"
    verdict = {"open": _("未复算"), "holds": _("可行"), "fails": _("不可行")}[state]
    return Fix(
        mark=pick(fix.mark, _english_mark(fix.mark)), words=pick(fix.zh, fix.en), price=pick(fix.price_zh, fix.price_en), verdict=verdict, state=state,
        why=pick(fix.why_zh, fix.why_en), who=fix.who, assumed=_("；").join(fix.assumptions), best=best,
    )  # fmt: skip
