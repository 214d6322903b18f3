"""The tables that a pipeline rests on, from YAML: ramp curves, usual durations, priors of slip; the shipped ones and a user's over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import get_args

from lvlian.outlook.case import STAGES, CaseError, FactorKind
from lvlian.outlook.pipeline.curve import Curve
from lvlian.outlook.pipeline.prior import THERE, Prior, Priors
from lvlian.outlook.pipeline.read_table import layers, mapping, number, source_of, words

HERE = Path(__file__).parent
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
    for name, data in layers(HERE / "curves.yaml", path, ("curves", "source")):
        source, verified = source_of(data, name)
        for kind, entry in mapping(data.get("curves", {}), name, "curves").items():
            place = f"curves.{kind}"
            row = mapping(entry, name, place, ("zh", "en", "shares", "note"))
            shares = row.get("shares")
            if not isinstance(shares, list) or len(shares) > 40:
                raise CaseError(
                    f"{name}, field {place}.shares: found {shares!r:.60}, expected a list of at most 40 shares from 0 to 1"
                )
            found = tuple(number(one, name, f"{place}.shares", 0.0, 1.0) for one in shares)
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
    for name, data in layers(HERE / "durations.yaml", path, ("kinds", "leads", "source")):
        source, verified = source_of(data, name)
        for kind, entry in mapping(data.get("kinds", {}), name, "kinds").items():
            row = mapping(entry, name, f"kinds.{kind}", STAGES)
            days.setdefault(kind, {}).update(
                {stage: number(value, name, f"kinds.{kind}.{stage}", 0.0, 7300.0) for stage, value in row.items()}
            )
        for kind, value in mapping(data.get("leads", {}), name, "leads", FACTOR_KINDS).items():
            leads[kind] = number(value, name, f"leads.{kind}", 0.0, 3650.0)
    return Durations(usual=usual, days=days, leads=leads, source=source, verified=verified)


@lru_cache(maxsize=8)
def load_priors(path: Path | None = None) -> Priors:
    """Priors of slip. Raises CaseError."""
    laws: dict[tuple[str, str], Prior] = {}
    strength, grace = 5.0, 1.0
    source, verified = ("", ""), False
    keys = ("strength", "grace", "projects", "factors", "source", "evidence")
    for name, data in layers(HERE / "priors.yaml", path, keys):
        source, verified = source_of(data, name)
        strength = number(data.get("strength", strength), name, "strength", 0.0, 1e6)
        grace = number(data.get("grace", grace), name, "grace", 0.01, 40.0)
        for kind, entry in mapping(data.get("projects", {}), name, "projects").items():
            for stage, law in mapping(entry, name, f"projects.{kind}", STAGES[1:]).items():
                laws[kind, stage] = _prior(law, name, f"projects.{kind}.{stage}", strength, source, verified)
        for kind, law in mapping(data.get("factors", {}), name, "factors", ("default", *FACTOR_KINDS)).items():
            laws[f"factor.{kind}", THERE] = _prior(law, name, f"factors.{kind}", strength, source, verified)
    return Priors(laws=laws, grace=grace)


def _prior(value: object, name: str, place: str, strength: float, source: tuple[str, str], verified: bool) -> Prior:
    row = mapping(value, name, place, ("shape", "scale", "never", "strength", "source", "verified"))
    for key in ("shape", "scale"):
        if key not in row:
            raise CaseError(f"{name}, field {place}: {key} is missing, expected shape, scale and never")
    own = row.get("source")
    return Prior(
        shape=number(row["shape"], name, f"{place}.shape", 0.05, 100.0),
        scale=number(row["scale"], name, f"{place}.scale", 0.0, 40.0),
        never=number(row.get("never", 0.0), name, f"{place}.never", 0.0, 0.99),
        strength=number(row.get("strength", strength), name, f"{place}.strength", 0.0, 1e6),
        source=source if own is None else words(own, name, f"{place}.source"),
        verified=row.get("verified", verified) is True,
    )
