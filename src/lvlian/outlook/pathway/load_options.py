"""What a pathway may do and what it costs: options.yaml, a user's own file over it, and what a question changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from lvlian.outlook.case import CaseError

FILE = Path(__file__).parent / "options.yaml"
SECTIONS = (
    "source",
    "money",
    "goals",
    "projects",
    "factors_share",
    "factors",
    "lots",
    "power",
    "retrofit",
    "links",
    "rules",
)
SWITCHES = ("sooner", "later", "lots", "sources", "retrofit", "links", "retire")
"""Parts that a question may switch off as a whole: `without`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule of the plans that can be switched: `set` its figures, `regulation` the row of regulations.csv that it stands in."""

    id: str
    zh: str
    en: str
    on: bool
    regulation: str
    set: Mapping[str, float | None]

    def figure(self, key: str) -> float:
        value = self.set[key]
        return 0.0 if value is None else float(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The sections of options.yaml as read. `without` names parts switched off, `goal_price` yuan that one per cent missed of a goal is
    worth (None: goals come before money), `priority` aim id → 1, 2, … (1 first), `weight` aim id → weight among goals of one rank,
    `skip` aims that are left out, `fixed` projects that are left as they are."""

    source: Mapping[str, Any]
    money: Mapping[str, Any]
    goals: Mapping[str, Any]
    projects: Mapping[str, Any]
    factors_share: float
    factors: Mapping[str, Mapping[str, Any]]
    lots: Mapping[str, Any]
    power: Mapping[str, Mapping[str, Any]]
    retrofit: Mapping[str, Any]
    links: Mapping[str, Any]
    rules: Mapping[str, Rule]
    without: tuple[str, ...] = ()
    goal_price: float | None = None
    priority: Mapping[str, int] = field(default_factory=dict)
    weight: Mapping[str, float] = field(default_factory=dict)
    skip: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()

    def on(self, rule: str) -> Rule | None:
        """The rule where it is switched on."""
        found = self.rules[rule]
        return found if found.on else None

    def may(self, part: str) -> bool:
        return part not in self.without

    def by_kind(self, table: str, kind: str) -> float:
        """A figure of `money` by kind of project."""
        rows = self.money[table]
        return float(rows.get(kind, rows["default"]))


@lru_cache(maxsize=4)
def load_options(path: Path | None = None) -> Options:
    """The options shipped, with a user's file over them. Raises CaseError in one sentence that names file and field."""
    data = _read(FILE)
    if path is not None:
        data = _over(data, _read(path), path.name, "")
    rules = {key: _rule(key, entry) for key, entry in data["rules"].items()}
    return Options(**{key: data[key] for key in SECTIONS if key != "rules"}, rules=rules)


def options_of(given: Options | Mapping[str, Any] | None) -> Options:
    """Options from a mapping of changes: `rules.<id>` True, False or its figures; `money.discount`, `projects.later` and so on; `without`,
    `goal_price`, `priority`, `weight`, `skip`, `fixed`. Raises CaseError for a key that there is none of."""
    base = load_options()
    if given is None:
        return base
    if isinstance(given, Options):
        return given
    out = base
    for key, value in given.items():
        if key in ("without", "skip", "fixed"):
            names = tuple(str(one) for one in value)
            wrong = [one for one in names if key == "without" and one not in SWITCHES]
            if wrong:
                raise CaseError(f"options, field without: found {wrong[0]}, expected one of {', '.join(SWITCHES)}")
            out = (
                replace(out, without=names)
                if key == "without"
                else replace(out, skip=names)
                if key == "skip"
                else replace(out, fixed=names)
            )
        elif key == "goal_price":
            out = replace(out, goal_price=None if value is None else _number(key, value))
        elif key == "priority":
            out = replace(
                out, priority={str(one): int(_number(f"priority.{one}", rank)) for one, rank in value.items()}
            )
        elif key == "weight":
            out = replace(out, weight={str(one): _number(f"weight.{one}", share) for one, share in value.items()})
        else:
            out = _set(out, key, value)
    return out


