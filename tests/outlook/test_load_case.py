"""Cases as files: what is written comes back, what is broken is one sentence."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lvlian.chain.library import load_library
from lvlian.ledger.quarter import Quarter
from lvlian.outlook.case import (
    STAGES,
    Aim,
    Case,
    CaseError,
    Contract,
    Factor,
    FactorKind,
    Limit,
    Need,
    Plant,
    Premise,
    Project,
    Ref,
    Step,
)
from lvlian.outlook.load_case import load_case, read_case
from lvlian.outlook.model import compile_model
from lvlian.outlook.write_case import case_text, write_case
from tests.outlook.example import small_case

texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=10)
keys = st.text("abcdefghijklmnop-1e.", min_size=1, max_size=8)
figures = st.floats(0, 1e12, allow_nan=False)
days = st.none() | st.dates(date(1990, 1, 1), date(2100, 12, 31))
refs = st.builds(
    Ref, kind=st.sampled_from(["plan", "report", "assumption"]), section=texts, quote=texts, start=st.none() | st.integers(0, 9999),
    fact=st.none() | st.tuples(keys, st.integers(0, 99)), words=texts, who=texts, day=days, verified=st.booleans(),
)  # fmt: skip


@st.composite
def cases(draw):
    names = draw(st.lists(keys, min_size=1, max_size=3, unique=True))
    projects = draw(st.lists(keys, max_size=2, unique=True))
    factors = draw(st.lists(keys, max_size=2, unique=True))
    plants = tuple(
        Plant(
            id=name, firm=draw(keys), process="electrolysis", capacity=draw(figures), load=draw(st.floats(0, 2)), since=draw(days),
            project=draw(st.sampled_from(["", *projects])), feeds=draw(st.dictionaries(keys, st.lists(keys, max_size=2).map(tuple), max_size=2)),
            uses=draw(st.dictionaries(keys, figures, max_size=2)), margin=draw(st.none() | figures), ref=draw(refs),
        )
        for name in names
    )  # fmt: skip
    return Case(
        region=draw(texts.filter(bool)),
        today=draw(st.dates(date(2000, 1, 1), date(2100, 1, 1))),
        first=Quarter(draw(st.integers(2000, 2100)), draw(st.integers(1, 4))),
        count=draw(st.integers(1, 400)),
        plants=plants,
        projects=tuple(
            Project(
                id=name, name=draw(texts), plants=tuple(p.id for p in plants if p.project == name), stage=draw(st.sampled_from(STAGES)),
                steps=tuple(
                    Step(stage=s, promised=draw(days), done=draw(days), words=draw(texts), ref=draw(refs))
                    for s in draw(st.lists(st.sampled_from(STAGES), max_size=2, unique=True))
                ),
                needs=tuple(Need(factor=f, amount=draw(st.none() | figures)) for f in factors), investment=draw(st.none() | figures),
                counted=draw(days), optional=draw(st.booleans()),
            )
            for name in projects
        ),
        factors=tuple(
            Factor(id=name, kind=draw(st.sampled_from(get_args(FactorKind))), title=draw(texts), amount=draw(st.none() | figures), promised=draw(days))
            for name in factors
        ),
        aims=(Aim(id="a", name=draw(texts), indicator="", variant="", op="~", value=draw(figures), unit=draw(texts), year=2025, ref=draw(refs)),),
        limits=(Limit(id="l", good="electricity", zh=draw(texts), en="", amount=draw(figures), season=(0.8, 1.0, 1.1, 1.1), years=(2024,)),),
        contracts=(Contract(source="a", target="b", good="c", share=draw(st.none() | st.floats(0, 1))),),
        premises=(Premise(key="k", zh=draw(texts), en="", value=draw(figures), low=0.0, high=1e12, law="gamma", baseline=draw(st.none() | figures)),),
        names=draw(st.dictionaries(keys, texts, max_size=2)),
        prices=draw(st.dictionaries(keys, figures, max_size=2)),
        history=draw(st.dictionaries(keys, st.dictionaries(keys, st.tuples(figures, figures), max_size=2), max_size=2)),
        asks=tuple(draw(st.lists(st.tuples(texts, texts), max_size=2))),
        simulated=draw(st.booleans()),
    )  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(cases(), st.sampled_from(["yaml", "json"]))
def test_a_case_comes_back_from_its_file(case, form):
    assert read_case(case_text(case, form).encode(), f"c.{form}") == case


@pytest.mark.parametrize("name", ["c.yaml", "c.json"])
def test_the_small_case_comes_back(tmp_path, name):
    case = small_case()
    write_case(tmp_path / name, case)
    assert load_case(tmp_path / name) == case


def test_the_case_of_the_docs_is_read_and_compiles():
    page = (Path(__file__).parents[2] / "docs" / "outlook-case.md").read_text(encoding="utf-8")
    text = next(block for block in re.findall(r"```yaml\n(.*?)```", page, re.S) if "lvlian-case/1" in block)
    case = read_case(text.encode(), "docs.yaml")
    model = compile_model(case, load_library())
    assert model.size[1] == len(case.plants) > 2


HEAD = "format: lvlian-case/1\nregion: 县\ntoday: 2024-01-10\nfirst: 2024-Q1\n"
BROKEN = [
    ("region: 县\ntoday: 2024-01-10\nfirst: 2024-Q1\n", "field format"),
    ("format: lvlian-case/1\ntoday: 2024-01-10\nfirst: 2024-Q1\n", "field region: is missing"),
    (HEAD.replace("2024-Q1", "2024-Q5"), "field first: found '2024-Q5', expected a quarter"),
    (HEAD.replace("2024-01-10", "10 January"), "field today: found '10 January', expected a day"),
    (HEAD + "count: 0\n", "field count: found 0"),
    (HEAD + "count: 1.5\n", "field count: found 1.5, expected a whole number"),
    (HEAD + "plant: []\n", "field plant: unknown field"),
    (HEAD + "plants: {}\n", "field plants: found {}, expected a list"),
    (
        HEAD + "plants: [{id: a, firm: s, process: electrolysis}]\n",
        r"plants\[0\]\.capacity: is missing, expected a number",
    ),
    (HEAD + "plants: [{id: a, firm: s, process: e, capacity: -1}]\n", r"plants\[0\]\.capacity: found -1"),
    (HEAD + "plants: [{id: a, firm: s, process: e, capacity: 1, project: p}]\n", r"plants\[0\]\.project: found 'p'"),
    (
        HEAD + "plants: [{id: a, firm: s, process: e, capacity: 1}, {id: a, firm: s, process: e, capacity: 1}]\n",
        r"plants\[1\]: found 'a' for the second time",
    ),
    (
        HEAD + "projects: [{id: p, name: p, stage: opened}]\n",
        r"projects\[0\]\.stage: found 'opened', expected one of planned",
    ),
    (HEAD + "projects: [{id: p, name: p, plants: [x]}]\n", r"projects\[0\]\.plants: found 'x'"),
    (HEAD + "projects: [{id: p, name: p, needs: [{factor: f}]}]\n", r"needs\[0\]\.factor: found 'f'"),
    (HEAD + "factors: [{id: f, kind: steam, title: t}]\n", r"factors\[0\]\.kind: found 'steam', expected one of land"),
    (
        HEAD + "aims: [{id: a, name: n, indicator: '', variant: '', op: '≥', value: 1, unit: t, year: 2025}]\n",
        r"aims\[0\]\.op: found '≥'",
    ),
    (
        HEAD + "premises: [{key: k, zh: k, en: k, value: 1, low: 3, high: 2}]\n",
        r"premises\[0\]\.low: found 3.0 above high",
    ),
    (HEAD + "limits: [{id: l, good: g, zh: '', en: '', amount: 1, season: [1, 1]}]\n", r"season: found .*a list of 4"),
    (HEAD + "history: {a: {2024-Q1: [1]}}\n", "a list of 2"),
]


@pytest.mark.parametrize(("text", "words"), BROKEN, ids=range(len(BROKEN)))
def test_a_broken_case_is_one_sentence(text, words):
    with pytest.raises(CaseError, match=words) as caught:
        read_case(text.encode(), "c.yaml")
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("c.yaml")


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=80) | st.text(max_size=80).map(lambda t: (HEAD + t).encode("utf-8", "replace")))
def test_noise_is_refused_or_read(content):
    try:
        read_case(content, "c.yaml")
    except CaseError as error:
        assert str(error).startswith("c.yaml")
