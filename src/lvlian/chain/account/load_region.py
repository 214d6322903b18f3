"""A region as a YAML or JSON file: its firms with their lines, the links between them, facts. Strict, one sentence per slip."""

from __future__ import annotations

import json
import math
import re
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from lvlian.chain.region import KINDS, OUTSIDE, Firm, Line, Link, Region

LARGEST = 20_000_000
STATES = ("running", "building", "planned", "stopped")
_REGION = ("name", "firms", "links", "complete", "metal", "grid_area", "facts", "simulated", "note")
_FIRM = ("id", "name", "short", "kind", "lines", "post", "state", "facts")
_LINE = ("process", "capacity", "since", "until")
_LINK = ("source", "target", "good")
_ID = re.compile(r"[a-z0-9][a-z0-9_-]*")
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


class RegionError(ValueError):
    """A region's file cannot be used; one sentence with file, field, what was found and what was expected."""


def load_region(path: Path) -> Region:
    """The region of a file. Raises RegionError."""
    try:
        if path.stat().st_size > LARGEST:
            raise RegionError(
                f"{path.name}: is larger than {LARGEST // 1_000_000} MB, expected a region's firms and links"
            )
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise RegionError(f"{path}: cannot be read ({error.strerror or error})") from None
    except UnicodeDecodeError:
        raise RegionError(f"{path.name}: not UTF-8, expected a region as YAML or JSON") from None
    return read_region(text, path.name)


def read_region(text: str, name: str = "region") -> Region:
    """The region that the text of a file called `name` holds. Raises RegionError."""
    try:
        if text.lstrip()[:1] == "{" and '"' in text[:200]:
            data = json.loads(text)
        else:
            data = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except json.JSONDecodeError as error:
        raise RegionError(f"{name}, line {error.lineno}: not JSON ({error.msg})") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise RegionError(f"{name}{f', line {mark.line + 1}' if mark else ''}: not YAML") from None
    return region_of(data, name)


def region_of(data: Any, name: str = "region") -> Region:
    """The region of a parsed file. Raises RegionError."""
    told = _Reader(name)
    top = told.mapping(data, "", _REGION)
    firms = tuple(told.firm(entry, f"firms[{at}]") for at, entry in enumerate(told.list(top.get("firms"), "firms")))
    known: set[str] = set()
    for at, firm in enumerate(firms):
        if firm.id in known:
            raise told.error(f"firms[{at}].id", f"{firm.id} stands twice")
        known.add(firm.id)
    if not firms:
        raise told.error("firms", "is empty, expected at least one firm")
    links = tuple(
        told.link(entry, f"links[{at}]", known) for at, entry in enumerate(told.list(top.get("links"), "links"))
    )
    complete = set()
    for at, pair in enumerate(told.list(top.get("complete"), "complete")):
        if not isinstance(pair, list) or len(pair) != 2 or pair[0] not in known:
            raise told.error(f"complete[{at}]", f"found {pair!r}, expected [firm, good] with a firm of the list")
        complete.add((str(pair[0]), told.text(pair[1], f"complete[{at}][1]")))
    simulated = top.get("simulated", False)
    if not isinstance(simulated, bool):
        raise told.error("simulated", f"is {simulated!r}, expected true or false")
    return Region(
        name=told.text(top.get("name"), "name"),
        firms=firms,
        links=links,
        metal=told.text(top.get("metal", "aluminium"), "metal"),
        grid_area=told.text(top.get("grid_area", ""), "grid_area", empty=True),
        facts={k: told.number(v, f"facts.{k}") for k, v in told.facts(top.get("facts"), "facts").items()},
        simulated=simulated,
        complete=frozenset(complete),
    )


def region_data(region: Region) -> dict[str, Any]:
    """A region as the content of its file; `region_of` gives it back."""
    firms = []
    for firm in region.firms:
        entry: dict[str, Any] = {"id": firm.id, "name": firm.name, "short": firm.short, "kind": firm.kind}
        if firm.state != "running":
            entry["state"] = firm.state
        entry["post"] = firm.post
        if firm.lines:
            entry["lines"] = [
                {
                    k: v
                    for k, v in (
                        ("process", line.process),
                        ("capacity", None if line.capacity is None else float(line.capacity)),
                        ("since", line.since),
                        ("until", line.until),
                    )
                    if v not in (None, "")
                }
                for line in firm.lines
            ]
        if firm.facts:
            entry["facts"] = {k: v if isinstance(v, str) else float(v) for k, v in firm.facts.items()}
        firms.append(entry)
    out: dict[str, Any] = {"name": region.name, "metal": region.metal, "simulated": region.simulated}
    if region.grid_area:
        out["grid_area"] = region.grid_area
    out["firms"] = firms
    out["links"] = [{"source": link.source, "target": link.target, "good": link.good} for link in region.links]
    if region.complete:
        out["complete"] = [list(pair) for pair in sorted(region.complete)]
    if region.facts:
        out["facts"] = {k: float(v) for k, v in region.facts.items()}
    return out


