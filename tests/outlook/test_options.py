"""Options of a pathway: the shipped file, changes of a question, a user's file, and the sentences that refuse what is none."""

from __future__ import annotations

import pytest
import yaml

from lvlian.outlook.case import CaseError
from lvlian.outlook.pathway import load_options, options_of


def test_every_rule_stands_in_a_regulation():
    from lvlian.chain.library import load_library

    known = set(load_library().regulations)
    rules = load_options().rules
    assert len(rules) == 6 and {rule.regulation for rule in rules.values()} <= known
    assert load_options().retrofit["regulation"] in known
    assert rules["replacement"].on and not rules["benchmark_share"].on


def test_every_office_and_register_is_told():
    options = load_options()
    for table in (*options.factors.values(), *options.power.values(), options.lots, options.retrofit, options.links):
        assert table["who"] and table["track"]
    assert options.source["verified"] is False and options.source["en"]


def test_changes_of_a_question():
    options = options_of({"rules.benchmark_share": {"share": 0.5}, "rules.replacement": False, "projects.later": 1, "power.pv.share": 0.1,
                          "without": ["lots"], "priority": {"g1": 1}, "weight": {"g1": 2}, "goal_price": 1e6, "factors_share": 1.0})  # fmt: skip
    assert options.on("benchmark_share").figure("share") == 0.5 and options.on("replacement") is None
    assert options.projects["later"] == 1 and options.power["pv"]["share"] == 0.1 and not options.may("lots")
    assert options.priority == {"g1": 1} and options.goal_price == 1e6 and options.factors_share == 1.0
    assert load_options().projects["later"] == 4, "the shipped ones stay"
    assert options_of(options) is options


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"rules.none": True}, "rules.none"), ({"rules.replacement": "yes"}, "replacement"), ({"rules.replacement": {"speed": 1}}, "speed"),
        ({"without": ["gravity"]}, "gravity"), ({"projects.later": "soon"}, "projects.later"), ({"projects.pace": 1}, "projects.pace"),
        ({"power.moon.share": 1}, "power.moon"), ({"nothing": 1}, "nothing"), ({"weight": {"g1": float("nan")}}, "weight.g1"), ({"goal_price": True}, "goal_price"),
    ],
)  # fmt: skip
def test_what_is_no_option(given, word):
    with pytest.raises(CaseError, match=word.replace(".", r"\.")) as told:
        options_of(given)
    assert "\n" not in str(told.value)


def test_a_file_of_a_user(tmp_path):
    file = tmp_path / "own.yaml"
    file.write_text(
        yaml.safe_dump(
            {
                "lots": {"size": 50},
                "power": {
                    "wind": {
                        "zh": "风电",
                        "en": "wind",
                        "price": 0.2,
                        "share": 0.1,
                        "lead": 4,
                        "seasons": [1, 1, 1, 1],
                        "who": "发改局",
                        "track": "power",
                    }
                },
            }
        ),
        encoding="utf-8",
    )
    options = load_options(file)
    assert options.lots["size"] == 50 and options.power["wind"]["lead"] == 4 and options.lots["cost"] == 60000


@pytest.mark.parametrize(
    "text",
    ["- a", "lots: 3", "moon: {}", "lots: {size: big}", "lots: {colour: red}", "\x00", "a: [", "lots: {size: .inf}"],
)
def test_a_broken_file_is_one_sentence(tmp_path, text):
    file = tmp_path / "own.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CaseError, match=r"own\.yaml") as told:
        load_options(file)
    assert "\n" not in str(told.value)
