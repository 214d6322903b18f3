"""The kinds of records that the API shows, as data."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from lvlian.site.api.account_records import ACCOUNT
from lvlian.site.api.shapes import Number, Part, Ref, Shape, Year, number, ref, refs, text
from lvlian.site.ledger.models import Demand, Item, Step, Supply
from lvlian.site.org.models import AuditRecord, Comment, Firm, Region, Unit
from lvlian.site.plans.models import (
    Chain,
    Duty,
    Fact,
    Finding,
    Goal,
    Incentive,
    Milestone,
    Plan,
    Project,
    Version,
)
from lvlian.site.search.subjects import BY_MODEL as SUBJECTS

Json = dict[str, Any]
_REGION = Part("region", Ref, get=ref("region"))
_PLAN = Part("plan", int, get=number("plan"))
_FACT = Part("fact", int, get=number("fact"))
_FIRM = Part("firm", Ref, get=ref("firm"))
_NOTE = Part("note", str)
_ID, _REVISION = Part("id", int), Part("revision", int)
_OF_PLAN: dict[str, tuple[Any, str]] = {"plan": (Number, "plan"), "fact": (Number, "fact")}
_OF_VERSION: dict[str, tuple[Any, str]] = {"version": (Number, "version"), "plan": (Number, "version__plan")}


def _choices(model: Any, name: str) -> Any:
    return Literal[tuple(value for value, _ in model._meta.get_field(name).choices)]


def _address(row: Any) -> str:
    return SUBJECTS[row._meta.model_name].url(row)


REGIONS = Shape(
    key="regions",
    model=Region,
    permission="page.see",
    summary="A province, prefecture, county or park.",
    parts=(
        _ID, Part("code", str), Part("name", str), Part("level", str), Part("parent", int, get=number("parent")),
        Part("as_of", date), Part("simulated", str), _REVISION,
    ),
    filters={"level": (_choices(Region, "level"), "level"), "parent": (Number, "parent"), "code": (text(32), "code")},
    sorts=("code", "name", "id"),
    named=("name",),
)  # fmt: skip
UNITS = Shape(
    key="units",
    model=Unit,
    permission="record.read",
    summary="A body of the administration that leads or answers for something.",
    parts=(_ID, _REGION, Part("name", str), Part("short", str), _REVISION),
    sorts=("name", "id"),
    named=("name", "short"),
    related=("region",),
)
FIRMS = Shape(
    key="firms",
    model=Firm,
    permission="record.read",
    summary="A firm of the chain.",
    parts=(
        _ID, _REGION, Part("name", str), Part("short", str), Part("credit_code", str), Part("kind", str),
        Part("contact", str), Part("phone", str), _REVISION,
    ),
    filters={"kind": (text(60), "kind")},
    sorts=("name", "id"),
    named=("name", "short"),
    related=("region",),
)  # fmt: skip
PLANS = Shape(
    key="plans",
    model=Plan,
    permission="plan.read",
    summary="A plan of a region; its facts are those of `current`, the version in force.",
    parts=(
        _ID, _REGION, Part("title", str), Part("issuer", str), Part("number", str), Part("issued_on", date),
        Part("first_year", int), Part("last_year", int), Part("invented", bool),
        Part("current", int, get=number("current")), _REVISION,
    ),
    filters={"invented": (bool, "invented")},
    sorts=("id", "issued_on", "title"),
    named=("title", "number"),
    related=("region",),
)  # fmt: skip
VERSIONS = Shape(
    key="versions",
    model=Version,
    permission="plan.read",
    summary="One document of a plan as it was read; offsets of facts count characters of `text`.",
    parts=(
        _ID, Part("plan", int, get=number("plan")), Part("number", int), Part("name", str), Part("sha256", str),
        Part("characters", int), Part("reader", str), Part("note", str), Part("read_at", datetime),
    ),
    detail=(Part("text", str), Part("outline", list[Any])),
    filters={"plan": (Number, "plan")},
    sorts=("id", "number"),
    related=("plan__region",),
    left=("text", "outline", "head", "region_file", "second"),
)  # fmt: skip
FACTS = Shape(
    key="facts",
    model=Fact,
    permission="plan.read",
    summary="A fact of a version: `data` as it was read, `corrected` what a person changed, `quote` the sentence.",
    parts=(
        _ID, _REGION, Part("version", int, get=number("version")),
        Part("plan", int, of="version", get=lambda row: row.version.plan_id),
        Part("kind", str), Part("title", str), Part("state", str), Part("data", Json), Part("corrected", Json),
        Part("quote", str), Part("start", int), Part("length", int), Part("section", str), Part("confidence", float),
        Part("doubt", str), Part("origin", str), Part("reason", str), Part("decided_at", datetime),
        Part("url", str, of="title", get=_address), _REVISION,
    ),
    detail=(Part("second", Json), Part("made_by", list[Any])),
    filters={"kind": (_choices(Fact, "kind"), "kind"), "state": (_choices(Fact, "state"), "state"), **_OF_VERSION},
    sorts=("id", "title", "start", "confidence"),
    named=("title", "section"),
    related=("region", "version"),
    left=("version__text", "version__outline", "version__head", "version__region_file", "version__second"),
)  # fmt: skip
FINDINGS = Shape(
    key="findings",
    model=Finding,
    permission="plan.read",
    summary="What does not add up, is missing or agrees in a version.",
    parts=(
        _ID, _REGION, Part("version", int, get=number("version")),
        Part("plan", int, of="version", get=lambda row: row.version.plan_id),
        Part("severity", str), Part("code", str), Part("message_zh", str), Part("message_en", str),
        Part("arithmetic", list[Any]), Part("assumptions", list[Any]), Part("evidence", list[Any]), Part("state", str),
        Part("reason", str), Part("decided_at", datetime), Part("url", str, of="code", get=_address), _REVISION,
    ),
    filters={
        "severity": (_choices(Finding, "severity"), "severity"), "state": (_choices(Finding, "state"), "state"),
        "code": (text(60), "code"), **_OF_VERSION,
    },
    sorts=("rank", "id"),
    named=("message_zh",),
    related=("region", "version"),
    left=("version__text", "version__outline", "version__head", "version__region_file", "version__second"),
)  # fmt: skip
GOALS = Shape(
    key="goals",
    model=Goal,
    permission="record.read",
    summary="A figure to be reached, or the baseline that it is counted from.",
    parts=(
        _ID, _REGION, _PLAN, _FACT, Part("indicator", str), Part("subject", str), _FIRM, Part("op", str),
        Part("value", float), Part("value_max", float), Part("unit", str), Part("mode", str), Part("when", str),
        Part("when_op", str), Part("year", int), _NOTE, _REVISION,
    ),
    filters={
        **_OF_PLAN, "indicator": (text(120), "indicator"), "subject": (text(120), "subject"), "year": (Year, "year"),
        "firm": (Number, "firm"), "mode": (text(12), "mode"),
    },
    sorts=("id", "indicator", "year", "value"),
    named=("indicator", "subject"),
    related=("region", "firm"),
)  # fmt: skip
PROJECTS = Shape(
    key="projects",
    model=Project,
    permission="record.read",
    summary="A project of the plan. `investment` is in 万元, as text.",
    parts=(
        _ID, _REGION, _PLAN, Part("name", str), Part("owner", str), _FIRM, Part("units", list[Ref], get=refs("units")),
        Part("product", str), Part("capacity", float), Part("capacity_max", float), Part("capacity_unit", str),
        Part("investment", str), _NOTE, _REVISION,
    ),
    filters={"plan": (Number, "plan"), "firm": (Number, "firm"), "unit": (Number, "units")},
    sorts=("id", "name", "capacity"),
    named=("name", "owner", "product"),
    related=("region", "firm"),
    many=("units",),
)  # fmt: skip
MILESTONES = Shape(
    key="milestones",
    model=Milestone,
    permission="record.read",
    summary="A step of a project: `when` as the plan says it, `due` its last day, `expected` where it was moved to, `done`.",
    parts=(
        _ID, Part("project", Ref, get=ref("project")), _FACT, Part("event", str), Part("when", str),
        Part("when_op", str), Part("due", date), Part("expected", date), Part("why", str), Part("done", date), _REVISION,
    ),
    filters={
        "project": (Number, "project"), "fact": (Number, "fact"), "event": (text(60), "event"),
        "due_from": (date, "due__gte"), "due_to": (date, "due__lte"), "open": (bool, "done__isnull"),
    },
    sorts=("id", "due", "expected"),
    related=("project__region", "project__firm"),
    many=("project__units",),
)  # fmt: skip
DUTIES = Shape(
    key="duties",
    model=Duty,
    permission="record.read",
    summary="Who answers for a section of the plan.",
    parts=(
        _ID, _REGION, _PLAN, _FACT, Part("section", str), Part("lead", Ref, get=ref("lead")),
        Part("units", list[Ref], get=refs("units")), _NOTE, _REVISION,
    ),
    filters={**_OF_PLAN, "unit": (Number, "units"), "lead": (Number, "lead")},
    sorts=("id", "section"),
    named=("section",),
    related=("region", "lead"),
    many=("units",),
)  # fmt: skip
INCENTIVES = Shape(
    key="incentives",
    model=Incentive,
    permission="record.read",
    summary="A benefit that somebody can obtain.",
    parts=(
        _ID, _REGION, _PLAN, _FACT, Part("who", str), Part("benefit", str), Part("amount", float), Part("unit", str),
        Part("limit", str), Part("duration", str), _NOTE, _REVISION,
    ),
    filters=_OF_PLAN,
    sorts=("id", "amount"),
    named=("who", "benefit"),
    related=("region",),
)  # fmt: skip
CHAINS = Shape(
    key="chains",
    model=Chain,
    permission="record.read",
    summary="A chain written with dashes, its nodes in order.",
    parts=(_ID, _REGION, _PLAN, _FACT, Part("nodes", list[str]), _REVISION),
    filters=_OF_PLAN,
    related=("region",),
)
ITEMS = Shape(
    key="items",
    model=Item,
    permission="record.read",
    summary="A line of a register (`track`): its stage, its next promise (`due`, now `expected`) and its computed light with every "
    "reason, the decisive one first, as `[code, values]`. `steps` holds the promises.",
    parts=(
        _ID, _REGION, Part("track", str), Part("title", str), Part("about", str), Part("lead", Ref, get=ref("lead")),
        Part("units", list[Ref], get=refs("units")), _FIRM, Part("project", Ref, get=ref("project")), _FACT,
        Part("goal", int, get=number("goal")), Part("parent", int, get=number("parent")), Part("born", str), Part("simulated", bool),
        Part("stage", str), Part("known", bool), Part("branch", str), Part("level", str), Part("opened", date), Part("since", date),
        Part("ended", date), Part("reported", date), Part("next", str), Part("due", date), Part("expected", date), Part("slip", int),
        Part("clock", date), Part("light", str), Part("reasons", list[Any]), Part("data", Json), Part("url", str, of="title", get=_address), _REVISION,
    ),
    filters={
        "track": (text(30), "track"), "stage": (text(30), "stage"), "light": (_choices(Item, "light"), "light"),
        "branch": (_choices(Item, "branch"), "branch"), "unit": (Number, "units"), "firm": (Number, "firm"),
        "project": (Number, "project"), "parent": (Number, "parent"), "born": (text(12), "born"),
        "expected_from": (date, "expected__gte"), "expected_to": (date, "expected__lte"),
    },
    sorts=("id", "rank", "expected", "title"),
    named=("title",),
    related=("region", "lead", "firm", "project"),
    many=("units",),
)  # fmt: skip
STEPS = Shape(
    key="steps",
    model=Step,
    permission="record.read",
    summary="A promise on the way of an item; `milestone` where a plan made it.",
    parts=(
        _ID, Part("item", int, get=number("item")), Part("key", str), Part("stage", str), Part("title", str), Part("due", date),
        Part("expected", date), Part("why", str), Part("done", date), Part("given", str), Part("milestone", int, get=number("milestone")),
    ),
    filters={"item": (Number, "item"), "stage": (text(30), "stage"), "due_from": (date, "due__gte"), "due_to": (date, "due__lte")},
    sorts=("id", "due", "expected"),
    related=("item__region", "item__firm"),
    many=("item__units",),
)  # fmt: skip
_STRETCH = (Part("region", Ref, get=ref("region")), Part("factor", str))
SUPPLIES = Shape(
    key="supplies",
    model=Supply,
    permission="dispatch.see",
    summary="An amount of a factor from a day on; where `item` brings it, the days are the item's.",
    parts=(
        _ID, *_STRETCH, Part("title", str), Part("amount", float), Part("unit", str), Part("stock", bool),
        Part("item", int, get=number("item")), Part("owner", Ref, get=ref("owner")), Part("promised", date), Part("expected", date),
        Part("why", str), Part("done", date), Part("until", date), _NOTE, Part("simulated", bool), _REVISION,
    ),
    filters={"factor": (_choices(Supply, "factor"), "factor"), "item": (Number, "item")},
    sorts=("id", "expected"),
    named=("title",),
    related=("region", "owner"),
)  # fmt: skip
DEMANDS = Shape(
    key="demands",
    model=Demand,
    permission="record.read",
    summary="An amount of a factor that an item needs by a stage.",
    parts=(
        _ID, *_STRETCH, Part("item", int, get=number("item")), Part("amount", float), Part("unit", str), Part("stage", str),
        Part("need_by", date), Part("until", date), _NOTE, Part("simulated", bool), _REVISION,
    ),
    filters={"factor": (_choices(Demand, "factor"), "factor"), "item": (Number, "item")},
    sorts=("id", "need_by"),
    related=("region", "item__firm"),
    many=("item__units",),
)  # fmt: skip
COMMENTS = Shape(
    key="comments",
    model=Comment,
    permission="comment.read",
    summary="A remark on a record: who may see the record may see its remarks.",
    parts=(
        _ID, _REGION, Part("model", str), Part("object_id", int), Part("by", str, of="user", get=lambda row: str(row.user)),
        Part("text", str), Part("at", datetime),
    ),
    related=("region", "user"),
)  # fmt: skip
AUDIT = Shape(
    key="audit",
    model=AuditRecord,
    permission="audit.read",
    summary="One action, chained to the one before it.",
    parts=(
        Part("seq", int), Part("at", datetime), Part("actor", int, get=number("actor")), Part("actor_name", str),
        Part("role", str), Part("action", str), _REGION, Part("subject", str), Part("reason", str), Part("request", str),
        Part("data", Json), Part("changes", int), Part("algorithm", str), Part("previous", str), Part("hash", str),
    ),
    filters={
        "actor": (Number, "actor"), "action": (text(60), "action"), "since": (datetime, "at__gte"),
        "until": (datetime, "at__lt"), "request": (text(36), "request"),
    },
    sorts=("seq",),
    first="-seq",
    related=("region",),
)  # fmt: skip

RECORDS: tuple[Shape, ...] = (
    REGIONS, UNITS, FIRMS, PLANS, VERSIONS, FACTS, FINDINGS, GOALS, PROJECTS, MILESTONES, DUTIES, INCENTIVES, CHAINS,
    ITEMS, STEPS, SUPPLIES, DEMANDS, *ACCOUNT,
)  # fmt: skip
"""Those with a list and a record, read alike."""
SHAPES: tuple[Shape, ...] = (*RECORDS, COMMENTS, AUDIT)
BY_MODEL: dict[str, Shape] = {shape.model._meta.model_name or "": shape for shape in SHAPES}
