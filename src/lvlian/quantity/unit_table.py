"""The units that plans print, read once from `unit.yaml`: what they are called and how a text shows them.

Nothing here needs pint, so that reading a text stays light; `lvlian.quantity.unit` computes with them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

FULL_WIDTH = {0xFF10 + i: 0x30 + i for i in range(10)}
FULL_WIDTH |= {0xFF21 + i: 0x41 + i for i in range(26)} | {0xFF41 + i: 0x61 + i for i in range(26)}
FULL_WIDTH |= {
    ord(wide): ord(narrow) for wide, narrow in zip("％﹪．／－～〜\u00a0\u3000\u2009\u202f", "%%./-~~    ", strict=True)
}
_FULL_WIDTH = re.compile("[" + "".join(map(chr, FULL_WIDTH)) + "]")


def half_width(text: str) -> str:
    """Figures, Latin letters and signs in half width, one character for one, so that offsets stay."""
    return text.translate(FULL_WIDTH) if _FULL_WIDTH.search(text) else text


@cache
def package_yaml(name: str) -> dict[str, Any]:
    """A data file of this package, parsed once."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    data: dict[str, Any] = yaml.load(files(__package__).joinpath(name).read_text(encoding="utf-8"), Loader=loader)
    return data


@dataclass(frozen=True, slots=True)
class UnitEntry:
    """One unit: canonical `symbol`, `dimension` (units of one dimension add), `definition` in other symbols or None.

    `name` is the identifier for pint (`%` is none), `not_before` the characters that deny the unit when they follow it.
    """

    symbol: str
    dimension: str
    definition: str | None
    aliases: tuple[str, ...]
    name: str
    not_before: str


@dataclass(frozen=True, slots=True)
class UnitTable:
    """`entries` by symbol; `symbol_of` every printed form (half width) to its symbol; `scales` word to factor;
    `below_line` words that stand only under the line to their unit; `pattern` matches scale and unit behind a figure."""

    entries: dict[str, UnitEntry]
    symbol_of: dict[str, str]
    scales: dict[str, float]
    preferred: dict[str, str]
    after_ge: frozenset[str]
    below_line: dict[str, str]
    pattern: re.Pattern[str]
    class_nouns: re.Pattern[str]


def squeezed(text: str) -> str:
    """Compatibility form without white space: how two printed units are compared."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _guarded(form: str, not_before: str) -> str:
    body = re.escape(form)
    if re.search(r"[A-Za-z0-9]$", form):
        return body + "(?![A-Za-z0-9])"
    return body + (f"(?![{re.escape(not_before)}])" if not_before else "")


def _alternation(forms: list[tuple[str, str]]) -> str:
    """Longest form first, grouped by first character so that a place that starts no unit is left at once."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for form, not_before in sorted(forms, key=lambda item: (-len(item[0]), item[0])):
        groups.setdefault(form[0], []).append((form, not_before))
    branches = []
    for first, members in groups.items():
        rest = "|".join(_guarded(form, not_before)[len(re.escape(first)) :] for form, not_before in members)
        branches.append(f"{re.escape(first)}(?:{rest})")
    return f"(?=[{''.join(map(re.escape, groups))}])(?:{'|'.join(branches)})"


@cache
def unit_table() -> UnitTable:
    """The table of `unit.yaml` with its compiled patterns."""
    data = package_yaml("unit.yaml")
    entries: dict[str, UnitEntry] = {}
    for symbol, row in data["units"].items():
        definition = row.get("is")
        entries[symbol] = UnitEntry(
            symbol,
            row["dimension"],
            None if definition is None else str(definition),
            tuple(row.get("aliases", ())),
            row.get("name", symbol),
            row.get("not_before", ""),
        )
    for symbol, not_before in data["count"].items():
        entries[symbol] = UnitEntry(symbol, f"count_{symbol}", None, (), symbol, not_before)
    symbol_of: dict[str, str] = {}
    for entry in entries.values():
        for form in (entry.symbol, *entry.aliases):
            symbol_of[form] = entry.symbol
            symbol_of.setdefault(squeezed(form), entry.symbol)
    only_scaled, below_line = frozenset(data["only_scaled"]), dict(data["per_only"])
    only_with_ge, after_ge = frozenset(data["only_with_ge"]), frozenset(data["after_ge"])
    forms = [(form, entry.not_before) for entry in entries.values() for form in (entry.symbol, *entry.aliases)]
    forms = [(form, guard) for form, guard in forms if form not in only_with_ge]
    alone = _alternation([(form, guard) for form, guard in forms if form not in only_scaled])
    rare = frozenset(data["count"]) - frozenset(data["count_below"])
    below = _alternation(
        [*((form, guard) for form, guard in forms if form not in rare), *((form, "") for form in below_line)]
    )
    ge = _alternation([(form, "份底初末" if form == "月" else "") for form in after_ge])
    slash = r"\s?[/／]\s?(?:每)?(?:[万百]\s?)?"
    every = "每(?:万)?(?=吨|千瓦时|度|亩|平方米|平方公里|公斤|千克|立方米|年|天|日|户|人(?!均)|台|套|kWh|t)"
    # scale (with 余 or 多 on either side), then 个 + unit, or unit with its denominators, or the scale alone
    pattern = re.compile(
        r"\s{0,3}+(?P<inner>[余多]|)\s{0,3}+(?P<scale>万亿|亿|万|)\s{0,3}+(?P<inner2>[余多]|)\s{0,3}+"
        rf"(?P<unit>个?(?P<ge>(?<=个){ge})|(?P<base>{alone}|(?<=[万亿])(?:度|方|角)(?!面案式法向便针位圆正可程))"
        rf"(?P<per>(?:(?:{slash}|{every}){below}){{0,2}})|)"
    )
    return UnitTable(
        entries,
        symbol_of,
        {k: float(v) for k, v in data["scales"].items()},
        dict(data["preferred"]),
        after_ge,
        below_line,
        pattern,
        re.compile("|".join(sorted(data["class_nouns"], key=len, reverse=True))),
    )
