"""What accepted facts become: the region's goals, projects with their milestones, duties, incentives and chains.

A record belongs to one fact. Applying a fact that stands writes its record, or brings it up to date; withdrawing one removes the
record again. However many facts there are, the number of queries stays the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Model

from lvlian.brief.figures import last_day
from lvlian.brief.mention import project_key, same_project
from lvlian.ledger.intake import nearest_line
from lvlian.plan.check.name import is_firm
from lvlian.site.org.chain import Act, values_of
from lvlian.site.org.models import Firm, Unit
from lvlian.site.plans.bodies import Firms, Units
from lvlian.site.plans.dates import year_of
from lvlian.site.plans.identity import identity
from lvlian.site.plans.models import Chain, Duty, Fact, Goal, Incentive, Milestone, Plan, Project

MODELS: dict[str, type[Model]] = {
    "goals": Goal,
    "milestones": Milestone,
    "duties": Duty,
    "incentives": Incentive,
    "chains": Chain,
}
"""The record of each kind of fact; mechanisms and clusters have none."""
BATCH = 1000


def apply_fact(act: Act, fact: Fact) -> Model | None:
    """Writes the record of a fact that stands, or takes it away where the fact does not. Gives the record."""
    return apply_facts(act, fact.version.plan, [fact]).get(fact.pk)


def withdraw_fact(act: Act, fact: Fact) -> None:
    """Removes the record of a fact."""
    withdraw_facts(act, [fact])


def apply_facts(act: Act, plan: Plan, facts: Sequence[Fact]) -> dict[int, Model]:
    """The same for many facts of one version of a plan. Gives the record of each, by the fact's number."""
    gone = [fact for fact in facts if not fact.stands]
    if gone:
        withdraw_facts(act, gone)
    standing = [fact for fact in facts if fact.stands and fact.kind in MODELS]
    if not standing:
        return {}
    return _Desk(act, plan, standing).write()


