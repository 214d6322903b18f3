"""What a case can say and what it cannot, and which report or paper of whom would settle the rest: a short list, the most important first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lvlian.outlook.case import Aim, Case, Project

MOST = 12
ASSUMED = "（假设）"
"""In the name of a firm that stands for a link of the chain and not for one that the plan names."""
_PRIMARY_INTENSITY = "intensity.electrolysis.electricity"
_COUNTED = ("户", "家", "个", "项", "次", "名")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence in both languages; `aims` are the ids of the goals that it is about."""

    zh: str
    en: str
    aims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What would settle something: `who` is to bring `paper`; `premises` are the keys that it would replace (`load.*` for several), `aims`
    the goals that rest on it, `weight` how much (the order of the list)."""

    key: str
    who: str
    paper: str
    zh: str
    en: str
    weight: float = 0.0
    premises: tuple[str, ...] = ()
    aims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`said` what the case alone says, `unsaid` what it does not, `asks` what would settle it."""

    said: tuple[Sentence, ...]
    unsaid: tuple[Sentence, ...]
    asks: tuple[Ask, ...]

    @property
    def sentences(self) -> tuple[tuple[str, str], ...]:
        """The asks as (zh, en), as `Case.asks` keeps them."""
        return tuple((one.zh, one.en) for one in self.asks)


def standing(case: Case) -> Standing:
    """What can be said of a case, what not, and what would settle it."""
    counted = [aim for aim in case.aims if aim.indicator and aim.year]
    flows = [aim for aim in counted if not aim.unit.startswith(_COUNTED)]
    asks = sorted((*_of_chain(case, flows), *_of_projects(case, flows), *_of_goals(case)), key=lambda one: -one.weight)
    return Standing(said=tuple(_said(case, counted)), unsaid=tuple(_unsaid(case)), asks=tuple(asks[:MOST]))


def _ids(aims: Iterable[Aim]) -> tuple[str, ...]:
    return tuple(aim.id for aim in aims)


def _said(case: Case, counted: list[Aim]) -> Iterable[Sentence]:
    if counted:
        yield Sentence(
            zh=f"{len(counted)} 个目标有算法和年份，按假设可以推演",
            en=f"{len(counted)} goals have a formula and a year and can be projected on the assumptions shown",
            aims=_ids(counted),
        )
    dated = [one for one in case.projects if any(step.day for step in one.steps)]
    if case.projects:
        yield Sentence(
            zh=f"规划点名 {len(case.projects)} 个项目，{len(dated)} 个写了日期",
            en=f"the plan names {len(case.projects)} projects, {len(dated)} of them with a day",
        )
    tied = {need.factor for one in case.projects for need in one.needs if need.ref.kind == "plan"}
    if case.factors:
        yield Sentence(
            zh=f"要素 {len(case.factors)} 项，其中 {len(tied)} 项规划写明供哪个项目",
            en=f"{len(case.factors)} factors, of which the plan ties {len(tied)} to a project",
        )


def _unsaid(case: Case) -> Iterable[Sentence]:
    for aim in case.aims:
        if aim.why:
            yield Sentence(
                zh=f"“{aim.name}”推不出：{aim.why}",
                en=f"{aim.id} cannot be projected: no formula or no year",
                aims=(aim.id,),
            )
    undated = [one for one in case.projects if not any(step.day for step in one.steps)]
    if undated:
        yield Sentence(
            zh=f"{len(undated)} 个项目没有写日期，何时出产是假设",
            en=f"{len(undated)} projects have no day; when they produce is an assumption",
        )


def _assumed(case: Case, head: str) -> tuple[str, ...]:
    return tuple(one.key for one in case.premises if one.key.startswith(head) and one.ref.kind == "assumption")


