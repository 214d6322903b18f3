"""An item as a card of the board, a row of the list and a line of the timeline. Pure: rows that were read go in, what is shown comes out."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lvlian.ledger.track import Stage, Track
from lvlian.site.ledger import saying
from lvlian.site.ledger.models import Item, Step
from lvlian.site.marks import light
from lvlian.site.org.access import Access

ROOM = 0.24
"""Share of the axis that is left free at the right for the words of the last marks."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a reader sees of an item among others, said already: a board shows very many. `reasons` is empty for those who may not read
    them; `moves` are (what the button sends, its words)."""

    item: Item
    url: str
    lamp: SafeString
    word: str
    reasons: tuple[str, ...]
    stage: str
    next: str
    when: str
    level: str
    unit: str
    others: str
    moves: tuple[tuple[str, str], ...]

    @property
    def reason(self) -> str:
        return self.reasons[0] if self.reasons else ""

    @property
    def why(self) -> str:
        """The reason, where it is not that all is well."""
        return self.reason if self.item.light != "ok" else ""


class Deck:
    """Makes the cards of one register for one reader; what many cards have in common is made once."""

    def __init__(self, access: Access, track: Track, today: date) -> None:
        self.access, self.track, self.today = access, track, today
        self.told = access.reads_throughout(Item, "reasons")
        self._lamps: dict[str, tuple[str, SafeString]] = {}
        self._stages: dict[str, str] = {}
        self._moves: dict[str, list[tuple[Stage, str]]] = {}

    def card(self, item: Item) -> Card:
        held = getattr(item, "held_by", None)
        if held is None:
            held = [(unit.pk, unit.short or unit.name) for unit in item.units.all()]
        reads = self.told or self.access.reads(item, "reasons")
        word, lamp = self._lamp(item.light)
        following = saying.step_name(self.track, item.next)
        return Card(
            item=item,
            url=reverse("item-detail", args=[item.pk]),
            lamp=lamp,
            word=word,
            reasons=tuple(saying.reasons_of(self.track, item.reasons, self.today)) if reads else (),
            stage=self._stage(item.stage),
            next=following,
            when=f"{following} {item.expected}" if item.expected else "",
            level=saying.level_name(item.level) if reads and item.level != self.track.levels[0] else "",
            unit=held[0][1] if held else "",
            others=_("等 %(n)d 家") % {"n": len(held)} if len(held) > 1 else "",
            moves=self._may_move(item, [unit for unit, _name in held]),
        )

    def cards(self, items: Iterable[Item]) -> list[Card]:
        return [self.card(item) for item in items]

    def _lamp(self, key: str) -> tuple[str, SafeString]:
        if key not in self._lamps:
            word = saying.light_name(key)
            self._lamps[key] = (word, light(key, word))
        return self._lamps[key]

    def _stage(self, key: str) -> str:
        if key not in self._stages:
            self._stages[key] = saying.stage_name(self.track, key)
        return self._stages[key]

    def _may_move(self, item: Item, units: list[int]) -> tuple[tuple[str, str], ...]:
        if item.branch != "active" or self.track.recurs or item.stage not in self.track.by_key:
            return ()
        if item.stage not in self._moves:
            following = self.track.next_of(item.stage)
            self._moves[item.stage] = [
                (one, _("进入 %(stage)s") % {"stage": saying.words(one.name)}) for one in following
            ]
        out = []
        for stage, words in self._moves[item.stage]:
            if may_at(self.access, "item.assign" if stage.by == "office" else "item.edit", item, units):
                out.append((f"{stage.key}:{item.revision}", words))
        return tuple(out)


def card_of(access: Access, track: Track, item: Item, today: date, *, told: bool) -> Card:
    """One card. `told` says that the reader reads the reasons of every item in sight; else it is asked for this one."""
    made = Deck(access, track, today)
    made.told = made.told or told
    return made.card(item)


def may_at(access: Access, permission: str, item: Item, units: Collection[int]) -> bool:
    """`Access.may` for an item whose units are known: asks the database nothing."""
    if access.user is None or access.read_only:
        return False
    for held in access.held:
        opens = held.firm_id is None and item.region.path.startswith(held.path)
        if permission in held.role.may and opens and (held.unit_id is None or not units or held.unit_id in units):
            return True
    return False


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
    months = [(due or now).isoformat()[:7], now.isoformat()[:7]]
    said = f"{step.title or _('节点')}　{' → '.join(dict.fromkeys(months))}"
    if step.done:
        said += f"　{_('已完成')}"
    marks = []
    if due:
        marks.append({"at": due.isoformat(), "kind": "promised", "text": "" if moved or silent else said})
    if moved or not due or step.done:
        marks.append({"at": now.isoformat(), "kind": "now", "text": said if moved or not due else ""})
    return [mark for mark in marks if first <= date.fromisoformat(mark["at"]) <= end]
