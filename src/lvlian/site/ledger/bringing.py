"""A table of new items, read without trusting it: each row becomes what opening an item needs, each cell that is not understood a fault
with what was expected. Nothing is written here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from lvlian.ledger.track import Field, Track
from lvlian.site.ledger import saying
from lvlian.site.lists.sheets import read_sheets

MOST = 1000
"""Items of one table."""
FAULTS = 200
_SPLIT = "、，,；;"


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that cannot be used."""

    cell: str
    found: str
    expected: str


@dataclass(slots=True)
class Brought:
    """What a table holds: rows as plain values (they travel through the preview), and what is wrong with it."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    """Headers that mean nothing here."""


@dataclass(frozen=True, slots=True)
class Known:
    """What names mean in the region: units and firms by name, titles that the register holds already."""

    units: Mapping[str, int]
    firms: Mapping[str, int]
    titles: frozenset[str]


def fields_of(track: Track) -> list[Field]:
    """The fields that a table may fill in: no records of other kinds, nothing commercial."""
    return [
        one for one in track.fields if not one.commercial and one.kind in ("text", "number", "date", "choice", "yes")
    ]


def headers(track: Track) -> dict[str, str]:
    """Column → its header in the language of the request."""

    told = {
        "title": saying.words(track.noun), "stage": _("阶段"), "lead": _("牵头单位"), "units": _("责任单位"), "firm": _("企业"), "due": _("承诺日期"),
        "about": _("说明"),
    }  # fmt: skip
    return told | {
        f"field-{one.key}": saying.words(one.name) + (f"{_('，')}{one.unit}" if one.unit else "")
        for one in fields_of(track)
    }


def read(track: Track, name: str, content: bytes, known: Known) -> Brought:
    """Reads the first sheet of a table. Raises BadFile where it is none."""
    sheet = read_sheets(name, content)[0]
    out = Brought()
    lines = [(number, row) for number, row in enumerate(sheet.rows, 1) if any(_text(cell) for cell in row)]
    if not lines:
        out.faults.append(Fault("A1", _("空表"), _("首行为列名")))
        return out
    columns = _columns(track, lines[0][1], out)
    if "title" not in columns.values():
        out.faults.append(Fault("A1", _text(lines[0][1][0]) if lines[0][1] else "", headers(track)["title"]))
        return out
    if len(lines) - 1 > MOST:
        out.faults.append(
            Fault(f"A{lines[MOST + 1][0]}", _("%(n)d 行") % {"n": len(lines) - 1}, _("%(n)d 行以内") % {"n": MOST})
        )
        return out
    seen: set[str] = set()
    for number, row in lines[1:]:
        values = {key: (row[at] if at < len(row) else None) for at, key in columns.items()}
        places = {key: f"{_letters(at)}{number}" for at, key in columns.items()}
        out.rows.append(_row(track, values, places, known, seen, out.faults))
        if len(out.faults) >= FAULTS:
            break
    return out


def _columns(track: Track, first: Sequence[Any], out: Brought) -> dict[int, str]:
    """Place → column, by its header in either language; with or without the unit."""
    names: dict[str, str] = {}
    for language in ("zh-hans", "en"):
        with override(language):
            for key, label in headers(track).items():
                names.setdefault(_plain(label), key)
    for one in fields_of(track):
        for word in (one.name.zh, one.name.en):
            names.setdefault(_plain(word), f"field-{one.key}")
    names |= {_plain(label): "title" for label in ("事项", "Item", "名称")}
    found: dict[int, str] = {}
    for at, cell in enumerate(first):
        meant = names.get(_plain(_text(cell)))
        if meant is not None and meant not in found.values():
            found[at] = meant
        elif _text(cell):
            out.ignored.append(_text(cell)[:40])
    return found


def _row(
    track: Track,
    values: Mapping[str, Any],
    places: Mapping[str, str],
    known: Known,
    seen: set[str],
    faults: list[Fault],
) -> dict[str, Any]:
    def wrong(key: str, expected: str) -> None:
        faults.append(Fault(places.get(key, ""), _text(values.get(key))[:60] or _("空"), expected))

    title = " ".join(_text(values.get("title")).split())
    if not title or len(title) > 300:
        wrong("title", _("300 字以内的名称"))
    elif title in seen:
        wrong("title", _("表里只写一次"))
    elif title in known.titles:
        wrong("title", _("本台账没有的事项；这一项已在台账里"))
    seen.add(title)
    stages = {name: one.key for one in track.stages for name in (one.key, one.name.zh, one.name.en, *one.words)}
    told = _text(values.get("stage"))
    stage = stages.get(told) if told else track.stages[0].key
    if stage is None:
        wrong("stage", _("、").join(saying.words(one.name) for one in track.stages))
    out: dict[str, Any] = {"title": title, "stage": stage or "", "about": _text(values.get("about"))[:1000], "data": {}}
    out["units"] = _named(
        _split(values.get("units")), known.units, lambda: wrong("units", _("本地区的单位，几个用顿号隔开"))
    )
    lead = _named(_split(values.get("lead")), known.units, lambda: wrong("lead", _("本地区的一个单位")))
    firm = _named(_split(values.get("firm")), known.firms, lambda: wrong("firm", _("本地区的一家企业")))
    out["lead"], out["firm"] = (lead[0] if lead else None), (firm[0] if firm else None)
    due = _day(values.get("due"))
    if due is None and _text(values.get("due")):
        wrong("due", _("日期，如 2023-10-12"))
    out["due"] = due.isoformat() if due else None
    for one in fields_of(track):
        key = f"field-{one.key}"
        if not _text(values.get(key)):
            continue
        value = _value(one, values[key])
        if value is None:
            wrong(key, _expected(one))
        else:
            out["data"][one.key] = value
    return out


def _value(one: Field, cell: Any) -> Any:
    """A cell as an event holds it; None where it cannot be that."""
    text = _text(cell)
    if one.kind == "number":
        try:
            number = float(text.replace(",", "").replace("，", "").replace("−", "-"))
        except ValueError:
            return None
        return None if number != number or abs(number) > 1e15 else int(number) if number.is_integer() else number
    if one.kind == "date":
        day = _day(cell)
        return day.isoformat() if day else None
    if one.kind == "yes":
        return {"是": True, "否": False, "yes": True, "no": False}.get(text.lower())
    if one.kind == "choice":
        return next((key for key, name in one.choices if text in (key, name.zh, name.en)), None)
    return text[:500]


def _expected(one: Field) -> str:
    if one.kind == "number":
        return _("数，如 12.5")
    if one.kind == "date":
        return _("日期，如 2023-10-12")
    if one.kind == "yes":
        return _("是或否")
    return _("、").join(saying.words(name) for _key, name in one.choices)


def _named(names: Iterable[str], known: Mapping[str, int], wrong: Any) -> list[int]:
    out = []
    for name in names:
        if name not in known:
            wrong()
            return []
        out.append(known[name])
    return list(dict.fromkeys(out))


def _split(cell: Any) -> list[str]:
    text = _text(cell)
    for sign in _SPLIT:
        text = text.replace(sign, "\n")
    return [part.strip() for part in text.split("\n") if part.strip()]


def _day(cell: Any) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = _text(cell).replace("年", "-").replace("月", "-").replace("日", "").replace("/", "-")
    try:
        day = date.fromisoformat("-".join(part.zfill(2) for part in text.split("-")))
    except ValueError:
        return None
    return day if 1990 <= day.year <= 2100 else None


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).replace("\x00", "").strip()


def _plain(text: str) -> str:
    return "".join(text.split()).lower()


def _letters(at: int) -> str:
    out = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        out = chr(65 + rest) + out
    return out
