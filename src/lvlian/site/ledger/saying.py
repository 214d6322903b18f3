"""Items in words: the reasons of a light, the rule behind it, stages and levels by name, and each event as one sentence.

Words that the engine brings come from `ledger/words.yaml`; what only the site says is translated here. Pure: no database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lvlian.ledger.light import Reason
from lvlian.ledger.saying import name, say, step_words
from lvlian.ledger.track import Clock, Field, Track, Words
from lvlian.site.saying import number

MOST = 160
"""Characters of a free text within a sentence of the history."""


def language() -> str:
    """The language of the request, as the engine names it."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def words(one: Words | None) -> str:
    """Words of a track in the language of the request."""
    if one is None:
        return ""
    return one.en if language() == "en" else one.zh


def stage_name(track: Track, key: str) -> str:
    """A stage by its name; its key where the track does not have it any more."""
    return words(track.by_key[key].name) if key in track.by_key else key


def step_name(track: Track | None, title: str) -> str:
    """A step as it is called; the stage's name in the language of the request where it is called so."""
    return step_words(track, title, language())


def level_name(key: str) -> str:
    return name("levels", key, language())


def branch_name(key: str) -> str:
    return name("branches", key, language())


def factor_name(key: str) -> str:
    return name("factors", key, language())


def light_name(key: str) -> str:
    """A light by its word, which stands beside its shape."""
    word = name("lights", key, language())
    return word[:1].upper() + word[1:]


def reasons_of(track: Track | None, reasons: Sequence[Any], today: date) -> list[str]:
    """All reasons of a light as sentences, the decisive one first."""
    return [say(Reason(str(code), values), today, language(), track) for code, values in reasons]


def answer_name(key: str) -> str:
    return {"yes": _("是"), "no": _("否"), "waived": _("放行"), "unknown": _("未知")}.get(key, key)


def clock_words(clock: Clock) -> str:
    """How long a stage may take."""
    said = _("%(days)d 个工作日") % {"days": clock.days}
    if clock.most > clock.days:
        said += _("，延期最多到 %(most)d 个") % {"most": clock.most}
    return said + _("，到期报%(level)s") % {"level": level_name(clock.to)}


def rule_words(track: Track) -> list[str]:
    """How the light of a track is computed, one sentence for each threshold."""
    rule = track.light
    out = [
        _("逾期，或改期后晚于承诺：%(n)d 天以内预警，超过滞后") % {"n": rule.bad}
        if rule.bad
        else _("逾期，或改期后晚于承诺：滞后")
    ]
    clocks = [stage for stage in track.stages if stage.clock is not None]
    if clocks:
        out.append(_("阶段时限将到预警，过了滞后，并自动上报"))
    if any(stage.needs for stage in track.stages):
        out.append(_("所需要素晚于需用日期：预警"))
    if any(stage.days for stage in track.stages):
        out.append(_("从下一承诺日期倒排，该到的阶段没到：预警"))
    if rule.stale:
        out.append(_("%(n)d 天没有报进展：预警") % {"n": rule.stale})
    out.append(_("没有日期、没有时限或没有责任单位：缺数"))
    return out


def value_words(one: Field, value: Any, names: Mapping[tuple[str, int], str] | None = None) -> str:
    """A value of a track's field; `names` holds records by their kind and number."""
    if value is None or value == "":
        return ""
    if one.kind == "yes":
        return _("是") if value is True or value == "yes" else _("否")
    if one.kind == "number" and isinstance(value, int | float):
        return number(value)
    if one.kind == "choice":
        return words(dict(one.choices).get(str(value))) or str(value)
    if one.kind == "factor":
        return factor_name(str(value))
    if isinstance(value, int) and names is not None:
        return names.get((one.kind, value), _("第 %(n)d 号") % {"n": value})
    return str(value)


