"""The tables that a pipeline rests on, from YAML: ramp curves, usual durations, priors of slip; the shipped ones and a user's over them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

import yaml

from lvlian.outlook.case import STAGES, CaseError, FactorKind
from lvlian.outlook.pipeline.curve import Curve
from lvlian.outlook.pipeline.prior import THERE, Prior, Priors

DAYS_A_QUARTER = 365.25 / 4
FACTOR_KINDS: tuple[str, ...] = get_args(FactorKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Durations:
    """`days` kind → stage → days since the stage before, `usual` the register's for kinds and stages not named, `leads` factor kind → days;
    `source` in Chinese and English, `verified` whether anybody compared them with records."""

    usual: Mapping[str, float]
    days: Mapping[str, Mapping[str, float]]
    leads: Mapping[str, float]
    source: tuple[str, str]
    verified: bool

    def quarters(self, kind: str, stage: str) -> float:
        """From the stage before to `stage`; 0 for stages without a length (the first, and `full`, which the ramp gives)."""
        return self.days.get(kind, {}).get(stage, self.usual.get(stage, 0.0)) / DAYS_A_QUARTER

    def lead(self, kind: str) -> float:
        """Quarters between a factor's day and the stage that waits for it."""
        return self.leads.get(kind, 0.0) / DAYS_A_QUARTER


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """All three."""

    curves: Mapping[str, Curve]
    durations: Durations
    priors: Priors

    def curve(self, kind: str) -> Curve:
        return self.curves.get(kind) or self.curves["default"]


@lru_cache(maxsize=8)
def load_tables(curves: Path | None = None, durations: Path | None = None, priors: Path | None = None) -> Tables:
    """The shipped tables, with a user's files over them. Raises CaseError: file, field, found, expected."""
    return Tables(curves=load_curves(curves), durations=load_durations(durations), priors=load_priors(priors))


@lru_cache(maxsize=8)
def load_curves(path: Path | None = None) -> Mapping[str, Curve]:
    """Ramp curves by kind. Raises CaseError."""
    out: dict[str, Curve] = {}
    for name, data in _layers("curves.yaml", path, ("curves", "source")):
        source, verified = _source(data, name)
        for kind, entry in _mapping(data.get("curves", {}), name, "curves").items():
            place = f"curves.{kind}"
            row = _mapping(entry, name, place, ("zh", "en", "shares", "note"))
            shares = row.get("shares")
            if not isinstance(shares, list) or len(shares) > 40:
                raise CaseError(
                    f"{name}, field {place}.shares: found {shares!r:.60}, expected a list of at most 40 shares from 0 to 1"
                )
            found = tuple(_number(one, name, f"{place}.shares", 0.0, 1.0) for one in shares)
            out[kind] = Curve(
                kind=kind, shares=found, zh=str(row.get("zh", kind)), en=str(row.get("en", kind)), source=source, verified=verified
            )  # fmt: skip
    return out


@lru_cache(maxsize=8)
def load_durations(path: Path | None = None) -> Durations:
    """Usual durations; those of the ledger's track `project` where no kind says else. Raises CaseError."""
    from lvlian.ledger.load import load_track, shipped_folder

    track = load_track(shipped_folder() / "project.yaml")
    usual = {stage.key: float(stage.days) for stage in track.stages if stage.key in STAGES and stage.key != "full"}
    days: dict[str, dict[str, float]] = {}
    leads: dict[str, float] = {}
    source, verified = ("", ""), False
    for name, data in _layers("durations.yaml", path, ("kinds", "leads", "source")):
        source, verified = _source(data, name)
        for kind, entry in _mapping(data.get("kinds", {}), name, "kinds").items():
            row = _mapping(entry, name, f"kinds.{kind}", STAGES)
            days.setdefault(kind, {}).update(
                {stage: _number(value, name, f"kinds.{kind}.{stage}", 0.0, 7300.0) for stage, value in row.items()}
            )
        for kind, value in _mapping(data.get("leads", {}), name, "leads", FACTOR_KINDS).items():
            leads[kind] = _number(value, name, f"leads.{kind}", 0.0, 3650.0)
    return Durations(usual=usual, days=days, leads=leads, source=source, verified=verified)


