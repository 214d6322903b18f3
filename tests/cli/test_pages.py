"""The pages of the command line: their console examples are run, their tables held against the code."""

from __future__ import annotations

import doctest
import json
import re
import shlex
import shutil
from pathlib import Path

import pytest

from lvlian.cli import door
from lvlian.plan.facts import FACT_KINDS, Head
from lvlian.plan.fields import own_fields

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def _matches(expected: str, found: str) -> bool:
    """Whether `found` is as the page says; `…` stands for anything, alone on a line for any lines."""
    pattern = re.escape(expected).replace("…", ".*?")
    return re.fullmatch(pattern, found, re.DOTALL) is not None


def _examples(page: str) -> list[tuple[str, str]]:
    """Command and what it prints, in the order of the page."""
    text = (DOCS / page).read_text(encoding="utf-8")
    out = []
    for block in re.findall(r"^```console\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, expected = part.partition("\n")
            out.append((command, expected.rstrip("\n")))
    return out


@pytest.mark.parametrize("page", ["cli.md", "corrections.md", "ledger-cli.md", "lexicon.md", "outlook.md"])
def test_the_console_examples_of(page, tmp_path, monkeypatch, capsys, sealed) -> None:
    shutil.copy(ROOT / "data" / "sample" / "qingyan.txt", tmp_path)
    shutil.copy(ROOT / "data" / "sample" / "dry-season.yaml", tmp_path)
    shutil.copy(ROOT / "data" / "regions" / "yanshan.yaml", tmp_path)
    shutil.copy(ROOT / "src" / "lvlian" / "ledger" / "tracks" / "gas.yaml", tmp_path / "mine.yaml")
    monkeypatch.chdir(tmp_path)
    examples = _examples(page)
    assert examples
    for command, expected in examples:
        program, *arguments = shlex.split(command)
        assert program == "lvlian"
        code = door.run(arguments)
        told = capsys.readouterr()
        found = (told.out + told.err).rstrip("\n") + (f"\n[exit {code}]" if code else "")
        assert _matches(expected, found), f"{command}\n{found[:3000]}"


def test_the_example_of_the_second_reader(tmp_path, monkeypatch, capsys) -> None:
    import importlib.util
    import sys

    spec = importlib.util.spec_from_file_location("chat_stub", ROOT / "tests" / "plan" / "chat_stub.py")
    assert spec is not None and spec.loader is not None
    stub = importlib.util.module_from_spec(spec)
    sys.modules["chat_stub"] = stub
    spec.loader.exec_module(stub)
    shutil.copy(ROOT / "data" / "sample" / "qingyan.txt", tmp_path)
    monkeypatch.chdir(tmp_path)
    with stub.chat_server({"chains": []}) as server:
        monkeypatch.setenv("LVLIAN_READER_URL", server.url)
        monkeypatch.setenv("LVLIAN_READER_MODEL", "qwen3-32b")
        ((command, expected),) = _examples("second-reader.md")
        assert door.run(shlex.split(command)[1:]) == 0
    assert _matches(expected, capsys.readouterr().out.rstrip("\n"))


@pytest.mark.parametrize("page", ["account.md", "facts.md", "ledger-cli.md"])
def test_the_python_of(page, monkeypatch) -> None:
    monkeypatch.chdir(ROOT)
    text = (DOCS / page).read_text(encoding="utf-8")
    test = doctest.DocTestParser().get_doctest(
        "\n".join(re.findall(r"```pycon\n(.*?)```", text, re.DOTALL)), {}, page, None, 0
    )
    assert test.examples
    assert doctest.DocTestRunner().run(test).failed == 0


def _table(text: str, heading: str) -> list[str]:
    part = text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE)


def test_the_tables_of_facts_name_every_field() -> None:
    text = (DOCS / "facts.md").read_text(encoding="utf-8")
    for cls in FACT_KINDS:
        assert _table(text, f"`{cls.kind}`") == list(own_fields(cls.kind))
    assert _table(text, "`document`") == list(Head().to_json())
    assert _table(text, "What every fact has") == [
        name for name in FACT_KINDS[2](quote="x").to_json() if name not in own_fields("duties")
    ]
    example = re.search(r"```json\n(.*?)```", text, re.DOTALL)
    assert example is not None and set(json.loads(example[1])) == {
        "document",
        *(cls.kind for cls in FACT_KINDS),
        "outline",
        "source",
    }


def test_every_command_and_option_of_the_page_exists(lvlian) -> None:
    text = (DOCS / "cli.md").read_text(encoding="utf-8")
    commands = set(re.findall(r"^\| `lvlian (\w+)", text, re.MULTILINE))
    shown = lvlian("--help").out
    assert commands == set(re.findall(r"^  (\w+) {2,}[A-Z]", shown.split("Commands:")[1], re.MULTILINE))
    helps = "".join(lvlian(command, "--help").out for command in commands) + shown
    for option in set(re.findall(r"`[^`\n]*?(--[a-z-]+)", text)):
        assert option in helps, option