def _of_chain(case: Case, flows: list[Aim]) -> Iterable[Ask]:
    """Reports of firms, the power quota, contracts, prices."""
    bare = [plant for plant in case.plants if plant.ref.kind != "account" and not plant.role]
    invented = {plant.firm for plant in bare if ASSUMED in case.names.get(plant.firm, "")}
    if invented:
        yield Ask(
            key="firms", who="工业和信息化主管部门", paper="企业名录和产能",
            zh=f"规划没有点名企业，{len(invented)} 家按产业链各环节假设：要企业名录和各企业产能，由工业和信息化主管部门提供",
            en=f"{len(invented)} firms are assumed: a list of firms with their capacities, from the office of industry",
            weight=100.0, premises=("plants",), aims=_ids(flows),
        )  # fmt: skip
    real = [plant for plant in bare if plant.firm not in invented]
    smelters = sorted({plant.firm for plant in real if _is_primary(plant.process)})
    if smelters:
        names = "、".join(case.names.get(firm, firm) for firm in smelters)
        yield Ask(
            key="smelter", who=names, paper="生产月报（产量、通电产能、交流电量、铝液去向）",
            zh=f"{names}当月产量、已通电产能、交流电量和铝液去向：要企业生产月报，定起点产能、负荷和电耗",
            en=f"output, energised capacity, power and customers of liquid metal of {', '.join(smelters)}: the firm's monthly report",
            weight=95.0, premises=("load.primary", *_assumed(case, _PRIMARY_INTENSITY)), aims=_ids(flows),
        )  # fmt: skip
    running = [plant for plant in real if not plant.project and not _is_primary(plant.process)]
    others = sorted({plant.firm for plant in running if plant.firm not in smelters})
    if others:
        names = "、".join(case.names.get(firm, firm) for firm in others[:6])
        yield Ask(
            key="reports", who=names, paper="生产月报",
            zh=f"{names}等 {len(others)} 家在产企业的产量、消耗、库存：要企业生产月报，定负荷和成材率",
            en=f"output, consumption and stocks of {len(others)} running firms: their monthly reports",
            weight=80.0, premises=(*_assumed(case, "load."), *_assumed(case, "yield.")), aims=_ids(flows),
        )  # fmt: skip
    if bare and not any(limit.good == "electricity" for limit in case.limits):
        yield Ask(
            key="power", who="供电部门", paper="年度用电指标和枯水期负荷安排",
            zh="全年可用电量和枯水期负荷安排规划没有写：要供电部门的年度用电指标，定用电上限",
            en="the year's electricity and the dry season are not in the plan: the power supplier's yearly allotment",
            weight=85.0 if any(one.key == "power.dry" and one.spread for one in case.premises) else 60.0,
            premises=("power.dry", "power.limit"), aims=_ids(flows),
        )  # fmt: skip
    if smelters and not case.contracts:
        yield Ask(
            key="contracts", who="、".join(case.names.get(firm, firm) for firm in smelters), paper="铝液购销合同",
            zh="铝液给谁多少没有说法：要铝液购销合同，定铝液的去向",
            en="nobody says who gets how much liquid metal: the supply contracts",
            weight=70.0, premises=("contracts",), aims=tuple(a.id for a in flows if "conversion" in a.indicator or "value" in a.indicator),
        )  # fmt: skip
    priced = _assumed(case, "price.")
    if priced and any("value" in aim.indicator or "output_per" in aim.indicator for aim in flows):
        yield Ask(
            key="prices", who="各企业统计岗", paper="产值和销售单价（不含税）",
            zh="产品价格是公开价加加工费的假设：要各企业产值和不含税单价，由统计岗随月报填",
            en="prices are public ones with a fee: output value and prices without tax, with the firms' monthly reports",
            weight=65.0, premises=priced, aims=tuple(a.id for a in flows if "value" in a.indicator or "per_kwh" in a.indicator),
        )  # fmt: skip


def _is_primary(process: str) -> bool:
    return process in ("electrolysis", "copper_electrorefining", "copper_concentrate_smelting")


