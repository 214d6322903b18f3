"""Goals that items count for, as lines of a table: what the plan wants, what is there, what would be there if it came evenly, the gap; and
why where it cannot be counted. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from lvlian.site.ledger import saying
from lvlian.site.ledger.registers import tracks
from lvlian.site.ledger.selectors_tally import Aimed, whole
from lvlian.site.org.access import Access
from lvlian.site.pages import links
from lvlian.site.pages.wording import promised


@dataclass(frozen=True, slots=True)
class Line:
    """A goal's line; numbers are None where they are not told, and `why` says why."""

    goal: Any
    when: str
    light: str
    word: str
    reached: Any
    expected: Any
    gap: Any
    promised: Any
    places: int
    note: str
    why: str
    origin: str
    counted: tuple[tuple[str, str], ...]
    """The register and the stage that count: (name, stage)."""

    @property
    def counted_words(self) -> str:
        return _("；").join(_("台账“%(track)s”到“%(stage)s”的事项") % {"track": t, "stage": s} for t, s in self.counted)

    @property
    def gap_places(self) -> int:
        return max(1, self.places)


def lines_of(access: Access, found: Iterable[Aimed]) -> list[Line]:
    """The lines of goals for a reader. Who sees a part of the items is told that the count is of this part, and no gap is shown."""
    return [_line(access, one, whole(access)) for one in found]


def _line(access: Access, one: Aimed, whole_region: bool) -> Line:
    goal, tally = one.goal, one.tally
    known = tracks()
    hidden, countable = one.hidden(access), tally.countable
    shown = countable and not hidden
    counted = tuple((saying.words(known[key].name), saying.stage_name(known[key], stage)) for key, stage in tally.counted if key in known)  # fmt: skip
    return Line(
        goal=goal,
        when=promised(goal.when, goal.when_op) or (_("每年") if goal.when_op == "each" else _("无日期")),
        light=one.light if shown and whole_region else "none",
        word=_word(one, shown, whole_region),
        reached=tally.reached if shown else None,
        expected=tally.expected if shown and whole_region else None,
        gap=tally.gap if shown and whole_region else None,
        promised=tally.promised if shown else None,
        places=2 if one.adds or goal.unit in ("亿元", "万元") else 0,
        note=_note(one, shown, whole_region),
        why="" if shown else _("不足三户，不单列") if countable else saying.words(tally.why),
        origin=links.origin(access, goal.fact_id),
        counted=counted,
    )  # fmt: skip


def _word(one: Aimed, shown: bool, whole_region: bool) -> str:
    """What stands beside the light instead of its own word."""
    if not one.tally.countable:
        return _("不计")
    if not shown:
        return _("不单列")
    if not whole_region:
        return _("部分")
    if not one.begun:
        return _("未到期")
    return _("未完成") if one.light == "bad" and one.tally.last is not None and one.tally.last < one.today else ""


def _note(one: Aimed, shown: bool, whole_region: bool) -> str:
    told, parts = one.tally, []
    if not shown:
        return ""
    if not whole_region:
        parts.append(_("只计看得到的事项"))
    if told.awaited:
        parts.append(_("还有 %(n)d 项承诺在期内") % {"n": len(told.awaited)})
    if told.unmeasured:
        parts.append(_("%(n)d 项没有填数额") % {"n": len(told.unmeasured)})
    return _("；").join(parts)
