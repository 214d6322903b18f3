"""The browser libraries are the ones that were looked at, carry their licences, and nothing is fetched from another host."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

SITE = Path(__file__).resolve().parents[2] / "src" / "lvlian" / "site"
VENDOR = SITE / "static" / "vendor"
FETCHED = re.compile(r"""(?:src|href|action|url|import|from|fetch|@import)\s*[=(]?\s*["']?\s*(?:https?:)?//[\w.-]+""")


def test_every_file_is_in_the_hash_list_and_agrees() -> None:
    lines = (VENDOR / "MANIFEST.sha256").read_text(encoding="ascii").splitlines()
    told = {name.removeprefix("./"): digest for digest, name in (line.split("  ") for line in lines)}
    found = {path.relative_to(VENDOR).as_posix(): path for path in VENDOR.rglob("*") if path.is_file()}
    found.pop("MANIFEST.sha256")
    assert found.keys() == told.keys()
    for name, path in found.items():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == told[name], name


def test_each_library_carries_its_licence() -> None:
    libraries = {path.parent for path in VENDOR.rglob("*.js")}
    assert {path.name for path in libraries} == {"htmx", "echarts"}
    for library in libraries:
        assert (library / "LICENSE").stat().st_size > 500
    assert (VENDOR / "echarts" / "NOTICE").is_file()
    versions = dict(line.split() for line in (VENDOR / "VERSIONS").read_text(encoding="ascii").splitlines())
    assert f'version:"{versions["htmx.org"]}"' in (VENDOR / "htmx" / "htmx.min.js").read_text(encoding="utf-8")
    assert f'version="{versions["echarts"]}"' in (VENDOR / "echarts" / "echarts.min.js").read_text(encoding="utf-8")


def test_nothing_is_loaded_from_another_host() -> None:
    ours = [
        p
        for p in (*SITE.rglob("*.html"), *SITE.rglob("*.css"), *SITE.rglob("*.js"), *SITE.rglob("*.svg"))
        if VENDOR not in p.parents
    ]
    assert ours
    for path in ours:
        assert not FETCHED.findall(path.read_text(encoding="utf-8")), path.name
    for path in VENDOR.rglob("*.js"):
        assert "sourceMappingURL" not in path.read_text(encoding="utf-8")


def test_no_inline_style_script_or_handler() -> None:
    """The content policy would refuse them."""
    bad = re.compile(
        r"""<[^>]+\s(?:style|on[a-z]+)\s*=|<style\b|<script(?![^>]*\b(?:src=|type="application/json"))|javascript:""",
        re.I,
    )
    for path in SITE.rglob("*.html"):
        assert not bad.findall(path.read_text(encoding="utf-8")), path.name
