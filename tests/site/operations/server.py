"""A private PostgreSQL server in a temporary folder, run by an unprivileged user, reached over a socket in that folder alone."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

USER = "lvlian"


def find_initdb() -> Path | None:
    """The newest initdb that Debian installed, else the one in PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1]
    path = shutil.which("initdb")
    return Path(path) if path else None


class PostgresServer:
    """`with PostgresServer(folder) as server:` starts it; `with server.database() as url:` gives an empty database."""

    def __init__(self, folder: Path) -> None:
        initdb = find_initdb()
        assert initdb is not None
        self.bin = initdb.parent
        # A socket's path may have 100 characters at most, and its folder must be open to the server's user.
        self.folder = Path(tempfile.mkdtemp(prefix="lvlian-pg-"))
        self.user = _unprivileged()

    def __enter__(self) -> PostgresServer:
        if self.user:
            shutil.chown(self.folder, self.user)
        self._run("initdb", "-D", "data", "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        quick = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=64MB -c max_connections=120"
        options = f"-c listen_addresses='' -c unix_socket_directories={self.folder} {quick}"
        self._run("pg_ctl", "-D", "data", "-w", "-t", "60", "-l", "log", "-o", options, "start")
        return self

    def __exit__(self, *error: object) -> None:
        self._run("pg_ctl", "-D", "data", "-w", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    @contextmanager
    def database(self) -> Iterator[str]:
        name = f"t{uuid.uuid4().hex[:12]}"
        self._sql(f"CREATE DATABASE {name}")
        yield self.url(name)
        self._sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def url(self, name: str) -> str:
        return f"postgresql://{USER}@/{name}?host={quote(str(self.folder), safe='')}"

    def _sql(self, statement: str) -> None:
        self._run("psql", "-h", str(self.folder), "-U", USER, "-d", "postgres", "-qc", statement)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.bin / program), *arguments]
        if self.user:
            command = [
                shutil.which("setpriv") or "setpriv",
                "--reuid",
                self.user,
                "--regid",
                self.user,
                "--clear-groups",
                *command,
            ]
        environment = {**os.environ, "HOME": str(self.folder)}
        # The server keeps what it inherits: its output must not be a pipe that somebody waits for.
        with (self.folder / "said").open("w+") as said:
            done = subprocess.run(
                command, cwd=self.folder, env=environment, stdout=said, stderr=said, timeout=120, check=False
            )
            if done.returncode:
                said.seek(0)
                raise AssertionError(f"{' '.join(command)}\n{said.read()}")


def _unprivileged() -> str:
    """The user that the server runs as where this process is root; empty: as this process."""
    if os.geteuid() != 0:
        return ""
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    return ""
