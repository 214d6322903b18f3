"""A small world from a file, and one sentence for each thing that is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from lvlian.chain.dataset import LibraryError
from lvlian.chain.library import load_library
from lvlian.chain.simulate import WorldError, simulate
from lvlian.chain.simulate.assumptions import load_assumptions
from lvlian.chain.simulate.load_world import load_world

SMALL = """\
format: lvlian-world/1
name: 石盘县
province: 甘肃
grid: 石盘供电局
firms:
- name: 石盘铝业有限公司
  lines:
  - {process: electrolysis, capacity: 400000, output: {2023: 360000}}
- name: 青榆型材有限公司
  lines:
  - {process: cast_billet_liquid, capacity: 250000, since: "2023-02"}
  - {process: extrusion_building, capacity: 100000}
- {name: 玄石运输, kind: haulier}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "small.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_small_world_runs(tmp_path: Path) -> None:
    world = load_world(write(tmp_path, SMALL), load_library())
    assert [f.kind for f in world.region.firms] == ["smelter", "processor", "haulier", "power"]
    found = simulate(world, ["2023-06", "2023-07"], 3)
    made = found.truth["2023-07"].made
    smelter = world.region.firms[0].id
    assert made[smelter, "electrolysis", "liquid_aluminium"] == pytest.approx(30_000, rel=0.1)
    assert (smelter, "cast_tbar_ingot", "aluminium_ingot") in made  # what no customer takes


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("lvlian-world/1", "lvlian-world/9", "field format"),
        ("name: 石盘县", "name: 7", "field name"),
        ("process: electrolysis", "process: alchemy", "alchemy is not in the library"),
        ("capacity: 400000", "capacity: -1", "field capacity: is -1, expected a number above 0"),
        ("capacity: 400000", "capacity: true", "field capacity: is True"),
        ('since: "2023-02"', 'since: "2023-13"', "field since"),
        ('since: "2023-02"', "since: 2023", "field since: is 2023"),
        ("{2023: 360000}", "{long ago: 360000}", "'long ago' is no year"),
        ("kind: haulier", "kind: wizard", "field kind: is 'wizard'"),
        ("province: 甘肃", "colour: red", "field colour: unknown"),
        ("grid: 石盘供电局", "grid: 4", "field grid"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, old: str, new: str, words: str) -> None:
    path = write(tmp_path, SMALL.replace(old, new))
    with pytest.raises(WorldError, match=words) as caught:
        load_world(path, load_library())
    assert "\n" not in str(caught.value) and "small.yaml" in str(caught.value)


@pytest.mark.parametrize(
    "text", ["", "- 1", "format: lvlian-world/1", "firms: [", "\x00", "format: lvlian-world/1\nname: a\nfirms: [1]"]
)
def test_broken_files_are_one_sentence(tmp_path: Path, text: str) -> None:
    with pytest.raises((WorldError, LibraryError)) as caught:
        load_world(write(tmp_path, text), load_library())
    assert "\n" not in str(caught.value)


def test_assumptions_of_a_users_file_replace_the_shipped_ones(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("load: {semis: 0.9}\nstand_ins: {can: foil_heavy_gauge}\n", encoding="utf-8")
    own = load_assumptions(path)
    assert own.number("load", "semis") == 0.9 and own.number("load", "primary") == 0.93
    assert own.table("stand_ins")["can"] == "foil_heavy_gauge"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("loud: 3", "field loud: unknown"),
        ("load: 3", "field load: is 3, expected a mapping"),
        ("load: {semi: 1}", "field load.semi: unknown"),
        ("tied: x", "expected a list"),
    ],
)
def test_a_wrong_assumption_is_said_with_its_field(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LibraryError, match=words):
        load_assumptions(path)


def test_the_world_of_the_documentation_runs(tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs" / "simulation.md").read_text(encoding="utf-8")
    text = page.split("```yaml\n")[1].split("```")[0]
    found = simulate(load_world(write(tmp_path, text), load_library()), ["2023-12"])
    assert any(s.item == "hauled" for s in found.statements["2023-12"])
