"""什么最左右结果: each premise turned alone one notch to either side, as bars about the present figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from lvlian.site import saying
from lvlian.site.outlook.goal_figures import places_for
from lvlian.site.outlook.origins import pick
from lvlian.site.outlook.overlay import places_of, scale_of
from lvlian.site.outlook.selectors_scenario import Room, tornado_of

if TYPE_CHECKING:
    from lvlian.outlook.case import Premise
    from lvlian.outlook.projection import Swing

HALF, BAR = 150, 12


@dataclass(frozen=True)
class Bar:
    """One premise: what it is turned to, and by how much the goal's figure moves at either end."""

    key: str
    name: str
    turns: tuple[str, str]
    changes: tuple[float, float]
    places: int
    widest: float

    @property
    def told(self) -> tuple[str, str]:
        low, high = (saying.number(change, self.places, sign=True) for change in self.changes)
        return low, high

    @property
    def drawing(self) -> SafeString:
        parts = [format_html('<line class="middle" x1="{0}" y1="0" x2="{0}" y2="20"/>', HALF + 50)]
        for place, change in enumerate(self.changes):
            if not saying.number(abs(change), self.places).strip("0."):
                continue
            width = round(abs(change) / self.widest * HALF, 1)
            x = HALF + 50 - width if change < 0 else HALF + 50
            both = self.changes[0] * self.changes[1] > 0
            y = 4 if not both else 1 + 9 * place
            parts.append(
                format_html(
                    '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>',
                    "down" if change < 0 else "up",
                    x,
                    y,
                    width,
                    BAR if not both else 8,
                )
            )
            if both and abs(change) < max(map(abs, self.changes)):
                continue
            at, anchor = (x - 4, "end") if change < 0 else (x + width + 4, "start")
            parts.append(
                format_html('<text x="{}" y="14" text-anchor="{}">{}</text>', round(at, 1), anchor, self.told[place])
            )
        return format_html(
            '<svg class="tornado-bar" viewBox="0 0 {} 20" aria-hidden="true">{}</svg>',
            2 * HALF + 100,
            mark_safe("".join(parts)),
        )


def bars_of(room: Room) -> list[Bar]:
    """The bars of the goal of the chart, widest first."""
    if room.aim is None:
        return []
    aim = room.aim.aim
    swings = tornado_of(room)
    widest = max(
        (max(abs(low - now), abs(high - now)) for low, now, high in (one.aims[aim.id] for one in swings)), default=0.0
    )
    if widest <= 0:
        return []
    premises = {one.key: one for one in room.case.premises}
    places = places_for([widest * 3], aim.unit)
    bars = [_bar(one, premises[one.key], aim.id, places, widest) for one in swings]
    return [bar for bar in bars if any(told.strip("+−0.") for told in bar.told)]


def _bar(swing: Swing, premise: Premise, aim: str, places: int, widest: float) -> Bar:
    low, now, high = swing.aims[aim]
    return Bar(
        swing.key,
        pick(swing.zh, swing.en),
        (turn_words(premise, swing.low), turn_words(premise, swing.high)),
        (low - now, high - now),
        places,
        widest,
    )


def turn_words(premise: Premise, value: float) -> str:
    """`晚 2 季`, `−20%`, `15,400 元/吨`; empty where it stays."""
    if value == premise.value:
        return ""
    if premise.key.endswith(".slip"):
        if value == 0:
            return _("按期")
        quarters = saying.number(abs(value))
        return _("晚 %(n)s 季") % {"n": quarters} if value > 0 else _("早 %(n)s 季") % {"n": quarters}
    scale, unit = scale_of(premise)
    figure = saying.number(value * scale, places_of(premise))
    return f"{figure}{unit}" if unit == "%" else f"{figure} {unit}".strip()