def _set(options: Options, key: str, value: Any) -> Options:
    section, _, rest = key.partition(".")
    if section == "rules":
        return _set_rule(options, rest, value)
    if key == "factors_share":
        return replace(options, factors_share=_number(key, value))
    if section not in SECTIONS or not rest or section == "factors_share":
        raise CaseError(
            f"options, field {key}: not known, expected one of rules.<id>, {', '.join((*SECTIONS[1:4], *SECTIONS[5:9]))}.<field>"
        )
    path = rest.split(".")
    table = _copied(getattr(options, section))
    here = table
    for step in path[:-1]:
        if not isinstance(here.get(step), dict):
            raise CaseError(f"options, field {key}: not known in {section}")
        here = here[step]
    if path[-1] not in here:
        raise CaseError(f"options, field {key}: not known in {section}")
    here[path[-1]] = _number(key, value)
    changed: Any = {section: table}
    return replace(options, **changed)


def _set_rule(options: Options, rest: str, value: Any) -> Options:
    name, _, part = rest.partition(".")
    rule = options.rules.get(name)
    if rule is None:
        raise CaseError(f"options, field rules.{name}: not known, expected one of {', '.join(options.rules)}")
    if part:
        value = {part: value}
    if isinstance(value, bool):
        new = replace(rule, on=value)
    elif isinstance(value, Mapping):
        for key, figure in value.items():
            if key not in rule.set:
                raise CaseError(f"options, field rules.{name}.{key}: not known, expected one of {', '.join(rule.set)}")
            if figure is not None:
                _number(f"rules.{name}.{key}", figure)
        new = replace(rule, on=True, set={**rule.set, **{k: None if v is None else float(v) for k, v in value.items()}})
    else:
        raise CaseError(f"options, field rules.{name}: found {value!r}, expected true, false or its figures")
    return replace(options, rules={**options.rules, name: new})


def _read(path: Path) -> dict[str, Any]:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CaseError(f"{path.name}: cannot be read as YAML ({type(error).__name__})") from None
    if not isinstance(data, dict):
        raise CaseError(f"{path.name}: found {type(data).__name__}, expected a mapping of options")
    for key in data:
        if key not in SECTIONS:
            raise CaseError(f"{path.name}, field {key}: unknown, expected one of {', '.join(SECTIONS)}")
    return data


def _over(base: Mapping[str, Any], new: Mapping[str, Any], name: str, place: str) -> dict[str, Any]:
    out = dict(base)
    for key, value in new.items():
        where = f"{place}.{key}" if place else str(key)
        old = base.get(key)
        if key not in base and place.count(".") == 0 and place not in ("power", "factors", "rules"):
            raise CaseError(f"{name}, field {where}: unknown, expected one of {', '.join(map(str, base))}")
        if isinstance(old, dict):
            if not isinstance(value, dict):
                raise CaseError(f"{name}, field {where}: found {value!r}, expected a mapping")
            out[key] = _over(old, value, name, where)
        elif isinstance(old, int | float) and not isinstance(old, bool):
            out[key] = _number(f"{name}, field {where}", value)
        else:
            out[key] = value
    return out


def _rule(key: str, entry: Mapping[str, Any]) -> Rule:
    for name in ("zh", "en", "active", "regulation", "set"):
        if name not in entry:
            raise CaseError(f"options.yaml, field rules.{key}.{name}: missing")
    return Rule(
        id=key,
        zh=entry["zh"],
        en=entry["en"],
        on=bool(entry["active"]),
        regulation=entry["regulation"],
        set=dict(entry["set"]),
    )


def _copied(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _copied(value) if isinstance(value, Mapping) else value for key, value in table.items()}


def _number(place: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or abs(value) == float("inf"):
        where = place if "field" in place else f"options, field {place}"
        raise CaseError(f"{where}: found {value!r}, expected a finite number")
    return float(value)


__all__ = ["Options", "Rule", "load_options", "options_of"]