def _of_projects(case: Case, flows: list[Aim]) -> Iterable[Ask]:
    undated = [one for one in case.projects if one.plants and not any(step.day for step in one.steps)]
    if undated:
        yield _projects_ask(
            "undated", undated, "没有写日期", "开工、投产计划", "have no day: the schedule", 75.0, flows
        )
    only = [
        one for one in case.projects
        if one.plants and one not in undated and one.stage not in ("running", "full")
        and not any(step.day for step in one.steps if step.stage in ("built", "running", "full"))
    ]  # fmt: skip
    if only:
        yield _projects_ask(
            "running-day",
            only,
            "只写了开工",
            "建成、投产日期",
            "say only when they start: the day of first output",
            72.0,
            flows,
        )
    past = [one for one in case.projects for step in one.steps if step.done is not None and "假设" in step.words]
    if past:
        yield _projects_ask(
            "past", past, "印发前的日期按已完成计", "投产或开工的凭据", "are taken as done: the evidence", 40.0, flows
        )
    needed = {need.factor for one in case.projects for need in one.needs}
    waiting = [one for one in case.factors if one.day is None and one.id in needed]
    for factor in waiting[:3]:
        held = [one.name for one in case.projects if any(need.factor == factor.id for need in one.needs)]
        who = factor.unit_name or "责任单位"
        yield Ask(
            key=f"factor.{factor.id}", who=who, paper="完成日期",
            zh=f"“{factor.title}”没有写日期，{len(held)} 个项目等它：要完成日期，由{who}报",
            en=f"{factor.id} has no day and {len(held)} projects wait for it: its day, from {who}",
            weight=68.0 if any(n.ref.kind == "plan" for p in case.projects for n in p.needs if n.factor == factor.id) else 50.0,
            premises=(f"factor.{factor.id}.slip",),
        )  # fmt: skip
    guessed = [one for one in case.projects for need in one.needs[:1] if need.ref.kind == "assumption"]
    if guessed:
        yield Ask(
            key="needs", who="园区管委会", paper="项目要素需求表",
            zh=f"{len(guessed)} 个项目用哪块地、哪条气没有写，按类别和日期相联：要项目要素需求表，由园区管委会报",
            en=f"which land and gas {len(guessed)} projects need is assumed: the list of their needs, from the park",
            weight=45.0,
        )  # fmt: skip


def _projects_ask(key: str, rows: list[Project], zh: str, paper: str, en: str, weight: float, flows: list[Aim]) -> Ask:
    who = next((one.unit_name for one in rows if one.unit_name), "项目业主")
    names = "、".join(dict.fromkeys(one.name for one in rows[:2]))
    more = f"等 {len(rows)} 个项目" if len(rows) > 2 else ""
    return Ask(
        key=key, who=who, paper=paper, zh=f"{names}{more}{zh}：要{paper}，由{who}报",
        en=f"{len(rows)} projects {en}, from {who}", weight=weight,
        premises=tuple(f"project.{one.id}.slip" for one in rows), aims=_ids(flows),
    )  # fmt: skip


def _of_goals(case: Case) -> Iterable[Ask]:
    based = [
        aim for aim in case.aims
        if aim.mode in ("increase", "growth_rate") and aim.indicator and not aim.variant.startswith("new")
        and not any(key.startswith(f"{aim.indicator}@") for key in case.facts)
    ]  # fmt: skip
    if based:
        names = "、".join(aim.name for aim in based[:3])
        yield Ask(
            key="bases", who="统计部门", paper="基期数",
            zh=f"“{names}”是增量或增速，规划没有写基期：要基期数，由统计部门提供",
            en=f"{len(based)} goals are increases without a base: the figure of the base year, from the statistics office",
            weight=55.0, aims=_ids(based),
        )  # fmt: skip
    counts = [aim for aim in case.aims if aim.unit.startswith(_COUNTED) and aim.year]
    if counts:
        names = "、".join(dict.fromkeys(aim.name for aim in counts[:3]))
        yield Ask(
            key="counts", who="台账责任单位", paper="台账",
            zh=f"“{names}”等 {len(counts)} 个目标数户数和项数，链账里没有：由台账记录",
            en=f"{len(counts)} goals count firms and projects: they are kept in the registers",
            weight=35.0, aims=_ids(counts),
        )  # fmt: skip
    open_variant = [aim for aim in case.aims if aim.indicator and not aim.variant and aim.year]
    if open_variant:
        names = "、".join(dict.fromkeys(aim.name for aim in open_variant))
        first = "、".join(names.split("、")[:3])
        yield Ask(
            key="variants", who="统计部门", paper="指标口径",
            zh=f"“{first}”等原文没有写明口径，各种口径并列：由统计部门定一种",
            en="the plan leaves open what some indicators count; the statistics office has to fix one reading",
            weight=30.0, aims=_ids(open_variant),
        )  # fmt: skip
    loose = [aim for aim in case.aims if aim.indicator and not aim.year]
    if loose:
        names = "、".join(dict.fromkeys(aim.name for aim in loose[:3]))
        yield Ask(
            key="years", who="规划编制单位", paper="目标年份",
            zh=f"“{names}”没有写年份：由规划编制单位明确",
            en=f"{len(loose)} goals name no year: the author of the plan has to",
            weight=25.0, aims=_ids(loose),
        )  # fmt: skip
