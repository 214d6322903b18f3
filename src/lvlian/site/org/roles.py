"""The roles: for each, what it may do and which classes of fields it may read. The matrix in `docs/access.md` is made from here."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from lvlian.site.org.reach import FieldClass

C = FieldClass
_READ = {
    "page.see",
    "plan.read",
    "record.read",
    "search.use",
    "export.make",
    "view.save",
    "comment.write",
    "comment.read",
}
_OFFICE = {
    *_READ, "plan.upload", "fact.review", "finding.settle", "record.edit", "record.confirm", "record.import", "record.bulk",
    "history.read", "view.share", "firm.edit", "unit.edit", "item.open", "item.edit", "item.assign", "issue.open", "issue.rate",
    "supervise", "factor.edit", "factor.book", "dispatch.see", "dispatch.run", "dispatch.answer", "calendar.edit",
    "account.see", "account.run", "report.file", "works.edit", "indicator.set", "outlook.see", "outlook.run", "outlook.set",
}  # fmt: skip

_UNIT = {"item.open", "item.edit", "issue.open", "issue.rate", "factor.edit", "dispatch.see", "dispatch.answer"}
"""What whoever carries the work does in the ledger."""

PERMISSIONS: dict[str, object] = {
    "page.see": _("打开页面"),
    "plan.read": _("读规划原文、事实与自查"),
    "plan.upload": _("载入规划、再次印发"),
    "fact.review": _("采纳、更正、驳回、补录事实"),
    "finding.settle": _("自查记为已知、转问询"),
    "record.read": _("看目标、项目、责任、激励、链条"),
    "record.edit": _("改目标、项目、责任、激励"),
    "record.confirm": _("作为第二人确认改动"),
    "record.import": _("导入 Excel"),
    "record.bulk": _("批量修改"),
    "history.read": _("看修改历史"),
    "search.use": _("搜索"),
    "export.make": _("导出"),
    "view.save": _("存视图"),
    "view.share": _("把视图给全地区用"),
    "comment.read": _("看留言"),
    "comment.write": _("写留言"),
    "item.open": _("立台账事项"),
    "item.edit": _("报台账进展、改期、答关口、附凭据"),
    "item.assign": _("分工、暂停、取消、延期"),
    "issue.open": _("上报问题"),
    "issue.rate": _("评价问题的答复"),
    "supervise": _("立督办、催办"),
    "factor.edit": _("改要素供需"),
    "factor.book": _("占用与释放要素"),
    "dispatch.see": _("看季度调度"),
    "dispatch.run": _("办季度调度：预填、封存、决定、印发"),
    "dispatch.answer": _("核对本单位的调度项"),
    "calendar.edit": _("改放假安排"),
    "account.see": _("看链账：报数、平衡、流图、产业链图"),
    "account.run": _("疑点记为已知、转问询"),
    "report.file": _("报送与撤回月度报表"),
    "works.edit": _("改企业产线与供应关系"),
    "indicator.set": _("认目标对应的指标、定口径"),
    "outlook.see": _("看推演：达成概率、情景、冲突"),
    "outlook.run": _("存情景、求最省办法、动作转台账"),
    "outlook.set": _("定推演的假设"),
    "firm.edit": _("改企业"),
    "unit.edit": _("改单位"),
    "people.read": _("看人员"),
    "people.edit": _("增加与停用人员、重置口令"),
    "region.edit": _("改地区"),
    "grant.edit": _("授予与收回角色"),
    "session.end": _("结束他人会话、解锁账号"),
    "audit.read": _("看与校验审计记录"),
    "backup.make": _("备份"),
}


@dataclass(frozen=True, slots=True)
class Role:
    """`bound` says what a grant of the role must name besides its region: `""`, `unit` or `firm`. `exclusive` roles (the three
    administrators) are never held together with any other."""

    key: str
    label: object
    may: frozenset[str]
    reads: frozenset[FieldClass]
    bound: str = ""
    exclusive: bool = False


_ROLES = (
    Role("chief", _("链长"), frozenset({*_READ, "history.read", "record.confirm", "item.open", "issue.open", "supervise", "dispatch.see", "account.see", "outlook.see"}),
         frozenset({C.OPEN, C.INTERNAL, C.COMMERCIAL})),
    Role("office", _("链长办"), frozenset(_OFFICE), frozenset({C.OPEN, C.INTERNAL, C.COMMERCIAL, C.PERSONAL})),
    Role(
        "lead", _("牵头单位"), frozenset({*_READ, *_UNIT, "record.edit", "finding.settle", "history.read", "account.see", "outlook.see"}),
        frozenset({C.OPEN, C.INTERNAL, C.COMMERCIAL}), bound="unit",
    ),
    Role(
        "unit", _("责任单位"), frozenset({*_READ, *_UNIT, "record.edit", "history.read"}), frozenset({C.OPEN, C.INTERNAL}),
        bound="unit",
    ),
    Role(
        "park", _("园区管委会"), frozenset({*_READ, *_UNIT, "record.edit", "record.import", "firm.edit", "history.read", "item.assign", "factor.book",
                   "account.see", "account.run", "report.file", "works.edit", "outlook.see"}),
        frozenset({C.OPEN, C.INTERNAL, C.COMMERCIAL}),
    ),
    Role(
        "firm", _("企业"),
        frozenset({"page.see", "record.read", "search.use", "export.make", "view.save", "comment.read", "comment.write", "issue.open",
                   "issue.rate", "report.file"}),
        frozenset({C.OPEN, C.COMMERCIAL}), bound="firm",
    ),
    Role("supervisor", _("督查"), frozenset({*_READ, "history.read", "supervise", "dispatch.see"}), frozenset({C.OPEN, C.INTERNAL})),
    Role("analyst", _("分析员"), frozenset({*_READ, "dispatch.see", "outlook.see", "outlook.run"}), frozenset({C.OPEN, C.INTERNAL})),
    Role(
        "system_admin", _("系统管理员"),
        frozenset({"page.see", "people.read", "people.edit", "region.edit", "backup.make"}), frozenset({C.PERSONAL}), exclusive=True,
    ),
    Role(
        "security_admin", _("安全管理员"), frozenset({"page.see", "people.read", "grant.edit", "session.end"}),
        frozenset({C.PERSONAL}), exclusive=True,
    ),
    Role(
        "audit_admin", _("审计管理员"), frozenset({"page.see", "people.read", "audit.read"}),
        frozenset({C.PERSONAL, C.AUDIT}), exclusive=True,
    ),
)  # fmt: skip
ROLES: dict[str, Role] = {role.key: role for role in _ROLES}
ROLE_CHOICES = [(role.key, role.label) for role in _ROLES]
