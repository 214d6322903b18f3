"""What every test may ask for: the folder of real plans, and properties that try the same cases on every run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # several workers share the cores already

# `HYPOTHESIS_PROFILE=explore pytest` looks for new cases; the default repeats the same ones, so that a red run can be repeated.
settings.register_profile(
    "steady",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("explore", deadline=None, max_examples=2_000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the real plans and the records by hand; the test is skipped, by name, where it is missing."""
    folder = Path(os.environ.get("LVLIAN_SHARED", ROOT.parent / "shared"))
    if not (folder / "gold" / "SCHEMA.md").is_file():
        pytest.skip(
            f"the real plans are not here: {folder} (set LVLIAN_SHARED to the folder that holds plans/ and gold/)"
        )
    return folder


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, one for the whole run; the test is skipped, by name, where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="the Python package playwright is not installed")
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium on this machine: install the package chromium")
    # Playwright keeps an event loop in this thread as long as it runs; Django would refuse its database beside one.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with playwright.sync_playwright() as tool:
        opened = tool.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