# Events ------------------------------------------------------------------------------------------------------------------
class Chronicle:
    """Turns the events of one item into sentences, in their order: what a step or a unit is called is told by earlier events and by
    `units`. `hidden` are fields whose values the reader may not see."""

    def __init__(
        self,
        track: Track,
        units: Mapping[int, str],
        hidden: frozenset[str] = frozenset(),
        names: Mapping[tuple[str, int], str] | None = None,
    ) -> None:
        self.track, self.units, self.hidden, self.names = track, units, hidden, names or {}
        self._steps: dict[str, str] = {}

    def said(self, kind: str, data: Mapping[str, Any]) -> str:
        """One event as a sentence."""
        teller = getattr(self, f"_{kind}", None)
        return teller(data) if teller is not None else kind

    def _why(self, data: Mapping[str, Any]) -> str:
        why = " ".join(str(data.get("why") or data.get("note") or "").split())
        return _("：%(why)s") % {"why": why[:MOST]} if why else ""

    def _stage(self, data: Mapping[str, Any]) -> str:
        return stage_name(self.track, str(data.get("stage") or ""))

    def _step(self, data: Mapping[str, Any]) -> str:
        key = str(data.get("step") or "")
        return self._steps.get(key) or stage_name(self.track, key)

    def _open(self, data: Mapping[str, Any]) -> str:
        stage = data.get("stage")
        return _("立项，已在%(stage)s") % {"stage": self._stage(data)} if stage else _("立项")

    def _enter(self, data: Mapping[str, Any]) -> str:
        said = _("进入%(stage)s") % {"stage": self._stage(data)}
        if data.get("implied"):
            return said + _("（推定：后面的阶段已到）")
        return said + (_("，凭据 %(ref)s") % {"ref": data["evidence"]} if data.get("evidence") else "")

    def _back(self, data: Mapping[str, Any]) -> str:
        said = _("更正，退回%(stage)s") if data.get("correction") else _("退回%(stage)s")
        return said % {"stage": self._stage(data)} + self._why(data)

    def _promise(self, data: Mapping[str, Any]) -> str:
        key = str(data.get("step") or "")
        self._steps[key] = str(data.get("title") or "") or stage_name(self.track, str(data.get("stage") or ""))
        due = data.get("due") or _("原文无日期")
        said = _("规划承诺 %(step)s %(due)s") if data.get("given") == "plan" else _("承诺 %(step)s %(due)s")
        return said % {"step": self._steps[key], "due": due}

    def _revise(self, data: Mapping[str, Any]) -> str:
        step = self._step(data)
        if not data.get("expected"):
            return _("%(step)s 回到承诺日期") % {"step": step}
        return _("%(step)s 改为 %(day)s") % {"step": step, "day": data["expected"]} + self._why(data)

    def _done(self, data: Mapping[str, Any]) -> str:
        if not data.get("done"):
            return _("撤回 %(step)s 的完成日期") % {"step": self._step(data)}
        return _("%(step)s 完成于 %(day)s") % {"step": self._step(data), "day": data["done"]}

    def _drop(self, data: Mapping[str, Any]) -> str:
        return _("去掉节点 %(step)s") % {"step": self._step(data)} + self._why(data)

    def _urge(self, data: Mapping[str, Any]) -> str:
        return _("催办") + self._why(data)

    def _report(self, data: Mapping[str, Any]) -> str:
        return _("报进展") + self._why(data)

    def _answer(self, data: Mapping[str, Any]) -> str:
        gates = {gate.key: gate for stage in self.track.stages for gate in stage.gates}
        gate = gates.get(str(data.get("gate")))
        told = {
            "gate": words(gate.name) if gate else str(data.get("gate")), "answer": answer_name(str(data.get("answer"))),
        }  # fmt: skip
        return _("关口 %(gate)s：%(answer)s") % told + self._why(data)

    def _amend(self, data: Mapping[str, Any]) -> str:
        told, hidden = [], 0
        for key, value in dict(data.get("values") or {}).items():
            one = self.track.field(key)
            if key in self.hidden:
                hidden += 1
            elif one is not None:
                text = value_words(one, value, self.names) or _("空")
                told.append(f"{words(one.name)} {text[:MOST]}{f' {one.unit}' if one.unit and text else ''}")
        if hidden:
            told.append(_("%(n)d 个不公开的字段") % {"n": hidden})
        return _("填写 %(fields)s") % {"fields": _("；").join(told)} if told else _("填写字段")

    def _assign(self, data: Mapping[str, Any]) -> str:
        def names(keys: Any) -> str:
            return _("、").join(self.units.get(key, str(key)) for key in keys)

        parts = []
        if data.get("lead") is not None:
            parts.append(_("牵头 %(units)s") % {"units": names([data["lead"]])})
        if data.get("units"):
            parts.append(_("责任 %(units)s") % {"units": names(data["units"])})
        if data.get("supports"):
            parts.append(_("配合 %(units)s") % {"units": names(data["supports"])})
        return _("分工：%(parts)s") % {"parts": _("；").join(parts) or _("无")}

    def _evidence(self, data: Mapping[str, Any]) -> str:
        said = _("取下凭据 %(ref)s（%(stage)s）") if data.get("gone") else _("附凭据 %(ref)s（%(stage)s）")
        return said % {"ref": data.get("ref") or "", "stage": self._stage(data)} + self._why(data)

    def _pause(self, data: Mapping[str, Any]) -> str:
        until = data.get("until")
        return (_("暂停到 %(day)s") % {"day": until} if until else _("暂停")) + self._why(data)

    def _resume(self, data: Mapping[str, Any]) -> str:
        return _("恢复")

    def _cancel(self, data: Mapping[str, Any]) -> str:
        return _("取消") + self._why(data)

    def _merge(self, data: Mapping[str, Any]) -> str:
        return _("并入他项") + self._why(data)

    def _reopen(self, data: Mapping[str, Any]) -> str:
        return _("重新打开") + self._why(data)

    def _extend(self, data: Mapping[str, Any]) -> str:
        return _("延长 %(days)s 个工作日") % {"days": data.get("days")} + self._why(data)

    def _escalate(self, data: Mapping[str, Any]) -> str:
        level = {"level": level_name(str(data.get("to")))}
        if data.get("by") == "clock":
            return _("超过时限，自动报到%(level)s") % level
        return _("报到%(level)s") % level + self._why(data)

    def _override(self, data: Mapping[str, Any]) -> str:
        told = {"light": light_name(str(data.get("state"))), "day": data.get("until")}
        return _("两人改灯为%(light)s，到 %(day)s") % told + self._why(data)

    def _lift(self, data: Mapping[str, Any]) -> str:
        return _("取消人工改灯") + self._why(data)
