"""What the ledger's engine costs: factors balanced and shifted, a quarter sealed, read and compared, bookings checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from benchmarks.figure import MIB, Figure, Scale, repeat, scale_asked
from lvlian.ledger.balance import balance, shortages
from lvlian.ledger.block import blocked
from lvlian.ledger.booking import may_book
from lvlian.ledger.difference import difference
from lvlian.ledger.factors import Booking, Demand, Supply
from lvlian.ledger.quarter import Quarter
from lvlian.ledger.shift import Step, shifts
from lvlian.ledger.snapshot import About, Row, Snapshot, pack, read, seal, unpack

PART = "ledger engine"
FIRST, LAST = Quarter(2023, 1), Quarter(2025, 4)
START = date(2023, 1, 1)
UNITS = {"power": "万千瓦", "land": "亩", "gas": "万立方米/年", "funds": "亿元"}


def main(scale: Scale) -> None:
    factors(scale.pick(10_000, 100), scale.pick(5, 1))
    for count, bound in ((scale.pick(10_000, 100), 1.0), (scale.pick(100_000, 200), None)):
        snapshots(count, scale.pick(3, 1), bound)


def told(what: str, task: Callable[[], object], runs: int, bound: float | None, note: str = "") -> None:
    times = repeat(task, runs)
    Figure(part=PART, what=what, value=times.median, unit="s", bound=bound, note=note or times.note()).tell()


def factors(count: int, runs: int) -> None:
    """`count` demands of four factors, a supply to ten of them, two of three booked, a supply in four late."""
    supplies, demands, bookings, steps = ledger(count)
    rows = (supplies, demands, bookings)
    what = f"{count:,} demands, {len(supplies):,} supplies, {len(bookings):,} bookings"
    told(f"{what}: balance of 12 quarters", lambda: balance(*rows, FIRST, LAST), runs, 0.3)
    told(f"{what}: shortages of 12 quarters", lambda: shortages(*rows, FIRST, LAST), runs, 0.3)
    told(f"{what}: what is blocked", lambda: blocked(*rows), runs, 0.3)
    found = len(shifts(*rows, steps))
    told(f"{what}: shifts", lambda: shifts(*rows, steps), runs, 0.3, f"{found:,} steps move")
    here = replace(supplies[0], id=len(supplies), amount=Decimal(10**9))
    told("one booking checked beside all", lambda: may_book(here, bookings, Decimal(1), demand=demands[0]), runs, 0.05)


def ledger(count: int) -> tuple[list[Supply], list[Demand], list[Booking], list[Step]]:
    chance = Random(4)
    kinds = list(UNITS.items())
    supplies = []
    for row in range(max(4, count // 10)):
        factor, unit = kinds[row % len(kinds)]
        promised = START + timedelta(days=chance.randrange(1000))
        supplies.append(
            Supply(
                id=row, factor=factor, title=f"供给{row}", amount=Decimal(chance.randrange(50, 200)), unit=unit,
                promised=promised, expected=promised + timedelta(days=90) if row % 4 == 0 else None,
                stock=factor in ("land", "funds"),
            )
        )  # fmt: skip
    demands, bookings, steps = [], [], []
    for row in range(count):
        supply = supplies[row % len(supplies)]
        need = START + timedelta(days=chance.randrange(1000))
        demands.append(
            Demand(
                id=row, factor=supply.factor, title=f"需求{row}", project=f"项目{row // 3}", amount=Decimal(chance.randrange(1, 12)),
                unit=supply.unit, need_by=need, step=f"节点{row % 3}", goals=(f"目标{row % 20}",),
            )
        )  # fmt: skip
        steps.append(
            Step(
                id=row, project=f"项目{row // 3}", stage=f"节点{row % 3}", title=f"项目{row // 3}节点{row % 3}",
                day=need + timedelta(days=30), after=(row - 1,) if row % 3 else (),
            )
        )  # fmt: skip
        if row % 3:
            bookings.append(Booking(id=row, supply=supply.id, demand=row, amount=Decimal(chance.randrange(1, 5))))
    return supplies, demands, bookings, steps


def snapshots(count: int, runs: int, bound: float | None) -> None:
    """`count` rows of 15 fields sealed, read, packed; a row in ten changed, a row in a hundred removed, as many added."""
    rows = table(count)
    old = sealed(rows, date(2023, 6, 30))
    new = sealed(changed(rows), date(2023, 9, 30))
    found = len(difference(old, new))
    what = f"{count:,} rows of 15 fields"
    size = f"{len(old.content) / MIB:.1f} MiB, {len(pack(old.content)) / MIB:.2f} packed"
    told(f"{what}: sealed", lambda: sealed(rows, date(2023, 6, 30)), runs, bound, size)
    told(f"{what}: read and verified", lambda: read(old.content, old.hash), runs, bound)
    told(f"{what}: difference", lambda: difference(old, new), runs, bound, f"{found:,} changes")
    told(f"{what}: packed and unpacked", lambda: unpack(pack(old.content)), runs, None)


def sealed(rows: list[Row], as_of: date) -> Snapshot:
    return seal(rows, About(region="示例县", quarter="2023-Q2", as_of=as_of, sealed_at="2023-07-08T17:30:00+08:00"))


def table(count: int) -> list[Row]:
    chance = Random(5)
    rows = []
    for row in range(count):
        due = START + timedelta(days=chance.randrange(700))
        values = {
            "due": due, "done": due if row % 2 else None, "expected": None, "why": "", "stage": "开工", "branch": "active",
            "track": "project", "lead": "县工业和信息化局", "capacity": chance.randrange(1, 900) / 10, "capacity_unit": "万吨",
            "light": "ok", "firm": f"示例铝业{row % 300}公司", "goal": row % 40, "started": START, "asked": True,
        }  # fmt: skip
        rows.append(Row("items", f"{row:06}", f"示例项目{row}", values, "县工业和信息化局"))
    return rows


def changed(rows: list[Row]) -> list[Row]:
    out = [
        replace(row, values={**row.values, "stage": "建成", "capacity": 1, "why": "设备晚到"})
        if place % 10 == 0
        else row
        for place, row in enumerate(rows)
        if place % 100 != 50
    ]
    return out + [replace(row, key=f"n{row.key}") for row in rows[50::100]]


if __name__ == "__main__":
    main(scale_asked())
