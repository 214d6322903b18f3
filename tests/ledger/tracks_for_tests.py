"""A track with everything in it, built in the test: gates, a clock, an optional stage, fields, evidence, a way back."""

from __future__ import annotations

from datetime import date

from lvlian.ledger.calendar import Calendar, load_calendar
from lvlian.ledger.track import Clock, Field, Gate, LightRule, Stage, Track, Words

CALENDAR: Calendar = load_calendar()
MONDAY = date(2023, 10, 9)


def words(zh: str) -> Words:
    return Words(zh, zh)


def make_track(**changes: object) -> Track:
    """线索 → 洽谈 → 考察(optional) → 签约(gated, field, evidence) → 办理(clock) → 办结."""
    given: dict[str, object] = {
        "key": "trial",
        "name": words("试验"),
        "noun": words("项"),
        "about": words("只在测试里"),
        "group": "issues",
        "stages": (
            Stage(key="lead", name=words("线索"), days=10),
            Stage(key="talk", name=words("洽谈"), days=20),
            Stage(key="visit", name=words("考察"), optional=True, days=20),
            Stage(
                key="sign",
                name=words("签约"),
                words=("签约", "签订协议"),
                days=30,
                gates=(Gate(key="land", name=words("用地")),),
                evidence=words("协议"),
                evidence_needed=True,
                back=("talk",),
            ),
            Stage(key="work", name=words("办理"), days=40, clock=Clock(days=10, most=25, near=3), back=("sign",)),
            Stage(key="end", name=words("办结"), days=5, back=("work",)),
        ),
        "fields": (
            Field(key="area", name=words("面积"), kind="number", unit="亩", needed_at="sign"),
            Field(key="note", name=words("备注")),
        ),
        "levels": ("unit", "lead", "leading_group"),
        "light": LightRule(near=15, bad=30, stale=100),
    }
    return Track(**{**given, **changes})  # type: ignore[arg-type]
