"""What holds for the whole house: floors, light imports, short modules, data that travel with the package, nothing private."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "lvlian"
MODULES = sorted(PACKAGE.rglob("*.py"))

LONGEST = 600
"""Lines; most modules are under 400."""

HEAVY = ("pint", "docx", "pypdfium2", "lxml", "xlsxwriter", "jinja2")
"""What takes long to import and is needed only by the command that uses it."""

VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}

# Written in pieces, so that this file does not find itself.
PRIVATE = {
    "a path of somebody's machine": re.compile(r"(?<![\w.<\"'])/(?:wo" + r"rk|ro" + r"ot|home/\w+|Users/\w+)/"),
    "an index address": re.compile(r"--(?:extra-)?index-" + r"url\s|--find-" + r"links\s|://[^\s\"')]*/simple\b"),
}
WRITING = re.compile(r"\.(?:write_text|write_bytes|mkdir|unlink)\(|\bopen\([^)]*[\"'][wax]b?[\"']")


def tracked() -> list[Path]:
    """Every file that git carries; every file of the tree where this is no git checkout (an unpacked sdist)."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listing.returncode == 0:
        return [ROOT / name for name in listing.stdout.decode().split("\0") if name and (ROOT / name).is_file()]
    return [path for path in ROOT.rglob("*") if path.is_file() and not {".venv", ".git"} & set(path.parts)]


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_floors_hold() -> None:
    """Every contract of `[tool.importlinter]`: upper may import lower, never the other way."""
    run = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run(['--no-cache'])"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert " 0 broken" in run.stdout


def test_modules_are_short_and_named_by_a_noun() -> None:
    long = {
        relative(path): count
        for path in MODULES
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert not long, f"modules of more than {LONGEST} lines: {long}"
    vague = [relative(path) for path in MODULES if path.stem in VAGUE_NAMES or path.parent.name in VAGUE_NAMES]
    assert not vague


def test_every_module_says_what_it_is() -> None:
    written = [path for path in MODULES if path.stat().st_size]
    silent = [relative(path) for path in written if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]
    assert not silent, f"modules without a docstring: {silent}"


def test_nothing_is_left_to_do() -> None:
    unfinished = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME)\b|raise NotImpl" + r"ementedError|pragma: no " + r"cover")
    found = [
        f"{relative(path)}:{number}"
        for path in [*MODULES, *sorted((ROOT / "tests").rglob("*.py"))]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if unfinished.search(line)
    ]
    assert not found


@pytest.mark.parametrize("what", sorted(PRIVATE))
def test_nothing_private_is_tracked(what: str) -> None:
    pattern, found = PRIVATE[what], []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{relative(path)}:{n}" for n, line in enumerate(text.splitlines(), 1) if pattern.search(line)]
    assert not found, f"{what} in {found[:10]}"


def test_locks_carry_a_hash_for_every_line_and_nothing_else() -> None:
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        entries = lock.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
        assert entries, lock.name
        for entry in entries:
            assert re.match(r"[a-z0-9][a-z0-9._-]*==\S+( ; [^#]+?)?(\s+--hash=sha256:[0-9a-f]{64})+\s*$", entry), (
                f"{lock.name}: {entry[:80]}"
            )


def test_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    asked = {"base.txt": [], "dev.txt": extras["dev"], "bench.txt": extras["bench"]}
    for name, more in asked.items():
        locked = set(
            re.findall(r"^([a-z0-9._-]+)==", (ROOT / "requirements" / name).read_text(encoding="utf-8"), re.MULTILINE)
        )
        wanted = {re.split(r"[<>=!\[; ]", line)[0].lower() for line in [*project["dependencies"], *more]}
        assert wanted <= locked, f"{name} lacks {sorted(wanted - locked)}: run `make lock`"


def test_every_dependency_earns_its_place() -> None:
    """`docs/dependencies.md` has a row for each part that the project file names."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").lower()
    named = [*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)]
    names = {re.split(r"[<>=!\[; ]", line)[0].lower() for line in named}
    missing = {name for name in names if f"`{name}`" not in page}
    assert not missing


@pytest.mark.parametrize(
    "module", ["lvlian.cli", "lvlian.plan.facts", "lvlian.finding", "lvlian.plan.read", "lvlian.brief"]
)
def test_imports_stay_light(module: str) -> None:
    """`lvlian --help` and the reading of a text file never wait for a part that they do not use."""
    code = f"import sys, {module}; print(' '.join(sorted(set(sys.modules) & set({HEAVY!r}))))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == "", f"import {module} brings {run.stdout.strip()}"


def test_only_writers_write() -> None:
    """Engines take records and give records: files are written by the brief, the command line and the few modules named here."""
    rooms, modules = ("brief/", "cli/"), {"plan/region.py", "plan/overlay_file.py", "outlook/write_case.py"}
    # The site: its folder with the signing key and the static files, the demonstration's folder, a backup's file.
    modules |= {f"site/{name}.py" for name in ("environment", "serving", "demo", "backup")}
    found = [
        name
        for path in MODULES
        if not (name := path.relative_to(PACKAGE).as_posix()).startswith(rooms) and name not in modules
        if WRITING.search(path.read_text(encoding="utf-8"))
    ]
    assert not found


def test_one_module_opens_connections() -> None:
    """The network is touched by the second reader's endpoint, which is off unless an address is given, and by the site's server,
    which listens and asks itself for its first page."""
    network = re.compile(
        r"^\s*(?:import|from) (?:urllib\.request|http|socket|ssl|ftplib|requests|httpx)\b", re.MULTILINE
    )
    found = {relative(path) for path in MODULES if network.search(path.read_text(encoding="utf-8"))}
    assert found <= {"src/lvlian/plan/endpoint.py", "src/lvlian/site/serving.py"}


def test_the_wheel_carries_every_data_file(tmp_path: Path) -> None:
    """Lexicons, libraries, templates and `py.typed` travel with the package; tests and tools do not."""
    build = "from hatchling.build import build_wheel; import sys; print(build_wheel(sys.argv[1]))"
    run = subprocess.run(
        [sys.executable, "-c", build, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    names = set(zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist())
    wanted = {
        path.relative_to(PACKAGE.parent).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted <= names, sorted(wanted - names)
    assert not [name for name in names if name.startswith(("tests/", "tools/"))]
