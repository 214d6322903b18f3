"""`lvlian pathway`: moves, goals before and after, a stop that keeps the best found."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest

from lvlian.cli import pathing

from .conftest import SAMPLE

QUICK = ("--quiet", "--seconds", 20)


def test_moves_goals_files_and_the_finished_case(lvlian, tmp_path) -> None:
    out = tmp_path / "way"
    told = lvlian("pathway", SAMPLE, *QUICK, "--out", out)
    assert told.code == 0 and "都做" in told.out and "最省的动作" in told.out and "动作都做以后的目标" in told.out
    assert {path.name for path in out.iterdir()} == {"pathway.json", "pathway.xlsx", "case.yaml"}
    assert lvlian("project", out / "case.yaml", "--draws", 16, "--quiet").code == 0


def test_options_reach_the_solver(lvlian, monkeypatch) -> None:
    from lvlian.outlook.pathway import Pathway

    seen: dict[str, Any] = {}

    def solve(case: object, **rest: object) -> Pathway:
        seen.update(rest)
        return Pathway("青岩县", "", "hard", "jobs", "stopped", ())

    monkeypatch.setattr("lvlian.outlook.pathway.pathway", solve)
    told = lvlian(
        "pathway", SAMPLE, *QUICK, "--aims", "lexicographic", "--rank", "g0=1", "--objective", "jobs", "--rule", "benchmark_share", "--rule",
        "replacement=off", "--budget", 1e8, "--gap", 0.01, "--lang", "en",
    )  # fmt: skip
    assert told.code == 0 and "no way was found" in told.out
    options = seen["options"]
    assert (
        options.rules["benchmark_share"].on
        and not options.rules["replacement"].on
        and dict(options.priority) == {"g0": 1}
    )
    assert (seen["aims"], seen["objective"], seen["budget"], seen["gap"]) == ("lexicographic", "jobs", 1e8, 0.01)


def test_ctrl_c_pulls_the_stop_once_and_ends_at_the_second() -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have set it to be ignored
    with pytest.raises(KeyboardInterrupt), pathing._watched(5.0) as (_tell, stop):
        assert not stop()
        os.kill(os.getpid(), signal.SIGINT)
        assert stop()
        os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    signal.signal(signal.SIGINT, before)


def test_what_was_found_before_the_stop_is_told(lvlian, monkeypatch) -> None:
    from lvlian.outlook.pathway import pathway as solve

    def halted(case: object, **rest: object) -> object:
        found = solve(case, **rest)  # type: ignore[arg-type]
        os.kill(os.getpid(), signal.SIGINT)
        return found

    monkeypatch.setattr("lvlian.outlook.pathway.pathway", halted)
    told = lvlian("pathway", SAMPLE, *QUICK)
    assert told.code == 0 and "留下的是找到的最好一组" in told.err and "最省的动作" in told.out


def test_other_ways_and_a_front(lvlian) -> None:
    told = lvlian("pathway", SAMPLE, *QUICK, "--alternatives", 1, "--pareto", "cost", "g0", "--json").json
    assert told["format"] == "lvlian-pathway/1" and "others" in told and len(told["front"]) > 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--rule", "nobody"], "no such rule"),
        (["--rule", "replacement=maybe"], "expected NAME"),
        (["--rank", "g0=x"], "expected GOAL=N"),
        (["--chance", "1.5"], "between 0 and 1"),
        (["--gap", "2"], "expected a share"),
        (["--seconds", "0"], "above 0"),
        (["--options", "no.yaml"], "no.yaml"),
    ],
)
def test_options_that_cannot_be(lvlian, arguments, said) -> None:
    told = lvlian("pathway", SAMPLE, "--quiet", *arguments)
    assert told.code == 2 and not told.out and len(told.complaints) == 1 and said in told.err
