"""Cases and scenarios as files that `load_case` reads back without loss."""

from __future__ import annotations

from pathlib import Path

from lvlian.outlook.case import Case
from lvlian.outlook.form import json_text, yaml_text
from lvlian.outlook.load_case import CASE, SCENARIO
from lvlian.outlook.record import plain
from lvlian.outlook.scenario import Scenario


def case_text(case: Case, form: str = "yaml") -> str:
    """The file of a case, `yaml` or `json`."""
    return (json_text if form == "json" else yaml_text)(plain(case), CASE)


def scenario_text(scenario: Scenario, form: str = "yaml") -> str:
    """The file of a scenario, `yaml` or `json`."""
    return (json_text if form == "json" else yaml_text)(plain(scenario), SCENARIO)


def write_case(path: Path | str, case: Case) -> None:
    """Writes a case; a name that ends in `.json` is JSON, any other YAML."""
    _write(Path(path), case_text(case, _form(path)))


def write_scenario(path: Path | str, scenario: Scenario) -> None:
    """Writes a scenario, as `write_case`."""
    _write(Path(path), scenario_text(scenario, _form(path)))


def _form(path: Path | str) -> str:
    return "json" if str(path).endswith(".json") else "yaml"


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
