"""The second reader on the site: off without an endpoint, compared and never merged with one."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from lvlian.plan.endpoint import Endpoint
from lvlian.site.plans import second
from lvlian.site.plans.models import Fact


@pytest.fixture
def client(client_of, world):
    return client_of(world.a.people["office"])


def test_off_without_an_endpoint(client, loaded, monkeypatch):
    monkeypatch.delenv("LVLIAN_READER_URL", raising=False)
    page = client.get(reverse("plan-readers", args=[loaded.plan_id])).content.decode()
    assert "LVLIAN_READER_URL" in page and "请第二读者读" not in page
    assert client.post(reverse("plan-read-again", args=[loaded.plan_id])).status_code == 302


def test_only_what_the_environment_names_is_an_endpoint():
    assert second.endpoint_of({}) is None
    assert second.endpoint_of({"LVLIAN_READER_URL": "ftp://x", "LVLIAN_READER_MODEL": "m"}) is None
    found = second.endpoint_of({"LVLIAN_READER_URL": "http://localhost:1/v1", "LVLIAN_READER_MODEL": "m"})
    assert found is not None and found.host == "localhost:1"


def test_disagreements_are_listed_beside_the_facts(client, loaded, monkeypatch):
    def ask(self, messages):
        text = messages[-1]["content"]
        if "综合产值达到300亿元" not in text:
            return "{}" if "goals" in text else '{"goals": []}'
        goal = {"indicator": "铝产业综合产值", "subject": "全县", "op": "=", "value": 300, "unit": "亿元", "mode": "level",
                "when": "2026", "when_op": "by", "quote": "全县铝产业综合产值达到300亿元"}  # fmt: skip
        more = {"indicator": "园区内企业", "subject": None, "op": "=", "value": 3, "unit": "户", "mode": "level", "when": None,
                "when_op": None, "quote": "新增规模以上铝加工企业2024年3户"}  # fmt: skip
        return json.dumps({"goals": [goal, more]}, ensure_ascii=False)

    monkeypatch.setattr(Endpoint, "ask", ask)
    monkeypatch.setenv("LVLIAN_READER_URL", "http://localhost:1/v1")
    monkeypatch.setenv("LVLIAN_READER_MODEL", "stub")
    before = Fact.objects.filter(version=loaded).count()
    assert client.post(reverse("plan-read-again", args=[loaded.plan_id])).status_code == 302
    loaded.refresh_from_db()
    assert loaded.second["model"] == "stub" and Fact.objects.filter(version=loaded).count() == before
    fact = Fact.objects.get(version=loaded, title__contains="铝产业综合产值　≥ 300")
    assert fact.second == {"state": "differ", "fields": {"op": "="}}
    page = client.get(reverse("plan-readers", args=[loaded.plan_id])).content.decode()
    assert "读得不同" in page and fact.title in page and "请第二读者读" in page
    card = client.get(reverse("fact-card", args=[fact.pk]), headers={"HX-Request": "true"}).content.decode()
    assert "不一致" in card
