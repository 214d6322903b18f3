"""A backup is one tar file: the database as it stood at one moment, and a manifest that says what must be found in it again.

On SQLite the copy is made by the online backup interface, on PostgreSQL by pg_dump within one exported snapshot; both while the
site is being written to. The manifest carries the last number and hash of the audit chain, so that a restored site can prove
that it is the one that was saved. The signing key stays out: after a restore everybody logs in again.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lvlian.site.programs import ProgramError, program, run_program

FORMAT = "lvlian-backup/1"
SQLITE, DUMP = "database.sqlite3", "database.dump"
MANIFEST = "manifest.json"
COUNTED = (
    "org_region", "org_user", "org_grant", "org_firm", "org_unit", "org_storedfile", "org_auditrecord", "org_auditchange",
    "plans_plan", "plans_version", "plans_fact", "plans_goal", "plans_project", "plans_milestone", "plans_duty",
    "plans_incentive", "plans_chain", "plans_finding",
)  # fmt: skip
ROOT = "SELECT seq, hash, algorithm FROM org_auditrecord ORDER BY seq DESC LIMIT 1"


class BackupError(ValueError):
    """A backup cannot be made or used; one sentence."""


def write_backup(path: Path) -> dict[str, Any]:
    """Writes a backup of the site to a new file; its manifest. Django must be set up. Raises BackupError."""
    from django.conf import settings
    from django.db import connection

    if path.exists():
        raise BackupError(f"{path}: is there already; a backup never writes over a file.")
    if not path.parent.is_dir():
        raise BackupError(f"{path.parent}: no such folder.")
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".lvlian-backup-") as folder:
        postgres = settings.ENVIRONMENT.postgres
        copy = Path(folder) / (DUMP if postgres else SQLITE)
        try:
            found = _dump(copy, connection) if postgres else _copy(copy, Path(settings.DATABASES["default"]["NAME"]))
        except OSError as error:
            raise BackupError(f"{path}: {error.strerror or error}; nothing was written.") from None
        manifest = _manifest(copy, found, "postgresql" if postgres else "sqlite")
        part = Path(folder) / "part"
        try:
            _pack(part, copy, manifest, compressed=path.name.endswith((".gz", ".tgz")))
            os.link(part, path) if hasattr(os, "link") else part.rename(path)
        except OSError as error:
            raise BackupError(f"{path}: {error.strerror or error}; nothing was written.") from None
    return manifest


def _copy(target: Path, source: Path) -> dict[str, Any]:
    """A copy of a SQLite database in one step: readers of the write-ahead log see one moment, writers go on."""
    if not source.exists():
        raise BackupError(f"{source}: no such database; is LVLIAN_HOME the folder of the site?")
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, timeout=60)) as live,
            closing(sqlite3.connect(target)) as copy,
        ):
            live.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
            (sound,) = copy.execute("PRAGMA quick_check(1)").fetchone()
            if sound != "ok":
                raise BackupError(f"{source}: the database is damaged ({sound}).")
            return _look(lambda sql: copy.execute(sql).fetchall())
    except sqlite3.Error as error:
        raise BackupError(f"{source}: cannot be copied ({error}); nothing was written.") from None


def _dump(target: Path, connection: Any) -> dict[str, Any]:
    """pg_dump within a snapshot that this connection holds open; what the manifest says is read in the same snapshot."""
    from django.db import DatabaseError, transaction

    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            (snapshot,) = cursor.fetchone()

            def rows(sql: str) -> list[Any]:
                cursor.execute(sql)
                return list(cursor.fetchall())

            found = _look(rows)
            connect, environment = postgres_arguments()
            options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={target}"]
            # The queue is left out: what was running when the backup was made does not run in the place that is restored.
            run_program([program("pg_dump"), *options, "--exclude-table=jobs_*", *connect], environment)
            return found
    except DatabaseError as error:
        raise BackupError(f"LVLIAN_DATABASE: cannot be read ({str(error).splitlines()[0]}).") from None
    except ProgramError as error:
        raise BackupError(str(error)) from None


def postgres_arguments() -> tuple[list[str], dict[str, str]]:
    """The arguments and the environment with which PostgreSQL's programs reach the database of the settings."""
    from django.db import connection

    database = connection.settings_dict
    arguments = [f"--dbname={database['NAME']}"]
    for key, option in (("USER", "username"), ("HOST", "host"), ("PORT", "port")):
        if database.get(key):
            arguments.append(f"--{option}={database[key]}")
    return [*arguments, "--no-password"], {"PGPASSWORD": database["PASSWORD"]} if database.get("PASSWORD") else {}


def _look(rows: Any) -> dict[str, Any]:
    """The root of the audit chain, the rows of each table, the migrations."""
    last = rows(ROOT)
    return {
        "root": {"seq": last[0][0], "hash": last[0][1], "algorithm": last[0][2]} if last else {"seq": 0, "hash": ""},
        "counts": {table: rows(f"SELECT count(*) FROM {table}")[0][0] for table in COUNTED},
        "migrations": sorted(f"{app}.{name}" for app, name in rows("SELECT app, name FROM django_migrations")),
    }


def _manifest(copy: Path, found: dict[str, Any], kind: str) -> dict[str, Any]:
    from lvlian import __version__

    return {
        "format": FORMAT,
        "version": __version__,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "database": kind,
        **found,
        "files": {copy.name: {"size": copy.stat().st_size, "sha256": sum_of(copy)}},
    }


def _pack(path: Path, copy: Path, manifest: dict[str, Any], *, compressed: bool) -> None:
    with tarfile.open(path, "w:gz" if compressed else "w") as tar:
        content = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        about = tarfile.TarInfo(MANIFEST)
        about.size, about.mode = len(content), 0o600
        tar.addfile(about, io.BytesIO(content))
        tar.add(copy, copy.name, filter=_bare)


