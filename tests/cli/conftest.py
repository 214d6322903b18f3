"""A command line run inside the test's process, and an invented plan to run it on."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lvlian.cli import door
from lvlian.ledger.snapshot import About, Row, seal

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample" / "qingyan.txt"

PLAN = """松原县铜加工三年行动方案（2030—2032年）

松原县人民政府办公室

2030年2月1日

一、目标

到2031年，全县铜加工产值达到86亿元以上，铜材产量30万吨。到2032年，全县铜加工产值达到120亿元。

二、任务

（一）抓项目。松铜公司年产5万吨铜箔项目2031年6月底前投产。

责任单位：县工业商务局（牵头），县财政局。

（二）给支持。对新升规企业一次性奖励20万元。

责任单位：县财政局。
"""


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def complaints(self) -> list[str]:
        return self.err.splitlines()


Run = Callable[..., Result]


@pytest.fixture
def lvlian(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `lvlian ARGUMENTS…` in this process."""

    def run(*arguments: object) -> Result:
        capsys.readouterr()
        code = door.run([str(argument) for argument in arguments])
        told = capsys.readouterr()
        return Result(code, told.out, told.err)

    return run


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A small invented plan with a fact of each scored kind but chains."""
    path = tmp_path / "songyuan.txt"
    path.write_text(PLAN, encoding="utf-8")
    return path


@pytest.fixture
def sealed(tmp_path: Path) -> tuple[Path, Path]:
    """Two sealed snapshots of an invented county, `2023-Q2.json` and `2023-Q3.json`."""
    june = seal(
        [
            Row(
                "items", "7", "第二批次用地", {"stage": "报批", "due": date(2023, 8, 31), "done": None}, "县自然资源局"
            ),
            Row("items", "9", "屋顶光伏", {"stage": "开工", "due": date(2023, 9, 30), "done": None}, "县发展改革局"),
        ],
        About(region="示例县", quarter="2023-Q2", as_of=date(2023, 6, 30), sealed_at="2023-07-05T17:30:00+08:00"),
    )
    late = {"stage": "报批", "due": date(2023, 8, 31), "done": None, "expected": date(2023, 10, 31), "why": "补正材料"}
    september = seal(
        [
            Row("items", "7", "第二批次用地", late, "县自然资源局"),
            Row("items", "12", "园区专线", {"stage": "开工", "due": date(2023, 12, 31), "done": None}, "县住建局"),
        ],
        About(
            region="示例县", quarter="2023-Q3", as_of=date(2023, 9, 30), sealed_at="2023-10-08T17:30:00+08:00", previous=june.hash
        ),
    )  # fmt: skip
    paths = tmp_path / "2023-Q2.json", tmp_path / "2023-Q3.json"
    for path, snapshot in zip(paths, (june, september), strict=True):
        path.write_bytes(snapshot.content)
    return paths
