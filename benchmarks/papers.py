"""How long the papers of a quarter take: a long notice, minutes, agenda, workbook and calendar file."""

from __future__ import annotations

import io
from datetime import date, datetime

from benchmarks.figure import Figure, Scale, repeat, scale_asked
from lvlian.ledger.report import (
    Counts,
    DecisionLine,
    GoalLine,
    ItemLine,
    LightLine,
    QuarterReport,
    UnitLine,
)
from lvlian.ledger.snapshot import Change, Kind

PART = "papers of a quarter"
NOTICE_BOUND = 3000.0
UNITS = ("县发改局", "县工信局", "县自然资源局", "县林草局", "县水务局", "石盘园区管委会", "石盘供电公司", "县投促局")
GROUPS = ("用地", "用电", "用气", "审批", "资金")


def quarter(items: int = 12, *, lights: int = 6, changes: int = 8) -> QuarterReport:
    """An invented quarter of an invented county; the same size is always the same quarter."""
    return QuarterReport(
        region="石盘县",
        office="石盘县铝产业链提质三年行动工作领导小组办公室",
        year=2024,
        quarter=3,
        as_of=date(2024, 9, 30),
        subject="铝产业链",
        plan="石盘县铝产业链提质三年行动方案",
        meeting_at=datetime(2024, 10, 18, 14, 30),
        sealed_at=datetime(2024, 10, 16, 17, 5),
        previous_at=date(2024, 7, 16),
        issued=date(2024, 10, 23),
        snapshot_hash="a91f3c07" * 8,
        previous_hash="5be2d410" * 8,
        audit_root="07c4e9b3" * 8,
        simulated="区域、单位、项目和数字均为虚构",
        mark="石铝提组办发",
        addressees="石盘园区管委会，县直各有关部门",
        copies=("县委办公室", "县人大常委会办公室", "县政府办公室", "县政协办公室"),
        place="县政府三楼会议室",
        chair="领导小组常务副组长",
        present=UNITS[:-1],
        excused=UNITS[-1:],
        heard=(
            "石盘园区管委会汇报三季度项目进度和四季度计划",
            "县自然资源局汇报第二批次用地组件报批情况",
            "石盘供电公司汇报110千伏园区变电站建设情况",
        ),
        counts=Counts(due=29, kept=18, warned=2, late=9),
        changes=tuple(_change(place) for place in range(changes)),
        goals=(
            GoalLine(indicator="铝产业产值", unit="亿元", promised=150, reached=97.4, projected=138, chance=0.31, op="~",
                     light="warn", why="云岫公司投产推迟", period="2024年", through="1—9月", origin="规划 › 一、工作目标"),
            GoalLine(indicator="电解铝产量", unit="万吨", promised=38, reached=29.6, projected=39.2, chance=0.82, light="ok",
                     period="2024年", through="1—9月", origin="规划 › 一、工作目标"),
            GoalLine(indicator="新增规上企业", unit="户", promised=6, reached=3, projected=4, chance=0.006, light="bad",
                     why="两户未达到入统条件", period="2024年", through="1—9月", origin="规划 › 一、工作目标"),
            GoalLine(indicator="铝水就地转化率", unit="%", promised=90, light="none", why="缺两家企业报表", period="2024年"),
        ),
        lights=tuple(_light(place) for place in range(lights)),
        units=tuple(
            UnitLine(unit=unit, owed=4 + place, answered=4 + place if place not in (2, 6) else place, corrected=place % 3,
                     minutes=2 + place, state="已交" if place not in (2, 6) else f"还差 {4}")
            for place, unit in enumerate(UNITS)
        ),
        decisions=(
            DecisionLine(number=1, text="第二批次用地获批后15个工作日内完成4个项目供地", unit="县自然资源局", due="2024-11-20", becomes="督办"),
            DecisionLine(number=2, text="110千伏园区变电站并行施工，具备送电条件", unit="石盘供电公司", due="2025-02-28", becomes="督办"),
            DecisionLine(number=3, text="天然气专线穿越段许可一周一报，切换期用气缺口先由罐车补", unit="县发改局", due="2024-10-31", becomes="问题"),
            DecisionLine(number=4, text="核实南坡再生铝项目暂缓原因，下次会议定是否移出", unit="县工信局", due="2024-11-30", becomes="台账"),
        ),
        items=tuple(_item(place, items) for place in range(items)),
    )  # fmt: skip


