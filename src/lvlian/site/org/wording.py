"""Actions, records and their changes in words, as the audit and the history of a record show them."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from lvlian.site.org.models import AuditChange
from lvlian.site.org.roles import PERMISSIONS

APPS = ("org", "plans", "ledger", "account", "outlook")
ACTIONS: dict[str, str | Promise] = {
    "access.denied": gettext_lazy("请求未获准"),
    "account.know": gettext_lazy("疑点记为已知"),
    "account.unknow": gettext_lazy("取消已知"),
    "audit.export": gettext_lazy("导出审计记录"),
    "audit.verify": gettext_lazy("校验审计记录"),
    "backup.make": gettext_lazy("备份"),
    "backup.restore": gettext_lazy("恢复备份"),
    "booking.make": gettext_lazy("占用要素"),
    "booking.release": gettext_lazy("释放要素"),
    "calendar.edit": gettext_lazy("改放假安排"),
    "comment.add": gettext_lazy("留言"),
    "demand.add": gettext_lazy("增加要素需求"),
    "demand.edit": gettext_lazy("改要素需求"),
    "demand.remove": gettext_lazy("移出要素需求"),
    "dispatch.confirm": gettext_lazy("核对调度项"),
    "dispatch.convert": gettext_lazy("决定转任务"),
    "dispatch.decide": gettext_lazy("加会议决定"),
    "dispatch.edit": gettext_lazy("改调度日程"),
    "dispatch.issue": gettext_lazy("印发通报"),
    "dispatch.meet": gettext_lazy("记会商"),
    "dispatch.open": gettext_lazy("开季度调度"),
    "dispatch.paper": gettext_lazy("下载调度文书"),
    "dispatch.redecide": gettext_lazy("改会议决定"),
    "dispatch.refill": gettext_lazy("补预填"),
    "dispatch.remind": gettext_lazy("提醒未交单位"),
    "dispatch.seal": gettext_lazy("封存快照"),
    "dispatch.undecide": gettext_lazy("去掉会议决定"),
    "fact.accept-many": gettext_lazy("采纳整段事实"),
    "fact.add": gettext_lazy("补录事实"),
    "file.drop": gettext_lazy("去掉没用上的文件"),
    "file.store": gettext_lazy("存文件"),
    "finding.settle": gettext_lazy("处理自查"),
    "firm.add": gettext_lazy("增加企业"),
    "firm.edit": gettext_lazy("改企业"),
    "grant.give": gettext_lazy("授予角色"),
    "grant.withdraw": gettext_lazy("收回角色"),
    "indicator.choose": gettext_lazy("定指标口径"),
    "indicator.link": gettext_lazy("认目标对应的指标"),
    "indicator.refuse": gettext_lazy("目标不是这个指标"),
    "investment.check": gettext_lazy("核对落地条件"),
    "issue.accept": gettext_lazy("受理问题"),
    "issue.answer": gettext_lazy("答复问题"),
    "issue.assign": gettext_lazy("交办问题"),
    "issue.close": gettext_lazy("问题销号"),
    "issue.open": gettext_lazy("上报问题"),
    "issue.return": gettext_lazy("退回交办"),
    "issue.unsatisfied": gettext_lazy("答复不满意，退回办理"),
    "issue.withdraw": gettext_lazy("撤回问题"),
    "item.amend": gettext_lazy("填台账字段"),
    "item.assign": gettext_lazy("分工"),
    "item.attach": gettext_lazy("附凭据"),
    "item.back": gettext_lazy("退回阶段"),
    "item.cancel": gettext_lazy("取消事项"),
    "item.clock": gettext_lazy("超时限，自动上报"),
    "item.detach": gettext_lazy("取下凭据"),
    "item.enter": gettext_lazy("进入阶段"),
    "item.escalate": gettext_lazy("上报上级"),
    "item.extend": gettext_lazy("延长时限"),
    "item.finish": gettext_lazy("办结节点"),
    "item.gate": gettext_lazy("答关口"),
    "item.import": gettext_lazy("导入新事项"),
    "item.lift": gettext_lazy("取消人工改灯"),
    "item.merge": gettext_lazy("并入他项"),
    "item.move": gettext_lazy("改节点日期"),
    "item.open": gettext_lazy("立台账事项"),
    "item.pause": gettext_lazy("暂停事项"),
    "item.promise": gettext_lazy("承诺节点"),
    "item.reopen": gettext_lazy("恢复事项"),
    "item.report": gettext_lazy("报进展"),
    "item.resume": gettext_lazy("恢复暂停的事项"),
    "item.unfinish": gettext_lazy("节点改回未办结"),
    "job.fail": gettext_lazy("任务未成"),
    "job.start": gettext_lazy("启动任务"),
    "job.stop": gettext_lazy("停止任务"),
    "ledger.adopt": gettext_lazy("为已有记录立台账"),
    "list.bring": gettext_lazy("上传要导入的表"),
    "milestone.finish": gettext_lazy("办结里程碑"),
    "milestone.move": gettext_lazy("改里程碑预计时间"),
    "milestone.reopen": gettext_lazy("里程碑改回未办结"),
    "move.take": gettext_lazy("动作转台账"),
    "person.add": gettext_lazy("增加人员"),
    "person.codes": gettext_lazy("换恢复码"),
    "person.disable": gettext_lazy("停用人员"),
    "person.edit": gettext_lazy("改人员资料"),
    "person.enable": gettext_lazy("启用人员"),
    "person.expire": gettext_lazy("口令到期"),
    "person.first": gettext_lazy("设立三员"),
    "person.password": gettext_lazy("改口令"),
    "person.preferences": gettext_lazy("改偏好"),
    "person.reset": gettext_lazy("重置口令"),
    "person.reset-console": gettext_lazy("在主机上重置口令"),
    "person.second-factor": gettext_lazy("设置第二因子"),
    "person.second-factor-drop": gettext_lazy("去掉他人第二因子"),
    "person.second-factor-off": gettext_lazy("关闭第二因子"),
    "person.unlock": gettext_lazy("解锁账号"),
    "plan.attach": gettext_lazy("上传规划原件"),
    "plan.check": gettext_lazy("重新核对规划"),
    "plan.load": gettext_lazy("载入地区事实"),
    "plan.reissue": gettext_lazy("载入再次印发的规划"),
    "plan.second": gettext_lazy("记下第二读者的比对"),
    "plan.switch": gettext_lazy("换现行版本"),
    "plan.upload": gettext_lazy("载入规划"),
    "preference.pins": gettext_lazy("改置顶"),
    "premise.fix": gettext_lazy("定推演假设"),
    "premise.free": gettext_lazy("取消所定的推演假设"),
    "proposal.confirm": gettext_lazy("第二人确认改动"),
    "proposal.make": gettext_lazy("提出改动"),
    "proposal.return": gettext_lazy("退回改动"),
    "proposal.withdraw": gettext_lazy("撤回改动"),
    "record.keep": gettext_lazy("新版不提而保留"),
    "report.bring": gettext_lazy("带来报表文件"),
    "report.file": gettext_lazy("报送月度报表"),
    "report.withdraw": gettext_lazy("撤回月度报表"),
    "scenario.change": gettext_lazy("改情景"),
    "scenario.drop": gettext_lazy("去掉情景"),
    "scenario.keep": gettext_lazy("存情景"),
    "session.end": gettext_lazy("结束会话"),
    "session.end-all": gettext_lazy("结束他人会话"),
    "session.failed": gettext_lazy("登录未成"),
    "session.lockout": gettext_lazy("账号锁定"),
    "session.login": gettext_lazy("登录"),
    "session.logout": gettext_lazy("退出"),
    "session.verify": gettext_lazy("通过第二因子"),
    "session.verify-failed": gettext_lazy("第二因子未通过"),
    "supervision.assign": gettext_lazy("交办督办事项"),
    "supervision.back": gettext_lazy("退回督办事项"),
    "supervision.bind": gettext_lazy("决定转督办"),
    "supervision.drop": gettext_lazy("撤销督办事项"),
    "supervision.finish": gettext_lazy("办结督办事项"),
    "supervision.sign": gettext_lazy("签收督办事项"),
    "supervision.urge": gettext_lazy("催办"),
    "supply-link.add": gettext_lazy("加供应关系"),
    "supply-link.remove": gettext_lazy("去掉供应关系"),
    "supply.add": gettext_lazy("增加要素供给"),
    "supply.edit": gettext_lazy("改要素供给"),
    "supply.finish": gettext_lazy("要素到位"),
    "supply.move": gettext_lazy("改要素供给日期"),
    "supply.remove": gettext_lazy("移出要素供给"),
    "works.set": gettext_lazy("改企业产线"),
    "token.end": gettext_lazy("收回接口密钥"),
    "token.make": gettext_lazy("新建接口密钥"),
}
DATA: dict[str, str | Promise] = {
    "address": gettext_lazy("地址"),
    "asks": gettext_lazy("核对项，条"),
    "bytes": gettext_lazy("字节"),
    "model": gettext_lazy("模型"),
    "sha256": gettext_lazy("文件散列"),
    "agent": gettext_lazy("浏览器"),
    "codes": gettext_lazy("恢复码，个"),
    "device": gettext_lazy("验证方式"),
    "failures": gettext_lazy("未成次数"),
    "faults": gettext_lazy("对不上的"),
    "file": gettext_lazy("文件"),
    "filter": gettext_lazy("筛选"),
    "format": gettext_lazy("格式"),
    "kind": gettext_lazy("种类"),
    "known": gettext_lazy("有此账号"),
    "list": gettext_lazy("列表"),
    "locked": gettext_lazy("已锁定"),
    "permission": gettext_lazy("所求权限"),
    "pins": gettext_lazy("置顶"),
    "records": gettext_lazy("记录，条"),
    "root": gettext_lazy("末条散列"),
    "rows": gettext_lazy("行数"),
    "second_factor": gettext_lazy("连同第二因子"),
    "sessions": gettext_lazy("结束的会话，个"),
    "username": gettext_lazy("账号"),
}
"""What an action's details are called."""
VALUES: dict[str, str | Promise] = {
    "StaticDevice": gettext_lazy("恢复码"),
    "TOTPDevice": gettext_lazy("验证器"),
}
NOUNS: dict[str, str | Promise] = {
    "record": gettext_lazy("记录"),
    "view": gettext_lazy("视图"),
    "list": gettext_lazy("列表"),
    "file": gettext_lazy("文件"),
    "person": pgettext_lazy("one", "人员"),
    "light": gettext_lazy("灯"),
}
ONE: dict[str, str | Promise] = {
    "chain": pgettext_lazy("one", "链条"),
    "duty": pgettext_lazy("one", "责任"),
    "finding": pgettext_lazy("one", "自查"),
    "goal": pgettext_lazy("one", "目标"),
    "incentive": pgettext_lazy("one", "激励"),
    "milestone": pgettext_lazy("one", "里程碑"),
    "user": pgettext_lazy("one", "人员"),
}
"""Records whose name in English has a singular of its own."""
VERBS: dict[str, str | Promise] = {
    "accept": gettext_lazy("采纳"),
    "add": gettext_lazy("新增"),
    "bulk": gettext_lazy("批量修改"),
    "comment": gettext_lazy("留言"),
    "confirm": gettext_lazy("确认"),
    "correct": gettext_lazy("更正"),
    "create": gettext_lazy("新增"),
    "delete": gettext_lazy("删除"),
    "edit": gettext_lazy("修改"),
    "end": gettext_lazy("结束"),
    "export": gettext_lazy("导出"),
    "import": gettext_lazy("导入"),
    "make": gettext_lazy("新建"),
    "move": gettext_lazy("移动"),
    "reject": gettext_lazy("驳回"),
    "remove": gettext_lazy("移除"),
    "reopen": gettext_lazy("改回未办结"),
    "return": gettext_lazy("退回"),
    "save": gettext_lazy("存"),
    "settle": gettext_lazy("处理"),
    "share": gettext_lazy("共享"),
    "undo": gettext_lazy("撤销"),
    "update": gettext_lazy("修改"),
    "withdraw": gettext_lazy("撤回"),
}


