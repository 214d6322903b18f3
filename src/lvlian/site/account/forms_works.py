"""The form of a firm's works: kind, state, whom to ask, and its lines in rows; words of the library, capacities as people write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from lvlian.chain.region import KINDS
from lvlian.site.account import saying_reports as words
from lvlian.site.account.models import Works

SPARE = 3
"""Empty rows for lines to come."""
MOST_LINES = 40
_KEY = re.compile(r"[\w.-]{1,60}")
_MONTH = re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])")


@dataclass
class Row:
    """A line as it stands in the page, with what is wrong with it."""

    process: str = ""
    capacity: str = ""
    since: str = ""
    until: str = ""
    error: str = ""


@dataclass
class WorksForm:
    """`values()` after `read` without errors is what `set_works` takes."""

    key: str = ""
    kind: str = ""
    state: str = "running"
    post: str = ""
    rows: list[Row] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    revision: str = ""

    @property
    def numbered(self) -> list[tuple[int, Row]]:
        return list(enumerate(self.rows))

    @property
    def sound(self) -> bool:
        return not self.errors and not any(row.error for row in self.rows)

    def values(self) -> dict[str, Any]:
        lines = [
            {"process": row.process, "capacity": tonnes(row.capacity), "since": row.since, "until": row.until}
            for row in self.rows
            if row.process
        ]
        return {"kind": self.kind, "state": self.state, "post": self.post, "lines": lines}


def shown(works: Works | None) -> WorksForm:
    """The form of works as they stand, or an empty one."""
    if works is None:
        return WorksForm(post=str(_("统计岗")), rows=[Row() for _n in range(SPARE)])
    rows = [
        Row(one["process"], "" if one.get("capacity") is None else f"{one['capacity']:.12g}", one.get("since", ""), one.get("until", ""))
        for one in works.lines
    ]  # fmt: skip
    spare = [Row() for _n in range(SPARE)]
    return WorksForm(works.key, works.kind, works.state, works.post, [*rows, *spare], revision=str(works.revision))


def read(data: Mapping[str, Any], *, new: bool) -> WorksForm:
    """What was sent, with what is wrong at its field."""

    def text(name: str, most: int) -> str:
        return str(data.get(name, "")).replace("\x00", "").strip()[:most]

    form = WorksForm(
        text("key", 60), text("kind", 12), text("state", 8), text("post", 60), revision=text("revision", 9)
    )
    if new and not _KEY.fullmatch(form.key):
        form.errors["key"] = _("代号“%(key)s”应由字母、数字、点、横线组成，60 个字以内。") % {"key": form.key[:20]}
    if form.kind not in KINDS:
        form.errors["kind"] = _("请选一个环节。")
    if form.state not in Works.State.values:
        form.errors["state"] = _("请选一个状态。")
    if not form.post:
        form.errors["post"] = _("请写问谁：一个岗位，不写个人。")
    for number in range(MOST_LINES):
        if f"process-{number}" not in data:
            break
        row = Row(*(text(f"{name}-{number}", 60) for name in ("process", "capacity", "since", "until")))
        row.error = _wrong(row)
        form.rows.append(row)
    used = [row.process for row in form.rows if row.process]
    for row in form.rows:
        if row.process and not row.error and used.count(row.process) > 1 and not (row.since or row.until):
            row.error = _("这道工序写了两行；合成一行，或写明各自的起止月份。")
    return form


def _wrong(row: Row) -> str:
    if not row.process:
        return _("写了产能或月份，没有选工序。") if row.capacity or row.since or row.until else ""
    if row.process not in words.library().processes:
        return _("工序“%(process)s”不在链库里。") % {"process": row.process[:30]}
    try:
        tonnes(row.capacity)
    except ValueError:
        return _("产能“%(value)s”应为不小于零的数，吨/年，如 380000 或 38万吨。") % {"value": row.capacity[:20]}
    for month in (row.since, row.until):
        if month and not _MONTH.fullmatch(month):
            return _("月份“%(month)s”应写成 2023-09。") % {"month": month[:20]}
    if row.since and row.until and row.since > row.until:
        return _("起 %(since)s 晚于止 %(until)s。") % {"since": row.since, "until": row.until}
    return ""


def tonnes(text: str) -> float | None:
    """A capacity in t/a; None where it is not known. Raises ValueError."""
    from lvlian.chain.report.cell import figure
    from lvlian.chain.report.units import factor, scaled

    if not text:
        return None
    value, unit = figure(text)
    value = scaled(value, factor(unit.removesuffix("/年").removesuffix("/a"), "t")) if unit else value
    if value < 0:
        raise ValueError(text)
    return value


def process_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The processes of the library by stage, in the order of the library."""
    english = words.english()
    found = sorted(words.library().processes.values(), key=lambda one: (one.metal, one.stage.order))
    return [
        (label, [(one.id, one.en if english else one.zh) for one in some])
        for label, some in groupby(found, key=lambda one: one.stage.id.replace("_", " ") if english else one.stage.zh)
    ]


def good_choices() -> list[tuple[str, str]]:
    english = words.english()
    return [(one.id, one.en if english else one.zh) for one in words.library().goods.values()]
