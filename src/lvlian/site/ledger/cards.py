"""An item as a card of the board, a row of the list and a line of the timeline. Pure: rows that were read go in, what is shown comes out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from lvlian.ledger.track import Stage, Track
from lvlian.site.ledger import saying
from lvlian.site.ledger.models import Item, Step
from lvlian.site.org.access import Access

ROOM = 0.24
"""Share of the axis that is left free at the right for the words of the last marks."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a reader sees of an item among others; `reasons` is empty for those who may not read them."""

    item: Item
    url: str
    word: str
    reasons: tuple[str, ...]
    stage: str
    next: str
    level: str
    moves: tuple[tuple[str, str], ...]
    """(stage, its name) that the reader may bring it to with one button."""

    @property
    def reason(self) -> str:
        return self.reasons[0] if self.reasons else ""

    @property
    def raised(self) -> bool:
        return self.item.level != "unit" and bool(self.level)


def card_of(access: Access, track: Track, item: Item, today: date, *, told: bool) -> Card:
    """`told` says that the reader reads the reasons of every item in sight; else each is asked for."""
    reads = told or access.reads(item, "reasons")
    return Card(
        item=item,
        url=reverse("item-detail", args=[item.pk]),
        word=saying.light_name(item.light),
        reasons=tuple(saying.reasons_of(track, item.reasons, today)) if reads else (),
        stage=saying.stage_name(track, item.stage),
        next=item.next,
        level=saying.level_name(item.level) if reads and item.level != track.levels[0] else "",
        moves=tuple((stage.key, saying.words(stage.name)) for stage in next_stages(access, track, item)),
    )


def next_stages(access: Access, track: Track, item: Item) -> list[Stage]:
    """The stages that the reader may bring an item to now."""
    if item.branch != "active" or track.recurs or item.stage not in track.by_key or not access.may("item.edit", item):
        return []
    return [stage for stage in track.next_of(item.stage) if may_enter(access, item, stage)]


def may_enter(access: Access, item: Item, stage: Stage) -> bool:
    """Whether the reader is one of those who bring items to a stage: what the office does takes the right to assign."""
    return access.may("item.assign" if stage.by == "office" else "item.edit", item)


# The timeline ------------------------------------------------------------------------------------------------------------
def timeline(track: Track, lines: Sequence[tuple[Card, list[Step]]], today: date) -> dict[str, Any]:
    """The data of the chart `gantt` (`static/js/chart-gantt.js`): one row for each item, from its first day to its last promise."""
    first, last = _axis(lines, today)
    return {
        "from": f"{first.year}-{first.month:02}",
        "to": f"{last.year}-{last.month:02}",
        "today": today.isoformat(),
        "rows": [_line(card, steps, today, first, last) for card, steps in lines],
    }


def counts(step: Step) -> date | None:
    """The day that counts."""
    return step.done or step.expected or step.due


def _axis(lines: Sequence[tuple[Card, list[Step]]], today: date) -> tuple[date, date]:
    days = [day for _card, steps in lines for step in steps for day in (step.due, counts(step)) if day]
    days += [day for card, _steps in lines for day in (card.item.clock, card.item.expected) if day]
    low, high = min([*days, today]), max([*days, today])
    low = min(max(low, date(today.year - 2, 1, 1)), today)
    high = min(high, date(today.year + 2, 12, 31))
    first = date(low.year, (low.month - 1) // 3 * 3 + 1, 1)
    months = (high.year - first.year) * 12 + (high.month - 1) // 3 * 3 + 3 - first.month + 1
    months = max(12, months + math.ceil(months * ROOM))
    end = first.year * 12 + first.month - 1 + math.ceil(months / 3) * 3 - 1
    return first, date(end // 12, end % 12 + 1, 1)


def _line(card: Card, steps: list[Step], today: date, first: date, last: date) -> dict[str, Any]:
    item = card.item
    out: dict[str, Any] = {
        "name": item.title, "capacity": card.stage, "url": card.url, "light": item.light, "word": card.word, "reason": card.reason,
    }  # fmt: skip
    dated = [step for step in steps if counts(step)]
    bars = _bars(item, dated, today, first)
    marks = [mark for step in dated for mark in _marks(step, item.light, first, last)]
    if not dated and item.clock is not None:
        marks.append(
            {"at": item.clock.isoformat(), "kind": "promised", "text": _("时限　%(day)s") % {"day": item.clock}}
        )
    if not marks:
        out["note"] = _("无日期") if not dated else _("日期在图外")
        return out
    return {**out, "bars": bars, "marks": marks}


def _bars(item: Item, dated: list[Step], today: date, first: date) -> list[dict[str, str]]:
    """From where the item is known to stand to its last promise; dashed where nobody said when it began."""
    ends = [step.done or step.due or step.expected for step in dated] or [item.clock]
    until = max(day for day in ends if day) if any(ends) else None
    begun = max(item.opened, first)
    bars = []
    if until is not None and begun < until:
        told = item.known or item.born not in ("project", "duty", "mechanism")
        if not told:
            bars.append(_bar(begun, until, "assumed"))
        elif until <= today or begun >= today:
            bars.append(_bar(begun, until, "done" if until <= today else "planned"))
        else:
            bars += [_bar(begun, today, "done"), _bar(today, until, "planned")]
    for step in dated:
        if step.done is None and step.due is not None:
            now = max(step.expected or step.due, today) if (step.expected or step.due) < today else step.expected
            if now and now > step.due and now > first:
                bars.append(_bar(max(step.due, first), now, "late"))
    return bars


def _bar(start: date, end: date, kind: str) -> dict[str, str]:
    return {"from": start.isoformat(), "to": end.isoformat(), "kind": kind}


def _marks(step: Step, light: str, first: date, last: date) -> list[dict[str, str]]:
    """A hollow mark where it was promised, a solid one where it stands now, the words on the later of the two."""
    now, due = counts(step), step.due
    assert now is not None
    end = date(last.year, last.month, 28)
    moved = due is not None and now != due
    silent = (
        light in ("warn", "bad") and not moved and step.done is None and now < end
    )  # the words would lie on the hatch
    said = f"{step.title or _('节点')}　{(due or now).isoformat()[:7]}" + (f" → {now.isoformat()[:7]}" if moved else "")
    if step.done:
        said += f"　{_('已完成')}"
    marks = []
    if due:
        marks.append({"at": due.isoformat(), "kind": "promised", "text": "" if moved or silent else said})
    if moved or not due or step.done:
        marks.append({"at": now.isoformat(), "kind": "now", "text": said if moved or not due else ""})
    return [mark for mark in marks if first <= date.fromisoformat(mark["at"]) <= end]