def _bare(about: tarfile.TarInfo) -> tarfile.TarInfo:
    about.uid = about.gid = 0
    about.uname = about.gname = ""
    about.mode = 0o600
    return about


def sum_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# Restoring ------------------------------------------------------------------------------------------------------------
def read_manifest(path: Path) -> dict[str, Any]:
    """The manifest of a backup. Raises BackupError."""
    with _opened(path) as tar:
        return _manifest_of(tar, path)


@contextmanager
def _opened(path: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(path) as tar:
            yield tar
    except (tarfile.TarError, EOFError, OSError) as error:
        if isinstance(error, FileNotFoundError):
            raise BackupError(f"{path}: no such file.") from None
        raise BackupError(f"{path}: is no backup that can be read ({error}).") from None


def _manifest_of(tar: tarfile.TarFile, path: Path) -> dict[str, Any]:
    names = tar.getnames()
    if len(names) != 2 or names[0] != MANIFEST or names[1] not in (SQLITE, DUMP) or not all(m.isfile() for m in tar):
        raise BackupError(f"{path}: is no backup of a site; expected {MANIFEST} and one database in it.")
    member = tar.extractfile(MANIFEST)
    try:
        manifest = json.loads(member.read(10_000_000)) if member else None
    except ValueError:
        manifest = None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT or names[1] not in manifest.get("files", {}):
        raise BackupError(f"{path}: its manifest cannot be read; expected the format {FORMAT}.")
    return manifest


def extract(path: Path, target: Path) -> dict[str, Any]:
    """Writes the database of a backup to `target` and checks its sum; the manifest. Raises BackupError."""
    with _opened(path) as tar:
        manifest = _manifest_of(tar, path)
        (name,) = manifest["files"]
        member = tar.extractfile(name)
        assert member is not None
        with target.open("wb") as file:
            for block in iter(lambda: member.read(1 << 20), b""):
                file.write(block)
    if sum_of(target) != manifest["files"][name]["sha256"]:
        target.unlink()
        raise BackupError(f"{path}: {name} was changed since the backup was made: its SHA-256 is another.")
    return manifest


def restore(path: Path) -> dict[str, Any]:
    """Restores a backup into the empty place that the settings name, and proves it: every hash of the audit chain, its root and
    the counts are those of the manifest. What fails leaves the place empty. Django must be set up. Raises BackupError."""
    from django.conf import settings
    from django.db import connections

    manifest = read_manifest(path)
    here = "postgresql" if settings.ENVIRONMENT.postgres else "sqlite"
    if manifest["database"] != here:
        raise BackupError(f"{path}: was made on {manifest['database']} and cannot be restored on {here}.")
    _same_program(path, manifest)
    undo = _restore_postgres(path) if settings.ENVIRONMENT.postgres else _restore_sqlite(path)
    try:
        _prove(path, manifest)
    except BaseException:
        connections.close_all()
        undo()
        raise
    return manifest


def _same_program(path: Path, manifest: dict[str, Any]) -> None:
    from django.db.migrations.loader import MigrationLoader

    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    newer = [name for name in manifest["migrations"] if name not in known]
    if newer:
        raise BackupError(
            f"{path}: was made by a later version of Lvlian ({manifest['version']}), which has {newer[-1]}; install that one first."
        )


def _restore_sqlite(path: Path) -> Any:
    from django.conf import settings

    target = Path(settings.DATABASES["default"]["NAME"])
    if target.exists():
        raise BackupError(f"{target}: there is a site already; restore into an empty folder.")
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    try:
        extract(path, part)
        part.rename(target)
    except OSError as error:
        raise BackupError(f"{target}: {error.strerror or error}; nothing was restored.") from None
    finally:
        part.unlink(missing_ok=True)

    def undo() -> None:
        for end in ("", "-wal", "-shm"):
            target.with_name(target.name + end).unlink(missing_ok=True)

    return undo


def _restore_postgres(path: Path) -> Any:
    from django.db import DatabaseError, connection

    try:
        with connection.cursor() as cursor:
            tables = connection.introspection.table_names(cursor)
    except DatabaseError as error:
        raise BackupError(f"LVLIAN_DATABASE: cannot be used ({str(error).splitlines()[0]}).") from None
    if tables:
        raise BackupError(f"LVLIAN_DATABASE: the database holds {len(tables)} tables; restore into an empty one.")
    connection.close()
    with tempfile.TemporaryDirectory(prefix="lvlian-restore-") as folder:
        dump = Path(folder) / DUMP
        extract(path, dump)
        connect, environment = postgres_arguments()
        options = ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"]
        try:
            run_program([program("pg_restore"), *options, *connect, str(dump)], environment)
        except ProgramError as error:
            raise BackupError(f"{path}: {error}") from None

    def undo() -> None:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")

    return undo


def _prove(path: Path, manifest: dict[str, Any]) -> None:
    from django.db import connection

    from lvlian.site.org.chain import verify

    with connection.cursor() as cursor:

        def rows(sql: str) -> list[Any]:
            cursor.execute(sql)
            return list(cursor.fetchall())

        found = _look(rows)
    for name in ("root", "counts"):
        if found[name] != manifest[name]:
            raise BackupError(f"{path}: the restored {name} are not those of the manifest; nothing was restored.")
    verdict = verify()
    if verdict.faults:
        raise BackupError(f"{path}: the audit chain does not hold ({verdict.faults[0]}); nothing was restored.")


__all__ = ("BackupError", "extract", "read_manifest", "restore", "write_backup")
