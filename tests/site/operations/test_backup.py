"""Backup while the site is written to, restore elsewhere: the same audit root, proven; anything else is refused."""

from __future__ import annotations

import io
import json
import shutil
import tarfile
from pathlib import Path
from typing import Any

import pytest


def _place(request: Any, tmp_path: Path, play: Any, kind: str) -> tuple[Path, dict[str, str]]:
    if kind == "sqlite":
        return request.getfixturevalue("home"), {}
    home, settings = tmp_path / "home", {"database": request.getfixturevalue("database")}
    play("found", home, **settings)
    return home, settings


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_backup_during_writes_and_restore_elsewhere(
    request: pytest.FixtureRequest, tmp_path: Path, play: Any, start: Any, lvlian: Any, kind: str
) -> None:
    home, settings = _place(request, tmp_path, play, kind)
    over = tmp_path / "over"
    writers = [start("write_on", home, str(number), str(over), **settings) for number in range(2)]
    for writer in writers:
        assert writer.stdout.readline() == "ready\n"
    saved = lvlian("backup", str(tmp_path / "site.tar.gz"), home=home, **settings)
    assert saved.returncode == 0, saved.stderr
    over.touch()
    for writer in writers:
        assert writer.wait(60) == 0, writer.stdout.read()
    with tarfile.open(tmp_path / "site.tar.gz") as tar:
        manifest = json.load(tar.extractfile("manifest.json"))  # type: ignore[arg-type]
    assert manifest["root"]["hash"] in saved.stderr

    other = tmp_path / "other"
    if kind == "postgresql":
        with request.getfixturevalue("postgres").database() as empty:
            restored = lvlian("restore", str(tmp_path / "site.tar.gz"), "--database", empty, home=other)
            assert restored.returncode == 0, restored.stderr
            there = lvlian("audit", "root", home=other, database=empty)
            again = lvlian("restore", str(tmp_path / "site.tar.gz"), "--database", empty, home=other)
    else:
        restored = lvlian("restore", str(tmp_path / "site.tar.gz"), home=other)
        assert restored.returncode == 0, restored.stderr
        there = lvlian("audit", "root", home=other)
        again = lvlian("restore", str(tmp_path / "site.tar.gz"), home=other)
    assert there.stdout == f"{manifest['root']['seq']} {manifest['root']['hash']}\n"
    assert again.returncode == 2 and again.stderr.count("\n") == 1 and "restore into an empty" in again.stderr
    # Going on from there is possible, and the saved site went on as well.
    whole = lvlian("audit", "verify", home=home, **settings)
    assert whole.returncode == 0 and int(whole.stdout.split()[0]) > manifest["root"]["seq"] >= 2


def _changed(source: Path, target: Path, change: Any) -> None:
    """A copy of a tar, each member passed through `change(name, content)`; None leaves it out."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for member in old:
            content = change(member.name, old.extractfile(member).read())  # type: ignore[union-attr]
            if content is not None:
                member.size = len(content)
                new.addfile(member, io.BytesIO(content))


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory, _founded: Path, play: Any, lvlian: Any) -> Path:
    folder = tmp_path_factory.mktemp("saved")
    home = shutil.copytree(_founded, folder / "home")
    play("write", home, "0", "3")
    assert lvlian("backup", str(folder / "site.tar"), home=home).returncode == 0
    return folder / "site.tar"


def _forged(name: str, content: bytes) -> bytes:
    if name == "manifest.json":
        manifest = json.loads(content)
        manifest["root"]["hash"] = "0" * 64
        return json.dumps(manifest).encode()
    return content


def _later(name: str, content: bytes) -> bytes:
    if name == "manifest.json":
        manifest = json.loads(content)
        manifest["migrations"].append("plans.9999_from_the_future")
        return json.dumps(manifest).encode()
    return content


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda name, content: content if name == "manifest.json" else content[:-1] + b"x", "SHA-256"),
        (lambda name, content: None if name == "manifest.json" else content, "is no backup of a site"),
        (lambda name, content: b"{}" if name == "manifest.json" else content, "its manifest cannot be read"),
        (_forged, "are not those of the manifest"),
        (_later, "was made by a later version"),
    ],
)
def test_what_was_changed_is_refused_and_nothing_is_left(
    saved: Path, tmp_path: Path, lvlian: Any, change: Any, said: str
) -> None:
    _changed(saved, tmp_path / "changed.tar", change)
    refused = lvlian("restore", str(tmp_path / "changed.tar"), home=tmp_path / "other")
    assert refused.returncode == 2
    assert said in refused.stderr and refused.stderr.count("\n") == 1
    assert not (tmp_path / "other" / "lvlian.sqlite3").exists()


def test_a_rewritten_history_is_refused(saved: Path, tmp_path: Path, lvlian: Any) -> None:
    """Somebody edits the database within a backup, and mends the sum in the manifest: the chain tells."""
    import hashlib
    import sqlite3

    with tarfile.open(saved) as tar:
        tar.extractall(tmp_path, filter="data")
    database = tmp_path / "database.sqlite3"
    with sqlite3.connect(database) as connection:
        connection.execute("DROP TRIGGER org_auditchange_update")
        connection.execute("UPDATE org_auditchange SET after = replace(after, '4', '5')")
    connection.close()
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    manifest["files"]["database.sqlite3"]["sha256"] = hashlib.sha256(database.read_bytes()).hexdigest()
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    with tarfile.open(tmp_path / "forged.tar", "w") as tar:
        for name in ("manifest.json", "database.sqlite3"):
            tar.add(tmp_path / name, name)
    refused = lvlian("restore", str(tmp_path / "forged.tar"), home=tmp_path / "other")
    assert refused.returncode == 2 and "the audit chain does not hold" in refused.stderr
    assert not (tmp_path / "other" / "lvlian.sqlite3").exists()


def test_never_writes_over_a_file(_founded: Path, tmp_path: Path, lvlian: Any) -> None:
    (tmp_path / "kept.tar").write_text("kept")
    refused = lvlian("backup", str(tmp_path / "kept.tar"), home=_founded)
    assert refused.returncode == 2 and (tmp_path / "kept.tar").read_text() == "kept"
    assert lvlian("backup", str(tmp_path / "none" / "x.tar"), home=_founded).returncode == 2
    assert lvlian("backup", str(tmp_path / "x.tar"), home=tmp_path / "nowhere").returncode == 2


def test_no_backup_at_all(tmp_path: Path, lvlian: Any) -> None:
    (tmp_path / "x.tar").write_text("no tar")
    for name in ("x.tar", "missing.tar"):
        refused = lvlian("restore", str(tmp_path / name), home=tmp_path / "other")
        assert refused.returncode == 2 and refused.stderr.count("\n") == 1
