"""The calendar: working days with what was changed here, all dated things in scope, the file with its alarms."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from lvlian.site.frame import today
from lvlian.site.ledger.actions import items
from lvlian.site.ledger.actions.calendar import set_day
from lvlian.site.ledger.days import working_days
from lvlian.site.ledger.models import Dispatch, Holiday, Supply
from lvlian.site.ledger.selectors_calendar import dated


@pytest.fixture
def county(world):
    return world.a


@pytest.fixture
def office(world, county):
    return world.access(county.people["office"], county.region)


@pytest.fixture
def things(world, county, office):
    """One of each kind on one day."""
    day = today() + timedelta(days=20)
    item = items.open_item(office, county.region, "land", "甲县第二批次用地", lead=county.units[0], due=day)
    supply = Supply.objects.create(
        region=county.region,
        factor="gas",
        title="甲县燃气门站",
        amount=1,
        unit="万方",
        owner=county.units[0],
        promised=day,
    )
    dispatch = Dispatch.objects.create(
        region=county.region, year=2023, quarter=3, as_of=today(), check_until=day,
        meeting_at=timezone.make_aware(datetime.combine(day, datetime.min.time().replace(hour=15))), place="三楼会议室",
    )  # fmt: skip
    return day, item, supply, dispatch


def test_all_dated_things_once(office, things):
    day, *_rows = things
    rows = dated(office, day, day)
    assert [(row.kind, row.title.replace(" ", "")) for row in rows] == [
        ("step", "甲县第二批次用地"), ("supply", "甲县燃气门站"),
        ("dispatch", "甲县2023年第3季度调度"), ("dispatch", "甲县2023年第3季度调度"),
    ]  # fmt: skip
    assert len({row.key for row in rows}) == 4


def test_scope_of_the_calendar(world, county, things):
    day, _item, *_rows = things
    assert [row.kind for row in dated(world.access(county.people["unit"], county.region), day, day)] == [
        "step", "supply", "dispatch", "dispatch",
    ]  # fmt: skip
    assert "step" not in [row.kind for row in dated(world.access(county.people["unit2"], county.region), day, day)]
    assert dated(world.access(county.people["firm"], county.region), day, day) == []
    assert dated(world.access(world.b.people["office"], world.b.region), day, day) == []


@pytest.mark.parametrize("view", ["month", "list"])
def test_the_page_shows_the_month(client_of, county, things, view):
    day, item, *_rows = things
    month = f"{day:%Y-%m}"
    text = client_of(county.people["office"]).get(reverse("calendar"), {"month": month, "view": view}).content.decode()
    assert "甲县第二批次用地" in text and reverse("item-detail", args=[item.pk]) in text and "15:00" in text


def test_holidays_and_adjusted_days_are_told(client_of, county):
    client = client_of(county.people["firm"])
    text = client.get(reverse("calendar"), {"month": "2023-10"}).content.decode()
    assert "休" in text and "班" in text and "19 个工作日" in text
    assert "未公布，按周末推" in client.get(reverse("calendar"), {"month": "2031-05"}).content.decode()
    assert client.get(reverse("calendar"), {"month": "nonsense"}).status_code == 200


def test_a_day_off_has_its_source_and_starts_from_now(client_of, county):
    client = client_of(county.people["office"])
    day = next(d for n in range(1, 9) if working_days().is_working(d := today() + timedelta(days=n)))
    url = reverse("calendar-day")
    assert client.post(url, {"day": day.isoformat(), "kind": "off", "source": ""}).status_code == 422
    again = client.post(url, {"day": day.isoformat(), "kind": "work", "source": "通知"})
    assert again.status_code == 422 and "不必改" in again.content.decode()
    assert client.post(url, {"day": day.isoformat(), "kind": "off", "source": "县政府通知"}).status_code == 302
    assert not working_days().is_working(day)
    page = client.get(reverse("calendar"), {"month": f"{day:%Y-%m}"}).content.decode()
    assert "县政府通知" in page and "已在走的时限不变" in page
    row = Holiday.objects.get()
    assert client.post(reverse("holiday-remove", args=[row.pk])).status_code == 302
    assert working_days().is_working(day)


@pytest.mark.parametrize("who", ["unit", "firm", "chief", "supervisor"])
def test_only_the_office_changes_days(client_of, county, who):
    client = client_of(county.people[who])
    assert client.post(reverse("calendar-day"), {"day": "2023-10-12", "kind": "off", "source": "x"}).status_code == 403


def test_the_file_holds_the_scope_with_alarms_by_rule(client_of, county, things):
    day, item, *_rows = things
    answer = client_of(county.people["office"]).get(reverse("calendar-ics"))
    assert answer["Content-Type"].startswith("text/calendar")
    events = list(Calendar.from_ical(answer.content).walk("VEVENT"))
    assert len({str(event["UID"]) for event in events}) == len(events)
    step = next(event for event in events if "第二批次用地" in str(event["SUMMARY"]))
    assert step["DTSTART"].dt == day and f"/items/{item.pk}/" in str(step["URL"])
    assert step.walk("VALARM"), "the track's rules ring before"
    meeting = next(event for event in events if "调度会议" in str(event["SUMMARY"]))
    assert isinstance(meeting["DTSTART"].dt, datetime)
    nothing = client_of(county.people["firm"]).get(reverse("calendar-ics"))
    assert b"BEGIN:VEVENT" not in nothing.content


def test_a_rule_of_working_days_rings_before_the_holiday(office, world, county):
    from lvlian.site.ledger.selectors_calendar import entries

    set_day(office, _workday(10), "off", "通知")
    items.open_item(office, county.region, "issue", "事", lead=county.units[0])
    rows = entries(office, today(), today() + timedelta(days=30), working_days(), "https://x.cn")
    assert rows and all(row.alarm_days for row in rows)


def _workday(ahead: int) -> date:
    return working_days().add(today(), ahead)