def action_words(action: str) -> str:
    """`fact.accept` → 采纳事实; an action without words as it is written."""
    if action in ACTIONS:
        return str(ACTIONS[action])
    noun, _dot, verb = action.partition(".")
    named = NOUNS.get(noun) or model_words(noun)
    if not named or verb not in VERBS:
        return action
    return _("%(verb)s%(noun)s") % {"verb": VERBS[verb], "noun": lower_case(str(named))}


def lower_case(noun: str) -> str:
    """A noun inside a sentence: its first letter small, unless it is an abbreviation."""
    return noun if noun[1:2].isupper() else noun[:1].lower() + noun[1:]


@cache
def _model(name: str) -> type[Model] | None:
    for app in APPS:
        try:
            return apps.get_model(app, name)
        except LookupError:
            continue
    return None


def data_words(action: str, data: dict[str, Any]) -> list[tuple[str, str]]:
    """The details of an action, with their names; a permission by its own words."""
    lines, noun = [], action.partition(".")[0]
    for key, value in data.items():
        if key == "permission" and value in PERMISSIONS:
            words = str(PERMISSIONS[value])
        else:
            words = str(VALUES.get(value, "")) if isinstance(value, str) else ""
        lines.append((str(DATA.get(key) or field_words(noun, key)), words or value_words(noun, key, value)))
    return lines


