"""What the page of parts shows: invented figures and sentences, one for each part and state."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

ARITHMETIC = [
    "180 + 40 = 220 = 220（2024，亿元）",
    "110 + 80 + 20 = 210 ≠ 220（2025，亿元）；差 −10",
    "300 ÷ 400 = 75% ≠ 78%",
]
FINDING = {
    "severity": "notice",
    "message": "2025 年分项产值之和与综合产值不符",
    "note": "两年中一年相符",
    "arithmetic": ARITHMETIC[:2],
    "assumptions": ["“左右”按 ±5% 计"],
}
CONFLICT = [
    {"quote": "启翼公司轻量化部件项目 2024 年 10 月开工", "origin": "规划 › （三）加快新开工项目"},
    {"quote": "第二批次 380.5 亩……12 月底前完成供地", "origin": "规划 › （一）用地"},
]
LIGHTS = [
    ("ok", "", "", "序时、已办结，或达成概率 ≥ 70%", "截至日期"),
    ("warn", "", "", "逾期或改期 ≤ 30 天，要素不齐，30–70%", "一句原因"),
    ("bad", "", "", "逾期或改期 > 30 天，概率 < 30%", "一句原因"),
    ("none", "", "", "无日期、无报表、过期数据", "缺什么、找谁"),
    ("warn", "", "原为滞后，两人改灯，至 2023-12-31", "两人改灯；到期自动恢复", "原灯、理由、两人"),
]
ORIGINS = [
    ("规", "规划原句", "规划 › 章节 › 句子"),
    ("报", "报表填报", "报表 › 表 › 单元格"),
    ("算", "核算、推演得出", "公式、输入、区间"),
    ("假", "假设", "谁提出、何时、依据"),
    ("标", "法规、标准", "文件 › 条款"),
    ("约", "合同", "合同 › 条款"),
    ("磅", "磅单", "磅单 › 车次"),
]
_SPARKS = [
    [
        {"x": 2022, "y": 301},
        {"x": 2023, "y": 378, "kind": "projection", "low": 362, "high": 394},
        {"x": 2024, "y": 610, "kind": "projection", "low": 560, "high": 660},
        {"x": 2025, "y": 980, "kind": "projection", "low": 860, "high": 1120},
        {"x": 2023, "y": 400, "kind": "plan"},
        {"x": 2024, "y": 900, "kind": "plan"},
        {"x": 2025, "y": 1500, "kind": "plan"},
    ],
    [{"x": 2022, "y": 61}, {"x": 2022.75, "y": 64}, {"x": 2025, "y": 100, "kind": "plan"}],
    [
        {"x": 2022, "y": 69},
        {"x": 2022.75, "y": 98},
        {"x": 2023, "y": 106, "kind": "projection", "low": 104, "high": 108},
        {"x": 2024, "y": 175, "kind": "projection", "low": 170, "high": 182},
        {"x": 2025, "y": 203, "kind": "projection", "low": 198, "high": 206},
        {"x": 2023, "y": 105, "kind": "plan"},
        {"x": 2024, "y": 180, "kind": "plan"},
        {"x": 2025, "y": 203, "kind": "plan"},
    ],
]
TILES = [
    {
        "name": "综合产值", "unit": "亿元", "light": "warn", "number": "378", "number_note": "全年推演", "mark": "算", "simulated": True,
        "chance": "44%", "interval": "362–394", "points": _SPARKS[0], "changed": "上季 63%",
        "rows": [
            {"label": "规划 2023", "value": "400 左右", "mark": "规", "path": "规划 › （三）分年目标", "quote": "综合产值400亿元左右"},
            {"label": "核算 1–9 月", "value": "271.3", "mark": "算"},
            {"label": "推演比规划", "value": "−22", "mark": "算"},
        ],
        "reason": "轻量化 38 万吨、再生铝 80 万吨推迟到 2024 年",
    },
    {
        "name": "铝水就地转化", "unit": "%", "light": "none", "number": None, "number_note": "推演暂缺", "missing": "9 月缺 2 家铝水接收量，不出概率",
        "points": _SPARKS[1],
        "rows": [
            {"label": "规划 2025", "value": "100", "mark": "规", "path": "规划 › （二）总体目标"},
            {"label": "平衡推得", "value": "71.4", "mark": "算"},
        ],
        "reason": "两家 9 月报表未到，已催",
    },
    {
        "name": "电解铝产量", "unit": "万吨", "light": "ok", "number": "106.2", "number_note": "全年推演", "mark": "算", "simulated": True,
        "chance": "75%", "interval": "103.9–108.4", "points": _SPARKS[2], "stale": 41,
        "rows": [
            {"label": "规划 2023", "value": "≥ 105", "mark": "规", "path": "规划 › （一）稳住链主产能"},
            {"label": "核算 1–9 月", "value": "77.9", "mark": "报"},
            {"label": "推演比规划", "value": "+1.2", "mark": "算"},
        ],
        "reason": "四季度枯水期负荷 86%（假设）",
    },
]  # fmt: skip
TRAJECTORY = {
    "unit": "亿元", "from": 2021, "to": 2025, "today": "2023-10",
    "plan": [{"x": 2023, "y": 400, "text": "400 左右", "origin": "规划 › 分年目标"}, {"x": 2024, "y": 900}, {"x": 2025, "y": 1500}],
    "pace": [{"x": 2022, "y": 301}, {"x": 2023, "y": 400}, {"x": 2024, "y": 900}, {"x": 2025, "y": 1500}],
    "actual": [{"x": 2021, "y": 248}, {"x": 2022, "y": 301}, {"x": "2023-09", "y": 352}],
    "projection": [
        {"x": 2023, "y": 378, "low50": 371, "high50": 385, "low": 362, "high": 394, "low95": 352, "high95": 404, "chance": "44%"},
        {"x": 2024, "y": 690, "low50": 650, "high50": 730, "low": 610, "high": 770, "low95": 560, "high95": 820, "chance": "21%"},
        {"x": 2025, "y": 1212, "low50": 1130, "high50": 1290, "low": 1040, "high": 1370, "low95": 930, "high95": 1480, "chance": "4%"},
    ],
    "gaps": [{"x": 2025, "from": 1212, "to": 1500, "text": "差 288"}],
}  # fmt: skip
GANTT = {
    "from": "2023-01", "to": "2024-12", "today": "2023-10-12",
    "rows": [
        {
            "name": "澜棒合金　高品质再生铝", "capacity": "80 万吨", "light": "bad", "reason": "天然气专线晚 2 个月，熔炼炉到货推迟",
            "bars": [
                {"from": "2023-01", "to": "2023-10-12", "kind": "done"},
                {"from": "2023-10-12", "to": "2023-10", "kind": "planned"},
                {"from": "2023-11", "to": "2024-03", "kind": "late"},
            ],
            "marks": [{"at": "2023-10", "kind": "promised"}, {"at": "2024-03", "kind": "now", "text": "建成投产　2023-10 → 2024-03"}],
            "lanes": [{"name": "用气　园区天然气专线", "light": "bad", "from": "2023-01", "to": "2023-09", "now": "2023-11", "delays": True}],
        },
        {
            "name": "云岫新材料　高精扁锭", "capacity": "25 万吨", "light": "warn", "reason": "变电站尚未报批",
            "bars": [{"from": "2023-06", "to": "2023-10-12", "kind": "done"}, {"from": "2023-10-13", "to": "2024-06", "kind": "planned"}],
            "marks": [{"at": "2024-06", "kind": "promised", "text": "建成投产　2024-06"}],
            "lanes": [
                {"name": "用地　第三批次 506 亩", "light": "ok", "from": "2023-03", "to": "2023-05"},
                {"name": "110 kV　自建变电站，原文无日期", "light": "warn", "from": "2023-10", "to": "2024-04", "dashed": True},
            ],
        },
        {"name": "曜川新能源　光伏边框", "capacity": "5 万吨", "light": "none", "reason": "原文只写“尽早开工”，无日期", "note": "无日期"},
    ],
}  # fmt: skip
JOB = {
    "title": "正在读规划", "state": "stopped", "step": 3, "steps": 6, "step_name": "里程碑", "done": 31, "total": 51, "unit": "条", "seconds": 2,
}  # fmt: skip
BARS = [
    {"value": 61, "kind": "done"},
    {"value": 4, "kind": "part"},
    {"value": 1, "kind": "none"},
]


class Fields(forms.Form):
    """Fields in their states; the bound form carries one error."""

    amount = forms.CharField(label=gettext_lazy("数值"), initial="900")
    year = forms.CharField(label=gettext_lazy("时间"), initial="2024", widget=forms.TextInput(attrs={"readonly": True}))
    wrong = forms.DecimalField(
        label=gettext_lazy("目标"),
        widget=forms.TextInput,
        error_messages={"invalid": gettext_lazy("应为数字。请填 900 这样的数，单位亿元。")},
    )
    relation = forms.ChoiceField(
        label=gettext_lazy("关系"), choices=[("=", "="), ("ge", "≥ 以上"), ("approx", "≈ 左右")], required=False
    )
    remark = forms.CharField(label=gettext_lazy("一句话说清"), widget=forms.Textarea, required=False)


def showcase(request: HttpRequest) -> dict[str, Any]:
    """The context of `parts.html`."""
    bound = Fields({"amount": "900", "year": "2024", "wrong": "9OO", "relation": "approx", "remark": ""})
    bound.is_valid()
    page = Paginator(range(1, 231), 50).get_page(request.GET.get("page"))
    return {
        "lights": LIGHTS,
        "origins": ORIGINS,
        "arithmetic": ARITHMETIC,
        "finding": FINDING,
        "conflict": CONFLICT,
        "tiles": TILES,
        "trajectory": TRAJECTORY,
        "gantt": GANTT,
        "job": JOB,
        "bars": BARS,
        "form": bound,
        "page": page,
        "options": [
            {"label": _("全部"), "url": "?", "current": True},
            {"label": _("园区"), "url": "?unit=1", "count": 12},
        ],
        "kinds": ("goals", "milestones", "duties", "incentives", "chains"),
    }