def _change(place: int) -> Change:
    kinds: tuple[Kind, ...] = ("changed", "broken", "added", "changed", "removed")
    kind = kinds[place % 5]
    unit = UNITS[place % len(UNITS)]
    fields: tuple[tuple[str, object, object], ...] = {
        "changed": (("投产", "2023-12", f"2024-{place % 9 + 1:02d}"),),
        "broken": (("获批", "2024-08", None),),
        "added": (("办结", None, "2024-09-26"),),
        "removed": (("状态", "在库", "移出"),),
    }[kind]
    why = ("变电站8月才开工", "省级补正一次", "并网验收意见", "熔炼炉到货推迟", "企业申请暂缓，规划原句保留")[place % 5]
    table = ("milestones", "supplies", "items")[place % 3]
    return Change(kind, table, f"k{place}", f"云岫公司年产{place + 3}万吨铝板带项目", unit, fields, why)


def _light(place: int) -> LightLine:
    named = (
        ("2024年第二批次用地690.5亩", "县自然资源局", "获批", "组件补正一次", "完成组件报批"),
        ("110千伏园区变电站", "石盘供电公司", "开工", "初步设计未报，正常工期7个月", "报初步设计"),
        ("石盘末站至园区天然气专线", "县发改局", "供气", "穿越段施工许可未批", "取得穿越许可"),
        ("北坡公司12万吨铸造铝合金项目", "石盘园区管委会", "投产", "熔炼炉到货推迟", "设备到货安装"),
    )[place % 4]
    title, unit, step, reason, then = named
    return LightLine(
        light="bad" if place % 3 != 2 else "warn",
        title=title if place < 4 else f"{title}（{place // 4 + 1}期）",
        unit=unit,
        late=30 + place,
        reason=reason,
        next_step=then,
        next_day=f"2024-11-{place % 28 + 1:02d}",
        track="项目建设",
        step=step,
        promised="2024-08",
        expected="2024-10",
        group=GROUPS[place % 4],
        blocks=("云岫公司铝板带", "创新再生铝") if place % 2 == 0 else (),
        key=f"light-{place}",
        origin="规划 › 二（四）要素保障",
    )


def _item(place: int, count: int) -> ItemLine:
    tracks = ("项目建设", "用地批次", "电力工程", "招商引资", "企业培育", "问题办理")
    return ItemLine(
        track=tracks[place * len(tracks) // count],
        title=f"云岫公司年产{place + 1}万吨铝板带及配套熔铸项目（第{place % 7 + 1}条线）",
        unit=UNITS[place % len(UNITS)],
        stage=("签约", "备案", "开工", "建成")[place % 4],
        due=f"2024-{place % 12 + 1:02d}",
        expected=f"2025-{place % 12 + 1:02d}" if place % 3 == 0 else None,
        light=("ok", "warn", "bad", "none")[place % 4],
        note="熔炼炉到货推迟，变电站按倒排工期推进" if place % 3 == 0 else "",
        origin="规划 › 附件1",
    )


def large() -> QuarterReport:
    """A quarter whose notice fills about eighty pages: the bound is for forty."""
    return quarter(600, lights=90, changes=150)


def main(scale: Scale) -> None:
    from docx import Document

    from lvlian.brief.agenda import agenda_bytes
    from lvlian.brief.calendar_file import calendar_file, dispatch_entries
    from lvlian.brief.dispatch_sheets import dispatch_workbook
    from lvlian.brief.minutes import minutes_bytes
    from lvlian.brief.notice import notice_bytes

    report = quarter() if scale.small else large()
    content = notice_bytes(report)
    rows = sum(len(table.rows) for table in Document(io.BytesIO(content)).tables)
    times = repeat(lambda: notice_bytes(report), scale.pick(7, 1))
    Figure(
        part=PART,
        what="notice (Word), a quarter of 600 items: some 80 pages (bound: for 40)",
        value=times.median * 1000,
        unit="ms",
        bound=NOTICE_BOUND,
        note=f"{times.note()}; {rows:,} table rows, {len(content) / 1024:.0f} KiB",
    ).tell()
    for name, task in (
        ("minutes (Word)", lambda: minutes_bytes(report)),
        ("agenda (Word)", lambda: agenda_bytes(report)),
        ("workbook", lambda: dispatch_workbook(report)),
        ("calendar file", lambda: calendar_file(dispatch_entries(report), "石盘县")),
    ):
        times = repeat(task, scale.pick(7, 1))
        Figure(part=PART, what=name, value=times.median * 1000, unit="ms", note=times.note()).tell()


if __name__ == "__main__":
    main(scale_asked())
