"""The site of the documentation: every link leads somewhere, every page is listed, nothing is fetched from elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FETCHED = re.compile(
    r"<(?:script|img|iframe|source)[^>]*\ssrc=\"?(?:https?:)?//[^\s\">]+|<link[^>]*\shref=\"?(?:https?:)?//[^\s\">]+"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return folder


def test_every_page_is_built(site: Path) -> None:
    pages = {path.relative_to(ROOT / "docs").with_suffix(".html") for path in (ROOT / "docs").rglob("*.md")}
    assert not {page for page in pages if not (site / page).is_file()}


def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    found = {m[0] for page in site.rglob("*.html") for m in FETCHED.finditer(page.read_text(encoding="utf-8"))}
    found = {tag for tag in found if 'rel="canonical"' not in tag}
    assert not found


def test_links_of_the_root_pages_lead_somewhere() -> None:
    """README and the other pages in the root are no part of the site; their relative links and pictures must exist too."""
    missing = []
    for page in sorted(ROOT.glob("*.md")):
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if not target.startswith(("http://", "https://", "mailto:")) and not (ROOT / target).exists():
                missing.append(f"{page.name}: {target}")
    assert not missing


def test_a_term_of_the_glossary_stands_once() -> None:
    rows = re.findall(
        r"^\| ([^|]+?) \| ([^|]+?) \| ", (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    terms = [term for term, _ in rows if term not in ("term", "---")]
    assert len(terms) > 50
    assert not {term for term in terms if terms.count(term) > 1}


def test_the_example_of_the_readme_prints_what_it_says() -> None:
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(r"```python\n(.*?)```\n\n```text\n(.*?)```", page, re.DOTALL)
    assert found
    run = subprocess.run([sys.executable, "-X", "utf8", "-c", found[1]], capture_output=True, check=False)
    assert run.returncode == 0, run.stderr.decode()
    assert run.stdout.decode() == found[2]
