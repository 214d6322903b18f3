"""The world with everything in it that somebody might be shown by mistake: figures that no sum of others gives, remarks, views, jobs,
proposals, tokens and history in both counties."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from lvlian.chain.report.statement import Origin
from lvlian.chain.report.statement import Statement as Said
from lvlian.ledger.quarter import Quarter
from lvlian.site.account.actions.doubts import know
from lvlian.site.account.actions.filings import file_report
from lvlian.site.account.actions.works import add_link, set_works
from lvlian.site.account.models import GoalLink, VariantChoice
from lvlian.site.ledger.actions import factors
from lvlian.site.ledger.actions import items as steps
from lvlian.site.ledger.actions.dispatch import open_dispatch, remind
from lvlian.site.ledger.actions.evidence import store
from lvlian.site.ledger.actions.investment import commit_to
from lvlian.site.ledger.actions.issues import Report, open_issue
from lvlian.site.ledger.actions.overrides import propose_light
from lvlian.site.ledger.actions.sealing import decide, seal_dispatch
from lvlian.site.ledger.actions.supervision import Task, put_on_list, urge
from lvlian.site.ledger.models import Evidence, Item
from lvlian.site.org.access import Access
from lvlian.site.org.chain import recording
from lvlian.site.org.models import ApiToken, AuditRecord, Comment, Job, SavedView
from lvlian.site.outlook.actions.scenarios import fix_premise, keep
from lvlian.site.plans.models import Goal, Milestone, Project, Proposal
from lvlian.site.search.index import rebuild
from tests.site.world import County, World

FIGURES = (10111, 20333, 40727, 81551)
"""Each larger than all before it together: every sum of some of them tells which. In the order 甲1 甲2 乙1 乙2."""
SCALES = {"capacity": 1, "investment": 10, "goal": 100, "statement": 1000}
MONTH = "2023-09"
"""The month of which both firms of a county reported."""


@dataclass
class Scene:
    """What one county holds beside its records."""

    county: County
    view: Any = None
    job: Any = None
    token: Any = None
    audit: Any = None
    proposals: list[Any] = field(default_factory=list)
    comment: Any = None
    issues: list[Any] = field(default_factory=list)
    supply: Any = None
    demand: Any = None
    booking: Any = None
    tasks: list[Any] = field(default_factory=list)
    items: list[Any] = field(default_factory=list)
    proofs: list[Any] = field(default_factory=list)
    leads: list[Any] = field(default_factory=list)
    filings: list[Any] = field(default_factory=list)
    links: list[Any] = field(default_factory=list)
    known: Any = None
    scenario: Any = None
    premise: Any = None
    dispatches: list[Any] = field(default_factory=list)
    """A quarter that is sealed, and one in which units answer."""


def figure(kind: str, index: int) -> int:
    return FIGURES[index] * SCALES[kind]


def dress(world: World) -> dict[str, Scene]:
    """Adds all that to a world; both scenes by their county's mark."""
    scenes = {}
    for at, county in enumerate((world.a, world.b)):
        scene = scenes[county.mark] = Scene(county)
        for n, project in enumerate(county.projects):
            Project.objects.filter(pk=project.pk).update(
                capacity=figure("capacity", 2 * at + n),
                investment=Decimal(figure("investment", 2 * at + n)),
                product=f"品{county.mark}{n + 1}品",
            )
        own = [goal for goal in county.goals if goal.firm_id]
        for n, goal in enumerate(own):
            Goal.objects.filter(pk=goal.pk).update(value=figure("goal", 2 * at + n))
        county.goals = list(Goal.objects.filter(region=county.region).order_by("pk"))
        office = county.people["office"]
        scene.comment = Comment.objects.create(
            region=county.region,
            model="project",
            object_id=county.projects[1].pk,
            user=office,
            text=f"{county.mark}密留言",
        )
        scene.view = SavedView.objects.create(
            user=office, region=county.region, list="projects", name=f"{county.mark}密视图", query="q=铝"
        )
        scene.job = Job.objects.create(
            region=county.region, user=office, kind="plan", title=f"{county.mark}密任务", message=f"{county.mark}密结果",
            state="done", begun_at=timezone.now(), ended_at=timezone.now(),
        )  # fmt: skip
        scene.token = ApiToken.objects.create(user=office, label=f"{county.mark}密密钥", digest=str(at) * 64)
        scene.proposals = [
            Proposal.objects.create(
                region=county.region, firm=goal.firm, model="goal", object_id=goal.pk, label=str(goal), seen=1,
                before={"value": goal.value}, after={"value": goal.value + 1}, reason=f"{county.mark}密提议{n + 1}",
                proposed_by=office,
            )
            for n, goal in enumerate(own)
        ]  # fmt: skip
        access = Access.of(office)
        with recording(access, "milestone.edit", row=county.projects[1], permission="record.edit") as act:
            for n, milestone in enumerate(county.milestones):
                row = Milestone.objects.get(pk=milestone.pk)
                act.update(row, None, why=f"{county.mark}密改期{n + 1}")
        _ledger(scene)
        _factors(scene)
        _dispatches(scene)
        _items(scene)
        _leads(scene)
        _account(scene, at)
        _outlook(scene)
        scene.audit = AuditRecord.objects.order_by("-seq").first()
    rebuild()
    return scenes


