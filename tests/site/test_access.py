"""Scope: who sees which rows, which fields, and what they may do."""

from __future__ import annotations

import pytest

from lvlian.site.org.access import here, scoped
from lvlian.site.org.chain import recording, verify
from lvlian.site.org.models import Firm, Region
from lvlian.site.plans.models import Duty, Fact, Goal, Milestone, Plan, Project


def names(rows):
    return sorted(str(row) for row in rows)


def test_office_sees_its_county_and_no_other(world):
    access = world.access(world.a.people["office"])
    assert names(scoped(Project, access)) == ["项目甲F1P", "项目甲F2P"]
    assert scoped(Fact, access).count() == len(world.a.facts)
    assert names(scoped(Region, access)) == ["甲县"]


def test_prefecture_sees_both_and_can_narrow(world):
    access = world.access(world.people["office"], world.b.region)
    assert scoped(Project, access).count() == 4
    assert names(here(Project, access)) == ["项目乙F1P", "项目乙F2P"]
    assert here(Milestone, access).count() == 2


def test_firm_sees_itself_and_the_regions_open_records(world):
    access = world.access(world.a.people["firm"])
    assert names(scoped(Firm, access)) == ["甲F1铝业有限公司"]
    assert names(scoped(Project, access)) == ["项目甲F1P"]
    assert {goal.subject for goal in scoped(Goal, access)} == {"甲县", "甲F1铝业有限公司"}
    assert not scoped(Plan, access).exists() and not scoped(Duty, access).exists() and not scoped(Fact, access).exists()


def test_unit_sees_its_own(world):
    access = world.access(world.a.people["unit"])
    assert names(scoped(Project, access)) == ["项目甲F1P"]
    assert names(scoped(Duty, access)) == ["甲县甲一局事项"]
    assert names(scoped(Milestone, access)) == ["项目甲F1P 投产"]


def test_administrators_see_no_business(world):
    for role in ("system_admin", "security_admin", "audit_admin"):
        access = world.access(world.people[role])
        assert not scoped(Project, access).exists() and not scoped(Goal, access).exists()


def test_fields_by_class(world):
    project = world.a.projects[0]
    assert world.access(world.a.people["office"]).reads(project, "investment")
    assert not world.access(world.a.people["unit"]).reads(project, "investment")
    assert world.access(world.a.people["firm"]).reads(project, "investment")
    assert not world.access(world.a.people["firm"]).reads(project, "note")
    assert not world.access(world.a.people["analyst"]).reads_throughout(Project, "investment")
    assert not world.access(world.a.people["firm"]).reads(world.a.firms[0], "phone")


def test_doing_needs_a_grant_that_opens_the_row(world):
    unit = world.access(world.a.people["unit"])
    assert unit.may("record.edit", world.a.projects[0])
    assert not unit.may("record.edit", world.a.projects[1])
    assert not unit.may("record.edit", world.b.projects[0])
    from django.core.exceptions import PermissionDenied

    with (
        pytest.raises(PermissionDenied),
        recording(unit, "project.edit", row=world.b.projects[0], permission="record.edit"),
    ):
        pass
    assert verify().records == 0


def test_a_step_follows_the_units_of_its_project(world):
    unit = world.access(world.a.people["unit"])
    assert unit.may("record.edit", world.a.milestones[0])
    assert not unit.may("record.edit", world.a.milestones[1])
    assert unit.reads(world.a.milestones[0], "why") and not unit.reads(world.a.milestones[1], "why")
