"""The door: help, version, usage, pipes, encodings, interruption."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lvlian import __version__

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data" / "sample" / "qingyan.txt"
LVLIAN = [sys.executable, "-m", "lvlian"]


def test_version_and_help(lvlian) -> None:
    assert lvlian("--version").out == f"lvlian {__version__}\n"
    shown = lvlian("--help")
    assert shown.code == 0 and all(name in shown.out for name in ("read", "check", "assess", "correct", "explain"))
    for command in ("read", "check", "assess", "attach", "explain", "lexicon", "checks", "correct", "compare"):
        told = lvlian(command, "--help")
        assert told.code == 0 and "--quiet" in told.out, command


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from lvlian.cli import door; door.run(['--help']); "
        "print(sorted({m.partition('.')[0] for m in sys.modules} & "
        "{'rich', 'yaml', 'pint', 'docx', 'lxml', 'jinja2', 'xlsxwriter', 'pypdfium2', 'concurrent'}), "
        "[m for m in sys.modules if m in ('lvlian.plan.read', 'lvlian.plan.check', 'lvlian.chain.library')])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "[] []"


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["read"], ["read", "--nonsense"], ["read", "x.txt", "--jobs", "0"]]
)
def test_usage_trouble_is_one_sentence(lvlian, arguments) -> None:
    result = lvlian(*arguments)
    assert result.code == 2 and len(result.complaints) == 1 and "--help" in result.err


def test_without_arguments_help_is_shown(lvlian) -> None:
    result = lvlian()
    assert result.code in (0, 2) and "Usage" in result.out + result.err


def test_output_is_utf8_in_any_locale() -> None:
    environment = {
        **os.environ,
        "LC_ALL": "C",
        "PYTHONIOENCODING": "ascii",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
    }
    run = subprocess.run([*LVLIAN, "read", SAMPLE], capture_output=True, env=environment, check=True)
    assert json.loads(run.stdout.decode("utf-8"))["document"]["region"] == "青岩县"
    missing = subprocess.run([*LVLIAN, "read", "没有.txt"], capture_output=True, env=environment, check=False)
    assert missing.returncode == 2 and b"Traceback" not in missing.stderr


def test_a_reader_that_stops_reading() -> None:
    with subprocess.Popen(
        [*LVLIAN, "read", *[SAMPLE] * 20, "--jobs", "1"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        error = process.stderr.read()
        assert process.wait(timeout=60) == 141
    assert b"Traceback" not in error and b"Exception" not in error


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_behind_standard_output() -> None:
    with Path("/dev/full").open("w") as full:
        run = subprocess.run([*LVLIAN, "lexicon"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert run.returncode == 2 and len(run.stderr.splitlines()) == 1


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c(jobs, tmp_path) -> None:
    files = []
    text = SAMPLE.read_text(encoding="utf-8")
    for number in range(400):
        path = tmp_path / f"{number}.txt"
        path.write_text(text, encoding="utf-8")
        files.append(path)
    out = tmp_path / "o"
    process = subprocess.Popen(
        [*LVLIAN, "read", *files, "--jobs", jobs, "--out", out],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # whoever runs the suite in the background runs it with the signal ignored, which children inherit
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    deadline = time.monotonic() + 30
    while not any(out.glob("*.json")) and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    _, error = process.communicate(timeout=30)
    assert process.returncode == 130
    assert re.fullmatch(r"Stopped; .*\n", error), error
    for path in out.iterdir():
        assert path.suffix == ".json" and json.loads(path.read_text(encoding="utf-8"))
