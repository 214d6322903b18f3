"""The page of what waits: the same that the frame counts, for each role its own."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from lvlian.site.frame import today
from lvlian.site.ledger.actions import items
from lvlian.site.ledger.models import Ask, Dispatch


@pytest.fixture
def county(world):
    return world.a


@pytest.fixture
def office(world, county):
    return world.access(county.people["office"], county.region)


@pytest.mark.parametrize("who", ["office", "chief", "lead", "unit", "park", "firm", "supervisor", "analyst"])
def test_everybody_who_reads_records_has_the_page(client_of, county, office, who):
    items.open_item(office, county.region, "land", "到期的批次", lead=county.units[0], due=today())
    text = client_of(county.people[who]).get(reverse("todo")).content.decode()
    assert ("到期的批次" in text) == (who in ("lead", "unit"))


def test_the_administrators_have_none(client_of, county):
    assert client_of(county.people["audit_admin"]).get(reverse("todo")).status_code == 403


def test_a_dispatch_asks_once_for_all_its_questions(client_of, county, office):
    item = items.open_item(office, county.region, "land", "批次", lead=county.units[0])
    dispatch = Dispatch.objects.create(
        region=county.region, year=2023, quarter=3, state="check", as_of=date(2023, 9, 30), check_until=today()
    )
    for field in ("stage", "step:end"):
        Ask.objects.create(dispatch=dispatch, unit=county.units[0], item=item, field=field)
    text = client_of(county.people["unit"]).get(reverse("todo")).content.decode()
    assert text.count("2 项待核对") == 1
    assert "项待核对" not in client_of(county.people["unit2"]).get(reverse("todo")).content.decode()


def test_the_list_narrows_by_kind(client_of, county, office):
    items.open_item(office, county.region, "land", "到期的批次", lead=county.units[0], due=today() - timedelta(days=3))
    client = client_of(county.people["lead"])
    assert "到期的批次" in client.get(reverse("todo"), {"kind": "批次"}).content.decode()
    assert "到期的批次" not in client.get(reverse("todo"), {"kind": "里程碑"}).content.decode()


def test_the_page_takes_as_many_queries_for_many(client_of, county, office, django_assert_max_num_queries):
    for n in range(30):
        items.open_item(office, county.region, "land", f"批次{n}", lead=county.units[0], due=today())
    client = client_of(county.people["lead"])
    client.get(reverse("todo"))
    with django_assert_max_num_queries(24):
        client.get(reverse("todo"))
