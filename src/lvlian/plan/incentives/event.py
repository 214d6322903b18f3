"""A benefit that was found in a sentence, before it becomes an `Incentive`."""

from __future__ import annotations

from dataclasses import dataclass

from lvlian.plan.incentives.beneficiary import Recipient


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """`[start, end)` are the words that give the benefit (clean text); `made_by` the lexicon group and the wording."""

    benefit: str
    group: str
    start: int
    end: int
    recipient: Recipient | None = None
    told: Recipient | None = None
    """The recipient of the sentence before, which announced the benefit (对X给予奖励。国家级50万元)."""
    amount: float | None = None
    unit: str | None = None
    limit: str | None = None
    open_share: bool = False
    generic: bool = False
    vague: bool = False
    """The form of the money is not told (给予500万元)."""
    conditional: bool = False
    """What a recipient does, where an amount follows (为企业提供融资的，奖励…)."""
    confidence: float = 0.9
    reason: str | None = None
    segment: int = 0
    member: int = -1
    members: int = 0
    """Place in a list of amounts that is spread (分别), and its length."""


_CLASSES = (
    ("奖励", "补贴", "资金", "贴息", "激励扶持", "保险补偿"),
    ("减免", "退税"),
    ("融资",),
    ("用地",),
    ("用电", "用煤", "用气", "能耗", "优惠价格"),
    ("优先", "重点倾斜", "项目申报", "重点项目", "审批", "产能置换", "产能指标", "视同产业链延伸"),
    ("豁免", "自主减排", "分级管控"),
    ("支持和服务", "指导与支持", "重点服务", "帮扶指导", "一事一议", "支持", "优惠政策", "鼓励政策"),
)
_CLASS_OF = {name: i for i, names in enumerate(_CLASSES) for name in names}
MONEY = 0


def benefit_class(benefit: str) -> int:
    """The class of a benefit, see docs/incentives.md; `MONEY` is 0, an unknown word -1."""
    return _CLASS_OF.get(benefit, -1)


def same_class(a: str, b: str) -> bool:
    """Whether two benefits are of one class."""
    return benefit_class(a) == benefit_class(b)
