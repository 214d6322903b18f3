"""The site's items of a plan and the register of the command line are the same: tracks, stages, units, steps and lights."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lvlian.brief.register import Entry, Register, register_of
from lvlian.plan.read import read_plan
from lvlian.plan.region import load_region
from lvlian.plan.source import source_from_bytes
from lvlian.site.frame import today
from lvlian.site.ledger.days import working_days
from lvlian.site.ledger.models import Item, Party
from lvlian.site.plans.actions.documents import load_document, load_region_file
from lvlian.site.plans.actions.review import accept_many
from lvlian.site.plans.models import Fact, Version

pytestmark = pytest.mark.django_db
FILES = sorted((Path(__file__).resolve().parents[3] / "data" / "regions").glob("*.yaml"))
SAMPLE = Path(__file__).resolve().parents[3] / "data" / "sample" / "qingyan.txt"


def told_of_site(version: Version) -> Counter[Any]:
    rows = Item.objects.filter(fact__version=version).prefetch_related("steps", "parties__unit")
    out: Counter[Any] = Counter()
    for item in rows:
        steps = sorted((s.stage, s.title, s.due, s.expected, s.done, s.given) for s in item.steps.all())
        parties = item.parties.all()
        units = sorted(one.unit.name for one in parties if one.part != Party.Part.LEAD)
        lead = next((one.unit.name for one in parties if one.part == Party.Part.LEAD), "")
        told = (
            item.born,
            item.track,
            item.title,
            item.stage,
            item.known,
            item.opened,
            item.due,
            item.expected,
            item.light,
        )
        mine = (written(item.reasons), tuple(map(repr, steps)), lead, tuple(unit for unit in units if unit != lead))
        out[*told, *mine, written(item.data), item.fact.section if item.fact else ""] += 1
    return out


def written(values: Any) -> str:
    """Values as text that does not depend on the order in which a database keeps the keys of an object."""
    return json.dumps(values, sort_keys=True, ensure_ascii=False, default=str)


def told(entry: Entry) -> Any:
    open_steps = [step for step in entry.steps if step.done is None and step.counts is not None]
    due = min(open_steps, key=lambda step: (step.counts, step.key)).due if open_steps else None
    steps = sorted((s.stage, s.title, s.due, s.expected, s.done, s.given) for s in entry.steps)
    reasons = [reason.to_json() for reason in entry.light.reasons]
    units = tuple(sorted(unit for unit in entry.units if unit != entry.lead))
    own = (entry.born, entry.track.key, entry.title, entry.stage.key, entry.known, entry.state.opened, due, entry.day)
    light = (entry.light.state, written(reasons), tuple(map(repr, steps)))
    return (*own, *light, entry.lead, units, written(entry.state.data), entry.section)


def agree(version: Version, register: Register) -> None:
    site, line = told_of_site(version), Counter(told(entry) for entry in register.entries)
    assert site - line == Counter() and line - site == Counter()
    assert site.total() == len(register.entries) > 0


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_a_region_gives_the_same_on_the_site_and_without_it(world: Any, file: Path) -> None:
    access = world.access(world.a.people["office"], world.a.region)
    version = load_region_file(access, world.a.region, file, accept=True)
    agree(version, register_of(load_region(file), today=today(), calendar=working_days()))


def of_document(world: Any, name: str, content: bytes) -> None:
    access = world.access(world.a.people["office"], world.a.region)
    version = load_document(access, world.a.region, name, content)
    accept_many(access, version, list(Fact.objects.filter(version=version).values_list("pk", flat=True)))
    facts = read_plan(source_from_bytes(content, name=name))
    agree(version, register_of(facts, today=today(), calendar=working_days()))


def test_a_document_whose_facts_are_accepted_gives_the_same(world: Any) -> None:
    of_document(world, SAMPLE.name, SAMPLE.read_bytes())


@pytest.mark.parametrize("number", range(5))
def test_a_real_plan_gives_the_same(world: Any, shared: Path, number: int) -> None:
    path = sorted(path for path in (shared / "plans").iterdir() if path.suffix in (".txt", ".docx", ".pdf", ".html"))[
        number
    ]
    of_document(world, path.name, path.read_bytes())


def test_the_day_of_the_site_is_fixed() -> None:
    assert today() == date(2023, 10, 12), "the lights above are compared on a day that does not move"