def _ledger(scene: Scene) -> None:
    """A problem of the first firm about its project, and a task of the second unit that is late to be signed for."""
    county = scene.county
    about = Item.objects.filter(project=county.projects[0]).first()
    report = Report(kind="power", sentence=f"{county.mark}密问题", about=about, references=(f"{county.mark}密凭据",))
    scene.issues = [open_issue(Access.of(county.people["firm"]), county.region, report)]
    task = Task(title=f"{county.mark}密督办", task=f"{county.mark}密要求", origin=f"{county.mark}密依据")
    scene.tasks = [put_on_list(Access.of(county.people["office"]), county.region, task, county.units[1])]
    urge(Access.of(county.people["supervisor"]), scene.tasks[0], None, f"{county.mark}密催办")


def _leads(scene: Scene) -> None:
    """A lead of each unit, what was promised to one investor, and the first firm on a ladder with its own figures."""
    county = scene.county
    access = Access.of(county.people["office"], region_id=county.region.pk)
    for n, unit in enumerate(county.units):
        data = {
            "firm": f"{county.mark}密投资方{n}",
            "product": f"{county.mark}密产品{n}",
            "agreed": 7000 + n,
            "land": 5,
        }
        scene.leads.append(
            steps.open_item(
                access, county.region, "investment", f"{county.mark}密线索{n}", stage="talking", units=[unit], data=data
            )
        )
    commit_to(access, scene.leads[0], f"{county.mark}密承诺", county.units[1], None, f"{county.mark}密条款")
    steps.open_item(
        access, county.region, "scale-up", f"{county.mark}F1升规", stage="near", units=[county.units[0]], firm=county.firms[0],
        data={"revenue": 1234, "obstacle": f"{county.mark}密短板"},
    )  # fmt: skip


def _items(scene: Scene) -> None:
    """What hangs on the items of both firms' projects, and a promise to the first firm with what only few may read."""
    county = scene.county
    access = Access.of(county.people["office"], region_id=county.region.pk)
    scene.items = list(Item.objects.filter(project__in=county.projects).order_by("project_id"))
    for n, item in enumerate(scene.items, 1):
        steps.report(access, item, None, f"{county.mark}密进展{n}")
        file = store(access, item, f"{county.mark}密文件{n}.pdf", b"%PDF-1.7 " + str(item.pk).encode())
        steps.attach(access, item, None, item.stage, f"{county.mark}密文号{n}", file)
    promise = steps.open_item(
        access, county.region, "commitment", f"{county.mark}F1铝业奖补", units=[county.units[0]], firm=county.firms[0],
        about=f"{county.mark}密说明",
    )  # fmt: skip
    steps.amend(access, promise, None, {"basis": f"{county.mark}密协议"})
    propose_light(
        access,
        scene.items[1],
        Item.objects.get(pk=scene.items[1].pk).revision,
        "bad",
        f"{county.mark}密改灯",
        date(2023, 11, 30),
    )
    scene.items.append(promise)
    scene.proofs = list(Evidence.objects.filter(item__in=scene.items))


