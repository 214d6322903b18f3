"""The English of the site: every sentence has it, with the same figures and names put in, and a page in English shows no Chinese
but that of the data."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from babel.messages.catalog import Message
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from lvlian.chain.indicators.load_formulas import load_formulas
from lvlian.ledger.calendar import load_calendar
from lvlian.ledger.factors import FACTORS
from lvlian.ledger.load import load_tracks
from lvlian.site.org.models import Job
from tests.site.routes import parameters, routes
from tests.site.scene import dress
from tests.site.world import World

TOOL = Path(__file__).resolve().parents[2] / "tools" / "make_messages.py"
CHINESE = re.compile("[㐀-鿿，。；：、（）《》！？]")
IDEOGRAPHS = re.compile("[㐀-鿿]+")
PLACEHOLDER = re.compile(r"%\((\w+)\)[0-9.]*([sdf])|(%%?[sd])")
TAG = re.compile(r"</?\w[^>]*>")
MARKS = {"规", "报", "算", "假", "标", "约", "磅"}
KEPT = MARKS | {"中文", "清空", "编号", "亿元", "底", "前"}
"""Words that stay Chinese: the marks of origin, the switch of the language, what an imported table writes, units and times as printed."""
IN_ENGLISH = {"、"}
"""Points that English sentences name."""
SILENT = {"script", "style"}
NOT_ASKED = {"logout", "parts", "language"}


def gatherer() -> ModuleType:
    """`tools/make_messages.py`, which is no package."""
    spec = importlib.util.spec_from_file_location("make_messages", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def messages() -> ModuleType:
    return gatherer()


@pytest.fixture(scope="module")
def kept(messages: ModuleType) -> list[Message]:
    """The catalogue without its head."""
    return [message for message in messages.catalogue() if message.id]


def forms(told: Any) -> list[str]:
    return [told] if isinstance(told, str) else list(told)


# The catalogue ----------------------------------------------------------------------------------------------------------
def test_every_sentence_has_english_and_the_catalogue_is_compiled(messages: ModuleType, capsys: Any) -> None:
    assert messages.main(["--check"]) == 0, capsys.readouterr().out


def put_in(text: str) -> Counter[str]:
    """What is put into a sentence, by name and kind; how wide it is written may differ."""
    return Counter(f"{m[1]}:{m[2]}" if m[1] else m[3] for m in PLACEHOLDER.finditer(text))


def test_english_puts_in_what_the_chinese_does(kept: list[Message]) -> None:
    for message in kept:
        chinese = forms(message.id)[0]
        for english in forms(message.string):
            assert put_in(english) == put_in(chinese), chinese
            assert TAG.findall(english) == TAG.findall(chinese), chinese


def test_english_is_english(kept: list[Message]) -> None:
    for message in kept:
        for english in forms(message.string):
            left = english
            for word in KEPT | IN_ENGLISH:
                left = left.replace(word, "")
            assert not CHINESE.search(left), english
            assert not re.search("[a-z]!", left), english


def test_plural_forms_are_said_with_their_number(db: None) -> None:
    with translation.override("en"):
        assert translation.ngettext("还有 %(n)d 天", "还有 %(n)d 天", 1) % {"n": 1} == "1 day left"
        assert translation.ngettext("还有 %(n)d 天", "还有 %(n)d 天", 3) % {"n": 3} == "3 days left"
        assert translation.pgettext("all", "规划") != translation.gettext("规划")


# The pages --------------------------------------------------------------------------------------------------------------
class Words(HTMLParser):
    """What a page shows: texts, the names and titles of its parts, the data of its charts; not what says of itself that it is
    Chinese."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.said: list[str] = []

    def silent(self) -> bool:
        return any(quiet for _, quiet in self.open)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = dict(attributes)
        quiet = (tag in SILENT and told.get("type") != "application/json") or (told.get("lang") or "").startswith("zh")
        if tag not in {"meta", "link", "input", "br", "hr", "img", "col", "source", "wbr"}:
            self.open.append((tag, quiet))
        if not quiet and not self.silent():
            self.said += [v for k in ("aria-label", "title", "placeholder", "data-label", "alt") if (v := told.get(k))]
            if tag == "input" and told.get("type") in ("submit", "button"):
                self.said.append(told.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.open and not self.silent():
            self.said.append(data.encode().decode("unicode_escape") if r"\u" in data else data)


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from (str(key), *strings(one))
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from strings(one)


def data_words() -> list[str]:
    """Every run of ideographs that stands in the database, with the units of registers, the offices that indicators name and the notices of holidays; the longest first."""
    found: set[str] = set()
    for label in ("org", "plans", "ledger", "account"):
        for model in apps.get_app_config(label).get_models():
            for row in model._default_manager.values():
                for text in strings(row):
                    found.update(IDEOGRAPHS.findall(text))
                for value in row.values():
                    found.update(run for text in strings(value) for run in IDEOGRAPHS.findall(text))
    units = {one.unit for track in load_tracks().values() for one in track.fields} | {
        kind.unit for kind in FACTORS.values()
    }
    offices = {
        term.ask
        for formula in load_formulas().formulas.values()
        for one in formula.variants
        for term in (*one.numerator, *one.denominator)
    }
    for told in (*units, *offices, *(notice for _year, notice in load_calendar().notices)):
        found.update(IDEOGRAPHS.findall(told))
    return sorted(found | KEPT, key=lambda word: (-len(word), word))


def chinese_left(page: str, data: Iterable[str]) -> list[str]:
    """Texts of a page that hold Chinese which is no data."""
    reader = Words()
    reader.feed(page)
    out = []
    for text in reader.said:
        left = text
        if IDEOGRAPHS.search(left):
            for word in data:
                left = left.replace(word, "")
        if IDEOGRAPHS.search(left):
            out.append(" ".join(text.split()))
    return out


@pytest.mark.parametrize("role", ["office", "firm", "system_admin", "audit_admin"])
def test_pages_in_english_show_chinese_only_as_data(role: str, world: World, client_of: Any) -> None:
    scene = dress(world)["甲"]
    client: Client = client_of(world.a.people[role], raise_request_exception=False)
    client.cookies["lvlian_language"] = "en"
    data, told, opened = data_words(), {}, 0
    for route in routes():
        if route.name in NOT_ASKED or ":" in route.name:
            continue
        try:
            asked = parameters(route, scene)[:1]
        except LookupError:
            continue
        for values in asked:
            answer = client.get(route.address(values))
            if answer.status_code == 405 or "text/html" not in answer.headers.get("Content-Type", ""):
                continue
            opened += 1
            if left := chinese_left(answer.content.decode(), data):
                told[route.name] = left[:6]
    assert opened > 8
    assert told == {}


@pytest.mark.parametrize("name", ["/login/", "/nowhere/"])
def test_pages_before_login_are_in_english(name: str, db: None) -> None:
    client = Client(raise_request_exception=False)
    client.cookies["lvlian_language"] = "en"
    assert chinese_left(client.get(name, follow=True).content.decode(), KEPT) == []


@pytest.mark.parametrize("key", ["project", "milestone", "duty", "incentive", "firm", "unit"])
def test_tables_in_english_come_back(key: str, world: World, client_of: Any) -> None:
    client: Client = client_of(world.a.people["office"])
    client.cookies["lvlian_language"] = "en"
    for address in (reverse(f"{key}-xlsx"), reverse(f"{key}-csv"), reverse(f"{key}-import-template") + "?filled=1"):
        name = "x.csv" if address.partition("?")[0].endswith("csv") else "x.xlsx"
        table = SimpleUploadedFile(name, client.get(address).content)
        client.post(reverse(f"{key}-import"), {"file": table}, follow=True)
        result = Job.objects.order_by("-made_at").first().result
        assert not result["faults"], (address, result["faults"][:3])
        assert result["same"], address
        assert not (result["added"] or result["changed"]), address