class _Desk:
    """One run over facts of one version: what it needs of the region is read once, what is new is written in bulk."""

    def __init__(self, act: Act, plan: Plan, facts: Sequence[Fact]) -> None:
        self.act, self.plan, self.facts = act, plan, facts
        self.version_id = facts[0].version_id
        self.values = {fact.pk: _texts(fact.values) for fact in facts}
        region = plan.region_id
        kinds = {fact.kind for fact in facts}
        self.firms = Firms(region, Firm.objects.filter(region_id=region) if kinds & {"goals", "milestones"} else ())
        self.units = Units(region, Unit.objects.filter(region_id=region) if "duties" in kinds else ())
        self.out: dict[int, Model] = {}

    def write(self) -> dict[int, Model]:
        of = {kind: [fact for fact in self.facts if fact.kind == kind] for kind in MODELS}
        self._bodies(of)
        self._upsert(Goal, of["goals"], self._goal)
        if of["milestones"]:
            projects = self._projects(of["milestones"])
            self._upsert(Milestone, of["milestones"], lambda fact: self._milestone(fact, projects[fact.pk]))
        if of["duties"]:
            self._upsert(Duty, of["duties"], self._duty)
            self._staff(of["duties"])
        self._upsert(Incentive, of["incentives"], self._incentive)
        self._upsert(Chain, of["chains"], self._chain)
        if of["milestones"] or of["duties"]:
            link_units(self.act, self.plan, self.version_id)
        return self.out

    def _bodies(self, of: Mapping[str, Sequence[Fact]]) -> None:
        owners = [str(self.values[fact.pk].get("owner") or "") for fact in of["milestones"]]
        subjects = [str(self.values[fact.pk].get("subject") or "") for fact in of["goals"]]
        self.firms.want([*owners, *(name for name in subjects if is_firm(name))])
        self.units.want([name for fact in of["duties"] for name in self._unit_names(fact)])
        for new in (self.firms.new, self.units.new):
            _create(self.act, new)

    def _unit_names(self, fact: Fact) -> list[str]:
        values = self.values[fact.pk]
        names = [str(name) for name in values.get("units") or []]
        lead = values.get("lead")
        return [*names, str(lead)] if lead and lead not in names else names

    # The records' fields -------------------------------------------------------------------------------------------------
    def _goal(self, fact: Fact) -> dict[str, Any]:
        values = self.values[fact.pk]
        return {
            "region_id": self.plan.region_id,
            "plan_id": self.plan.pk,
            "indicator": values["indicator"][:120],
            "subject": values["subject"][:120],
            "firm_id": _pk(self.firms.subject(values["subject"])),
            "op": values.get("op") or "=",
            "value": float(values["value"]),
            "value_max": values.get("value_max"),
            "unit": values["unit"][:30],
            "mode": values.get("mode") or "level",
            "when": values["when"][:30],
            "when_op": values["when_op"][:10],
            "year": year_of(values["when"]),
        }

    def _milestone(self, fact: Fact, project: Project) -> dict[str, Any]:
        values = self.values[fact.pk]
        return {
            "project_id": project.pk,
            "event": values["event"][:60],
            "when": values["when"][:30],
            "when_op": values["when_op"][:10],
            "due": last_day(values["when"]),
        }

    def _duty(self, fact: Fact) -> dict[str, Any]:
        lead = self.units.of(self.values[fact.pk]["lead"])
        return {
            "region_id": self.plan.region_id,
            "plan_id": self.plan.pk,
            "section": (fact.section or fact.title)[:300],
            "lead_id": _pk(lead),
        }

    def _incentive(self, fact: Fact) -> dict[str, Any]:
        values = self.values[fact.pk]
        return {
            "region_id": self.plan.region_id,
            "plan_id": self.plan.pk,
            "who": values["who"][:300],
            "benefit": values["benefit"][:300],
            "amount": values.get("amount"),
            "unit": values["unit"][:30],
            "limit": values["limit"][:10],
            "duration": values["duration"][:60],
        }

    def _chain(self, fact: Fact) -> dict[str, Any]:
        nodes = list(self.values[fact.pk].get("nodes") or [])
        return {"region_id": self.plan.region_id, "plan_id": self.plan.pk, "nodes": nodes}

    # Projects --------------------------------------------------------------------------------------------------------------
    def _projects(self, facts: Sequence[Fact]) -> dict[int, Project]:
        """The project of each milestone's fact: one for each owner, name and capacity; a mention without a capacity joins."""
        known: dict[tuple[str, str], list[Project]] = {}
        for project in Project.objects.filter(plan=self.plan).order_by("pk"):
            known.setdefault(project_key(project.name, project.owner), []).append(project)
        out, new, fuller = {}, [], dict[int, dict[str, Any]]()
        for fact in facts:
            values = self.values[fact.pk]
            size, most, unit = values.get("capacity"), values.get("capacity_max"), values["capacity_unit"][:30]
            beside = known.setdefault(project_key(values["project"], values["owner"]), [])
            found = same_project(beside, size, unit)
            if found is None:
                found = Project(
                    region_id=self.plan.region_id,
                    plan=self.plan,
                    name=" ".join(values["project"].split())[:200],
                    owner=values["owner"][:120],
                    firm_id=_pk(self.firms.of(values["owner"])),
                    product=values["product"][:120],
                    capacity=size,
                    capacity_max=most,
                    capacity_unit=unit,
                )
                beside.append(found)
                new.append(found)
            else:
                more: dict[str, Any] = {}
                if found.capacity is None and size is not None:
                    more |= {"capacity": size, "capacity_max": most, "capacity_unit": unit}
                if not found.product and values["product"]:
                    more["product"] = values["product"][:120]
                if more and found.pk is None:
                    for name, value in more.items():
                        setattr(found, name, value)
                elif more:
                    fuller.setdefault(id(found), {"row": found, "values": {}})["values"].update(more)
                    for name, value in more.items():
                        setattr(found, name, value)
            out[fact.pk] = found
        _create(self.act, new)
        for entry in fuller.values():
            row = Project.objects.get(pk=entry["row"].pk)
            self.act.update(row, None, **entry["values"])
        return out

    # Writing -----------------------------------------------------------------------------------------------------------------
    def _upsert(self, model: type[Any], facts: Sequence[Fact], fields: Any) -> None:
        """Creates the records of facts that have none, updates the others where they differ, in bulk."""
        if not facts:
            return
        ids = [fact.pk for fact in facts]
        few = {"fact_id__in": ids} if len(ids) <= BATCH else {"fact__version_id": self.version_id}
        known: dict[int, Any] = {row.fact_id: row for row in _locked(model).filter(**few)}
        orphans = self._orphans(model)
        new, changed, names = [], [], set[str]()
        for fact in facts:
            values = fields(fact)
            row = known.get(fact.pk)
            if row is None and orphans:
                waiting = orphans.get(identity(fact.kind, fact.section, self.values[fact.pk]))
                row = waiting.pop(0) if waiting else None
            if row is None:
                row = model(fact=fact, **values)
                new.append(row)
            else:
                values = {**values, "fact_id": fact.pk}
                differing = {name: value for name, value in values.items() if getattr(row, name) != value}
                if differing:
                    before = {name: getattr(row, name) for name in differing}
                    for name, value in differing.items():
                        setattr(row, name, value)
                    row.revision += 1
                    changed.append((row, before, differing))
                    names |= {name.removesuffix("_id") for name in differing}
            self.out[fact.pk] = row
        if model is Milestone:
            _with_projects([row for row in new if "project" not in row._state.fields_cache])
        _create(self.act, new)
        if changed:
            model.objects.bulk_update([row for row, _, _ in changed], [*names, "revision"], batch_size=BATCH)
            for row, before, after in changed:
                self.act.note(row, before, after)

    def _orphans(self, model: type[Any]) -> dict[Any, list[Any]]:
        """Records of this plan whose fact belongs to another version, by what they are about: the fact of this version that
        says the same takes them over."""
        path = "project__plan" if model is Milestone else "plan"
        rows = _locked(model).filter(**{path: self.plan}, fact__isnull=False).exclude(fact__version_id=self.version_id)
        out: dict[Any, list[Any]] = {}
        for row in rows.select_related("fact"):
            if row.fact.kept:
                continue
            out.setdefault(identity(row.fact.kind, row.fact.section, _texts(row.fact.values)), []).append(row)
        return out

    def _staff(self, facts: Sequence[Fact]) -> None:
        """The units of each duty, as its line names them."""
        through = Duty.units.through
        duties = {fact.pk: self.out[fact.pk] for fact in facts}
        have: dict[int, set[int]] = {}
        for duty_id, unit_id in through.objects.filter(duty_id__in=[d.pk for d in duties.values()]).values_list(
            "duty_id", "unit_id"
        ):
            have.setdefault(duty_id, set()).add(unit_id)
        add, drop = [], []
        for fact in facts:
            duty = duties[fact.pk]
            wanted = {unit.pk for name in self._unit_names(fact) if (unit := self.units.of(name))}
            now = have.get(duty.pk, set())
            add += [through(duty_id=duty.pk, unit_id=unit) for unit in sorted(wanted - now)]
            drop += [(duty.pk, unit) for unit in now - wanted]
            if wanted != now:
                self.act.note(duty, {"units": sorted(now)}, {"units": sorted(wanted)})
        through.objects.bulk_create(add, batch_size=BATCH, ignore_conflicts=True)
        for duty_id, unit_id in drop:
            through.objects.filter(duty_id=duty_id, unit_id=unit_id).delete()


