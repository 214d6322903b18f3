"""What a sheet says about records: headers found, every cell read into the value of its field, faults told by sheet and cell.

Pure but for the register of names (`Register`), which is asked once for each name. An empty cell, or `—`, leaves a field as it
is; `清空` empties it.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from lvlian.site import saying
from lvlian.site.lists.filters import Unfit
from lvlian.site.lists.sheets import InSheet, covered, letters
from lvlian.site.lists.spec import ListSpec

CLEAR = "清空"
UNCHANGED = frozenset({"", "—", "-", "–"})
NUMBER, REGION = "编号", "地区"
ENGLISH = {"region": REGION}
"""Headers of exports in English that are not fields of the record."""
TOTALS = frozenset({"合计", "总计", "小计", "Total"})
SPLIT = re.compile(r"[、,，;；\n]+")
MOST_FAULTS = 1000
BOOLEANS = {"是": True, "否": False, "1": True, "0": False, "true": True, "false": False, "yes": True, "no": False}
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Fault:
    """One cell that cannot be used: sheet, cell, what was there, what was expected."""

    sheet: str
    cell: str
    found: str
    expected: str


class Register(Protocol):
    """Names of records that fields lead to, within a region."""

    def find(self, field_name: str, region: int, name: str) -> int | None: ...
    def region(self, name: str) -> int | None: ...


@dataclass(slots=True)
class Entry:
    """One row of a sheet: its place, the record's number where it names one, its region, and the values of its fields.
    A value of None empties the field; lists of records are lists of numbers."""

    sheet: str
    line: int
    number: int | None
    region: int
    values: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    """Cell of each field, for faults that are found later."""


@dataclass(slots=True)
class Intake:
    """What was read: entries, faults, and remarks (columns left out, formulas read by value)."""

    entries: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    more: int = 0
    """Faults beyond those that are kept."""

    def fault(self, sheet: str, cell: str, found: Any, expected: str) -> None:
        if len(self.faults) >= MOST_FAULTS:
            self.more += 1
            return
        text = str(found)
        self.faults.append(Fault(sheet, cell, text if len(text) <= 60 else f"{text[:59]}…", expected))


def headers(spec: ListSpec, names: Iterable[str]) -> dict[str, str]:
    """The header of each field that may be brought in, as the template prints it."""
    out = {}
    for name in names:
        one: Any = spec.model._meta.get_field(name)
        out[name] = str(capfirst(one.verbose_name))
    return out


def _in_every_language(spec: ListSpec, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Fields with their headers in all languages of the site: a table may be filled in one and brought in another."""
    names = list(names)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            yield from headers(spec, names).items()


def plain_header(text: object) -> str:
    """A header without its unit and spaces: `投资，万元` → `投资`."""
    folded = unicodedata.normalize("NFKC", str(text or ""))
    return _SPACES.sub("", re.split(r"[,(（，]", folded, maxsplit=1)[0]).casefold()


def take_in(
    spec: ListSpec,
    sheets: Iterable[InSheet],
    names: Iterable[str],
    register: Register,
    home: int,
    *,
    refused: Mapping[str, str] | None = None,
    ignored: Iterable[str] = (),
    progress: Any = None,
) -> Intake:
    """Reads all sheets. `refused` are headers that the user may not bring in, `ignored` those of columns that no table changes."""
    intake = Intake()
    known = {plain_header(label): name for name, label in _in_every_language(spec, names)}
    sheets = list(sheets)
    total = sum(max(0, len(sheet.rows) - 1) for sheet in sheets)
    done = 0
    for sheet in sheets:
        if not any(any(_filled(v) for v in row) for row in sheet.rows):
            continue
        columns = _columns(spec, sheet, known, refused or {}, {plain_header(one) for one in ignored}, intake)
        _cells_at_fault(sheet, intake)
        if columns is None:
            continue
        fields = {n: spec.model._meta.get_field(n) for n in columns.values() if n not in (NUMBER, REGION)}
        marks = {place: letters(place + 1) for place in columns}
        for index, row in enumerate(sheet.rows[1:], start=2):
            done += 1
            if progress is not None and done % 2000 == 0:
                progress(_("逐格核对"), done, total)
            entry = _entry(sheet, index, row, columns, fields, marks, register, home, intake)
            if entry is not None:
                intake.entries.append(entry)
    if not intake.entries and not intake.faults:
        intake.fault(sheets[0].name if sheets else "", "A2", _("没有数据行"), _("标题行下面至少一行"))
    return intake


