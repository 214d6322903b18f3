"""Items of all registers in one list: to filter, sort, export, and to compare registers with each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, overload

from django.db.models import Q, QuerySet
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lvlian.ledger.light import STATES
from lvlian.site.ledger import saying
from lvlian.site.ledger.models import Item
from lvlian.site.ledger.registers import tracks
from lvlian.site.lists.columns import Column, Kind
from lvlian.site.lists.filters import LIGHT_CHOICES, Choice, DateRange, NumberRange, Relation, Text
from lvlian.site.lists.spec import ListSpec
from lvlian.site.lists.specs.shared import FIRM, REGION
from lvlian.site.org.models import Firm, Region, Unit

BORN = (
    ("project", _("规划的项目")), ("duty", _("规划的责任")), ("mechanism", _("规划的机制")), ("decision", _("会议决定")), ("finding", _("自查")),
    ("issue", _("问题")), ("hand", _("手工立项")),
)  # fmt: skip


class Told(Sequence[tuple[str, Any]]):
    """Choices that are made when they are asked for: a track that is added is one of them."""

    def __init__(self, make: Callable[[], list[tuple[str, Any]]]) -> None:
        self._make = make

    @overload
    def __getitem__(self, at: int) -> tuple[str, Any]: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[tuple[str, Any]]: ...
    def __getitem__(self, at: Any) -> Any:
        return self._make()[at]

    def __len__(self) -> int:
        return len(self._make())

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        return iter(self._make())


def _words(key: str, stage: str = "") -> str:
    track = tracks().get(key)
    if track is None:
        return key
    return f"{saying.words(track.name)} · {saying.stage_name(track, stage)}" if stage else saying.words(track.name)


_lazily = lazy(_words, str)


def _tracks() -> list[tuple[str, Any]]:
    return [(key, _lazily(key)) for key in tracks()]


def _stages() -> list[tuple[str, Any]]:
    return [
        (f"{key}:{stage.key}", _lazily(key, stage.key)) for key, track in tracks().items() for stage in track.stages
    ]


def _levels() -> list[tuple[str, Any]]:
    return [(key, _lazy_level(key)) for key in ("unit", "lead", "leading_group", "supervision")]


_lazy_level = lazy(saying.level_name, str)


def pick_lights(rows: QuerySet[Any], states: tuple[str, ...], today: date) -> QuerySet[Any]:
    return rows.filter(rank__in=[STATES.index(state) for state in states])


def pick_stages(rows: QuerySet[Any], values: tuple[str, ...], today: date) -> QuerySet[Any]:
    wanted = Q()
    for value in values:
        track, _colon, stage = value.partition(":")
        wanted |= Q(track=track, stage=stage)
    return rows.filter(wanted)


def light(row: Any, today: date) -> tuple[str, str, str]:
    return row.light, saying.light_name(row.light), ""


def reason(row: Any, today: date) -> str:
    """All reasons of the light, the decisive one first."""
    return gettext("；").join(saying.reasons_of(tracks().get(row.track), row.reasons, today))


def stage(row: Any, today: date) -> str:
    track = tracks().get(row.track)
    return saying.stage_name(track, row.stage) if track is not None else str(row.stage)


ITEMS = ListSpec(
    key="items",
    model=Item,
    title=_("台账清单"),
    noun=_("项"),
    columns=(
        Column(key="light", label=_("灯"), kind=Kind.LIGHT, get=light, rests_on=("rank",), order=("-rank",), width=10),
        Column(key="track", say=lambda row: _words(row.track), kind=Kind.TEXT, width=14),
        Column(key="title", link=True, width=36),
        Column(key="stage", label=_("阶段"), get=stage, rests_on=("stage",), order=("stage",), width=12),
        Column(key="branch", width=10),
        Column(key="lead", width=20),
        Column(key="units", kind=Kind.MANY, width=24),
        FIRM,
        Column(key="next", width=14),
        Column(key="due", width=12),
        Column(key="expected", width=12),
        Column(key="slip", width=10),
        Column(key="reason", label=_("原因"), get=reason, rests_on=("reasons",), width=48),
        Column(key="clock", width=12),
        Column(key="level", say=lambda row: saying.level_name(row.level), kind=Kind.TEXT, width=12),
        Column(key="opened", width=12),
        Column(key="since", width=12),
        Column(key="reported", width=12),
        Column(key="ended", width=12),
        Column(key="born", say=lambda row: str(dict(BORN).get(row.born, row.born)), kind=Kind.TEXT, width=12),
        REGION,
    ),
    shown=("light", "track", "title", "stage", "units", "next", "due", "expected", "slip", "reason"),
    filters=(
        Choice(key="track", label=_("台账"), choices=Told(_tracks), chip=True),  # type: ignore[arg-type]
        Choice(key="light", label=_("灯"), choices=LIGHT_CHOICES, pick=pick_lights, rests_on=("rank",), chip=True),
        Choice(key="branch", label=_("状态"), choices=tuple(Item.Branch.choices), chip=True),
        Relation(key="unit", label=_("责任单位"), path="units", model=Unit, many=True, chip=True),
        Choice(key="stage", label=_("阶段"), choices=Told(_stages), pick=pick_stages),  # type: ignore[arg-type]
        Relation(key="firm", label=_("企业"), model=Firm),
        Choice(key="born", label=_("来由"), choices=BORN),
        Choice(key="level", label=_("层级"), choices=Told(_levels)),  # type: ignore[arg-type]
        DateRange(key="expected", label=_("现日期")),
        DateRange(key="due", label=_("承诺日期")),
        DateRange(key="opened", label=_("立项")),
        NumberRange(key="slip", label=_("变动，天")),
        Text(key="title", label=_("事项")),
        Relation(key="region", label=_("地区"), model=Region, subtree=True),
    ),
    search=("title",),
    sort=("light", "expected"),
    detail="item-detail",
)  # fmt: skip
