"""The public form there and back, and the shape of what comes from outside."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lvlian.plan.export import ExportError, facts_from_json, facts_json, facts_yaml, load_facts
from lvlian.plan.facts import FACT_KINDS, Fact, Head, Heading, PlanFacts
from lvlian.plan.fields import FieldError, checked, own_fields, own_values, value_of_text

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NUMBER = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**6), 10**6).map(float)


def _value(name: str, kind: str) -> st.SearchStrategy[object]:
    field = own_fields(kind)[name]
    base: st.SearchStrategy[object] = {
        "text": st.sampled_from(field.choices) if field.choices else TEXT,
        "number": NUMBER,
        "list": st.lists(TEXT, max_size=3).map(tuple),
    }[field.shape]
    return base | st.none() if field.optional else base


def _facts(cls: type[Fact]) -> st.SearchStrategy[Fact]:
    own = {name: _value(name, cls.kind) for name in own_fields(cls.kind)}
    return st.builds(
        cls,
        **own,
        quote=TEXT,
        start=st.none() | st.integers(0, 10**6),
        section=TEXT,
        confidence=st.floats(0, 1),
        reason=st.none() | TEXT,
        made_by=st.lists(TEXT, max_size=2).map(tuple),
        origin=TEXT.filter(bool),
    )


PLANS = st.builds(
    PlanFacts,
    document=st.builds(
        Head,
        title=TEXT,
        number=TEXT,
        issuer=TEXT,
        date=st.none() | st.just("2030-01-02"),
        region=TEXT,
        period=st.none() | st.just(("2030", "2032")),
    ),
    name=TEXT,
    sha256=TEXT,
    outline=st.lists(
        st.builds(
            Heading, level=st.integers(1, 4), text=TEXT, start=st.integers(0, 99), end=st.integers(0, 99), path=TEXT
        ),
        max_size=2,
    ).map(tuple),
    **{cls.kind: st.lists(_facts(cls), max_size=2).map(tuple) for cls in FACT_KINDS},
)


@given(PLANS)
def test_json_there_and_back(plan) -> None:
    text = facts_json(plan)
    assert facts_from_json(text, "x.json") == plan
    assert PlanFacts.from_json(json.loads(text)) == plan
    assert facts_json(facts_from_json(text, "x.json")) == text


@given(PLANS)
def test_yaml_says_the_same_as_json(plan) -> None:
    loaded = list(yaml.safe_load_all(facts_yaml([plan])))
    assert loaded == [json.loads(facts_json(plan))]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["quote", "units", "value", "indicator", "op"]) | TEXT, inner, max_size=4)
    ),
    max_leaves=12,
)


@given(
    st.dictionaries(
        st.sampled_from(["document", "source", "outline", *(cls.kind for cls in FACT_KINDS)]),
        JSON | st.lists(JSON, max_size=3),
        max_size=5,
    )
)
def test_any_json_is_read_or_refused_in_one_sentence(data) -> None:
    try:
        facts_from_json(json.dumps(data), "x.json")
    except ExportError as error:
        assert str(error).startswith("x.json") and "\n" not in str(error)


@given(st.binary(max_size=60))
def test_any_bytes_are_refused_in_one_sentence(data) -> None:
    with pytest.raises(ExportError, match=r"^x\.json"):
        facts_from_json(data, "x.json")


def test_numbers_are_written_as_printed() -> None:
    goal = {"indicator": "产值", "op": "=", "value": 300, "value_max": 300.5, "quote": "产值300"}
    plan = facts_from_json(json.dumps({"document": {}, "goals": [goal]}), "x.json")
    assert '"value": 300,' in facts_json(plan) and '"value_max": 300.5,' in facts_json(plan)


def test_the_name_of_a_file_without_one_is_its_stem(tmp_path) -> None:
    path = tmp_path / "songyuan.json"
    path.write_text('\ufeff{"document": {"title": "甲"}}', encoding="utf-8")
    assert load_facts(path).name == "songyuan"


@pytest.mark.parametrize(
    ("kind", "name", "text", "value"),
    [
        ("goals", "value", "900", 900.0),
        ("goals", "value_max", "null", None),
        ("goals", "when", "2031-Q2", "2031-Q2"),
        ("goals", "indicator", "null", "null"),
        ("duties", "units", "县财政局、 县工信局，", ("县财政局", "县工信局")),
    ],
)
def test_values_as_typed(kind, name, text, value) -> None:
    assert value_of_text(kind, name, text) == value


@pytest.mark.parametrize(
    ("kind", "name", "text"),
    [("goals", "value", "nan"), ("goals", "value", "x"), ("goals", "nothing", "x"), ("x", "y", "z")],
)
def test_values_that_cannot_be(kind, name, text) -> None:
    with pytest.raises(FieldError):
        value_of_text(kind, name, text)


def test_every_field_of_every_kind_has_a_shape() -> None:
    for cls in FACT_KINDS:
        for field in own_fields(cls.kind).values():
            assert field.expected
    with pytest.raises(FieldError, match="is True, expected a number"):
        checked("goals", "value", True)
    with pytest.raises(FieldError):
        checked("goals", "value", 10**400)
    assert own_values(FACT_KINDS[4](quote="甲—乙")) == {"nodes": ()}