def _filled(value: Any) -> bool:
    return value is not None and str(value).strip() != ""


def _columns(
    spec: ListSpec,
    sheet: InSheet,
    known: Mapping[str, str],
    refused: Mapping[str, str],
    ignored: set[str],
    intake: Intake,
) -> dict[int, str] | None:
    """Which column holds which field; None where the sheet cannot be read on."""
    columns: dict[int, str] = {}
    sound = True
    left_out = []
    barred = {plain_header(label) for label in refused.values()}
    for place, value in enumerate(sheet.rows[0]):
        if not _filled(value):
            continue
        bare = plain_header(value)
        cell = f"{letters(place + 1)}1"
        name = NUMBER if bare == NUMBER else REGION if bare == REGION else known.get(bare) or ENGLISH.get(bare)
        if bare in barred:
            intake.fault(sheet.name, cell, value, _("没有这一列：你不能改它"))
            sound = False
        elif name is None and bare in ignored:
            left_out.append(str(value))
        elif name is None:
            expected = "、".join(headers(spec, known.values()).values())
            intake.fault(sheet.name, cell, value, _("这些标题之一：%(headers)s") % {"headers": expected})
            sound = False
        elif name in columns.values():
            intake.fault(sheet.name, cell, value, _("每个标题只用一次"))
            sound = False
        else:
            columns[place] = name
    missing = [name for name in spec.import_key if name not in columns.values()]
    required = headers(spec, spec.import_key)
    if NUMBER not in columns.values() and (missing := [n for n in missing if _needed(spec, n)]):
        intake.fault(sheet.name, "A1", _("没有这一列"), "、".join(required[name] for name in missing))
        sound = False
    if left_out:
        intake.remarks.append(
            _("表“%(sheet)s”的列 %(columns)s 不由导入改，没有读")
            % {"sheet": sheet.name, "columns": "、".join(left_out)}
        )
    return columns if sound else None


def _needed(spec: ListSpec, name: str) -> bool:
    one: Any = spec.model._meta.get_field(name)
    return not one.blank and not one.has_default()


def _cells_at_fault(sheet: InSheet, intake: Intake) -> None:
    for cell in sheet.errors:
        intake.fault(sheet.name, cell, _("错误值，如 #REF!"), _("算得出的值"))
    for cell in sheet.empty_formulas:
        intake.fault(sheet.name, cell, _("没有算出值的公式"), _("值；在 Excel 里算好再存"))
    for name, _column, row, _column2, row2 in covered(sheet.merged):
        if row2 >= 1 and row >= 1:
            intake.fault(sheet.name, name, _("合并单元格"), _("每行各填各的，请拆开"))
    if sheet.formulas and not sheet.empty_formulas:
        intake.remarks.append(
            _("表“%(sheet)s”有 %(n)d 格公式，按存盘时的值读") % {"sheet": sheet.name, "n": sheet.formulas}
        )


def _entry(
    sheet: InSheet,
    line: int,
    row: list[Any],
    columns: Mapping[int, str],
    fields: Mapping[str, Any],
    marks: Mapping[int, str],
    register: Register,
    home: int,
    intake: Intake,
) -> Entry | None:
    """One row. None for an empty one, for a row of totals, and for one with faults."""
    given = {name: (row[place] if place < len(row) else None) for place, name in columns.items()}
    first = next((v for v in row if _filled(v)), None)
    if first is None or str(first).strip() in TOTALS:
        return None
    places = {name: f"{marks[place]}{line}" for place, name in columns.items()}
    entry = Entry(sheet.name, line, None, home, cells=places)
    before = len(intake.faults) + intake.more
    if NUMBER in given and _filled(given[NUMBER]) and _text(given[NUMBER]) not in UNCHANGED:
        try:
            entry.number = _whole(given[NUMBER])
        except Unfit as unfit:
            intake.fault(sheet.name, places[NUMBER], given[NUMBER], str(unfit))
    if REGION in given and _filled(given[REGION]) and _text(given[REGION]) not in UNCHANGED:
        found = register.region(_text(given[REGION]))
        if found is None:
            intake.fault(sheet.name, places[REGION], given[REGION], _("你可以导入的地区的名称或代码"))
        else:
            entry.region = found
    for name, value in given.items():
        if name in (NUMBER, REGION):
            continue
        text = _text(value)
        if not isinstance(value, (bool, int, float, date)) and text in UNCHANGED:
            continue
        try:
            entry.values[name] = read_cell(fields[name], value, text, entry.region, register)
        except Unfit as unfit:
            intake.fault(sheet.name, places[name], value, str(unfit))
    return entry if len(intake.faults) + intake.more == before else None


