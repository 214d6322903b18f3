"""Rows of projects as the data of the Gantt chart (`static/js/chart-gantt.js`). Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from lvlian.site.ledger.saying import factor_name
from lvlian.site.ledger.selectors_lanes import Lane
from lvlian.site.pages.selectors_projects import Row, Step
from lvlian.site.plans.light import word_of

ROOM = 0.24
"""Share of the axis that is left free at the right for the words of the last marks."""
_BEGINS = re.compile(r"开工|动工|启动|签约|备案|获批|报批|组件|落地")


def gantt(rows: Sequence[Row], today: date) -> dict[str, Any]:
    """The chart's data: months on the axis, today, a row for each project.

    A bar runs from the first step that begins to the last date; where the plan names no beginning it starts with the plan's issue
    and is dashed, since that is an assumption. The part before today is done, what lies between promise and present is late. Under it
    run the lanes of the factors that it waits for; one that comes too late points at the bar."""
    first, last = _axis(rows, today)
    return {
        "from": f"{first.year}-{first.month:02}",
        "to": f"{last.year}-{last.month:02}",
        "today": today.isoformat(),
        "rows": [_row(row, today, first, last) for row in rows],
    }


def _axis(rows: Sequence[Row], today: date) -> tuple[date, date]:
    """From the quarter of the earliest date to the quarter of the latest, today among them."""
    days = [day for row in rows for step in row.steps for day in (step.milestone.due, step.now) if day]
    days += [day for row in rows for lane in row.lanes for day in (lane.days.promised, lane.days.now) if day]
    low, high = min([*days, today]), max([*days, today])
    low = max(low, date(today.year - 2, 1, 1))
    high = min(high, date(today.year + 2, 12, 31))
    low = min(low, today)
    first = date(low.year, (low.month - 1) // 3 * 3 + 1, 1)
    last = date(high.year, (high.month - 1) // 3 * 3 + 3, 1)
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    months = max(12, months + math.ceil(months * ROOM))
    end = first.year * 12 + first.month - 1 + math.ceil(months / 3) * 3 - 1
    return first, date(end // 12, end % 12 + 1, 1)


def _row(row: Row, today: date, first: date, last: date) -> dict[str, Any]:
    light = row.light
    out: dict[str, Any] = {
        "name": row.project.name,
        "capacity": row.capacity if row.capacity and row.capacity.replace(" ", "") not in row.project.name else "",
        "url": row.url,
        "light": light.state,
        "word": light.word,
        "reason": row.reason,
    }
    if row.lanes:
        out["lanes"] = [_lane(row, lane, first) for lane in row.lanes]
    dated = [step for step in row.steps if step.now]
    if not dated:
        out["note"] = _("无日期")
        return out
    out["bars"] = _bars(row, dated, today, first)
    out["marks"] = [mark for step in dated for mark in _marks(step, first, last)]
    if not out["marks"]:
        out["note"] = _("日期在图外：%(when)s") % {"when": "、".join(step.promised for step in dated)}
    return out


def _lane(row: Row, lane: Lane, first: date) -> dict[str, Any]:
    """A factor: from the day on which it was set about to the promised day, and on to the present one where that is later."""
    days = lane.days
    issued = row.project.plan.issued_on if row.project.plan else None
    begun = max(first, lane.since or issued or first)
    out: dict[str, Any] = {
        "name": f"{factor_name(lane.factor)}　{lane.name}", "light": lane.light, "word": word_of(lane.light),
        "dashed": lane.dashed, "delays": lane.delays,
    }  # fmt: skip
    promised, now = days.promised or days.now, days.now
    if promised is not None and now is not None:
        out["from"] = min(begun, promised).isoformat()
        out["to"] = promised.isoformat()
        if now > promised:
            out["now"] = now.isoformat()
    elif lane.need is None or days.now is None:
        out["note"] = _("无日期")
    return out


def _bars(row: Row, dated: list[Step], today: date, first: date) -> list[dict[str, str]]:
    begins = [step for step in dated if _BEGINS.search(step.milestone.event)]
    ends = [step for step in dated if step not in begins]
    bars = []
    if ends:
        promised = max(step.milestone.due or step.now or today for step in ends)
        if begins:
            begun, known = min(step.now or today for step in begins), True
        else:
            issued = row.project.plan.issued_on if row.project.plan else None
            begun, known = issued or first, False
        begun = max(begun, first)
        reached = all(step.milestone.done for step in ends)
        until = max((step.milestone.done or promised) for step in ends) if reached else promised
        if begun < until:
            if not known:
                bars.append({"from": begun.isoformat(), "to": until.isoformat(), "kind": "assumed"})
            elif reached or until <= today:
                bars.append({"from": begun.isoformat(), "to": until.isoformat(), "kind": "done"})
            elif begun >= today:
                bars.append({"from": begun.isoformat(), "to": until.isoformat(), "kind": "planned"})
            else:
                bars.append({"from": begun.isoformat(), "to": today.isoformat(), "kind": "done"})
                bars.append({"from": today.isoformat(), "to": until.isoformat(), "kind": "planned"})
    for step in dated:
        due = step.milestone.due
        if step.milestone.done or due is None or step.light.state not in ("warn", "bad") or row.light.state == "ok":
            continue  # a later step was reached: what stands before it holds nothing up
        until = (
            max(step.milestone.expected or due, today)
            if (step.milestone.expected or due) < today
            else step.milestone.expected
        )
        if until and until > due:
            bars.append({"from": max(due, first).isoformat(), "to": until.isoformat(), "kind": "late"})
    return bars


def _marks(step: Step, first: date, last: date) -> list[dict[str, str]]:
    """A hollow mark where it was promised, a solid one where it stands now, the words on the later of the two."""
    milestone, now = step.milestone, step.now
    assert now is not None
    event = milestone.event or _("节点")
    end = date(last.year, last.month, 28)
    marks = []
    silent = (
        step.light.state in ("warn", "bad") and not milestone.expected
    )  # the words would lie on the hatch: the reason has them
    moved = milestone.due is not None and now != milestone.due
    said = f"{event}　{step.promised or now.isoformat()[:7]}"
    if moved:
        said += f" → {now.isoformat()[:7]}"
    if milestone.done:
        said += f"　{_('已完成')}"
    if milestone.due:
        marks.append({"at": milestone.due.isoformat(), "kind": "promised", "text": "" if moved or silent else said})
    if moved or not milestone.due or milestone.done:
        marks.append({"at": now.isoformat(), "kind": "now", "text": said if moved or not milestone.due else ""})
    return [mark for mark in marks if first <= date.fromisoformat(mark["at"]) <= end]
