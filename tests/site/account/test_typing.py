"""A report typed into the page: read by the rules of files, what is wrong at its figure, doubts before filing, nothing lost."""

from __future__ import annotations

import re
from typing import Any

import pytest

from lvlian.site.account.actions.filings import file_report
from lvlian.site.account.models import Filing, Statement
from tests.site.account.desk import BEFORE, MONTH, Reporting, reporting, said

pytestmark = pytest.mark.django_db
METAL = "made|liquid_aluminium|electrolysis||"


@pytest.fixture
def room(world: Any) -> Reporting:
    return reporting(world)


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", answer.content.decode()))


def hidden(answer: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="(\w+)"', answer.content.decode())
    assert found
    return found[1]


def address(room: Reporting) -> str:
    return f"/reports/type/{room.smelter.pk}/?month={MONTH}"


def test_typed_and_filed(room: Reporting, client_of: Any) -> None:
    client = client_of(room.county.people["firm"])
    page = client.get(address(room))
    sent = {
        "seen": hidden(page, "seen"),
        f"value:{METAL}": "0.9018",
        f"unit:{METAL}": "万吨",
        f"source:{METAL}": "weighbridge",
    }
    answer = client.post(address(room), sent)
    assert answer.status_code == 302
    row = Statement.objects.get()
    assert (row.value, row.unit, row.source, row.given, row.process) == (
        9018.0,
        "t",
        "weighbridge",
        "0.9018 万吨",
        "electrolysis",
    )
    assert 'value="9018"' in client.get(address(room)).content.decode()


def test_what_is_wrong_stands_at_its_figure(room: Reporting, client_of: Any) -> None:
    client = client_of(room.county.people["firm"])
    seen = hidden(client.get(address(room)), "seen")
    answer = client.post(address(room), {"seen": seen, f"value:{METAL}": "9O18", "value:closing|alumina|||": "12"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "是不是 9018" in page
    assert 'value="9O18"' in page and 'value="12"' in page and not Filing.objects.exists()


@pytest.mark.parametrize("typed", ["-5", "1e999", "=1+1", "<script>", "9" * 500, "十二", "—", "\x00"])
def test_hostile_figures(room: Reporting, client_of: Any, typed: str) -> None:
    client = client_of(room.county.people["firm"])
    seen = hidden(client.get(address(room)), "seen")
    answer = client.post(address(room), {"seen": seen, f"value:{METAL}": typed})
    assert answer.status_code in (302, 422) and "<script>9" not in answer.content.decode()
    assert not Statement.objects.filter(value__lt=0).exists()


def test_a_doubt_is_asked_once(room: Reporting, client_of: Any) -> None:
    one = said("made", "liquid_aluminium", 901.8, month=BEFORE, process="electrolysis")
    file_report(room.access("firm"), room.smelter, BEFORE, [one])
    client = client_of(room.county.people["firm"])
    sent = {"seen": hidden(client.get(address(room)), "seen"), f"value:{METAL}": "9018"}
    asked = client.post(address(room), sent)
    assert asked.status_code == 422 and "约为上月的十倍" in words(asked)
    assert Filing.objects.filter(month=MONTH).count() == 0
    digest = hidden(asked, "checked")
    other = client.post(address(room), {**sent, f"value:{METAL}": "9019", "checked": digest})
    assert other.status_code == 422  # another figure, another question
    assert client.post(address(room), {**sent, "checked": digest}).status_code == 302


def test_emptied_is_withdrawn_and_the_rest_stands(room: Reporting, client_of: Any) -> None:
    first = [said("made", "liquid_aluminium", 9018, process="electrolysis"), said("closing", "alumina", 12)]
    file_report(room.access("firm"), room.smelter, MONTH, first)
    client = client_of(room.county.people["firm"])
    page = client.get(address(room))
    kept = {"seen": hidden(page, "seen"), "value:closing|alumina|||": "12", "source:closing|alumina|||": "statement"}
    assert client.post(address(room), kept).status_code == 302
    assert [row.good for row in Statement.objects.filter(current=True)] == ["alumina"]
    assert Statement.objects.filter(withdrawn=True).count() == 1 and Filing.objects.count() == 2


def test_who_was_quicker_is_told(room: Reporting, client_of: Any) -> None:
    client = client_of(room.county.people["firm"])
    seen = hidden(client.get(address(room)), "seen")
    file_report(
        room.access("office"), room.smelter, MONTH, [said("made", "liquid_aluminium", 7, process="electrolysis")]
    )
    answer = client.post(address(room), {"seen": seen, f"value:{METAL}": "9018"})
    assert answer.status_code == 409 and 'value="9018"' in answer.content.decode() and "7 吨" in words(answer)
    assert client.post(address(room), {"seen": hidden(answer, "seen"), f"value:{METAL}": "9018"}).status_code == 302


def test_no_month_to_come(room: Reporting, client_of: Any) -> None:
    client = client_of(room.county.people["firm"])
    for month in ("2024-01", "2023-13", "x"):
        assert client.get(f"/reports/type/{room.smelter.pk}/?month={month}").status_code == 404
