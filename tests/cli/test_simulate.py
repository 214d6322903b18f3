"""`lvlian simulate`: files of a plan's region, the same from one seed, and one sentence where something is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lvlian.chain.account.load_region import load_region
from lvlian.chain.library import load_library
from lvlian.chain.report.names import Names
from lvlian.chain.report.read_report import report_import

ROOT = Path(__file__).resolve().parents[2]
YANSHAN = str(ROOT / "data" / "regions" / "yanshan.yaml")


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_year_of_a_region_is_written_and_read_back(lvlian, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = lvlian(
        "simulate", YANSHAN, "--from", "2023-08", "--to", "2023-09", "--faults", "2", "--seed", "5", "--out", str(out)
    )
    assert ran.code == 0 and "模拟" in ran.out and "植入差错 4 条" in ran.out
    region = load_region(out / "region.yaml")
    assert region.simulated and region.firm("hongtai")
    names = Names(load_library(), region)
    months = {}
    for form in ("csv", "json"):
        path = out / "reports" / f"2023-09.{form}"
        found = report_import(path.read_bytes(), path.name, names)
        assert found.ok, [p.zh for p in found.problems][:3]
        months[form] = {s.key: s.value for s in found.statements}
    assert months["csv"] == months["json"]
    books = {}
    for path in (out / "reports").glob("*2023-09.xlsx"):
        found = report_import(path.read_bytes(), path.name, names)
        books |= {s.key: s.value for s in found.statements}
    assert set(books) <= set(months["csv"])
    assert len(json.loads((out / "faults.json").read_text("utf-8"))["faults"]) == 4


def test_the_same_seed_gives_the_same_bytes(lvlian, tmp_path: Path) -> None:
    for name in ("a", "b"):
        ran = lvlian(
            "simulate", YANSHAN, "--from", "2023-09", "--seed", "3", "--faults", "1", "--out", str(tmp_path / name)
        )
        assert ran.code == 0
    assert tree(tmp_path / "a") == tree(tmp_path / "b")


def test_a_plan_as_text_and_a_small_world_will_do(lvlian, tmp_path: Path) -> None:
    sample = str(ROOT / "data" / "sample" / "qingyan.txt")
    ran = lvlian(
        "simulate", sample, "--from", "2027-03", "--no-excel", "--language", "en", "--out", str(tmp_path / "a")
    )
    assert ran.code == 0 and "simulated" in ran.out
    world = tmp_path / "world.yaml"
    world.write_text(
        "format: lvlian-world/1\nname: 石盘县\nfirms:\n- {name: 石盘铝业, lines: [{process: electrolysis, capacity: 300000}]}\n",
        encoding="utf-8",
    )
    ran = lvlian("simulate", str(world), "--from", "2024-01", "--no-excel", "--out", str(tmp_path / "b"))
    assert ran.code == 0 and (tmp_path / "b" / "README.md").read_text("utf-8").startswith("# 石盘县 2024-01：模拟数据")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--from", "2023-13"), "expected a year and a month like 2023-09"),
        (("--from", "2023-09", "--to", "2023-08"), "lies before"),
        (("--from", "1900-01", "--to", "1940-01"), "expected at most 120"),
        (("--from", "2023-09", "--fault", "odd"), "odd is not known, expected one of tenfold"),
        (("--from", "2023-09", "--fault", "tenfold:nobody"), "no statement that it fits with party nobody"),
        (("--from", "2023-09", "--assumptions", "nowhere.yaml"), "nowhere.yaml"),
    ],
)
def test_what_cannot_be_simulated_is_one_sentence(
    lvlian, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    ran = lvlian("simulate", YANSHAN, *arguments, "--out", str(tmp_path / "out"))
    assert ran.code == 2 and words in ran.err and ran.err.count("\n") == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("text", ["", "format: lvlian-world/1\n", "a: [", "\x00\x01", "- 1\n"])
def test_a_broken_file_is_one_sentence(lvlian, tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(text, encoding="utf-8")
    ran = lvlian("simulate", str(path), "--from", "2023-09", "--out", str(tmp_path / "out"))
    assert ran.code == 2 and ran.err.count("\n") == 1 and "broken.yaml" in ran.err