def withdraw_facts(act: Act, facts: Iterable[Fact]) -> None:
    """Removes the records of facts, and projects that are left without a milestone and hold nothing that a person wrote."""
    by_kind: dict[str, list[int]] = {}
    for fact in facts:
        by_kind.setdefault(fact.kind, []).append(fact.pk)
    for kind, ids in by_kind.items():
        if (model := MODELS.get(kind)) is not None:
            rows: Any = model._default_manager.filter(fact_id__in=ids)
            withdraw_records(act, model, list(rows.select_related("project") if model is Milestone else rows))


def withdraw_records(act: Act, model: type[Model], rows: Sequence[Any]) -> None:
    """Removes records; what they held stays in the audit record."""
    if not rows:
        return
    if model is Duty:
        _free_units(act, rows)
    for row in rows:
        act.note(row, values_of(row), {})
    model._default_manager.filter(pk__in=[row.pk for row in rows]).delete()
    if model is Milestone:
        left = Project.objects.filter(
            pk__in={row.project_id for row in rows}, milestones__isnull=True, investment__isnull=True, note=""
        )
        for project in left:
            act.note(project, values_of(project), {})
        Project.objects.filter(pk__in=[project.pk for project in left]).delete()


def _free_units(act: Act, duties: Sequence[Duty]) -> None:
    """Takes the units of duties that go off the projects of their sections."""
    through = Project.units.through
    for duty in duties:
        units = list(duty.units.values_list("pk", flat=True))
        if not units or duty.fact is None:
            continue
        projects = Milestone.objects.filter(
            fact__version_id=duty.fact.version_id, fact__section=duty.section
        ).values_list("project_id", flat=True)
        links = through.objects.filter(project_id__in=list(projects), unit_id__in=units)
        for link in links.select_related("project"):
            act.note(link.project, {"units": [link.unit_id]}, {"units": []})
        links.delete()