class _Reader:
    """Checks values and raises RegionError with file and field."""

    def __init__(self, name: str) -> None:
        self.name = name

    def error(self, field: str, what: str) -> RegionError:
        return RegionError(f"{self.name}{f', field {field}' if field else ''}: {what}")

    def mapping(self, value: Any, field: str, keys: tuple[str, ...]) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.error(field, f"found {type(value).__name__}, expected a mapping with {', '.join(keys[:3])} …")
        for key in value:
            if key not in keys:
                near = get_close_matches(str(key), keys, 1)
                raise self.error(
                    f"{field}.{key}" if field else str(key), f"is not known{f', meant {near[0]}?' if near else ''}"
                )
        return value

    def list(self, value: Any, field: str) -> list[Any]:
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.error(field, f"found {type(value).__name__}, expected a list")
        return value

    def facts(self, value: Any, field: str) -> dict[str, Any]:
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self.error(field, f"found {type(value).__name__}, expected a mapping")
        return {str(k): v for k, v in value.items()}

    def text(self, value: Any, field: str, empty: bool = False) -> str:
        if not isinstance(value, str) or not (value.strip() or empty):
            raise self.error(field, f"is {value!r}, expected a text")
        return value

    def number(self, value: Any, field: str) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise self.error(field, f"is {value!r}, expected a number")
        return float(value)

    def firm(self, value: Any, field: str) -> Firm:
        entry = self.mapping(value, field, _FIRM)
        key = self.text(entry.get("id"), f"{field}.id")
        if not _ID.fullmatch(key) or key == OUTSIDE:
            raise self.error(f"{field}.id", f"is {key!r}, expected small letters, digits, - and _, and not {OUTSIDE}")
        kind = entry.get("kind")
        if kind not in KINDS:
            raise self.error(f"{field}.kind", f"is {kind!r}, expected one of {', '.join(KINDS)}")
        state = entry.get("state", "running")
        if state not in STATES:
            raise self.error(f"{field}.state", f"is {state!r}, expected one of {', '.join(STATES)}")
        name = self.text(entry.get("name"), f"{field}.name")
        facts: dict[str, float | str] = {}
        for fact, told in self.facts(entry.get("facts"), f"{field}.facts").items():
            facts[fact] = told if isinstance(told, str) else self.number(told, f"{field}.facts.{fact}")
        return Firm(
            id=key,
            name=name,
            short=self.text(entry.get("short", name), f"{field}.short"),
            kind=str(kind),
            lines=tuple(
                self.line(line, f"{field}.lines[{at}]")
                for at, line in enumerate(self.list(entry.get("lines"), f"{field}.lines"))
            ),
            post=self.text(entry.get("post", "统计岗"), f"{field}.post"),
            state=str(state),
            facts=facts,
        )

    def line(self, value: Any, field: str) -> Line:
        entry = self.mapping({"process": value} if isinstance(value, str) else value, field, _LINE)
        capacity = entry.get("capacity")
        if capacity is not None and self.number(capacity, f"{field}.capacity") < 0:
            raise self.error(f"{field}.capacity", f"is {capacity}, expected tonnes a year, 0 or more")
        months = {}
        for key in ("since", "until"):
            months[key] = str(entry.get(key, "") or "")
            if months[key] and not _MONTH.fullmatch(months[key]):
                raise self.error(f"{field}.{key}", f"is {months[key]!r}, expected a month such as 2023-09")
        return Line(
            process=self.text(entry.get("process"), f"{field}.process"),
            capacity=None if capacity is None else float(capacity),
            since=months["since"],
            until=months["until"],
        )

    def link(self, value: Any, field: str, known: set[str]) -> Link:
        entry = self.mapping(value, field, _LINK)
        ends = {}
        for key in ("source", "target"):
            ends[key] = self.text(entry.get(key), f"{field}.{key}")
            if ends[key] not in known and not ends[key].startswith(OUTSIDE):
                near = get_close_matches(ends[key], known, 1)
                raise self.error(
                    f"{field}.{key}",
                    f"{ends[key]!r} is no firm of the list{f', meant {near[0]}?' if near else f' and not {OUTSIDE}'}",
                )
        return Link(source=ends["source"], target=ends["target"], good=self.text(entry.get("good"), f"{field}.good"))