# Cells --------------------------------------------------------------------------------------------------------------------
def read_cell(one: Any, value: Any, text: str, region: int, register: Register) -> Any:
    """The value of a cell for a field. Raises Unfit with what is expected."""
    if text == CLEAR:
        if not (one.null or one.blank):
            raise Unfit(_("不能清空"))
        return [] if one.many_to_many else None if one.null else ""
    if one.many_to_many:
        return [_found(one, part.strip(), region, register) for part in SPLIT.split(text) if part.strip()]
    if one.is_relation:
        return _found(one, text, region, register)
    if isinstance(one, models.BooleanField):
        if text.casefold() not in BOOLEANS:
            raise Unfit(_("是或否"))
        return BOOLEANS[text.casefold()]
    if isinstance(one, models.DateField):
        return _day(value, text)
    if isinstance(one, models.IntegerField):
        number = _whole(value)
        if number > 32_767:
            raise Unfit(_("不大于 32767 的整数"))
        return number
    if isinstance(one, models.DecimalField):
        return _exact(one, value)
    if isinstance(one, models.FloatField):
        return float(_number(value))
    return _words(one, value, text)


def _found(one: Any, name: str, region: int, register: Register) -> int:
    number = register.find(one.name, region, name)
    if number is None:
        raise Unfit(_("本地区已有的%(what)s的名称") % {"what": one.related_model._meta.verbose_name})
    return number


def _text(value: Any) -> str:
    """A cell as text: whole floats without their point, days as they are written."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if (value.hour, value.minute) == (0, 0) else value.strftime("%Y-%m-%d %H:%M")
    return str(value).replace("\x00", "").strip()


def _words(one: Any, value: Any, text: str) -> str:
    if isinstance(value, (date, datetime)) and one.name == "when":
        text = text[:7] if text.endswith("-01") else text
    if not text.isprintable():
        text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")
    if one.name == "op":
        back = {sign: key for key, sign in saying.RELATIONS.items() if key in (">=", "<=", "~", "=", ">", "<")}
        text = back.get(text, text)
        if text not in back.values():
            raise Unfit("≥ ≤ ≈ = > <")
    if one.choices:
        found = {str(label): key for key, label in one.choices} | {str(key): key for key, _label in one.choices}
        if text not in found:
            raise Unfit("、".join(str(label) for _key, label in one.choices))
        return str(found[text])
    if one.max_length and len(text) > one.max_length:
        raise Unfit(_("%(n)d 字以内，现为 %(now)d 字") % {"n": one.max_length, "now": len(text)})
    return text


def _number(value: Any) -> Decimal:
    if isinstance(value, (bool, date)) or value is None:
        raise Unfit(_("数，如 12.5"))
    if type(value) in (int, float) and abs(value) < 1e15:  # what almost every cell is; nan is not smaller
        return Decimal(repr(value))
    text = unicodedata.normalize("NFKC", str(value)).replace(",", "").replace("−", "-").strip()
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise Unfit(_("数，如 12.5")) from None
    if not number.is_finite() or abs(number) > Decimal("1e18") or not math.isfinite(float(number)):
        raise Unfit(_("数，如 12.5"))
    return number


def _whole(value: Any) -> int:
    try:
        number = _number(value)
    except Unfit:
        raise Unfit(_("整数")) from None
    if number != number.to_integral_value() or number < 0:
        raise Unfit(_("不小于 0 的整数"))
    return int(number)


def _exact(one: Any, value: Any) -> Decimal:
    number = _number(value)
    rounded = round(number, one.decimal_places)
    if abs(rounded - number) > Decimal("0.000001"):
        raise Unfit(_("至多 %(n)d 位小数") % {"n": one.decimal_places})
    if abs(rounded) >= Decimal(10) ** (one.max_digits - one.decimal_places):
        raise Unfit(_("至多 %(n)d 位整数") % {"n": one.max_digits - one.decimal_places})
    return rounded


def _day(value: Any, text: str) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    match = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", unicodedata.normalize("NFKC", text), re.ASCII)
    try:
        if match is None or isinstance(value, (int, float)):
            raise ValueError
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise Unfit(_("日期，如 2023-10-12")) from None