def link_units(act: Act, plan: Plan, version_id: int) -> None:
    """Projects take the units of the duty line of their section, of the nearest section above that has one, or of the only one of a
    section beside it."""
    lines: dict[str, set[int]] = {}
    through = Duty.units.through
    for section, unit_id in through.objects.filter(duty__fact__version_id=version_id).values_list(
        "duty__section", "unit_id"
    ):
        lines.setdefault(section, set()).add(unit_id)
    if not lines:
        return
    wanted: dict[int, set[int]] = {}
    for project_id, section in Milestone.objects.filter(fact__version_id=version_id, project__plan=plan).values_list(
        "project_id", "fact__section"
    ):
        if units := nearest_line(lines, section):
            wanted.setdefault(project_id, set()).update(units)
    links = Project.units.through
    have: dict[int, set[int]] = {}
    for project_id, unit_id in links.objects.filter(project__plan=plan).values_list("project_id", "unit_id"):
        have.setdefault(project_id, set()).add(unit_id)
    missing = {project: units - have.get(project, set()) for project, units in wanted.items()}
    missing = {project: units for project, units in missing.items() if units}
    if not missing:
        return
    names = dict(Project.objects.filter(plan=plan).values_list("pk", "name"))
    links.objects.bulk_create(
        [links(project_id=project, unit_id=unit) for project, units in missing.items() for unit in sorted(units)],
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    for project, units in missing.items():
        now = have.get(project, set())
        act.note_row("project", project, names.get(project, ""), {"units": sorted(now)}, {"units": sorted(now | units)})


def _texts(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with an empty text where a text is missing."""
    numbers = {"value", "value_max", "capacity", "capacity_max", "amount", "times", "units", "nodes", "products"}
    out = {name: value if value is not None or name in numbers else "" for name, value in values.items()}
    for name in ("subject", "unit", "when", "when_op", "owner", "product", "capacity_unit", "lead", "limit", "duration",
                 "event", "project", "indicator", "who", "benefit"):  # fmt: skip
        out.setdefault(name, "")
    return out


def _locked(model: type[Any]) -> Any:
    return model._default_manager.select_for_update(of=("self",))


def _with_projects(rows: Sequence[Milestone]) -> None:
    """Gives new milestones their project at hand, so that naming them asks for nothing."""
    found = Project.objects.in_bulk({row.project_id for row in rows})
    for row in rows:
        row.project = found[row.project_id]


def _create(act: Act, rows: Sequence[Any]) -> None:
    if not rows:
        return
    type(rows[0])._default_manager.bulk_create(rows, batch_size=BATCH)
    for row in rows:
        act.note(row, {}, values_of(row))


def _pk(row: Model | None) -> int | None:
    return row.pk if row is not None else None
