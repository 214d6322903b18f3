"""The seal: once, whole, and nobody changes it afterwards, not even in the database."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from lvlian.ledger.quarter import Quarter
from lvlian.ledger.snapshot import SnapshotError, read, unpack
from lvlian.site.ledger.actions import items
from lvlian.site.ledger.actions.dispatch import Untimely, confirm, correct, open_dispatch, set_dates
from lvlian.site.ledger.actions.sealing import (
    change_decision,
    convert,
    decide,
    drop_decision,
    issue,
    meet,
    seal_dispatch,
)
from lvlian.site.ledger.models import Ask, Dispatch, Item, Sealed
from lvlian.site.ledger.selectors_dispatch_told import content_of, sight_of, told_of
from lvlian.site.org.access import Access
from lvlian.site.org.chain import Conflict, verify
from lvlian.site.org.models import AuditRecord

pytestmark = pytest.mark.django_db
TODAY = date(2023, 10, 12)
Q2, Q3 = Quarter(2023, 2), Quarter(2023, 3)


@pytest.fixture
def office(world: Any) -> Access:
    return world.access(world.a.people["office"], world.a.region)  # type: ignore[no-any-return]


def project(office: Access, world: Any, title: str = "铝板带项目", **more: Any) -> Item:
    return items.open_item(
        office, world.a.region, "project", title, day=date(2023, 6, 1), stage="filed", lead=world.a.units[0], **more
    )


def fresh(dispatch: Dispatch) -> Dispatch:
    return Dispatch.objects.select_related("region").get(pk=dispatch.pk)


@pytest.fixture
def sealed(office: Access, world: Any) -> Sealed:
    project(office, world, due=date(2024, 6, 30))
    project(office, world, "已误", due=date(2023, 8, 31))
    return seal_dispatch(office, open_dispatch(office, world.a.region, Q3))


def test_a_snapshot_holds_the_rows_their_hash_and_the_audit_root(sealed: Sealed, office: Access) -> None:
    content = unpack(bytes(Sealed.objects.get().content))
    assert hashlib.sha256(content).hexdigest() == sealed.hash
    body = json.loads(content)
    tables = {row[0] for row in body["rows"]}
    assert tables == {"items", "steps", "goals", "units"}
    assert body["about"]["quarter"] == "2023-Q3" and body["about"]["as_of"] == "2023-09-30"
    record = AuditRecord.objects.get(action="dispatch.seal")
    assert record.data["sha256"] == sealed.hash and record.previous == sealed.root, "the root is what stood before it"
    assert not verify().faults


@pytest.mark.parametrize("verb", ["UPDATE ledger_sealed SET hash = 'x'", "DELETE FROM ledger_sealed"])
def test_the_database_refuses_to_change_a_seal(sealed: Sealed, verb: str) -> None:
    with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb)
    assert Sealed.objects.get().hash == sealed.hash


def test_a_second_seal_is_refused_and_the_sheets_are_closed(sealed: Sealed, office: Access, world: Any) -> None:
    dispatch = fresh(sealed.dispatch)
    with pytest.raises(Untimely, match="已经封存"):
        seal_dispatch(office, dispatch)
    with pytest.raises(Untimely):
        confirm(office, dispatch, world.a.units[0])
    with pytest.raises(Untimely):
        correct(office, Ask.objects.first(), 1, "started", "依据")
    with pytest.raises(Untimely, match="不再改"):
        set_dates(office, dispatch, dispatch.revision, as_of=TODAY)
    assert Sealed.objects.count() == 1


def test_nothing_is_sealed_before_its_day(office: Access, world: Any) -> None:
    dispatch = open_dispatch(office, world.a.region, Quarter(2023, 4))
    with pytest.raises(Untimely) as refused:
        seal_dispatch(office, dispatch)
    assert refused.value.field == "as_of" and "2023-12-31" in str(refused.value)
    dispatch = set_dates(office, fresh(dispatch), 1, as_of=TODAY)
    seal_dispatch(office, dispatch)


def test_two_who_seal_at_once_are_told(office: Access, world: Any) -> None:
    dispatch = open_dispatch(office, world.a.region, Q3)
    set_dates(office, fresh(dispatch), 1, place="三楼")
    with pytest.raises(Conflict):
        seal_dispatch(office, dispatch, 1)
    assert not Sealed.objects.exists()


def test_what_happens_later_does_not_move_what_was_sealed(sealed: Sealed, office: Access) -> None:
    dispatch = fresh(sealed.dispatch)
    sight = sight_of(office, dispatch)
    before = [line.title for line in told_of(office, dispatch).lights(sight)]
    for item in Item.objects.filter(born="hand"):
        items.cancel(office, item, None, "取消")
    assert [line.title for line in told_of(office, dispatch).lights(sight)] == before != []


def test_the_difference_tells_what_changed_went_and_was_not_kept(office: Access, world: Any) -> None:
    due = project(office, world, "要误的", due=date(2023, 9, 15))
    gone = project(office, world, "要取消的", due=date(2024, 3, 1))
    moved = project(office, world, "要改期的", due=date(2024, 5, 1))
    first = open_dispatch(office, world.a.region, Q2)
    seal_dispatch(office, first)
    second = open_dispatch(office, world.a.region, Q3)
    items.cancel(office, gone, None, "企业放弃")
    items.move(office, moved, None, "end", date(2024, 9, 1), "设备晚到")
    new = project(office, world, "新来的")
    told = told_of(office, fresh(second))
    changes = told.changes(sight_of(office, second))
    by_label = {(one.kind, one.label): one for one in changes}
    assert ("broken", "要误的 达产") in by_label and by_label["broken", "要误的 达产"].days > 0
    assert "stage" not in {field[0] for field in by_label["changed", "要取消的"].fields}
    assert ("branch", "进行", "取消") in by_label["changed", "要取消的"].fields
    assert by_label["changed", "要改期的 达产"].fields == (("expected", None, "2024-09-01"), ("why", "", "设备晚到"))
    assert ("added", "新来的") in by_label and new.pk and due.pk
    assert told.previous is not None and told.previous.hash == told.snapshot.about.previous


def test_a_unit_sees_its_own_share(office: Access, world: Any) -> None:
    project(office, world, "一局的", due=date(2023, 8, 1))
    items.open_item(office, world.a.region, "duty", "二局的", lead=world.a.units[1], due=date(2023, 8, 1))
    dispatch = open_dispatch(office, world.a.region, Q3)
    unit = world.access(world.a.people["unit2"], world.a.region)
    told = told_of(unit, fresh(dispatch))
    shown = {line.title for line in told.lights(sight_of(unit, dispatch))}
    assert "二局的" in shown and "一局的" not in shown
    assert {line.title for line in told.lights(sight_of(office, dispatch))} >= {"一局的", "二局的"}


# The meeting ----------------------------------------------------------------------------------------------------------------
def test_decisions_become_items_linked_back(sealed: Sealed, office: Access, world: Any) -> None:
    dispatch = fresh(sealed.dispatch)
    about = Item.objects.get(title="已误")
    one = decide(office, dispatch, "四个项目供地", world.a.units[0], date(2023, 11, 20), about=about)
    two = decide(office, dispatch, "用气先由罐车补", world.a.units[1], date(2023, 10, 31), "issue")
    three = decide(office, dispatch, "核实暂缓原因", None, None, "duty")
    dropped = decide(office, dispatch, "不要的", None, None)
    two = change_decision(office, two, two.revision, text="用气缺口先由罐车补")
    drop_decision(office, dropped)
    made = convert(office, dispatch)
    assert [item.track for item in made] == ["supervision", "issue", "duty"]
    for row in (one, two, three):
        row.refresh_from_db()
        assert row.item is not None and row.item.decision == row and row.item.born == "decision"
    assert (one.item.lead, one.item.parent, one.item.expected) == (world.a.units[0], about, date(2023, 11, 20))
    assert two.item.title == "用气缺口先由罐车补"
    assert fresh(dispatch).state == "decided" and convert(office, fresh(dispatch)) == []
    with pytest.raises(Untimely):
        drop_decision(office, one)


def test_the_steps_come_in_turn(office: Access, world: Any) -> None:
    dispatch = open_dispatch(office, world.a.region, Q3)
    for refused in (
        lambda: meet(office, dispatch, 1),
        lambda: convert(office, dispatch),
        lambda: issue(office, dispatch, 1),
    ):
        with pytest.raises(Untimely):
            refused()
    seal_dispatch(office, dispatch)
    dispatch = meet(office, fresh(dispatch), fresh(dispatch).revision, chair="副县长", heard="县发改局汇报用电")
    assert dispatch.state == "met"
    dispatch = issue(office, dispatch, dispatch.revision, "甲铝办发〔2023〕4号")
    assert (dispatch.state, dispatch.issue_on) == ("issued", TODAY)
    with pytest.raises(Untimely):
        decide(office, dispatch, "晚了", None, None)
    with pytest.raises(Untimely):
        issue(office, dispatch, dispatch.revision)


def test_a_damaged_copy_is_recognised(sealed: Sealed, office: Access) -> None:
    content = unpack(bytes(Sealed.objects.get().content))
    assert content_of(office, sealed).hash == sealed.hash
    with pytest.raises(SnapshotError):
        read(content.replace("已误".encode(), "未误".encode()), sealed.hash)