def _account(scene: Scene, at: int) -> None:
    """Lines of both firms, one figure that each reported, a supply over the boundary, a doubt that is known, what a goal means."""
    county, mark = scene.county, scene.county.mark
    region = county.region
    access = Access.of(county.people["office"], region_id=region.pk)
    lines = (("smelter", "electrolysis", "liquid_aluminium"), ("processor", "cast_billet_liquid", "billet"))
    for n, (firm, (kind, process, good)) in enumerate(zip(county.firms, lines, strict=True)):
        line = {"process": process, "capacity": None, "since": "", "until": ""}
        set_works(
            access,
            firm,
            f"{mark}w{n + 1}",
            {"kind": kind, "lines": [line], "post": f"{mark}密统计岗{n + 1}", "facts": {}},
        )
        one = Said(
            party=f"{mark}w{n + 1}", month=MONTH, item="made", good=good, process=process, unit="t",
            value=float(figure("statement", 2 * at + n)), given=f"{mark}密原文{n + 1}", origin=Origin(f"{mark}密表{n + 1}.xlsx", "填报", "E6"),
        )  # fmt: skip
        scene.filings.append(file_report(access, firm, MONTH, [one], source=f"{mark}密来源{n + 1}"))
    scene.links = [add_link(access, region, None, county.firms[0], "alumina")]
    scene.known = know(access, region, MONTH, f"{mark}密疑点", f"{mark}密疑点说的", f"{mark}密疑点理由")
    GoalLink.objects.create(
        goal=county.goals[0],
        indicator="deep_processing_rate",
        state="confirmed",
        reason=f"{mark}密认定",
        user=county.people["office"],
    )
    VariantChoice.objects.create(
        region=region,
        indicator="liquid_local_conversion",
        variant="strict",
        reason=f"{mark}密口径",
        user=county.people["office"],
    )


def _outlook(scene: Scene) -> None:
    """A scenario and a premise of the county, with what people said of them."""
    county, mark = scene.county, scene.county.mark
    access = Access.of(county.people["office"], region_id=county.region.pk)
    scene.scenario = keep(access, county.region, f"{mark}密情景", f"{mark}密情景理由", {"set": {"power.dry": -0.2}})
    scene.premise = fix_premise(access, county.region, "power.dry", f"{mark}密假设", -0.05, "", f"{mark}密假设依据")


def _factors(scene: Scene) -> None:
    """A supply, the need of the first firm's project for it, and what is kept."""
    county = scene.county
    access = Access.of(county.people["office"], region_id=county.region.pk)
    supply = {
        "factor": "power", "title": f"{county.mark}密供给", "amount": 9.0, "unit": "万千瓦", "stock": False, "owner": county.units[0],
    }  # fmt: skip
    scene.supply = factors.add_supply(access, county.region, supply)
    item = Item.objects.filter(project=county.projects[0]).first()
    assert item is not None
    need = {"factor": "power", "amount": 3.0, "unit": "万千瓦", "stage": "running", "note": f"{county.mark}密需求"}
    scene.demand = factors.add_demand(access, item, need)
    scene.booking = factors.book(access, scene.supply, scene.demand, 3.0)


def _dispatches(scene: Scene) -> None:
    """A sealed quarter with a decision, and an open one."""
    county = scene.county
    access = Access.of(county.people["office"], region_id=county.region.pk)
    first = open_dispatch(access, county.region, Quarter(2023, 2), place=f"{county.mark}密会场")
    seal_dispatch(access, first)
    decide(access, first, f"{county.mark}密决定", county.units[1], None)
    second = open_dispatch(access, county.region, Quarter(2023, 3), chair=f"{county.mark}密主持")
    remind(access, second)
    scene.dispatches = [first, second]
