"""Processes of the library: what ships obeys nature, and whatever does not is refused in one sentence, never with anything else."""

from __future__ import annotations

import copy
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lvlian.chain.dataset import LibraryError
from lvlian.chain.document import DEEPEST, parse_document, read_document
from lvlian.chain.library import DATA, RECIPES, Library, load_library
from lvlian.chain.library.unit import factor

LIBRARY = load_library()
FILES = {path.name: read_document(path) for path in sorted(RECIPES.glob("*.yaml"))}
WHERE = {entry["id"]: (name, number) for name, data in FILES.items() for number, entry in enumerate(data["processes"])}
ENERGY_LAWS = [p.id for p in LIBRARY.processes.values() if p.minimum_energy and "energy" not in p.open]
FED = [
    p.id
    for p in LIBRARY.processes.values()
    if any(LIBRARY.goods[x.good].metal for x in p.inputs) and LIBRARY.goods[p.product].metal
]


def changed(process_id: str) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """A copy of the file of a process with this process alone, and the process in it."""
    name, number = WHERE[process_id]
    process = copy.deepcopy(FILES[name]["processes"][number])
    return name, {**FILES[name], "processes": [process], "tables": []}, process


def read(name: str, data: Any) -> Library:
    """The shipped library with one file replaced (JSON is YAML), everything read."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        library = Library(DATA, RECIPES, Path(folder))
        _ = library.processes, library.coefficients
    return library


def refused(name: str, data: Any, *parts: str) -> None:
    with pytest.raises(LibraryError) as raised:
        read(name, data)
    message = str(raised.value)
    assert "\n" not in message
    for part in (name, *parts):
        assert part in message, message


def rows(process: dict[str, Any], role: str) -> list[dict[str, Any]]:
    return [row for row in process.get("exchanges", []) if role in row]


def scale(row: dict[str, Any], by: float) -> None:
    row["value"] *= by
    for field in ("range", "amount"):
        if field in row:
            row[field] = [x * by for x in row[field]]


# -- what ships
def test_what_ships_obeys_nature_and_keeps_its_figures() -> None:
    assert len(LIBRARY.processes) >= 55 and len(LIBRARY.tables) >= 19
    assert LIBRARY.metals == {"aluminium": "铝", "copper": "铜"}
    pots = LIBRARY.processes["electrolysis"]
    assert pots.minimum_energy == 6340 and pots.product == "liquid_aluminium" and pots.stage.id == "primary"
    assert [x.good for x in pots.inputs] == ["alumina", "anode", "aluminium_fluoride", "cryolite", "electricity"]
    assert pots.outputs[0].good == "liquid_aluminium" and pots.outputs[0].value == 1
    assert LIBRARY.coefficient("electrolysis", "ac_liquid_g3").value == 13350
    assert {row.role for row in LIBRARY.process("electrolysis")} >= {
        "main_product",
        "input",
        "waste",
        "emission",
        "param",
        "cost",
    }
    assert LIBRARY.process("constants") and LIBRARY.process("moonlight") == ()


def test_round_trip_through_json_changes_nothing() -> None:
    library = read("copper.yaml", FILES["copper.yaml"])
    assert {k: v.rows for k, v in library.processes.items()} == {k: v.rows for k, v in LIBRARY.processes.items()}


# -- nature
@settings(max_examples=40, deadline=None)
@given(st.sampled_from(FED), st.floats(0.01, 0.75))
def test_more_metal_out_than_in_is_refused(process_id: str, by: float) -> None:
    name, data, process = changed(process_id)
    for row in rows(process, "input"):
        if LIBRARY.goods[row["input"]].metal:
            scale(row, by)
    refused(name, data, f"process {process_id}", "expected")


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(FED), st.floats(2, 1e3))
def test_a_by_product_that_makes_metal_is_refused(process_id: str, tonnes: float) -> None:
    name, data, process = changed(process_id)
    process["exchanges"].append(
        {
            "byproduct": "copper_wire_scrap" if name == "copper.yaml" else "electronic_foil",
            "value": tonnes,
            "unit": "t/t",
            "source": "own",
        }
    )
    refused(name, data, f"process {process_id}", "expected")


@settings(max_examples=25, deadline=None)
@given(st.data(), st.floats(1.0001, 1e6))
def test_a_yield_over_one_is_refused(data: st.DataObject, value: float) -> None:
    params = [
        (p.id, x.good)
        for p in LIBRARY.processes.values()
        for x in p.params
        if x.good.endswith(("yield", "recovery")) and x.unit.startswith("t")
    ]
    process_id, param = data.draw(st.sampled_from(params))
    name, text, process = changed(process_id)
    row = next(row for row in rows(process, "param") if row["param"] == param)
    row["value"] = value
    row.pop("range", None)
    refused(name, text, f"process {process_id}, param {param}", "share between 0 and 1")


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(ENERGY_LAWS), st.floats(0, 0.1))
def test_less_energy_than_thermodynamics_allows_is_refused(process_id: str, by: float) -> None:
    name, data, process = changed(process_id)
    for row in rows(process, "input"):
        if LIBRARY.goods[row["input"]].energy.value:
            scale(row, by)
    refused(name, data, f"process {process_id}, input", "kWh per unit of product", "expected at least")


@pytest.mark.parametrize("process_id", [key for key in ENERGY_LAWS if key != "captive_coal_power"])
def test_a_recipe_that_lists_no_energy_is_refused_where_a_law_asks_for_it(process_id: str) -> None:
    name, data, process = changed(process_id)
    process["exchanges"] = [
        row for row in process["exchanges"] if not ("input" in row and LIBRARY.goods[row["input"]].energy.value)
    ]
    refused(name, data, f"process {process_id}")


def test_the_pots_need_power_carbon_and_alumina() -> None:
    for good, figure, least in (
        ("electricity", 6339, "6,340"),
        ("anode", 0.33, "0.3339"),
        ("alumina", 1.88, "expected"),
    ):
        name, data, process = changed("electrolysis")
        row = next(row for row in rows(process, "input") if row["input"] == good)
        row["value"] = figure
        row.pop("range")
        refused(name, data, "process electrolysis", f"input {good}", least)


def test_copper_is_melted_with_at_least_its_enthalpy() -> None:
    name, data, process = changed("copper_rod")
    del process["open"]
    refused(name, data, "process copper_rod, input energy: 0 kWh", "expected at least 185")
    process["exchanges"].append({"input": "electricity", "value": 180, "unit": "kWh/t", "source": "own"})
    refused(name, data, "process copper_rod, input electricity: 180 kWh", "expected at least 185")
    process["exchanges"][-1]["value"] = 320
    assert read(name, data).processes["copper_rod"].minimum_energy == 185


def test_mass_is_kept_where_the_recipe_is_complete() -> None:
    name, data, process = changed("hot_rolling_strip")
    process["exchanges"].append({"waste": "dross", "value": 0.02, "unit": "t/t", "source": "own"})
    refused(name, data, "process hot_rolling_strip, complete: 1.19 t go in and 1.208 t come out")


def test_a_product_of_a_metal_needs_a_feed_or_says_that_it_lists_none() -> None:
    name, data, process = changed("alumina_sinter_or_combined")
    del process["open"]
    refused(name, data, "process alumina_sinter_or_combined, input: none holds aluminium")


def test_a_feed_that_contradicts_the_stated_yield_is_refused() -> None:
    name, data, process = changed("extrusion_building")
    row = rows(process, "input")[0]
    row["value"], row["range"] = 1.25, [1.11, 1.29]
    refused(name, data, "input billet: is 1.25, expected 1.1765 for the stated yield of 0.85")


# -- form
@settings(max_examples=30, deadline=None)
@given(st.data())
def test_a_figure_without_a_source_is_refused(data: st.DataObject) -> None:
    process_id = data.draw(st.sampled_from([key for key in WHERE if changed(key)[2].get("exchanges")]))
    name, text, process = changed(process_id)
    row = data.draw(st.sampled_from(process["exchanges"]))
    row.pop("source", None)
    row.pop("from", None)
    replacement = data.draw(
        st.sampled_from([{}, {"source": ""}, {"source": "  "}, {"from": "nowhere"}, {"source": 7}, {"from": ["a"]}])
    )
    row.update(replacement)
    refused(name, text, f"process {process_id}")


@pytest.mark.parametrize(
    ("good", "unit", "message"),
    [
        ("alumina", "kWh/t", "field unit: is 'kWh/t', expected a figure in t"),
        ("electricity", "t/t", "field unit: is 't/t', expected a figure in kWh"),
        ("alumina", "t/kWh", "expected a figure per t"),
        ("alumina", "t", "expected a quotient"),
        ("alumina", "lb/lb", "expected a quotient"),
        ("alumina", "kg/t", "expected"),
        ("electricity", "MWh/t", "a unit looks wrong"),
        ("anode", "t/kg", "the unit looks wrong"),
    ],
)
def test_a_unit_that_does_not_fit_is_refused(good: str, unit: str, message: str) -> None:
    name, data, process = changed("electrolysis")
    next(row for row in rows(process, "input") if row["input"] == good)["unit"] = unit
    refused(name, data, "process electrolysis", message)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("colour", "red", "field colour: unknown, expected one of"),
        ("product", "moonlight", "field product: moonlight is no good of the library"),
        ("product", 3.0, "field product: is 3.0, expected a text"),
        ("stage", "heaven", "field stage: is 'heaven'"),
        ("stage", ["semis"], "field stage"),
        ("open", ["eyes"], "field open"),
        ("complete", "perhaps", "field complete: is 'perhaps', expected yes or no"),
        ("per", {"m2": 0.0}, "field per"),
        ("exchanges", {"a": 1}, "field exchanges: expected a list of mappings"),
        ("exchanges", [{"input": "alumina", "waste": "spl"}], "expected exactly one of input"),
        ("exchanges", [{"input": "moonlight", "zh": "月光", "value": 1, "unit": "t/t", "source": "own"}], "no good of the library has this id"),
        ("exchanges", [{"param": "p", "zh": "数", "value": 1, "unit": "-", "source": "own", "amount": [1, 1, 1]}], "found where nothing flows"),
        ("exchanges", [{"input": "lime", "value": 1, "unit": "t/t", "source": "own", "amount": [3, 2, 1]}], "field amount"),
        ("exchanges", [{"input": "lime", "value": 1, "unit": "t/t", "source": "own"}] * 2, "input lime: stands twice"),
        ("id", "", "field id: is '', expected a text"),
    ],
)  # fmt: skip
def test_a_process_that_cannot_be_read_is_told_in_one_sentence(field: str, value: Any, message: str) -> None:
    name, data, process = changed("electrolysis")
    process[field] = value
    refused(name, data, message)


def test_an_id_stands_once_in_a_folder(tmp_path: Path) -> None:
    name, data, process = changed("electrolysis")
    data["processes"].append(process)
    refused(name, data, "process electrolysis, field id: stands twice")
    for file in ("one.yaml", "two.yaml"):
        text = json.dumps(
            {"goods": [{"id": "ice", "zh": "冰", "en": "ice", "unit": "t", "kind": "reagent", "stage": "auxiliary"}]}
        )
        (tmp_path / file).write_text(text, encoding="utf-8")
    with pytest.raises(LibraryError, match="field id: already stands in one"):
        _ = load_library(tmp_path).goods


@pytest.mark.parametrize(
    ("law", "message"),
    [
        ({"energy": 1, "mass": 1}, "expected exactly one of energy"),
        ({"mass": 1}, "expected exactly one of energy"),
        ({"energy": 1, "product": ["moonlight"]}, "moonlight is no good"),
        ({"energy": 1, "product": "slab"}, "expected a list of goods"),
        ({"energy": "much"}, "field energy: is 'much'"),
    ],
)
def test_a_law_that_cannot_be_read_is_told(law: dict[str, Any], message: str) -> None:
    data = copy.deepcopy(FILES["common.yaml"])
    data["laws"].append({"id": "mine", "zh": "我的", "source": "own", **law})
    refused("common.yaml", data, "law mine", message)


_JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.integers(-(10**30), 10**30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(min_size=1, max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_junk_anywhere_is_read_or_refused_and_never_anything_else(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["common.yaml", "copper.yaml"]))
    text: Any = copy.deepcopy(FILES[name])
    holder: Any = text
    for _ in range(data.draw(st.integers(0, 5))):
        inner = (
            holder[data.draw(st.sampled_from(sorted(holder)))]
            if isinstance(holder, dict)
            else data.draw(st.sampled_from(holder))
        )
        if not isinstance(inner, dict | list) or not inner:
            break
        holder = inner
    junk = data.draw(_JUNK)
    if isinstance(holder, dict):
        holder[data.draw(st.sampled_from(sorted(holder)) | st.text(min_size=1, max_size=5))] = junk
    else:
        holder[data.draw(st.integers(0, len(holder) - 1))] = junk
    try:
        read(name, text)
    except LibraryError as error:
        assert str(error).isprintable() and len(str(error)) <= 602


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=60) | st.text(alphabet="{}[]:,-&*!|>#'\" \nab1?%@`", max_size=80))
def test_any_text_is_a_document_or_refused(text: str) -> None:
    try:
        assert isinstance(parse_document(text, "any.yaml"), dict)
    except LibraryError as error:
        assert "any.yaml" in str(error) and "\n" not in str(error)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "empty"),
        (b"- 1\n", "found a list"),
        (b"\xff\xfe\x00g", "not UTF-8"),
        (b"goods: [" * 3000, r"nested deeper than \d+ levels"),
        (b"goods: " + b"[" * 500_000, "nested deeper"),
        (b"a: &a [x]\ngoods: [*a, *a]\n", "anchors and tags are not understood"),
        (b"goods: !!python/object/apply:os.system ['true']\n", "anchors and tags are not understood"),
        (b"goods: []\ngoods: []\n", "line 2, field goods: stands twice"),
        (b"goods: []\n---\ngoods: []\n", "a second document"),
        (b"goods: [\n", "line 2: not YAML"),
        (b"sources: {a: 1e999}\n", "expected a finite number"),
        (b"#" * 8_000_001, "larger than 8 MB"),
    ],
)
def test_broken_empty_huge_and_hostile_files_are_told(tmp_path: Path, raw: bytes, message: str) -> None:
    (tmp_path / "mine.yaml").write_bytes(raw)
    with pytest.raises(LibraryError, match=message) as raised:
        _ = load_library(tmp_path).goods
    assert "mine.yaml" in str(raised.value) and "\n" not in str(raised.value) and len(str(raised.value)) < 300


def test_a_folder_in_place_of_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").mkdir()
    with pytest.raises(LibraryError, match="cannot be read"):
        _ = load_library(tmp_path).goods


def test_units() -> None:
    assert factor("kg/t ore", "t", "t", {}) == 1e-3
    assert factor("gce/kWh net", "t", "kWh", {}) == pytest.approx(1e-6)
    assert factor("tCO2/MWh net", "t", "kWh", {}) == pytest.approx(1e-3)
    assert factor("kWh/m2", "kWh", "t", {"m2": 0.5}) == 2
    for unit in ("", "/", "t", "t/", "/t", "°/t", "t/m2"):
        with pytest.raises(ValueError, match="expected"):
            factor(unit, "t", "t", {})


def test_nesting_of_the_shipped_files_is_far_from_the_limit() -> None:
    def depth(value: Any) -> int:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return 1 + max((depth(x) for x in inner), default=0) if isinstance(value, dict | list) else 0

    assert max(depth(data) for data in FILES.values()) * 2 <= DEEPEST
