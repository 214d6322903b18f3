"""Nothing in the site makes people check in, collect points, count their hours online, or ranks them: units stand as facts in the order
of their list, and what is counted is facts asked, never persons."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from tests.site.routes import routes

SITE = Path(__file__).resolve().parents[3] / "src" / "lvlian" / "site"
WORDS = re.compile(
    r"打卡|签到|积分|排行|排名|得分|评分|点赞|勋章|徽章|在线时长|登录次数|活跃度|末位|红黑榜|晒单|通报批评个人|达人|"
    r"check-?in\b|leaderboard|\branking\b|\bbadges?\b|\bstreak|online[ _-]hours|gamif|scoreboard",
    re.IGNORECASE,
)
ALLOWED = re.compile(
    "不设签阅和在线时长|no online hours|no online hours|不排名|不打分|不作评比|nobody is ranked|are not ranked|ranked by|or be ranked"
)
"""Sentences that say that there is none of it."""
TEXTS = sorted(
    path for folder in ("templates", "static", "locale", "ledger", "pages") for path in (SITE / folder).rglob("*")
    if path.suffix in (".html", ".js", ".css", ".po", ".py", ".yaml") and "vendor" not in path.parts
)  # fmt: skip
PEOPLE = ("user", "actor", "answered_by", "username")
COUNTED = re.compile(
    r"login|visit|click|second|minute|hour|online|active|point|score|credit|streak|badge", re.IGNORECASE
)


def test_no_word_of_it_stands_in_pages_styles_scripts_and_words() -> None:
    found = []
    for path in TEXTS:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if (match := WORDS.search(line)) and not ALLOWED.search(line):
                found.append(f"{path.relative_to(SITE)}:{number}: {match.group()}")
    assert not found, "\n".join(found)


def test_no_address_and_no_name_of_a_field_tells_of_it() -> None:
    named = [route.pattern for route in routes()]
    for model in apps.get_models():
        named += [str(field.verbose_name) for field in model._meta.fields] + [
            field.name for field in model._meta.fields
        ]
    assert not [name for name in named if WORDS.search(name)]


@pytest.mark.parametrize("label", ["ledger", "org", "plans"])
def test_no_model_counts_what_persons_do(label: str) -> None:
    """A number beside a person would be a count of that person: sessions and accounts know days and failed passwords alone."""
    allowed = {("user", "failures")}
    counts = (models.IntegerField, models.FloatField, models.DecimalField, models.DurationField)
    found = []
    for model in apps.get_app_config(label).get_models():
        for field in model._meta.fields:
            name = (model._meta.model_name or "", field.name)
            if isinstance(field, counts) and COUNTED.search(field.name) and name not in allowed:
                found.append(".".join(name))
    assert not found


def test_an_answer_keeps_who_and_when_and_no_duration() -> None:
    """What a unit answered is kept with whoever did it, as an audit needs; how long it took is nowhere."""
    from lvlian.site.ledger.models import Ask, Dispatch

    kinds = {field.name: type(field) for field in Ask._meta.fields}
    assert models.DurationField not in kinds.values()
    assert {name for name in kinds if name.endswith("_at")} == {"answered_at"}
    assert set(Dispatch._meta.get_field("reminded").default()) == set(), "units are reminded, by their number"


def test_no_list_orders_or_groups_people_by_a_count() -> None:
    """No query counts by person, and none orders persons or units by a count."""
    found = []
    for path in sorted((SITE / "ledger").rglob("*.py")) + sorted((SITE / "pages").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            words = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            if node.func.attr == "values" and set(words) & set(PEOPLE) and "annotate" in ast.unparse(node):
                found.append(f"{path.relative_to(SITE)}:{node.lineno} groups by person")
            if node.func.attr == "order_by" and any(COUNTED.search(word) for word in words):
                found.append(f"{path.relative_to(SITE)}:{node.lineno} orders by {words}")
    assert not found, "\n".join(found)


def test_units_stand_in_the_order_of_their_list() -> None:
    """The one table of units of a dispatch is ordered by the organisation's list, whatever they have answered."""
    source = (SITE / "ledger" / "selectors_dispatch.py").read_text(encoding="utf-8")
    body = source[source.index("def unit_states") : source.index("def units_here")]
    assert '.order_by("region_id", "pk")' in body and "sorted(" not in body
    from lvlian.site.ledger.burden import Burden

    assert not [name for name in Burden.__dataclass_fields__ if COUNTED.search(name)]


def test_the_burden_is_an_assumption_that_says_so() -> None:
    from lvlian.site.ledger.dispatch_rules import rules

    assert "未实测" in rules().source.zh and not rules().verified
    assert "不测任何人的时间" in (SITE / "templates" / "ledger" / "dispatch.html").read_text(encoding="utf-8")
