"""Reads for the page of incentives: for whom they are, by the words of the plan."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lvlian.brief.figures import incentive_amount
from lvlian.site.org.access import Access, here
from lvlian.site.pages import links
from lvlian.site.plans.models import Incentive

KINDS: tuple[tuple[str, Promise | str, tuple[str, ...]], ...] = (
    ("people", _("人才与个人"), ("人才", "个人", "高管", "团队", "员工", "职工", "专家", "毕业生", "工程师", "引荐人")),
    (
        "park",
        _("园区与平台"),
        ("园区", "开发区", "平台", "研发中心", "实验室", "基地", "核心区", "机构", "院所", "高校"),
    ),
    ("project", pgettext_lazy("all", "项目"), ("项目", "投资主体", "技改", "技术改造", "设备", "应用", "建设")),
    ("firm", pgettext_lazy("all", "企业"), ("企业", "公司", "业主", "下游", "单位", "工厂", "车间", "户", "商")),
)
"""Kind, its name, the words by which it is known; the first kind with a word in the text is the one."""
OTHER = ("other", _("其他"))
NAMES: dict[str, Promise | str] = {**{key: name for key, name, _words in KINDS}, OTHER[0]: OTHER[1]}


def kind_of(who: str) -> str:
    """For whom a benefit is. A firm of a park is a firm: `企业` at the end decides before all other words."""
    if who.endswith(("企业", "公司", "业主")):
        return "firm"
    for key, _name, words in KINDS:
        if any(word in who for word in words):
            return key
    return OTHER[0]


def kind_case() -> Case:
    """The same in SQL."""
    ends = Q(who__endswith="企业") | Q(who__endswith="公司") | Q(who__endswith="业主")
    whens = [When(ends, then=Value("firm"))]
    for key, _name, words in KINDS:
        found = Q()
        for word in words:
            found |= Q(who__contains=word)
        whens.append(When(found, then=Value(key)))
    return Case(*whens, default=Value(OTHER[0]), output_field=CharField())


@dataclass(frozen=True, slots=True)
class Benefit:
    """An incentive as it is shown; `amount` with its unit as printed."""

    record: Incentive
    amount: str
    url: str
    origin: str
    kind: str


def narrowed(
    access: Access, *, plan: int | None = None, kind: str = "", with_amount: str = "", words: str = ""
) -> QuerySet:  # type: ignore[type-arg]
    """Incentives of the region that the pages are about, each with its `kind`."""
    rows = here(Incentive, access).annotate(kind=kind_case())
    if plan:
        rows = rows.filter(plan=plan)
    if kind:
        rows = rows.filter(kind=kind)
    if with_amount:
        rows = rows.filter(amount__isnull=with_amount == "no")
    if words:
        rows = rows.filter(Q(who__icontains=words) | Q(benefit__icontains=words))
    return rows


def kind_counts(rows: QuerySet) -> dict[str, int]:  # type: ignore[type-arg]
    """How many there are of each kind. One query."""
    found = dict(rows.order_by().values_list("kind").annotate(n=Count("pk")))
    return {key: found[key] for key in NAMES if key in found}


def benefits(access: Access, rows: QuerySet) -> list[Benefit]:  # type: ignore[type-arg]
    """A page of incentives. One query."""
    return [
        Benefit(
            row,
            incentive_amount(row),
            links.record("incentive", row.pk),
            links.origin(access, row.fact_id),
            row.kind,
        )
        for row in rows.select_related("plan", "region")
    ]


def in_order(rows: QuerySet) -> QuerySet:  # type: ignore[type-arg]
    """By kind as listed above, then in the order of the plans."""
    places = Case(*(When(kind=key, then=Value(at)) for at, key in enumerate(NAMES)), default=Value(len(NAMES)))
    return rows.order_by(places, "region_id", "plan_id", "pk")