def model_words(name: str) -> str:
    """The name of a kind of record, empty where it is unknown."""
    model = _model(name)
    return str(ONE.get(name) or model._meta.verbose_name) if model is not None else ""


def field_words(model: str, name: str) -> str:
    """The name of a field of a kind of record; the field's own where it has none."""
    found = _model(model)
    if found is None:
        return name
    try:
        return str(getattr(found._meta.get_field(name), "verbose_name", name))
    except FieldDoesNotExist:
        return name


def value_words(model: str, name: str, value: Any) -> str:
    """A value as it is read: a choice by its word, yes and no, nothing as a dash, a list by its members."""
    if value is None or value in ("", [], {}):
        return "—"
    if value is True or value is False:
        return _("是") if value else _("否")
    found = _model(model)
    field = next((f for f in found._meta.get_fields() if f.name == name), None) if found is not None else None
    if field is not None and getattr(field, "choices", None):
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, list):
        return _("、").join(str(part) for part in value)
    if isinstance(value, dict):
        return _("；").join(f"{key}{_('：')}{part}" for key, part in value.items())
    if field is not None and field.is_relation and isinstance(value, int):
        return _("第 %d 号") % value
    return str(value)


def changes_in_words(change: AuditChange) -> list[tuple[str, str, str]]:
    """For each field that changed: its name, the old and the new value; a dash where there was or is none."""
    lines = []
    for name in {**change.before, **change.after}:
        old, new = change.before.get(name), change.after.get(name)
        if old != new:
            words = (value_words(change.model, name, old), value_words(change.model, name, new))
            if words != ("—", "—"):
                lines.append((field_words(change.model, name), *words))
    return lines
