"""What can be done with an item: each deed with its words, its form, who may, when it can be done, and the action that does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lvlian.ledger.item import State
from lvlian.ledger.track import ENDED, Track
from lvlian.site.ledger import forms_items as forms
from lvlian.site.ledger.actions import items, overrides
from lvlian.site.ledger.models import Item
from lvlian.site.org.access import Access

Values = dict[str, Any]
Do = Callable[[Access, Item, int, Values], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """`key` stands in its address (`item-<key>`); `steps` and `gates` ones have a form at each step or gate, not among the others."""

    key: str
    label: str | Promise
    form: type[forms.ItemForm]
    do: Do
    permission: str = "item.edit"
    when: Callable[[Item, Track, State], bool] = lambda item, track, state: True
    done: str | Promise = ""
    at: str = ""
    help: str | Promise = ""


def _active(item: Item, track: Track, state: State) -> bool:
    return item.branch == "active"


def _open(item: Item, track: Track, state: State) -> bool:
    return item.branch not in ENDED


def _ahead(item: Item, track: Track, state: State) -> bool:
    return (
        item.branch == "active"
        and not track.recurs
        and item.stage in track.order
        and item.stage != track.stages[-1].key
    )


def _behind(item: Item, track: Track, state: State) -> bool:
    return track.order.get(item.stage, 0) > 0


def _clock(item: Item, track: Track, state: State) -> bool:
    clock = state.clock
    told = track.by_key[clock.stage].clock if clock is not None and clock.stage in track.by_key else None
    return (
        item.branch == "active"
        and told is not None
        and clock is not None
        and clock.until is not None
        and clock.days < max(told.most, told.days)
    )


def _higher(item: Item, track: Track, state: State) -> bool:
    return _open(item, track, state) and state.level != track.levels[-1]


def _waivable(access: Access, item: Item, revision: int, values: Values) -> Any:
    if values["answer"] != "waived":
        return items.answer_gate(access, item, revision, values["gate"], values["answer"], values["why"])
    return overrides.propose_waiver(access, item, revision, values["gate"], values["before"], values["why"])


DEEDS: dict[str, Deed] = {
    deed.key: deed
    for deed in (
        Deed(
            key="enter", label=_("进入下一阶段"), form=forms.EnterForm, when=_ahead, done=_("已进入"),
            help=_("跳过的阶段记为推定"),
            do=lambda a, i, r, v: items.enter(a, i, r, v["stage"], day=v["day"], evidence=v["evidence"], note=v["note"]),
        ),
        Deed(
            key="report", label=_("报进展"), form=forms.ReportForm, when=_open, done=_("已报"), help=_("没有变动也可以报：照旧"),
            do=lambda a, i, r, v: items.report(a, i, r, v["note"]),
        ),
        Deed(
            key="promise", label=_("加一个节点"), form=forms.PromiseForm, when=_open, done=_("已承诺"),
            do=lambda a, i, r, v: items.promise(a, i, r, v["stage"], v["due"], v["title"]),
        ),
        Deed(
            key="move", label=_("改期"), form=forms.MoveForm, at="steps", done=_("已改期"),
            do=lambda a, i, r, v: items.move(a, i, r, v["step"], v["expected"], v["why"]),
        ),
        Deed(
            key="finish", label=_("记为完成"), form=forms.DoneForm, at="steps", done=_("已记"),
            do=lambda a, i, r, v: items.finish(a, i, r, v["step"], v["done"]),
        ),
        Deed(
            key="gate", label=_("答关口"), form=forms.GateForm, at="gates", done=_("已答"), do=_waivable,
        ),
        Deed(
            key="amend", label=_("填写"), form=forms.AmendForm, at="fields", done=_("已填"),
            do=lambda a, i, r, v: items.amend(a, i, r, v["changed"]),
        ),
        Deed(
            key="assign", label=_("分工"), form=forms.AssignForm, permission="item.assign", done=_("已分工"),
            do=lambda a, i, r, v: items.assign(a, i, r, v["lead"], v["units"], v["supports"], v["why"]),
        ),
        Deed(
            key="escalate", label=_("报到上级"), form=forms.EscalateForm, when=_higher, done=_("已上报"),
            do=lambda a, i, r, v: items.escalate(a, i, r, v["to"], v["why"]),
        ),
        Deed(
            key="extend", label=_("延长时限"), form=forms.ExtendForm, permission="item.assign", when=_clock, done=_("已延长"),
            do=lambda a, i, r, v: items.extend(a, i, r, v["days"], v["why"]),
        ),
        Deed(
            key="back", label=_("退回前面的阶段"), form=forms.BackForm, when=_behind, done=_("已退回"),
            do=lambda a, i, r, v: items.send_back(a, i, r, v["stage"], v["why"], correction=v["correction"]),
        ),
        Deed(
            key="pause", label=_("暂停"), form=forms.PauseForm, permission="item.assign", when=_active, done=_("已暂停"),
            do=lambda a, i, r, v: items.pause(a, i, r, v["why"], v["until"]),
        ),
        Deed(
            key="resume", label=_("恢复"), form=forms.PlainForm, permission="item.assign",
            when=lambda item, track, state: item.branch == "paused", done=_("已恢复"),
            do=lambda a, i, r, v: items.resume(a, i, r),
        ),
        Deed(
            key="merge", label=_("并入他项"), form=forms.MergeForm, permission="item.assign", when=_open, done=_("已并入"),
            do=lambda a, i, r, v: items.merge(a, i, r, v["into"], v["why"]),
        ),
        Deed(
            key="cancel", label=_("取消事项"), form=forms.WhyForm, permission="item.assign", when=_open, done=_("已取消"),
            do=lambda a, i, r, v: items.cancel(a, i, r, v["why"]),
        ),
        Deed(
            key="reopen", label=_("重新打开"), form=forms.WhyForm, permission="item.assign",
            when=lambda item, track, state: item.branch in ENDED, done=_("已打开"),
            do=lambda a, i, r, v: items.reopen(a, i, r, v["why"]),
        ),
        Deed(
            key="override", label=_("人工改灯，须两人"), form=forms.OverrideForm, when=_open, done=_("已提出，待第二人确认"),
            help=_("灯由程序算；确要改，写明理由和到哪一天，由另一人确认"),
            do=lambda a, i, r, v: overrides.propose_light(a, i, r, v["light"], v["why"], v["until"]),
        ),
        Deed(
            key="lift", label=_("取消人工改灯"), form=forms.PlainForm, done=_("已取消，灯照算"),
            when=lambda item, track, state: state.override is not None, do=lambda a, i, r, v: overrides.lift(a, i, r),
        ),
    )
}  # fmt: skip
