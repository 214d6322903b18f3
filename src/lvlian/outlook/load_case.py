"""Cases and scenarios from files: `format: lvlian-case/1` and `lvlian-scenario/1`, YAML or JSON, checked as they are read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lvlian.outlook.case import STAGES, Case, CaseError, Project
from lvlian.outlook.form import MOST_BYTES, data_of
from lvlian.outlook.record import record
from lvlian.outlook.scenario import Scenario, scenario_of

CASE = "lvlian-case/1"
SCENARIO = "lvlian-scenario/1"


def load_case(path: Path | str) -> Case:
    """The case of a file. Raises CaseError: file, line or field, found, expected."""
    return read_case(_bytes(Path(path)), Path(path).name)


def read_case(content: bytes, name: str = "case.yaml") -> Case:
    """The case that the bytes of a file called `name` hold. Raises CaseError."""
    case = record(Case, data_of(content, name, CASE), name)
    check(case, name)
    return case


def load_scenario(path: Path | str) -> Scenario:
    """The scenario of a file. Raises CaseError."""
    return read_scenario(_bytes(Path(path)), Path(path).name)


def read_scenario(content: bytes, name: str = "scenario.yaml") -> Scenario:
    """The scenario that the bytes of a file called `name` hold. Raises CaseError."""
    return scenario_of(data_of(content, name, SCENARIO), name)


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(MOST_BYTES + 1)
    except OSError as why:
        raise CaseError(f"{path.name}: cannot be read ({why.strerror or why})") from None


def check(case: Case, name: str) -> None:
    """Whether all that a case names is there and its figures can be. Raises CaseError for the first that is not."""
    if not case.region:
        raise CaseError(f"{name}, field region: is empty, expected the region's name")
    for field_name in ("plants", "projects", "factors", "aims", "limits"):
        _unique(name, field_name, [one.id for one in getattr(case, field_name)])
    _unique(name, "premises", [one.key for one in case.premises])
    plants, projects, factors = ({one.id for one in rows} for rows in (case.plants, case.projects, case.factors))
    for place, plant in enumerate(case.plants):
        at = f"{name}, field plants[{place}]"
        _positive(at, "capacity", plant.capacity, zero=True)
        _positive(at, "load", plant.load, zero=True)
        if plant.project and plant.project not in projects:
            raise CaseError(f"{at}.project: found {plant.project!r}, expected {_some('a project', projects)}")
    for place, project in enumerate(case.projects):
        _project(f"{name}, field projects[{place}]", project, plants, factors, case)
    for place, limit in enumerate(case.limits):
        _positive(f"{name}, field limits[{place}]", "amount", limit.amount, zero=True)
    for place, aim in enumerate(case.aims):
        if aim.year and not 1900 <= aim.year <= 2200:
            raise CaseError(f"{name}, field aims[{place}].year: found {aim.year}, expected a year, or 0 for none")
        if aim.op not in (">=", ">", "<=", "<", "=", "~"):
            raise CaseError(f"{name}, field aims[{place}].op: found {aim.op!r}, expected one of >= > <= < = ~")
    for place, one in enumerate(case.premises):
        if not one.low <= one.high:
            raise CaseError(f"{name}, field premises[{place}].low: found {one.low} above high, {one.high}")


def _project(at: str, project: Project, plants: set[str], factors: set[str], case: Case) -> None:
    own = {plant.id for plant in case.plants if plant.project == project.id}
    for plant in project.plants:
        if plant not in plants:
            raise CaseError(f"{at}.plants: found {plant!r}, expected {_some('a plant', plants)}")
        if plant not in own:
            raise CaseError(f"{at}.plants: found {plant!r}, whose field project is not {project.id!r}")
    if missing := sorted(own - set(project.plants)):
        raise CaseError(f"{at}.plants: does not name {missing[0]!r}, whose field project is {project.id!r}")
    for number, need in enumerate(project.needs):
        if need.factor not in factors:
            raise CaseError(
                f"{at}.needs[{number}].factor: found {need.factor!r}, expected {_some('a factor', factors)}"
            )
        _stage(f"{at}.needs[{number}].stage", need.stage)
    for number, step in enumerate(project.steps):
        _stage(f"{at}.steps[{number}].stage", step.stage)
    _unique(at, "steps", [step.stage for step in project.steps], joint=".")
    _stage(f"{at}.stage", project.stage)


def _stage(at: str, found: str) -> None:
    if found not in STAGES:
        raise CaseError(f"{at}: found {found!r}, expected one of {', '.join(STAGES)}")


def _positive(at: str, name: str, value: float, *, zero: bool) -> None:
    if value < 0 or (value == 0 and not zero):
        raise CaseError(f"{at}.{name}: found {value:g}, expected no figure below zero")


def _unique(at: str, name: str, keys: Sequence[str], joint: str = ", field ") -> None:
    seen: set[str] = set()
    for place, key in enumerate(keys):
        if not key:
            raise CaseError(f"{at}{joint}{name}[{place}]: has an empty name, expected one")
        if key in seen:
            raise CaseError(f"{at}{joint}{name}[{place}]: found {key!r} for the second time, expected each once")
        seen.add(key)


def _some(what: str, known: set[str]) -> str:
    some = ", ".join(sorted(known)[:8]) + (" …" if len(known) > 8 else "")
    return f"{what} of the file: {some}" if known else f"{what} that the file has"