@lru_cache(maxsize=8)
def load_priors(path: Path | None = None) -> Priors:
    """Priors of slip. Raises CaseError."""
    laws: dict[tuple[str, str], Prior] = {}
    strength, grace = 5.0, 1.0
    source, verified = ("", ""), False
    keys = ("strength", "grace", "projects", "factors", "source", "evidence")
    for name, data in _layers("priors.yaml", path, keys):
        source, verified = _source(data, name)
        strength = _number(data.get("strength", strength), name, "strength", 0.0, 1e6)
        grace = _number(data.get("grace", grace), name, "grace", 0.01, 40.0)
        for kind, entry in _mapping(data.get("projects", {}), name, "projects").items():
            for stage, law in _mapping(entry, name, f"projects.{kind}", STAGES[1:]).items():
                laws[kind, stage] = _prior(law, name, f"projects.{kind}.{stage}", strength, source, verified)
        for kind, law in _mapping(data.get("factors", {}), name, "factors", ("default", *FACTOR_KINDS)).items():
            laws[f"factor.{kind}", THERE] = _prior(law, name, f"factors.{kind}", strength, source, verified)
    return Priors(laws=laws, grace=grace)


def _prior(value: object, name: str, place: str, strength: float, source: tuple[str, str], verified: bool) -> Prior:
    row = _mapping(value, name, place, ("shape", "scale", "never", "strength", "source", "verified"))
    for key in ("shape", "scale"):
        if key not in row:
            raise CaseError(f"{name}, field {place}: {key} is missing, expected shape, scale and never")
    own = row.get("source")
    return Prior(
        shape=_number(row["shape"], name, f"{place}.shape", 0.05, 100.0),
        scale=_number(row["scale"], name, f"{place}.scale", 0.0, 40.0),
        never=_number(row.get("never", 0.0), name, f"{place}.never", 0.0, 0.99),
        strength=_number(row.get("strength", strength), name, f"{place}.strength", 0.0, 1e6),
        source=source if own is None else _words(own, name, f"{place}.source"),
        verified=bool(row.get("verified", verified)),
    )


def _layers(shipped: str, path: Path | None, keys: tuple[str, ...]) -> list[tuple[str, Mapping[str, Any]]]:
    paths = [Path(__file__).with_name(shipped), *([] if path is None else [Path(path)])]
    return [(one.name, _mapping(_read(one), one.name, "", keys)) for one in paths]


def _read(path: Path) -> object:
    try:
        return yaml.load(path.read_text(encoding="utf-8-sig"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except OSError as error:
        raise CaseError(f"{path}: cannot be read ({error.strerror or error})") from None
    except UnicodeDecodeError:
        raise CaseError(f"{path.name}: not UTF-8, expected YAML in UTF-8") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        where = getattr(error, "problem_mark", None)
        raise CaseError(f"{path.name}{f', line {where.line + 1}' if where else ''}: not YAML") from None


def _mapping(value: object, name: str, place: str, keys: tuple[str, ...] = ()) -> Mapping[str, Any]:
    where = f"{name}, field {place}" if place else name
    if not isinstance(value, dict):
        raise CaseError(f"{where}: found {type(value).__name__}, expected a mapping")
    for key in value:
        if not isinstance(key, str) or (keys and key not in keys):
            raise CaseError(f"{where}: found the key {key!r:.40}, expected one of {', '.join(keys) or 'texts'}")
    return value


def _number(value: object, name: str, place: str, low: float, high: float) -> float:
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not math.isfinite(value)
        or not low <= value <= high
    ):
        raise CaseError(f"{name}, field {place}: found {value!r:.40}, expected a figure from {low:g} to {high:g}")
    return float(value)


def _source(data: Mapping[str, Any], name: str) -> tuple[tuple[str, str], bool]:
    if "source" not in data:
        return ("用户文件，未写来源", "a user's file that names no source"), False
    row = _mapping(data["source"], name, "source", ("zh", "en", "verified"))
    return _words(row, name, "source"), bool(row.get("verified", False))


def _words(value: object, name: str, place: str) -> tuple[str, str]:
    if isinstance(value, str):
        return value, value
    row = _mapping(value, name, place)
    return str(row.get("zh", "")), str(row.get("en", ""))
