"""A report typed into a page: one field for each figure that is asked, filled from what was reported, read by the same rules as a file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from lvlian.site.account import saying_reports as words
from lvlian.site.account.intake_reports import names_of
from lvlian.site.account.selectors_reports import Desk

if TYPE_CHECKING:
    from lvlian.chain.report.item import Form, Item
    from lvlian.chain.report.names import Names
    from lvlian.chain.report.statement import Statement as Said

LONGEST = 60
SLIP = 5.0
"""A figure this many times last month's, or this part of it, gets an amber ground: a question, no error."""


@dataclass
class Entry:
    """One figure of the form: as it stands in the page, last month's beside it, what is wrong with it."""

    item: Item
    label: str
    value: str
    unit: str
    source: str
    before: str
    plain_before: float | None
    held: Said | None
    error: str = ""
    doubt: str = ""

    @property
    def key(self) -> str:
        return self.item.key

    @property
    def units(self) -> list[tuple[str, str]]:
        from lvlian.brief.report_template import CHOICES

        return [
            (one, words.printed_unit(one)) for one in dict.fromkeys((self.item.unit, *CHOICES.get(self.item.base, ())))
        ]

    @property
    def note(self) -> str:
        return str(words.NOTES.get(self.item.note, self.item.note))

    @property
    def unit_word(self) -> str:
        return words.printed_unit(self.item.unit)

    @property
    def sources(self) -> list[tuple[str, str]]:
        return [(key, str(word)) for key, word in words.SOURCE_WORDS.items()]


@dataclass
class Typed:
    """The form as it is shown and sent. `said` is what it says; `seen` tells whether what it was filled from still stands."""

    entries: list[Entry]
    seen: str
    said: list[Said] = field(default_factory=list)

    @property
    def groups(self) -> list[tuple[str, list[Entry]]]:
        out: dict[str, list[Entry]] = {}
        for one in self.entries:
            out.setdefault(str(words.GROUP_WORDS[one.item.group]), []).append(one)
        return list(out.items())

    @property
    def faults(self) -> list[Entry]:
        return [one for one in self.entries if one.error]


def shown_in(value: float, item: Item) -> float:
    """A figure of the engine in the unit that people use for the item."""
    from lvlian.chain.report.units import factor, scaled

    by = factor(item.unit, item.base)
    return value if by == 1.0 else scaled(value, 1 / by)


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:.12g}"


def filled(desk: Desk, form: Form, own: Mapping[str, Said], before: Mapping[str, Said]) -> Typed:
    """The form with what was reported of the month, and last month's beside it."""
    entries = []
    for item in form.items:
        held, last = own.get(item.key), before.get(item.key)
        earlier = None if last is None else shown_in(last.value, item)
        entries.append(
            Entry(
                item, words.item_label(item, desk.told), _plain(None if held is None else shown_in(held.value, item)), item.unit,
                item.source if held is None else held.source, _plain(earlier), earlier, held,
            )
        )  # fmt: skip
    return Typed(entries, seen_of(own))


def seen_of(own: Mapping[str, Said]) -> str:
    """Changes with anything that the form was filled from."""
    told = repr(sorted((key, one.value, one.source) for key, one in own.items()))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def read(desk: Desk, form: Form, typed: Typed, data: Mapping[str, Any]) -> None:
    """Takes what was sent into the entries and reads it: statements into `said`, what is wrong to its entry. A figure that was reported
    and is now empty is taken back."""
    names = names_of(desk)
    for one in typed.entries:
        one.value = str(data.get(f"value:{one.key}", "")).strip()[:LONGEST]
        offered = [unit for unit, _word in one.units]
        unit, source = str(data.get(f"unit:{one.key}", "")), str(data.get(f"source:{one.key}", ""))
        one.unit = unit if unit in offered else one.item.unit
        one.source = source if source in words.SOURCE_WORDS else one.source
        if not one.value:
            if one.held is not None:
                typed.said.append(replace(one.held, used=False))
            continue
        _take(names, form, typed, one)


def _take(names: Names, form: Form, typed: Typed, one: Entry) -> None:
    from lvlian.chain.report.intake import Expected, Intake
    from lvlian.chain.report.statement import Origin

    item = one.item
    held = one.held
    if held is not None and (one.value, one.unit, one.source) == (
        _plain(shown_in(held.value, item)),
        item.unit,
        held.source,
    ):
        return  # as it stands
    intake = Intake(_("网页填报"), names, Expected(party=form.firm.id, month=form.month))
    place = Origin(_("网页填报"), "", one.label[:40])
    cells: dict[str, object] = {
        "party": form.firm.id, "firm": item.firm or form.firm.id, "month": form.month, "item": item.item, "good": item.good,
        "process": item.process, "partner": item.partner, "value": one.value, "unit": one.unit, "source": one.source,
    }  # fmt: skip
    intake.row(cells, lambda column: place)
    found = intake.done()
    if found.problems:
        first = found.problems[0]
        one.error = first.en if words.english() else first.zh
    elif found.readable:
        # the line that makes a good may be left open by the form: the figure is then the total that was asked
        typed.said.append(replace(found.readable[0], process=item.process))
    else:
        one.error = _("没有数；没有就空着，确实为零写 0。")


def doubt_at(typed: Typed, told: Mapping[str, str]) -> None:
    """Sets the doubts (by the place of the figure) to their entries."""
    for one in typed.entries:
        one.doubt = told.get(one.label[:40], "")
